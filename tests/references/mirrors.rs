//! Where the copy of an image lives.

use imagegate::model::reference::ImageReference;
use imagegate::model::span::Span;
use imagegate::policy::mirror::mirrored;
use imagegate::policy::settings::{Mirror, Spanned};

fn copy(image: &str) -> Option<String> {
    let spanned = |text: &str| Spanned {
        value: text.to_owned(),
        span: Span::default(),
    };
    let mirrors: Vec<Mirror> = [
        ("docker.io", "mirror.example.com/dockerhub"),
        ("docker.io/acme", "mirror.example.com/own"),
        ("ghcr.io/acme/app", "mirror.example.com/app"),
        ("quay.io", "quay-mirror.example.com:5000"),
    ]
    .into_iter()
    .map(|(from, to)| Mirror {
        from: spanned(from),
        to: spanned(to),
    })
    .collect();
    let reference = ImageReference::parse(image).unwrap_or_else(|error| panic!("{image}: {error}"));
    mirrored(&reference, &mirrors)
}

#[test]
fn an_official_image_keeps_its_library() {
    let expected = "mirror.example.com/dockerhub/library/nginx:1.27";
    assert_eq!(copy("nginx:1.27").as_deref(), Some(expected));
    assert_eq!(
        copy("docker.io/library/nginx:1.27").as_deref(),
        Some(expected)
    );
}

#[test]
fn the_longest_name_decides() {
    assert_eq!(
        copy("acme/app").as_deref(),
        Some("mirror.example.com/own/app")
    );
    assert_eq!(
        copy("other/app").as_deref(),
        Some("mirror.example.com/dockerhub/other/app")
    );
}

#[test]
fn a_mirror_of_one_repository_stands_for_it() {
    assert_eq!(
        copy("ghcr.io/acme/app:1").as_deref(),
        Some("mirror.example.com/app:1")
    );
}

#[test]
fn names_are_compared_by_whole_segments() {
    assert_eq!(copy("ghcr.io/acme/app-evil:1"), None);
    assert_eq!(copy("quay.io.evil.example/x"), None);
    assert_eq!(copy("quay.io:443/x"), None);
}

#[test]
fn tag_and_digest_are_kept() {
    let digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    assert_eq!(
        copy(&format!("quay.io/a/b:1@{digest}")),
        Some(format!("quay-mirror.example.com:5000/a/b:1@{digest}"))
    );
}
