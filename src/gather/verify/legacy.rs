//! The formats of cosign 1 and 2: the layer holds what was signed, its annotations hold the rest
//! (`cosign/specs/SIGNATURE_SPEC.md`, `pkg/oci/static/options.go`).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use sigstore_verify::types::bundle::{
    InclusionPromise, KindVersion, LogId, Rfc3161Timestamp, TransparencyLogEntry,
};
use sigstore_verify::types::{
    CanonicalizedBody, DerCertificate, DsseEnvelope, LogIndex, LogKeyId, MediaType, Sha256Hash,
    SignatureBytes, SignedTimestamp, TimestampToken,
};

use super::material::{Material, Signed};
use super::refusal::quoted;
use super::unambiguous;
use crate::gather::stored::StoredSignature;

const SIGNATURE: &str = "dev.cosignproject.cosign/signature";
const CERTIFICATE: &str = "dev.sigstore.cosign/certificate";
const CHAIN: &str = "dev.sigstore.cosign/chain";
const LOG_ENTRY: &str = "dev.sigstore.cosign/bundle";
const TIMESTAMP: &str = "dev.sigstore.cosign/rfc3161timestamp";

const PEM_END: &str = "-----END CERTIFICATE-----";

/// A simple-signing layer.
pub(super) fn simple_signing(stored: &StoredSignature) -> Result<Material<'_>, String> {
    let written = annotation(stored, SIGNATURE).ok_or("it comes without a signature")?;
    // Some tools wrap the base64 text; `base64.StdEncoding` of Go, with which cosign reads it, ignores
    // line ends too.
    let compact: String = written.split(['\r', '\n']).collect();
    let signature = STANDARD
        .decode(compact)
        .map_err(|_| "its signature is not base64")?;
    Ok(Material {
        signed: Signed::Payload {
            payload: &stored.bytes,
            signature: SignatureBytes::new(signature),
        },
        certificates: certificates(stored)?,
        entries: entries(stored),
        timestamps: timestamps(stored)?,
        version: MediaType::Bundle0_1,
    })
}

/// An attestation layer: a DSSE envelope.
pub(super) fn envelope(stored: &StoredSignature) -> Result<Material<'_>, String> {
    let bytes = &stored.bytes;
    unambiguous::check(bytes, unambiguous::MOST)
        .map_err(|error| format!("its envelope {error}"))?;
    let envelope: DsseEnvelope = serde_json::from_slice(bytes)
        .map_err(|_| "it is not a DSSE envelope with exactly one signature")?;
    Ok(Material {
        signed: Signed::Envelope(envelope),
        certificates: certificates(stored)?,
        entries: entries(stored),
        // cosign 2 takes the timestamp of an attestation over the whole envelope, where sigstore-verify
        // expects one over the signature. Without it the attestation has one time less, never one more.
        timestamps: Vec::new(),
        version: MediaType::Bundle0_1,
    })
}

fn annotation<'s>(stored: &'s StoredSignature, name: &str) -> Option<&'s str> {
    let text = stored.annotations.get(name)?.as_str();
    (!text.trim_ascii().is_empty()).then_some(text)
}

fn certificates(stored: &StoredSignature) -> Result<Vec<DerCertificate>, String> {
    let Some(signer) = annotation(stored, CERTIFICATE) else {
        return Ok(Vec::new());
    };
    let chain = annotation(stored, CHAIN).unwrap_or_default();
    let blocks = signer
        .split_inclusive(PEM_END)
        .take(1)
        .chain(chain.split_inclusive(PEM_END))
        .filter(|block| !block.trim_ascii().is_empty());
    blocks
        .map(|block| {
            DerCertificate::from_pem(block).map_err(|_| "its certificate is not PEM".to_owned())
        })
        .collect()
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct WrittenEntry {
    signed_entry_timestamp: SignedTimestamp,
    payload: WrittenPayload,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WrittenPayload {
    body: CanonicalizedBody,
    integrated_time: i64,
    log_index: u64,
    #[serde(rename = "logID")]
    log_id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WrittenBody {
    kind: String,
    api_version: String,
}

fn entries(stored: &StoredSignature) -> Result<Vec<TransparencyLogEntry>, String> {
    let Some(text) = annotation(stored, LOG_ENTRY) else {
        return Ok(Vec::new());
    };
    unambiguous::check(text.as_bytes(), unambiguous::MOST)
        .map_err(|error| format!("its log entry {error}"))?;
    let unreadable = || "its log entry cannot be read".to_owned();
    let written: WrittenEntry = serde_json::from_str(text).map_err(|_| unreadable())?;
    let payload = written.payload;
    let kind_version = kind_version(payload.body.as_bytes())?;
    let log_id = Sha256Hash::from_hex(&payload.log_id).map_err(|_| unreadable())?;
    let entry = TransparencyLogEntry::new(
        LogIndex::new(payload.log_index).map_err(|_| unreadable())?,
        LogId::new(LogKeyId::from_bytes(log_id.as_slice())),
        kind_version,
        payload.body,
    );
    let time = jiff::Timestamp::from_second(payload.integrated_time).map_err(|_| unreadable())?;
    let promise = InclusionPromise::new(written.signed_entry_timestamp);
    Ok(vec![
        entry
            .with_integrated_time(time)
            .with_inclusion_promise(promise),
    ])
}

fn kind_version(body: &[u8]) -> Result<KindVersion, String> {
    unambiguous::check(body, unambiguous::MOST)
        .map_err(|error| format!("the body of its log entry {error}"))?;
    let written: WrittenBody = serde_json::from_slice(body)
        .map_err(|_| "the body of its log entry cannot be read".to_owned())?;
    let (kind, version) = (&written.kind, &written.api_version);
    serde_json::from_value(serde_json::json!({ "kind": kind, "version": version })).map_err(|_| {
        let kind = quoted(&format!("{kind} {version}"));
        format!("its log entry is of the kind {kind}, which this version does not verify")
    })
}

#[derive(Deserialize)]
struct WrittenTimestamp {
    #[serde(rename = "SignedRFC3161Timestamp")]
    token: TimestampToken,
}

fn timestamps(stored: &StoredSignature) -> Result<Vec<Rfc3161Timestamp>, String> {
    let Some(text) = annotation(stored, TIMESTAMP) else {
        return Ok(Vec::new());
    };
    let written: WrittenTimestamp =
        serde_json::from_str(text).map_err(|_| "its timestamp cannot be read".to_owned())?;
    Ok(vec![Rfc3161Timestamp::new(written.token)])
}
