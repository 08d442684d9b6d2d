//! The verdict table's rows about registries, proxies and logins: a registry on loopback serves the signed
//! images of `testdata/signatures` and misbehaves.

use std::path::{Path, PathBuf};

use crate::registry::content::{Content, INDEX, MANIFEST};
use crate::registry::fault::{Action, Fault};
use crate::registry::wire::Reply;
use crate::registry::{ReferrersApi, Setup, TestRegistry};
use crate::sandbox::{Checked, Sandbox, pod};

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
