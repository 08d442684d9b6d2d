//! The files that a glob of the policy names. Nothing is opened here.
//!
//! A glob is relative to the policy's folder; `*` stays inside a folder, `**` crosses. What stands before
//! its first wildcard is taken as written, so it may lead out of that folder. Links to files are followed,
//! links to folders are not: they may lead back.
#![expect(
    clippy::disallowed_methods,
    reason = "reports are evidence, and gathering reads it from disk"
)]

use std::fs;
use std::path::{Path, PathBuf};

use globset::{GlobBuilder, GlobMatcher};
use walkdir::{DirEntry, WalkDir};

use crate::gather::disk::reason;
use crate::model::shorten::shorten;

/// Longest path that a sentence repeats, in characters.
const PATH_CHARACTERS: usize = 200;

/// A file that a glob names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Named {
    /// Where it is opened.
    pub(super) path: PathBuf,
    /// The same for the same file, whichever glob names it.
    pub(super) identity: PathBuf,
    /// As the policy would write it, with `/`.
    pub(super) shown: String,
}

/// What a glob names.
#[derive(Debug, Default)]
pub(super) struct Listing {
    /// Ordered by how they are shown.
    pub(super) files: Vec<Named>,
    /// What could not be looked at; a sentence each.
    pub(super) unread: Vec<String>,
}

/// Lists the files that `glob` names below `folder`. One that is named without a wildcard is listed whether
/// it is there or not.
pub(super) fn list(folder: &Path, glob: &str) -> Listing {
    let glob = glob.trim_start_matches("./").trim_end_matches('/');
    let Some(wildcard) = glob.find(['*', '?', '[', '{', '\\']) else {
        let path = folder.join(glob);
        return Listing {
            files: vec![Named {
                identity: fs::canonicalize(&path).unwrap_or_else(|_| path.clone()),
                path,
                shown: glob.to_owned(),
            }],
            unread: Vec::new(),
        };
    };
    let (written, pattern) = match glob.get(..wildcard).and_then(|start| start.rfind('/')) {
        Some(0) => ("/", glob.get(1..)),
        Some(slash) => (glob.get(..slash).unwrap_or_default(), glob.get(slash + 1..)),
        None => ("", Some(glob)),
    };
    let pattern = pattern.unwrap_or_default();
    let built = GlobBuilder::new(pattern)
        .literal_separator(true)
        .backslash_escape(true)
        .build();
    match built {
        Ok(built) => {
            let path = folder.join(written);
            let search = Search {
                identity: fs::canonicalize(&path).unwrap_or_else(|_| path.clone()),
                path,
                written,
                matcher: built.compile_matcher(),
                depth: depth(pattern),
            };
            search.list()
        }
        Err(error) => Listing {
            files: Vec::new(),
            unread: vec![format!("{} is no glob: {}", quoted(glob), error.kind())],
        },
    }
}

/// How many folders deep a file can lie that the pattern matches.
fn depth(pattern: &str) -> usize {
    // A brace may hold a `/` in only some of its parts.
    match pattern.contains("**") || pattern.contains('{') {
        true => usize::MAX,
        false => pattern.split('/').count(),
    }
}

/// The path as a sentence repeats it.
pub(super) fn quoted(path: &str) -> String {
    format!("`{}`", shorten(path, PATH_CHARACTERS))
}

/// A search below the folder in front of a glob's first wildcard.
struct Search<'g> {
    path: PathBuf,
    /// The same without links.
    identity: PathBuf,
    written: &'g str,
    matcher: GlobMatcher,
    depth: usize,
}

impl Search<'_> {
    fn list(&self) -> Listing {
        let mut listing = Listing::default();
        let walk = WalkDir::new(&self.path).min_depth(1).max_depth(self.depth);
        let entries = walk
            .into_iter()
            .filter_entry(|entry| entry.depth() == 0 || entry.file_name() != ".git");
        for entry in entries {
            match entry {
                Ok(entry) => self.entry(&entry, &mut listing),
                Err(error) => {
                    let is_root = error.depth() == 0;
                    let Some(why) = error.io_error() else {
                        continue;
                    };
                    // Without the folder there is no file in it either.
                    if !(is_root && why.kind() == std::io::ErrorKind::NotFound) {
                        let path = error
                            .path()
                            .map_or_else(String::new, |path| self.shown(path));
                        let why = reason(why);
                        let sentence = format!("{} could not be looked at: {why}", quoted(&path));
                        listing.unread.push(sentence);
                    }
                }
            }
        }
        listing.files.sort_by(|a, b| a.shown.cmp(&b.shown));
        listing
    }

    fn entry(&self, entry: &DirEntry, listing: &mut Listing) {
        let path = entry.path();
        let relative = path.strip_prefix(&self.path).unwrap_or(path);
        let matches = self.matcher.is_match(relative);
        let is_link = entry.path_is_symlink();
        let is_folder = match is_link {
            true => fs::metadata(path).is_ok_and(|target| target.is_dir()),
            false => entry.file_type().is_dir(),
        };
        if is_folder {
            let shown = quoted(&self.shown(path));
            if matches && path.extension().is_some_and(|end| end == "json") {
                let sentence = format!("{shown} could not be read: it is a folder, not a file");
                listing.unread.push(sentence);
            } else if is_link && entry.depth() < self.depth {
                let sentence = format!("{shown} is a link to a folder, which is not followed");
                listing.unread.push(sentence);
            }
        } else if matches {
            let identity = match is_link {
                true => fs::canonicalize(path).ok(),
                false => Some(self.identity.join(relative)),
            };
            listing.files.push(Named {
                path: path.to_owned(),
                identity: identity.unwrap_or_else(|| path.to_owned()),
                shown: self.shown(path),
            });
        }
    }

    fn shown(&self, path: &Path) -> String {
        let relative = path.strip_prefix(&self.path).unwrap_or(path);
        let parts = relative.components();
        let parts: Vec<_> = parts
            .map(|part| part.as_os_str().to_string_lossy().into_owned())
            .collect();
        let below = parts.join("/");
        match self.written {
            "" => below,
            written if below.is_empty() => written.to_owned(),
            written => format!("{}/{below}", written.trim_end_matches('/')),
        }
    }
}
