//! Scans of what the images of an index are, through the whole program.

use imagegate::model::digest::Digest;
use serde_json::{Value, json};

use crate::sandbox::{Sandbox, pod};

const IMAGE: &str = "registry.example.com/shop/cart:1";

const POLICY: &str = "\
version: 1
registries:
  registry.example.com: {layout: evidence}
rules:
  check-vulnerability-scan:
    accept:
      - report: {files: [\"scans/*.json\"]}
";

/// A digest of one repeated hex digit.
fn digest(digit: char) -> String {
    format!("sha256:{}", String::from(digit).repeat(64))
}

/// A layout in which the image is an index of these images.
fn index_of(children: &Value) -> Sandbox {
    let index = json!({ "schemaVersion": 2, "manifests": children }).to_string();
    let digest = Digest::parse(&digest('0'))
        .unwrap()
        .of_same_algorithm(index.as_bytes());
    let list = json!({ "schemaVersion": 2, "manifests": [{
        "mediaType": "application/vnd.oci.image.index.v1+json",
        "digest": digest.as_str(),
        "size": index.len(),
        "annotations": { "org.opencontainers.image.ref.name": IMAGE },
    }] });
    Sandbox::new()
        .file("imagegate.yaml", POLICY)
        .file("shop/pod.yaml", pod(IMAGE))
        .file("evidence/oci-layout", r#"{"imageLayoutVersion":"1.0.0"}"#)
        .file("evidence/index.json", list.to_string())
        .file(&format!("evidence/blobs/sha256/{}", digest.hex()), index)
}

fn child(digit: char, platform: Option<Value>) -> Value {
    json!({ "digest": digest(digit), "size": 1, "platform": platform })
}

/// A report that found nothing.
fn clean(digit: char) -> String {
    let report = json!({
        "SchemaVersion": 2,
        "CreatedAt": "2026-01-01T00:00:00Z",
        "ArtifactType": "container_image",
        "Metadata": { "RepoDigests": [format!("registry.example.com/shop/cart@{}", digest(digit))] },
        "Results": [{ "Class": "os-pkgs" }],
    });
    report.to_string()
}

#[test]
fn an_image_whose_platform_the_index_does_not_name_needs_a_scan_too() {
    let linux = json!({ "os": "linux", "architecture": "s390x" });
    for platform in [None, Some(json!({})), Some(json!({ "os": "linux" }))] {
        let children = json!([child('a', Some(linux.clone())), child('b', platform)]);
        let sandbox = index_of(&children).file("scans/a.json", clean('a'));
        let run = sandbox.run(&["check", "shop"]);
        assert_eq!(run.code, 1, "{}{}", run.stdout, run.stderr);
        let said = run.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            said.contains("a scan of linux/s390x but none of an unnamed platform"),
            "{said}"
        );
        let sandbox = sandbox.file("scans/b.json", clean('b'));
        let run = sandbox.run(&["check", "shop"]);
        assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    }
}

#[test]
fn the_attestations_that_a_builder_lists_in_an_index_need_no_scan() {
    let linux = json!({ "os": "linux", "architecture": "amd64" });
    let nowhere = json!({ "os": "unknown", "architecture": "unknown" });
    let children = json!([child('a', Some(linux)), child('b', Some(nowhere))]);
    let run = index_of(&children)
        .file("scans/a.json", clean('a'))
        .run(&["check", "shop"]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
}

#[test]
fn a_report_of_one_platform_does_not_stand_in_for_the_scanner() {
    let platform = |name: &str| Some(json!({ "os": "linux", "architecture": name }));
    let children = json!([child('a', platform("amd64")), child('b', platform("arm64"))]);
    let run = index_of(&children)
        .file(
            "imagegate.yaml",
            format!("{POLICY}      - scanner: trivy\n"),
        )
        .file("scans/a.json", clean('a'))
        .run(&["check", "shop"]);
    assert_eq!(run.code, 3, "{}", run.stdout);
    // There is none on PATH: it was looked for.
    assert!(run.stdout.contains("is no program"), "{}", run.stdout);
}
