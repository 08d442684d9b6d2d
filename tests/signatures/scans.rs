//! Reports of an index and of its platforms, through the program: what the registry does not say never
//! turns a violation into a pass.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::program::{Ended, Program};
use crate::registry::content::{Content, INDEX, MANIFEST};
use crate::registry::fault::{Action, Fault};
use crate::registry::{Setup, TestRegistry};

const REPOSITORY: &str = "team/app";

/// An image for two platforms in a registry. Each index is named by its digest.
struct Images {
    content: Content,
    platforms: [String; 2],
    index: String,
    /// An index that lists the first platform, and an index with the second.
    nested: String,
    inner: String,
}

impl Images {
    fn new() -> Self {
        let mut content = Content::default();
        let platforms = ["amd64", "arm64"].map(|architecture| {
            let config = content.blob(architecture.as_bytes());
            let document = json!({
                "schemaVersion": 2, "mediaType": MANIFEST, "layers": [],
                "config": { "digest": config, "size": architecture.len() },
            });
            content.manifest(REPOSITORY, MANIFEST, &document)
        });
        let entry = |digest: &str, architecture: &str| {
            json!({
                "mediaType": MANIFEST, "digest": digest, "size": 1,
                "platform": { "os": "linux", "architecture": architecture },
            })
        };
        let index_of = |entries: &[Value]| json!({ "schemaVersion": 2, "mediaType": INDEX, "manifests": entries });
        let [amd64, arm64] = &platforms;
        let (amd64, arm64) = (entry(amd64, "amd64"), entry(arm64, "arm64"));
        let index = index_of(&[amd64.clone(), arm64.clone()]);
        let index = content.manifest(REPOSITORY, INDEX, &index);
        let inner = content.manifest(REPOSITORY, INDEX, &index_of(&[arm64]));
        let inner_entry = json!({ "mediaType": INDEX, "digest": inner, "size": 1 });
        let nested = content.manifest(REPOSITORY, INDEX, &index_of(&[amd64, inner_entry]));
        Self {
            content,
            platforms,
            index,
            nested,
            inner,
        }
    }

    fn served(&self, faults: Vec<Fault>) -> TestRegistry {
        TestRegistry::start(Setup {
            content: self.content.clone(),
            faults,
            ..Setup::default()
        })
    }
}

/// A check of the image with that digest.
fn program(registry: &TestRegistry, digest: &str, arguments: &[&str]) -> Program {
    let image = format!("{}/{REPOSITORY}@{digest}", registry.name());
    let program = Program::over(&[image], "", &json!({})).with(arguments);
    let policy = json!({
        "version": 1,
        "rules": { "check-vulnerability-scan": { "accept": [
            { "report": { "files": ["scans/*.json"] } },
        ] } },
    });
    fs::write(program.folder().join("imagegate.yaml"), policy.to_string()).unwrap();
    fs::create_dir(program.folder().join("scans")).unwrap();
    program
}

/// Writes a report about the image with that digest.
fn report(folder: &Path, name: &str, digest: &str, day: u32, severity: &str) {
    let repository = format!("registry.example.com/{REPOSITORY}@{digest}");
    let report = json!({
        "SchemaVersion": 2, "CreatedAt": format!("2026-01-{day:02}T00:00:00Z"),
        "ArtifactName": repository, "ArtifactType": "container_image",
        "Metadata": { "RepoDigests": [repository] },
        "Results": [{ "Class": "os-pkgs", "Vulnerabilities": [{
            "VulnerabilityID": "CVE-2026-1", "PkgName": "openssl", "InstalledVersion": "1",
            "Severity": severity,
        }] }],
    });
    fs::write(folder.join("scans").join(name), report.to_string()).unwrap();
}

/// A clean report of the index, and a newer one of a platform that fails.
fn with_failing_platform(program: &Program, images: &Images, index: &str) {
    report(program.folder(), "index.json", index, 1, "LOW");
    report(
        program.folder(),
        "arm64.json",
        &images.platforms[1],
        2,
        "CRITICAL",
    );
}

fn message(ended: &Ended) -> String {
    ended.report()["findings"][0]["message"].to_string()
}

#[test]
fn a_registry_that_gives_no_answer_turns_no_violation_into_a_pass() {
    let images = Images::new();
    let up = images.served(Vec::new());
    let program_up = program(&up, &images.index, &["--no-cache"]);
    with_failing_platform(&program_up, &images, &images.index);
    assert_eq!(program_up.run().code, Some(1));
    for status in [500, 429, 403] {
        let registry = images.served(vec![Fault::always("/v2/", Action::status(status))]);
        let arguments = ["--no-cache", "--timeout", "3s"];
        let program = program(&registry, &images.index, &arguments);
        with_failing_platform(&program, &images, &images.index);
        let ended = program.run();
        assert_eq!(ended.code, Some(3), "{status}: {}", ended.stdout);
        let message = message(&ended);
        assert!(
            message.contains("the report `scans/arm64.json` does not pass"),
            "{message}"
        );
    }
    let offline = program(&up, &images.index, &["--no-cache", "--offline"]);
    with_failing_platform(&offline, &images, &images.index);
    assert_eq!(offline.run().code, Some(3));
}

#[test]
fn the_cache_knows_the_platforms_offline() {
    let images = Images::new();
    let registry = images.served(Vec::new());
    for index in [&images.index, &images.nested] {
        let program = program(&registry, index, &[]);
        with_failing_platform(&program, &images, index);
        assert_eq!(program.run().code, Some(1));
        assert_eq!(program.with(&["--offline"]).run().code, Some(1));
    }
}

#[test]
fn the_images_of_an_index_inside_an_index_count_like_others() {
    let images = Images::new();
    let registry = images.served(Vec::new());
    let failing = program(&registry, &images.nested, &["--no-cache"]);
    with_failing_platform(&failing, &images, &images.nested);
    assert_eq!(failing.run().code, Some(1));
    let both = program(&registry, &images.nested, &["--no-cache"]);
    for (name, digest) in ["amd64.json", "arm64.json"].iter().zip(&images.platforms) {
        report(both.folder(), name, digest, 1, "LOW");
    }
    assert_eq!(both.run().code, Some(0));
    let one = program(&registry, &images.nested, &["--no-cache"]);
    report(one.folder(), "amd64.json", &images.platforms[0], 1, "LOW");
    let ended = one.run();
    assert_eq!(ended.code, Some(1));
    let message = message(&ended);
    assert!(message.contains("none of linux/arm64"), "{message}");
}

#[test]
fn an_inner_index_that_gives_no_answer_leaves_open_what_it_would_decide() {
    let images = Images::new();
    let fault = Fault::always(&images.inner, Action::status(403));
    let registry = images.served(vec![fault]);
    let failing = program(&registry, &images.nested, &[]);
    with_failing_platform(&failing, &images, &images.nested);
    // The second time the cache is asked: it must not have kept a part.
    for _ in 0..2 {
        let ended = failing.run();
        assert_eq!(ended.code, Some(3), "{}", ended.stdout);
    }
    let clean = program(&registry, &images.nested, &["--no-cache"]);
    report(clean.folder(), "index.json", &images.nested, 1, "LOW");
    assert_eq!(clean.run().code, Some(0));
}

#[test]
fn indexes_are_followed_to_a_limit_beyond_which_the_answer_is_open() {
    let mut images = Images::new();
    let mut outer = images.inner.clone();
    for _ in 0..5 {
        let entry = json!({ "mediaType": INDEX, "digest": outer, "size": 1 });
        let index = json!({ "schemaVersion": 2, "mediaType": INDEX, "manifests": [entry] });
        outer = images.content.manifest(REPOSITORY, INDEX, &index);
    }
    let registry = images.served(Vec::new());
    let program = program(&registry, &outer, &["--no-cache"]);
    with_failing_platform(&program, &images, &outer);
    let ended = program.run();
    assert_eq!(ended.code, Some(3), "{}", ended.stdout);
    let message = message(&ended);
    assert!(message.contains("in one another"), "{message}");
}
