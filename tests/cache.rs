//! The cache on disk: what it gives back, what it refuses, what it can do to a run, and the command.
#![expect(
    clippy::unwrap_used,
    reason = "what a test sets up must work, or the test fails"
)]

#[path = "cache/command.rs"]
mod command;
#[path = "cache/damage.rs"]
mod damage;
#[path = "cache/entries.rs"]
mod entries;
#[cfg(unix)]
#[path = "cache/folders.rs"]
mod folders;
#[path = "cache/writers.rs"]
mod writers;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use imagegate::gather::cache::EvidenceKey;
use imagegate::gather::stored::StoredSignature;
use imagegate::model::digest::Digest;
use imagegate::model::repository::Repository;
use imagegate::model::signature::{Format, Place, Storage};

fn repository(name: &str) -> Repository {
    Repository::parse(name).unwrap()
}

fn digest(digit: char) -> Digest {
    Digest::parse(&format!("sha256:{}", digit.to_string().repeat(64))).unwrap()
}

/// What an image's evidence is kept under.
struct Asked {
    repository: Repository,
    digest: Digest,
    repositories: BTreeSet<Repository>,
}

impl Asked {
    fn new(name: &str, digit: char) -> Self {
        let repository = repository(name);
        Self {
            repositories: [repository.clone()].into(),
            repository,
            digest: digest(digit),
        }
    }

    fn key(&self) -> EvidenceKey<'_> {
        EvidenceKey {
            repository: &self.repository,
            digest: &self.digest,
            asked: &self.repositories,
        }
    }
}

/// A signature with `bytes` as its layer.
fn signature(repository: &Repository, bytes: &[u8]) -> StoredSignature {
    let annotation = ("dev.cosignproject.cosign/signature", "MEUCIQ\n\"\u{202e}");
    StoredSignature {
        place: Place {
            repository: repository.clone(),
            storage: Storage::SignatureTag,
            manifest: digest('b'),
            layer: 3,
        },
        format: Format::SimpleSigning,
        annotations: BTreeMap::from([(annotation.0.to_owned(), annotation.1.to_owned())]),
        bytes: bytes.to_vec(),
    }
}

/// The files in a folder, by name.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

/// The only file in a folder.
fn only_file(folder: &Path) -> PathBuf {
    let files = files(folder);
    assert_eq!(files.len(), 1, "{files:?}");
    files[0].clone()
}
