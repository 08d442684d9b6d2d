//! Log entries and timestamps of signatures that sigstore-verify cannot be told of: it knows SHA-256 in log
//! entries, one hash for each curve in statements, and no P-521. The signature itself was verified before.
//!
//! What is demanded is the same; a test holds both ways to the same answers where both can be gone.

use jiff::Timestamp;
use sigstore_verify::types::MediaType;
use sigstore_verify::types::bundle::TransparencyLogEntry;
use sigstore_verify::{Error, bundle};

use super::certificate::Signer;
use super::entry::{self, Maker};
use super::inclusion;
use super::log;
use super::refusal::{no_time, of_error};
use super::sigstore::Call;
use crate::model::signature::Refusal;

/// The times at which trusted logs and timestamp authorities saw the signature by a key, or by the
/// certificate of `signer`, which has to have been valid at each of them. Its chain is not verified here.
///
/// # Errors
/// An entry or timestamp does not hold; or there is no time for a certificate.
pub(super) fn times(
    call: &Call<'_>,
    maker: Maker<'_>,
    signer: Option<&Signer>,
) -> Result<Vec<Timestamp>, Refusal> {
    let mut times = call.stamped()?;
    if !call.entries.is_empty() {
        log::required(call.entries, call.root)?;
    }
    for entry in call.entries {
        comes_with_what_its_version_demands(call, entry)?;
        times.extend(inclusion::verified(entry, call.root, call.now)?);
        entry::is_of(entry, &call.material.signed, call.message, maker)?;
    }
    let Some(signer) = signer else {
        return Ok(times);
    };
    if times.is_empty() {
        return Err(no_time());
    }
    let mut outside = times.iter().filter_map(|time| signer.not_valid_at(*time));
    match outside.next() {
        Some(error) => Err(of_error(&Error::Certificate(error), call.root)),
        None => Ok(times),
    }
}

/// `protobuf-specs`, `sigstore_bundle.proto`: version 0.1 has promises, the later ones proofs.
fn comes_with_what_its_version_demands(
    call: &Call<'_>,
    entry: &TransparencyLogEntry,
) -> Result<(), Refusal> {
    let version = call.material.version;
    let lacks = match version {
        MediaType::Bundle0_1 if entry.inclusion_promise.is_none() => {
            bundle::Error::MissingInclusionPromise(version)
        }
        MediaType::Bundle0_2 | MediaType::Bundle0_3
            if call.log && entry.inclusion_proof.is_none() =>
        {
            bundle::Error::MissingInclusionProof(version)
        }
        _ => return Ok(()),
    };
    Err(of_error(&Error::Bundle(lacks), call.root))
}

#[cfg(test)]
#[expect(
    clippy::disallowed_methods,
    reason = "tests read their fixtures, and a log entry must not be of the future"
)]
mod tests {
    use std::collections::BTreeMap;
    use std::path::Path;

    use serde_json::Value;

    use super::*;
    use crate::gather::stored::StoredSignature;
    use crate::gather::verify::key::Key;
    use crate::gather::verify::material::Material;
    use crate::gather::verify::message::Message;
    use crate::gather::verify::trusted_root::Root;
    use crate::model::digest::Digest;
    use crate::model::repository::Repository;
    use crate::model::signature::{Format, Place, Storage};

    fn file(path: &str) -> Vec<u8> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/signatures");
        std::fs::read(folder.join(path)).unwrap()
    }

    fn digest(hex: &str) -> Digest {
        Digest::parse(&format!("sha256:{hex}")).unwrap()
    }

    fn stored(format: Format, bytes: Vec<u8>) -> StoredSignature {
        StoredSignature {
            place: Place {
                repository: Repository::parse("registry.example.com/a").unwrap(),
                storage: Storage::Referrer,
                manifest: digest(&"0".repeat(64)),
                layer: 0,
            },
            format,
            annotations: BTreeMap::new(),
            bytes,
        }
    }

    /// The times of both ways; `None` for a refusal, and outside when there is nothing to hold against it.
    type Both = (Option<Vec<Timestamp>>, Option<Vec<Timestamp>>);

    fn both(
        stored: &StoredSignature,
        key: Option<&Key>,
        root: &Root,
        subject: &Digest,
    ) -> Option<Both> {
        let material = Material::read(stored).ok()?;
        let bytes = material.signed.message();
        let message = Message::new(&bytes);
        let signer = material.certificates.first().map(Signer::read);
        let signer = signer.transpose().ok()?;
        let key = key.or(signer.as_ref().map(|signer| &signer.key))?;
        let scheme = key.signed(&message, material.signed.signature())?;
        let entries = material.entries.as_deref().ok()?;
        // Asked before either way.
        log::required(entries, root).ok()?;
        let call = Call {
            root,
            material: &material,
            subject,
            message: &message,
            scheme,
            entries,
            timestamps: &material.timestamps,
            log: true,
            now: Timestamp::now(),
        };
        if !call.is_known() {
            return None;
        }
        let sorted = |outcome: Result<Vec<Timestamp>, Refusal>| {
            let mut times = outcome.ok()?;
            times.sort_unstable();
            Some(times)
        };
        Some(match &signer {
            Some(signer) => (
                sorted(call.by_known_certificate(signer)),
                sorted(times(
                    &call,
                    Maker::Certificate(&material.certificates[0]),
                    Some(signer),
                )),
            ),
            None => (
                sorted(call.by_known_key(key)),
                sorted(times(&call, Maker::Key(&key.der), None)),
            ),
        })
    }

    /// Copies of a JSON text with one letter or digit replaced by its neighbour, at every `step`th place.
    fn altered(text: &str, step: usize) -> impl Iterator<Item = String> {
        let places = (0..text.len()).step_by(step);
        let places = places.filter(|at| text.as_bytes()[*at].is_ascii_alphanumeric());
        places.map(|at| {
            let mut bytes = text.as_bytes().to_vec();
            bytes[at] = match bytes[at] {
                b'9' => b'0',
                b'z' => b'a',
                b'Z' => b'A',
                other => other + 1,
            };
            String::from_utf8(bytes).unwrap()
        })
    }

    #[test]
    fn both_ways_give_the_same_answer_about_signatures_of_cosign_2() {
        const ENTRY: &str = "dev.sigstore.cosign/bundle";
        let root = Root::read(Some(&file("made/trusted_root.json"))).unwrap();
        let all: Value = serde_json::from_slice(&file("made/signatures.json")).unwrap();
        let subject = digest(&"ab".repeat(32));
        let (mut passed, mut refused) = (0, 0);
        for (name, written) in all.as_object().unwrap() {
            let annotations = written["annotations"].as_object().unwrap();
            let Some(entry) = annotations.get(ENTRY).and_then(Value::as_str) else {
                continue;
            };
            let (format, bytes) = match &written["envelope"] {
                Value::Null => (Format::SimpleSigning, file("made/payload.json")),
                envelope => (Format::Envelope, envelope.to_string().into_bytes()),
            };
            let mut stored = stored(format, bytes);
            for (name, value) in annotations {
                let value = value.as_str().unwrap().to_owned();
                stored.annotations.insert(name.clone(), value);
            }
            let key = written["key"].as_str().map(|pem| {
                let der = sigstore_verify::types::DerPublicKey::from_pem(pem).unwrap();
                Key::read(der.as_bytes()).unwrap()
            });
            for entry in std::iter::once(entry.to_owned()).chain(altered(entry, 23)) {
                stored.annotations.insert(ENTRY.to_owned(), entry);
                let Some((theirs, ours)) = both(&stored, key.as_ref(), &root, &subject) else {
                    continue;
                };
                assert_eq!(ours, theirs, "{name}: {}", stored.annotations[ENTRY]);
                *if ours.is_some() {
                    &mut passed
                } else {
                    &mut refused
                } += 1;
            }
        }
        assert!(
            passed > 10 && refused > 200,
            "{passed} passed, {refused} refused"
        );
    }

    #[test]
    fn both_ways_give_the_same_answer_about_bundles() {
        let package = digest("54303491a8418fbed24344b513546182c29b43bf282ceb433af65e2299f9271f");
        let staging = file("public-bundles/staging_trusted_root.json");
        for (name, root) in [
            ("conda-attestation", None),
            ("conda-attestation-rekor2", Some(staging.as_slice())),
        ] {
            let root = Root::read(root).unwrap();
            let bundle = file(&format!("public-bundles/{name}.sigstore.json"));
            let bundle: Value = serde_json::from_slice(&bundle).unwrap();
            let material = &bundle["verificationMaterial"]["tlogEntries"];
            let (mut passed, mut refused) = (0, 0);
            let written = material.to_string();
            for entries in std::iter::once(written.clone()).chain(altered(&written, 41)) {
                let Ok(entries) = serde_json::from_str::<Value>(&entries) else {
                    continue;
                };
                let mut bundle = bundle.clone();
                bundle["verificationMaterial"]["tlogEntries"] = entries.clone();
                let bytes = bundle.to_string().into_bytes();
                let stored = stored(Format::Bundle("0.3".to_owned()), bytes);
                let Some((theirs, ours)) = both(&stored, None, &root, &package) else {
                    continue;
                };
                assert_eq!(ours, theirs, "{name}: {entries}");
                *if ours.is_some() {
                    &mut passed
                } else {
                    &mut refused
                } += 1;
            }
            assert!(
                passed > 0 && refused > 50,
                "{name}: {passed} passed, {refused} refused"
            );
        }
    }
}
