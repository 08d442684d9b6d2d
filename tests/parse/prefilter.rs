//! Which documents are not parsed, and that none of them could hold a wanted word.

use super::reading::{read_with, shown, wanting};

fn bodies(text: &str, words: &[&str]) -> Vec<String> {
    read_with(text, &wanting(words)).iter().map(shown).collect()
}

#[test]
fn a_document_without_a_wanted_word_is_skipped() {
    assert_eq!(bodies("a: b\n---\nimage: x\n", &["image"])[0], "skipped");
}

#[test]
fn a_skipped_document_is_not_judged_by_its_syntax() {
    assert_eq!(bodies("a: [\n", &["image"]), ["skipped"]);
}

#[test]
fn skipped_documents_are_numbered_like_others() {
    let documents = read_with(
        "a: b\n---\n{\"a\": 1}{\"b\": 2}\n---\nimage: x\n",
        &wanting(&["image"]),
    )
    .pop();
    assert_eq!(documents.map(|last| last.index), Some(3));
}

#[test]
fn a_skipped_document_says_whether_it_claims_to_be_a_manifest() {
    let text = "apiVersion: v1\nkind: Namespace\n---\nkind: x\n";
    let documents = read_with(text, &wanting(&["image"]));
    let claims: Vec<_> = documents
        .iter()
        .map(|document| document.mentions_manifest(text))
        .collect();
    assert_eq!(claims, [true, false]);
}

#[test]
fn whatever_can_hide_a_word_is_parsed() {
    for text in [
        r#""\x69mage": x"#,
        r#""\u0069mage": x"#,
        r#""\U00000069mage": x"#,
        "? \"im\\\n  age\"\n: x",
        "? \"im\\\r\n  age\"\n: x",
        "? \"im\\\u{2028}  age\"\n: x",
        "!!binary aW1hZ2U= : x",
        "a:\n  !!binary aW1hZ2U= : x",
        "{!!binary aW1hZ2U= : x}",
        "{a: b,!!binary aW1hZ2U= : x}",
        "{?!!binary aW1hZ2U= : x}",
        "[!!binary aW1hZ2U= : x]",
        "# comment\u{2028}!!binary aW1hZ2U= : x",
        "!<tag:yaml.org,2002:binary> aW1hZ2U= : x",
        "!!%62inary aW1hZ2U= : x",
    ] {
        assert_ne!(bodies(text, &["image"]), ["skipped"], "{text}");
    }
}

#[test]
fn punctuation_and_ordinary_escapes_are_no_reason_to_parse() {
    assert_eq!(bodies(r#"a: "Hello! \n C:\\""#, &["image"]), ["skipped"]);
}

#[test]
fn a_word_that_short_escapes_can_write_is_looked_for_by_its_certain_part() {
    let text = r#""com.example\/image": x"#;
    assert_ne!(bodies(text, &["com.example/image"]), ["skipped"]);
}

#[test]
fn a_word_without_a_certain_part_has_everything_parsed() {
    assert_ne!(bodies("a: b", &["image", "日本"]), ["skipped"]);
}
