//! Folders of submodules in which nothing is checked out: their manifests are elsewhere.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::git_index::Index;
use super::repository;

/// Largest `.gitmodules` that is read, in bytes.
const MAX_BYTES: u64 = 4 * 1024 * 1024;

/// What is known of the submodules around a walk. Asked about empty folders only: git itself keeps none.
#[derive(Debug, Default)]
pub(super) struct Submodules {
    /// The paths that `.gitmodules` of a folder names.
    declared: HashMap<PathBuf, HashSet<PathBuf>>,
    indexes: HashMap<PathBuf, Index>,
}

impl Submodules {
    /// Whether `folder`, absolute and without links, is the folder of a submodule: a `.gitmodules` above
    /// names it, or the index of the repository does.
    pub(super) fn has(&mut self, folder: &Path) -> bool {
        for above in folder.ancestors().skip(1) {
            let declared = self.declared.entry(above.to_owned());
            if declared
                .or_insert_with(|| declared_in(above))
                .contains(folder)
            {
                return true;
            }
            if repository::stands(&above.join(".git")) {
                let index = self.indexes.entry(above.to_owned());
                let index = index.or_insert_with(|| Index::of(above));
                let path = folder.strip_prefix(above);
                return path.is_ok_and(|path| index.is_submodule(path));
            }
        }
        false
    }
}

/// The folders of submodules that stand in the `.gitmodules` of `folder` (gitmodules(5)).
fn declared_in(folder: &Path) -> HashSet<PathBuf> {
    let mut bytes = Vec::new();
    if let Ok(file) = fs::File::open(folder.join(".gitmodules")) {
        // What cannot be read names nothing; the index says the same.
        let _ = file.take(MAX_BYTES).read_to_end(&mut bytes);
    }
    let text = String::from_utf8_lossy(&bytes);
    let paths = text.lines().filter_map(path_of);
    paths.map(|path| folder.join(path)).collect()
}

/// The path in a line `path = …` of a git configuration file (git-config(1), "Syntax").
fn path_of(line: &str) -> Option<String> {
    let (name, value) = line.split_once('=')?;
    if !name.trim().eq_ignore_ascii_case("path") {
        return None;
    }
    let value = value.trim();
    let path = match value.strip_prefix('"').and_then(|it| it.strip_suffix('"')) {
        Some(quoted) => quoted.replace("\\\"", "\"").replace("\\\\", "\\"),
        None => value.to_owned(),
    };
    Some(path.trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    use super::path_of;

    #[test]
    fn the_path_of_a_submodule_is_read_with_and_without_quotes() {
        for (line, wanted) in [
            ("\tpath = libs/base", Some("libs/base")),
            ("PATH=libs/base/", Some("libs/base")),
            ("path = \"with blank\"", Some("with blank")),
            ("url = ../path = x", None),
            ("[submodule \"path\"]", None),
        ] {
            assert_eq!(path_of(line).as_deref(), wanted, "{line}");
        }
    }
}
