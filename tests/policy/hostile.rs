//! Input that was made to do harm, and secrets that must not be repeated.

use std::path::Path;

use proptest::prelude::*;

use imagegate::policy::{self, PolicyFiles, lint};

use super::support::{self, refused, shown, source};

#[test]
fn aliases_that_stand_for_millions_of_values_end_with_one_error() {
    let mut text = "version: 1\nrules:\n  verify-image-signatures:\n    require:\n".to_owned();
    text.push_str("      - signers: &s\n");
    text.push_str(&"          - { keyless: { issuer: a, subject: b } }\n".repeat(2_000));
    text.push_str(&"      - signers: *s\n".repeat(2_000));
    let said = refused(&text);
    assert!(
        said.contains("the policy is too large to be read"),
        "{said}"
    );
    assert_eq!(
        said.lines().filter(|line| !line.starts_with(' ')).count(),
        1,
        "{said}"
    );
}

#[test]
fn a_long_text_used_many_times_ends_with_one_error() {
    let images = format!("  x: &x {}\n", "a".repeat(500_000));
    let uses = "*x, ".repeat(100_000);
    let said = refused(&format!(
        "version: 1\n{}exclude: [{uses}]\n",
        images.trim_start()
    ));
    assert!(
        said.contains("the policy is too large to be read"),
        "{}",
        said.len()
    );
}

#[test]
fn recursive_anchors_end() {
    let said = refused("version: 1\nrules: &r\n  disallow-latest-tag: *r\n");
    assert!(!said.is_empty());
}

#[test]
fn deep_nesting_is_an_error() {
    let said = refused(&format!("version: 1\nrules: {}", "[".repeat(100_000)));
    assert!(said.lines().next().is_some(), "{said}");
}

#[test]
fn a_file_above_the_limit_is_not_read() {
    let said = refused(&format!("version: 1\n#{}\n", "x".repeat(1 << 20)));
    assert!(said.contains("at most 1 MiB"), "{said}");
}

#[test]
fn a_line_break_that_only_some_readers_see_is_refused() {
    let said = refused("version: 1\n# note\u{2028}inline-ignores: forbid\n");
    assert!(said.contains("a Unicode line break"), "{said}");
}

#[test]
fn many_errors_are_all_listed_in_the_order_of_the_text() {
    let lines: String = (0..2_000)
        .map(|number| format!("key{number}: 1\n"))
        .collect();
    let text = format!("version: 1\n{lines}");
    let wrong = support::read(&text).unwrap_err();
    assert_eq!(wrong.len(), 2_000);
    assert!(wrong.is_sorted_by_key(|found| found.span));
}

#[test]
fn long_text_is_cut_in_messages() {
    let said = refused(&format!(
        "version: 1\ninline-ignores: {}\n",
        "x".repeat(10_000)
    ));
    assert!(
        said.lines().next().is_some_and(|line| line.len() < 200),
        "{said}"
    );
}

/// Files and variables that hold only secrets.
struct Secrets;

const SECRET: &str = "c2VjcmV0LXNlY3JldC1zZWNyZXQ=";

impl PolicyFiles for Secrets {
    fn read(&self, path: &Path) -> Result<Vec<u8>, String> {
        let kind = path.to_string_lossy().replace('_', " ");
        Ok(format!("-----BEGIN {kind}-----\n{SECRET}\n-----END {kind}-----\n").into_bytes())
    }

    fn variable(&self, _: &str) -> Option<String> {
        Some(SECRET.to_owned())
    }
}

#[test]
fn private_keys_are_named_as_such_and_nothing_of_them_is_repeated() {
    for kind in [
        "PRIVATE_KEY",
        "EC_PRIVATE_KEY",
        "RSA_PRIVATE_KEY",
        "ENCRYPTED_PRIVATE_KEY",
        "ENCRYPTED_COSIGN_PRIVATE_KEY",
        "ENCRYPTED_SIGSTORE_PRIVATE_KEY",
        "OPENSSH_PRIVATE_KEY",
    ] {
        for signer in [
            format!("key: {kind}"),
            format!("certificate: {{ chain: {kind}, subject: x }}"),
        ] {
            let said = secrets(&signer);
            assert!(said.contains("it holds a private key"), "{kind}: {said}");
            assert!(!said.contains(SECRET), "{kind}: {said}");
        }
    }
}

#[test]
fn the_value_of_a_variable_is_not_repeated() {
    let said = secrets("key: env://COSIGN_PUBLIC_KEY");
    assert!(
        said.contains("env://COSIGN_PUBLIC_KEY") && !said.contains(SECRET),
        "{said}"
    );
}

#[test]
fn an_inline_private_key_is_not_repeated() {
    let marker = "PRIVATE KEY-----";
    let said = secrets(&format!(
        "key: \"-----BEGIN {marker}\\n{SECRET}\\n-----END {marker}\\n\""
    ));
    assert!(
        said.contains("it holds a private key") && !said.contains(SECRET),
        "{said}"
    );
}

#[test]
fn what_is_in_a_file_that_is_no_trusted_root_is_not_repeated() {
    struct Text(&'static str);
    impl PolicyFiles for Text {
        fn read(&self, _: &Path) -> Result<Vec<u8>, String> {
            Ok(self.0.as_bytes().to_vec())
        }
        fn variable(&self, _: &str) -> Option<String> {
            None
        }
    }
    for content in [
        "\"hunter2\"",
        "{\"a\": hunter2}",
        "[\"hunter2\"]",
        "{} hunter2",
        "",
    ] {
        let text = "version: 1\ntrusted-root: token\n";
        let wrong = policy::read(source(text), &Text(content)).unwrap_err();
        let said = shown(text, &wrong);
        assert!(said.contains("is not a trusted root"), "{content}: {said}");
        assert!(!said.contains("hunter2"), "{content}: {said}");
    }
}

/// The messages about a policy with that signer.
fn secrets(signer: &str) -> String {
    let text = format!(
        "version: 1\nrules: {{ verify-image-signatures: {{ require: [{{ signers: [{{ {signer} }}] }}] }} }}\n"
    );
    let wrong = policy::read(source(&text), &Secrets).unwrap_err();
    let texts = wrong
        .iter()
        .map(|found| format!("{} {} {:?}\n", found.message, found.label, found.help));
    texts.collect()
}

const FULL: &str = include_str!("../../testdata/policy/valid/full.yaml");

/// Pieces that change what YAML makes of the text around them.
const PIECES: [&str; 20] = [
    "", " ", "\n", "\t", "- ", ": ", "{", "}", "[", "]", "\"", "'", "#", "*a", "&a ", "!!str ",
    "|\n", "null", "\u{2028}", "ä\u{0}",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    /// `shown` cuts the text at each span, which panics for a span that is not one of the text.
    #[test]
    fn a_damaged_policy_is_read_or_refused_at_places_in_its_text(
        changes in prop::collection::vec((0..FULL.len(), 0..12_usize, 0..PIECES.len()), 1..4)
    ) {
        let mut text = FULL.to_owned();
        for (at, length, piece) in changes {
            let at = at.min(text.len());
            let end = (at + length).min(text.len());
            if text.is_char_boundary(at) && text.is_char_boundary(end) {
                text.replace_range(at..end, PIECES[piece]);
            }
        }
        match support::read(&text) {
            Ok(policy) => drop(shown(&text, &lint(&policy))),
            Err(wrong) => prop_assert!(!shown(&text, &wrong).is_empty()),
        }
    }
}
