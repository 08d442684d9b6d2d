//! Certificates of registries, through the program.

use std::fs;

use serde_json::json;

use crate::program::{Ended, Program};
use crate::registry::tls::{Authority, ServerTls};
use crate::registry::{Setup, TestRegistry};
use crate::signed::SignedImages;

/// A run over an image in a registry with that certificate, where the policy names that authority.
fn encrypted(certificate: ServerTls, authority: &Authority) -> Ended {
    let images = SignedImages::new(1);
    let registry = TestRegistry::start(Setup {
        content: images.content.clone(),
        tls: Some(certificate),
        ..Setup::default()
    });
    let name = format!("localhost:{}", registry.port());
    let registries = json!({ name.as_str(): { "ca": "ca.pem" } });
    let image = format!("{name}/team/app-0:v1");
    let program = Program::over(&[image], &images.key, &registries);
    fs::write(program.folder().join("ca.pem"), authority.pem()).unwrap();
    program.run()
}

fn not_checked(ended: &Ended, words: &str) {
    assert_eq!(ended.code, Some(3), "{}", ended.stderr);
    let message = &ended.report()["findings"][0]["message"];
    assert!(message.to_string().contains(words), "{message}");
}

#[test]
fn certificates_of_an_authority_that_the_policy_names_are_trusted() {
    let authority = Authority::new();
    assert_eq!(encrypted(authority.certify(), &authority).code, Some(0));
}

#[test]
fn an_expired_certificate_is_no_answer() {
    let authority = Authority::new();
    let expired = authority.certify_names(&["localhost"], 2020);
    not_checked(&encrypted(expired, &authority), "certificate expired");
}

#[test]
fn a_certificate_for_another_name_is_no_answer() {
    let authority = Authority::new();
    let other = authority.certify_names(&["registry.example.com"], 4096);
    let words = "use the name that the certificate is for";
    not_checked(&encrypted(other, &authority), words);
}

#[test]
fn an_unknown_authority_is_no_answer() {
    let certificate = Authority::new().certify();
    let words = "name its certificates in the policy: `registries`, key `ca`";
    not_checked(&encrypted(certificate, &Authority::new()), words);
}
