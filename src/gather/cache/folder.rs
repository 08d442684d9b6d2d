//! The folder of the cache: where it is, and whether it is ours alone.
//!
//! Whoever can write to it could say what a tag stands for. So it is used only when it belongs to the user
//! of this process, when nobody else can write to it, and when nobody else can put another one in its place:
//! each folder above it has to belong to that user or to root, and be closed to others or sticky as `/tmp` is.

use std::fs::{self, DirBuilder};
use std::io;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::entry::UNFINISHED;
use crate::gather::environment::{home, variable};

/// Why a cache is not used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CacheRefused {
    /// It cannot be made or written to.
    #[error("`{}` cannot be written to: {reason}", folder.display())]
    Unusable {
        /// The folder.
        folder: PathBuf,
        /// What the operating system says.
        reason: String,
    },
    /// The folder, or one above it, belongs to somebody else.
    #[error("`{}` belongs to another user", at.display())]
    Foreign {
        /// What belongs to somebody else.
        at: PathBuf,
    },
    /// Others can write to the folder, or to one above it.
    #[error("others can write to `{}`; `chmod go-w` closes it", at.display())]
    Open {
        /// What others can write to.
        at: PathBuf,
    },
}

/// `imagegate` in the user's folder for caches: `XDG_CACHE_HOME` when it is absolute, as its specification
/// wants, else `~/.cache`; `LOCALAPPDATA` on Windows. `None` when the environment names none.
pub fn default_folder() -> Option<PathBuf> {
    let named = match cfg!(windows) {
        true => "LOCALAPPDATA",
        false => "XDG_CACHE_HOME",
    };
    let named = variable(named).map(PathBuf::from);
    let named = named.filter(|folder| folder.is_absolute());
    let folder = named.or_else(|| home().map(|home| home.join(".cache")))?;
    Some(folder.join("imagegate"))
}

/// Makes the folder if need be, and checks it. The answer has no link in it, so that none can be changed later.
pub fn prepare(folder: &Path) -> Result<PathBuf, CacheRefused> {
    let unusable = |error: io::Error| CacheRefused::Unusable {
        folder: folder.to_owned(),
        reason: error.to_string(),
    };
    make(folder).map_err(unusable)?;
    let real = fs::canonicalize(folder).map_err(unusable)?;
    // Its owner is the user of this process, as the file system sees it.
    let probe = new_file(&real).map_err(unusable)?;
    #[cfg(unix)]
    ownership::check(folder, &real, &probe)?;
    drop(probe);
    Ok(real)
}

/// A file in the folder that takes its name when it is complete. Only its owner can read it.
pub fn new_file(folder: &Path) -> io::Result<NamedTempFile> {
    let (prefix, suffix) = UNFINISHED;
    tempfile::Builder::new()
        .prefix(prefix)
        .suffix(suffix)
        .tempfile_in(folder)
}

fn make(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Windows keeps the folder of a user's application data to that user by itself.
#[cfg(unix)]
mod ownership {
    use std::fs::{self, Metadata};
    use std::io;
    use std::os::unix::fs::MetadataExt as _;
    use std::path::Path;

    use tempfile::NamedTempFile;

    use super::CacheRefused;

    const ROOT: u32 = 0;
    const WRITABLE_BY_OTHERS: u32 = 0o022;
    const STICKY: u32 = 0o1000;

    /// What is wrong with a folder.
    #[derive(Debug, PartialEq, Eq)]
    pub(super) enum Fault {
        Foreign,
        Open,
    }

    pub(super) fn check(
        folder: &Path,
        real: &Path,
        probe: &NamedTempFile,
    ) -> Result<(), CacheRefused> {
        let unusable = |error: io::Error| CacheRefused::Unusable {
            folder: folder.to_owned(),
            reason: error.to_string(),
        };
        let user = probe.as_file().metadata().map_err(unusable)?.uid();
        for (above, at) in real.ancestors().enumerate() {
            let metadata: Metadata = fs::symlink_metadata(at).map_err(unusable)?;
            let found = fault(metadata.uid(), metadata.mode(), user, above > 0);
            let at = at.to_owned();
            match found {
                None => {}
                Some(Fault::Foreign) => return Err(CacheRefused::Foreign { at }),
                Some(Fault::Open) => return Err(CacheRefused::Open { at }),
            }
        }
        Ok(())
    }

    /// What is wrong with the folder itself, or with one `above` it. In a sticky folder only the owner of
    /// an entry, and of the folder, can exchange it.
    pub(super) fn fault(owner: u32, mode: u32, user: u32, above: bool) -> Option<Fault> {
        if owner != user && !(above && owner == ROOT) {
            return Some(Fault::Foreign);
        }
        let closed = mode & WRITABLE_BY_OTHERS == 0 || (above && mode & STICKY != 0);
        (!closed).then_some(Fault::Open)
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::ownership::{Fault, fault};

    const USER: u32 = 1000;
    const OTHER: u32 = 1001;

    #[test]
    fn the_folder_is_the_users_own_and_closed_to_others() {
        for (owner, mode, wanted) in [
            (USER, 0o40700, None),
            (USER, 0o40755, None),
            (USER, 0o40775, Some(Fault::Open)),
            (USER, 0o40757, Some(Fault::Open)),
            (USER, 0o41777, Some(Fault::Open)),
            (0, 0o40700, Some(Fault::Foreign)),
            (OTHER, 0o40700, Some(Fault::Foreign)),
        ] {
            assert_eq!(fault(owner, mode, USER, false), wanted, "{owner} {mode:o}");
        }
    }

    #[test]
    fn a_folder_above_is_the_users_or_roots_and_closed_or_sticky() {
        for (owner, mode, wanted) in [
            (USER, 0o40755, None),
            (USER, 0o40775, Some(Fault::Open)),
            (0, 0o40755, None),
            (0, 0o41777, None),
            (0, 0o40777, Some(Fault::Open)),
            (OTHER, 0o40755, Some(Fault::Foreign)),
            (OTHER, 0o41777, Some(Fault::Foreign)),
        ] {
            assert_eq!(fault(owner, mode, USER, true), wanted, "{owner} {mode:o}");
        }
    }
}
