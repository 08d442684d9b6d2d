//! I/O: which files there are, and their bytes.

use std::io::Read as _;
use std::path::{Path, PathBuf};

/// The files to look at, in the order of their names.
pub fn files(paths: &[PathBuf]) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for path in paths {
        let walk = walkdir::WalkDir::new(path).sort_by_file_name();
        let wanted = walk.into_iter().filter_map(Result::ok).filter(|entry| {
            entry.file_type().is_file()
                && entry
                    .path()
                    .extension()
                    .is_some_and(|end| end == "yaml" || end == "yml" || end == "json")
        });
        all.extend(wanted.map(walkdir::DirEntry::into_path));
    }
    all
}

/// The file's text.
///
/// # Errors
/// What the operating system says.
pub fn read(path: &Path) -> std::io::Result<String> {
    let mut bytes = Vec::new();
    std::fs::File::open(path)?.read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
