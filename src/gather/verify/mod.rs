//! Bytes to facts: what cryptography says about a stored signature. All of it is done by sigstore-verify
//! and its crates, which only this folder knows. Pure but for the clock: nothing here does I/O.

use std::collections::BTreeSet;

use super::stored::StoredSignature;
use crate::model::digest::Digest;
use crate::model::signature::{Candidate, Trial};

/// Why a trusted root cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TrustedRootError {
    /// It is no trusted root.
    #[error("it is no Sigstore trusted root: {0}")]
    Malformed(String),
}

/// Verifies signatures against one trusted root.
pub struct Verifier {}

impl Verifier {
    /// With a trusted root (JSON); `None` for the public-good one that is built in.
    ///
    /// # Errors
    /// It cannot be used.
    pub fn new(trusted_root: Option<&[u8]>) -> Result<Self, TrustedRootError> {
        let _ = trusted_root;
        Ok(Self {})
    }

    /// What `stored` is, and what comes of each trial for the image with the digest `subject`.
    pub fn examine(
        &self,
        stored: &StoredSignature,
        subject: &Digest,
        trials: &BTreeSet<Trial>,
    ) -> Candidate {
        let _ = (subject, trials);
        Candidate {
            place: stored.place.clone(),
            format: stored.format.clone(),
            content: crate::model::signature::Content::Malformed("not read".to_owned()),
            claimed: None,
            trials: Vec::new(),
        }
    }
}
