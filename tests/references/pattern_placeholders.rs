//! Patterns over images with a placeholder: what could match, and what matches in any case.

use imagegate::model::reference::{ImageReference, PartialReference, ReferenceError};
use imagegate::policy::pattern::ImagePattern;

fn pattern(text: &str) -> ImagePattern {
    ImagePattern::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// The partial reference of an image with a placeholder.
fn partial(image: &str) -> PartialReference {
    match ImageReference::parse(image) {
        Err(ReferenceError::Placeholder(partial)) => *partial,
        other => panic!("{image}: {other:?}"),
    }
}

#[test]
fn a_pattern_may_match_a_placeholder_unless_the_known_part_forbids_it() {
    let may = |written: &str, image: &str| pattern(written).may_match(&partial(image));
    assert!(may("ghcr.io/**", "${IMAGE}"));
    assert!(may("ghcr.io/acme/*", "ghcr.io/${X}"));
    assert!(may("ghcr.io/acme/*", "ghcr.io/acme${X}"));
    assert!(may("docker.io/library/nginx", "docker.io/ng${X}"));
    assert!(may("nginx:1.*", "nginx:${TAG}"));
    assert!(may("ghcr.io/**:1", "${REG}/x:1"));
    assert!(!may("ghcr.io/**", "evil.example/${X}"));
    assert!(!may("ghcr.io/acme/*", "ghcr.io/evil/${X}"));
    assert!(!may("ghcr.io/acme/*", "ghcr.io/acmf${X}"));
    assert!(!may("ghcr.io/**", "nginx:${TAG}"));
    assert!(!may("**:1", "${REG}/x:2"));
    assert!(!may("**:1", "${REG}/x"));
}

#[test]
fn a_pattern_surely_matches_a_placeholder_only_when_every_value_would() {
    let surely = |written: &str, image: &str| pattern(written).surely_matches(&partial(image));
    assert!(surely("ghcr.io/acme/**", "ghcr.io/acme/${X}"));
    assert!(surely("nginx", "nginx:${TAG}"));
    assert!(surely("**", "${X}"));
    assert!(!surely("ghcr.io/acme/*", "ghcr.io/acme/${X}"));
    assert!(!surely("ghcr.io/acme/**", "ghcr.io/acme${X}"));
    assert!(!surely("nginx:1", "nginx:${TAG}"));
    assert!(!surely("**:latest", "${REG}/nginx"));
    assert!(!surely("ghcr.io/**", "ghcr.io:443/${X}"));
}

#[test]
fn a_placeholder_is_refused_only_when_every_value_would_be() {
    let refuses = |written: &str, image: &str| pattern(written).surely_refuses(&partial(image));
    assert!(refuses("docker.io/**", "nginx:${TAG}"));
    assert!(refuses("docker.io/**", "acme/${X}"));
    assert!(refuses("evil.example/**", "evil.example:443/${X}"));
    assert!(refuses("evil.example/a/**", "evil.example/a/${X}"));
    assert!(refuses("**:latest", "${REG}/nginx:latest"));
    assert!(refuses("**:latest", "${REG}/nginx"));
    assert!(refuses("**", "${X}"));
    assert!(!refuses("evil.example/a/b", "evil.example/a/${X}"));
    assert!(!refuses("evil.example/a/**", "evil.example/a${X}"));
    assert!(!refuses("nginx:1.*", "nginx:${TAG}"));
    assert!(!refuses("docker.io/**", "${X}/nginx"));
}

#[test]
fn an_image_that_gets_a_digest_is_not_taken_for_latest() {
    let latest = pattern("**:latest");
    assert!(!latest.may_refuse(&partial("nginx@${DIGEST}")));
    assert!(latest.may_refuse(&partial("nginx:${TAG}")));
}
