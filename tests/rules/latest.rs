//! `disallow-latest-tag` beyond its fixtures.

use imagegate::model::finding::Action;
use imagegate::model::rule::Rule;
use imagegate::model::summary::NotLookedAt;

use crate::run::Run;

const DIGEST: &str = "@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

fn violates(policy: &str, image: &str) -> bool {
    let judged = Run::with_policy(policy).image(image).judge();
    !judged.of(Rule::DisallowLatestTag).is_empty()
}

fn with(settings: &str) -> String {
    format!("rules:\n  disallow-latest-tag: {{{settings}}}\n")
}

#[test]
fn the_built_in_policy_has_the_rule() {
    let judged = Run::built_in().image("nginx").judge();
    assert_eq!(judged.only(Rule::DisallowLatestTag).action, Action::Enforce);
}

#[test]
fn a_missing_tag_is_found_whatever_tags_move() {
    assert!(violates(&with("tags: [main]"), "nginx"));
    assert!(!violates(&with("tags: [main]"), "nginx:latest"));
}

#[test]
fn a_digest_is_wanted_only_when_the_policy_says_so() {
    assert!(!violates(&with(""), "nginx:1.27"));
    assert!(violates(&with("require-digest: true"), "nginx:1.27"));
    let pinned = format!("nginx:1.27{DIGEST}");
    assert!(!violates(&with("require-digest: true"), &pinned));
}

#[test]
fn latest_beside_a_digest_is_what_the_policy_says() {
    let image = format!("nginx:latest{DIGEST}");
    assert!(!violates(&with(""), &image));
    assert!(violates(&with("latest-with-digest: enforce"), &image));
}

#[test]
fn an_audit_rule_makes_no_enforced_finding_of_latest_beside_a_digest() {
    let policy = with("action: audit, latest-with-digest: enforce");
    let judged = Run::with_policy(&policy)
        .image(&format!("nginx:latest{DIGEST}"))
        .judge();
    assert_eq!(judged.only(Rule::DisallowLatestTag).action, Action::Audit);
}

#[test]
fn what_a_placeholder_leaves_open_is_counted_and_not_guessed() {
    let judged = Run::built_in().image("nginx:${TAG}").judge();
    assert!(judged.of(Rule::DisallowLatestTag).is_empty());
    assert_eq!(judged.count(&NotLookedAt::PlaceholderImage), 1);
}

#[test]
fn a_tag_that_is_certain_is_judged_beside_a_placeholder() {
    assert!(violates(&with(""), "${REGISTRY}/shop/cart:latest"));
    let fixed = Run::built_in().image("${REGISTRY}/shop/cart:1.4.2").judge();
    assert!(fixed.of(Rule::DisallowLatestTag).is_empty());
}

#[test]
fn help_keeps_the_name_as_the_author_wrote_it() {
    let judged = Run::built_in().image("nginx:latest").judge();
    let help = judged.only(Rule::DisallowLatestTag).help.as_deref();
    assert!(
        help.is_some_and(|help| help.contains(" nginx:")),
        "{help:?}"
    );
}
