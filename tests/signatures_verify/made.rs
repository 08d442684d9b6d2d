//! Signatures made for these tests (`testdata/signatures/made/make.py`): by own authorities, with a log and
//! a timestamp authority of their own, and by every kind of key.

use std::collections::BTreeMap;

use imagegate::gather::stored::StoredSignature;
use imagegate::gather::verify::Verifier;
use imagegate::model::digest::Digest;
use imagegate::model::signature::RefusalKind::{self, *};
use imagegate::model::signature::{Anchor, Format, Proof, Refusal, Trial};
use serde_json::Value;

use crate::stored::{authority, file, json, outcome, pem, stored, text};

/// The image that all of them sign.
pub(crate) fn image() -> Digest {
    Digest::parse(&format!("sha256:{}", "ab".repeat(32))).expect("a digest")
}

/// With the log and the timestamp authority of these signatures.
pub(crate) fn verifier() -> Verifier {
    Verifier::new(Some(&file("made/trusted_root.json"))).expect("a trusted root")
}

fn written(name: &str) -> Value {
    let all = json(&file("made/signatures.json"));
    assert!(all[name].is_object(), "{name} is in signatures.json");
    all[name].clone()
}

/// The signature with that name.
pub(crate) fn signature(name: &str) -> StoredSignature {
    let written = written(name);
    let annotations = written["annotations"].as_object().expect("annotations");
    let annotations: BTreeMap<_, _> = annotations
        .iter()
        .map(|(name, value)| (name.clone(), text(value).to_owned()))
        .collect();
    let (format, bytes) = match (&written["envelope"], &written["bundle"]) {
        (Value::Null, Value::Null) => (Format::SimpleSigning, file("made/payload.json")),
        (Value::Null, bundle) => {
            let format = Format::Bundle("0.3".to_owned());
            (format, bundle.to_string().into_bytes())
        }
        (envelope, _) => (Format::Envelope, envelope.to_string().into_bytes()),
    };
    StoredSignature {
        annotations,
        ..stored(format, 0, bytes)
    }
}

/// The key that made the signature with that name.
pub(crate) fn key_of(name: &str, log: bool) -> Trial {
    let der = pem(text(&written(name)["key"]).as_bytes()).remove(0);
    Trial {
        anchor: Anchor::Key(der.into()),
        log,
    }
}

fn held(name: &str, trial: &Trial) -> Result<Proof, Refusal> {
    outcome(&verifier(), &signature(name), &image(), trial)
}

fn kind(outcome: Result<Proof, Refusal>) -> Option<RefusalKind> {
    outcome.err().map(|refusal| refusal.kind)
}

/// Every scheme that counts, in every format and kind of log entry. Entries are over the hash of the
/// signature, as Rekor makes them, but where the comment says otherwise.
const SCHEMES: &[&str] = &[
    "key-p256",
    "key-p256-sha384",
    "key-p256-sha512",
    // Over SHA-256.
    "key-p384-sha384",
    "key-p384-sha256",
    "key-p384-sha512",
    "key-p521-sha256",
    "key-p521-sha384",
    "key-p521-sha512",
    "key-ed25519",
    "key-rsa2048",
    // Over SHA-256.
    "key-rsa2048-sha512",
    "key-rsa3072",
    "key-rsa3072-sha384",
    "key-rsa4096",
    "key-rsa4096-sha512",
    "envelope-p256",
    "envelope-p256-sha512",
    "envelope-p256-sha512-intoto",
    "envelope-p384-sha256",
    "envelope-p384-sha384",
    "envelope-p521-sha512",
    "envelope-ed25519",
    "envelope-rsa3072",
    "envelope-rsa4096-sha512",
    "bundle-p256",
    "bundle-p384-sha384",
    "bundle-p521-sha512",
    "bundle-rsa4096-sha512",
];

#[test]
fn every_kind_of_key_verifies_with_its_log_entry_and_without() {
    for name in SCHEMES {
        for log in [true, false] {
            let proof = held(name, &key_of(name, log));
            let proof = proof.unwrap_or_else(|refusal| panic!("{name}, log {log}: {refusal:?}"));
            let annotations = [("env".to_owned(), "prod".to_owned())];
            assert_eq!(proof.annotations, annotations, "{name}");
            // A bundle brings a timestamp.
            let has_time = log || name.starts_with("bundle");
            assert_eq!(proof.signed_at.is_some(), has_time, "{name}");
        }
    }
}

#[test]
fn a_scheme_that_does_not_count_is_named() {
    for (name, scheme) in [
        ("key-rsa2048-pss", "RSA-PSS over SHA-256"),
        ("key-rsa2048-sha1", "RSA over SHA-1"),
        ("key-p256-sha1", "ECDSA over SHA-1"),
        ("key-p521-sha224", "ECDSA over SHA-224"),
    ] {
        for log in [true, false] {
            let refusal = held(name, &key_of(name, log)).expect_err("it does not count");
            assert_eq!(refusal.kind, Unsupported, "{name}");
            assert!(refusal.reason.contains(scheme), "{}", refusal.reason);
        }
    }
}

/// The log entries of schemes that sigstore-verify does not know are verified here: each part of them counts.
#[test]
fn a_log_entry_over_another_hash_has_to_be_of_this_very_signature() {
    const ENTRY: &str = "dev.sigstore.cosign/bundle";
    for (name, others) in [
        ("key-p256-sha512", ["key-p256-sha384", "key-p521-sha512"]),
        ("key-p521-sha512", ["key-p521-sha384", "key-rsa4096-sha512"]),
        (
            "envelope-p521-sha512",
            ["envelope-p256-sha512", "key-p521-sha512"],
        ),
    ] {
        for other in others {
            let mut changed = signature(name);
            let entry = signature(other).annotations[ENTRY].clone();
            changed.annotations.insert(ENTRY.to_owned(), entry);
            let outcome = outcome(&verifier(), &changed, &image(), &key_of(name, true));
            let refusal = outcome.expect_err("the entry is of another signature");
            assert!(
                matches!(refusal.kind, BadLogEntry | Unsupported),
                "{name} with the entry of {other}: {refusal:?}"
            );
        }
    }
}

/// The log signed these entries, and each is of something else in one part.
#[test]
fn each_part_of_a_log_entry_is_held_against_the_signature() {
    for (name, kind) in [
        ("entry-of-another-hash", BadLogEntry),
        ("entry-of-another-algorithm", Unsupported),
        ("entry-of-another-signature", BadLogEntry),
        ("entry-of-another-key", BadLogEntry),
        ("entry-of-two-signatures", BadLogEntry),
        ("entry-of-another-type", BadLogEntry),
    ] {
        let without = held(name, &key_of(name, false));
        assert!(without.is_ok(), "{name} is a signature: {without:?}");
        let refusal = held(name, &key_of(name, true)).expect_err("the entry is of something else");
        assert_eq!(refusal.kind, kind, "{name}: {}", refusal.reason);
    }
}

#[test]
fn another_key_of_the_same_kind_is_another_signer() {
    for (name, other) in [
        ("key-p256", "key-stamped"),
        ("key-rsa2048", "key-rsa3072"),
        ("key-ed25519", "envelope-ed25519"),
        ("key-p384-sha256", "key-p256"),
    ] {
        let outcome = held(name, &key_of(other, false));
        assert_eq!(
            kind(outcome),
            Some(OtherSigner),
            "{name} against the key of {other}"
        );
    }
}

#[test]
fn a_log_entry_of_the_same_payload_by_another_key_does_not_count() {
    let mut signature = signature("key-p256");
    let entry = "dev.sigstore.cosign/bundle";
    let other = self::signature("key-rsa2048").annotations[entry].clone();
    signature.annotations.insert(entry.to_owned(), other);
    let outcome = outcome(&verifier(), &signature, &image(), &key_of("key-p256", true));
    assert_eq!(kind(outcome), Some(BadLogEntry));
}

#[test]
fn a_point_beside_the_curve_is_said_to_be_no_key() {
    for name in ["key-p256", "key-p384-sha256"] {
        let Anchor::Key(der) = key_of(name, false).anchor else {
            panic!("a key");
        };
        let mut der = der.to_vec();
        *der.last_mut().expect("bytes") ^= 1;
        let trial = Trial {
            anchor: Anchor::Key(der.into()),
            log: false,
        };
        let refusal = held(name, &trial).expect_err("it is no key");
        assert_eq!(refusal.kind, Unsupported);
        assert!(
            refusal.reason.contains("not on its curve"),
            "{}",
            refusal.reason
        );
    }
}

/// Certificates by own authorities: the signature, the file of the policy, and what comes of it without a
/// log entry being asked for and with one.
const AUTHORITIES: &[(&str, &str, Option<RefusalKind>, Option<RefusalKind>)] = &[
    ("valid", "made/root.pem", None, Some(NoLogEntry)),
    ("valid", "made/chain.pem", None, Some(NoLogEntry)),
    ("valid-uri", "made/root.pem", None, Some(NoLogEntry)),
    ("valid-common-name", "made/root.pem", None, Some(NoLogEntry)),
    ("valid-p384", "made/root.pem", None, Some(NoLogEntry)),
    (
        "valid-rsa4096-sha512",
        "made/root.pem",
        None,
        Some(NoLogEntry),
    ),
    ("valid-p521", "made/root.pem", None, Some(NoLogEntry)),
    (
        "valid-p521-authority",
        "made/p521-root.pem",
        None,
        Some(NoLogEntry),
    ),
    (
        "valid-p521-authority",
        "made/root.pem",
        Some(UntrustedCertificate),
        Some(NoLogEntry),
    ),
    (
        "bundle-certificate-p521-sha512",
        "made/root.pem",
        None,
        None,
    ),
    // The intermediate comes with the signature, or stands in the policy, or is nowhere.
    ("valid-chain-sent", "made/root.pem", None, Some(NoLogEntry)),
    (
        "valid-chain-known",
        "made/chain.pem",
        None,
        Some(NoLogEntry),
    ),
    (
        "valid-chain-known",
        "made/root.pem",
        Some(UntrustedCertificate),
        Some(NoLogEntry),
    ),
    (
        "names-nobody",
        "made/root.pem",
        Some(UntrustedCertificate),
        Some(UntrustedCertificate),
    ),
    (
        "no-usage",
        "made/root.pem",
        Some(UntrustedCertificate),
        Some(NoLogEntry),
    ),
    (
        "other-usage",
        "made/root.pem",
        Some(UntrustedCertificate),
        Some(NoLogEntry),
    ),
    // The same names, another key.
    (
        "other-authority",
        "made/root.pem",
        Some(UntrustedCertificate),
        Some(NoLogEntry),
    ),
    (
        "authority-itself",
        "made/root.pem",
        Some(UntrustedCertificate),
        Some(NoLogEntry),
    ),
    (
        "by-a-leaf",
        "made/root.pem",
        Some(UntrustedCertificate),
        Some(NoLogEntry),
    ),
    // A file with no authority in it trusts nobody, not even the signer whose certificate it holds.
    (
        "by-a-leaf",
        "made/leaf.pem",
        Some(UntrustedCertificate),
        Some(UntrustedCertificate),
    ),
    (
        "valid",
        "made/leaf.pem",
        Some(UntrustedCertificate),
        Some(UntrustedCertificate),
    ),
    // Expired certificates count for what was signed while they were valid, if something says when.
    (
        "expired",
        "made/root.pem",
        Some(UntrustedCertificate),
        Some(NoLogEntry),
    ),
    ("expired-logged", "made/root.pem", None, None),
    (
        "expired-logged-late",
        "made/root.pem",
        Some(UntrustedCertificate),
        Some(BadLogEntry),
    ),
    ("expired-logged-p256-sha512", "made/root.pem", None, None),
    ("expired-logged-rsa4096-sha512", "made/root.pem", None, None),
    (
        "expired-logged-late-p256-sha512",
        "made/root.pem",
        Some(UntrustedCertificate),
        Some(UntrustedCertificate),
    ),
    ("stamped", "made/root.pem", None, Some(NoLogEntry)),
    (
        "stamped-p256-sha512",
        "made/root.pem",
        None,
        Some(NoLogEntry),
    ),
    (
        "stamped-late",
        "made/root.pem",
        Some(UntrustedCertificate),
        Some(NoLogEntry),
    ),
    // So does an expired authority.
    (
        "old-authority",
        "made/old-root.pem",
        Some(UntrustedCertificate),
        Some(NoLogEntry),
    ),
    ("old-authority-logged", "made/old-root.pem", None, None),
    // A key is no certificate.
    (
        "key-p256",
        "made/root.pem",
        Some(OtherSigner),
        Some(OtherSigner),
    ),
];

#[test]
fn certificates_by_own_authorities_count_as_their_chain_and_time_allow() {
    for (name, file, without_log, with_log) in AUTHORITIES {
        for (log, wanted) in [(false, without_log), (true, with_log)] {
            let outcome = held(name, &authority(file, log));
            assert_eq!(
                outcome.as_ref().err().map(|refusal| refusal.kind),
                *wanted,
                "{name} against {file}, log {log}: {outcome:?}"
            );
        }
    }
}

#[test]
fn an_expired_authority_is_said_to_have_expired_and_when() {
    let trial = authority("made/old-root.pem", false);
    let refusal = held("old-authority", &trial).expect_err("it has expired");
    let wanted = "the policy's authority expired at 2021-01-01 00:00:00 UTC";
    assert!(refusal.reason.contains(wanted), "{}", refusal.reason);
}

#[test]
fn an_own_authority_names_signer_and_issuer() {
    for (name, subject, issuer) in [
        ("valid", "carol@example.com", "CN=made root"),
        (
            "valid-uri",
            "https://ci.example.com/release",
            "CN=made root",
        ),
        ("valid-common-name", "carol", "CN=made root"),
        (
            "valid-chain-sent",
            "carol@example.com",
            "CN=made intermediate",
        ),
    ] {
        let proof = held(name, &authority("made/root.pem", false)).expect("it is signed");
        let identity = proof.identity.expect("by somebody");
        assert_eq!(identity.subject, subject, "{name}");
        assert_eq!(identity.issuer.as_deref(), Some(issuer), "{name}");
    }
}

#[test]
fn an_own_authority_is_none_of_the_trusted_root() {
    let trial = crate::stored::sigstore(true);
    assert_eq!(
        kind(held("expired-logged", &trial)),
        Some(UnknownToTrustedRoot),
        "the root knows the log and no authority"
    );
}

#[test]
fn a_timestamp_is_the_time_of_signing() {
    let proof = held("stamped", &authority("made/root.pem", false)).expect("it is signed");
    assert!(proof.signed_at.is_some());
    let proof = held("key-stamped", &key_of("key-stamped", false)).expect("it is signed");
    assert!(proof.signed_at.is_some());
}

#[test]
fn a_timestamp_of_another_signature_is_none() {
    let name = "dev.sigstore.cosign/rfc3161timestamp";
    let other = signature("stamped-late").annotations[name].clone();
    let mut stamped = signature("key-stamped");
    stamped.annotations.insert(name.to_owned(), other.clone());
    let held = outcome(
        &verifier(),
        &stamped,
        &image(),
        &key_of("key-stamped", false),
    );
    assert_eq!(held.expect("the key signed").signed_at, None);

    let mut expired = signature("expired");
    expired.annotations.insert(name.to_owned(), other);
    let outcome = outcome(
        &verifier(),
        &expired,
        &image(),
        &authority("made/root.pem", false),
    );
    assert_eq!(kind(outcome), Some(UntrustedCertificate));
}
