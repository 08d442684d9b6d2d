//! The signatures of the test data, each held against what its question asks for: which pass, and why the
//! others are refused.

use imagegate::model::signature::RefusalKind::{self, *};
use imagegate::model::signature::{Content, Trial};

use crate::stored::{Image, examine, key, outcome, private, public, sigstore};

/// Image, trial, and what comes of each signature beside it: `None` for a proof.
type Row = (&'static str, fn() -> Trial, &'static [Option<RefusalKind>]);

const PASS: Option<RefusalKind> = None;

const ROWS: &[Row] = &[
    ("v2-keyed", || key("cosign-v2", false), &[PASS]),
    ("v2-keyed", || key("cosign-v2", true), &[Some(NoLogEntry)]),
    ("v2-keyed", || key("other", false), &[Some(OtherSigner)]),
    ("v2-keyed", || sigstore(true), &[Some(OtherSigner)]),
    (
        "v2-two-signers",
        || key("other", false),
        &[PASS, Some(OtherSigner)],
    ),
    ("v2-index", || key("cosign-v2", false), &[PASS]),
    ("v2-log", || key("cosign-v2", true), &[PASS]),
    ("v2-keyless", || sigstore(true), &[PASS]),
    (
        "v2-keyless",
        || key("cosign-v2", true),
        &[Some(OtherSigner)],
    ),
    ("v2-bundle", || key("cosign-v2", false), &[PASS]),
    ("v2-oci11", || key("cosign-v2", false), &[PASS]),
    ("v3-keyed", || key("cosign-v3", false), &[PASS]),
    ("v3-keyed", || key("cosign-v3", true), &[Some(NoLogEntry)]),
    ("v3-keyed", || key("other", false), &[Some(OtherSigner)]),
    ("v3-log", || key("cosign-v3", true), &[PASS]),
    ("v3-keyless", || sigstore(true), &[PASS]),
    ("v3-keyless-workflow", || sigstore(true), &[PASS]),
    ("key-p256", || key("p256", false), &[PASS]),
    ("key-p384", || key("p384", false), &[PASS]),
    ("key-rsa2048", || key("rsa2048", false), &[PASS]),
    ("key-ed25519", || key("ed25519", false), &[PASS]),
    ("wrong-key", || key("p256", false), &[Some(OtherSigner)]),
    (
        "second-layer-good",
        || key("p256", false),
        &[Some(OtherSigner), PASS],
    ),
    ("other-docker-reference", || key("p256", false), &[PASS]),
    ("wrapped-base64", || key("p256", false), &[PASS]),
    ("wrong-digest", || key("p256", false), &[Some(OtherImage)]),
    ("tampered", || key("p256", false), &[Some(OtherSigner)]),
    (
        "junk-signature",
        || key("p256", false),
        &[Some(OtherSigner)],
    ),
    ("wrong-type", || key("p256", false), &[Some(Unsupported)]),
    ("log", || key("p256", true), &[PASS]),
    ("log-other-body", || key("p256", true), &[Some(BadLogEntry)]),
    ("log-other-body", || key("p256", false), &[PASS]),
    ("keyless", || sigstore(true), &[PASS]),
    ("keyless", || sigstore(false), &[PASS]),
    (
        "keyless-forged-junk",
        || sigstore(true),
        &[Some(BadSignature)],
    ),
    (
        "keyless-forged-own-key",
        || sigstore(true),
        &[Some(BadSignature)],
    ),
    (
        "keyless-swapped-log",
        || sigstore(true),
        &[Some(BadLogEntry)],
    ),
    (
        "keyless-swapped-log",
        || sigstore(false),
        &[Some(BadLogEntry)],
    ),
    (
        "keyless-expired",
        || sigstore(true),
        &[Some(UntrustedCertificate)],
    ),
    (
        "keyless-expired",
        || sigstore(false),
        &[Some(UntrustedCertificate)],
    ),
    ("keyless-no-log", || sigstore(true), &[Some(NoLogEntry)]),
    ("keyless-no-log", || sigstore(false), &[Some(NoLogEntry)]),
    (
        "keyless-no-sct",
        || sigstore(true),
        &[Some(NoCertificateLog)],
    ),
    (
        "keyless-no-sct",
        || sigstore(false),
        &[Some(NoCertificateLog)],
    ),
    ("bundle-keyless", || sigstore(true), &[PASS]),
    (
        "bundle-wrong-subject",
        || key("p256", true),
        &[Some(OtherImage)],
    ),
    (
        "bundle-wrong-key",
        || key("p256", true),
        &[Some(OtherSigner)],
    ),
    ("att-keyless", || sigstore(true), &[PASS]),
    ("att-replayed", || sigstore(true), &[Some(OtherImage)]),
];

#[test]
fn each_signature_passes_or_is_refused_for_its_reason() {
    let verifier = private();
    for (name, trial, wanted) in ROWS {
        let image = Image::named(name);
        let trial = trial();
        let outcomes = image.stored.iter().map(|stored| {
            let outcome = outcome(&verifier, stored, &image.digest, &trial);
            outcome.err().map(|refusal| refusal.kind)
        });
        assert_eq!(outcomes.collect::<Vec<_>>(), *wanted, "{name}, {trial:?}");
    }
}

#[test]
fn an_attestation_by_the_right_key_is_no_signature() {
    let verifier = private();
    for (name, key_name) in [
        ("v2-attested-only", "cosign-v2"),
        ("v3-scan-only", "cosign-v3"),
        ("v3-provenance", "cosign-v3"),
        ("bundle-failing-scan-only", "p256"),
    ] {
        let image = Image::named(name);
        let trial = key(key_name, false);
        let candidate = examine(&verifier, image.only(), &image.digest, &trial);
        assert!(candidate.proof(&trial).is_some(), "{name} is by that key");
        assert!(
            matches!(candidate.content, Content::Attestation { .. }),
            "{name}"
        );
    }
}

#[test]
fn annotations_are_those_of_the_signed_payload() {
    let verifier = private();
    let wanted = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    for (name, key_name, annotations) in [
        (
            "v2-annotated",
            "cosign-v2",
            vec![wanted("env", "prod"), wanted("team", "payments")],
        ),
        ("v3-annotated", "cosign-v3", vec![wanted("env", "prod")]),
        ("v3-keyed", "cosign-v3", Vec::new()),
    ] {
        let image = Image::named(name);
        let proof = outcome(
            &verifier,
            image.only(),
            &image.digest,
            &key(key_name, false),
        );
        assert_eq!(
            proof.expect("it is signed").annotations,
            annotations,
            "{name}"
        );
    }
}

#[test]
fn the_real_signatures_verify_against_the_built_in_root() {
    let verifier = public();
    for (name, trial) in [
        ("real-keyless-gha", sigstore(true)),
        (
            "real-keyed-public-rekor",
            key("real-keyed-public-rekor", true),
        ),
        (
            "real-keyed-cosign-v3.0.4-legacy",
            key("real-keyed-cosign-v3.0.4-legacy", false),
        ),
    ] {
        let image = Image::named(name);
        let outcome = outcome(&verifier, image.only(), &image.digest, &trial);
        assert!(outcome.is_ok(), "{name}: {outcome:?}");
    }
}

#[test]
fn a_proof_by_certificate_says_who_signed_and_when() {
    let image = Image::named("real-keyless-gha");
    let outcome = outcome(&public(), image.only(), &image.digest, &sigstore(true));
    let proof = outcome.expect("it is signed");
    let identity = proof.identity.expect("by somebody");
    assert_eq!(
        identity.subject,
        "https://github.com/salrashid123/go-bazel-github-workflow/.github/workflows/release.yaml@refs/tags/v0.0.30"
    );
    assert_eq!(
        identity.issuer.as_deref(),
        Some("https://token.actions.githubusercontent.com")
    );
    let signed_at = proof.signed_at.expect("a log saw it");
    assert_eq!(signed_at.to_string(), "2026-02-27T18:20:46Z");
}

#[test]
fn a_log_that_the_trusted_root_does_not_know_is_named_with_the_age_of_the_root() {
    let image = Image::named("real-keyless-gha");
    let refusal = outcome(&private(), image.only(), &image.digest, &sigstore(true));
    let refusal = refusal.expect_err("the private root does not know the public log");
    assert_eq!(refusal.kind, UnknownToTrustedRoot);
    assert!(refusal.reason.contains("2025-07-12"), "{}", refusal.reason);
}

#[test]
fn an_expired_certificate_is_refused_with_both_times() {
    let image = Image::named("keyless-expired");
    let refusal = outcome(&private(), image.only(), &image.digest, &sigstore(true));
    assert_eq!(
        refusal.expect_err("it is expired").reason,
        "its certificate had expired when it was signed (2026-10-26 02:54:43 UTC; valid until 2026-10-25 03:03:43 UTC)"
    );
}
