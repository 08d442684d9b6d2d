//! Bundles and annotations put together from good parts: what one part proves, another one without proof or
//! a second one of its kind must not borrow.

use imagegate::gather::stored::StoredSignature;
use imagegate::model::signature::RefusalKind::{self, *};
use imagegate::model::signature::{Candidate, Content, Trial};
use serde_json::{Value, json};

use crate::made;
use crate::stored::{Image, examine, json as read, key, private, sigstore};

type Change<'c> = &'c dyn Fn(&mut Value);

/// The bundle of an image, changed.
fn changed(name: &str, change: impl FnOnce(&mut Value)) -> (Image, StoredSignature) {
    let image = Image::named(name);
    let mut stored = image.only().clone();
    let mut bundle = read(&stored.bytes);
    change(&mut bundle);
    stored.bytes = bundle.to_string().into_bytes();
    (image, stored)
}

fn held(name: &str, trial: &Trial, change: impl FnOnce(&mut Value)) -> Candidate {
    let (image, stored) = changed(name, change);
    examine(&private(), &stored, &image.digest, trial)
}

fn kind(candidate: &Candidate) -> Option<RefusalKind> {
    let (_, outcome) = &candidate.trials[0];
    outcome.as_ref().err().map(|refusal| refusal.kind)
}

fn entries(bundle: &mut Value) -> &mut Vec<Value> {
    let entries = &mut bundle["verificationMaterial"]["tlogEntries"];
    entries.as_array_mut().expect("entries")
}

fn signers() -> [(&'static str, Trial); 2] {
    [
        ("v3-log", key("cosign-v3", true)),
        ("v3-keyless", sigstore(true)),
    ]
}

#[test]
fn an_entry_without_promise_and_proof_does_not_hide_behind_a_good_one() {
    for (name, trial) in signers() {
        let candidate = held(name, &trial, |bundle| {
            let mut bare = entries(bundle)[0].clone();
            let fields = bare.as_object_mut().expect("an entry");
            fields.remove("inclusionPromise");
            fields.remove("inclusionProof");
            entries(bundle).push(bare);
        });
        assert_eq!(kind(&candidate), Some(BadLogEntry), "{name}");
    }
}

#[test]
fn an_entry_of_another_signature_does_not_hide_behind_a_good_one() {
    let other = read(&Image::named("v3-keyless-workflow").only().bytes);
    let other = &other["verificationMaterial"]["tlogEntries"][0];
    for (name, trial) in signers() {
        let candidate = held(name, &trial, |bundle| entries(bundle).push(other.clone()));
        assert_eq!(kind(&candidate), Some(BadLogEntry), "{name}");
        let candidate = held(name, &trial, |bundle| entries(bundle)[0] = other.clone());
        assert_eq!(kind(&candidate), Some(BadLogEntry), "{name}");
    }
}

#[test]
fn more_entries_than_any_signature_has_are_not_read() {
    for (name, trial) in signers() {
        let candidate = held(name, &trial, |bundle| {
            let one = entries(bundle)[0].clone();
            entries(bundle).extend(vec![one; 16]);
        });
        assert_eq!(kind(&candidate), Some(Unsupported), "{name}");
    }
}

#[test]
fn a_log_that_is_only_named_is_not_the_log_that_proved() {
    for (name, trial) in signers() {
        let candidate = held(name, &trial, |bundle| {
            let entry = &mut entries(bundle)[0];
            entry["logId"]["keyId"] = json!("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
            entry
                .as_object_mut()
                .expect("an entry")
                .remove("inclusionPromise");
        });
        assert_eq!(kind(&candidate), Some(UnknownToTrustedRoot), "{name}");
    }
}

#[test]
fn a_certificate_without_any_trusted_time_is_refused() {
    // The inclusion proof holds, but it proves no time.
    for log in [true, false] {
        let candidate = held("v3-keyless", &sigstore(log), |bundle| {
            let entry = entries(bundle)[0].as_object_mut().expect("an entry");
            entry.remove("inclusionPromise");
        });
        assert_eq!(kind(&candidate), Some(NoLogEntry), "log {log}");
    }
}

#[test]
fn an_unreadable_log_entry_matters_only_where_one_is_asked_for() {
    let odd = |bundle: &mut Value| {
        entries(bundle)[0]["kindVersion"] = json!({ "kind": "cose", "version": "0.0.1" });
    };
    assert_eq!(kind(&held("v3-log", &key("cosign-v3", false), odd)), None);
    assert_eq!(
        kind(&held("v3-log", &key("cosign-v3", true), odd)),
        Some(BadLogEntry)
    );
}

#[test]
fn a_bundle_with_two_of_what_it_must_have_one_of_is_not_read() {
    let other = read(&Image::named("v3-keyless").only().bytes);
    let other = &other["verificationMaterial"]["certificate"];
    let changes: [(&str, Change<'_>); 5] = [
        ("a key and a certificate", &|bundle| {
            bundle["verificationMaterial"]["certificate"] = other.clone();
        }),
        ("neither key nor certificate", &|bundle| {
            let material = bundle["verificationMaterial"].as_object_mut();
            material.expect("material").remove("publicKey");
        }),
        ("a message signature beside the envelope", &|bundle| {
            bundle["messageSignature"] = json!({ "signature": "AAAA" });
        }),
        ("two signatures in the envelope", &|bundle| {
            let signatures = bundle["dsseEnvelope"]["signatures"].as_array_mut();
            let signatures = signatures.expect("signatures");
            signatures.push(signatures[0].clone());
        }),
        ("an unknown version", &|bundle| {
            bundle["mediaType"] = json!("application/vnd.dev.sigstore.bundle.v0.9+json");
        }),
    ];
    for (what, change) in changes {
        let candidate = held("v3-log", &key("cosign-v3", true), change);
        assert_eq!(kind(&candidate), Some(Unsupported), "{what}");
        assert!(matches!(candidate.content, Content::Malformed(_)), "{what}");
    }
}

#[test]
fn a_name_written_twice_makes_bundle_and_payload_unreadable() {
    let image = Image::named("v3-log");
    let trial = key("cosign-v3", true);
    let mut twice = image.only().clone();
    let text = String::from_utf8(twice.bytes).expect("text");
    let again = "\"dsseEnvelope\":{\"payload\":\"\"},\"dsseEnvelope\":";
    twice.bytes = text.replacen("\"dsseEnvelope\":", again, 1).into_bytes();
    let candidate = examine(&private(), &twice, &image.digest, &trial);
    assert_eq!(kind(&candidate), Some(Unsupported));

    let mut twice = made::signature("key-p256");
    let text = String::from_utf8(twice.bytes).expect("text");
    let again = "\"critical\":{},\"critical\":";
    twice.bytes = text.replacen("\"critical\":", again, 1).into_bytes();
    let candidate = examine(
        &made::verifier(),
        &twice,
        &made::image(),
        &made::key_of("key-p256", false),
    );
    let Content::Malformed(reason) = &candidate.content else {
        panic!("it is not read: {candidate:?}");
    };
    assert!(reason.contains("writes a name twice"), "{reason}");
}

#[test]
fn a_log_entry_of_a_kind_that_is_not_verified_is_named() {
    let name = "envelope-p256";
    let mut stored = made::signature(name);
    let entry = "dev.sigstore.cosign/bundle";
    let mut bundle = read(stored.annotations[entry].as_bytes());
    let body = r#"{"apiVersion":"0.0.1","kind":"intoto","spec":{}}"#;
    bundle["Payload"]["body"] = json!(base64_of(body.as_bytes()));
    stored
        .annotations
        .insert(entry.to_owned(), bundle.to_string());
    let trial = made::key_of(name, true);
    let candidate = examine(&made::verifier(), &stored, &made::image(), &trial);
    let (_, outcome) = &candidate.trials[0];
    let refusal = outcome.as_ref().expect_err("it is not verified");
    assert!(
        refusal.reason.contains("`intoto 0.0.1`"),
        "{}",
        refusal.reason
    );
}

fn base64_of(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}
