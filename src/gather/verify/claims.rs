//! What a payload says: whether it is a signature of an image or a statement about it, of which image, and
//! with which annotations. The bytes are read strictly and only here; nothing is verified here.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use sigstore_verify::types::DsseEnvelope;

use super::refusal::quoted;
use super::unambiguous;
use crate::model::digest::Digest;
use crate::model::shorten::shorten;
use crate::model::signature::Content;

/// `critical.type` of a signature by cosign (`cosign/specs/SIGNATURE_SPEC.md`, "Simple Signing").
const SIMPLE_SIGNING_TYPE: &str = "cosign container image signature";

/// `payloadType` of an in-toto statement (`in-toto/attestation`, "Envelope").
const STATEMENT_PAYLOAD_TYPE: &str = "application/vnd.in-toto+json";

/// `_type` of the statements in use: version 1, and 0.1 which cosign 2 writes.
const STATEMENT_TYPES: [&str; 2] = [
    "https://in-toto.io/Statement/v1",
    "https://in-toto.io/Statement/v0.1",
];

/// `predicateType` of a statement that is an image signature (cosign 3).
const SIGNATURE_PREDICATE: &str = "https://sigstore.dev/cosign/sign/v1";

/// Longest predicate type that is kept, in characters. Those in use are far shorter.
const MAX_PREDICATE_TYPE: usize = 300;

/// What a payload says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Claims {
    pub(super) content: Content,
    /// The annotations that it gives the image; `None` when it speaks of other images only.
    pub(super) annotations: Option<Vec<(String, String)>>,
}

#[derive(Deserialize)]
struct SimpleSigning {
    critical: Critical,
    #[serde(default)]
    optional: Option<BTreeMap<String, Value>>,
}

#[derive(Deserialize)]
struct Critical {
    image: Image,
    #[serde(rename = "type")]
    kind: String,
}

#[derive(Deserialize)]
struct Image {
    #[serde(rename = "docker-manifest-digest")]
    digest: String,
}

/// Reads a simple-signing payload for the image `subject`.
///
/// # Errors
/// It is none; a sentence part says what is wrong.
pub(super) fn of_simple_signing(payload: &[u8], subject: &Digest) -> Result<Claims, String> {
    let written: SimpleSigning = read(payload, "payload", unambiguous::MOST)?;
    let critical = written.critical;
    if critical.kind != SIMPLE_SIGNING_TYPE {
        let kind = quoted(&critical.kind);
        return Err(format!(
            "the `critical.type` of its payload is {kind}, not `{SIMPLE_SIGNING_TYPE}`"
        ));
    }
    let is_subject = critical.image.digest == subject.as_str();
    Ok(Claims {
        content: Content::Signature,
        annotations: is_subject.then(|| texts(written.optional)),
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Statement {
    #[serde(rename = "_type")]
    kind: String,
    predicate_type: String,
    subject: Vec<Subject>,
}

#[derive(Deserialize)]
struct Subject {
    digest: BTreeMap<String, String>,
    #[serde(default)]
    annotations: Option<BTreeMap<String, Value>>,
}

impl Subject {
    fn is(&self, digest: &Digest) -> bool {
        let (algorithm, hex) = digest.as_str().split_once(':').unwrap_or_default();
        self.digest
            .get(algorithm)
            .is_some_and(|written| written == hex)
    }
}

/// Reads the statement in an envelope for the image `subject`.
///
/// # Errors
/// There is none in it; a sentence part says what is wrong.
pub(super) fn of_envelope(envelope: &DsseEnvelope, subject: &Digest) -> Result<Claims, String> {
    if envelope.payload_type != STATEMENT_PAYLOAD_TYPE {
        let kind = quoted(&envelope.payload_type);
        return Err(format!(
            "its payload is of the type {kind}, not an in-toto statement"
        ));
    }
    let payload = envelope.payload.as_bytes();
    let written: Statement = read(payload, "statement", unambiguous::MOST_OF_STATEMENT)?;
    if !STATEMENT_TYPES.contains(&written.kind.as_str()) {
        let kind = quoted(&written.kind);
        return Err(format!(
            "the `_type` of its statement is {kind}, not an in-toto statement"
        ));
    }
    let content = if written.predicate_type == SIGNATURE_PREDICATE {
        Content::Signature
    } else {
        Content::Attestation {
            predicate_type: shorten(&written.predicate_type, MAX_PREDICATE_TYPE).into_owned(),
        }
    };
    let mut annotations: Option<BTreeMap<_, _>> = None;
    for one in written.subject.into_iter().filter(|one| one.is(subject)) {
        merge(annotations.get_or_insert_default(), texts(one.annotations))?;
    }
    Ok(Claims {
        content,
        annotations: annotations.map(|all| all.into_iter().collect()),
    })
}

/// A statement may name an image several times, under several names. Two values of one annotation would
/// satisfy two contrary demands.
fn merge(known: &mut BTreeMap<String, String>, more: Vec<(String, String)>) -> Result<(), String> {
    for (name, value) in more {
        match known.get(&name) {
            None => {
                known.insert(name, value);
            }
            Some(other) if *other == value => {}
            Some(_) => {
                let name = quoted(&name);
                return Err(format!(
                    "its statement gives the image two values of {name}"
                ));
            }
        }
    }
    Ok(())
}

fn read<'d, T: Deserialize<'d>>(json: &'d [u8], what: &str, most: u32) -> Result<T, String> {
    unambiguous::check(json, most).map_err(|error| format!("its {what} {error}"))?;
    serde_json::from_slice(json).map_err(|error| {
        // The parser's own words may repeat what is in the bytes, which are hostile.
        let (line, column) = (error.line(), error.column());
        format!(
            "its {what} lacks a field or has one of another type (line {line}, column {column})"
        )
    })
}

fn texts(annotations: Option<BTreeMap<String, Value>>) -> Vec<(String, String)> {
    let texts = annotations
        .into_iter()
        .flatten()
        .filter_map(|(name, value)| match value {
            Value::String(text) => Some((name, text)),
            _ => None,
        });
    texts.collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use sigstore_verify::types::{DsseSignature, PayloadBytes, SignatureBytes};

    use super::*;

    fn image() -> Digest {
        Digest::parse(&format!("sha256:{}", "ab".repeat(32))).unwrap()
    }

    fn envelope(payload_type: &str, statement: &Value) -> DsseEnvelope {
        let signature = DsseSignature::new(SignatureBytes::new(Vec::new()), Default::default());
        let payload = PayloadBytes::new(statement.to_string().into_bytes());
        DsseEnvelope::new(payload_type, payload, signature)
    }

    fn statement(subject: Value) -> Value {
        json!({
            "_type": STATEMENT_TYPES[0],
            "predicateType": SIGNATURE_PREDICATE,
            "subject": subject,
        })
    }

    fn read_subjects(subject: Value) -> Result<Claims, String> {
        let envelope = envelope(STATEMENT_PAYLOAD_TYPE, &statement(subject));
        of_envelope(&envelope, &image())
    }

    fn named(annotations: Value) -> Value {
        json!({ "digest": { "sha256": "ab".repeat(32) }, "annotations": annotations })
    }

    fn pair(name: &str, value: &str) -> (String, String) {
        (name.to_owned(), value.to_owned())
    }

    #[test]
    fn annotations_are_those_of_the_subject_that_is_the_image() {
        let other = json!({ "digest": { "sha256": "cd".repeat(32) }, "annotations": { "b": "2" } });
        let claims = read_subjects(json!([other, named(json!({ "a": "1" }))])).unwrap();
        assert_eq!(claims.annotations, Some(vec![pair("a", "1")]));
    }

    #[test]
    fn a_digest_under_another_algorithm_is_another_image() {
        let other = json!({ "digest": { "sha512": "ab".repeat(32) } });
        let claims = read_subjects(json!([other])).unwrap();
        assert_eq!(claims.annotations, None);
    }

    #[test]
    fn the_annotations_of_an_image_named_twice_are_joined() {
        let twice = json!([
            named(json!({ "a": "1" })),
            named(json!({ "a": "1", "b": "2" }))
        ]);
        let claims = read_subjects(twice).unwrap();
        assert_eq!(
            claims.annotations,
            Some(vec![pair("a", "1"), pair("b", "2")])
        );
    }

    #[test]
    fn two_values_of_one_annotation_are_refused() {
        let twice = json!([named(json!({ "a": "1" })), named(json!({ "a": "2" }))]);
        assert!(read_subjects(twice).unwrap_err().contains("two values"));
    }

    #[test]
    fn values_that_are_no_text_do_not_count() {
        let values = json!({ "a": 1, "b": null, "c": ["x"], "d": "1" });
        let claims = read_subjects(json!([named(values)])).unwrap();
        assert_eq!(claims.annotations, Some(vec![pair("d", "1")]));
    }

    #[test]
    fn only_in_toto_statements_are_read() {
        let mut other = statement(json!([named(json!({}))]));
        assert!(of_envelope(&envelope("application/json", &other), &image()).is_err());
        other["_type"] = json!("https://in-toto.io/Link/v1");
        assert!(of_envelope(&envelope(STATEMENT_PAYLOAD_TYPE, &other), &image()).is_err());
    }

    #[test]
    fn only_the_predicate_of_cosign_makes_a_statement_a_signature() {
        let mut other = statement(json!([named(json!({}))]));
        other["predicateType"] = json!(format!("{SIGNATURE_PREDICATE}/"));
        let claims = of_envelope(&envelope(STATEMENT_PAYLOAD_TYPE, &other), &image()).unwrap();
        assert!(matches!(claims.content, Content::Attestation { .. }));
    }
}
