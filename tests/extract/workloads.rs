//! Built-in workloads: exactly the fields that a kubelet pulls.

use imagegate::model::image_use::Role;

use crate::read::{facts, fields};

/// A document with a pod spec below `path`.
fn workload(api_version: &str, kind: &str, path: &[&str]) -> String {
    let mut text = format!("apiVersion: {api_version}\nkind: {kind}\n");
    for (depth, key) in path.iter().enumerate() {
        text.push_str(&format!("{}{key}:\n", "  ".repeat(depth)));
    }
    let indent = "  ".repeat(path.len());
    text.push_str(&format!("{indent}containers:\n{indent}- image: nginx:1\n"));
    text
}

#[test]
fn every_kind_has_its_pod_spec_in_every_version_it_had() {
    let template = ["spec", "template", "spec"];
    let kinds: [(&str, &[&str], &[&str]); 9] = [
        ("Pod", &["v1"], &["spec"]),
        ("PodTemplate", &["v1"], &["template", "spec"]),
        ("ReplicationController", &["v1"], &template),
        (
            "ReplicaSet",
            &["apps/v1", "apps/v1beta2", "extensions/v1beta1"],
            &template,
        ),
        (
            "Deployment",
            &[
                "apps/v1",
                "apps/v1beta2",
                "apps/v1beta1",
                "extensions/v1beta1",
            ],
            &template,
        ),
        (
            "StatefulSet",
            &["apps/v1", "apps/v1beta2", "apps/v1beta1"],
            &template,
        ),
        (
            "DaemonSet",
            &["apps/v1", "apps/v1beta2", "extensions/v1beta1"],
            &template,
        ),
        ("Job", &["batch/v1", "extensions/v1beta1"], &template),
        (
            "CronJob",
            &["batch/v1", "batch/v1beta1", "batch/v2alpha1"],
            &["spec", "jobTemplate", "spec", "template", "spec"],
        ),
    ];
    for (kind, versions, path) in kinds {
        for version in versions {
            let found = facts(&workload(version, kind, path));
            let field = format!("{}.containers[0].image = nginx:1", path.join("."));
            assert_eq!(fields(&found), [field], "{version} {kind}");
            // Only a kind of the table has pod annotations that are known.
            let known = found.uses[0].object.pod_annotations.is_some();
            assert!(known, "{version} {kind}");
        }
    }
}

#[test]
fn a_pod_spec_has_four_places_for_images() {
    let found = facts(
        "apiVersion: v1
kind: Pod
spec:
  initContainers: [{name: init, image: a:1}]
  containers: [{name: app, image: b:1}]
  ephemeralContainers: [{name: debug, image: c:1}]
  volumes: [{name: model, image: {reference: d:1}}, {name: none, emptyDir: {}}]
",
    );
    let roles: Vec<(Role, &str)> = found
        .uses
        .iter()
        .map(|used| (used.role, used.container.as_deref().unwrap_or_default()))
        .collect();
    assert_eq!(
        fields(&found),
        [
            "spec.initContainers[0].image = a:1",
            "spec.containers[0].image = b:1",
            "spec.ephemeralContainers[0].image = c:1",
            "spec.volumes[0].image.reference = d:1",
        ]
    );
    assert_eq!(
        roles,
        [
            (Role::InitContainer, "init"),
            (Role::Container, "app"),
            (Role::EphemeralContainer, "debug"),
            (Role::ImageVolume, "model"),
        ]
    );
}

#[test]
fn nothing_else_of_a_workload_is_an_image() {
    let found = facts(
        "apiVersion: apps/v1
kind: Deployment
metadata: {annotations: {image: a:1}, labels: {image: b}}
spec:
  template:
    spec:
      containers:
      - {name: app, image: c:1, env: [{name: image, value: d:1}], args: [image]}
      volumes: [{name: disk, rbd: {image: e}}]
    steps: [{image: f:1}]
status: {containers: [{image: g:1}]}
",
    );
    assert_eq!(
        fields(&found),
        ["spec.template.spec.containers[0].image = c:1"]
    );
}

#[test]
fn an_object_is_named_by_its_own_text() {
    let found = facts(
        "apiVersion: v1
kind: Pod
metadata: {generateName: load-, namespace: shop}
spec: {containers: [{image: a:1}]}
---
apiVersion: v1
kind: Pod
metadata: {name: cart, namespace: ''}
spec: {containers: [{image: a:1}]}
",
    );
    let names: Vec<_> = found
        .uses
        .iter()
        .map(|used| {
            (
                used.object.namespace.as_deref(),
                used.object.name.as_deref(),
            )
        })
        .collect();
    assert_eq!(
        names,
        [(Some("shop"), Some("load-*")), (None, Some("cart"))]
    );
}

#[test]
fn pod_annotations_are_those_of_the_template() {
    let found = facts(
        "apiVersion: batch/v1
kind: CronJob
metadata: {annotations: {scan: outer}}
spec:
  jobTemplate:
    metadata: {annotations: {scan: job}}
    spec:
      template:
        metadata: {annotations: {scan: passed, count: 3}}
        spec: {containers: [{image: a:1}]}
",
    );
    let annotations = found.uses[0].object.pod_annotations.clone();
    let annotations: Vec<_> = annotations
        .unwrap_or_default()
        .into_iter()
        .map(|annotation| (annotation.key, annotation.value))
        .collect();
    let expected = [
        ("scan".into(), Some("passed".into())),
        ("count".into(), None),
    ];
    assert_eq!(annotations, expected);
}

#[test]
fn a_document_without_version_or_kind_is_no_object() {
    let found = facts("kind: Deployment\nspec: {containers: [{image: a:1}]}\n");
    assert_eq!((found.uses.len(), found.manifests), (0, 0));
    let found = facts("apiVersion: v1\nspec: {containers: [{image: a:1}]}\n");
    assert_eq!((found.uses.len(), found.manifests), (0, 0));
}

#[test]
fn documents_and_manifests_are_counted_also_where_nothing_is_parsed() {
    let found = facts(
        "# nothing here
---
apiVersion: v1
kind: ConfigMap
---
just: text
---
apiVersion: v1
kind: Pod
spec: {containers: [{image: a:1}]}
",
    );
    assert_eq!((found.documents, found.manifests), (3, 2));
}

#[test]
fn a_pod_without_api_version_is_one_for_kubectl_without_validation() {
    let found = facts("kind: Pod\nspec: {containers: [{image: a:1}]}\n");
    assert_eq!(fields(&found), ["spec.containers[0].image = a:1"]);
}

#[test]
fn of_many_api_versions_the_last_is_taken() {
    let policies = "apiVersion: kyverno.io/v1\n".repeat(20);
    let found = facts(&format!(
        "{policies}apiVersion: v1\nkind: Pod\nspec: {{containers: [{{image: a:1}}]}}\n"
    ));
    assert_eq!(fields(&found), ["spec.containers[0].image = a:1"]);
}
