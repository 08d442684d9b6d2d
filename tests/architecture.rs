//! The house rules that no compiler checks: which stage may know which, and how large a file and a
//! function may grow.
#![expect(
    clippy::expect_used,
    reason = "a test stops where the crate's own files cannot be read"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Each stage with the stages that it may import.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("parse", &["model"]),
    ("policy", &["model", "parse"]),
    ("extract", &["model", "parse", "policy"]),
    ("compose", &["model", "parse", "policy", "extract"]),
    ("programs", &["model"]),
    (
        "render",
        &[
            "model", "parse", "policy", "extract", "discover", "programs",
        ],
    ),
    ("gather", &["model", "policy", "programs"]),
    ("check", &["model", "policy"]),
    ("report", &["model", "policy", "check"]),
    ("discover", &["model", "policy"]),
];

/// Above the stages: they may import everything.
const ABOVE: &[&str] = &["cli", "pipeline"];

/// Most lines of a file of `src/`.
const FILE_LINES: usize = 450;

/// Most lines of a function of `src/`, its head and closing bracket included.
const FUNCTION_LINES: usize = 60;

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
    let code = text.lines().map(|line| line.split("//").next());
    let code: String = code.flatten().collect();
    let mut found = BTreeSet::new();
    for (at, marker) in code.match_indices("crate::") {
        let rest = &code[at + marker.len()..];
        let names = match rest.strip_prefix('{') {
            Some(group) => {
                let group = group.split(';').next().unwrap_or_default();
                group.split(',').collect()
            }
            None => vec![rest],
        };
        for name in names {
            let name = name.trim_start();
            let end = name.find(|c: char| !c.is_alphanumeric() && c != '_');
            found.insert(name[..end.unwrap_or(name.len())].to_owned());
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
        .chain(ABOVE.iter().copied())
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
    let lines = |file: &PathBuf| text_of(file).lines().count();
    let mut long = sources(&root());
    long.retain(|file| lines(file) > FILE_LINES);
    assert!(long.is_empty(), "{long:#?}");
}

/// The name and length of each function, as rustfmt lays it out: its last line is the first one that
/// closes a bracket where the function began.
fn functions(text: &str) -> Vec<(String, usize)> {
    let lines: Vec<&str> = text.lines().collect();
    let named = lines.iter().enumerate().filter_map(|(at, line)| {
        let code = line.trim_start();
        let indent = &line[..line.len() - code.len()];
        let (before, name) = code.split_once("fn ")?;
        let qualifiers = ["pub", "const"];
        let is_definition = before
            .split_whitespace()
            .all(|word| qualifiers.iter().any(|known| word.starts_with(known)));
        let mut below = lines[at..].iter();
        let last = match code.ends_with('}') {
            true => 0,
            false => below.position(|line| line.strip_prefix(indent) == Some("}"))?,
        };
        (is_definition && !code.ends_with(';')).then(|| (name.to_owned(), last + 1))
    });
    named.collect()
}

#[test]
fn no_function_outgrows_a_screen() {
    let mut long = Vec::new();
    for file in sources(&root()) {
        for (name, lines) in functions(&text_of(&file)) {
            if lines > FUNCTION_LINES {
                long.push(format!("{}: {lines} lines in {name}", file.display()));
            }
        }
    }
    assert!(long.is_empty(), "{long:#?}");
}

#[test]
fn the_length_of_a_function_is_its_own() {
    let text = "fn short() {}\n\nimpl Reader {\n    pub const fn long(&self) {\n        {\n        }\n    }\n}\n";
    let functions = functions(text);
    let lengths: Vec<usize> = functions.iter().map(|(_, lines)| *lines).collect();
    assert_eq!(lengths, [1, 4]);
}
