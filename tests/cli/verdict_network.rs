//! The verdict table's rows about registries, proxies and logins: a registry on loopback serves the signed
//! images of `testdata/signatures` and misbehaves.

use std::path::{Path, PathBuf};

use crate::registry::content::{Content, INDEX, MANIFEST};
use crate::registry::fault::{Action, Fault};
use crate::registry::wire::Reply;
use crate::registry::{ReferrersApi, Setup, TestRegistry};
use crate::sandbox::{Checked, Sandbox, pod, pod_in};

const RULE: &str = "verify-image-signatures";
const REFERRERS: &str = "/referrers/";
/// An image with a signature under its `.sig` tag.
const SIGNED: &str = "v2-keyed:v1";
const UNSIGNED: &str = "unsigned:v1";

fn testdata() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/signatures")
}

fn content() -> Content {
    Content::of_layout(&testdata().join("layout"))
}

fn registry(faults: Vec<Fault>) -> TestRegistry {
    TestRegistry::start(Setup {
        content: content(),
        referrers: ReferrersApi::Whole,
        faults,
        ..Setup::default()
    })
}

/// A policy that wants one key, with more lines behind it.
fn policy(further: &str) -> String {
    format!(
        "version: 1\n{further}\nrules:\n  verify-image-signatures:\n    require:\n      - signers: \
         [{{ key: cosign-v2.pub }}]\n        transparency-log: ignore\n"
    )
}

/// A sandbox with that policy and a Pod of one image.
fn sandbox(further: &str, image: &str) -> Sandbox {
    let key = std::fs::read(testdata().join("keys/cosign-v2.pub")).unwrap();
    Sandbox::new()
        .file("cosign-v2.pub", key)
        .file("imagegate.yaml", policy(further))
        .file("pod.yaml", pod(image))
}

/// An image of the registry, judged.
fn checked(registry: &TestRegistry, image: &str) -> Checked {
    let image = format!("{}/team/{image}", registry.name());
    sandbox("", &image).check(&["pod.yaml", "--no-cache"])
}

/// An image of a registry whose answers for the list of referrers are others.
fn with_referrers(action: &Action, image: &str) -> Checked {
    checked(
        &registry(vec![Fault::always(REFERRERS, action.clone())]),
        image,
    )
}

fn page(status: u16) -> Action {
    let reply = Reply::new(status).with("Content-Type", "text/html");
    Action::Instead(reply.body(b"<html><h1>blocked by policy</h1></html>"))
}

fn said(media_type: &str, body: &str) -> Action {
    let reply = Reply::new(200).with("Content-Type", media_type);
    Action::Instead(reply.body(body.as_bytes()))
}

#[test]
fn a_registry_without_referrers_is_asked_for_the_tag_form() {
    let plain = Action::Instead(Reply::new(404).body(b"404 page not found\n"));
    let answers = [
        plain,
        Action::status(406),
        Action::error(406, "MANIFEST_INVALID"),
        Action::status(501),
    ];
    for action in &answers {
        with_referrers(action, SIGNED).assert_passes();
        let run = with_referrers(action, UNSIGNED);
        run.assert_ends(RULE, "violation", 1, "is unsigned");
    }
}

#[test]
fn an_empty_list_of_referrers_is_unsigned_however_it_is_written() {
    for action in [
        said(INDEX, r#"{"schemaVersion":2,"manifests":null}"#),
        said("application/json", r#"{"schemaVersion":2,"manifests":[]}"#),
    ] {
        let run = with_referrers(&action, UNSIGNED);
        run.assert_ends(RULE, "violation", 1, "is unsigned");
    }
}

#[test]
fn a_page_of_a_proxy_is_3_and_not_called_unsigned() {
    for (part, status) in [
        (REFERRERS, 404),
        (REFERRERS, 406),
        (".sig", 404),
        (".sig", 200),
    ] {
        let run = checked(&registry(vec![Fault::always(part, page(status))]), UNSIGNED);
        run.assert_ends(RULE, "not-checked", 3, "a page for people");
    }
}

#[test]
fn an_empty_document_in_place_of_a_manifest_or_list_is_3() {
    for (part, action) in [
        (REFERRERS, said(INDEX, "{}")),
        (REFERRERS, said("application/json", "{}")),
        (".sig", said(MANIFEST, "{}")),
        (".sig", said("application/json", "{}")),
        ("/manifests/v1", said(MANIFEST, "{}")),
    ] {
        let run = checked(&registry(vec![Fault::always(part, action)]), UNSIGNED);
        run.assert_ends(RULE, "not-checked", 3, "could not check who signed");
    }
}

#[test]
fn a_401_that_names_no_login_is_3_without_advice_to_log_in() {
    let run = with_referrers(&Action::status(401), UNSIGNED);
    run.assert_ends(RULE, "not-checked", 3, "no login changes that");
    assert!(!run.report.to_string().contains("docker login"));
}

#[test]
fn a_redirect_of_a_public_registry_into_this_network_is_3_and_not_followed() {
    let inside = registry(Vec::new());
    let location = format!(
        "http://{}/v2/team/{}",
        inside.name(),
        "unsigned/manifests/v1"
    );
    let proxy = registry(vec![Fault::always("/v2/", Action::redirect(&location))]);
    let further = "registries: { registry.example.com: { http: true } }";
    let run = sandbox(further, "registry.example.com/team/unsigned:v1")
        .variable("HTTP_PROXY", &format!("http://{}", proxy.name()))
        .check(&["pod.yaml", "--no-cache"]);
    run.assert_ends(
        RULE,
        "not-checked",
        3,
        "an address of this machine or of a private network",
    );
    assert_eq!(inside.count("/"), 0);
}

/// A policy that approves one registry only, which is not the one that is asked.
const APPROVED: &str = "rules:\n  restrict-image-registries: { allow: [registry.example.com/**] }\n  \
                        disallow-latest-tag: {}\n";

/// A sandbox whose policy refuses by registry and tag, and wants a signature.
fn refusing(further: &str, files: &[(&str, String)]) -> Sandbox {
    let policy = policy("").replacen("rules:\n", APPROVED, 1);
    let mut made = sandbox("", "none").file("imagegate.yaml", format!("{policy}{further}"));
    for (path, text) in files {
        made = made.file(path, text);
    }
    made
}

const REFUSED: &str = "restrict-image-registries violation enforce";

#[test]
fn an_image_that_a_rule_refuses_is_not_asked_about_but_counted() {
    let registry = registry(Vec::new());
    let image = format!("{}/team/{UNSIGNED}", registry.name());
    let files = [("pod.yaml", pod(&image))];
    let run = refusing("", &files).check(&["pod.yaml", "--no-cache"]);
    assert_eq!((run.findings(), run.code), (vec![REFUSED.to_owned()], 1));
    assert!(
        run.not_evaluated()
            .contains(r#""reason":"refused-image","rule":"verify-image-signatures""#)
    );
    assert_eq!(registry.count(""), 0);
    let run = refusing("", &files).check(&["pod.yaml", "--no-cache", "--all-evidence"]);
    assert_eq!(run.findings().len(), 2);
    assert!(registry.count("") > 0);
}

#[test]
fn an_image_with_a_tag_that_is_refused_is_not_asked_about() {
    let registry = registry(Vec::new());
    let allow = format!("allow: ['{}/**']", registry.name());
    let policy = policy("").replacen("rules:\n", APPROVED, 1);
    let policy = policy.replacen("allow: [registry.example.com/**]", &allow, 1);
    let image = format!("{}/team/unsigned", registry.name());
    let run = sandbox("", &image)
        .file("imagegate.yaml", policy)
        .check(&["pod.yaml", "--no-cache"]);
    assert_eq!(run.findings(), ["disallow-latest-tag violation enforce"]);
    assert_eq!(registry.count(""), 0);
}

#[test]
fn an_image_that_is_refused_at_some_of_its_uses_only_is_asked_about() {
    let registry = registry(Vec::new());
    let image = format!("{}/team/{UNSIGNED}", registry.name());
    let audit = "overrides:\n  - { namespaces: [dev], rules: [restrict-image-registries], action: audit }\n";
    let files = [
        ("pod.yaml", pod_in(Some("shop"), &image)),
        ("dev.yaml", pod_in(Some("dev"), &image)),
    ];
    let run = refusing(audit, &files).check(&["pod.yaml", "dev.yaml", "--no-cache"]);
    let unsigned = "verify-image-signatures violation enforce";
    let findings = run.findings();
    let unsigned = findings.iter().filter(|finding| *finding == unsigned);
    assert_eq!(unsigned.count(), 2, "{findings:?}");
    assert!(!run.not_evaluated().contains("refused-image"));
    let off = format!(
        "{audit}  - {{ namespaces: [dev], rules: [verify-image-signatures], action: off }}\n"
    );
    let asked = registry.count("");
    let run = refusing(&off, &files).check(&["pod.yaml", "dev.yaml", "--no-cache"]);
    assert!(run.not_evaluated().contains("refused-image"));
    assert_eq!(
        registry.count(""),
        asked,
        "nothing is wanted where it is not refused"
    );
}

#[test]
fn an_image_whose_refusal_is_suppressed_is_asked_about() {
    let registry = registry(Vec::new());
    let image = format!("{}/team/{UNSIGNED}", registry.name());
    let rule = "restrict-image-registries";
    let commented = pod(&format!("{image} # imagegate: ignore[{rule}] a trial"));
    let exception = format!("exceptions:\n  - rules: [{rule}]\n    reason: a trial\n");
    let lowered = "inline-ignores: audit\n".to_owned();
    for (further, text) in [
        (String::new(), commented.clone()),
        (exception, pod(&image)),
        (lowered, commented),
    ] {
        let before = registry.count("");
        let run = refusing(&further, &[("pod.yaml", text)]).check(&["pod.yaml", "--no-cache"]);
        let unsigned = "verify-image-signatures violation enforce".to_owned();
        assert!(
            run.findings().contains(&unsigned),
            "{further}{}",
            run.report
        );
        assert!(registry.count("") > before, "{further}");
    }
}

#[test]
fn a_suppression_of_what_was_not_asked_is_not_called_unused() {
    let registry = registry(Vec::new());
    let image = format!("{}/team/{UNSIGNED}", registry.name());
    let exception = "exceptions:\n  - rules: [verify-image-signatures]\n    reason: a trial\n";
    let files = [("k8s/pod.yaml", pod(&image))];
    let run = refusing(exception, &files).check(&["k8s", "--no-cache"]);
    assert_eq!(run.findings(), [REFUSED]);
}
