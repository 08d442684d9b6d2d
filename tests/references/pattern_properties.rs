//! Patterns against a naive oracle, and the promises that hold between their questions.

use imagegate::model::reference::{ImageReference, ReferenceError};
use imagegate::policy::pattern::ImagePattern;
use proptest::prelude::*;

/// Matching as the documentation words it, by trying everything; exponential, for short names only.
fn naive(pattern: &str, reference: &ImageReference) -> bool {
    let (name, tag) = match pattern.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => (name, Some(tag)),
        _ => (pattern, None),
    };
    let tag_matches = match (tag, &reference.tag) {
        (None, _) => true,
        (Some(glob), Some(tag)) => segment(glob.as_bytes(), tag.as_bytes()),
        (Some(_), None) => false,
    };
    let path: Vec<&str> = reference.repository.split('/').collect();
    let name_matches = match name.split_once('/') {
        None if name == "**" => true,
        None => segments(&["library", name], &path) && reference.registry == "docker.io",
        Some(("**", _)) => segments(&name.split('/').collect::<Vec<_>>(), &path),
        Some((host, below)) if host.contains(['.', ':']) => {
            registry(host, &reference.registry)
                && segments(&below.split('/').collect::<Vec<_>>(), &path)
        }
        Some(_) => {
            reference.registry == "docker.io"
                && segments(&name.split('/').collect::<Vec<_>>(), &path)
        }
    };
    tag_matches && name_matches
}

fn registry(pattern: &str, registry: &str) -> bool {
    let (pattern, registry): (Vec<&str>, Vec<&str>) = (
        pattern.split(['.', ':']).collect(),
        registry.split(['.', ':']).collect(),
    );
    pattern.len() == registry.len()
        && pattern
            .iter()
            .zip(&registry)
            .all(|(glob, text)| segment(glob.as_bytes(), text.as_bytes()))
}

fn segments(pattern: &[&str], path: &[&str]) -> bool {
    match pattern {
        [] => path.is_empty(),
        ["**"] => !path.is_empty(),
        ["**", rest @ ..] => (0..=path.len()).any(|taken| segments(rest, &path[taken..])),
        [glob, rest @ ..] => path.split_first().is_some_and(|(first, others)| {
            segment(glob.as_bytes(), first.as_bytes()) && segments(rest, others)
        }),
    }
}

fn segment(glob: &[u8], text: &[u8]) -> bool {
    match glob {
        [] => text.is_empty(),
        [b'*', rest @ ..] => (0..=text.len()).any(|taken| segment(rest, &text[taken..])),
        [byte, rest @ ..] => text
            .split_first()
            .is_some_and(|(first, others)| first == byte && segment(rest, others)),
    }
}

fn config() -> ProptestConfig {
    ProptestConfig {
        cases: 300,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

const HOSTS: [&str; 8] = [
    "", "a.b/", "b.b/", "ab.b/", "a.b:1/", "a.a.b/", "a.b:2/", "ba.b/",
];

fn image() -> impl Strategy<Value = String> {
    let path = prop::collection::vec("[ab]{1,3}", 1..5);
    let tag = prop::sample::select(vec!["", ":a", ":ab", ":ba"]);
    (prop::sample::select(HOSTS.to_vec()), path, tag)
        .prop_map(|(host, path, tag)| format!("{host}{}{tag}", path.join("/")))
}

fn pattern() -> impl Strategy<Value = String> {
    let host = prop::sample::select(vec![
        "", "**/", "a.b/", "*.b/", "a*.b/", "*a.*/", "a.b:1/", "a.b:*/", "*.*.b/",
    ]);
    let piece = prop_oneof![
        "[ab*]{1,4}",
        "[ab]{1,2}",
        Just("**".to_owned()),
        Just("*".to_owned())
    ];
    let tag = prop::sample::select(vec!["", "", "", ":a", ":a*", ":*"]);
    (host, prop::collection::vec(piece, 1..5), tag)
        .prop_map(|(host, path, tag)| format!("{host}{}{tag}", path.join("/")))
        .prop_filter("is a pattern", |text| ImagePattern::parse(text).is_ok())
}

fn parse(text: &str) -> ImagePattern {
    ImagePattern::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn reference(text: &str) -> ImageReference {
    ImageReference::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn matching_agrees_with_the_naive_reading(pattern in pattern(), image in image()) {
        let reference = reference(&image);
        prop_assert_eq!(parse(&pattern).matches(&reference), naive(&pattern, &reference));
    }

    #[test]
    fn what_matches_is_refused_too(pattern in pattern(), image in image()) {
        let (pattern, reference) = (parse(&pattern), reference(&image));
        prop_assert!(!pattern.matches(&reference) || pattern.refuses(&reference));
    }

    #[test]
    fn a_pattern_that_covers_another_matches_all_of_it(
        wide in pattern(),
        narrow in pattern(),
        images in prop::collection::vec(image(), 5),
    ) {
        let (wide, narrow) = (parse(&wide), parse(&narrow));
        if wide.covers(&narrow) {
            for image in images {
                let reference = reference(&image);
                prop_assert!(!narrow.matches(&reference) || wide.matches(&reference));
            }
        }
    }

    #[test]
    fn patterns_that_share_an_image_overlap(
        left in pattern(),
        right in pattern(),
        images in prop::collection::vec(image(), 5),
    ) {
        let (left, right) = (parse(&left), parse(&right));
        for image in images {
            let reference = reference(&image);
            if left.matches(&reference) && right.matches(&reference) {
                prop_assert!(left.may_overlap(&right));
            }
        }
    }

    #[test]
    fn a_pattern_covers_and_overlaps_itself(pattern in pattern()) {
        let pattern = parse(&pattern);
        prop_assert!(pattern.covers(&pattern));
        prop_assert!(pattern.may_overlap(&pattern));
    }

    #[test]
    fn questions_about_a_placeholder_hold_for_its_values(
        pattern in pattern(),
        image in image(),
        from in any::<prop::sample::Index>(),
        to in any::<prop::sample::Index>(),
    ) {
        let (from, to) = (from.index(image.len() + 1), to.index(image.len() + 1));
        let (from, to) = (from.min(to), from.max(to));
        let template = format!("{}${{X}}{}", &image[..from], &image[to..]);
        let partial = match ImageReference::parse(&template) {
            Err(ReferenceError::Placeholder(partial)) => partial,
            other => panic!("{template}: {other:?}"),
        };
        let (pattern, reference) = (parse(&pattern), reference(&image));
        prop_assert!(!pattern.matches(&reference) || pattern.may_match(&partial));
        prop_assert!(!pattern.surely_matches(&partial) || pattern.matches(&reference));
        prop_assert!(!pattern.refuses(&reference) || pattern.may_refuse(&partial));
        prop_assert!(!pattern.surely_refuses(&partial) || pattern.refuses(&reference));
    }

    #[test]
    fn no_text_makes_the_pattern_parser_panic(text in any::<String>(), near in "[a*/.:@\\[\\]-]{0,12}") {
        let _ = ImagePattern::parse(&text);
        if let Err(error) = ImagePattern::parse(&near) {
            prop_assert!(near.is_char_boundary(error.offset));
        }
    }
}
