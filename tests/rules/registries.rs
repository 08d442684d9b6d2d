//! `restrict-image-registries` beyond its fixtures.

use imagegate::model::finding::Finding;
use imagegate::model::reference::ImageReference;
use imagegate::model::rule::Rule;
use imagegate::model::summary::NotLookedAt;
use proptest::prelude::*;

use crate::run::{Judged, Run};

const RULE: Rule = Rule::RestrictImageRegistries;

fn judged(settings: &str, image: &str) -> Judged {
    let policy = format!("rules:\n  restrict-image-registries: {{{settings}}}\n");
    Run::with_policy(&policy).image(image).judge()
}

fn help(finding: &Finding) -> &str {
    finding.help.as_deref().unwrap_or_default()
}

#[test]
fn the_mirror_is_named_when_it_is_approved() {
    let settings =
        r#"allow: ["mirror.example.com/**"], mirrors: {docker.io: mirror.example.com/hub}"#;
    let judged = judged(settings, "nginx:1.27");
    assert_eq!(
        help(judged.only(RULE)),
        "write the mirror: mirror.example.com/hub/library/nginx:1.27"
    );
}

#[test]
fn a_mirror_that_is_not_approved_is_not_advised() {
    let settings =
        r#"allow: ["registry.example.com/**"], mirrors: {docker.io: mirror.example.com/hub}"#;
    let judged = judged(settings, "nginx:1.27");
    assert_eq!(
        help(judged.only(RULE)),
        "approved is `registry.example.com/**`"
    );
}

#[test]
fn without_an_allow_list_everything_passes_that_is_not_denied() {
    let settings = r#"deny: ["docker.io/**"]"#;
    assert!(judged(settings, "ghcr.io/acme/app:1").of(RULE).is_empty());
    let denied = judged(settings, "nginx:1.27");
    assert!(
        denied
            .only(RULE)
            .message
            .contains("refused by the pattern `docker.io/**`")
    );
}

#[test]
fn a_denied_image_is_refused_in_every_spelling_that_reaches_it() {
    let settings = r#"deny: ["registry.example.com/retired/**"]"#;
    for image in [
        "registry.example.com/retired/cart:1",
        "registry.example.com:443/retired/cart:1",
    ] {
        assert_eq!(judged(settings, image).of(RULE).len(), 1, "{image}");
    }
}

#[test]
fn deny_wins_over_allow() {
    let settings = r#"allow: ["ghcr.io/**"], deny: ["ghcr.io/acme/**"]"#;
    assert_eq!(judged(settings, "ghcr.io/acme/app:1").of(RULE).len(), 1);
    assert!(judged(settings, "ghcr.io/other/app:1").of(RULE).is_empty());
}

#[test]
fn a_placeholder_that_could_be_approved_is_counted() {
    let settings = r#"allow: ["registry.example.com/**"]"#;
    for image in ["${REGISTRY}/app:1", "\"{{ .Values.image }}\""] {
        let judged = judged(settings, image);
        assert!(judged.of(RULE).is_empty(), "{image}");
        assert_eq!(judged.count(&NotLookedAt::PlaceholderImage), 1, "{image}");
    }
}

#[test]
fn a_placeholder_that_can_never_be_approved_is_a_violation_now() {
    let judged = judged(
        r#"allow: ["registry.example.com/**"]"#,
        "evil.example/app:${TAG}",
    );
    let message = &judged.only(RULE).message;
    assert!(message.ends_with("whatever `${TAG}` becomes"), "{message}");
}

#[test]
fn a_placeholder_in_the_tag_of_an_approved_name_leaves_nothing_open() {
    let judged = judged(
        r#"allow: ["registry.example.com/**"]"#,
        "registry.example.com/app:${TAG}",
    );
    assert!(judged.of(RULE).is_empty());
    assert_eq!(judged.count(&NotLookedAt::PlaceholderImage), 0);
}

#[test]
fn a_placeholder_that_could_be_denied_is_not_passed() {
    let settings = r#"allow: ["ghcr.io/**"], deny: ["ghcr.io/acme/app:1"]"#;
    let judged = judged(settings, "ghcr.io/acme/app:${TAG}");
    assert_eq!(judged.count(&NotLookedAt::PlaceholderImage), 1);
}

#[test]
fn the_message_of_a_huge_text_is_short() {
    let image = format!("evil.example/{}", "a".repeat(5_000));
    let judged = judged(r#"allow: ["ghcr.io/**"]"#, &image);
    for finding in judged.findings() {
        assert!(finding.message.chars().count() < 600, "{}", finding.message);
    }
    assert!(!judged.findings().is_empty());
}

/// Texts around an approved name: what stands before it, between its parts and behind it.
fn near_an_approved_name() -> impl Strategy<Value = String> {
    let piece = "[a-zA-Z0-9.:/@_ {}$-]{0,6}";
    (piece, piece, piece).prop_map(|(before, between, behind)| {
        format!("{before}registry.k8s.io{between}/pause{behind}")
    })
}

proptest! {
    #[test]
    fn no_text_passes_but_an_image_of_the_approved_registry(text in near_an_approved_name()) {
        let quoted = serde_json::to_string(&text).expect("a string");
        let judged = judged(r#"allow: ["registry.k8s.io/**"]"#, &quoted);
        let approved = ImageReference::parse(&text)
            .is_ok_and(|reference| reference.registry == "registry.k8s.io");
        let told = [RULE, Rule::InvalidImageReference, Rule::UnrenderedTemplate]
            .iter()
            .any(|rule| !judged.of(*rule).is_empty());
        prop_assert!(approved != told, "{text}: {}", judged.lines());
    }
}
