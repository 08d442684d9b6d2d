//! What a run asks a registry: how often, and how much at once.

use std::path::Path;
use std::process::Command;

use serde_json::json;

use crate::registry::login::{Login, TokenServer};
use crate::registry::{ReferrersApi, Setup, TestRegistry};
use crate::signed::SignedImages;

/// A run over every image of a registry, each used so many times.
pub struct Run<'a> {
    pub registry: &'a TestRegistry,
    pub images: &'a [String],
    pub key: &'a str,
    pub uses: usize,
}

impl Run<'_> {
    /// The exit code.
    pub fn check(&self, folder: &Path, arguments: &[&str]) -> Option<i32> {
        let policy = json!({
            "version": 1,
            "rules": { "verify-image-signatures": {
                "require": [{ "signers": [{ "key": self.key }], "transparency-log": "ignore" }],
            } },
        });
        let name = self.registry.name();
        let uses = self
            .images
            .iter()
            .cycle()
            .take(self.images.len() * self.uses);
        let containers = uses.enumerate().map(|(number, image)| {
            json!({ "name": format!("c{number}"), "image": format!("{name}/{image}") })
        });
        let pod = json!({
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": { "name": "all" },
            "spec": { "containers": containers.collect::<Vec<_>>() },
        });
        std::fs::write(folder.join("imagegate.yaml"), policy.to_string()).unwrap();
        std::fs::write(folder.join("pod.yaml"), pod.to_string()).unwrap();
        let status = Command::new(env!("CARGO_BIN_EXE_imagegate"))
            .args(["check", "pod.yaml", "--policy", "imagegate.yaml"])
            .args(arguments)
            .current_dir(folder)
            .env_clear()
            .env("XDG_CACHE_HOME", folder.join("cache"))
            .env("HOME", folder)
            .status()
            .unwrap();
        status.code()
    }
}

fn registry(images: &SignedImages, login: Login, referrers: ReferrersApi) -> TestRegistry {
    TestRegistry::start(Setup {
        content: images.content.clone(),
        login,
        referrers,
        ..Setup::default()
    })
}

fn tagged(images: &SignedImages) -> Vec<String> {
    let repositories = images.repositories.iter();
    repositories.map(|name| format!("{name}:v1")).collect()
}

fn pinned(images: &SignedImages) -> Vec<String> {
    let named = images.repositories.iter().zip(&images.digests);
    named
        .map(|(name, digest)| format!("{name}@{digest}"))
        .collect()
}

/// Requests for 20 images, each in a repository of its own.
fn requests_of_twenty(login: Login, referrers: ReferrersApi) -> usize {
    let images = SignedImages::new(20);
    let registry = registry(&images, login, referrers);
    let folder = tempfile::tempdir().unwrap();
    let run = Run {
        registry: &registry,
        images: &tagged(&images),
        key: &images.key,
        uses: 1,
    };
    assert_eq!(run.check(folder.path(), &[]), Some(0));
    registry.seen().len()
}

#[test]
fn an_image_costs_at_most_seven_requests_with_a_token() {
    let login = Login::Bearer(TokenServer::default());
    let requests = requests_of_twenty(login, ReferrersApi::Missing);
    assert!(requests <= 20 * 7, "{requests} requests for 20 images");
}

#[test]
fn an_image_costs_at_most_ten_requests_of_nobody() {
    let requests = requests_of_twenty(Login::Anonymous, ReferrersApi::Missing);
    assert!(requests <= 20 * 10, "{requests} requests for 20 images");
}

#[test]
fn a_thousand_uses_ask_for_each_image_once() {
    let images = SignedImages::new(5);
    let once = registry(&images, Login::Anonymous, ReferrersApi::Whole);
    let often = registry(&images, Login::Anonymous, ReferrersApi::Whole);
    let folder = tempfile::tempdir().unwrap();
    for (registry, uses) in [(&once, 1), (&often, 200)] {
        let run = Run {
            registry,
            images: &tagged(&images),
            key: &images.key,
            uses,
        };
        assert_eq!(run.check(folder.path(), &["--no-cache"]), Some(0));
    }
    assert_eq!(often.seen().len(), once.seen().len());
}

#[test]
fn a_second_run_over_pinned_images_asks_for_nothing() {
    let images = SignedImages::new(3);
    let registry = registry(&images, Login::Anonymous, ReferrersApi::Whole);
    let folder = tempfile::tempdir().unwrap();
    let run = Run {
        registry: &registry,
        images: &pinned(&images),
        key: &images.key,
        uses: 1,
    };
    assert_eq!(run.check(folder.path(), &[]), Some(0));
    let asked = registry.seen().len();
    assert_eq!(run.check(folder.path(), &[]), Some(0));
    assert_eq!(registry.seen().len(), asked);
}

/// Requests for one unsigned image in a registry of its own; an index where there are platforms.
fn requests_of_unsigned(platforms: usize) -> usize {
    const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
    const INDEX: &str = "application/vnd.oci.image.index.v1+json";
    let mut images = SignedImages::new(1);
    let repository = "team/unsigned";
    let content = &mut images.content;
    let config = content.blob(b"{}");
    let config = json!({ "mediaType": "application/vnd.oci.image.config.v1+json", "digest": config, "size": 2 });
    let mut image = |number: usize| {
        let annotations = json!({ "number": number.to_string() });
        let manifest = json!({
            "schemaVersion": 2, "mediaType": MANIFEST, "config": config, "layers": [], "annotations": annotations,
        });
        let size = manifest.to_string().len();
        let digest = content.manifest(repository, MANIFEST, &manifest);
        json!({ "mediaType": MANIFEST, "digest": digest, "size": size })
    };
    let mut digest = image(0)["digest"].as_str().unwrap().to_owned();
    if platforms > 0 {
        let children: Vec<_> = (1..=platforms)
            .map(|number| {
                let mut child = image(number);
                let architecture = format!("arch{number}");
                child["platform"] = json!({ "os": "linux", "architecture": architecture });
                child
            })
            .collect();
        let index = json!({ "schemaVersion": 2, "mediaType": INDEX, "manifests": children });
        digest = content.manifest(repository, INDEX, &index);
    }
    content.tag(repository, "v1", &digest);
    let registry = registry(&images, Login::Anonymous, ReferrersApi::Whole);
    let folder = tempfile::tempdir().unwrap();
    let run = Run {
        registry: &registry,
        images: &[format!("{repository}:v1")],
        key: &images.key,
        uses: 1,
    };
    assert_eq!(run.check(folder.path(), &["--no-cache"]), Some(1));
    registry.seen().len()
}

#[test]
fn an_unsigned_index_costs_the_usual_places_of_its_first_platform_and_no_more() {
    assert_eq!(requests_of_unsigned(12), requests_of_unsigned(0) + 2);
}

#[test]
fn tags_are_asked_for_again_unless_they_may_be_remembered() {
    let images = SignedImages::new(1);
    let registry = registry(&images, Login::Anonymous, ReferrersApi::Whole);
    let folder = tempfile::tempdir().unwrap();
    let run = Run {
        registry: &registry,
        images: &tagged(&images),
        key: &images.key,
        uses: 1,
    };
    let asked_by = |arguments: &[&str]| {
        let before = registry.seen().len();
        assert_eq!(run.check(folder.path(), arguments), Some(0));
        registry.seen().len() - before
    };
    assert!(asked_by(&[]) > 1);
    assert_eq!(asked_by(&[]), 1, "the tag, and nothing else");
    assert_eq!(
        asked_by(&["--tag-ttl", "1h"]),
        1,
        "nothing is remembered yet"
    );
    assert_eq!(asked_by(&["--tag-ttl", "1h"]), 0);
}

#[test]
fn at_most_sixteen_requests_are_made_at_once() {
    let images = SignedImages::new(60);
    let registry = TestRegistry::start(Setup {
        content: images.content.clone(),
        latency: std::time::Duration::from_millis(5),
        ..Setup::default()
    });
    let folder = tempfile::tempdir().unwrap();
    let run = Run {
        registry: &registry,
        images: &tagged(&images),
        key: &images.key,
        uses: 1,
    };
    assert_eq!(run.check(folder.path(), &[]), Some(0));
    let most = registry.most_busy();
    assert!((2..=16).contains(&most), "{most} requests at once");
}
