//! Patches: which objects they are for, and what they make of them.

use super::repository::{deployed, unread};
use imagegate::compose::kustomize::Why;

const DEPLOYMENT: &str = "apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {tier: front}, annotations: {source: 'hidden:9'}}
spec: {template: {spec: {containers: [{name: main, image: 'app:1'}, {name: proxy, image: 'proxy:1'}]}}}
";

fn patched(fields: &str) -> Vec<String> {
    deployed(&format!(
        "=== kustomization.yaml\nresources: [web.yaml]\n{fields}\n=== web.yaml\n{DEPLOYMENT}"
    ))
    .iter()
    .filter_map(|line| line.strip_prefix("Deployment/web: ").map(str::to_owned))
    .collect()
}

#[test]
fn a_merge_patch_changes_the_item_of_that_name() {
    let images = patched(
        "patches:
- patch: |-
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec: {template: {spec: {containers: [{name: proxy, image: 'proxy:2'}]}}}",
    );
    assert_eq!(images, ["proxy:2", "app:1"]);
}

#[test]
fn a_merge_patch_takes_an_item_away() {
    let images = patched(
        "patchesStrategicMerge:
- |-
  apiVersion: apps/v1
  kind: Deployment
  metadata: {name: web}
  spec: {template: {spec: {containers: [{name: proxy, $patch: delete}]}}}",
    );
    assert_eq!(images, ["app:1"]);
}

#[test]
fn a_merge_patch_replaces_a_list_that_it_says_it_replaces() {
    let images = patched(
        "patches:
- target: {kind: Deployment}
  patch: |-
    spec: {template: {spec: {containers: [{$patch: replace}, {name: new, image: 'new:1'}]}}}",
    );
    assert_eq!(images, ["new:1"]);
}

#[test]
fn lists_of_other_kinds_are_replaced() {
    let text = "=== kustomization.yaml
resources: [runner.yaml]
patches:
- patch: |-
    apiVersion: example.com/v1
    kind: Runner
    metadata: {name: one}
    spec: {containers: [{name: b, image: 'new:2'}]}
=== runner.yaml
apiVersion: example.com/v1
kind: Runner
metadata: {name: one}
spec: {containers: [{name: a, image: 'a:1'}, {name: b, image: 'b:1'}]}
";
    assert_eq!(deployed(text), ["Runner/one: new:2"]);
}

#[test]
fn a_patch_for_nothing_is_said() {
    let text = format!(
        "=== kustomization.yaml
resources: [web.yaml]
patches:
- patch: |-
    apiVersion: apps/v1
    kind: Deployment
    metadata: {{name: other}}
=== web.yaml
{DEPLOYMENT}"
    );
    assert_eq!(unread(&text), [Why::Broken]);
}

#[test]
fn a_target_is_an_expression_for_the_whole_name() {
    let patch = |name: &str| {
        patched(&format!(
            "patches:
- target: {{kind: Deploy.*, name: {name}}}
  patch: '[{{op: replace, path: /spec/template/spec/containers/0/image, value: \"app:2\"}}]'"
        ))
    };
    assert_eq!(patch("w.b"), ["app:2", "proxy:1"]);
    assert_eq!(patch("we"), ["app:1", "proxy:1"]);
}

#[test]
fn a_target_is_found_by_its_labels() {
    let patch = |selector: &str| {
        patched(&format!(
            "patches:
- target: {{labelSelector: '{selector}'}}
  patch: '[{{op: replace, path: /spec/template/spec/containers/0/image, value: \"app:2\"}}]'"
        ))
    };
    for selector in [
        "tier=front",
        "tier in (front, back)",
        "tier,tier!=back",
        "!other",
    ] {
        assert_eq!(patch(selector), ["app:2", "proxy:1"], "{selector}");
    }
    for selector in [
        "tier=back",
        "tier notin (front)",
        "!tier",
        "tier=front,other",
    ] {
        assert_eq!(patch(selector), ["app:1", "proxy:1"], "{selector}");
    }
}

#[test]
fn a_json_patch_copies_an_image_from_an_annotation() {
    let images = patched(
        "patchesJson6902:
- target: {version: v1, group: apps, kind: Deployment, name: web}
  patch: '[{op: copy, from: /metadata/annotations/source, path: /spec/template/spec/containers/1/image}]'",
    );
    assert_eq!(images, ["app:1", "hidden:9"]);
}

#[test]
fn json_patches_add_and_remove() {
    let images = patched(
        "patches:
- target: {kind: Deployment}
  patch: |-
    - {op: test, path: /kind, value: Deployment}
    - {op: remove, path: /metadata/annotations/source}
    - {op: remove, path: /spec/template/spec/containers/0}
    - {op: add, path: /spec/template/spec/containers/-, value: {name: new, image: 'new:1'}}",
    );
    assert_eq!(images, ["proxy:1", "new:1"]);
}

#[test]
fn a_json_patch_that_fails_is_said() {
    let text = format!(
        "=== kustomization.yaml
resources: [web.yaml]
patches:
- target: {{kind: Deployment}}
  patch: '[{{op: replace, path: /spec/template/spec/containers/7/image, value: x}}]'
=== web.yaml
{DEPLOYMENT}"
    );
    assert_eq!(unread(&text), [Why::NotRead]);
}

#[test]
fn a_patch_finds_an_object_by_the_name_that_it_had() {
    let text = format!(
        "=== kustomization.yaml
resources: [base]
patches:
- patch: |-
    apiVersion: apps/v1
    kind: Deployment
    metadata: {{name: web}}
    spec: {{template: {{spec: {{containers: [{{name: main, image: 'app:2'}}]}}}}}}
=== base/kustomization.yaml
namePrefix: one-
namespace: prod
resources: [web.yaml]
=== base/web.yaml
{}",
        DEPLOYMENT
    );
    let expected = ["Deployment/one-web: app:2", "Deployment/one-web: proxy:1"];
    assert_eq!(deployed(&text), expected);
}

#[test]
fn images_come_after_patches() {
    let images = patched(
        "images: [{name: patched, newTag: '3'}]
patches:
- target: {kind: Deployment}
  patch: '[{op: replace, path: /spec/template/spec/containers/0/image, value: \"patched:2\"}]'",
    );
    assert_eq!(images, ["patched:3", "proxy:1"]);
}
