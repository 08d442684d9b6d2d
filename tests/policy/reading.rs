//! Whole files: accepted ones, and refused ones with everything that is said about them.

use super::support::{self, compare_with_text_beside, fixtures, shown};

#[test]
fn every_valid_file_is_accepted() {
    for (path, text) in fixtures("valid") {
        if let Err(wrong) = support::read(&text) {
            panic!("{}\n{}", path.display(), shown(&text, &wrong));
        }
    }
}

/// Each file in testdata/policy/invalid has a `.txt` beside it with what is said about it.
#[test]
fn every_invalid_file_is_refused_with_all_its_errors() {
    for (path, text) in fixtures("invalid") {
        let Err(wrong) = support::read(&text) else {
            panic!("{} is accepted", path.display());
        };
        compare_with_text_beside(&path, &shown(&text, &wrong));
    }
}
