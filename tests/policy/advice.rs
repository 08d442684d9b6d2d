//! What is advised about policies that are valid.

use imagegate::policy::{exposures, lint, settings::Policy};

use super::support::{compare_with_text_beside, fixtures, shown, valid};

/// Each file in testdata/policy/advice has a `.txt` beside it with what is said about it.
#[test]
fn useless_and_dangerous_entries_are_named() {
    for (path, text) in fixtures("advice") {
        compare_with_text_beside(&path, &shown(&text, &lint(&valid(&text))));
    }
}

#[test]
fn a_sound_policy_gets_no_advice() {
    for text in [
        include_str!("../../testdata/policy/valid/least.yaml"),
        include_str!("../../testdata/policy/valid/switched-on.yaml"),
        include_str!("../../testdata/policy/valid/keys.yaml"),
    ] {
        assert_eq!(shown(text, &lint(&valid(text))), "");
    }
}

/// `deny` refuses the same name with the default port written, too, so it is not in vain here.
#[test]
fn a_denial_that_reaches_another_spelling_of_the_port_is_not_useless() {
    let text = "version: 1
rules:
  restrict-image-registries: { allow: ['ghcr.io:443/acme/**'], deny: [ghcr.io/acme/evil] }
exceptions:
  - { rules: [restrict-image-registries], images: ['ghcr.io:443/acme/evil'], reason: x }
";
    assert_eq!(shown(text, &lint(&valid(text))), "");
}

#[test]
fn the_built_in_policy_gets_no_advice() {
    assert_eq!(lint(&Policy::built_in()), []);
}

/// 5,000 entries would be 25 million pairs: the comparison ends early, and says so once.
#[test]
fn very_long_lists_are_compared_up_to_a_limit_that_is_named() {
    let entries: String = (0..5_000)
        .map(|number| format!("      - r{number}.example.com/**\n"))
        .collect();
    let text = format!("version: 1\nrules:\n  restrict-image-registries:\n    allow:\n{entries}");
    let advice = lint(&valid(&text));
    assert_eq!(advice.len(), 1, "{advice:?}");
    assert!(advice[0].message.contains("too long to compare"));
}

/// The policy of the page about untrusted contributors.
#[test]
fn the_policy_for_untrusted_contributors_leaves_nothing_open() {
    let page = include_str!("../../docs/untrusted-contributors.md");
    let (_, rest) = page.split_once("```yaml\n").unwrap();
    let (text, _) = rest.split_once("```").unwrap();
    let policy = valid(text);
    assert_eq!(shown(text, &lint(&policy)), "");
    assert_eq!(shown(text, &exposures(&policy)), "");
}

#[test]
fn what_the_author_of_a_change_can_use_is_named() {
    for (text, wanted) in [
        (
            "",
            "comments and annotations in manifests may take findings away",
        ),
        ("inline-ignores: audit\n", "keep findings from counting"),
        ("", "`namespace: kube-system` in a manifest"),
        (
            "overrides: [{namespaces: [prod], rules: [unused-exception], action: enforce}]\n",
            "an object that names no namespace",
        ),
        (
            "registries: {r.example.com: {layout: images/}}\n",
            "the layout `images/`",
        ),
    ] {
        let text = format!("version: 1\nrules: {{disallow-latest-tag: {{}}}}\n{text}");
        let said = shown(&text, &exposures(&valid(&text)));
        assert!(said.contains(wanted), "{text}: {said}");
    }
    let scans = "version: 1
rules:
  check-vulnerability-scan:
    accept:
      - report: {files: [\"scans/*.json\", \"../elsewhere/*.json\"]}
      - annotation: {key: example.com/scan, value: passed}
    vex: [\"vex/*.json\"]
";
    let said = shown(scans, &exposures(&valid(scans)));
    for wanted in ["`scans/*.json`", "an annotation", "`vex/*.json`"] {
        assert!(said.contains(wanted), "{said}");
    }
    assert!(!said.contains("elsewhere"), "{said}");
}
