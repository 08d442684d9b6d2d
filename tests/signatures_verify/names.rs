//! Whom a certificate of an own authority names, with certificates made when a test runs.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use imagegate::gather::stored::StoredSignature;
use imagegate::model::signature::{Anchor, Candidate, Format, Proof, Refusal, Trial};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, SanType, SigningKey as _,
};

use crate::made::{image, verifier};
use crate::stored::{file, stored};

/// What came of a signature by a certificate with this common name and these alternative names.
fn held(common_name: &str, alternative: &[SanType]) -> Candidate {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(DnType::CommonName, "root");
    let key = KeyPair::generate().expect("a key");
    let root = CertifiedIssuer::self_signed(params, key).expect("a certificate");

    let mut params = CertificateParams::default();
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::CodeSigning];
    params.subject_alt_names = alternative.to_vec();
    params
        .distinguished_name
        .push(DnType::CommonName, common_name);
    let key = KeyPair::generate().expect("a key");
    let certificate = params.signed_by(&key, &root).expect("a certificate");

    let payload = file("made/payload.json");
    let signature = key.sign(&payload).expect("a signature");
    let annotations = BTreeMap::from([
        (
            "dev.cosignproject.cosign/signature",
            STANDARD.encode(signature),
        ),
        ("dev.sigstore.cosign/certificate", certificate.pem()),
    ]);
    let annotations = annotations.into_iter();
    let signature = StoredSignature {
        annotations: annotations
            .map(|(name, value)| (name.to_owned(), value))
            .collect(),
        ..stored(Format::SimpleSigning, 0, payload)
    };
    let trial = Trial {
        anchor: Anchor::Authority(vec![root.der().to_vec()].into()),
        log: false,
    };
    verifier().examine(&signature, &image(), &[trial].into())
}

fn only(mut candidate: Candidate) -> Result<Proof, Refusal> {
    assert_eq!(candidate.trials.len(), 1);
    candidate.trials.remove(0).1
}

fn host(name: &str) -> SanType {
    SanType::DnsName(name.try_into().expect("a name"))
}

fn uri(text: &str) -> SanType {
    SanType::URI(text.try_into().expect("plain text"))
}

#[test]
fn a_common_name_counts_where_nothing_else_is_named() {
    let proof = only(held("release", &[])).expect("it is signed");
    assert_eq!(proof.identity.expect("by somebody").subject, "release");
}

#[test]
fn a_common_name_does_not_count_beside_an_alternative_name() {
    for other in [
        host("build.example.com"),
        uri("https://ci.example.com/build"),
    ] {
        let proof = only(held("release", std::slice::from_ref(&other))).expect("it is signed");
        let identity = proof.identity.expect("by somebody");
        assert!(identity.names().all(|name| name != "release"), "{other:?}");
    }
}

/// `cryptoutils.GetSubjectAlternateNames` of sigstore, which cosign compares.
#[test]
fn every_alternative_name_that_cosign_compares_is_a_name_of_the_signer() {
    let address = SanType::IpAddress("192.0.2.7".parse().expect("an address"));
    let email = SanType::Rfc822Name("ci@example.com".try_into().expect("a name"));
    let all = [
        host("build.example.com"),
        address,
        uri("spiffe://ci"),
        email,
    ];
    let proof = only(held("release", &all)).expect("it is signed");
    let identity = proof.identity.expect("by somebody");
    let names: Vec<&str> = identity.names().collect();
    let wanted = [
        "spiffe://ci",
        "ci@example.com",
        "build.example.com",
        "192.0.2.7",
    ];
    assert_eq!(names, wanted, "who is likely to be wanted comes first");
}

#[test]
fn of_a_long_name_that_nobody_vouches_for_little_is_kept() {
    let long = format!("https://ci.example.com/{}", "x".repeat(60_000));
    let claimed = held("release", &[uri(&long)]).claimed.expect("a name");
    assert!(claimed.subject.len() < 2_000, "{}", claimed.subject.len());
}
