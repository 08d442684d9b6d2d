//! The policy file: where it is, its text, and the files and variables that it names.
//!
//! Without `--policy` it is looked for in the current folder and upward to the root of the git
//! repository. Outside of a repository only the current folder counts: a file that somebody else left
//! further up (`/tmp`, `/`) must not decide, so it is reported and not taken.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use super::reach::{Elsewhere, Reach};
use super::read::{self, ReadError};
use super::repository;
use super::shown::shown;
use crate::policy::{MAX_POLICY_BYTES, PolicyFiles};

/// The names of a policy file; only one of them may stand in a folder.
pub const POLICY_NAMES: [&str; 2] = ["imagegate.yaml", "imagegate.yml"];

/// Largest file that a policy may name (keys, certificates, a trusted root), in bytes.
const MAX_NAMED_FILE_BYTES: u64 = 16 * 1024 * 1024;

/// A policy file and its bytes.
#[derive(Debug, PartialEq, Eq)]
pub struct PolicyText {
    /// The path as shown: as given, or relative to the current folder.
    pub shown: String,
    /// The folder that paths in it are relative to, absolute and without links.
    pub folder: PathBuf,
    /// The file itself without links, so that nothing is written over it.
    pub identity: PathBuf,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// The answer of the search for a policy file.
#[derive(Debug, PartialEq, Eq)]
pub enum Search {
    /// It is here, relative to the folder where the search began.
    Found {
        /// The nearest one.
        policy: PathBuf,
        /// The next one above it in the repository, before which it stands.
        before: Option<PathBuf>,
    },
    /// There is none.
    None,
    /// There is none that may be taken, but here is one above, outside of any repository.
    Outside(PathBuf),
}

/// Why there is no policy to run with.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum PolicyFileError {
    /// It cannot be read.
    #[error("the policy file `{path}` cannot be read: {reason}")]
    Unreadable {
        /// As shown.
        path: String,
        /// Why.
        reason: ReadError,
    },
    /// Both names exist in one folder.
    #[error("`{0}` and `{1}` both exist; keep one of them, or name one with --policy")]
    Both(String, String),
    /// The folder where the search begins is not known.
    #[error("the current folder cannot be determined: {0}")]
    CurrentFolder(String),
}

/// Looks for a policy file from the current folder upward.
///
/// # Errors
/// Two files in one folder, or no current folder.
pub fn search() -> Result<Search, PolicyFileError> {
    search_from(&current_folder()?)
}

/// The current folder, absolute and without links.
///
/// # Errors
/// It was removed or may not be entered.
pub fn current_folder() -> Result<PathBuf, PolicyFileError> {
    let folder = std::env::current_dir().and_then(std::fs::canonicalize);
    folder.map_err(|error| PolicyFileError::CurrentFolder(read::reason(&error)))
}

/// Looks for a policy file from `folder`, which is absolute, upward.
///
/// # Errors
/// Two files in one folder, up to the first that has one.
fn search_from(folder: &Path) -> Result<Search, PolicyFileError> {
    let repository = folder
        .ancestors()
        .find(|above| repository::stands(&above.join(".git")));
    let mut found: Option<PathBuf> = None;
    let mut upward = PathBuf::new();
    for above in folder.ancestors() {
        if let Some(policy) = found {
            let before = first_policy_in(above).map(|name| upward.join(name));
            if before.is_some() || Some(above) == repository {
                return Ok(Search::Found { policy, before });
            }
            found = Some(policy);
        } else if let Some(name) = policy_in(above, &upward)? {
            let policy = upward.join(name);
            if repository.is_none() && above != folder {
                return Ok(Search::Outside(policy));
            }
            if repository.is_none() || Some(above) == repository {
                let before = None;
                return Ok(Search::Found { policy, before });
            }
            found = Some(policy);
        }
        if Some(above) == repository {
            break;
        }
        upward.push("..");
    }
    Ok(Search::None)
}

/// The name of the policy file in `folder`, the first when there are two.
pub(super) fn first_policy_in(folder: &Path) -> Option<&'static str> {
    let mut names = POLICY_NAMES.into_iter();
    names.find(|name| repository::stands(&folder.join(name)))
}

/// The name of the policy file in `folder`; `as_shown` is that folder for messages.
fn policy_in(folder: &Path, as_shown: &Path) -> Result<Option<&'static str>, PolicyFileError> {
    let [first, second] = POLICY_NAMES;
    let stand = [first, second].map(|name| repository::stands(&folder.join(name)));
    match stand.into() {
        (true, true) => Err(PolicyFileError::Both(
            shown(&as_shown.join(first)),
            shown(&as_shown.join(second)),
        )),
        (true, false) => Ok(Some(first)),
        (false, true) => Ok(Some(second)),
        (false, false) => Ok(None),
    }
}

/// Reads the policy file at `path`.
///
/// # Errors
/// Why it cannot be read.
pub fn read(path: &Path) -> Result<PolicyText, PolicyFileError> {
    let unreadable = |reason: ReadError| PolicyFileError::Unreadable {
        path: shown(path),
        reason,
    };
    // Its errors are shown with the lines around them: whoever may write a link must not choose which file
    // of this machine is shown.
    let real = real(path).map_err(unreadable)?;
    let bytes = read::file(&real, MAX_POLICY_BYTES).map_err(unreadable)?;
    let parent = match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    };
    let folder = std::fs::canonicalize(parent).map_err(|error| unreadable(error.into()))?;
    Ok(PolicyText {
        shown: shown(path),
        folder,
        identity: real,
        bytes,
    })
}

/// The path without links; that of a pipe of the shell as it is.
fn real(path: &Path) -> Result<PathBuf, ReadError> {
    if read::is_open_descriptor(path) {
        return Ok(path.to_owned());
    }
    Ok(Reach::from_here().named(path, Elsewhere::Trusted)?)
}

/// The files beside a policy file, and the environment.
#[derive(Debug)]
pub struct BesidePolicy {
    folder: PathBuf,
}

impl BesidePolicy {
    /// Files relative to `folder`.
    pub fn new(folder: PathBuf) -> Self {
        Self { folder }
    }
}

impl PolicyFiles for BesidePolicy {
    fn read(&self, path: &Path) -> Result<Vec<u8>, String> {
        let real = real(&self.folder.join(path)).map_err(|error| error.to_string())?;
        read::file(&real, MAX_NAMED_FILE_BYTES).map_err(|error| error.to_string())
    }

    fn variable(&self, name: &str) -> Option<String> {
        // The name of a variable is never empty and holds no `=` or NUL.
        let usable = !name.is_empty() && !name.contains(['=', '\0']);
        usable
            .then(|| std::env::var_os(OsStr::new(name)))
            .flatten()
            .and_then(|value| value.into_string().ok())
    }
}

#[cfg(test)]
mod tests {
    use super::{PolicyFileError, Search, search_from};
    use std::fs;
    use std::path::{Path, PathBuf};

    fn tree(files: &[&str]) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for file in files {
            let path = root.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        root
    }

    fn found(files: &[&str], from: &str) -> Result<Search, PolicyFileError> {
        let root = tree(files);
        let root = root.path().canonicalize().unwrap();
        fs::create_dir_all(root.join(from)).unwrap();
        search_from(&root.join(from))
    }

    fn at(policy: &str, before: Option<&str>) -> Result<Search, PolicyFileError> {
        Ok(Search::Found {
            policy: PathBuf::from(policy),
            before: before.map(PathBuf::from),
        })
    }

    #[test]
    fn the_nearest_policy_up_to_the_root_of_the_repository_is_found() {
        let files = ["r/.git/HEAD", "r/imagegate.yaml", "r/a/imagegate.yaml"];
        let before = Some("../../imagegate.yaml");
        assert_eq!(found(&files, "r/a/b"), at("../imagegate.yaml", before));
        assert_eq!(found(&files, "r/c/d"), at("../../imagegate.yaml", None));
        assert_eq!(found(&files, "r"), at("imagegate.yaml", None));
    }

    #[test]
    fn a_policy_above_the_repository_is_not_seen() {
        assert_eq!(
            found(&["imagegate.yaml", "r/.git/HEAD"], "r/a"),
            Ok(Search::None)
        );
    }

    #[test]
    fn the_git_file_of_a_worktree_marks_a_repository_too() {
        assert_eq!(
            found(&["r/.git", "r/imagegate.yaml"], "r/a"),
            at("../imagegate.yaml", None)
        );
    }

    #[test]
    fn outside_of_a_repository_a_policy_above_is_reported_and_not_taken() {
        assert_eq!(
            found(&["r/imagegate.yaml"], "r/a"),
            Ok(Search::Outside(PathBuf::from("../imagegate.yaml")))
        );
    }

    #[test]
    fn two_names_in_one_folder_are_an_error() {
        let found = found(&["r/.git", "r/imagegate.yaml", "r/imagegate.yml"], "r/a");
        let wanted = PolicyFileError::Both(
            "../imagegate.yaml".to_owned(),
            "../imagegate.yml".to_owned(),
        );
        assert_eq!(found, Err(wanted));
    }

    #[test]
    fn a_folder_with_the_name_is_found_and_then_unreadable() {
        let root = tree(&["imagegate.yaml/x"]);
        let found = super::read(&root.path().join("imagegate.yaml"));
        assert!(matches!(found, Err(PolicyFileError::Unreadable { .. })));
        assert!(search_from(Path::new("/")).is_ok());
    }
}
