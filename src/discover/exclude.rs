//! Globs that leave files out, each relative to the folder where it was written.
//!
//! A glob is anchored: `vendor/**` is the folder `vendor` beside the policy file, `**/charts/**` one at
//! any depth. `*` stays inside a folder, `**` crosses. A glob that names a folder leaves out everything
//! in it.

use std::path::{Path, PathBuf};

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

/// All globs of a run.
#[derive(Debug, Default)]
pub struct Exclude {
    sets: Vec<(PathBuf, GlobSet)>,
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
    /// Adds globs that are relative to `base`, an absolute folder without links.
    ///
    /// # Errors
    /// The first text that is not a glob.
    pub fn add<'g>(
        &mut self,
        base: PathBuf,
        globs: impl IntoIterator<Item = &'g str>,
    ) -> Result<(), GlobError> {
        let mut set = GlobSetBuilder::new();
        let mut any = false;
        for written in globs {
            let failed = |error: &globset::Error| GlobError {
                glob: written.to_owned(),
                reason: error.kind().to_string(),
            };
            let trimmed = written.trim_start_matches("./").trim_end_matches('/');
            for glob in [trimmed.to_owned(), format!("{trimmed}/**")] {
                let glob = GlobBuilder::new(&glob)
                    .literal_separator(true)
                    .backslash_escape(true)
                    .build();
                set.add(glob.map_err(|error| failed(&error))?);
                any = true;
            }
        }
        if any {
            let set = set.build().map_err(|error| GlobError {
                glob: error.glob().unwrap_or_default().to_owned(),
                reason: error.kind().to_string(),
            })?;
            self.sets.push((base, set));
        }
        Ok(())
    }

    /// Whether no glob was added.
    pub fn is_empty(&self) -> bool {
        self.sets.is_empty()
    }

    /// Whether a glob leaves out the file at `path`, which is absolute and without links.
    pub fn matches(&self, path: &Path) -> bool {
        self.sets.iter().any(|(base, set)| {
            path.strip_prefix(base)
                .is_ok_and(|relative| set.is_match(relative))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Exclude;
    use std::path::{Path, PathBuf};

    fn excluded(glob: &str, path: &str) -> bool {
        let mut exclude = Exclude::default();
        exclude.add(PathBuf::from("/repo"), [glob]).unwrap();
        exclude.matches(Path::new(path))
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
        for glob in ["vendor", "vendor/", "./vendor"] {
            assert!(excluded(glob, "/repo/vendor/a/b.yaml"), "{glob}");
            assert!(!excluded(glob, "/repo/vendored.yaml"), "{glob}");
        }
    }

    #[test]
    fn a_broken_glob_is_named() {
        let error = Exclude::default()
            .add(PathBuf::from("/repo"), ["a[b"])
            .unwrap_err();
        assert_eq!(error.glob, "a[b");
    }
}
