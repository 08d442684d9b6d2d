//! The Sigstore bundle (`protobuf-specs`, `sigstore_bundle.proto`), read field by field: what sigstore-types
//! reads in one piece would refuse a bundle for an entry of a log that nobody asks for, and would take the
//! first of two certificates where a bundle must have one.

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;
use sigstore_verify::types::bundle::{
    CertificateContent, TimestampVerificationData, TransparencyLogEntry, X509Certificate,
};
use sigstore_verify::types::{DerCertificate, DsseEnvelope, MediaType};

use super::material::{Material, Signed};
use super::refusal::quoted;
use super::unambiguous;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WrittenBundle {
    media_type: String,
    verification_material: WrittenMaterial,
    dsse_envelope: Option<DsseEnvelope>,
    message_signature: Option<IgnoredAny>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WrittenMaterial {
    certificate: Option<CertificateContent>,
    #[serde(rename = "x509CertificateChain")]
    chain: Option<WrittenChain>,
    public_key: Option<IgnoredAny>,
    tlog_entries: Option<Vec<Value>>,
    timestamp_verification_data: Option<TimestampVerificationData>,
}

#[derive(Deserialize)]
struct WrittenChain {
    certificates: Vec<X509Certificate>,
}

/// Reads a bundle.
///
/// # Errors
/// It is none, or has no statement in it; a sentence part.
pub(super) fn read(json: &[u8]) -> Result<Material<'static>, String> {
    unambiguous::check(json, unambiguous::MOST).map_err(|error| format!("its bundle {error}"))?;
    let written: WrittenBundle = serde_json::from_slice(json).map_err(|error| {
        // The parser's own words may repeat what is in the bytes, which are hostile.
        let (line, column) = (error.line(), error.column());
        format!(
            "its bundle has a field of another shape, or lacks one (line {line}, column {column})"
        )
    })?;
    let version: MediaType = written.media_type.parse().map_err(|_| {
        let media_type = quoted(&written.media_type);
        format!("its bundle is of the version {media_type}, which this version does not read")
    })?;
    let envelope = match (written.dsse_envelope, written.message_signature) {
        (Some(envelope), None) => envelope,
        (None, Some(_)) => {
            return Err("it signs a file; an image is signed with a statement".to_owned());
        }
        _ => return Err("its bundle holds not exactly one signature".to_owned()),
    };
    let material = written.verification_material;
    let timestamps = material.timestamp_verification_data.unwrap_or_default();
    Ok(Material {
        signed: Signed::Envelope(envelope),
        entries: entries(material.tlog_entries.unwrap_or_default()),
        certificates: certificates(material.certificate, material.chain, material.public_key)?,
        timestamps: timestamps.rfc3161_timestamps,
        version,
    })
}

fn certificates(
    certificate: Option<CertificateContent>,
    chain: Option<WrittenChain>,
    key: Option<IgnoredAny>,
) -> Result<Vec<DerCertificate>, String> {
    match (certificate, chain, key) {
        (Some(one), None, None) => Ok(vec![one.raw_bytes]),
        (None, Some(chain), None) if !chain.certificates.is_empty() => {
            let certificates = chain.certificates.into_iter();
            Ok(certificates.map(|one| one.raw_bytes).collect())
        }
        (None, None, Some(_)) => Ok(Vec::new()),
        _ => Err("its bundle names not exactly one certificate or key".to_owned()),
    }
}

fn entries(written: Vec<Value>) -> Result<Vec<TransparencyLogEntry>, String> {
    let entries = written.into_iter().map(serde_json::from_value);
    entries
        .collect::<Result<_, _>>()
        .map_err(|_| "a log entry of it is of a kind that this version does not read".to_owned())
}
