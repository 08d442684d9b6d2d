//! The first policy that `init` writes.

use proptest::prelude::*;

use imagegate::model::reference::ImageReference;
use imagegate::model::rule::Rule;
use imagegate::policy::settings::RuleAction;
use imagegate::policy::starter;

use super::support::{compare_with_text_beside, folder, valid};

fn references(texts: &[&str]) -> Vec<ImageReference> {
    texts
        .iter()
        .map(|text| ImageReference::parse(text).unwrap())
        .collect()
}

fn allowed(policy: &str) -> Vec<String> {
    let policy = valid(policy);
    let rule = policy.rules.restrict_image_registries.unwrap();
    let patterns = rule.settings.allow.unwrap().value;
    patterns
        .iter()
        .map(|pattern| pattern.value.as_str().to_owned())
        .collect()
}

#[test]
fn registries_of_ones_own_are_approved_whole_and_shared_ones_by_account() {
    let images = references(&[
        "nginx:1.27",
        "redis:7",
        "acme/app:1",
        "ghcr.io/acme/app:1",
        "ghcr.io/other/tool:2",
        "registry.k8s.io/pause:3.9",
        "eu.gcr.io/project/app:1",
        "localhost:5000/team/app:1",
        "quay.io/single:1",
    ]);
    assert_eq!(
        allowed(&starter(&images)),
        [
            "docker.io/acme/**",
            "docker.io/library/**",
            "eu.gcr.io/project/**",
            "ghcr.io/acme/**",
            "ghcr.io/other/**",
            "localhost:5000/**",
            "quay.io/single",
            "registry.k8s.io/**",
        ]
    );
}

/// The whole text, as people see it.
#[test]
fn it_explains_itself() {
    let images = references(&["nginx", "ghcr.io/acme/app:1", "ghcr.io/acme/web:2"]);
    let path = folder().join("starter.yaml");
    compare_with_text_beside(&path, &starter(&images));
}

#[test]
fn moving_tags_of_today_are_audited_and_counted() {
    let policy = starter(&references(&[
        "nginx",
        "redis:latest",
        "redis:7",
        "app@sha256:0000000000000000000000000000000000000000000000000000000000000000",
    ]));
    assert!(policy.contains("2 of 4 images"), "{policy}");
    assert_eq!(
        valid(&policy).own_action(Rule::DisallowLatestTag),
        RuleAction::Audit
    );
}

#[test]
fn without_moving_tags_the_rule_is_enforced() {
    let policy = starter(&references(&["redis:7"]));
    assert_eq!(
        valid(&policy).own_action(Rule::DisallowLatestTag),
        RuleAction::Enforce
    );
}

#[test]
fn without_images_the_policy_is_still_valid() {
    let policy = valid(&starter([]));
    assert!(policy.rules.restrict_image_registries.is_none());
    assert!(policy.rules.disallow_latest_tag.is_some());
}

/// What is commented out is a policy too: with the comment signs taken away it is accepted.
#[test]
fn the_examples_in_its_comments_are_valid() {
    let policy = starter(&references(&["redis:7"]));
    let text: String = policy
        .lines()
        .map(|line| match line.trim_start().strip_prefix("# ") {
            Some(example) if !is_sentence(example) => line.replacen("# ", "", 1) + "\n",
            _ => format!("{line}\n"),
        })
        .collect();
    let policy = valid(&text);
    assert!(policy.rules.verify_image_signatures.is_some(), "{text}");
    assert!(policy.rules.check_vulnerability_scan.is_some(), "{text}");
    assert_eq!(
        (policy.overrides.len(), policy.exceptions.len()),
        (1, 1),
        "{text}"
    );
}

fn is_sentence(comment: &str) -> bool {
    comment.starts_with(|first: char| first.is_ascii_uppercase() || first == '`')
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn it_approves_whatever_it_was_made_from(
        texts in prop::collection::vec(
            "(([a-z0-9]{1,8}(-[a-z0-9]{1,3})?\\.){1,3}[a-z]{2,5}(:[0-9]{1,5})?/|localhost/|\\[::1\\](:5000)?/|)([a-z0-9]{1,6}([._-][a-z0-9]{1,4})?/){0,3}[a-z0-9]{1,8}(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,10})?",
            0..12,
        )
    ) {
        let images: Vec<ImageReference> =
            texts.iter().filter_map(|text| ImageReference::parse(text).ok()).collect();
        let policy = valid(&starter(&images));
        if let Some(rule) = &policy.rules.restrict_image_registries {
            let patterns = &rule.settings.allow.as_ref().unwrap().value;
            for image in &images {
                prop_assert!(patterns.iter().any(|pattern| pattern.value.matches(image)), "{image}");
            }
        } else {
            prop_assert!(images.is_empty());
        }
    }
}
