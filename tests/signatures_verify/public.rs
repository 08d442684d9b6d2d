//! Bundles of public projects (`testdata/signatures/public-bundles`): both versions of Rekor, both kinds of
//! attestation entries, a timestamp without a log, and an identity that is neither e-mail address nor URI.

use std::collections::BTreeSet;

use imagegate::gather::stored::StoredSignature;
use imagegate::gather::verify::Verifier;
use imagegate::model::digest::Digest;
use imagegate::model::signature::RefusalKind::{NoLogEntry, Unsupported};
use imagegate::model::signature::{Anchor, Content, Format, Trial};

use crate::stored::{file, json, outcome, public, sigstore, stored, text};

/// The bundle with that name.
pub(crate) fn bundle(name: &str) -> StoredSignature {
    let bytes = file(&format!("public-bundles/{name}.sigstore.json"));
    stored(Format::Bundle("0.3".to_owned()), 0, bytes)
}

/// With the trusted root of Sigstore's staging instance.
pub(crate) fn staging() -> Verifier {
    let root = file("public-bundles/staging_trusted_root.json");
    Verifier::new(Some(&root)).expect("a trusted root")
}

fn digest(text: &str) -> Digest {
    Digest::parse(text).expect("a digest")
}

#[test]
fn public_attestations_verify_with_each_kind_of_log_entry() {
    let package = "sha256:54303491a8418fbed24344b513546182c29b43bf282ceb433af65e2299f9271f";
    for (name, verifier, subject) in [
        ("conda-attestation", public(), package),
        ("conda-attestation-rekor2", staging(), package),
        (
            "sigstore-js-provenance",
            public(),
            "sha512:46d4e2f74c4877316640000a6fdf8a8b59f1e0847667973e9859f774dd31b8f1e0937813b777fb66a2ac67d50540fe34640966eee9fc2ccca387082b4c85cd3c",
        ),
        (
            "dsse",
            public(),
            "sha512:bbfd372fc9beeb777fe35d05bb10c0c70a9733d366a75fed7dd18866c7391de3ee7e88ba74dd47abf3e15c845e547fcf0e5c3da80854c751554224d3a6d4e55f",
        ),
    ] {
        let outcome = outcome(&verifier, &bundle(name), &digest(subject), &sigstore(true));
        let proof = outcome.unwrap_or_else(|refusal| panic!("{name}: {refusal:?}"));
        assert!(proof.signed_at.is_some(), "{name}");
        assert!(proof.identity.is_some(), "{name}");
    }
}

/// GitHub signs attestations of private repositories without a log: a timestamp says when.
#[test]
fn a_certificate_with_a_timestamp_alone_counts_where_no_log_is_asked_for() {
    let root = file("public-bundles/github_trusted_root.json");
    let verifier = Verifier::new(Some(&root)).expect("a trusted root");
    let authority = &json(&root)["certificateAuthorities"];
    let chains = authority.as_array().expect("authorities").iter();
    let chains: Vec<Vec<Vec<u8>>> = chains
        .map(|one| {
            one["certChain"]["certificates"]
                .as_array()
                .expect("a chain")
                .iter()
        })
        .map(|chain| chain.map(|one| unbase64(text(&one["rawBytes"]))).collect())
        .collect();
    let subject = digest("sha256:76f1fe8593bf227cca2c089e3c16dc95014a8d3e89c5dd220530469ca043c428");
    let trials = |log| -> BTreeSet<Trial> {
        let anchors = chains
            .iter()
            .map(|chain| Anchor::Authority(chain.clone().into()));
        anchors.map(|anchor| Trial { anchor, log }).collect()
    };
    let stored = bundle("github-private-attestation");

    let without = verifier.examine(&stored, &subject, &trials(false));
    let proofs: Vec<_> = without
        .trials
        .iter()
        .filter_map(|(_, one)| one.as_ref().ok())
        .collect();
    assert!(!proofs.is_empty(), "{without:?}");
    assert!(proofs.iter().all(|proof| proof.signed_at.is_some()));

    let with = verifier.examine(&stored, &subject, &trials(true));
    for (_, outcome) in with.trials {
        assert_eq!(outcome.expect_err("there is no log entry").kind, NoLogEntry);
    }
}

fn unbase64(text: &str) -> Vec<u8> {
    use base64::Engine as _;
    let decoded = base64::engine::general_purpose::STANDARD.decode(text);
    decoded.expect("base64")
}

#[test]
fn a_bundle_that_signs_a_file_is_no_signature_of_an_image() {
    let stored = bundle("othername");
    let subject = digest(&format!("sha256:{}", "00".repeat(32)));
    let trials = BTreeSet::from([sigstore(true)]);
    let candidate = public().examine(&stored, &subject, &trials);
    assert!(matches!(candidate.content, Content::Malformed(_)));
    let (_, outcome) = &candidate.trials[0];
    assert_eq!(outcome.as_ref().expect_err("it is none").kind, Unsupported);
}
