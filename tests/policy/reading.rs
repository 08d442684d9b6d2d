//! Whole files: accepted ones, and refused ones with everything that is said about them.

use imagegate::policy::error::PolicyDiagnostic;

use super::support::{self, compare_with_text_beside, fixtures, shown, source};

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

#[test]
fn line_ends_and_a_byte_order_mark_of_windows_change_nothing() {
    let text = include_str!("../../testdata/policy/invalid/values.yaml");
    let windows = format!("\u{feff}{}", text.replace('\n', "\r\n"));
    let said = |text: &str| {
        let wrong = support::read(text).unwrap_err();
        let source = source(text);
        let line = |found: &PolicyDiagnostic| source.position(found.span.start).line;
        let all = wrong
            .iter()
            .map(|found| (line(found), found.message.clone()));
        all.collect::<Vec<_>>()
    };
    assert_eq!(said(&windows), said(text));
}
