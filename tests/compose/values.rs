//! Images that come from values of other objects, and from transformers.

use super::repository::{deployed, pod, unread};
use imagegate::compose::kustomize::Why;

fn of_web(fields: &str, more: &str) -> Vec<String> {
    let pod = pod("web", "app:1");
    deployed(&format!(
        "=== kustomization.yaml\nresources: [pod.yaml]\n{fields}\n=== pod.yaml\n{pod}{more}"
    ))
}

#[test]
fn a_replacement_takes_a_literal_of_a_generator() {
    let images = of_web(
        "configMapGenerator: [{name: values, literals: ['ref=mirror.example.com/app:2']}]
replacements:
- source: {kind: ConfigMap, name: values, fieldPath: data.ref}
  targets:
  - select: {kind: Pod}
    fieldPaths: ['spec.containers.[name=main].image']",
        "",
    );
    assert_eq!(images, ["Pod/web: mirror.example.com/app:2"]);
}

#[test]
fn a_replacement_changes_a_part() {
    let images = of_web(
        "replacements:
- source: {kind: Pod, name: web, fieldPath: metadata.name}
  targets:
  - select: {kind: Pod}
    fieldPaths: ['spec.containers.*.image']
    options: {delimiter: ':', index: 1}",
        "",
    );
    assert_eq!(images, ["Pod/web: app:web"]);
}

#[test]
fn a_replacement_copies_whole_templates() {
    let text = "=== kustomization.yaml
resources: [two.yaml]
replacements:
- path: copy.yaml
=== copy.yaml
- source: {kind: Deployment, name: one, fieldPath: spec.template}
  targets:
  - select: {kind: Deployment, name: two}
    fieldPaths: [spec.template]
=== two.yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: one}
spec: {template: {spec: {containers: [{image: 'one:1'}]}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: two}
spec: {template: {spec: {containers: [{image: 'two:1'}]}}}
";
    assert_eq!(
        deployed(text),
        ["Deployment/one: one:1", "Deployment/two: one:1"]
    );
}

#[test]
fn a_replacement_without_its_source_is_said() {
    let text = format!(
        "=== kustomization.yaml
resources: [pod.yaml]
replacements:
- source: {{kind: ConfigMap, name: none, fieldPath: data.ref}}
  targets: [{{select: {{kind: Pod}}, fieldPaths: [spec.containers.0.image]}}]
=== pod.yaml
{}",
        pod("web", "app:1")
    );
    assert_eq!(unread(&text), [Why::NotRead]);
}

#[test]
fn a_variable_is_put_where_a_configuration_says() {
    let images = of_web(
        "namespace: prod
vars: [{name: NAME, objref: {apiVersion: v1, kind: Pod, name: web}, fieldref: {fieldpath: metadata.namespace}}]
configurations: [fields.yaml]
images: [{name: app, newName: '$(NAME)'}]",
        "=== fields.yaml\nvarReference: [{path: spec/containers/image, kind: Pod}]\n",
    );
    assert_eq!(images, ["Pod/web: prod:1"]);
}

#[test]
fn a_transformer_replaces_images_after_all_else() {
    let images = of_web(
        "images: [{name: app, newTag: '2'}]
transformers:
- |-
  apiVersion: builtin
  kind: ImageTagTransformer
  metadata: {name: any}
  imageTag: {name: app, newTag: '3'}",
        "",
    );
    assert_eq!(images, ["Pod/web: app:3"]);
}

#[test]
fn a_transformer_that_is_a_program_is_said() {
    let text = format!(
        "=== kustomization.yaml
resources: [pod.yaml]
transformers: [function.yaml]
=== function.yaml
apiVersion: example.com/v1
kind: SetImage
metadata: {{name: any}}
=== pod.yaml
{}",
        pod("web", "app:1")
    );
    assert_eq!(unread(&text), [Why::Plugin]);
}

#[test]
fn a_common_annotation_is_on_the_object() {
    let text = format!(
        "=== kustomization.yaml
resources: [base]
patches:
- target: {{annotationSelector: 'patch=me'}}
  patch: '[{{op: replace, path: /spec/containers/0/image, value: \"app:2\"}}]'
=== base/kustomization.yaml
resources: [pod.yaml]
commonAnnotations: {{patch: me}}
=== base/pod.yaml
{}",
        pod("web", "app:1")
    );
    assert_eq!(deployed(&text), ["Pod/web: app:2"]);
}
