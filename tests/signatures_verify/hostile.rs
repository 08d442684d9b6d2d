//! Whatever bytes arrive: no panic, no proof.

use std::collections::{BTreeMap, BTreeSet};

use imagegate::gather::stored::StoredSignature;
use imagegate::model::signature::{Candidate, Content, Format, Trial};
use proptest::prelude::*;

use crate::made;
use crate::stored::{Image, authority, examine, key, outcome, private, sigstore, stored};

fn trials() -> BTreeSet<Trial> {
    let trials = [false, true].into_iter().flat_map(|log| {
        [
            key("p256", log),
            key("p384", log),
            key("rsa2048", log),
            key("ed25519", log),
            sigstore(log),
            authority("made/chain.pem", log),
        ]
    });
    trials.collect()
}

fn proves_nothing(candidate: &Candidate) -> bool {
    candidate.trials.iter().all(|(_, outcome)| outcome.is_err())
}

fn formats() -> impl Strategy<Value = Format> {
    prop_oneof![
        Just(Format::SimpleSigning),
        Just(Format::Envelope),
        Just(Format::Bundle("0.3".to_owned())),
        "[a-z/+]{0,20}".prop_map(Format::Unknown),
    ]
}

const ANNOTATIONS: [&str; 5] = [
    "dev.cosignproject.cosign/signature",
    "dev.sigstore.cosign/certificate",
    "dev.sigstore.cosign/chain",
    "dev.sigstore.cosign/bundle",
    "dev.sigstore.cosign/rfc3161timestamp",
];

/// JSON that has the names of the formats in it, with values of any kind.
fn documents() -> impl Strategy<Value = String> {
    let names = prop::sample::select(vec![
        "critical",
        "image",
        "type",
        "docker-manifest-digest",
        "optional",
        "mediaType",
        "verificationMaterial",
        "certificate",
        "rawBytes",
        "publicKey",
        "tlogEntries",
        "logId",
        "keyId",
        "kindVersion",
        "inclusionProof",
        "checkpoint",
        "envelope",
        "dsseEnvelope",
        "payload",
        "payloadType",
        "signatures",
        "sig",
        "Payload",
        "body",
        "SignedEntryTimestamp",
        "integratedTime",
        "logIndex",
        "logID",
        "_type",
        "subject",
        "digest",
        "sha256",
    ]);
    let leaf = prop_oneof![
        Just("null".to_owned()),
        any::<i64>().prop_map(|number| number.to_string()),
        "[A-Za-z0-9+/=]{0,40}".prop_map(|text| format!("\"{text}\"")),
        Just("\"application/vnd.dev.sigstore.bundle.v0.3+json\"".to_owned()),
        Just("\"application/vnd.in-toto+json\"".to_owned()),
    ];
    leaf.prop_recursive(6, 64, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4)
                .prop_map(|items| format!("[{}]", items.join(","))),
            prop::collection::vec((names.clone(), inner), 0..6).prop_map(|fields| {
                let fields = fields
                    .iter()
                    .map(|(name, value)| format!("\"{name}\":{value}"));
                format!("{{{}}}", fields.collect::<Vec<_>>().join(","))
            }),
        ]
    })
}

proptest! {
    #[test]
    fn any_bytes_prove_nothing(
        format in formats(),
        bytes in prop::collection::vec(any::<u8>(), 0..600),
        texts in prop::collection::vec("\\PC{0,80}", 5),
    ) {
        let annotations = ANNOTATIONS.iter().map(|name| (*name).to_owned()).zip(texts);
        let stored = StoredSignature { annotations: annotations.collect(), ..stored(format, 0, bytes) };
        prop_assert!(proves_nothing(&private().examine(&stored, &made::image(), &trials())));
    }

    #[test]
    fn any_document_proves_nothing(
        format in formats(),
        document in documents(),
        texts in prop::collection::vec(documents(), 5),
    ) {
        let annotations = ANNOTATIONS.iter().map(|name| (*name).to_owned()).zip(texts);
        let stored = StoredSignature {
            annotations: annotations.collect(),
            ..stored(format, 0, document.into_bytes())
        };
        prop_assert!(proves_nothing(&private().examine(&stored, &made::image(), &trials())));
    }

    /// Any change of the file, not of a known part: cut, overwritten, doubled.
    #[test]
    fn a_damaged_bundle_proves_what_the_whole_one_does_or_nothing(
        at in 0_usize..4000,
        length in 0_usize..40,
        put in prop::collection::vec(any::<u8>(), 0..40),
    ) {
        let image = Image::named("v3-keyless");
        let verifier = private();
        let whole = outcome(&verifier, image.only(), &image.digest, &sigstore(true));
        let mut damaged = image.only().clone();
        let at = at.min(damaged.bytes.len());
        let end = (at + length).min(damaged.bytes.len());
        damaged.bytes.splice(at..end, put);
        let outcome = outcome(&verifier, &damaged, &image.digest, &sigstore(true));
        prop_assert!(outcome.is_err() || outcome == whole);
    }
}

#[test]
fn text_from_a_signature_is_shortened_in_every_sentence() {
    let long = "x".repeat(1_000_000);
    let payload = format!(
        r#"{{"critical":{{"type":"{long}","image":{{"docker-manifest-digest":"{long}"}}}}}}"#
    );
    let statement = format!(r#"{{"_type":"{long}","predicateType":"{long}","subject":[]}}"#);
    let envelope =
        format!(r#"{{"payloadType":"{long}","payload":"","signatures":[{{"sig":""}}]}}"#);
    let bundle = format!(r#"{{"mediaType":"{long}","verificationMaterial":{{}}}}"#);
    let candidates = [
        (Format::SimpleSigning, payload),
        (Format::Envelope, envelope),
        (Format::Envelope, statement),
        (Format::Bundle("0.3".to_owned()), bundle),
        (Format::Unknown(long.clone()), String::new()),
    ];
    let signature = (
        "dev.cosignproject.cosign/signature".to_owned(),
        "AAAA".to_owned(),
    );
    for (format, text) in candidates {
        let stored = StoredSignature {
            annotations: BTreeMap::from([signature.clone()]),
            ..stored(format, 0, text.into_bytes())
        };
        let candidate = private().examine(&stored, &made::image(), &trials());
        let Content::Malformed(reason) = &candidate.content else {
            panic!("it is not read");
        };
        assert!(reason.len() < 600, "{} bytes", reason.len());
        for (_, outcome) in &candidate.trials {
            let reason = &outcome.as_ref().expect_err("no proof").reason;
            assert!(reason.len() < 600, "{} bytes", reason.len());
        }
    }
}

#[test]
fn deep_nesting_is_refused_before_it_is_followed() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let deep = format!("{}1{}", open.repeat(100_000), close.repeat(100_000));
        for format in [Format::Envelope, Format::Bundle("0.3".to_owned())] {
            let stored = stored(format, 0, deep.clone().into_bytes());
            let candidate = private().examine(&stored, &made::image(), &trials());
            assert!(proves_nothing(&candidate));
        }
    }
}

#[test]
fn a_certificate_larger_than_any_real_one_is_not_parsed() {
    use base64::Engine as _;
    let body = base64::engine::general_purpose::STANDARD.encode(vec![0x30; 100_000]);
    let pem = format!("-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n");
    let mut stored = made::signature("valid");
    stored
        .annotations
        .insert("dev.sigstore.cosign/certificate".to_owned(), pem);
    let candidate = examine(&private(), &stored, &made::image(), &sigstore(false));
    assert!(matches!(candidate.content, Content::Malformed(_)));
    assert!(proves_nothing(&candidate));
}

#[test]
fn far_more_values_than_a_signature_has_are_refused_before_they_are_held() {
    let many = "0,".repeat(30_000);
    let payload = format!("{{\"critical\":{{}},\"optional\":{{\"a\":[{many}0]}}}}");
    let bundle = format!("{{\"verificationMaterial\":{{\"tlogEntries\":[{many}0]}}}}");
    for (format, text) in [
        (Format::SimpleSigning, payload),
        (Format::Envelope, format!("[{many}0]")),
        (Format::Bundle("0.3".to_owned()), bundle),
    ] {
        let stored = StoredSignature {
            annotations: BTreeMap::from([(ANNOTATIONS[0].to_owned(), "AAAA".to_owned())]),
            ..stored(format.clone(), 0, text.into_bytes())
        };
        let candidate = private().examine(&stored, &made::image(), &trials());
        let Content::Malformed(reason) = &candidate.content else {
            panic!("{format:?} is read");
        };
        assert!(reason.contains("more than 20000 values"), "{reason}");
    }
}
