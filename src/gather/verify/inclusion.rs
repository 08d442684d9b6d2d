//! That an entry is in a log of the trusted root: its promise (SET), its Merkle proof and the checkpoint
//! above that. Done here for the entries that sigstore-verify does not read, in the same steps and words;
//! [`super::direct`] says which those are.

use jiff::Timestamp;
use sigstore_merkle::{hash_leaf, verify_inclusion_proof};
use sigstore_verify::crypto::{Checkpoint, VerificationKey};
use sigstore_verify::types::bundle::{
    InclusionPromise, InclusionProof, KindVersion, TransparencyLogEntry,
};
use sigstore_verify::types::{Sha256Hash, SignatureBytes};
use sigstore_verify::{Error, TransparencyLogError};

use super::refusal::of_error;
use super::trusted_root::Root;
use crate::model::signature::Refusal;

/// The time that the log promised; `None` where it signed none, as in Rekor 2 and in a proof alone.
///
/// # Errors
/// The entry is not proven to be in the log that it names, or that log is not trusted.
pub(super) fn verified(
    entry: &TransparencyLogEntry,
    root: &Root,
    now: Timestamp,
) -> Result<Option<Timestamp>, Refusal> {
    let refused = |error: TransparencyLogError| of_error(&Error::TransparencyLog(error), root);
    if let Some(proof) = &entry.inclusion_proof {
        proven(entry, proof, root, now).map_err(refused)?;
    }
    let Some(promise) = &entry.inclusion_promise else {
        return Ok(None);
    };
    promised(entry, promise, root, now).map_err(refused)?;
    // The log signs the time only in its promise.
    match entry.integrated_time {
        Some(time) if time > now => {
            Err(refused(TransparencyLogError::IntegratedTime(String::new())))
        }
        time => Ok(time.filter(|_| entry.kind_version != KindVersion::HashedRekordV002)),
    }
}

fn log_id(entry: &TransparencyLogEntry) -> Result<Sha256Hash, TransparencyLogError> {
    let id = Sha256Hash::try_from(entry.log_id.key_id.as_bytes());
    id.map_err(|_| TransparencyLogError::MalformedEntry(String::new()))
}

/// The key of the log that the entry names, which has to have been trusted at the time of the entry.
fn log_key<'r>(
    entry: &TransparencyLogEntry,
    root: &'r Root,
    now: Timestamp,
) -> Result<&'r VerificationKey, TransparencyLogError> {
    let id = log_id(entry)?;
    let key = match entry.integrated_time {
        Some(time) => root.log_keys.key_at(&id, time),
        None => root.log_keys.key_started_by(&id, now),
    };
    key.ok_or_else(|| TransparencyLogError::UnknownLog {
        log_id: String::new(),
    })
}

fn proven(
    entry: &TransparencyLogEntry,
    proof: &InclusionProof,
    root: &Root,
    now: Timestamp,
) -> Result<(), TransparencyLogError> {
    let bad_checkpoint = || TransparencyLogError::Checkpoint(String::new());
    let checkpoint =
        Checkpoint::from_text(proof.checkpoint.envelope()).map_err(|_| bad_checkpoint())?;
    let in_proof = (proof.log_index.get(), proof.tree_size, proof.root_hash);
    // Rekor 2 leaves its place in the tree to the entry, and the rest to the checkpoint.
    let (index, size, top) = match entry.kind_version {
        KindVersion::HashedRekordV002 => (
            entry.log_index.get(),
            checkpoint.tree_size(),
            *checkpoint.root_hash(),
        ),
        _ => in_proof,
    };
    if size != checkpoint.tree_size() || top != *checkpoint.root_hash() {
        return Err(bad_checkpoint());
    }
    let leaf = hash_leaf(entry.canonicalized_body.as_bytes());
    verify_inclusion_proof(&leaf, index, size, &proof.hashes, &top)
        .map_err(|_| TransparencyLogError::InclusionProof(String::new()))?;
    let key = log_key(entry, root, now)?;
    let message = checkpoint.signed_data();
    let mut signatures = checkpoint.signatures().iter();
    match signatures.any(|one| key.verify(message, &one.signature).is_ok()) {
        true => Ok(()),
        false => Err(bad_checkpoint()),
    }
}

fn promised(
    entry: &TransparencyLogEntry,
    promise: &InclusionPromise,
    root: &Root,
    now: Timestamp,
) -> Result<(), TransparencyLogError> {
    let key = log_key(entry, root, now)?;
    // Canonical JSON (RFC 8785): names in order, no blanks. No value in it has anything to escape.
    let signed = format!(
        r#"{{"body":"{}","integratedTime":{},"logID":"{}","logIndex":{}}}"#,
        entry.canonicalized_body.to_base64(),
        entry.integrated_time.map_or(0, Timestamp::as_second),
        log_id(entry)?.to_hex(),
        entry.log_index.get(),
    );
    let signature = SignatureBytes::new(promise.signed_entry_timestamp.as_bytes().to_vec());
    key.verify(signed.as_bytes(), &signature)
        .map_err(|_| TransparencyLogError::InclusionPromise(String::new()))
}
