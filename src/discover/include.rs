//! What stands at a path that a checked file names, such as the base of a kustomization: looked at inside of
//! what belongs together and nowhere else.

use std::fs;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use super::read::{self, special_kind};
use super::repository;
use super::shown::shown;

/// Largest file that is read since another one names it, in bytes.
const MAX_BYTES: u64 = 64 * 1024 * 1024;

/// Most entries of a repository that are looked at for files of some names.
const ENTRIES: usize = 20_000;

/// What stands at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// A file, by its path without links.
    File(PathBuf),
    /// A folder, likewise.
    Folder(PathBuf),
    /// Nothing.
    Missing,
    /// Something outside of what belongs together, or git's own.
    Outside,
}

/// The folder whose files belong together with those in `folder`, which is absolute and without links: the
/// repository, else one of `walked` or the current folder, else `folder` itself.
pub fn ground(folder: &Path, walked: &[PathBuf]) -> PathBuf {
    let current = std::env::current_dir().and_then(fs::canonicalize).ok();
    let current = current.filter(|current| current.parent().is_some());
    let around = walked.iter().chain(&current);
    let around = around.filter(|path| folder.starts_with(path));
    let shortest = around.min_by_key(|path| path.as_os_str().len());
    repository::root(folder)
        .or_else(|| shortest.cloned())
        .unwrap_or_else(|| folder.to_owned())
}

/// What stands at `path`, which is absolute; links are followed inside of `ground`.
pub fn at(path: &Path, ground: &Path) -> Standing {
    let Ok(real) = fs::canonicalize(path) else {
        return match path.starts_with(ground) {
            true => Standing::Missing,
            false => Standing::Outside,
        };
    };
    let Ok(inside) = real.strip_prefix(ground) else {
        return Standing::Outside;
    };
    if inside.components().any(|part| part.as_os_str() == ".git") {
        return Standing::Outside;
    }
    match real.is_dir() {
        true => Standing::Folder(real),
        false => Standing::File(real),
    }
}

/// The path without links, when something stands there.
pub fn real(path: &Path) -> Option<PathBuf> {
    fs::canonicalize(path).ok()
}

/// The bytes of a file without links, or why there are none.
///
/// # Errors
/// Why, as a clause.
pub fn bytes(real: &Path) -> Result<Vec<u8>, String> {
    read::file(real, MAX_BYTES).map_err(|error| error.to_string())
}

/// The name under which a file is shown that nobody named: from the current folder, where it is below that.
pub fn shown_from_here(real: &Path) -> String {
    let current = std::env::current_dir().and_then(fs::canonicalize);
    let inside = match &current {
        Ok(current) => real.strip_prefix(current).ok(),
        Err(_) => None,
    };
    shown(inside.unwrap_or(real))
}

/// The folder of a path that was shown, absolute and without links.
pub fn folder_of_shown(name: &str) -> Option<PathBuf> {
    let parent = Path::new(name).parent()?;
    let parent = match parent.as_os_str().is_empty() {
        true => Path::new("."),
        false => parent,
    };
    fs::canonicalize(parent).ok()
}

/// Files of these names in the repository that holds `file`: those in the folders above it first, then what is
/// found among its first entries. Empty without a repository.
pub fn named_in_repository(file: &Path, names: &[&str]) -> Vec<PathBuf> {
    let Some(root) = file.parent().and_then(repository::root) else {
        return Vec::new();
    };
    let is_regular = |path: &Path| {
        fs::symlink_metadata(path).is_ok_and(|metadata| special_kind(&metadata).is_none())
    };
    let above = file
        .ancestors()
        .skip(1)
        .take_while(|folder| folder.starts_with(&root));
    let above = above.flat_map(|folder| names.iter().map(move |name| folder.join(name)));
    let mut found: Vec<PathBuf> = above.filter(|path| is_regular(path)).collect();
    let walk = WalkDir::new(&root).into_iter();
    let walk = walk
        .filter_entry(|entry| entry.file_name() != ".git")
        .take(ENTRIES);
    for entry in walk.flatten() {
        let is_named = names.iter().any(|name| entry.file_name() == *name);
        if is_named && entry.file_type().is_file() {
            found.push(entry.into_path());
        }
    }
    found.sort();
    found.dedup();
    found
}
