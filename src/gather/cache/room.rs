//! Keeps the cache below its size: the oldest entries go before more is written.
//!
//! The folder is read once in a run, at the first write, and again only when the limit is reached.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use super::entry;

/// How much is kept when the limit is reached, of [`KEPT_OF`]: so that the folder is not read for every
/// entry from then on.
const KEPT: u64 = 3;
const KEPT_OF: u64 = 4;

/// The room for entries.
pub struct Room {
    folder: PathBuf,
    limit: u64,
    /// Bytes that are used, as far as this process knows; `None` before the folder was read.
    used: Mutex<Option<u64>>,
}

/// A file of the cache.
pub struct OurFile {
    /// Where it is.
    pub path: PathBuf,
    /// Its size in bytes.
    pub bytes: u64,
    changed: SystemTime,
}

impl Room {
    /// At most `limit` bytes in `folder`.
    pub fn new(folder: PathBuf, limit: u64) -> Self {
        Self {
            folder,
            limit,
            used: Mutex::new(None),
        }
    }

    /// Makes room for an entry of that many bytes.
    pub fn make_for(&self, bytes: u64) {
        // What a thread that panicked left here is still a number.
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        let before =
            used.unwrap_or_else(|| files(&self.folder).iter().map(|file| file.bytes).sum());
        let before = match before.saturating_add(bytes) > self.limit {
            true => self.drop_oldest(self.limit / KEPT_OF * KEPT),
            false => before,
        };
        *used = Some(before.saturating_add(bytes));
    }

    /// Removes the oldest files until at most `kept` bytes are left, and says how many are.
    fn drop_oldest(&self, kept: u64) -> u64 {
        let mut files = files(&self.folder);
        files.sort_by(|one, other| (one.changed, &one.path).cmp(&(other.changed, &other.path)));
        let mut left: u64 = files.iter().map(|file| file.bytes).sum();
        for file in files {
            if left <= kept {
                break;
            }
            // One that another process removed is gone, too.
            let _ = fs::remove_file(&file.path);
            left = left.saturating_sub(file.bytes);
        }
        left
    }
}

/// The files of the cache in its folder; links, folders and files of others are none. A folder that cannot
/// be read has none.
pub fn files(folder: &Path) -> Vec<OurFile> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let ours = entries.filter(|entry| entry.file_name().to_str().is_some_and(entry::is_ours));
    ours.filter_map(|entry| {
        // Does not follow links.
        let metadata = entry.metadata().ok()?;
        metadata.is_file().then(|| OurFile {
            path: entry.path(),
            bytes: metadata.len(),
            changed: metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH),
        })
    })
    .collect()
}
