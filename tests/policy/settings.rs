//! What a policy means: defaults, what is read into which setting, and which action a rule has where.

use imagegate::model::finding::Action;
use imagegate::model::reference::ImageReference;
use imagegate::model::rule::Rule;
use imagegate::model::span::Span;
use imagegate::policy::settings::{
    FieldStep, InlineIgnores, ScanSource, Signer, VulnerabilitySeverity,
};

use super::support::{source, valid};

const FULL: &str = include_str!("../../testdata/policy/valid/full.yaml");

fn written(text: &str, span: Span) -> &str {
    &text[span.start as usize..span.end as usize]
}

#[test]
fn what_is_not_written_has_the_documented_default() {
    let policy = valid(
        "version: 1
rules:
  verify-image-signatures: { require: [{ signers: [{ key: keys/cosign.pub }] }] }
  check-vulnerability-scan:
    accept:
      - report: { files: [a.json] }
      - attestation: { predicate: vuln, signers: [{ key: keys/cosign.pub }] }
    ignore: [{ id: CVE-1, reason: x }]
",
    );
    let exempt: Vec<_> = policy
        .exempt_namespaces
        .iter()
        .map(|name| name.value.as_str())
        .collect();
    assert_eq!(
        exempt,
        ["kube-system", "kube-public", "kube-node-lease", "kyverno"]
    );
    assert_eq!(policy.inline_ignores.value, InlineIgnores::Allow);

    let signatures = policy.rules.verify_image_signatures.unwrap().settings;
    assert!(!signatures.unmatched_is_violation.value);
    let requirement = &signatures.require[0];
    assert_eq!(requirement.at_least.value, 1);
    assert!(requirement.transparency_log.value);
    assert_eq!(requirement.repository, None);
    let image = ImageReference::parse("localhost:5000/any/image").unwrap();
    assert!(
        requirement
            .images
            .iter()
            .any(|pattern| pattern.value.matches(&image))
    );

    let scan = policy.rules.check_vulnerability_scan.unwrap().settings;
    assert_eq!(scan.fail_on.value, VulnerabilitySeverity::High);
    assert_eq!(scan.unknown_severity, VulnerabilitySeverity::Medium);
    assert!(!scan.every_statement && !scan.ignore_unfixed && scan.max_age.is_none());
    assert!(matches!(
        scan.accept[0].value,
        ScanSource::Report { by_tag: false, .. }
    ));
    assert!(matches!(
        scan.accept[1].value,
        ScanSource::Attestation {
            transparency_log: true,
            ..
        }
    ));
    assert!(scan.ignore[0].value.images[0].value.matches(&image));
}

#[test]
fn only_latest_moves_when_nothing_else_is_written() {
    let policy = valid("version: 1\nrules: { disallow-latest-tag: {} }\n");
    let latest = policy.rules.disallow_latest_tag.unwrap().settings;
    let tags: Vec<_> = latest.tags.iter().map(|tag| tag.value.as_str()).collect();
    assert_eq!(tags, ["latest"]);
    assert!(!latest.require_digest.value);
    assert_eq!(latest.latest_with_digest.value, None);
}

#[test]
fn every_setting_of_the_complete_policy_arrives() {
    let policy = valid(FULL);
    assert_eq!(policy.default_namespace.unwrap().value, "production-web");
    assert_eq!(policy.trusted_root.unwrap().value.path, "trusted_root.json");
    assert_eq!(policy.exclude[0].value, "vendor/**");
    let registries: Vec<_> = policy.registries.iter().map(|one| &one.value).collect();
    assert_eq!(
        registries[0].ca.as_ref().map(|file| file.path.as_str()),
        Some("certs/internal-ca.pem")
    );
    assert!(registries[1].http && registries[1].name == "localhost:5000");
    assert_eq!(registries[2].layout.as_deref(), Some("evidence/"));
    assert_eq!(registries[3].name, "ghcr.io/acme/app");
    let mirror = &policy
        .rules
        .restrict_image_registries
        .unwrap()
        .settings
        .mirrors[0];
    assert_eq!(mirror.from.value, "docker.io");
    assert_eq!(mirror.to.value, "registry.internal.example.com/dockerhub");
    let scan = policy.rules.check_vulnerability_scan.unwrap().settings;
    assert_eq!(scan.max_age.unwrap().value, 7 * 24 * 60 * 60);
    assert_eq!(
        scan.accept[3].value,
        ScanSource::Scanner("trivy".to_owned())
    );
    assert_eq!(
        scan.ignore[0].value.expires,
        Some(jiff::civil::date(2027, 1, 31))
    );
    let exception = &policy.exceptions[0];
    assert_eq!(exception.reason.value, "OPS-12");
    assert_eq!(
        exception.objects.as_ref().unwrap()[0].value.kind.as_str(),
        "Deployment"
    );
    let resource = &policy.custom_resources[0];
    assert_eq!(
        (resource.group.as_str(), resource.version.as_str()),
        ("example.com", "*")
    );
    let key = |name: &str| FieldStep::Key(name.to_owned());
    let steps = [key("spec"), key("sidecars"), FieldStep::Each, key("image")];
    assert_eq!(resource.paths[1].value.0, steps);
}

#[test]
fn signers_carry_keys_and_certificates_in_der() {
    let signatures = valid(FULL).rules.verify_image_signatures.unwrap().settings;
    let signers: Vec<_> = signatures.require[0]
        .signers
        .iter()
        .map(|one| &one.value)
        .collect();
    let Signer::Key { written, der } = signers[0] else {
        panic!("{signers:?}");
    };
    assert_eq!((written.as_str(), der[0]), ("keys/cosign.pub", 0x30));
    let Signer::Certificate { chain, subject, .. } = signers[2] else {
        panic!("{signers:?}");
    };
    assert_eq!((chain.len(), subject.as_str()), (2, "*@acme.example"));
}

#[test]
fn a_path_knows_names_with_dots_and_single_items() {
    let policy = valid(include_str!("../../testdata/policy/valid/switched-on.yaml"));
    let paths = &policy.custom_resources[0].paths;
    let key = |name: &str| FieldStep::Key(name.to_owned());
    assert_eq!(paths[0].value.0, [key("spec"), key("image.name")]);
    assert_eq!(
        paths[1].value.0,
        [key("items"), FieldStep::Index(0), key("image")]
    );
    assert_eq!(policy.custom_resources[0].group, "");
    assert_eq!(policy.custom_resources[1].group, "*");
}

#[test]
fn names_of_registries_are_normalised() {
    let policy = valid(
        "version: 1
rules: { disallow-latest-tag: {} }
registries: { index.docker.io: { http: true }, acme/app: { http: true }, '[::1]:5000': { http: true } }
",
    );
    let names: Vec<_> = policy
        .registries
        .iter()
        .map(|one| one.value.name.as_str())
        .collect();
    assert_eq!(names, ["docker.io", "docker.io/acme/app", "[::1]:5000"]);
}

#[test]
fn values_know_their_place_in_the_text() {
    let policy = valid(FULL);
    let rule = policy.rules.restrict_image_registries.unwrap();
    assert_eq!(written(FULL, rule.name_span), "restrict-image-registries");
    assert_eq!(written(FULL, rule.action.span), "enforce");
    let allow = rule.settings.allow.unwrap();
    assert_eq!(written(FULL, allow.span), "allow");
    assert_eq!(
        written(FULL, allow.value[1].span),
        "\"registry.internal.example.com/**\""
    );
    let line = |span| source(FULL).location(span).start.line;
    assert_eq!(
        line(policy.exceptions[0].span),
        line(policy.exceptions[0].reason.span)
    );
}

#[test]
fn a_rule_without_an_action_is_enforced_by_its_name() {
    let text = "version: 1\nrules: { disallow-latest-tag: {} }\n";
    let decision = valid(text).decide(Rule::DisallowLatestTag, None).unwrap();
    assert_eq!(decision.action, Action::Enforce);
    assert_eq!(
        written(text, decision.decided_by.unwrap()),
        "disallow-latest-tag"
    );
}

#[test]
fn image_policies_that_are_not_named_are_off_and_input_rules_are_on() {
    let policy = valid("version: 1\nrules: { disallow-latest-tag: {} }\n");
    for rule in Rule::ALL {
        let action = policy
            .decide(rule, Some("web"))
            .map(|decision| decision.action);
        let wanted = match rule {
            Rule::UnrenderedTemplate | Rule::UnusedException => Some(Action::Audit),
            Rule::DisallowLatestTag => Some(Action::Enforce),
            _ if Rule::IMAGE_POLICIES.contains(&rule) => None,
            _ => Some(Action::Enforce),
        };
        assert_eq!(action, wanted, "{rule}");
    }
}

const OVERRIDES: &str = "version: 1
rules:
  restrict-image-registries: { allow: [ghcr.io/acme/**], action: audit }
  disallow-latest-tag: { action: off }
overrides:
  - { namespaces: [production-*], action: enforce }
  - { namespaces: [production-old], action: audit }
  - { namespaces: [production-*], rules: [disallow-latest-tag], action: enforce }
  - { namespaces: [lab], action: off }
";

fn action(rule: Rule, namespace: Option<&str>) -> Option<Action> {
    valid(OVERRIDES)
        .decide(rule, namespace)
        .map(|decision| decision.action)
}

#[test]
fn the_last_override_that_matches_wins() {
    let rule = Rule::RestrictImageRegistries;
    assert_eq!(action(rule, Some("production-web")), Some(Action::Enforce));
    assert_eq!(action(rule, Some("production-old")), Some(Action::Audit));
    assert_eq!(action(rule, Some("lab")), None);
}

#[test]
fn where_no_override_matches_the_rule_has_its_own_action() {
    let rule = Rule::RestrictImageRegistries;
    assert_eq!(action(rule, Some("staging")), Some(Action::Audit));
    assert_eq!(action(rule, None), Some(Action::Audit));
}

#[test]
fn a_rule_that_is_off_is_switched_on_only_where_it_is_named() {
    let rule = Rule::DisallowLatestTag;
    assert_eq!(action(rule, Some("production-web")), Some(Action::Enforce));
    assert_eq!(action(rule, Some("staging")), None);
    let policy = valid(
        "version: 1
rules: { disallow-latest-tag: { action: off }, restrict-image-registries: { deny: [x] } }
overrides: [{ action: enforce }]
",
    );
    assert_eq!(policy.decide(rule, Some("web")), None);
    assert!(!policy.may_ask(rule));
}

#[test]
fn the_override_that_decided_is_named_by_its_line() {
    let decision = valid(OVERRIDES).decide(Rule::RestrictImageRegistries, Some("production-old"));
    let span = decision.unwrap().decided_by.unwrap();
    assert_eq!(source(OVERRIDES).position(span.start).line, 7);
}

#[test]
fn one_name_below_docker_hub_is_an_account_where_mirrors_are_named() {
    let policy = valid(
        "version: 1
rules:
  restrict-image-registries:
    allow: [x]
    mirrors: { docker.io/acme: a.example.com, docker.io/library: b.example.com, docker.io/library/nginx: c.example.com, docker.io: d.example.com }
",
    );
    let rule = policy.rules.restrict_image_registries.unwrap();
    let names: Vec<&str> = rule
        .settings
        .mirrors
        .iter()
        .map(|mirror| mirror.from.value.as_str())
        .collect();
    let wanted = [
        "docker.io/acme",
        "docker.io/library",
        "docker.io/library/nginx",
        "docker.io",
    ];
    assert_eq!(names, wanted);
}
