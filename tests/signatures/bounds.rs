//! What a run holds in memory does not depend on what registries send.

use serde_json::json;

use crate::program::Program;
use crate::registry::content::MANIFEST;
#[cfg(target_os = "linux")]
use crate::registry::fault::{Action, Fault};
use crate::registry::{ReferrersApi, Setup, TestRegistry};
use crate::signed::SignedImages;

/// An image with so many referrers, each with so many signatures that are none.
fn crowded(referrers: usize, signatures: usize) -> (SignedImages, TestRegistry) {
    let mut images = SignedImages::new(1);
    let payload = b"no payload";
    let layer = json!({
        "mediaType": "application/vnd.dev.cosign.simplesigning.v1+json",
        "digest": images.content.blob(payload),
        "size": payload.len(),
        "annotations": { "dev.cosignproject.cosign/signature": "AAAA" },
    });
    for number in 0..referrers {
        let manifest = json!({
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "subject": { "mediaType": MANIFEST, "digest": images.digests[0], "size": 1 },
            "layers": vec![&layer; signatures],
            "annotations": { "number": number.to_string() },
        });
        let repository = &images.repositories[0];
        images.content.manifest(repository, MANIFEST, &manifest);
    }
    let registry = TestRegistry::start(Setup {
        content: images.content.clone(),
        referrers: ReferrersApi::Whole,
        ..Setup::default()
    });
    (images, registry)
}

#[test]
fn more_signatures_than_are_read_are_not_taken_for_unsigned() {
    let (_, registry) = crowded(4, 600);
    let image = format!("{}/team/app-0:v1", registry.name());
    let other = SignedImages::new(1).key;
    let program = Program::over(std::slice::from_ref(&image), &other, &json!({}));
    let ended = program.run();
    assert_eq!(ended.code, Some(3));
    let (_, message) = ended.finding(&image).unwrap();
    let words = "more than 1000 signatures are stored, the others are not read";
    assert!(message.contains(words), "{message}");
}

#[test]
fn as_many_signatures_as_are_read_may_lie_beside_the_wanted_one() {
    let (images, registry) = crowded(3, 300);
    let image = format!("{}/team/app-0:v1", registry.name());
    let program = Program::over(&[image], &images.key, &json!({}));
    assert_eq!(program.run().code, Some(0));
}

/// Every image of a run gets an answer without end at the same time.
#[cfg(target_os = "linux")]
#[test]
fn bodies_without_end_are_not_held() {
    let images = SignedImages::new(40);
    for part in ["/manifests/v1", ".sig"] {
        let registry = TestRegistry::start(Setup {
            content: images.content.clone(),
            faults: vec![Fault::always(part, Action::Endless)],
            ..Setup::default()
        });
        let name = registry.name();
        let names = images.repositories.iter();
        let names: Vec<String> = names.map(|image| format!("{name}/{image}:v1")).collect();
        let program = Program::over(&names, &images.key, &json!({}));
        let (ended, most) = program.start().end_and_memory();
        assert_eq!(ended.code, Some(3));
        assert!(most < 150_000, "{part}: {most} KiB");
    }
}

/// The signature of every image of a run comes with annotations that nobody reads, and its payload never
/// comes.
#[cfg(target_os = "linux")]
#[test]
fn annotations_that_nobody_reads_are_not_held() {
    let mut images = SignedImages::new(16);
    let annotations: serde_json::Map<_, _> = (0..250_000)
        .map(|number| (format!("{number:x}"), json!("")))
        .collect();
    let manifest = json!({
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "layers": [{
            "mediaType": "application/vnd.dev.cosign.simplesigning.v1+json",
            "digest": images.payloads[0],
            "size": 200,
            "annotations": annotations,
        }],
    });
    let content = &mut images.content;
    let stored = content.manifest(&images.repositories[0], MANIFEST, &manifest);
    for (repository, digest) in images.repositories.iter().zip(&images.digests) {
        let tag = format!("{}.sig", digest.replace(':', "-"));
        content.tag(repository, &tag, &stored);
    }
    let registry = TestRegistry::start(Setup {
        content: images.content.clone(),
        faults: vec![Fault::always("/blobs/", Action::Stall)],
        ..Setup::default()
    });
    let name = registry.name();
    let names = images.repositories.iter();
    let names: Vec<String> = names.map(|image| format!("{name}/{image}:v1")).collect();
    let program = Program::over(&names, &images.key, &json!({})).with(&["--timeout", "5s"]);
    let (ended, most) = program.start().end_and_memory();
    assert_eq!(ended.code, Some(3));
    assert!(most < 150_000, "{most} KiB");
}
