//! An image that is put together, or deployed in place of another: each format says what stands behind it.

use std::sync::Arc;

use imagegate::model::finding::Finding;
use imagegate::model::origin::{Deployment, Destination, Origin, Part, PartRole, Written};
use imagegate::model::rule::Rule;
use imagegate::model::source::SourceText;
use imagegate::model::span::{Location, Span};
use imagegate::report::{CheckFormat, CheckReport};

use super::scene::{PLAIN, Scene, finding, print};

const OVERLAY: &str =
    "images:\n- name: controller\n  newName: ghcr.io/acme/controller\n  newTag: latest\n";
const BASE: &str = "image: controller:1\n";

fn place(text: &SourceText, needle: &str) -> Location {
    let at = text.text().find(needle).unwrap() as u32;
    text.location(Span::new(at, at + needle.len() as u32))
}

fn origin() -> Origin {
    let overlay = SourceText::new("prod/kustomization.yaml".into(), OVERLAY.into());
    let base = SourceText::new("base/pod\u{202e}.yaml".into(), BASE.into());
    let written = |source: &SourceText, text: &str| Written {
        text: text.into(),
        path: Arc::clone(source.path()),
        location: place(source, text),
    };
    let part = |role, text| Part {
        role,
        written: written(&overlay, text),
    };
    let by = |path: &str, namespace| Deployment {
        path: path.into(),
        namespace,
        position: None,
    };
    Origin {
        parts: vec![
            part(PartRole::Repository, "ghcr.io/acme/controller"),
            part(PartRole::Tag, "latest"),
        ],
        in_place_of: vec![written(&base, "controller:1")],
        deployed_by: vec![
            by("prod/kustomization.yaml", Destination::Named("prod".into())),
            by("test/kustomization.yaml", Destination::Unknown),
        ],
        switch: Some("metrics.enabled: false".into()),
    }
}

fn report() -> CheckReport {
    let mut scene = Scene::default();
    let source = scene.file("prod/kustomization.yaml", OVERLAY);
    let location = scene.place(source, "latest");
    scene.findings.push(Finding {
        image: Some("ghcr.io/acme/controller:latest".into()),
        origin: Some(Arc::new(origin())),
        ..finding(
            Rule::DisallowLatestTag,
            source,
            location,
            "the tag may move",
        )
    });
    scene.report()
}

#[test]
fn text_names_what_is_replaced_and_what_deploys() {
    let text = print(&report(), CheckFormat::Text, &PLAIN);
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in [
        "in place of `controller:1` of base/pod\\u{202e}.yaml:1:8",
        "deployed by prod/kustomization.yaml and test/kustomization.yaml",
        "below `metrics.enabled: false`",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[test]
fn json_has_every_part_with_its_place() {
    let json = print(&report(), CheckFormat::Json, &PLAIN);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let origin = &json["findings"][0]["origin"];
    assert_eq!(origin["parts"][1]["role"], "tag");
    assert_eq!(origin["parts"][1]["line"], 4);
    assert_eq!(origin["in_place_of"][0]["text"], "controller:1");
    assert_eq!(origin["deployed_by"][0]["namespace"], "prod");
    assert_eq!(origin["deployed_by"][1]["namespace_known"], false);
    assert_eq!(origin["switch"], "metrics.enabled: false");
}

#[test]
fn sarif_relates_the_other_places() {
    let sarif = print(&report(), CheckFormat::Sarif, &PLAIN);
    let sarif: serde_json::Value = serde_json::from_str(&sarif).unwrap();
    let related = sarif["runs"][0]["results"][0]["relatedLocations"].as_array();
    let texts: Vec<_> = related
        .unwrap()
        .iter()
        .map(|place| place["message"]["text"].clone())
        .collect();
    assert_eq!(
        texts,
        ["a part of the image", "deployed in place of this image"]
    );
}
