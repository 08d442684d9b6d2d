//! What a kustomization includes, and what of it cannot be read.

use super::repository::{deployed, pod, repository, unread};
use imagegate::compose::kustomize::Why;

#[test]
fn a_resource_needs_no_ending() {
    let text = format!(
        "=== Kustomization\nresources: [manifests/web.txt]\n=== manifests/web.txt\n{}",
        pod("web", "app:1")
    );
    assert_eq!(deployed(&text), ["Pod/web: app:1"]);
}

#[test]
fn old_names_are_read() {
    let text = format!(
        "=== kustomization.yaml\nbases: [base]\nimageTags: [{{name: app, newTag: '2'}}]\n\
         === base/kustomization.yml\nresources: [pod.yaml]\n=== base/pod.yaml\n{}",
        pod("web", "app:1")
    );
    assert_eq!(deployed(&text), ["Pod/web: app:2"]);
}

#[test]
fn items_of_lists_are_objects() {
    let text = "=== kustomization.yaml
resources: [list.yaml]
images: [{name: app, newTag: '2'}]
=== list.yaml
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: Pod, metadata: {name: one}, spec: {containers: [{image: 'app:1'}]}}
";
    assert_eq!(deployed(text), ["Pod/one: app:2"]);
}

#[test]
fn siblings_do_not_see_each_other() {
    let text = format!(
        "=== kustomization.yaml
resources: [one, two]
=== one/kustomization.yaml
resources: [../base]
namePrefix: one-
images: [{{name: app, newTag: '2'}}]
=== two/kustomization.yaml
resources: [../base]
namePrefix: two-
=== base/kustomization.yaml
resources: [pod.yaml]
=== base/pod.yaml
{}",
        pod("web", "app:1")
    );
    assert_eq!(
        deployed(&text),
        ["Pod/one-web: app:2", "Pod/two-web: app:1"]
    );
}

#[test]
fn objects_for_the_tool_are_not_deployed() {
    let text = "=== kustomization.yaml
resources: [pod.yaml]
=== pod.yaml
apiVersion: v1
kind: Pod
metadata: {name: web, annotations: {config.kubernetes.io/local-config: 'true'}}
spec: {containers: [{image: 'app:1'}]}
";
    assert!(deployed(text).is_empty());
}

#[test]
fn the_namespace_replaces_that_of_the_object() {
    let repository = repository(
        "=== kustomization.yaml
resources: [pod.yaml]
namespace: prod
=== pod.yaml
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: kube-system}
",
    );
    let built = repository.build("/r");
    let namespace = built.resources[0].node.text(&["metadata", "namespace"]);
    assert_eq!(namespace, Some("prod"));
}

#[test]
fn what_is_not_here_is_said_and_the_rest_is_read() {
    for (field, why) in [
        (
            "resources: [pod.yaml, 'https://example.com/x.yaml']",
            Why::Remote,
        ),
        (
            "resources: [pod.yaml, 'github.com/acme/app//deploy?ref=v1']",
            Why::Remote,
        ),
        ("resources: [pod.yaml, none.yaml]", Why::Missing),
        ("resources: [pod.yaml, ../../etc/x.yaml]", Why::Outside),
        (
            "resources: [pod.yaml]\nhelmCharts: [{name: nginx}]",
            Why::HelmChart,
        ),
        ("resources: [pod.yaml]\ngenerators: [pod.yaml]", Why::Plugin),
        (
            "resources: [pod.yaml]\nopenapi: {path: pod.yaml}",
            Why::NotRead,
        ),
        ("resources: [pod.yaml]\nimage: []", Why::Broken),
    ] {
        let pod = pod("web", "app:1");
        let text = format!("=== kustomization.yaml\n{field}\n=== pod.yaml\n{pod}");
        assert_eq!(unread(&text), [why], "{field}");
        let built = repository(&text).build("/r");
        assert_eq!(
            super::repository::images(&built),
            ["Pod/web: app:1"],
            "{field}"
        );
    }
}

#[test]
fn a_folder_with_two_kustomizations_is_said() {
    let text = format!(
        "=== kustomization.yaml\nresources: [pod.yaml]\n=== Kustomization\nresources: [pod.yaml]\n=== pod.yaml\n{}",
        pod("web", "app:1")
    );
    assert_eq!(unread(&text), [Why::Broken]);
}

#[test]
fn a_resource_that_is_a_template_is_said() {
    let text = "=== kustomization.yaml\nresources: [pod.yaml]\n=== pod.yaml\nkind: {{ .Kind }}\n";
    assert_eq!(unread(text), [Why::Broken]);
}
