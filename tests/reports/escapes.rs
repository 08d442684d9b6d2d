//! What leaves the escaping functions, for any text.

use imagegate::model::shorten::shorten;
use imagegate::report::escape::{
    github_data, github_property, is_deceptive, sarif_message, terminal,
};
use proptest::prelude::*;

use crate::hostile::hostile_text;

#[test]
fn ordinary_text_stays_as_it_is() {
    for text in ["registry.example.com/a:1", "日本語", "naïve", "👩", "a b"] {
        assert_eq!(terminal(text), text);
    }
}

#[test]
fn deceptive_characters_are_named() {
    let cases = [
        ("a\u{1b}[31mb", "a\\u{1b}[31mb"),
        ("a\nb\r\tc", "a\\nb\\r\\tc"),
        ("nginx\u{202e}txt", "nginx\\u{202e}txt"),
        ("a\u{200b}b", "a\\u{200b}b"),
        ("\u{feff}a", "\\u{feff}a"),
        ("a\u{2028}b", "a\\u{2028}b"),
        ("a\u{9b}31m", "a\\u{9b}31m"),
        ("\u{7f}", "\\u{7f}"),
        ("a\u{e0041}", "a\\u{e0041}"),
    ];
    for (text, shown) in cases {
        assert_eq!(terminal(text), shown);
    }
}

#[test]
fn github_data_keeps_line_breaks_and_cannot_start_a_command() {
    assert_eq!(
        github_data("100%\n::error::x\r\u{1b}"),
        "100%25%0A::error::x%0D\\u{1b}"
    );
}

#[test]
fn github_property_cannot_begin_another_property() {
    assert_eq!(github_property("a,line=1::b%\n"), "a%2Cline=1%3A%3Ab%25%0A");
}

#[test]
fn sarif_message_holds_no_link_and_no_placeholder() {
    assert_eq!(
        sarif_message("[here](https://evil.example) \\ {0}"),
        "\\[here\\](https://evil.example) \\\\ {{0}}"
    );
}

#[test]
fn sarif_message_leaves_braces_that_are_no_placeholder() {
    assert_eq!(
        sarif_message("${TAG} {{ .Values }}"),
        "${TAG} {{ .Values }}"
    );
}

#[test]
fn shortened_text_ends_in_an_ellipsis_and_counts_characters() {
    assert_eq!(shorten("日本語", 3), "日本語");
    assert_eq!(shorten("日本語", 2), "日本…");
}

proptest! {
    #[test]
    fn terminal_text_is_one_line_without_deceptive_characters(text in hostile_text()) {
        prop_assert!(!terminal(&text).contains(is_deceptive));
    }

    #[test]
    fn github_text_is_one_line_without_deceptive_characters(text in hostile_text()) {
        prop_assert!(!github_data(&text).contains(is_deceptive));
        prop_assert!(!github_property(&text).contains(|c| is_deceptive(c) || c == ',' || c == ':'));
    }

    #[test]
    fn sarif_messages_keep_only_line_breaks(text in hostile_text()) {
        prop_assert!(!sarif_message(&text).contains(|c| is_deceptive(c) && c != '\n'));
    }
}
