//! Files that hold what is expected.

use std::path::Path;

/// Holds `actual` against the file at `path` from the root of the repository, or writes the file when
/// `UPDATE_EXPECTED` is set.
pub fn assert_matches_file(path: &str, actual: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if std::env::var_os("UPDATE_EXPECTED").is_some() {
        std::fs::write(&file, actual).unwrap();
        return;
    }
    let expected = std::fs::read_to_string(&file)
        .unwrap_or_else(|error| panic!("{path}: {error}"))
        .replace("\r\n", "\n");
    assert!(
        expected == actual,
        "{path} is stale; UPDATE_EXPECTED=1 cargo test --test reports writes it.\n\
         --- expected\n{expected}\n--- actual\n{actual}"
    );
}
