//! What an entry of a transparency log says in its body: over which hash, by whom, and with which signature
//! (`rekor/pkg/types`, `rekor-tiles/api/proto`). Whether the entry is in a log is not known here.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use sigstore_verify::types::bundle::{KindVersion, TransparencyLogEntry};
use sigstore_verify::types::{DerCertificate, DerPublicKey};

use super::material::Signed;
use super::message::{Hash, Message};
use super::refusal::{quoted, refuse};
use super::unambiguous;
use crate::model::signature::{Refusal, RefusalKind};

/// Where the parts of a body stand.
struct Shape {
    hash: &'static str,
    algorithm: &'static str,
    signature: &'static str,
    verifier: &'static str,
}

const HASHED_REKORD_1: Shape = Shape {
    hash: "/spec/data/hash/value",
    algorithm: "/spec/data/hash/algorithm",
    signature: "/spec/signature/content",
    verifier: "/spec/signature/publicKey/content",
};

const HASHED_REKORD_2: Shape = Shape {
    hash: "/spec/hashedRekordV002/data/digest",
    algorithm: "/spec/hashedRekordV002/data/algorithm",
    signature: "/spec/hashedRekordV002/signature/content",
    verifier: "/spec/hashedRekordV002/signature/verifier",
};

const DSSE: Shape = Shape {
    hash: "/spec/payloadHash/value",
    algorithm: "/spec/payloadHash/algorithm",
    signature: "/spec/signatures/0/signature",
    verifier: "/spec/signatures/0/verifier",
};

const INTOTO: Shape = Shape {
    hash: "/spec/content/payloadHash/value",
    algorithm: "/spec/content/payloadHash/algorithm",
    signature: "/spec/content/envelope/signatures/0/sig",
    verifier: "/spec/content/envelope/signatures/0/publicKey",
};

/// Lists that have to hold one signature: with a second one the entry is of something else.
const SIGNATURES: [&str; 2] = ["/spec/signatures", "/spec/content/envelope/signatures"];

const fn shape(kind: KindVersion) -> Option<Shape> {
    match kind {
        KindVersion::HashedRekordV001 => Some(HASHED_REKORD_1),
        KindVersion::HashedRekordV002 => Some(HASHED_REKORD_2),
        KindVersion::DsseV001 => Some(DSSE),
        KindVersion::IntotoV002 => Some(INTOTO),
        _ => None,
    }
}

/// Who made the signature that an entry has to name.
#[derive(Clone, Copy)]
pub(super) enum Maker<'m> {
    Key(&'m DerPublicKey),
    Certificate(&'m DerCertificate),
}

/// Whether the entry is over SHA-256 by an ECDSA key on P-256 or in the first version of Rekor, which is all
/// that sigstore-verify reads. What cannot be read is left to it, since its words say why.
pub(super) fn is_usual(entry: &TransparencyLogEntry) -> bool {
    let body = serde_json::from_slice::<Value>(entry.canonicalized_body.as_bytes());
    let (Ok(body), Some(shape)) = (body, shape(entry.kind_version)) else {
        return true;
    };
    let text = |place: &str| body.pointer(place).and_then(Value::as_str);
    let hash = text(shape.algorithm);
    let details = text("/spec/hashedRekordV002/signature/verifier/keyDetails");
    hash.is_none_or(|name| Hash::named(name) == Some(Hash::Sha256))
        && details.is_none_or(|name| name == "PKIX_ECDSA_P256_SHA_256")
}

/// Checks that the entry is of exactly this signature: its bytes, its maker and what it is over.
///
/// # Errors
/// It is of another one, or cannot be read.
pub(super) fn is_of(
    entry: &TransparencyLogEntry,
    signed: &Signed<'_>,
    message: &Message<'_>,
    maker: Maker<'_>,
) -> Result<(), Refusal> {
    let kind = entry.kind_version;
    let not_made_for_it = || {
        refuse(
            RefusalKind::Unsupported,
            "its log entry is of a kind that is not made for such a signature",
        )
    };
    let over_payload = match (signed, kind) {
        (_, KindVersion::HashedRekordV002)
        | (Signed::Payload { .. }, KindVersion::HashedRekordV001) => None,
        (Signed::Envelope(envelope), KindVersion::DsseV001 | KindVersion::IntotoV002) => {
            Some(envelope.payload.as_bytes())
        }
        _ => return Err(not_made_for_it()),
    };
    let body = entry.canonicalized_body.as_bytes();
    unambiguous::check(body, unambiguous::MOST)
        .map_err(|error| bad(format!("the body of its log entry {error}")))?;
    let body: Value = serde_json::from_slice(body).map_err(|_| unreadable())?;
    let body = Body {
        json: &body,
        shape: shape(kind).ok_or_else(not_made_for_it)?,
        kind,
    };
    let hash = body.hash_algorithm()?;
    let of = match over_payload {
        Some(payload) => hash.of(payload),
        None => *message.hash(hash),
    };
    if body.hash()? != of.as_ref() {
        return Err(bad(
            "its payload is not the one that its log entry names".to_owned()
        ));
    }
    let is_the_same = body.signature()? == signed.signature().as_bytes()
        && body.is_by(maker)?
        && body.payload_type_fits(signed);
    if is_the_same {
        Ok(())
    } else {
        Err(bad(
            "its log entry is of another signature, key or certificate".to_owned(),
        ))
    }
}

struct Body<'b> {
    json: &'b Value,
    shape: Shape,
    kind: KindVersion,
}

impl Body<'_> {
    fn text(&self, place: &str) -> Result<&str, Refusal> {
        let text = self.json.pointer(place).and_then(Value::as_str);
        text.ok_or_else(unreadable)
    }

    fn hash_algorithm(&self) -> Result<Hash, Refusal> {
        let name = self.text(self.shape.algorithm)?;
        Hash::named(name).ok_or_else(|| {
            let name = quoted(name);
            let reason = format!(
                "its log entry is over the hash {name}; SHA-256, SHA-384 and SHA-512 count"
            );
            refuse(RefusalKind::Unsupported, reason)
        })
    }

    fn hash(&self) -> Result<Vec<u8>, Refusal> {
        let text = self.text(self.shape.hash)?;
        match self.kind {
            KindVersion::HashedRekordV002 => decoded(text),
            _ => hex(text).ok_or_else(unreadable),
        }
    }

    fn signature(&self) -> Result<Vec<u8>, Refusal> {
        let lists = SIGNATURES.iter().filter_map(|list| self.json.pointer(list));
        for list in lists {
            if list.as_array().is_none_or(|list| list.len() != 1) {
                return Err(bad(
                    "its log entry is not of exactly one signature".to_owned()
                ));
            }
        }
        let signature = decoded(self.text(self.shape.signature)?)?;
        match self.kind {
            // Rekor encodes what is encoded already.
            KindVersion::IntotoV002 => {
                let inner = String::from_utf8(signature).map_err(|_| unreadable())?;
                decoded(&inner)
            }
            _ => Ok(signature),
        }
    }

    fn is_by(&self, maker: Maker<'_>) -> Result<bool, Refusal> {
        let place = self.shape.verifier;
        if self.kind == KindVersion::HashedRekordV002 {
            let (name, wanted) = match maker {
                Maker::Key(key) => ("publicKey", key.as_bytes()),
                Maker::Certificate(one) => ("x509Certificate", one.as_bytes()),
            };
            let raw = self.json.pointer(&format!("{place}/{name}/rawBytes"));
            let raw = raw.and_then(Value::as_str).map(decoded).transpose()?;
            return Ok(raw.is_some_and(|raw| raw == wanted));
        }
        let pem = String::from_utf8(decoded(self.text(place)?)?).map_err(|_| unreadable())?;
        Ok(match maker {
            Maker::Key(key) => DerPublicKey::from_pem(&pem).is_ok_and(|read| read == *key),
            Maker::Certificate(one) => {
                DerCertificate::from_pem(&pem).is_ok_and(|read| read.as_bytes() == one.as_bytes())
            }
        })
    }

    /// An `intoto` entry repeats the type of the payload.
    fn payload_type_fits(&self, signed: &Signed<'_>) -> bool {
        let written = self.json.pointer("/spec/content/envelope/payloadType");
        match (self.kind, signed) {
            (KindVersion::IntotoV002, Signed::Envelope(envelope)) => {
                written.and_then(Value::as_str) == Some(envelope.payload_type.as_str())
            }
            _ => true,
        }
    }
}

fn decoded(text: &str) -> Result<Vec<u8>, Refusal> {
    STANDARD.decode(text).map_err(|_| unreadable())
}

fn hex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes().chunks(2).map(|pair| {
        let pair = std::str::from_utf8(pair)
            .ok()
            .filter(|pair| pair.len() == 2)?;
        u8::from_str_radix(pair, 16).ok()
    });
    digits.collect()
}

fn bad(reason: String) -> Refusal {
    refuse(RefusalKind::BadLogEntry, reason)
}

fn unreadable() -> Refusal {
    bad("its log entry cannot be read".to_owned())
}
