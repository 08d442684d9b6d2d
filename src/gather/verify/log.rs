//! What is demanded of log entries beyond what sigstore-verify does: that *each* is of a log of the trusted
//! root and proves it. sigstore-verify passes over an entry that carries neither promise nor proof when
//! another one holds, and never compares the log that an entry names with the log that signed its proof.

use sigstore_verify::types::bundle::{InclusionProof, KindVersion, TransparencyLogEntry};

use super::refusal::{At, refuse, unknown_log};
use super::trusted_root::{LogStanding, Root};
use crate::model::signature::{Refusal, RefusalKind};

/// Bytes of a log's identifier that a signature of a checkpoint repeats (C2SP, "signed note").
const HINT_BYTES: usize = 4;

/// Checks the entries of a signature before their cryptography is.
///
/// # Errors
/// There is none, or one of them cannot count.
pub(super) fn required(entries: &[TransparencyLogEntry], root: &Root) -> Result<(), Refusal> {
    if entries.is_empty() {
        return Err(refuse(
            RefusalKind::NoLogEntry,
            "no entry of a transparency log came with it, and one is required",
        ));
    }
    entries.iter().try_for_each(|entry| counts(entry, root))
}

fn counts(entry: &TransparencyLogEntry, root: &Root) -> Result<(), Refusal> {
    let bad = |reason: String| Err(refuse(RefusalKind::BadLogEntry, reason));
    match root.log(entry.log_id.key_id.as_bytes(), entry.integrated_time) {
        LogStanding::Unknown => return Err(unknown_log(root)),
        LogStanding::NotThen => {
            let time = entry.integrated_time.map(At);
            let time = time.map_or_else(String::new, |time| format!(" of {time}"));
            let root = root.name;
            return bad(format!(
                "its log entry is{time}, for which {root} does not trust that log"
            ));
        }
        LogStanding::Trusted => {}
    }
    match (&entry.inclusion_promise, &entry.inclusion_proof) {
        (None, None) => bad("a log entry of it comes without a promise or proof".to_owned()),
        (_, Some(proof)) => proof_matches(entry, proof),
        (Some(_), None) => Ok(()),
    }
}

/// The proof must be of the log that the entry names, and of the tree that the log signed.
fn proof_matches(entry: &TransparencyLogEntry, proof: &InclusionProof) -> Result<(), Refusal> {
    let contradicts = || {
        refuse(
            RefusalKind::BadLogEntry,
            "the proof that its log entry is in the log contradicts itself",
        )
    };
    let checkpoint = proof.checkpoint.checkpoint().ok_or_else(contradicts)?;
    let hint = entry.log_id.key_id.as_bytes().get(..HINT_BYTES);
    let is_of_that_log = checkpoint
        .signatures()
        .iter()
        .any(|signature| Some(signature.key_id.as_slice()) == hint);
    // Of Rekor 2 sigstore-verify takes the size from the checkpoint and ignores the other one.
    let is_of_that_tree = entry.kind_version == KindVersion::HashedRekordV002
        || proof.tree_size == checkpoint.tree_size();
    if is_of_that_log && is_of_that_tree {
        Ok(())
    } else {
        Err(contradicts())
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use sigstore_verify::types::{
        CanonicalizedBody, CheckpointData, LogId, LogIndex, LogKeyId, Sha256Hash,
    };

    use super::*;

    const LOG: [u8; 32] = [7; 32];
    const OTHER_LOG: [u8; 32] = [8; 32];

    /// Whether a proof for a tree of `size` passes whose checkpoint speaks of 5 entries and is signed, by its
    /// hint, by `signer`.
    fn passes(kind_version: KindVersion, size: u64, signer: [u8; 32]) -> bool {
        let root = Sha256Hash::new([1; 32]);
        let signature = [&signer[..HINT_BYTES], &[0; 8]].concat();
        let signature = STANDARD.encode(signature);
        let note = format!("log\n5\n{}\n\n— log {signature}\n", root.to_base64());
        let checkpoint = CheckpointData::new(note).unwrap();
        let index = LogIndex::default();
        let proof = InclusionProof::new(index, root, size, Vec::new(), checkpoint);
        let log = LogId::new(LogKeyId::from_bytes(&LOG));
        let body = CanonicalizedBody::new(Vec::new());
        let entry = TransparencyLogEntry::new(index, log, kind_version, body);
        proof_matches(&entry, &proof).is_ok()
    }

    #[test]
    fn a_proof_is_of_the_log_that_the_entry_names() {
        for kind_version in [KindVersion::DsseV001, KindVersion::HashedRekordV002] {
            assert!(passes(kind_version, 5, LOG));
            assert!(!passes(kind_version, 5, OTHER_LOG));
        }
    }

    #[test]
    fn a_proof_is_of_the_tree_that_the_log_signed() {
        assert!(!passes(KindVersion::DsseV001, 6, LOG));
        assert!(
            passes(KindVersion::HashedRekordV002, 6, LOG),
            "Rekor 2 takes the size from the checkpoint"
        );
    }
}
