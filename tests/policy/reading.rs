//! Whole files: accepted ones, and refused ones with everything that is said about them.

use super::support;
use super::support::{fixtures, shown};

#[test]
fn every_valid_file_is_accepted() {
    for (path, text) in fixtures("valid") {
        if let Err(wrong) = support::read(&text) {
            panic!("{}\n{}", path.display(), shown(&text, &wrong));
        }
    }
}

/// Each file in testdata/policy/invalid has a `.txt` beside it with what is said about it. With
/// `IMAGEGATE_BLESS=1` in the environment they are written anew, to be read before they are committed.
#[test]
fn every_invalid_file_is_refused_with_all_its_errors() {
    for (path, text) in fixtures("invalid") {
        let Err(wrong) = support::read(&text) else {
            panic!("{} is accepted", path.display());
        };
        let said = shown(&text, &wrong);
        let expected = path.with_extension("txt");
        if std::env::var_os("IMAGEGATE_BLESS").is_some() {
            std::fs::write(&expected, &said).unwrap();
        }
        let wanted = std::fs::read_to_string(&expected).unwrap_or_default();
        assert_eq!(said, wanted, "{}", path.display());
    }
}
