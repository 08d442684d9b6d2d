//! Patterns over issuers and subjects: anchored, case-sensitive, `*` inside a segment, `**` across.

use imagegate::policy::pattern::TextPattern;
use proptest::prelude::*;

/// Matching as the documentation words it, by trying everything; exponential, for short texts only.
fn naive(pattern: &[char], text: &[char]) -> bool {
    let stars = pattern.iter().take_while(|one| **one == '*').count();
    let rest = &pattern[stars..];
    match (stars, rest.split_first(), text.split_first()) {
        (0, None, _) => text.is_empty(),
        (0, Some((wanted, rest)), Some((found, text))) => wanted == found && naive(rest, text),
        (0, Some(_), None) => false,
        (stars, _, _) => (0..=text.len()).any(|taken| {
            (stars > 1 || !text[..taken].contains(&'/')) && naive(rest, &text[taken..])
        }),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn matching_is_what_trying_everything_finds(pattern in "[ab/*]{0,8}", text in "[ab/]{0,8}") {
        let characters = |text: &str| text.chars().collect::<Vec<char>>();
        let expected = naive(&characters(&pattern), &characters(&text));
        prop_assert_eq!(TextPattern::new(pattern.clone()).matches(&text), expected);
    }
}

#[test]
fn a_pattern_matches_the_whole_text_only() {
    for (pattern, text, matches) in [
        ("https://a.example/*", "https://a.example/b", true),
        ("https://a.example/*", "https://a.example/", true),
        ("https://a.example/*", "https://a.example/b/c", false),
        ("https://a.example/**", "https://a.example/b/c", true),
        ("https://a.example/*", "x https://a.example/b", false),
        (
            "https://a.example/*",
            "https://a.example/b\nhttps://evil",
            false,
        ),
        ("https://a.example", "https://a.example/", false),
        ("https://a.example", "https://axexample", false),
        ("https://A.example", "https://a.example", false),
        ("*@acme.example", "build@acme.example", true),
        ("*@acme.example", "build@acme.example.evil", false),
        ("*@acme.example", "https://evil/@acme.example", false),
        ("**", "any/thing", true),
        ("**", "", true),
        ("*", "any/thing", false),
        ("", "", true),
        ("", "a", false),
        ("a?c", "abc", false),
        ("***", "a/b", true),
        ("größe*", "größe ändern", true),
    ] {
        let found = TextPattern::new(pattern).matches(text);
        assert_eq!(found, matches, "{pattern} {text}");
    }
}

#[test]
fn a_text_beyond_every_identity_matches_nothing() {
    let long = "a".repeat(8 * 1024 + 1);
    assert!(!TextPattern::new("**").matches(&long));
    assert!(TextPattern::new("**").matches(&long[1..]));
}

#[test]
fn only_two_stars_match_everything() {
    let everything = |pattern| TextPattern::new(pattern).matches_everything();
    assert!(everything("**") && everything("***"));
    assert!(!everything("*") && !everything("") && !everything("**a"));
}

#[test]
fn many_stars_against_a_long_text_end() {
    let pattern = TextPattern::new("*a".repeat(500) + "b");
    assert!(!pattern.matches(&"a".repeat(8 * 1024)));
}
