//! Paths given by a person to inputs: walks folders, counts what is left out, and drops repetitions.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use walkdir::{DirEntry, WalkDir};

use super::exclude::Author;
use super::gitignore::GitIgnored;
use super::policy_file::POLICY_NAMES;
use super::reach::{Astray, Elsewhere, Reach};
use super::read::{ReadError, is_open_descriptor, special_kind};
use super::repository;
use super::shown::shown;
use super::submodules::Submodules;
use super::{DiscoverError, Discovered, Input, Place, STDIN_ARGUMENT, STDIN_NAME, Selection};
use crate::model::caveat::Caveat;
use crate::model::summary::NotLookedAt;

/// Finds every file that `selection` asks for.
///
/// A folder is walked with its hidden folders, `.git` left out; in it, files named `.yaml`, `.yml` or
/// `.json` count, whatever the case, and links of such a name to a file. Links to folders are not
/// followed. A file that is named itself is taken whatever it is called, unless a glob leaves it out. A
/// link that leads astray ([`Reach`]) makes an input that cannot be read.
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
                links: Vec::new(),
                place: Place::Stdin,
            });
            continue;
        }
        if is_open_descriptor(path) {
            walk.named_file(path, path.to_owned());
            continue;
        }
        match walk.reach.named(path, Elsewhere::Unknown) {
            Ok(real) if real.is_dir() => walk.folder(path, &real),
            Ok(real) => walk.named_file(path, real),
            Err(Astray::Missing) => missing.push(shown(path)),
            Err(astray) => walk.named_unreadable(path, astray),
        }
    }
    if !missing.is_empty() {
        return Err(DiscoverError::Missing(missing));
    }
    Ok(walk.finish())
}

struct Walk<'a> {
    selection: &'a Selection<'a>,
    reach: Reach,
    ignored: GitIgnored,
    submodules: Submodules,
    inputs: Vec<Input>,
    /// The inputs that are links, as shown.
    links: HashSet<Arc<str>>,
    /// What is left out: the file without links and its name as shown, the first of several.
    left_out: BTreeMap<(NotLookedAt, PathBuf), Arc<str>>,
    walked: Vec<PathBuf>,
    policies: Vec<(String, PathBuf)>,
    incomplete: bool,
}

/// A folder that a person named, and the same without links.
#[derive(Clone, Copy)]
struct Given<'g> {
    written: &'g Path,
    real: &'g Path,
}

impl Given<'_> {
    /// The place of `path`, met in a walk of the folder, without links but for its last part.
    fn place(&self, path: &Path) -> PathBuf {
        match path.strip_prefix(self.written) {
            Ok(relative) if relative.as_os_str().is_empty() => self.real.to_owned(),
            Ok(relative) => self.real.join(relative),
            Err(_) => path.to_owned(),
        }
    }
}

impl<'a> Walk<'a> {
    fn new(selection: &'a Selection<'a>) -> Self {
        Self {
            selection,
            reach: Reach::from_here(),
            ignored: GitIgnored::default(),
            submodules: Submodules::default(),
            inputs: Vec::new(),
            links: HashSet::new(),
            left_out: BTreeMap::new(),
            walked: Vec::new(),
            policies: Vec::new(),
            incomplete: false,
        }
    }

    /// A file that is named itself; `real` is its path without links.
    fn named_file(&mut self, path: &Path, real: PathBuf) {
        if self.leaves_out_named(path) {
            return;
        }
        if is_open_descriptor(path) {
            self.file(path, path.to_owned(), real);
        } else if path.is_symlink() {
            self.link(path, real);
        } else {
            self.real_file(path, real);
        }
    }

    fn named_unreadable(&mut self, path: &Path, astray: Astray) {
        if !self.leaves_out_named(path) {
            self.unreadable(path, astray.into());
        }
    }

    /// A glob sees the link and not where it leads: the folder without links and the name as given.
    fn leaves_out_named(&mut self, path: &Path) -> bool {
        let named = match (path.parent(), path.file_name()) {
            (Some(parent), Some(name)) => folder_identity(parent).join(name),
            _ => path.to_owned(),
        };
        let author = self.selection.exclude.author_of(&named);
        self.leaves_out(author, path, named)
    }

    /// Counts what a glob leaves out.
    fn leaves_out(&mut self, author: Option<Author>, path: &Path, place: PathBuf) -> bool {
        let Some(author) = author else {
            return false;
        };
        self.incomplete |= author == Author::Option;
        self.leave_out(NotLookedAt::ExcludedPath, path, place);
        true
    }

    fn folder(&mut self, given: &Path, real: &Path) {
        let given = Given {
            written: given,
            real,
        };
        self.walked.push(real.to_owned());
        // What is ignored depends on the folder given, so nothing is remembered from another one.
        self.ignored = GitIgnored::default();
        // The folder that was met last, as long as nothing was met in it.
        let mut empty: Option<DirEntry> = None;
        let mut entries = WalkDir::new(given.written).into_iter();
        while let Some(entry) = entries.next() {
            if let Some(folder) = empty.take() {
                match &entry {
                    // A submodule that was never checked out may have that much.
                    Ok(inner) if inner.depth() > folder.depth() && inner.file_name() == ".git" => {
                        empty = Some(folder);
                    }
                    Ok(next) if next.depth() <= folder.depth() => self.empty_folder(&folder, given),
                    Ok(_) | Err(_) => {}
                }
            }
            match entry {
                Ok(entry) if entry.depth() > 0 && entry.file_name() == ".git" => {
                    if entry.file_type().is_dir() {
                        entries.skip_current_dir();
                    }
                    self.git_folder(&entry, given);
                }
                Ok(entry) if entry.depth() == 0 || entry.file_type().is_dir() => {
                    // A glob that names a folder is of use, whatever is in it.
                    let _ = self.selection.exclude.author_of(&given.place(entry.path()));
                    empty = Some(entry);
                }
                Ok(entry) => self.entry(&entry, given),
                Err(error) => self.unreadable_entry(&error, given),
            }
        }
        if let Some(folder) = empty {
            self.empty_folder(&folder, given);
        }
    }

    /// A folder or entry that the operating system does not show.
    fn unreadable_entry(&mut self, error: &walkdir::Error, given: Given<'_>) {
        let path = error.path().unwrap_or(given.written);
        let why = match error.io_error() {
            Some(why) => ReadError::Io(super::read::reason(why)),
            None => ReadError::Io(error.to_string()),
        };
        let place = given.place(path);
        let author = self.selection.exclude.author_of(&place);
        if !self.leaves_out(author, path, place) {
            self.unreadable(path, why);
        }
    }

    /// git keeps no empty folder, so one in a checkout may be all that is there of a submodule.
    fn empty_folder(&mut self, folder: &DirEntry, given: Given<'_>) {
        let place = given.place(folder.path());
        if !self.submodules.has(&place) {
            return;
        }
        let author = self.selection.exclude.author_of_folder(&place);
        if !self.leaves_out(author, folder.path(), place) {
            self.unreadable(folder.path(), ReadError::EmptySubmodule);
        }
    }

    /// kubectl reads manifests in a `.git` folder too. Of what git itself keeps there, nothing is a
    /// manifest; but only at the top is it plain that it was git.
    fn git_folder(&mut self, folder: &DirEntry, given: Given<'_>) {
        let path = folder.path();
        let is_folder = path.is_dir();
        let own = folder.depth() == 1 && repository::is_git_folder(path);
        if !is_folder || own || is_empty(path) {
            return;
        }
        let place = given.place(path);
        let author = self.selection.exclude.author_of_folder(&place);
        if !self.leaves_out(author, path, place.clone()) {
            self.leave_out(NotLookedAt::GitFolder, path, place);
        }
    }

    /// One entry of a walk that is not a folder.
    fn entry(&mut self, entry: &DirEntry, given: Given<'_>) {
        let path = entry.path();
        let link = entry.path_is_symlink();
        let to_folder = link && path.is_dir();
        let jsonnet = has_ending(path, &["jsonnet"]);
        // kustomize takes a file of this name without an ending too.
        let is_wanted = has_ending(path, &["yaml", "yml", "json"])
            || path.file_name().is_some_and(|name| name == "Kustomization");
        if !to_folder && !jsonnet && !is_wanted {
            return;
        }
        let place = given.place(path);
        let author = match to_folder {
            true => self.selection.exclude.author_of_folder(&place),
            false => self.selection.exclude.author_of(&place),
        };
        if self.leaves_out(author, path, place.clone()) {
            return;
        }
        if self.selection.respect_gitignore && self.ignored.file(&place, given.real) {
            self.incomplete = true;
            self.leave_out(NotLookedAt::GitIgnoredPath, path, place);
        } else if to_folder {
            self.leave_out(NotLookedAt::Link, path, place);
        } else if jsonnet {
            self.leave_out(NotLookedAt::Jsonnet, path, place);
        } else if link {
            match self.reach.met(&place, given.real) {
                Ok(target) => {
                    self.note_policy(path, &target);
                    self.link(path, target);
                }
                Err(astray) => self.unreadable(path, astray.into()),
            }
        } else if entry.file_type().is_file() {
            self.note_policy(path, &place);
            self.file(path, place.clone(), place);
        } else {
            self.real_file(path, place);
        }
    }

    fn note_policy(&mut self, path: &Path, real: &Path) {
        let name = path.file_name();
        if name.is_some_and(|name| POLICY_NAMES.iter().any(|policy| name == *policy)) {
            self.policies.push((shown(path), real.to_owned()));
        }
    }

    fn link(&mut self, path: &Path, target: PathBuf) {
        self.links.insert(shown(path).into());
        self.real_file(path, target);
    }

    /// Something that stands at `real`, a path without links: a file, or what is none.
    fn real_file(&mut self, path: &Path, real: PathBuf) {
        match std::fs::symlink_metadata(&real).map(|it| special_kind(&it)) {
            Ok(None) => self.file(path, real.clone(), real),
            Ok(Some(kind)) => self.unreadable(path, ReadError::NotAFile(kind)),
            Err(error) => self.unreadable(path, error.into()),
        }
    }

    fn file(&mut self, shown_as: &Path, path: PathBuf, identity: PathBuf) {
        self.inputs.push(Input {
            shown: shown(shown_as).into(),
            links: Vec::new(),
            place: Place::File { path, identity },
        });
    }

    fn unreadable(&mut self, path: &Path, why: ReadError) {
        self.incomplete = true;
        self.inputs.push(Input {
            shown: shown(path).into(),
            links: Vec::new(),
            place: Place::Unreadable(why),
        });
    }

    /// Remembers the file and not only its name: it may be reached twice.
    fn leave_out(&mut self, reason: NotLookedAt, path: &Path, place: PathBuf) {
        let name = self.left_out.entry((reason, place));
        let shown: Arc<str> = shown(path).into();
        name.and_modify(|known| {
            if shown.as_bytes() < known.as_bytes() {
                *known = Arc::clone(&shown);
            }
        })
        .or_insert(shown);
    }

    fn finish(mut self) -> Discovered {
        let read = once_each(&mut self.inputs, &self.links);
        let left_out = self.left_out.into_iter();
        let left_out = left_out.filter(|((_, place), _)| !read.contains(place));
        self.policies.sort_unstable();
        Discovered {
            left_out: left_out
                .map(|((reason, _), shown)| Caveat::of_file(reason, shown))
                .collect(),
            inputs: self.inputs,
            walked: self.walked,
            policies: self.policies,
            incomplete: self.incomplete,
        }
    }
}

/// Orders by the shown name and keeps, of several names for one file, the first that is no link; returns
/// the files that are kept.
fn once_each(inputs: &mut Vec<Input>, links: &HashSet<Arc<str>>) -> HashSet<PathBuf> {
    inputs.sort_by_cached_key(|input| (links.contains(&input.shown), Arc::clone(&input.shown)));
    let mut files = HashSet::new();
    let mut others: HashSet<Arc<str>> = HashSet::new();
    let mut dropped: HashMap<PathBuf, Vec<Arc<str>>> = HashMap::new();
    inputs.retain(|input| match &input.place {
        Place::File { identity, .. } => {
            let is_first = files.insert(identity.clone());
            if !is_first {
                let names = dropped.entry(identity.clone()).or_default();
                names.push(Arc::clone(&input.shown));
            }
            is_first
        }
        Place::Stdin | Place::Unreadable(_) => others.insert(Arc::clone(&input.shown)),
    });
    for input in inputs.iter_mut() {
        if let Place::File { identity, .. } = &input.place {
            input.links = dropped.remove(identity).unwrap_or_default();
        }
    }
    inputs.sort_by(|a, b| a.shown.as_bytes().cmp(b.shown.as_bytes()));
    files
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

/// A folder that cannot be looked into is not known to be empty.
fn is_empty(folder: &Path) -> bool {
    std::fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_none())
}

/// Endings are those of kubectl, for which a file that is called `.yaml` and nothing else has one too.
fn has_ending(path: &Path, endings: &[&str]) -> bool {
    let name = path.file_name().unwrap_or_default().as_encoded_bytes();
    let Some(dot) = name.iter().rposition(|byte| *byte == b'.') else {
        return false;
    };
    let end = &name[dot + 1..];
    endings
        .iter()
        .any(|wanted| end.eq_ignore_ascii_case(wanted.as_bytes()))
}
