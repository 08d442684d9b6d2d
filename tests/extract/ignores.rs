//! Inline suppressions: how they are written, what they reach, and what is wrong with them.

use imagegate::model::directive::{IgnoreFault, IgnoreScope, InlineIgnore};
use imagegate::model::rule::Rule;

use crate::read::facts;

/// A Pod with `lines` below `containers:`.
fn pod(lines: &str) -> Vec<InlineIgnore> {
    let text = format!("apiVersion: v1\nkind: Pod\nspec:\n  containers:\n{lines}");
    facts(&text).ignores
}

fn comment(body: &str) -> InlineIgnore {
    let mut found = pod(&format!("  - image: a:1 # imagegate:{body}\n"));
    assert_eq!(found.len(), 1, "{body}");
    found.remove(0)
}

#[test]
fn a_comment_names_rules_a_last_day_and_a_reason() {
    let found = comment(
        " ignore[disallow-latest-tag, ambiguous-yaml,disallow-latest-tag] until=2027-01-31 vendor image, OPS-12  ",
    );
    assert_eq!(found.rules, [Rule::DisallowLatestTag, Rule::AmbiguousYaml]);
    assert_eq!(found.until, Some(jiff::civil::date(2027, 1, 31)));
    assert_eq!(&*found.reason, "vendor image, OPS-12");
    assert_eq!(found.fault, None);
    let (start, end) = (found.location.start, found.location.end);
    assert_eq!((start.line, start.column, end.column), (5, 16, 130));
}

#[test]
fn faults_are_told() {
    let faults = [
        (" ignore[disallow-latest-tag]", IgnoreFault::NoReason),
        (
            " ignore[disallow-latest-tag] until=2027-01-31",
            IgnoreFault::NoReason,
        ),
        (" ignore[disallow-latest-tag] ...", IgnoreFault::NoReason),
        (
            " ignore[disallow-latest-tag] \u{200b}\u{3164}",
            IgnoreFault::NoReason,
        ),
        (
            " ignore[disallow-latest-tag] OPS-12 until=2027-01-31",
            IgnoreFault::LateUntil,
        ),
        (
            " ignore[latest] why",
            IgnoreFault::UnknownRule("latest".to_owned()),
        ),
        (" ignore[] why", IgnoreFault::Malformed),
        (" ignore disallow-latest-tag", IgnoreFault::Malformed),
        (" ignore[disallow-latest-tag why", IgnoreFault::Malformed),
        ("", IgnoreFault::Malformed),
        (
            " ignore[disallow-latest-tag] until=2027-02-30 why",
            IgnoreFault::BadDate("2027-02-30".to_owned()),
        ),
        (
            " ignore[disallow-latest-tag] until=20270131 why",
            IgnoreFault::BadDate("20270131".to_owned()),
        ),
        (
            " ignore[disallow-latest-tag] until= why",
            IgnoreFault::BadDate(String::new()),
        ),
    ];
    for (body, fault) in faults {
        assert_eq!(comment(body).fault, Some(fault), "{body}");
    }
}

fn reach(lines: &str) -> Vec<IgnoreScope> {
    pod(lines).into_iter().map(|found| found.scope).collect()
}

#[test]
fn a_comment_behind_text_reaches_its_own_line() {
    let lines = "  - image: a:1 # imagegate: ignore[disallow-latest-tag] why\n  - image: b:1\n";
    assert_eq!(reach(lines), [IgnoreScope::Line(5)]);
}

#[test]
fn comments_alone_on_their_lines_reach_the_next_line_that_is_none() {
    let lines = "  # imagegate: ignore[disallow-latest-tag] why
  # a note
  # imagegate: ignore[restrict-image-registries] why
  - image: a:1
";
    assert_eq!(reach(lines), [IgnoreScope::Line(8), IgnoreScope::Line(8)]);
}

#[test]
fn a_blank_line_ends_the_reach() {
    let lines = "  # imagegate: ignore[disallow-latest-tag] why\n\n  - image: a:1\n";
    assert_eq!(reach(lines), [IgnoreScope::Line(6)]);
}

#[test]
fn no_comment_reaches_a_line_that_is_several_for_kubernetes() {
    for hiding in ['\u{85}', '\u{2028}', '\u{2029}'] {
        for lines in [
            format!("  - image: a:1 # imagegate: ignore[ambiguous-yaml] why{hiding}  - image: b\n"),
            format!(
                "  # imagegate: ignore[ambiguous-yaml] why\n  - image: a:1 # x{hiding}  - image: b\n"
            ),
        ] {
            let found = pod(&lines);
            assert_eq!(
                found[0].fault,
                Some(IgnoreFault::UnicodeLineBreak),
                "{lines:?}"
            );
        }
    }
}

#[test]
fn windows_line_ends_change_nothing() {
    let found = facts(
        "apiVersion: v1\r\nkind: Pod\r\nspec:\r\n  containers:\r\n  # imagegate: ignore[disallow-latest-tag] why\r\n  - image: a:1\r\n",
    );
    assert_eq!(&*found.ignores[0].reason, "why");
    assert_eq!(found.ignores[0].scope, IgnoreScope::Line(6));
}

#[test]
fn text_that_looks_like_a_comment_suppresses_nothing() {
    let lines = "  - image: a:1
    args:
    - '# imagegate: ignore[disallow-latest-tag] quoted'
    - a#imagegate: ignore[disallow-latest-tag] no blank before it
    - |
      # imagegate: ignore[disallow-latest-tag] in a block
";
    assert_eq!(pod(lines), []);
}

#[test]
fn a_comment_within_a_comment_is_its_reason() {
    let lines = "  - image: a:1 # imagegate: ignore[disallow-latest-tag] why # imagegate: ignore[ambiguous-yaml] x\n";
    let found = pod(lines);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].rules, [Rule::DisallowLatestTag]);
}

#[test]
fn comments_are_seen_in_documents_without_images_and_without_content() {
    let found = facts(
        "# imagegate: ignore[disallow-latest-tag] above everything
---
apiVersion: v1
kind: ConfigMap
data: {key: value} # imagegate: ignore[disallow-latest-tag] nothing here
",
    );
    let lines: Vec<_> = found
        .ignores
        .iter()
        .map(|found| found.location.start.line)
        .collect();
    assert_eq!(lines, [1, 5]);
}

#[test]
fn annotations_of_the_object_and_of_its_pods_reach_the_object() {
    let found = facts(
        "apiVersion: v1
kind: Pod
spec: {containers: [{image: a:1}]}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  annotations:
    imagegate.dev/ignore.disallow-latest-tag: until=2027-01-31 OPS-12
    other.example.com/ignore.ambiguous-yaml: not ours
spec:
  template:
    metadata:
      annotations: {imagegate.dev/ignore.restrict-image-registries: OPS-13}
    spec: {containers: [{image: b:1}]}
",
    );
    let object = found.uses[1].object_index;
    let seen: Vec<_> = found
        .ignores
        .iter()
        .map(|found| (found.rules[0], found.reason.as_ref(), found.scope))
        .collect();
    assert_eq!(
        seen,
        [
            (
                Rule::DisallowLatestTag,
                "OPS-12",
                IgnoreScope::Object(object)
            ),
            (
                Rule::RestrictImageRegistries,
                "OPS-13",
                IgnoreScope::Object(object)
            ),
        ]
    );
    assert_eq!(found.ignores[0].until, Some(jiff::civil::date(2027, 1, 31)));
}

#[test]
fn faults_of_annotations_are_told() {
    let found = facts(
        "apiVersion: v1
kind: Pod
metadata:
  annotations:
    imagegate.dev/ignore.latest: why
    imagegate.dev/ignore.disallow-latest-tag: ''
    imagegate.dev/ignore.ambiguous-yaml: 12
spec: {containers: [{image: a:1}]}
",
    );
    let faults: Vec<_> = found.ignores.into_iter().map(|found| found.fault).collect();
    assert_eq!(
        faults,
        [
            Some(IgnoreFault::UnknownRule("latest".to_owned())),
            Some(IgnoreFault::NoReason),
            Some(IgnoreFault::Malformed),
        ]
    );
}

#[test]
fn a_pod_reads_its_annotations_once() {
    let found = facts(
        "apiVersion: v1
kind: Pod
metadata: {annotations: {imagegate.dev/ignore.ambiguous-yaml: why}}
spec: {containers: [{image: a:1}]}
",
    );
    assert_eq!(found.ignores.len(), 1);
}
