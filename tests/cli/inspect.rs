//! `imagegate inspect`, on the images of `testdata/signatures`.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::sandbox::{Run, Sandbox};

const POLICY: &str = "testdata/inspect/imagegate.yaml";

fn run(arguments: &[&str]) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_imagegate"));
    command
        .args(["inspect", "--offline", "--policy", POLICY])
        .args(arguments)
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")))
        .env_clear();
    Run::from(command.output().unwrap())
}

/// The full name of an image of the test data.
fn team(name: &str) -> String {
    format!("registry.example.com/team/{name}")
}

/// What JSON says about one image, and the exit code.
fn inspected(name: &str) -> (Value, i32) {
    let run = run(&["-f", "json", &team(name)]);
    let mut report: Value =
        serde_json::from_str(&run.stdout).unwrap_or_else(|_| panic!("{}", run.stderr));
    (report["images"][0].take(), run.code)
}

#[test]
fn a_signature_is_shown_with_the_key_that_it_is_proven_to_be_by() {
    let (image, code) = inspected("v2-keyed:v1");
    assert_eq!(code, 0);
    let signer = &image["signatures"][0]["signers"][0];
    assert_eq!(signer["name"], "key `../signatures/keys/cosign-v2.pub`");
    assert_eq!(signer["transparency_log"], false);
    assert_eq!(image["verdict"]["outcome"], "pass");
    assert_eq!(image["answered_by"], "layout");
}

#[test]
fn a_certificate_is_shown_with_its_identity_and_the_time_of_the_log() {
    let (image, code) = inspected("v2-keyless:v1");
    assert_eq!(code, 0);
    let signer = &image["signatures"][0]["signers"][0];
    assert_eq!(signer["by"], "sigstore");
    assert!(signer["identity"]["subject"].is_string(), "{signer}");
    assert!(signer["signed_at"].is_string(), "{signer}");
    assert_eq!(image["verdict"]["outcome"], "violation");
}

#[test]
fn every_place_is_looked_at_although_the_first_would_do() {
    let (image, code) = inspected("both-formats:v1");
    assert_eq!(code, 0);
    let signatures = image["signatures"].as_array().unwrap();
    let storages: Vec<&str> = signatures
        .iter()
        .map(|signature| signature["storage"].as_str().unwrap())
        .collect();
    assert!(storages.contains(&"signature-tag"), "{storages:?}");
    assert!(
        storages
            .iter()
            .any(|storage| storage.starts_with("referrer")),
        "{storages:?}"
    );
}

#[test]
fn attestations_are_shown_with_their_type() {
    let (image, _) = inspected("v2-provenance:v1");
    let signatures = image["signatures"].as_array().unwrap();
    let attested = signatures.iter().any(|signature| {
        let predicate = signature["predicate_type"].as_str();
        predicate.is_some_and(|predicate| predicate.starts_with("https://slsa.dev/provenance/"))
    });
    assert!(attested, "{signatures:?}");
}

#[test]
fn the_platforms_of_an_index_are_shown() {
    let (image, _) = inspected("v2-index:v1");
    let platforms = image["platforms"].as_array().unwrap();
    assert!(platforms.len() > 1, "{platforms:?}");
}

#[test]
fn an_image_without_signatures_is_no_failure() {
    let run = run(&[&team("unsigned:v1")]);
    assert_eq!(run.code, 0, "{}", run.stdout);
    assert!(
        run.stdout
            .contains("neither a signature nor an attestation"),
        "{}",
        run.stdout
    );
}

#[test]
fn what_cannot_be_read_is_said_and_is_3() {
    for name in ["broken-payload-missing:v1", "broken-bundle-missing:v1"] {
        let (image, code) = inspected(name);
        assert_eq!(code, 3, "{name}");
        assert_ne!(image["gaps"], serde_json::json!([]), "{name}");
    }
}

#[test]
fn an_image_that_does_not_exist_is_3_and_hides_no_other() {
    let run = run(&[&team("absent:v1"), &team("v2-keyed:v1")]);
    assert_eq!(run.code, 3);
    assert!(
        run.stdout.contains("there is no such image"),
        "{}",
        run.stdout
    );
    assert!(run.stdout.contains("signed by"), "{}", run.stdout);
}

#[test]
fn without_a_network_a_registry_is_not_asked() {
    let run = Sandbox::new().run(&["inspect", "--offline", "ghcr.io/acme/app:1"]);
    assert_eq!(run.code, 3);
    assert!(
        run.stdout.contains("could not be found out"),
        "{}",
        run.stdout
    );
    assert_eq!(run.stderr, "");
}

#[test]
fn what_is_no_image_is_2_and_nothing_is_asked() {
    let run = run(&[&team("v2-keyed:v1"), "NGINX"]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    assert!(run.stderr.contains("capital letters"), "{}", run.stderr);
}

#[test]
fn the_policy_found_upward_is_used() {
    let policy = "version: 1\nrules: {disallow-latest-tag: {}}\nregistries:\n  example.com: { layout: nowhere }\n";
    let sandbox = Sandbox::new()
        .folder(".git")
        .file("imagegate.yaml", policy)
        .folder("below");
    let run = sandbox.run_in("below", &["inspect", "example.com/app:1"]);
    assert_eq!(run.code, 3);
    assert!(run.stdout.contains("nowhere"), "{}", run.stdout);
}

#[test]
fn the_scan_in_an_attestation_by_a_key_of_the_policy_is_shown_with_its_counts() {
    let (image, code) = inspected("v2-failing-scan:v1");
    assert_eq!(code, 0);
    let scan = &image["scans"][0];
    assert_eq!(scan["scanner"], "Trivy");
    assert_eq!(scan["counts"]["critical"], 1);
    assert_eq!(scan["counts"]["high"], 1);
    let places: Vec<&Value> = image["signatures"]
        .as_array()
        .unwrap()
        .iter()
        .map(|signature| &signature["manifest"])
        .collect();
    assert!(places.contains(&&scan["attestation"]), "{scan}");
}

#[test]
fn a_scan_that_no_key_of_the_policy_has_signed_says_nothing() {
    let (image, _) = inspected("bundle-failing-scan-only:v1");
    assert_eq!(image["scans"], Value::Array(Vec::new()));
}
