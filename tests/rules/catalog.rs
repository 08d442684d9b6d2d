//! Every rule has one line in the catalog, one file, one page and one folder of fixtures, and nothing
//! else has.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use imagegate::check::catalog::{self, CATALOG};
use imagegate::model::rule::Rule;

fn names(folder: &str, end: &str) -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{folder:?}: {error}"));
    entries
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .into_string()
                .expect("a name")
        })
        .filter_map(|name| Some(name.strip_suffix(end)?.to_owned()))
        .collect()
}

fn identifiers() -> BTreeSet<String> {
    Rule::ALL.map(|rule| rule.id().to_owned()).into()
}

#[test]
fn the_catalog_lists_every_rule_in_order() {
    assert_eq!(CATALOG.map(|text| text.rule), Rule::ALL);
}

#[test]
fn the_text_of_a_rule_is_its_own() {
    for rule in Rule::ALL {
        assert_eq!(catalog::text(rule).rule, rule);
    }
}

#[test]
fn every_rule_has_a_file() {
    let mut files: BTreeSet<String> = names("src/check/rules", ".rs")
        .into_iter()
        .map(|name| name.replace('_', "-"))
        .collect();
    files.remove("mod");
    assert_eq!(files, identifiers());
}

#[test]
fn every_rule_has_a_page_that_begins_with_its_name() {
    assert_eq!(names("docs/rules", ".md"), identifiers());
    for text in &CATALOG {
        let heading = format!("# {}\n", text.rule.id());
        assert!(text.page.starts_with(&heading), "{}", text.path());
    }
}

#[test]
fn every_rule_has_fixtures() {
    assert_eq!(names("testdata/rules", ""), identifiers());
}

#[test]
fn summaries_are_single_sentences_without_a_full_stop() {
    for text in &CATALOG {
        let summary = text.summary;
        assert!(
            !summary.is_empty() && !summary.contains(['.', '\n']),
            "{summary}"
        );
    }
}
