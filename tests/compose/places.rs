//! Of each image, which scalars it is made of and what it replaced.

use super::repository::{Repository, repository, scalars};

/// The images of the first object, each with the places of its parts, and of what it replaced.
fn places(repository: &Repository) -> Vec<String> {
    let built = repository.build("/r");
    let found = scalars(&built.resources[0].node);
    let lines = found.iter().map(|scalar| {
        let parts = scalar
            .pieces()
            .into_iter()
            .map(|piece| format!("{} {}", piece.role.as_str(), repository.shown(piece.place)));
        let replaced = scalar.replaced().iter();
        let replaced = replaced.map(|piece| format!("not {}", repository.shown(piece.place)));
        let all: Vec<String> = parts.chain(replaced).collect();
        format!("{} = {}", scalar.text, all.join(", "))
    });
    lines.collect()
}

const POD: &str = "apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: main
    image: app:1
";

#[test]
fn name_and_tag_are_where_they_are_written() {
    let text = format!(
        "=== kustomization.yaml
resources: [pod.yaml]
images:
- name: app
  newTag: \"2\"
  newName: web
=== pod.yaml
{POD}"
    );
    let expected = "web:2 = repository kustomization.yaml:5:12, tag kustomization.yaml:4:11, not pod.yaml:8:12";
    assert_eq!(places(&repository(&text)), [expected]);
}

#[test]
fn what_an_entry_leaves_is_of_the_base() {
    let of = |entry: &str| {
        let text = format!(
            "=== kustomization.yaml
resources: [pod.yaml]
images:
- {entry}
=== pod.yaml
{POD}"
        );
        places(&repository(&text)).remove(0)
    };
    assert_eq!(
        of("{name: app, newTag: '2'}"),
        "app:2 = image pod.yaml:8:12, tag kustomization.yaml:3:23, not pod.yaml:8:12"
    );
    assert_eq!(
        of("{name: app, newName: web}"),
        "web:1 = repository kustomization.yaml:3:24, image pod.yaml:8:12, not pod.yaml:8:12"
    );
}

#[test]
fn parts_come_from_several_kustomizations() {
    let text = format!(
        "=== kustomization.yaml
resources: [base]
images: [{{name: web, newTag: '2'}}]
=== base/kustomization.yaml
resources: [pod.yaml]
images: [{{name: app, newName: web}}]
=== base/pod.yaml
{POD}"
    );
    let expected = "web:2 = repository base/kustomization.yaml:2:31, tag kustomization.yaml:2:30, \
                    not base/pod.yaml:8:12";
    assert_eq!(places(&repository(&text)), [expected]);
}

#[test]
fn a_patch_in_a_block_scalar_is_placed_at_its_own_line() {
    let text = format!(
        "=== kustomization.yaml
resources: [pod.yaml]
patches:
- patch: |-
    apiVersion: v1
    kind: Pod
    metadata:
      name: web
    spec:
      containers:
      - name: main
        image: app:2
=== pod.yaml
{POD}"
    );
    let expected = "app:2 = image kustomization.yaml:11:16, not pod.yaml:8:12";
    assert_eq!(places(&repository(&text)), [expected]);
}

#[test]
fn a_patch_in_quotes_is_placed_in_its_line() {
    let text = format!(
        "=== kustomization.yaml
resources: [pod.yaml]
patches:
- target: {{kind: Pod}}
  patch: '[{{op: replace, path: /spec/containers/0/image, value: \"app:2\"}}]'
=== pod.yaml
{POD}"
    );
    let expected = "app:2 = image kustomization.yaml:4:65, not pod.yaml:8:12";
    assert_eq!(places(&repository(&text)), [expected]);
}

#[test]
fn an_image_that_nothing_touches_is_as_it_is_written() {
    let text = format!("=== kustomization.yaml\nresources: [pod.yaml]\n=== pod.yaml\n{POD}");
    assert_eq!(places(&repository(&text)), ["app:1 = image pod.yaml:8:12"]);
}
