//! Comments, annotations and exceptions: what they take away, and when they are findings themselves.

use imagegate::model::finding::{Action, SuppressedBy};
use imagegate::model::rule::Rule;

use crate::run::{Judged, Run, pod};

const RULE: Rule = Rule::DisallowLatestTag;
const POLICY: &str = "rules:\n  disallow-latest-tag: {}\n";

fn with_exception(exception: &str) -> String {
    format!(
        "{POLICY}exceptions:\n  - {{rules: [disallow-latest-tag], reason: OPS-12, {exception}}}\n"
    )
}

fn excepted(exception: &str, image: &str) -> Judged {
    Run::with_policy(&with_exception(exception))
        .image(image)
        .judge()
}

fn commented(comment: &str) -> String {
    format!("{} # {comment}\n", pod("shop", "nginx").trim_end())
}

fn is_suppressed(judged: &Judged) -> bool {
    judged.only(RULE).suppressed.is_some()
}

#[test]
fn a_comment_takes_the_finding_of_its_line_away() {
    let text = commented("imagegate: ignore[disallow-latest-tag] until=2027-01-31 OPS-12");
    let judged = Run::with_policy(POLICY).file("pod.yaml", text).judge();
    let suppressed = judged
        .only(RULE)
        .suppressed
        .as_ref()
        .expect("a suppression");
    assert_eq!(suppressed.by, SuppressedBy::Comment);
    assert_eq!(&*suppressed.reason, "OPS-12");
    assert_eq!(suppressed.until, Some(jiff::civil::date(2027, 1, 31)));
    assert_eq!(judged.judgement.summary.violations, 0);
}

#[test]
fn a_comment_reaches_no_other_line() {
    let text = format!(
        "{}    - image: redis\n",
        commented("imagegate: ignore[disallow-latest-tag] OPS-12")
    );
    let judged = Run::with_policy(POLICY).file("pod.yaml", text).judge();
    let left: Vec<_> = judged
        .of(RULE)
        .iter()
        .map(|found| found.suppressed.is_some())
        .collect();
    assert_eq!(left, [true, false]);
}

#[test]
fn an_annotation_reaches_every_image_of_its_object() {
    let text = pod("shop", "nginx").replace(
        "namespace: shop",
        "namespace: shop, annotations: {imagegate.dev/ignore.disallow-latest-tag: OPS-12}",
    );
    let text = format!("{text}    - image: redis\n---\n{}", pod("other", "mysql"));
    let judged = Run::with_policy(POLICY).file("pod.yaml", text).judge();
    let by: Vec<_> = judged
        .of(RULE)
        .iter()
        .map(|found| found.suppressed.as_ref().map(|suppressed| suppressed.by))
        .collect();
    assert_eq!(
        by,
        [
            Some(SuppressedBy::Annotation),
            Some(SuppressedBy::Annotation),
            None
        ]
    );
}

#[test]
fn inline_ignores_audit_lowers_the_action() {
    let text = commented("imagegate: ignore[disallow-latest-tag] OPS-12");
    let policy = format!("{POLICY}inline-ignores: audit\n");
    let judged = Run::with_policy(&policy).file("pod.yaml", text).judge();
    let finding = judged.only(RULE);
    assert_eq!(
        (finding.action, finding.suppressed.is_some()),
        (Action::Audit, false)
    );
    assert_eq!(
        finding
            .details
            .get("audit_reason")
            .and_then(|value| value.as_str()),
        Some("OPS-12")
    );
    assert!(judged.of(Rule::UnusedException).is_empty());
}

#[test]
fn inline_ignores_forbid_makes_the_comment_a_finding() {
    let text = commented("imagegate: ignore[disallow-latest-tag] OPS-12");
    let policy = format!("{POLICY}inline-ignores: forbid\n");
    let judged = Run::with_policy(&policy).file("pod.yaml", text).judge();
    assert!(!is_suppressed(&judged));
    assert_eq!(judged.of(Rule::InvalidSuppression).len(), 1);
}

#[test]
fn a_suppression_takes_what_could_not_be_checked_away_too() {
    let policy = "rules:
  verify-image-signatures:
    require: [{signers: [{keyless: {issuer: https://issuer.example.com, subject: \"https://github.com/acme/**\"}}]}]
";
    let text = commented("imagegate: ignore[verify-image-signatures] OPS-12");
    let judged = Run::with_policy(policy).file("pod.yaml", text).judge();
    assert!(
        judged
            .only(Rule::VerifyImageSignatures)
            .suppressed
            .is_some()
    );
    assert_eq!(judged.judgement.summary.not_checked, 0);
}

#[test]
fn a_comment_names_those_of_its_rules_that_found_nothing() {
    let policy = format!("{POLICY}  restrict-image-registries: {{allow: [\"docker.io/**\"]}}\n");
    let text =
        commented("imagegate: ignore[disallow-latest-tag, restrict-image-registries] OPS-12");
    let judged = Run::with_policy(&policy).file("pod.yaml", text).judge();
    let message = &judged.only(Rule::UnusedException).message;
    assert!(message.contains("restrict-image-registries"), "{message}");
    assert!(!message.contains("disallow-latest-tag"), "{message}");
}

#[test]
fn a_comment_for_a_rule_that_is_not_configured_is_not_called_unused() {
    let text = commented("imagegate: ignore[disallow-latest-tag, verify-image-signatures] OPS-12");
    let judged = Run::with_policy(POLICY).file("pod.yaml", text).judge();
    assert!(judged.of(Rule::UnusedException).is_empty());
}

#[test]
fn an_unused_comment_is_found_in_a_list_of_files_too() {
    let text =
        commented("imagegate: ignore[disallow-latest-tag] OPS-12").replace("nginx", "nginx:1.27");
    let judged = Run::with_policy(POLICY)
        .file("pod.yaml", text)
        .list_of_files()
        .judge();
    assert_eq!(judged.of(Rule::UnusedException).len(), 1);
}

#[test]
fn an_expired_comment_takes_nothing_away_and_says_since_when() {
    let text = commented("imagegate: ignore[disallow-latest-tag] until=2026-11-23 OPS-12");
    let judged = Run::with_policy(POLICY).file("pod.yaml", text).judge();
    assert!(!is_suppressed(&judged));
    let message = &judged.only(Rule::ExpiredException).message;
    assert!(
        message.contains("expired 1 day ago, on 2026-11-23"),
        "{message}"
    );
}

#[test]
fn an_exception_holds_through_its_last_day() {
    let policy = with_exception("expires: 2026-11-24");
    let run = |today: &str| {
        Run::with_policy(&policy)
            .image("nginx")
            .today(today)
            .judge()
    };
    assert!(is_suppressed(&run("2026-11-24")));
    let later = run("2026-12-24");
    assert!(!is_suppressed(&later));
    let message = &later.only(Rule::ExpiredException).message;
    assert!(message.contains("expired 30 days ago"), "{message}");
}

#[test]
fn an_expired_exception_is_not_called_unused_as_well() {
    let judged = excepted("expires: 2026-11-23", "nginx:1.27");
    assert_eq!(judged.of(Rule::ExpiredException).len(), 1);
    assert!(judged.of(Rule::UnusedException).is_empty());
}

#[test]
fn an_exception_reaches_what_everything_in_it_fits() {
    for (exception, expected) in [
        ("images: [nginx]", true),
        ("images: [redis]", false),
        ("images: [\"docker.io/**\"]", true),
        ("objects: [Pod/app]", true),
        ("objects: [\"Pod/*\"]", true),
        ("objects: [Deployment/app]", false),
        ("namespaces: [\"sh*\"]", true),
        ("namespaces: [other]", false),
        (
            "images: [nginx], objects: [Pod/app], namespaces: [shop]",
            true,
        ),
        (
            "images: [nginx], objects: [Pod/app], namespaces: [other]",
            false,
        ),
    ] {
        assert_eq!(
            is_suppressed(&excepted(exception, "nginx")),
            expected,
            "{exception}"
        );
    }
}

#[test]
fn an_exception_with_images_does_not_reach_what_is_no_reference() {
    let policy =
        "exceptions:\n  - {rules: [invalid-image-reference], images: [\"**\"], reason: OPS-12}\n";
    let judged = Run::with_policy(&format!("{POLICY}{policy}"))
        .image("\"a b\"")
        .judge();
    assert!(
        judged
            .only(Rule::InvalidImageReference)
            .suppressed
            .is_none()
    );
}

#[test]
fn an_exception_with_namespaces_does_not_reach_an_unknown_one() {
    let text = pod("shop", "nginx").replace(", namespace: shop", "");
    let judged = Run::with_policy(&with_exception("namespaces: [\"*\"]"))
        .file("pod.yaml", text)
        .judge();
    assert!(!is_suppressed(&judged));
}

#[test]
fn an_unused_exception_is_found_at_its_place_in_the_policy() {
    let judged = excepted("images: [redis]", "nginx:1.27");
    let finding = judged.only(Rule::UnusedException);
    assert_eq!(finding.action, Action::Audit);
    assert_eq!(finding.location.map(|at| at.start.line), Some(5));
}

#[test]
fn an_unused_exception_is_not_found_in_a_list_of_files() {
    let policy = with_exception("images: [redis]");
    let judged = Run::with_policy(&policy)
        .image("nginx:1.27")
        .list_of_files()
        .judge();
    assert!(judged.findings().is_empty());
}

#[test]
fn every_suppression_that_reaches_a_finding_counts_as_used() {
    let text = commented("imagegate: ignore[disallow-latest-tag] OPS-12");
    let policy = with_exception("images: [nginx]");
    let judged = Run::with_policy(&policy).file("pod.yaml", text).judge();
    let by = judged.only(RULE).suppressed.as_ref().map(|found| found.by);
    assert_eq!(by, Some(SuppressedBy::Comment));
    assert!(judged.of(Rule::UnusedException).is_empty());
}

#[test]
fn no_suppression_reaches_the_rules_about_suppressions() {
    let policy = format!(
        "{POLICY}exceptions:\n  - {{rules: [unused-exception, expired-exception, invalid-suppression], reason: OPS-12}}\n"
    );
    let text = commented("imagegate: ignore[disallow-latest-tag]");
    let judged = Run::with_policy(&policy).file("pod.yaml", text).judge();
    assert!(judged.only(Rule::InvalidSuppression).suppressed.is_none());
    assert!(judged.only(Rule::UnusedException).suppressed.is_none());
}

#[test]
fn an_exception_fits_an_image_with_a_placeholder_whatever_it_becomes() {
    let suppressed = |pattern: &str| {
        let policy = format!(
            "{POLICY}exceptions:\n  - {{rules: [unrendered-template], images: [\"{pattern}\"], reason: OPS-12}}\n"
        );
        let judged = Run::with_policy(&policy).image("nginx:${TAG}").judge();
        judged.only(Rule::UnrenderedTemplate).suppressed.is_some()
    };
    assert!(suppressed("nginx"));
    assert!(!suppressed("nginx:1.27"));
}

#[test]
fn a_comment_stands_where_the_text_stands_not_where_an_alias_does() {
    let text = |at_anchor: &str, at_alias: &str| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: app, namespace: shop}}\nspec:\n  initContainers:\n    - image: &image nginx {at_anchor}\n  containers:\n    - image: *image {at_alias}\n"
        )
    };
    let comment = "# imagegate: ignore[disallow-latest-tag] OPS-12";
    let at_anchor = Run::with_policy(POLICY)
        .file("pod.yaml", text(comment, ""))
        .judge();
    assert!(is_suppressed(&at_anchor));
    let at_alias = Run::with_policy(POLICY)
        .file("pod.yaml", text("", comment))
        .judge();
    assert!(!is_suppressed(&at_alias));
    assert_eq!(at_alias.of(Rule::UnusedException).len(), 1);
}

#[test]
fn an_annotation_reaches_problems_of_its_object_too() {
    let text = "apiVersion: v1\nkind: Pod\nmetadata: {name: app, annotations: {imagegate.dev/ignore.ambiguous-yaml: OPS-12}}\nspec:\n  containers:\n    - image: nginx:1\n      image: nginx:2\n";
    let judged = Run::with_policy(POLICY).file("pod.yaml", text).judge();
    assert!(judged.only(Rule::AmbiguousYaml).suppressed.is_some());
}
