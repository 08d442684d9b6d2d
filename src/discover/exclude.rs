//! Globs that leave files out, each relative to the folder where it was written.
//!
//! A glob is anchored, with a slash in front of it or without: `vendor/**` and `/vendor/**` are the folder
//! `vendor` beside the policy file, `**/charts/**` one at any depth. `*` stays inside a folder, `**`
//! crosses. A glob that names a folder leaves out everything in it.

use std::cell::Cell;
use std::path::{Path, PathBuf};

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

/// Stands for any file of a folder: no glob names it by accident.
const ANY_FILE: &str = "\u{1}.yaml";

/// Globs that each glob as written becomes: itself, and everything below it.
const FORMS: usize = 2;

/// All globs of a run.
#[derive(Debug, Default)]
pub struct Exclude {
    sets: Vec<Written>,
}

/// Who wrote a glob.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Author {
    /// `exclude` of the policy: it holds for every run.
    Policy,
    /// `--exclude`: it holds for this run.
    Option,
}

/// Globs that were written in one place.
#[derive(Debug)]
struct Written {
    author: Author,
    base: PathBuf,
    set: GlobSet,
    /// Whether each glob, as written, left something out.
    used: Vec<Cell<bool>>,
}

/// A text that is not a glob.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("`{glob}` is not a glob of paths: {reason}")]
pub struct GlobError {
    /// The text.
    pub glob: String,
    /// What is wrong with it.
    pub reason: String,
}

impl Exclude {
    /// Adds globs that are relative to `base`, an absolute folder without links. Once for each author.
    ///
    /// # Errors
    /// The first text that is not a glob.
    pub fn add<'g>(
        &mut self,
        author: Author,
        base: PathBuf,
        globs: impl IntoIterator<Item = &'g str>,
    ) -> Result<(), GlobError> {
        let mut set = GlobSetBuilder::new();
        let mut used = Vec::new();
        for written in globs {
            let failed = |error: &globset::Error| GlobError {
                glob: written.to_owned(),
                reason: error.kind().to_string(),
            };
            let trimmed = written.trim_start_matches("./").trim_start_matches('/');
            let trimmed = trimmed.trim_end_matches('/');
            let forms: [String; FORMS] = [trimmed.to_owned(), format!("{trimmed}/**")];
            for glob in forms {
                let glob = GlobBuilder::new(&glob)
                    .literal_separator(true)
                    .backslash_escape(true)
                    .build();
                set.add(glob.map_err(|error| failed(&error))?);
            }
            used.push(Cell::new(false));
        }
        if !used.is_empty() {
            let set = set.build().map_err(|error| GlobError {
                glob: error.glob().unwrap_or_default().to_owned(),
                reason: error.kind().to_string(),
            })?;
            self.sets.push(Written {
                author,
                base,
                set,
                used,
            });
        }
        Ok(())
    }

    /// Who leaves out the file at `path`, which is absolute and without links. The policy is named before the
    /// option.
    pub fn author_of(&self, path: &Path) -> Option<Author> {
        let mut first = None;
        for written in &self.sets {
            if written.matches(path) {
                first.get_or_insert(written.author);
            }
        }
        first
    }

    /// Who leaves out everything in the folder at `path`.
    pub fn author_of_folder(&self, path: &Path) -> Option<Author> {
        if self.sets.is_empty() {
            return None;
        }
        // `vendor` names the folder itself, `vendor/**` what is in it.
        self.author_of(path)
            .or_else(|| self.author_of(&path.join(ANY_FILE)))
    }

    /// The globs of an author that left nothing out so far, by their numbers.
    pub fn unused(&self, by: Author) -> Vec<usize> {
        let sets = self.sets.iter().filter(|written| written.author == by);
        let used = sets.flat_map(|written| &written.used);
        let numbered = used.enumerate().filter(|(_, used)| !used.get());
        numbered.map(|(number, _)| number).collect()
    }
}

impl Written {
    fn matches(&self, path: &Path) -> bool {
        let Ok(relative) = path.strip_prefix(&self.base) else {
            return false;
        };
        if !self.set.is_match(relative) {
            return false;
        }
        for form in self.set.matches(relative) {
            if let Some(used) = self.used.get(form / FORMS) {
                used.set(true);
            }
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::{Author, Exclude};
    use std::path::{Path, PathBuf};

    fn excluded(glob: &str, path: &str) -> bool {
        let mut exclude = Exclude::default();
        let base = PathBuf::from("/repo");
        exclude.add(Author::Option, base, [glob]).unwrap();
        exclude.author_of(Path::new(path)).is_some()
    }

    #[test]
    fn a_glob_is_anchored_at_its_folder() {
        assert!(excluded("vendor/**", "/repo/vendor/a/b.yaml"));
        assert!(!excluded("vendor/**", "/repo/app/vendor/b.yaml"));
        assert!(!excluded("vendor/**", "/elsewhere/vendor/b.yaml"));
        assert!(excluded("**/vendor/**", "/repo/app/vendor/b.yaml"));
    }

    #[test]
    fn a_star_stays_inside_a_folder() {
        assert!(excluded("*.yaml", "/repo/a.yaml"));
        assert!(!excluded("*.yaml", "/repo/app/a.yaml"));
    }

    #[test]
    fn a_glob_that_names_a_folder_leaves_out_all_of_it() {
        for glob in ["vendor", "vendor/", "./vendor", "/vendor", "/vendor/**"] {
            assert!(excluded(glob, "/repo/vendor/a/b.yaml"), "{glob}");
            assert!(!excluded(glob, "/repo/vendored.yaml"), "{glob}");
        }
    }

    #[test]
    fn a_broken_glob_is_named() {
        let error = Exclude::default()
            .add(Author::Policy, PathBuf::from("/repo"), ["a[b"])
            .unwrap_err();
        assert_eq!(error.glob, "a[b");
    }

    #[test]
    fn a_glob_that_left_nothing_out_is_known() {
        let mut exclude = Exclude::default();
        let globs = ["vendor/**", "gone/**", "*.json"];
        exclude
            .add(Author::Option, PathBuf::from("/repo"), globs)
            .unwrap();
        exclude.author_of(Path::new("/repo/vendor/a.yaml"));
        exclude.author_of(Path::new("/repo/a.yaml"));
        assert_eq!(exclude.unused(Author::Option), [1, 2]);
        assert_eq!(exclude.unused(Author::Policy), [0; 0]);
    }
}
