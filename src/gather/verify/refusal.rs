//! The words in which a signature is refused, and which of them stands for which error of sigstore-verify.
//! Errors are told apart by their variant. Their texts may repeat what is in the signature, so none is used.

use std::fmt;

use jiff::Timestamp;
use sigstore_verify::bundle::Error as ShapeError;
use sigstore_verify::{CertificateError, Error, TimestampError, TransparencyLogError};

use super::trusted_root::Root;
use crate::model::shorten::shorten;
use crate::model::signature::{Refusal, RefusalKind};

/// Longest text, in characters, that a sentence takes over from a signature.
const MAX_QUOTED: usize = 200;

/// A refusal.
pub(super) fn refuse(kind: RefusalKind, reason: impl Into<String>) -> Refusal {
    Refusal {
        kind,
        reason: reason.into(),
    }
}

/// Text from a signature, shortened for a sentence.
pub(super) fn quoted(text: &str) -> String {
    format!("`{}`", shorten(text, MAX_QUOTED))
}

/// A time for a sentence: to the second, in UTC.
pub(super) struct At(pub(super) Timestamp);

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.strftime("%Y-%m-%d %H:%M:%S UTC"))
    }
}

/// The refusal for an error of sigstore-verify.
pub(super) fn of_error(error: &Error, root: &Root) -> Refusal {
    use RefusalKind as Kind;
    match error {
        Error::SignatureInvalid(_) => refuse(
            Kind::BadSignature,
            "it is no valid signature over its payload",
        ),
        Error::ArtifactMismatch(_) => refuse(
            Kind::BadLogEntry,
            "its payload is not the one that its log entry names",
        ),
        Error::Certificate(error) => of_certificate_error(error, root),
        Error::TransparencyLog(error) => of_log_error(error, root),
        Error::Timestamp(error) => of_timestamp_error(error, root),
        Error::Bundle(error) => of_shape_error(error),
        Error::UnsupportedBundle(_) => refuse(
            Kind::Unsupported,
            "its log entry or certificate is of a kind that this version does not verify",
        ),
        Error::UnsupportedArtifact(_) => refuse(
            Kind::Unsupported,
            "it is made with an algorithm that this version does not verify",
        ),
        Error::InvalidBundle(_) | Error::Types(_) | Error::Crypto(_) => refuse(
            Kind::Unsupported,
            "its certificate, log entry or statement cannot be read",
        ),
        _ => refuse(Kind::Unsupported, "it cannot be verified by this version"),
    }
}

fn of_certificate_error(error: &CertificateError, root: &Root) -> Refusal {
    use RefusalKind as Kind;
    match error {
        CertificateError::Malformed(_) => {
            refuse(Kind::Unsupported, "its certificate cannot be read")
        }
        CertificateError::NoValidAuthority { time } => refuse(
            Kind::UnknownToTrustedRoot,
            format!(
                "no certificate authority is known for {} to {}",
                At(*time),
                root.with_age
            ),
        ),
        CertificateError::NotYetValid { time, not_before } => refuse(
            Kind::UntrustedCertificate,
            format!(
                "its certificate was not valid yet when it was signed ({}; valid from {})",
                At(*time),
                At(*not_before)
            ),
        ),
        CertificateError::Expired { time, not_after } => refuse(
            Kind::UntrustedCertificate,
            format!(
                "its certificate had expired when it was signed ({}; valid until {})",
                At(*time),
                At(*not_after)
            ),
        ),
        CertificateError::Sct(_) => refuse(
            Kind::UntrustedCertificate,
            format!(
                "its certificate has no valid timestamp (SCT) of a certificate log that is in {}",
                root.with_age
            ),
        ),
        _ => refuse(
            Kind::UntrustedCertificate,
            format!("its certificate is not by an authority of {}", root.name),
        ),
    }
}

fn of_log_error(error: &TransparencyLogError, root: &Root) -> Refusal {
    use RefusalKind as Kind;
    match error {
        TransparencyLogError::UnknownLog { .. } => unknown_log(root),
        TransparencyLogError::InclusionProof(_) => refuse(
            Kind::BadLogEntry,
            "the proof that its log entry is in the log does not hold",
        ),
        TransparencyLogError::Checkpoint(_) => refuse(
            Kind::BadLogEntry,
            format!(
                "the checkpoint of its log entry is not signed by a log of {}",
                root.name
            ),
        ),
        TransparencyLogError::InclusionPromise(_) => refuse(
            Kind::BadLogEntry,
            "its log entry is not signed by the log that it names",
        ),
        TransparencyLogError::EntryMismatch(_) => refuse(
            Kind::BadLogEntry,
            "its log entry is of another signature, key or certificate",
        ),
        TransparencyLogError::IntegratedTime(_) => refuse(
            Kind::BadLogEntry,
            "the time of its log entry is in the future or outside the validity of its certificate",
        ),
        _ => refuse(Kind::BadLogEntry, "its log entry cannot be read"),
    }
}

fn of_timestamp_error(error: &TimestampError, root: &Root) -> Refusal {
    use RefusalKind as Kind;
    match error {
        TimestampError::OutsideAuthorityValidity { time } => refuse(
            Kind::UnknownToTrustedRoot,
            format!(
                "its timestamp is of {}, for which its authority is not trusted by {}",
                At(*time),
                root.with_age
            ),
        ),
        TimestampError::NoVerifiedTimestamp(_) => no_time(),
        _ => refuse(
            Kind::BadLogEntry,
            format!(
                "its timestamp is not by a timestamp authority of {}",
                root.with_age
            ),
        ),
    }
}

fn of_shape_error(error: &ShapeError) -> Refusal {
    use RefusalKind as Kind;
    match error {
        ShapeError::MissingInclusionPromise(_)
        | ShapeError::MissingInclusionProof(_)
        | ShapeError::MissingCheckpoint => refuse(
            Kind::BadLogEntry,
            "its log entry comes without the proof that its format demands",
        ),
        ShapeError::MissingSigningTimeEvidence | ShapeError::MissingTimestamp => no_time(),
        ShapeError::LogIndexOutOfRange { .. } | ShapeError::CheckpointRootMismatch => refuse(
            Kind::BadLogEntry,
            "the proof that its log entry is in the log contradicts itself",
        ),
        _ => refuse(
            Kind::Unsupported,
            "its bundle is not shaped as its version demands",
        ),
    }
}

/// Its log is not in the trusted root.
pub(super) fn unknown_log(root: &Root) -> Refusal {
    refuse(
        RefusalKind::UnknownToTrustedRoot,
        format!("its log entry is of a log that is not in {}", root.with_age),
    )
}

/// Nothing trusted says when it was signed.
pub(super) fn no_time() -> Refusal {
    refuse(
        RefusalKind::NoLogEntry,
        "nothing trusted says when it was signed: no log entry and no timestamp",
    )
}
