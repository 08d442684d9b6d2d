//! What is advised about policies that are valid.

use imagegate::policy::{lint, settings::Policy};

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
