//! What the summary counts.

use imagegate::model::rule::Rule;
use imagegate::model::summary::NotLookedAt;

use crate::run::{Run, pod};

#[test]
fn files_documents_manifests_and_images_are_counted() {
    let text = format!(
        "{}---\n{}",
        pod("shop", "nginx:1"),
        pod("shop", "docker.io/library/nginx:1")
    );
    let judged = Run::built_in()
        .file("a.yaml", text)
        .file("b.yaml", pod("shop", "redis:7"))
        .judge();
    let summary = &judged.judgement.summary;
    assert_eq!(
        (summary.files, summary.documents, summary.manifests),
        (2, 3, 3)
    );
    assert_eq!((summary.images, summary.unique_images), (3, 2));
}

#[test]
fn findings_are_counted_by_what_they_do_to_the_exit_code() {
    let policy = "rules:
  disallow-latest-tag: {}
  restrict-image-registries: {action: audit, allow: [\"ghcr.io/**\"]}
exceptions:
  - {rules: [disallow-latest-tag], images: [redis], reason: OPS-12}
";
    let judged = Run::with_policy(policy)
        .file("a.yaml", pod("shop", "nginx"))
        .file("b.yaml", pod("shop", "redis"))
        .judge();
    let summary = &judged.judgement.summary;
    assert_eq!(
        (
            summary.violations,
            summary.audit,
            summary.suppressed,
            summary.not_checked
        ),
        (1, 2, 1, 0)
    );
}

#[test]
fn rules_that_are_not_configured_are_counted_by_image() {
    let judged = Run::built_in().image("nginx:1.27").judge();
    for rule in Rule::IMAGE_POLICIES {
        let expected = u32::from(rule != Rule::DisallowLatestTag);
        assert_eq!(
            judged.count(&NotLookedAt::RuleNotConfigured(rule)),
            expected,
            "{rule}"
        );
    }
}

#[test]
fn rules_that_are_not_configured_are_named_when_no_image_is_met() {
    let judged = Run::built_in().judge();
    let named = &judged.judgement.summary.not_looked_at;
    for rule in Rule::IMAGE_POLICIES {
        let expected = rule != Rule::DisallowLatestTag;
        let entry = (NotLookedAt::RuleNotConfigured(rule), 0);
        assert_eq!(named.contains(&entry), expected, "{rule}");
    }
}

#[test]
fn a_problem_whose_rule_is_off_is_counted() {
    let policy =
        "rules:\n  disallow-latest-tag: {}\n  invalid-image-reference: {action: \"off\"}\n";
    let judged = Run::with_policy(policy).image("\"a b\"").judge();
    assert!(judged.findings().is_empty());
    assert_eq!(
        judged.count(&NotLookedAt::RuleOff(Rule::InvalidImageReference)),
        1
    );
}

#[test]
fn an_image_with_a_placeholder_is_counted_once() {
    let policy = "rules:
  restrict-image-registries: {allow: [\"ghcr.io/**\"]}
  disallow-latest-tag: {}
";
    let judged = Run::with_policy(policy)
        .image("\"{{ .Values.image }}\"")
        .judge();
    assert_eq!(judged.count(&NotLookedAt::PlaceholderImage), 1);
}

#[test]
fn no_reason_is_listed_without_a_count() {
    let judged = Run::built_in().image("nginx:1.27").judge();
    let reasons = &judged.judgement.summary.not_looked_at;
    assert!(reasons.iter().all(|(_, count)| *count > 0), "{reasons:?}");
}
