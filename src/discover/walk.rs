//! Paths given by a person to inputs: walks folders, counts what is left out, and drops repetitions.

use std::collections::{BTreeMap, HashSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use walkdir::{DirEntry, WalkDir};

use super::gitignore::GitIgnored;
use super::read::{reason, special_kind};
use super::shown::shown;
use super::{DiscoverError, Discovered, Input, Place, STDIN_ARGUMENT, STDIN_NAME, Selection};
use crate::model::caveat::Caveat;
use crate::model::summary::NotLookedAt;

/// Finds every file that `selection` asks for.
///
/// A folder is walked without following links, hidden folders included, `.git` left out; in it, files
/// named `.yaml`, `.yml` or `.json` count, whatever the case. A file that is named itself is taken
/// whatever it is called, unless a glob leaves it out.
///
/// # Errors
/// Paths that do not exist, all of them.
pub fn discover(selection: &Selection<'_>) -> Result<Discovered, DiscoverError> {
    let mut walk = Walk::new(selection);
    let mut missing = Vec::new();
    for path in selection.paths {
        if path == Path::new(STDIN_ARGUMENT) {
            walk.inputs.push(Input {
                shown: STDIN_NAME.into(),
                place: Place::Stdin,
            });
            continue;
        }
        match std::fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => walk.folder(path),
            Ok(_) => walk.named_file(path),
            Err(error) if does_not_exist(&error) => missing.push(shown(path)),
            Err(error) => walk.unreadable(path, reason(&error)),
        }
    }
    if !missing.is_empty() {
        return Err(DiscoverError::Missing(missing));
    }
    Ok(walk.finish())
}

fn does_not_exist(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory | io::ErrorKind::InvalidInput
    )
}

struct Walk<'a> {
    selection: &'a Selection<'a>,
    inputs: Vec<Input>,
    /// What is left out: the file without links and its name as shown, the first of several.
    left_out: BTreeMap<(NotLookedAt, PathBuf), Arc<str>>,
    ignored: GitIgnored,
    folder_given: bool,
}

impl<'a> Walk<'a> {
    fn new(selection: &'a Selection<'a>) -> Self {
        Self {
            selection,
            inputs: Vec::new(),
            left_out: BTreeMap::new(),
            ignored: GitIgnored::default(),
            folder_given: false,
        }
    }

    fn named_file(&mut self, path: &Path) {
        // The folder without links and the name as given: a glob sees the link, not where it leads.
        let named = match (path.parent(), path.file_name()) {
            (Some(parent), Some(name)) => folder_identity(parent).join(name),
            _ => path.to_owned(),
        };
        if self.selection.exclude.matches(&named) {
            self.leave_out(NotLookedAt::ExcludedPath, path, named);
            return;
        }
        let identity = std::fs::canonicalize(path).unwrap_or(named);
        self.inputs.push(Input {
            shown: shown(path).into(),
            place: Place::File {
                path: path.to_owned(),
                identity,
            },
        });
    }

    fn folder(&mut self, given: &Path) {
        self.folder_given = true;
        // What is ignored depends on the folder given, so nothing is remembered from another one.
        self.ignored = GitIgnored::default();
        let root = folder_identity(given);
        let walk = WalkDir::new(given).into_iter();
        let entries = walk.filter_entry(|entry| entry.depth() == 0 || entry.file_name() != ".git");
        for entry in entries {
            match entry {
                Ok(entry) if entry.file_type().is_dir() => {}
                Ok(entry) => self.entry(&entry, given, &root),
                Err(error) => {
                    let path = error.path().unwrap_or(given).to_owned();
                    let why = error.io_error().map_or_else(|| error.to_string(), reason);
                    let identity = below(&root, given, &path);
                    if self.selection.exclude.matches(&identity) {
                        self.leave_out(NotLookedAt::ExcludedPath, &path, identity);
                    } else {
                        self.unreadable(&path, why);
                    }
                }
            }
        }
    }

    /// One entry of a walk that is not a folder. `root` is `given` without links.
    fn entry(&mut self, entry: &DirEntry, given: &Path, root: &Path) {
        let path = entry.path();
        let link = entry.path_is_symlink() && entry.depth() > 0;
        let wanted = is_manifest_name(path)
            || link && std::fs::metadata(path).is_ok_and(|target| target.is_dir());
        if !wanted {
            return;
        }
        let identity = below(root, given, path);
        if self.selection.exclude.matches(&identity) {
            self.leave_out(NotLookedAt::ExcludedPath, path, identity);
        } else if self.selection.respect_gitignore && self.ignored.file(&identity, root) {
            self.leave_out(NotLookedAt::GitIgnoredPath, path, identity);
        } else if link {
            self.leave_out(NotLookedAt::Link, path, identity);
        } else if entry.file_type().is_file() {
            self.inputs.push(Input {
                shown: shown(path).into(),
                place: Place::File {
                    path: path.to_owned(),
                    identity,
                },
            });
        } else {
            let kind = std::fs::metadata(path).map(|metadata| special_kind(&metadata));
            let why = match kind {
                Ok(kind) => format!("it is {}, not a file", kind.unwrap_or("special")),
                Err(error) => reason(&error),
            };
            self.unreadable(path, why);
        }
    }

    fn unreadable(&mut self, path: &Path, why: String) {
        self.inputs.push(Input {
            shown: shown(path).into(),
            place: Place::Unreadable(why),
        });
    }

    /// Remembers the file and not only its name: it may be reached twice.
    fn leave_out(&mut self, reason: NotLookedAt, path: &Path, identity: PathBuf) {
        let name = self.left_out.entry((reason, identity));
        let shown: Arc<str> = shown(path).into();
        name.and_modify(|known| {
            if shown.as_bytes() < known.as_bytes() {
                *known = Arc::clone(&shown);
            }
        })
        .or_insert(shown);
    }

    fn finish(mut self) -> Discovered {
        let read = once_each(&mut self.inputs);
        let left_out = self.left_out.into_iter();
        let left_out = left_out.filter(|((_, identity), _)| !read.contains(identity));
        Discovered {
            left_out: left_out
                .map(|((reason, _), shown)| Caveat::of_file(reason, shown))
                .collect(),
            inputs: self.inputs,
            folder_given: self.folder_given,
        }
    }
}

/// Orders by the shown name and keeps, of several names for one file, the first; returns the files
/// that are kept.
fn once_each(inputs: &mut Vec<Input>) -> HashSet<PathBuf> {
    inputs.sort_by(|a, b| a.shown.as_bytes().cmp(b.shown.as_bytes()));
    let mut files = HashSet::new();
    let mut others: HashSet<Arc<str>> = HashSet::new();
    inputs.retain(|input| match &input.place {
        Place::File { identity, .. } => files.insert(identity.clone()),
        Place::Stdin | Place::Unreadable(_) => others.insert(Arc::clone(&input.shown)),
    });
    files
}

/// The place of `path`, met in a walk of `given`, below the same folder without links.
fn below(root: &Path, given: &Path, path: &Path) -> PathBuf {
    match path.strip_prefix(given) {
        Ok(relative) => root.join(relative),
        Err(_) => path.to_owned(),
    }
}

/// The folder without links; as given when that cannot be found out.
fn folder_identity(folder: &Path) -> PathBuf {
    let folder = if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    };
    std::fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned())
}

fn is_manifest_name(path: &Path) -> bool {
    path.extension().is_some_and(|end| {
        ["yaml", "yml", "json"]
            .iter()
            .any(|wanted| end.eq_ignore_ascii_case(wanted))
    })
}
