//! The list of images.

use std::sync::Arc;

use imagegate::model::image_use::{ImageUse, Role};
use imagegate::model::object::Object;
use imagegate::model::reference::ImageReference;
use imagegate::model::source::{SourceText, Sources};
use imagegate::model::span::{Location, Span};
use imagegate::model::summary::{NotLookedAt, Summary};
use imagegate::report::{ImagesFormat, ImagesReport, Listing, json, write_images};

use crate::expected::assert_matches_file;
use crate::scene::PLAIN;

const TEXT: &str = "\
spec:
  initContainers: [{name: wait, image: busybox}]
  containers: [{name: app, image: \"ghcr.io/acme/app@sha256:44e2f5ee1b3ce6b1d9a4f9b3c5a7d2d1f0e6b8a4c2d0e8f6a4b2c0d8e6f4a2b0\"}]
  volumes: [{name: \"m\u{202e}\", image: {reference: \"NOT an image\"}}]
";

fn image_use(location: Location, text: &str, role: Role, name: &str, field: &str) -> ImageUse {
    ImageUse {
        text: text.into(),
        reference: Arc::new(ImageReference::parse(text)),
        location,
        used_through: None,
        document: 0,
        object: Arc::new(Object {
            api_version: "v1".into(),
            kind: "Pod".into(),
            namespace: Some("shop".into()),
            name: Some("cart".into()),
            pod_annotations: None,
        }),
        object_index: 0,
        container: Some(name.into()),
        role,
        field: field.into(),
        origin: None,
    }
}

fn report() -> ImagesReport {
    let source = SourceText::new("pod.yaml".into(), TEXT.into());
    let digest =
        "ghcr.io/acme/app@sha256:44e2f5ee1b3ce6b1d9a4f9b3c5a7d2d1f0e6b8a4c2d0e8f6a4b2c0d8e6f4a2b0";
    let place = |needle: &str| {
        let at = TEXT.find(needle).unwrap() as u32;
        source.location(Span::new(at, at + needle.len() as u32))
    };
    let uses = [
        image_use(
            place("busybox"),
            "busybox",
            Role::InitContainer,
            "wait",
            "spec.initContainers[0].image",
        ),
        image_use(
            place(&format!("\"{digest}\"")),
            digest,
            Role::Container,
            "app",
            "spec.containers[0].image",
        ),
        image_use(
            place("\"NOT an image\""),
            "NOT an image",
            Role::ImageVolume,
            "m\u{202e}",
            "spec.volumes[0].image.reference",
        ),
    ];
    let mut sources = Sources::default();
    let id = sources.push(source.excerpt(&[]));
    ImagesReport {
        images: uses.into_iter().map(|used| (id, used)).collect(),
        sources,
        summary: Summary {
            files: 1,
            documents: 1,
            manifests: 1,
            images: 3,
            unique_images: 3,
            not_looked_at: vec![(NotLookedAt::Link, 2)],
            ..Summary::default()
        },
        caveats: Vec::new(),
        listing: Listing::None,
        with_ways: false,
    }
}

fn print(format: ImagesFormat) -> String {
    let mut out = Vec::new();
    write_images(&report(), format, &PLAIN, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn text_is_one_aligned_line_an_image() {
    assert_matches_file("testdata/reports/images.txt", &print(ImagesFormat::Text));
}

#[test]
fn json_is_as_expected() {
    assert_matches_file("testdata/reports/images.json", &print(ImagesFormat::Json));
}

#[test]
fn json_is_what_its_schema_says() {
    let report: serde_json::Value = serde_json::from_str(&print(ImagesFormat::Json)).unwrap();
    let schema = jsonschema::validator_for(&json::images_schema()).unwrap();
    let errors: Vec<String> = schema.iter_errors(&report).map(|e| e.to_string()).collect();
    assert_eq!(errors, Vec::<String>::new());
}

#[test]
fn a_list_without_images_is_only_its_counts() {
    let mut out = Vec::new();
    write_images(
        &ImagesReport::default(),
        ImagesFormat::Text,
        &PLAIN,
        &mut out,
    )
    .unwrap();
    assert_eq!(
        String::from_utf8(out).unwrap(),
        "0 images in 0 manifests, 0 files\n"
    );
}
