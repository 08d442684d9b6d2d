//! Input made to hurt: each ends, with an answer.

use imagegate::parse::document::{AMBIGUITIES_LISTED, Body};
use imagegate::parse::tree::DEPTH_LIMIT;

use super::reading::{bodies, read, read_with, wanting};

/// The message of the only document, which is too large.
fn too_large(text: &str) -> String {
    match &read(text)[..] {
        [document] => match &document.body {
            Body::TooLarge(error) => error.message.clone(),
            other => panic!("too large, not {other:?}"),
        },
        other => panic!("one document, not {}", other.len()),
    }
}

#[test]
fn a_hundred_thousand_open_brackets_are_too_deep() {
    assert!(too_large(&"[".repeat(100_000)).contains("255 levels"));
}

#[test]
fn a_hundred_thousand_explicit_keys_are_too_deep() {
    assert!(too_large(&"? ".repeat(100_000)).contains("255 levels"));
}

#[test]
fn the_depth_limit_itself_is_read() {
    let levels = DEPTH_LIMIT - 1;
    let text = format!("{}x{}", "[".repeat(levels), "]".repeat(levels));
    assert_ne!(bodies(&text), ["too large"]);
}

#[test]
fn aliases_cannot_make_a_path_longer_than_the_limit() {
    let mut text = String::from("- &a0 [x]\n");
    for level in 1..1000 {
        text.push_str(&format!("- &a{level} [*a{}]\n", level - 1));
    }
    assert!(too_large(&text).contains("aliases included"));
}

#[test]
fn aliases_that_multiply_cost_nothing() {
    let mut text = String::from("a0: &a0 x\n");
    for level in 1..50 {
        let list = vec![format!("*a{}", level - 1); 10].join(", ");
        text.push_str(&format!("a{level}: &a{level} [{list}]\n"));
    }
    assert!(matches!(read(&text)[0].body, Body::Tree(_)));
}

#[test]
fn more_nodes_than_any_manifest_has_are_too_many() {
    assert!(too_large(&format!("[{}]", "1,".repeat(300_000))).contains("nodes"));
}

#[test]
fn a_hundred_thousand_keys_are_read() {
    let text: String = (0..100_000).map(|key| format!("key-{key}: x\n")).collect();
    assert!(read(&text)[0].ambiguities.is_empty());
}

#[test]
fn repeated_keys_are_listed_up_to_a_number_and_counted_beyond() {
    let text = "a: x\n".repeat(AMBIGUITIES_LISTED + 11);
    let documents = read(&text);
    assert_eq!(documents[0].ambiguities.len(), AMBIGUITIES_LISTED);
    assert_eq!(documents[0].ambiguities_left_out, 10);
}

#[test]
fn many_markers_are_as_many_documents() {
    assert_eq!(read(&"---\n".repeat(200_000)).len(), 200_000);
}

#[test]
fn a_long_scalar_is_one_scalar() {
    let text = format!("image: {}\n", "x".repeat(4 << 20));
    assert_eq!(bodies(&text)[0].len(), (4 << 20) + r#"{"image":""}"#.len());
}

#[test]
fn a_nul_hides_nothing_behind_it() {
    let text = "a: b\0\nimage: evil\n---\nc: d\n";
    assert_eq!(bodies(text), ["broken", r#"{"c":"d"}"#]);
}

#[test]
fn a_control_character_breaks_its_document() {
    assert_eq!(bodies("image: \u{1}x\n")[0], "broken");
}

#[test]
fn a_byte_order_mark_alone_is_nothing_and_more_are_text() {
    assert!(bodies("\u{feff}").is_empty());
    assert_eq!(bodies(&"\u{feff}".repeat(1000)).len(), 1);
}

#[test]
fn nothing_that_a_filter_skips_hides_a_cap() {
    let settings = imagegate::parse::ParseSettings {
        max_document_bytes: 10,
        ..wanting(&["image"])
    };
    let documents = read_with("image: nginx and more\n", &settings);
    assert!(matches!(documents[0].body, Body::TooLarge(_)));
}
