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
const ENTRIES: usize = 100_000;

/// Folders of which nothing is deployed.
const NOT_TAKEN: [&str; 3] = [".git", ".github", ".circleci"];

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

/// The folders to which a path may be relative that means one of the repository that holds `folder`, which is as
/// for [`ground`]: its top, or where that is not known what is walked, and every folder around that.
pub fn tops(folder: &Path, walked: &[PathBuf]) -> Vec<PathBuf> {
    if let Some(root) = repository::root(folder) {
        return vec![root];
    }
    let ground = ground(folder, walked);
    let around = walked.iter().filter(|path| folder.starts_with(path));
    let walked = around.max_by_key(|path| path.as_os_str().len());
    let mut tops: Vec<PathBuf> = folder
        .ancestors()
        .take_while(|above| above.starts_with(&ground))
        .map(Path::to_owned)
        .collect();
    tops.extend(walked.cloned());
    tops.reverse();
    tops
}

/// The names of the repository that holds `folder`, at the end of the addresses from which it is fetched; empty
/// where that is not known.
pub fn repository_names(folder: &Path) -> Vec<String> {
    let remotes = repository::root(folder).map(|root| repository::remotes(&root));
    let remotes = remotes.unwrap_or_default();
    remotes.iter().map(|url| repository_name(url)).collect()
}

/// The name of a repository at the end of its address.
pub fn repository_name(url: &str) -> String {
    let url = url.trim_end_matches('/');
    let name = url.rsplit(['/', ':']).next().unwrap_or(url);
    name.trim_end_matches(".git").to_ascii_lowercase()
}

/// Files below a folder with one of these endings, and in place of all that is in a folder with a file of one of
/// these names that folder; without `below` those in the folder itself. `None` when there are too many, or a folder
/// cannot be read.
pub fn files_below(
    folder: &Path,
    endings: &[&str],
    names: &[&str],
    below: bool,
) -> Option<Vec<PathBuf>> {
    let mut found = Vec::new();
    let depth = if below { usize::MAX } else { 1 };
    let mut walk = WalkDir::new(folder)
        .min_depth(1)
        .max_depth(depth)
        .sort_by_file_name()
        .into_iter();
    let mut entries = 0;
    while let Some(entry) = walk.next() {
        let entry = entry.ok()?;
        entries += 1;
        if entries > ENTRIES {
            return None;
        }
        if entry.file_type().is_dir() {
            let is_left_out = NOT_TAKEN.iter().any(|name| entry.file_name() == *name);
            let is_whole = names.iter().any(|name| entry.path().join(name).is_file());
            if is_left_out || is_whole {
                walk.skip_current_dir();
            }
            if is_whole && !is_left_out {
                found.push(entry.into_path());
            }
            continue;
        }
        let ending = entry.path().extension();
        if ending.is_some_and(|ending| endings.iter().any(|wanted| ending == *wanted)) {
            found.push(entry.into_path());
        }
    }
    Some(found)
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

/// Files of these names in a repository, links to files among them.
#[derive(Debug, Default)]
pub struct Named {
    /// Their paths.
    pub files: Vec<PathBuf>,
    /// Whether the repository has more entries than were looked at, or a folder that cannot be read.
    pub is_cut: bool,
}

/// Files of these names in the repository that holds `file`: those in the folders above it first, then what is
/// found among its first entries. Empty without a repository.
pub fn named_in_repository(file: &Path, names: &[&str]) -> Named {
    let Some(root) = file.parent().and_then(repository::root) else {
        return Named::default();
    };
    let is_regular =
        |path: &Path| fs::metadata(path).is_ok_and(|metadata| special_kind(&metadata).is_none());
    let above = file
        .ancestors()
        .skip(1)
        .take_while(|folder| folder.starts_with(&root));
    let above = above.flat_map(|folder| names.iter().map(move |name| folder.join(name)));
    let mut found: Vec<PathBuf> = above.filter(|path| is_regular(path)).collect();
    let walk = WalkDir::new(&root).into_iter();
    let mut walk = walk.filter_entry(|entry| entry.file_name() != ".git");
    let mut is_cut = false;
    for entry in walk.by_ref().take(ENTRIES) {
        let Ok(entry) = entry else {
            is_cut = true;
            continue;
        };
        let is_named = names.iter().any(|name| entry.file_name() == *name);
        if is_named && !entry.file_type().is_dir() && is_regular(entry.path()) {
            found.push(entry.into_path());
        }
    }
    found.sort();
    found.dedup();
    Named {
        files: found,
        is_cut: is_cut || walk.next().is_some(),
    }
}
