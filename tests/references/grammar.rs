//! What is a reference, and why the rest is none.

use imagegate::model::reference::{ImageReference, ReferenceError};
use proptest::prelude::*;

/// Text as JSON; what distribution's own parser makes of it; what we do: `=`, or the kind of error, or
/// another reference where the module's documentation says so.
const TABLE: &str = include_str!("../../testdata/references/distribution.tsv");

fn verdict(text: &str) -> Result<String, String> {
    let dash = || "-".to_owned();
    match ImageReference::parse(text) {
        Ok(reference) => Ok(format!(
            "{} {} {} {}",
            reference.registry,
            reference.repository,
            reference.tag.unwrap_or_else(dash),
            reference
                .digest
                .map_or_else(dash, |digest| digest.to_string())
        )),
        Err(error) => {
            let name = format!("{error:?}");
            Err(name.split('(').next().unwrap_or_default().to_owned())
        }
    }
}

#[test]
fn every_text_is_read_as_distribution_reads_it_or_refused_for_the_reason_in_the_table() {
    let mut rows = 0;
    for line in TABLE.lines() {
        let columns: Vec<&str> = line.split('\t').collect();
        let [text, distribution, ours] = columns[..] else {
            panic!("three columns: {line}");
        };
        let text: String = serde_json::from_str(text).expect("a JSON string");
        let actual = match verdict(&text) {
            Ok(same) if same == distribution => "=".to_owned(),
            Ok(other) => other,
            Err(kind) => kind,
        };
        assert_eq!(actual, ours, "{text:?}");
        rows += 1;
    }
    assert!(rows > 150);
}

#[test]
fn a_written_latest_and_a_missing_tag_are_different_facts() {
    let tag = |text: &str| ImageReference::parse(text).expect("a reference").tag;
    assert_eq!(tag("nginx:latest").as_deref(), Some("latest"));
    assert_eq!(tag("nginx"), None);
    assert_eq!(tag("localhost:5000/app"), None);
}

#[test]
fn an_error_never_repeats_a_password() {
    let error = ImageReference::parse("bob:hunter2@ghcr.io/app").expect_err("no reference");
    assert_eq!(error, ReferenceError::UserInfo);
    assert!(!error.to_string().contains("hunter2"));
}

#[test]
fn an_error_of_a_huge_text_is_short() {
    let text = format!("ghcr.io/{}", "!".repeat(1 << 20));
    let error = ImageReference::parse(&text).expect_err("no reference");
    assert!(error.to_string().len() < 200);
}

#[test]
fn a_part_that_is_missing_behind_its_mark_is_called_empty() {
    for (text, wanted) in [
        ("nginx:", "its tag is empty"),
        ("nginx@", "its digest is empty"),
    ] {
        let error = ImageReference::parse(text).expect_err("no reference");
        assert_eq!(error.to_string(), wanted);
    }
}

#[test]
fn a_foreign_character_is_named_by_its_number() {
    let error = ImageReference::parse("registry.k8s.i\u{43e}/pause").expect_err("no reference");
    assert_eq!(error, ReferenceError::NotAscii('\u{43e}'));
    assert!(error.to_string().contains("U+043E"));
}

/// Texts near the grammar: sound parts, joined and then damaged.
fn nearly_a_reference() -> impl Strategy<Value = String> {
    let host = prop::sample::select(vec![
        "",
        "ghcr.io/",
        "localhost:5000/",
        "[::1]:443/",
        "index.docker.io/",
    ]);
    let path = "[a-z0-9._/-]{1,20}";
    let tail = prop::sample::select(vec![
        "",
        ":latest",
        ":1.27",
        "@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
    ]);
    let damage = prop::option::of((any::<prop::sample::Index>(), "[A-Z :@/.${}<>\\[\\]é]"));
    (host, path, tail, damage).prop_map(|(host, path, tail, damage)| {
        let mut text = format!("{host}{path}{tail}");
        if let Some((at, piece)) = damage {
            text.insert_str(at.index(text.len() + 1), &piece);
        }
        text
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_the_parser_panic(text in any::<String>()) {
        let _ = ImageReference::parse(&text);
    }

    #[test]
    fn the_normalised_text_is_read_as_the_same_reference(text in nearly_a_reference()) {
        if let Ok(reference) = ImageReference::parse(&text) {
            prop_assert_eq!(ImageReference::parse(&reference.to_string()), Ok(reference));
        }
    }

    #[test]
    fn a_reference_ends_with_what_was_written_behind_the_registry(text in nearly_a_reference()) {
        if let Ok(reference) = ImageReference::parse(&text) {
            let normalised = reference.to_string();
            let last = text.rsplit('/').next().unwrap_or_default();
            prop_assert!(normalised.ends_with(last));
            prop_assert!(normalised.is_ascii());
        }
    }
}
