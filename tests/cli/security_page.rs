//! The table of mistakes in `docs/security.md` names tests that exist.

use std::path::Path;

use crate::verdict_page::text_of;

/// The text of every file below a folder.
fn sources(folder: &Path, all: &mut String) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, all);
        } else if path.extension().is_some_and(|end| end == "rs") {
            all.push_str(&std::fs::read_to_string(&path).unwrap());
        }
    }
}

#[test]
fn every_mistake_that_would_fail_open_has_a_test_that_exists() {
    let page = text_of("docs/security.md");
    let (_, table) = page.split_once("| the mistake |").unwrap();
    let named: Vec<&str> = table
        .lines()
        .filter_map(|line| line.strip_suffix("` |"))
        .filter_map(|line| line.rsplit('`').next())
        .collect();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut tests = String::new();
    sources(&root.join("tests"), &mut tests);
    sources(&root.join("src"), &mut tests);
    let missing: Vec<&str> = named
        .iter()
        .copied()
        .filter(|name| !tests.contains(&format!("fn {name}()")))
        .collect();
    assert!(named.len() > 30, "only {} rows", named.len());
    assert!(missing.is_empty(), "{missing:#?}");
}
