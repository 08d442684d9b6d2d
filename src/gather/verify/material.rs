//! A stored signature taken apart: what was signed, the signature, and what came with it (certificates, log
//! entries, timestamps). Here the formats of cosign 1 and 2 and the Sigstore bundle become one; nothing is
//! verified here.

use std::borrow::Cow;

use sigstore_verify::types::bundle::{Rfc3161Timestamp, TransparencyLogEntry};
use sigstore_verify::types::{DerCertificate, DsseEnvelope, MediaType, SignatureBytes};

use super::claims::{self, Claims};
use super::refusal::quoted;
use super::{bundle, legacy};
use crate::gather::stored::StoredSignature;
use crate::model::digest::Digest;
use crate::model::signature::Format;

/// Most certificates, log entries or timestamps of one signature. Real ones have up to four.
pub(super) const MAX_PARTS: usize = 16;

/// Largest certificate, in bytes. Those with every extension of Fulcio stay below 4 KiB.
const MAX_CERTIFICATE_BYTES: usize = 64 * 1024;

/// A stored signature taken apart.
pub(super) struct Material<'s> {
    pub(super) signed: Signed<'s>,
    /// The signer's certificate first, then what was added to it.
    pub(super) certificates: Vec<DerCertificate>,
    /// Entries of transparency logs. A signature whose entries cannot be read is still one where no entry
    /// is asked for, so the sentence part is kept until then.
    pub(super) entries: Result<Vec<TransparencyLogEntry>, String>,
    /// RFC 3161 timestamps of the signature.
    pub(super) timestamps: Vec<Rfc3161Timestamp>,
    /// The version of the bundle; what cosign 1 and 2 wrote has the parts of version 0.1.
    pub(super) version: MediaType,
}

/// What was signed, with the signature.
pub(super) enum Signed<'s> {
    /// The payload itself.
    Payload {
        payload: &'s [u8],
        signature: SignatureBytes,
    },
    /// The payload of a DSSE envelope, with its type.
    Envelope(DsseEnvelope),
}

impl Signed<'_> {
    /// The bytes under the signature.
    pub(super) fn message(&self) -> Cow<'_, [u8]> {
        match self {
            Self::Payload { payload, .. } => Cow::Borrowed(payload),
            Self::Envelope(envelope) => Cow::Owned(envelope.pae()),
        }
    }

    /// The payload of an envelope.
    pub(super) fn into_statement(self) -> Option<Vec<u8>> {
        match self {
            Self::Payload { .. } => None,
            Self::Envelope(envelope) => Some(envelope.payload.into_bytes()),
        }
    }

    pub(super) fn signature(&self) -> &SignatureBytes {
        match self {
            Self::Payload { signature, .. } => signature,
            Self::Envelope(envelope) => &envelope.signature.sig,
        }
    }
}

impl<'s> Material<'s> {
    /// Takes a stored signature apart.
    ///
    /// # Errors
    /// It is not what its media type says, or of a kind that is not read; a sentence part.
    pub(super) fn read(stored: &'s StoredSignature) -> Result<Self, String> {
        let material = match &stored.format {
            Format::SimpleSigning => legacy::simple_signing(stored)?,
            Format::Envelope => legacy::envelope(stored)?,
            Format::Bundle(_) => bundle::read(&stored.bytes)?,
            Format::Unknown(media_type) => {
                let media_type = quoted(media_type);
                return Err(format!(
                    "its media type is {media_type}, which this version does not read"
                ));
            }
        };
        let entries = material.entries.as_ref().map_or(0, Vec::len);
        let most = entries
            .max(material.certificates.len())
            .max(material.timestamps.len());
        if most > MAX_PARTS {
            return Err(format!(
                "it comes with {most} certificates, log entries or timestamps; up to {MAX_PARTS} are read"
            ));
        }
        let is_large = |one: &DerCertificate| one.len() > MAX_CERTIFICATE_BYTES;
        if material.certificates.iter().any(is_large) {
            return Err(format!(
                "its certificate has more than {MAX_CERTIFICATE_BYTES} bytes"
            ));
        }
        Ok(material)
    }

    /// What the payload says about the image `subject`.
    ///
    /// # Errors
    /// The payload is not of a known kind; a sentence part.
    pub(super) fn claims(&self, subject: &Digest) -> Result<Claims, String> {
        match &self.signed {
            Signed::Payload { payload, .. } => claims::of_simple_signing(payload, subject),
            Signed::Envelope(envelope) => claims::of_envelope(envelope, subject),
        }
    }
}
