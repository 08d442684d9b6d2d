//! Trusted roots: each fault in one is an error, and none is read as a root that trusts less.

use imagegate::gather::verify::{TrustedRootError, Verifier};
use serde_json::{Value, json};

use crate::stored::{file, json as read};

fn root() -> Value {
    read(&file("trusted_root.json"))
}

fn error(root: &Value) -> TrustedRootError {
    match Verifier::new(Some(root.to_string().as_bytes())) {
        Ok(_) => panic!("it is usable: {root}"),
        Err(error) => error,
    }
}

#[test]
fn what_is_no_trusted_root_is_refused() {
    for (bytes, wanted) in [
        (&b"\xff"[..], "it is not text in UTF-8"),
        (b"", "it is no Sigstore trusted root: EOF"),
        (b"[1]", "it is no Sigstore trusted root: invalid type"),
        (
            b"{}",
            "it is no Sigstore trusted root: missing field `mediaType`",
        ),
    ] {
        let error = Verifier::new(Some(bytes)).err().expect("it is no root");
        assert!(error.to_string().starts_with(wanted), "{error}");
    }
}

#[test]
fn another_document_of_sigstore_is_refused_by_its_media_type() {
    let mut root = root();
    root["mediaType"] = json!("application/vnd.dev.sigstore.signingconfig.v0.2+json");
    assert!(matches!(error(&root), TrustedRootError::MediaType(_)));
}

#[test]
fn a_root_that_trusts_nobody_is_refused() {
    let root = json!({ "mediaType": root()["mediaType"] });
    assert_eq!(error(&root), TrustedRootError::Empty);
}

#[test]
fn a_damaged_key_or_certificate_is_an_error() {
    let mut key = root();
    key["tlogs"][0]["publicKey"]["rawBytes"] = json!("AAAA");
    let mut certificate = root();
    certificate["certificateAuthorities"][0]["certChain"]["certificates"][0]["rawBytes"] =
        json!("AAAA");
    let mut chain = root();
    chain["certificateAuthorities"][0]["certChain"]["certificates"] = json!([]);
    let mut identifier = root();
    identifier["tlogs"][0]["logId"]["keyId"] = json!("AAAA");
    for root in [key, certificate, chain, identifier] {
        assert!(
            matches!(error(&root), TrustedRootError::Unusable(_)),
            "{root}"
        );
    }
}

#[test]
fn a_key_written_twice_in_a_root_is_an_error() {
    let twice = root()
        .to_string()
        .replacen("\"tlogs\":", "\"tlogs\":[],\"tlogs\":", 1);
    let error = Verifier::new(Some(twice.as_bytes())).err();
    assert!(
        matches!(error, Some(TrustedRootError::Malformed(_))),
        "{error:?}"
    );
}

#[test]
fn the_fingerprint_is_that_of_the_file() {
    let of = |root: Option<&[u8]>| {
        let verifier = Verifier::new(root).expect("a trusted root");
        verifier.fingerprint().to_owned()
    };
    let bytes = file("trusted_root.json");
    let mut other = bytes.clone();
    other.push(b' ');
    assert_eq!(of(Some(&bytes)), of(Some(&bytes)));
    assert_ne!(of(Some(&bytes)), of(Some(&other)));
    assert_ne!(of(Some(&bytes)), of(None));
    assert_eq!(of(None).len(), 64);
}
