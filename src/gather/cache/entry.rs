//! The form of an entry: a header with the version, a checksum over the rest, the key, the content.
//!
//! Pure. The checksum finds damage, not forgery: whoever can write to the folder can compute it.

use std::fmt::Write as _;

use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::EvidenceKey;
use crate::model::digest::{Digest, is_hex_digit};
use crate::model::repository::Repository;

/// First line of every entry. The number changes with the form of entries or contents.
const HEADER: &[u8] = b"imagegate cache 3\n";

/// End of the name of every entry.
const SUFFIX: &str = ".entry";

/// Beginning and end of the name of a file that is still being written.
pub const UNFINISHED: (&str, &str) = (".new-", ".tmp");

/// Kinds of entries, as names of files begin.
const KINDS: [&str; 3] = ["evidence", "tag", "image"];

/// Hex digits of a SHA-256.
const HEX: usize = 64;

/// What an entry is kept under.
#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Key<'a> {
    /// Signatures found beside an image.
    Evidence {
        repository: String,
        digest: &'a str,
        /// In order.
        asked: Vec<String>,
    },
    /// The digest of a tag.
    Tag { repository: String, tag: &'a str },
    /// An image that is there.
    Image { repository: String, digest: &'a str },
}

impl<'a> From<EvidenceKey<'a>> for Key<'a> {
    fn from(key: EvidenceKey<'a>) -> Self {
        Self::Evidence {
            repository: key.repository.to_string(),
            digest: key.digest.as_str(),
            asked: key.asked.iter().map(Repository::to_string).collect(),
        }
    }
}

impl<'a> Key<'a> {
    /// Of a tag.
    pub fn tag(repository: &Repository, tag: &'a str) -> Self {
        let repository = repository.to_string();
        Self::Tag { repository, tag }
    }

    /// Of an image.
    pub fn image(repository: &Repository, digest: &'a Digest) -> Self {
        Self::Image {
            repository: repository.to_string(),
            digest: digest.as_str(),
        }
    }

    /// The name of its file: the kind and a hash, since names of repositories are too long for names of files.
    pub fn file_name(&self) -> String {
        let kind = match self {
            Self::Evidence { .. } => KINDS[0],
            Self::Tag { .. } => KINDS[1],
            Self::Image { .. } => KINDS[2],
        };
        format!("{kind}-{}{SUFFIX}", hex_sha256(self.line().as_bytes()))
    }

    /// The key as one line: JSON writes line breaks as escapes.
    fn line(&self) -> String {
        // Strings and lists of them always have a JSON form.
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// Whether a file of that name is an entry, or was to become one.
pub fn is_ours(name: &str) -> bool {
    let (begin, end) = UNFINISHED;
    if name.starts_with(begin) {
        return name.ends_with(end);
    }
    let stem = name.strip_suffix(SUFFIX);
    stem.and_then(|stem| stem.split_once('-'))
        .is_some_and(|(kind, hash)| {
            KINDS.contains(&kind) && hash.len() == HEX && hash.bytes().all(is_hex_digit)
        })
}

/// The bytes of an entry.
pub fn bytes(key: &Key<'_>, content: &[u8]) -> Vec<u8> {
    let mut rest = key.line().into_bytes();
    rest.push(b'\n');
    rest.extend_from_slice(content);
    let mut bytes = HEADER.to_vec();
    bytes.extend_from_slice(hex_sha256(&rest).as_bytes());
    bytes.push(b'\n');
    bytes.append(&mut rest);
    bytes
}

/// The content of the entry for `key`; `None` when it is of another version, damaged, or another key's.
pub fn content<'b>(bytes: &'b [u8], key: &Key<'_>) -> Option<&'b [u8]> {
    let (checksum, rest) = bytes.strip_prefix(HEADER)?.split_at_checked(HEX)?;
    let rest = rest.strip_prefix(b"\n")?;
    if checksum != hex_sha256(rest).as_bytes() {
        return None;
    }
    rest.strip_prefix(key.line().as_bytes())?
        .strip_prefix(b"\n")
}

fn hex_sha256(bytes: &[u8]) -> String {
    let mut hex = String::with_capacity(HEX);
    for byte in Sha256::digest(bytes) {
        // Writing to a string cannot fail.
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}
