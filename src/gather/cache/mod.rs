//! What earlier runs fetched, on disk: one file per key, for several processes at once.
//!
//! Evidence is kept as it was fetched and never as a verdict: whoever takes it from here verifies it again,
//! so a forged entry cannot make an image pass. Which digest a tag stands for is believed, which is why it
//! is asked for only with `--tag-ttl`, and why a folder that others can write to is not used. A cache that
//! fails is a cache that has nothing: no method here returns an error.

#![expect(clippy::disallowed_methods, reason = "the cache is a folder on disk")]

pub mod clear;
mod entry;
mod folder;
mod record;
mod room;

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use jiff::Timestamp;

use self::entry::Key;
use self::record::{Evidence, Image, Tag};
use self::room::Room;
use super::stored::StoredSignature;
use crate::model::digest::Digest;
use crate::model::repository::Repository;

pub use folder::{CacheRefused, default_folder};

/// How large a cache may grow, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// One entry. A larger one is not kept, and not read.
    pub entry: u64,
    /// All entries. Before more is written the oldest go. Several processes that write at the same time
    /// count each for itself, and may together exceed it until the next run.
    pub total: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            entry: 16 * 1024 * 1024,
            total: 256 * 1024 * 1024,
        }
    }
}

/// What evidence was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EvidenceKey<'a> {
    /// The image's repository.
    pub repository: &'a Repository,
    /// The image's digest.
    pub digest: &'a Digest,
    /// The repositories that were asked for its signatures.
    pub asked: &'a BTreeSet<Repository>,
}

/// An open cache.
pub struct Cache {
    folder: PathBuf,
    limits: Limits,
    room: Room,
    /// Set when something could not be written: the disk is full, or no longer writable.
    read_only: AtomicBool,
}

impl Cache {
    /// Opens the cache in `folder`, which is made if it is not there.
    ///
    /// # Errors
    /// It cannot be written to, or others can. The run then goes on without one, and says so.
    pub fn open(folder: &Path) -> Result<Self, CacheRefused> {
        Self::with_limits(folder, Limits::default())
    }

    /// As [`Cache::open`], with limits of its own.
    ///
    /// # Errors
    /// As for [`Cache::open`].
    pub fn with_limits(folder: &Path, limits: Limits) -> Result<Self, CacheRefused> {
        let folder = folder::prepare(folder)?;
        Ok(Self {
            room: Room::new(folder.clone(), limits.total),
            folder,
            limits,
            read_only: AtomicBool::new(false),
        })
    }

    /// The signatures that were found, and sufficed, when the same was asked before. Nothing of it is verified.
    pub fn evidence(&self, key: EvidenceKey<'_>) -> Option<Vec<StoredSignature>> {
        let evidence: Evidence = self.read(&Key::from(key))?;
        evidence.restore(key)
    }

    /// Keeps the signatures that were found.
    pub fn keep_evidence(&self, key: EvidenceKey<'_>, found: &[StoredSignature]) {
        self.write(&Key::from(key), &Evidence::of(found));
    }

    /// The digest that `tag` stood for less than `age` before `now`. An entry from the future is none.
    pub fn tag(
        &self,
        repository: &Repository,
        tag: &str,
        now: Timestamp,
        age: Duration,
    ) -> Option<Digest> {
        let found: Tag = self.read(&Key::tag(repository, tag))?;
        let (digest, resolved) = found.restore()?;
        let passed = Duration::try_from(now.duration_since(resolved)).ok()?;
        (passed < age).then_some(digest)
    }

    /// Keeps the digest that `tag` stands for at `now`.
    pub fn keep_tag(&self, repository: &Repository, tag: &str, digest: &Digest, now: Timestamp) {
        self.write(&Key::tag(repository, tag), &Tag::of(digest, now));
    }

    /// Digest and platform of each image of the index with this digest, or nothing for a plain image, when
    /// the repository is known to have it.
    pub fn image(&self, repository: &Repository, digest: &Digest) -> Option<Vec<(Digest, String)>> {
        let found: Image = self.read(&Key::image(repository, digest))?;
        found.restore()
    }

    /// Keeps that the repository has the image, with its platforms.
    pub fn keep_image(
        &self,
        repository: &Repository,
        digest: &Digest,
        platforms: &[(Digest, String)],
    ) {
        self.write(&Key::image(repository, digest), &Image::of(platforms));
    }

    /// The content under `key`. What stands in its place and is no sound entry is removed.
    fn read<T: serde::de::DeserializeOwned>(&self, key: &Key<'_>) -> Option<T> {
        let path = self.folder.join(key.file_name());
        // A link is not followed, a FIFO not waited for.
        let metadata = fs::symlink_metadata(&path).ok()?;
        let sound = metadata.is_file() && metadata.len() <= self.limits.entry;
        let bytes = match sound {
            true => read_at_most(&path, self.limits.entry).ok()?,
            false => Vec::new(),
        };
        let content = entry::content(&bytes, key);
        let content = content.and_then(|content| serde_json::from_slice(content).ok());
        if content.is_none() {
            tracing::debug!(target: "imagegate::cache", file = %path.display(), "dropped: no sound entry");
            // Another process may have been faster; a folder is left alone.
            let _ = fs::remove_file(&path);
        }
        content
    }

    fn write<T: serde::Serialize>(&self, key: &Key<'_>, content: &T) {
        if self.read_only.load(Ordering::Relaxed) {
            return;
        }
        let Ok(content) = serde_json::to_vec(content) else {
            return;
        };
        let bytes = entry::bytes(key, &content);
        if bytes.len() as u64 > self.limits.entry {
            tracing::debug!(target: "imagegate::cache", bytes = bytes.len(), "too large to be kept");
            return;
        }
        self.room.make_for(bytes.len() as u64);
        if let Err(error) = self.put(&key.file_name(), &bytes)
            && !self.read_only.swap(true, Ordering::Relaxed)
        {
            tracing::warn!(
                target: "imagegate::cache",
                "the cache `{}` cannot be written to: {error}; this run keeps nothing more",
                self.folder.display()
            );
        }
    }

    /// Others see the old entry or the new one, never a part.
    fn put(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let mut file = folder::new_file(&self.folder)?;
        file.write_all(bytes)?;
        file.persist(self.folder.join(name))?;
        Ok(())
    }
}

fn read_at_most(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(limit).read_to_end(&mut bytes)?;
    Ok(bytes)
}
