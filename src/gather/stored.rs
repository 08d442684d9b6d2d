//! A signature as it was fetched: where it lay and its bytes. This is what the cache keeps, so that what
//! comes from there is verified like anything else.

use std::collections::BTreeMap;

use crate::model::signature::{Format, Place};

/// One signature or attestation, nothing of it verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredSignature {
    /// Where it lies.
    pub place: Place,
    /// How it is written, by the media type of its layer.
    pub format: Format,
    /// The annotations of its layer's descriptor: for the formats of cosign 1 and 2 they hold the
    /// signature, certificate and log entry.
    pub annotations: BTreeMap<String, String>,
    /// The layer: a simple-signing payload, a DSSE envelope or a bundle.
    pub bytes: Vec<u8>,
}
