//! Where documents begin and end, and how they are numbered.

use imagegate::parse::document::Body;

use super::reading::{ambiguities, bodies, read};

#[test]
fn an_empty_text_holds_no_document() {
    assert!(bodies("").is_empty());
}

#[test]
fn comments_alone_are_no_document() {
    assert!(bodies("# nothing\n\n# here\n").is_empty());
}

#[test]
fn comments_before_the_first_marker_are_no_document() {
    assert_eq!(bodies("# head\n---\na: b\n"), [r#"{"a":"b"}"#]);
}

#[test]
fn an_empty_document_between_two_markers_counts() {
    let text = "a: b\n---\n# nothing\n---\nc: d\n";
    assert_eq!(bodies(text), [r#"{"a":"b"}"#, "empty", r#"{"c":"d"}"#]);
    let numbers: Vec<_> = read(text).iter().map(|document| document.index).collect();
    assert_eq!(numbers, [0, 1, 2]);
}

#[test]
fn a_broken_document_hides_no_other() {
    let text = "a: b\n---\n{{ if }}\nb: [\n---\nc: d\n";
    assert_eq!(bodies(text), [r#"{"a":"b"}"#, "broken", r#"{"c":"d"}"#]);
}

#[test]
fn an_unclosed_quote_ends_at_the_marker() {
    assert_eq!(bodies("a: \"b\n---\nc: d\n"), ["broken", r#"{"c":"d"}"#]);
}

#[test]
fn dashes_inside_a_line_or_before_text_are_no_marker() {
    let text = "a: x --- y\nb: |\n  ---\n---c: d\n";
    assert_eq!(bodies(text).len(), 1);
}

#[test]
fn every_document_knows_its_bytes() {
    let text = "a: b\n---\nc: d\n";
    let documents = read(text);
    let slice = |at: usize| {
        let span = documents[at].span;
        &text[span.start as usize..span.end as usize]
    };
    assert_eq!((slice(0), slice(1)), ("a: b\n", "---\nc: d\n"));
}

#[test]
fn what_follows_a_document_end_is_read_and_said_to_be_ignored() {
    let text = "a: b\n...\nc: d\n";
    assert_eq!(bodies(text), [r#"{"a":"b"}"#, r#"{"c":"d"}"#]);
    assert_eq!(ambiguities(text), ["IgnoredByKubernetes"]);
}

#[test]
fn a_marker_after_a_document_end_is_an_ordinary_one() {
    assert!(ambiguities("a: b\n...\n---\nc: d\n").is_empty());
}

#[test]
fn documents_split_by_a_lone_carriage_return_are_read_and_said_to_be_ignored() {
    let text = "a: b\r---\n\nc: d\n";
    assert_eq!(bodies(text), [r#"{"a":"b"}"#, r#"{"c":"d"}"#]);
    assert_eq!(ambiguities(text), ["IgnoredByKubernetes"]);
}

#[test]
fn kubernetes_reads_again_from_the_next_line_of_dashes() {
    let text = "a: b\n...\nc: d\n---\ne: f\n";
    let documents = read(text);
    assert!(documents[2].ambiguities.is_empty());
}

#[test]
fn windows_line_breaks_split_as_any_other() {
    let text = "a: b\r\n---\r\nc: d\r\n";
    assert_eq!(bodies(text), [r#"{"a":"b"}"#, r#"{"c":"d"}"#]);
    assert!(ambiguities(text).is_empty());
}

#[test]
fn a_byte_order_mark_after_a_marker_is_no_content() {
    let text = "a: b\n---\n\u{feff}image: nginx\nkind: Pod\n";
    assert_eq!(bodies(text)[1], r#"{"image":"nginx","kind":"Pod"}"#);
}

#[test]
fn a_byte_order_mark_inside_a_document_is_noted() {
    for text in [
        "a: b\n\u{feff}image: nginx\n",
        "\u{feff}\u{feff}image: nginx\n",
    ] {
        assert!(ambiguities(text).contains(&"InnerByteOrderMark".to_owned()));
    }
}

#[test]
fn directives_belong_to_the_document_after_them() {
    let text = "%TAG !e! tag:yaml.org,2002:\n---\na: !e!binary eA==\n...\n\
                %TAG !f! tag:yaml.org,2002:\n---\na: !f!binary eQ==\n";
    assert_eq!(bodies(text), [r#"{"a":"x"}"#, r#"{"a":"y"}"#]);
}

#[test]
fn a_document_over_the_cap_is_not_read_and_hides_no_other() {
    let settings = imagegate::parse::ParseSettings {
        max_document_bytes: 20,
        ..Default::default()
    };
    let text = "a: b\n---\nlong: xxxxxxxxxxxxxxxxxxxxxx\n---\nc: d\n";
    let documents = super::reading::read_with(text, &settings);
    assert!(matches!(documents[1].body, Body::TooLarge(_)));
    assert!(matches!(documents[2].body, Body::Tree(_)));
}

#[test]
fn a_comment_or_white_space_of_go_directly_behind_the_dashes_ends_a_document_as_for_kubectl() {
    for rest in [
        "#one",
        "\u{a0}",
        "\u{b}",
        "\u{c}#",
        "\u{3000} # one",
        "\u{2009}\r",
    ] {
        let text = format!("a: b\n---{rest}\nc: d\n");
        assert_eq!(bodies(&text), [r#"{"a":"b"}"#, r#"{"c":"d"}"#], "{rest:?}");
        assert!(ambiguities(&text).is_empty(), "{rest:?}");
    }
}

#[test]
fn a_root_text_does_not_swallow_the_marker_that_only_kubectl_sees() {
    let text = ">\n---\u{a0}\na: b\n";
    assert_eq!(
        bodies(text).last().map(String::as_str),
        Some(r#"{"a":"b"}"#)
    );
}

#[test]
fn what_a_carriage_return_adds_to_the_comment_of_a_marker_hides_nothing_that_kubectl_reads() {
    let text = "c: d\n--- # one\r|\na: b\n";
    assert_eq!(bodies(text), [r#"{"c":"d"}"#, r#"{"a":"b"}"#]);
    assert_eq!(ambiguities(text).len(), 1);
}

#[test]
fn kubectl_keeps_the_line_of_a_marker_that_is_the_first_of_its_document() {
    for (text, last) in [
        ("--- # x\ra: b\nc: d\n", r#"{"a":"b","c":"d"}"#),
        ("---\n--- # x\ra: b\nc: d\n", r#"{"c":"d"}"#),
        ("---\n---\n--- # x\ra: b\nc: d\n", r#"{"a":"b","c":"d"}"#),
        ("e: f\n---\n--- # x\ra: b\nc: d\n", r#"{"a":"b","c":"d"}"#),
        ("--- # x\ra: b\r", r#"{"a":"b"}"#),
    ] {
        let bodies = bodies(text);
        assert_eq!(bodies.last().map(String::as_str), Some(last), "{text:?}");
    }
}

#[test]
fn a_carriage_return_more_makes_no_line_more() {
    assert_eq!(bodies("image: a\r\r\n b\r\r\n"), [r#"{"image":"a b"}"#]);
}

#[test]
fn a_marker_that_only_kubectl_sees_needs_a_line_feed_before_it() {
    assert_eq!(bodies("a: |\n  b\r---#c\n").len(), 1);
}
