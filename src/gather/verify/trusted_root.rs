//! The trusted root: whose logs, authorities and timestamps count
//! (`protobuf-specs`, `sigstore_trustroot.proto`). It is configuration, not evidence: every fault in it is
//! an error of the run, never a refusal of one signature.

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use sigstore_verify::crypto::Keyring;
use sigstore_verify::trust_root::{SIGSTORE_PRODUCTION_TRUSTED_ROOT, TransparencyLog, TrustedRoot};
use sigstore_verify::types::{TimeRange, TsaAuthority};

use crate::model::shorten::shorten;

/// What a media type of a trusted root begins with; a version follows.
const MEDIA_TYPE: &str = "application/vnd.dev.sigstore.trustedroot";

/// Longest part of a parser's message that is repeated, in characters.
const MAX_MESSAGE: usize = 300;

/// Why a trusted root cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TrustedRootError {
    /// Not UTF-8.
    #[error("it is not text in UTF-8")]
    NotText,
    /// Not JSON, or JSON of another shape; the parser's message says where.
    #[error("it is no Sigstore trusted root: {0}")]
    Malformed(String),
    /// `mediaType` is another one.
    #[error("it is no Sigstore trusted root: its `mediaType` is `{0}`")]
    MediaType(String),
    /// It names no log, no certificate authority and no timestamp authority.
    #[error("it names no log and no authority, so it can verify nothing")]
    Empty,
    /// A key, certificate, identifier or period in it is unusable; the message says which.
    #[error("a key or certificate in it cannot be used: {0}")]
    Unusable(String),
}

/// A trusted root that was read, with what messages say about it.
pub(super) struct Root {
    pub(super) verifier: sigstore_verify::Verifier,
    pub(super) timestamp_authorities: Vec<TsaAuthority>,
    pub(super) log_keys: Keyring,
    logs: Vec<TransparencyLog>,
    /// Its name in a sentence.
    pub(super) name: &'static str,
    /// The name with what may help, for the end of a sentence about what it does not know: such as
    /// `the built-in trusted root, whose newest log or authority is of 2025-09-23; …`.
    pub(super) with_age: String,
    /// SHA-256 of the JSON, in hex.
    pub(super) fingerprint: String,
}

impl Root {
    /// Reads a trusted root; `None` for the public-good one that is built in.
    pub(super) fn read(json: Option<&[u8]>) -> Result<Self, TrustedRootError> {
        let text = match json {
            Some(bytes) => std::str::from_utf8(bytes).map_err(|_| TrustedRootError::NotText)?,
            None => SIGSTORE_PRODUCTION_TRUSTED_ROOT,
        };
        let root: TrustedRoot = serde_json::from_str(text)
            .map_err(|error| TrustedRootError::Malformed(short(&error)))?;
        if !root.media_type.starts_with(MEDIA_TYPE) {
            let written = shorten(&root.media_type, MAX_MESSAGE).into_owned();
            return Err(TrustedRootError::MediaType(written));
        }
        let (logs, authorities) = (&root.tlogs, &root.certificate_authorities);
        if logs.is_empty() && authorities.is_empty() && root.timestamp_authorities.is_empty() {
            return Err(TrustedRootError::Empty);
        }
        let verifier = sigstore_verify::Verifier::new(&root)
            .map_err(|error| TrustedRootError::Unusable(short(&error)))?;
        let log_keys = root
            .rekor_keys()
            .map_err(|error| TrustedRootError::Unusable(short(&error)))?;
        let (name, with_age) = described(&root, json.is_none());
        Ok(Self {
            verifier,
            timestamp_authorities: root.tsa_authorities(),
            name,
            with_age,
            log_keys,
            fingerprint: hex(&Sha256::digest(text)),
            logs: root.tlogs,
        })
    }

    /// Whether a log with that identifier (`logId.keyId`) is in the root, and trusted at `time`.
    pub(super) fn log(&self, id: &[u8], time: Option<Timestamp>) -> LogStanding {
        let found = self
            .logs
            .iter()
            .find(|log| log.log_id.key_id.as_bytes() == id);
        match (found.map(|log| log.public_key.valid_for), time) {
            (None, _) => LogStanding::Unknown,
            (Some(Some(period)), Some(time)) if !period.contains(time) => LogStanding::NotThen,
            (Some(_), _) => LogStanding::Trusted,
        }
    }
}

/// What the trusted root says about a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LogStanding {
    Trusted,
    /// Known, but not for that time.
    NotThen,
    Unknown,
}

/// Its name in a sentence, and what the age of the root may have to do with it.
fn described(root: &TrustedRoot, built_in: bool) -> (&'static str, String) {
    let (name, advice) = if built_in {
        (
            "the built-in trusted root",
            "set `trusted-root` in the policy or update imagegate",
        )
    } else {
        (
            "the trusted root of the policy",
            "put a newer one there if it should be known",
        )
    };
    let age = match newest(root) {
        Some(start) => {
            let start = start.strftime("%Y-%m-%d");
            format!("whose newest log or authority is of {start}; {advice}")
        }
        None => format!("which says of no log or authority since when it is trusted; {advice}"),
    };
    (name, format!("{name}, {age}"))
}

/// When the newest log or authority of the root began to be trusted.
fn newest(root: &TrustedRoot) -> Option<Timestamp> {
    let keys = root.tlogs.iter().map(|log| log.public_key.valid_for);
    let certificate_logs = root.ctlogs.iter().map(|log| log.public_key.valid_for);
    let authorities = root.certificate_authorities.iter().map(|one| one.valid_for);
    let timestamps = root.timestamp_authorities.iter().map(|one| one.valid_for);
    let periods = keys
        .chain(certificate_logs)
        .chain(authorities)
        .chain(timestamps);
    periods
        .flatten()
        .map(|period: TimeRange| period.start)
        .max()
}

fn short(error: &dyn std::fmt::Display) -> String {
    shorten(&error.to_string(), MAX_MESSAGE).into_owned()
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
