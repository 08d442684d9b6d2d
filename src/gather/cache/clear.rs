//! Empties the cache. Only files that are named as entries are, directly in the folder, go.

use std::path::{Path, PathBuf};
use std::{fs, io};

use super::room::files;

/// What was removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Cleared {
    /// Files.
    pub files: u64,
    /// Their size in bytes.
    pub bytes: u64,
}

/// Why the cache could not be emptied.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` cannot be cleared: {reason}", path.display())]
pub struct NotCleared {
    /// What could not be read or removed.
    pub path: PathBuf,
    /// What the operating system says.
    pub reason: String,
}

/// Removes the entries in `folder`. Links are not followed, and whatever else is there stays. A folder that
/// does not exist is empty.
///
/// # Errors
/// The folder cannot be read, or an entry not be removed; those before it are gone.
pub fn clear(folder: &Path) -> Result<Cleared, NotCleared> {
    let failed = |path: &Path, error: &io::Error| NotCleared {
        path: path.to_owned(),
        reason: error.to_string(),
    };
    match fs::read_dir(folder) {
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Cleared::default()),
        Err(error) => return Err(failed(folder, &error)),
    }
    let mut cleared = Cleared::default();
    for file in files(folder) {
        match fs::remove_file(&file.path) {
            Ok(()) => {
                cleared.files += 1;
                cleared.bytes += file.bytes;
            }
            // Another process was faster.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(failed(&file.path, &error)),
        }
    }
    Ok(cleared)
}
