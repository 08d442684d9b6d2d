//! What git would ignore: `.gitignore` files from the repository's root down, and `.git/info/exclude`.
//!
//! The user's own `core.excludesFile` is left out on purpose: a verdict must not depend on whose
//! machine it is made on. A file that git tracks is not ignored, whatever a pattern says.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::git_index::Index;

/// Answers for one run; remembers the patterns and answers of each folder.
#[derive(Debug, Default)]
pub struct GitIgnored {
    folders: HashMap<PathBuf, Folder>,
    /// By the root of the repository; each is read when the first file would be left out.
    indexes: HashMap<PathBuf, Index>,
}

#[derive(Debug)]
struct Folder {
    /// The folder that holds `.git`; `None` outside of a repository.
    repository: Option<PathBuf>,
    patterns: Gitignore,
    ignored: bool,
}

impl GitIgnored {
    /// Whether git ignores the file at `path`, found below the folder `given`, which a person named and
    /// which is therefore not ignored itself. Both are absolute and without links.
    pub fn file(&mut self, path: &Path, given: &Path) -> bool {
        let Some(folder) = path.parent() else {
            return false;
        };
        self.learn(folder, given);
        let known = self.folders.get(folder);
        let named = known.is_some_and(|known| known.ignored || self.matched(path, false));
        let repository = known.and_then(|known| known.repository.clone());
        named && repository.is_some_and(|repository| !self.tracked(path, &repository))
    }

    fn tracked(&mut self, path: &Path, repository: &Path) -> bool {
        let index = self.indexes.entry(repository.to_owned());
        let index = index.or_insert_with(|| Index::of(repository));
        let name = path.strip_prefix(repository);
        name.map_or(true, |name| index.may_track(name))
    }

    /// Reads the patterns of `folder` and of everything above it up to the repository's root.
    fn learn(&mut self, folder: &Path, given: &Path) {
        let unknown: Vec<&Path> = folder
            .ancestors()
            .take_while(|above| !self.folders.contains_key(*above))
            .collect();
        for above in unknown.into_iter().rev() {
            let parent = above.parent().and_then(|parent| self.folders.get(parent));
            let inherited = parent.is_some_and(|parent| parent.ignored);
            let root = above.join(".git").exists();
            let repository = if root {
                Some(above.to_owned())
            } else {
                parent.and_then(|parent| parent.repository.clone())
            };
            let below_given = above.starts_with(given) && above != given;
            let ignored = !root && below_given && (inherited || self.matched(above, true));
            let patterns = match &repository {
                Some(_) => patterns(above, root),
                None => Gitignore::empty(),
            };
            let known = Folder {
                repository,
                patterns,
                ignored,
            };
            self.folders.insert(above.to_owned(), known);
        }
    }

    /// The nearest pattern decides, as gitignore(5) says.
    fn matched(&self, path: &Path, is_folder: bool) -> bool {
        let Some(parent) = path.parent().and_then(|parent| self.folders.get(parent)) else {
            return false;
        };
        let Some(repository) = &parent.repository else {
            return false;
        };
        for above in path.ancestors().skip(1) {
            if let Some(folder) = self.folders.get(above) {
                match folder.patterns.matched(path, is_folder) {
                    Match::Ignore(_) => return true,
                    Match::Whitelist(_) => return false,
                    Match::None => {}
                }
            }
            if above == repository {
                break;
            }
        }
        false
    }
}

/// The patterns that stand in `folder`. What cannot be read ignores nothing, so that more is checked
/// rather than less; a line that is no pattern is passed over, as git does.
fn patterns(folder: &Path, repository_root: bool) -> Gitignore {
    let mut builder = GitignoreBuilder::new(folder);
    let own = folder.join(".gitignore");
    let shared = folder.join(".git/info/exclude");
    // `.gitignore` outranks `info/exclude`, and in one builder the later line wins.
    if repository_root && shared.is_file() {
        builder.add(shared);
    }
    // git does not follow a link of this name.
    if std::fs::symlink_metadata(&own).is_ok_and(|it| it.is_file()) {
        builder.add(own);
    }
    builder.build().unwrap_or_else(|_| Gitignore::empty())
}
