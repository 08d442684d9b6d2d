//! `images`: what it hits, and what it makes of that.

use super::repository::{deployed, pod, repository, unread};
use imagegate::compose::kustomize::Why;

/// What an `images` list makes of the image of one pod.
fn replaced(entries: &str, image: &str) -> String {
    let pod = pod("web", image);
    let text = format!(
        "=== kustomization.yaml\nresources: [pod.yaml]\nimages:\n{entries}\n=== pod.yaml\n{pod}"
    );
    let lines = deployed(&text);
    lines[0].strip_prefix("Pod/web: ").unwrap().to_owned()
}

#[test]
fn a_name_is_compared_without_defaults() {
    for (image, expected) in [
        ("redis", "redis:7"),
        ("redis:6", "redis:7"),
        ("redis:", "redis:7"),
        ("docker.io/redis:6", "docker.io/redis:6"),
        ("library/redis:6", "library/redis:6"),
        ("redis-ha:6", "redis-ha:6"),
        ("redis:6+1", "redis:6+1"),
        ("Redis:6", "Redis:6"),
    ] {
        let entries = "- {name: redis, newTag: '7'}";
        assert_eq!(replaced(entries, image), expected, "{image}");
    }
}

#[test]
fn a_name_is_an_expression() {
    let entries = "- {name: '.*/(api|web)', newName: mirror.example.com/app}";
    assert_eq!(
        replaced(entries, "quay.io/acme/api:1"),
        "mirror.example.com/app:1"
    );
    assert_eq!(replaced(entries, "quay.io/acme/db:1"), "quay.io/acme/db:1");
}

#[test]
fn a_new_tag_takes_the_digest_away() {
    let pinned = "app:1@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    assert_eq!(replaced("- {name: app, newTag: '2'}", pinned), "app:2");
}

#[test]
fn a_new_name_keeps_tag_and_digest() {
    let pinned = "app:1@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    let expected = pinned.replace("app", "mirror.example.com/app");
    assert_eq!(
        replaced("- {name: app, newName: mirror.example.com/app}", pinned),
        expected
    );
}

#[test]
fn a_tag_and_a_digest_stand_both() {
    let entries = "- {name: app, newTag: '2', digest: 'sha256:dd'}";
    assert_eq!(replaced(entries, "app:1"), "app:2@sha256:dd");
}

#[test]
fn a_suffix_is_put_on_pods_twice() {
    assert_eq!(
        replaced("- {name: app, tagSuffix: -fips}", "app:1"),
        "app:1-fips-fips"
    );
}

#[test]
fn entries_work_on_what_the_ones_before_them_left() {
    let entries = "- {name: app, newName: web}\n- {name: web, newTag: '2'}";
    assert_eq!(replaced(entries, "app:1"), "web:2");
}

#[test]
fn keys_are_read_in_any_case() {
    assert_eq!(replaced("- {NAME: app, NewTag: '2'}", "app:1"), "app:2");
}

#[test]
fn containers_are_hit_in_any_kind_and_other_fields_are_not() {
    let text = "=== kustomization.yaml
resources: [runner.yaml]
images: [{name: app, newTag: '2'}]
=== runner.yaml
apiVersion: example.com/v1
kind: Runner
metadata: {name: one}
spec:
  image: app:1
  pools:
  - containers: [{name: a, image: app:1}]
    ephemeralContainers: [{name: b, image: app:1}]
  volumes: [{image: {reference: app:1}}]
";
    let expected = ["app:1", "app:2", "app:1", "app:2"];
    assert_eq!(
        deployed(text),
        expected.map(|image| format!("Runner/one: {image}"))
    );
}

#[test]
fn configurations_add_fields_for_overlays_too() {
    let text = "=== kustomization.yaml
resources: [base]
images: [{name: app, newTag: '2'}]
=== base/kustomization.yaml
resources: [runner.yaml]
configurations: [fields.yaml]
=== base/fields.yaml
images: [{path: spec/image, kind: Runner}]
=== base/runner.yaml
apiVersion: example.com/v1
kind: Runner
metadata: {name: one}
spec: {image: app:1}
";
    assert_eq!(deployed(text), ["Runner/one: app:2"]);
}

#[test]
fn an_overlay_names_what_its_base_left() {
    let text = format!(
        "=== kustomization.yaml
resources: [base]
images: [{{name: app, newTag: by-old-name}}, {{name: mirror.example.com/app, newTag: by-new-name}}]
=== base/kustomization.yaml
resources: [pod.yaml]
images: [{{name: app, newName: mirror.example.com/app}}]
=== base/pod.yaml
{}",
        pod("web", "app:1")
    );
    assert_eq!(
        deployed(&text),
        ["Pod/web: mirror.example.com/app:by-new-name"]
    );
}

#[test]
fn a_component_works_on_all_that_is_there() {
    let text = format!(
        "=== kustomization.yaml
resources: [pod.yaml]
components: [one, two]
=== one/kustomization.yaml
kind: Component
apiVersion: kustomize.config.k8s.io/v1alpha1
images: [{{name: app, newName: web}}]
=== two/kustomization.yaml
kind: Component
apiVersion: kustomize.config.k8s.io/v1alpha1
images: [{{name: web, newTag: '2'}}]
=== pod.yaml
{}",
        pod("web", "app:1")
    );
    assert_eq!(deployed(&text), ["Pod/web: web:2"]);
}

#[test]
fn what_kustomize_refuses_is_said() {
    for entries in [
        "- {name: y, newTag: '2'}",
        "- {name: app, newTag: 1.10}",
        "- {name: app, tag: '2'}",
        "- {name: '(', newTag: '2'}",
        "- {name: 'a**', newTag: '2'}",
        "- {name: '[[:alpha:]]', newTag: '2'}",
        "- {name: '(?i)app', newTag: '2'}",
    ] {
        let pod = pod("web", "app:1");
        let text = format!(
            "=== kustomization.yaml\nresources: [pod.yaml]\nimages:\n{entries}\n=== pod.yaml\n{pod}"
        );
        assert_eq!(unread(&text), [Why::Broken], "{entries}");
    }
}

#[test]
fn an_entry_that_hits_nothing_is_known() {
    let repository = repository(&format!(
        "=== kustomization.yaml
resources: [pod.yaml]
images: [{{name: app, newTag: '2'}}, {{name: other, newTag: '2'}}]
=== pod.yaml
{}",
        pod("web", "app:1")
    ));
    let unused = repository.unused("/r");
    let names: Vec<&str> = unused.iter().map(|unused| &*unused.name).collect();
    assert_eq!(names, ["other"]);
}
