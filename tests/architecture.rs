//! The house rules that no compiler checks: which stage may know which, and how large a file may grow.
#![expect(
    clippy::expect_used,
    reason = "a test stops where the crate's own files cannot be read"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Each stage with the stages that it may import.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("parse", &["model"]),
    ("policy", &["model", "parse"]),
    ("extract", &["model", "parse", "policy"]),
    ("gather", &["model", "policy"]),
    ("check", &["model", "policy", "gather"]),
    ("report", &["model", "policy", "check"]),
    ("discover", &["model", "parse", "policy"]),
];

/// Above the stages: they may import everything.
const ABOVE: &[&str] = &["cli", "pipeline"];

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder of the crate") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|end| end == "rs") {
            files.push(path);
        }
    }
    files
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn text_of(file: &Path) -> String {
    fs::read_to_string(file).expect("a source file")
}

/// The modules that a source text names after `crate::`, in `use` lines and in paths.
fn imported(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for line in text.lines() {
        let code = line.split("//").next().unwrap_or_default();
        for (at, marker) in code.match_indices("crate::") {
            let rest = &code[at + marker.len()..];
            let names = match rest.strip_prefix('{') {
                Some(group) => group.split(['}', ',']).collect(),
                None => vec![rest],
            };
            for name in names {
                let name = name.trim_start();
                let end = name.find(|c: char| !c.is_alphanumeric() && c != '_');
                found.insert(name[..end.unwrap_or(name.len())].to_owned());
            }
        }
    }
    found
}

#[test]
fn stages_import_downward_only() {
    let mut wrong = Vec::new();
    for (stage, allowed) in MAY_IMPORT {
        for file in sources(&root().join(stage)) {
            for name in imported(&text_of(&file)) {
                let ordered = MAY_IMPORT.iter().any(|(other, _)| *other == name);
                let ordered = ordered || ABOVE.contains(&name.as_str());
                if ordered && name != *stage && !allowed.contains(&name.as_str()) {
                    wrong.push(format!("{} imports {name}", file.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_folder_of_the_crate_has_a_place_in_the_order() {
    let folders: BTreeSet<String> = fs::read_dir(root())
        .expect("src")
        .map(|entry| entry.expect("an entry"))
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    let known: BTreeSet<String> = MAY_IMPORT
        .iter()
        .map(|(stage, _)| *stage)
        .chain(["cli"])
        .map(str::to_owned)
        .collect();
    assert_eq!(folders, known);
}

#[test]
fn every_module_says_what_it_is() {
    let mut silent = sources(&root());
    silent.retain(|file| !text_of(file).starts_with("//!"));
    assert!(silent.is_empty(), "{silent:#?}");
}

#[test]
fn no_file_outgrows_one_subject() {
    let long: BTreeMap<_, _> = sources(&root())
        .into_iter()
        .map(|file| {
            let lines = text_of(&file).lines().count();
            (file, lines)
        })
        .filter(|(_, lines)| *lines > 420)
        .collect();
    assert!(long.is_empty(), "{long:#?}");
}
