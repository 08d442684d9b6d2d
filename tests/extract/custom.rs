//! Custom resources: containers by shape, the built-in table, the policy's own entries, and what is
//! never deployed.

use imagegate::model::image_use::Role;
use imagegate::model::reference::ReferenceError;
use imagegate::model::summary::NotLookedAt;
use imagegate::policy::settings::FieldStep;

use crate::read::{facts, facts_with, fields, not_looked_at};

#[test]
fn containers_are_known_by_their_shape_at_any_depth() {
    let found = facts(
        "apiVersion: argoproj.io/v1alpha1
kind: Workflow
spec:
  templates:
  - container: {image: a:1}
  - script: {image: b:1, source: echo}
    sidecars: [{name: s, image: c:1}]
  - dag: {tasks: [{inline: {container: {image: d:1}}}]}
  - steps: [[{name: no-image, template: x}]]
  - script: not a mapping
",
    );
    assert_eq!(
        fields(&found),
        [
            "spec.templates[0].container.image = a:1",
            "spec.templates[1].script.image = b:1",
            "spec.templates[1].sidecars[0].image = c:1",
            "spec.templates[2].dag.tasks[0].inline.container.image = d:1",
        ]
    );
    assert_eq!(found.uses[0].role, Role::Container);
    assert_eq!(found.uses[1].role, Role::CustomResource);
}

#[test]
fn a_mapping_under_image_is_one_image_and_no_text() {
    let found = facts(
        "apiVersion: example.com/v1
kind: Widget
spec:
  containers: [{image: {repository: nginx, tag: '1'}}]
  volumes: [{image: {reference: v:1}}]
",
    );
    assert_eq!(
        fields(&found),
        [
            "spec.containers[0].image.repository = nginx:1",
            "spec.volumes[0].image.reference = v:1"
        ]
    );
    let origin = found.uses[0].origin.as_ref().unwrap();
    let parts = origin.parts.iter();
    let parts: Vec<_> = parts
        .map(|part| (part.role.as_str(), &*part.written.text))
        .collect();
    assert_eq!(parts, [("repository", "nginx"), ("tag", "1")]);
}

#[test]
fn what_runs_is_not_what_is_asked_for() {
    let found = facts(
        "apiVersion: example.com/v1
kind: Widget
spec: {containers: [{image: a:1}]}
status: {containers: [{image: b:1}]}
",
    );
    assert_eq!(fields(&found), ["spec.containers[0].image = a:1"]);
    assert_eq!(not_looked_at(&found, &NotLookedAt::NotDeployed), 1);
}

#[test]
fn bare_fields_are_known_for_the_kinds_of_the_table() {
    let kinds = [
        (
            "ceph.rook.io/v1",
            "CephCluster",
            "spec: {cephVersion: {image: x:1}}",
        ),
        (
            "monitoring.coreos.com/v1",
            "Prometheus",
            "spec: {thanos: {image: x:1}}",
        ),
        (
            "kafka.strimzi.io/v1",
            "Kafka",
            "spec: {kafka: {image: x:1}}",
        ),
        (
            "rabbitmq.com/v1beta1",
            "RabbitmqCluster",
            "spec: {image: x:1}",
        ),
        ("postgresql.cnpg.io/v1", "Cluster", "spec: {imageName: x:1}"),
        ("acid.zalan.do/v1", "postgresql", "spec: {dockerImage: x:1}"),
        ("tekton.dev/v1beta1", "StepAction", "spec: {image: x:1}"),
        (
            "elasticsearch.k8s.elastic.co/v1",
            "Elasticsearch",
            "spec: {image: x:1}",
        ),
        (
            "kubevirt.io/v1",
            "VirtualMachine",
            "spec: {template: {spec: {volumes: [{containerDisk: {image: x:1}}]}}}",
        ),
        (
            "operators.coreos.com/v1alpha1",
            "ClusterServiceVersion",
            "spec: {relatedImages: [{name: operand, image: x:1}]}",
        ),
        (
            "zookeeper.stackable.tech/v1",
            "ZookeeperCluster",
            "spec: {image: {custom: x:1}}",
        ),
    ];
    for (api_version, kind, body) in kinds {
        let found = facts(&format!(
            "apiVersion: {api_version}\nkind: {kind}\n{body}\n"
        ));
        assert_eq!(found.uses.len(), 1, "{kind}: {:?}", fields(&found));
        assert_eq!(found.uses[0].role, Role::CustomResource, "{kind}");
    }
    let related = facts(
        "apiVersion: operators.coreos.com/v1alpha1
kind: ClusterServiceVersion
spec: {relatedImages: [{name: operand, image: x:1}]}
",
    );
    assert_eq!(related.uses[0].container.as_deref(), Some("operand"));
}

#[test]
fn a_kind_of_the_table_in_another_group_is_another_kind() {
    let found =
        facts("apiVersion: example.com/v1\nkind: Provider\nspec: {package: 'a/x:1'} # image\n");
    assert_eq!(found.uses.len(), 0);
}

fn key(name: &str) -> FieldStep {
    FieldStep::Key(name.to_owned())
}

#[test]
fn a_path_of_the_policy_is_followed_in_its_kind_only() {
    let path = [key("spec"), key("parts"), FieldStep::Each, key("oci")];
    let text = "apiVersion: example.com/v2
kind: Widget
spec:
  parts:
  - {name: first, oci: a:1}
  - {oci: b:1}
---
apiVersion: example.com/v2
kind: Gadget
spec: {parts: [{oci: c:1}]}
";
    let found = facts_with("example.com/*/Widget", &path, text);
    assert_eq!(
        fields(&found),
        ["spec.parts[0].oci = a:1", "spec.parts[1].oci = b:1"]
    );
    assert_eq!(found.uses[0].container.as_deref(), Some("first"));
    let found = facts_with("*/*/*", &path, text);
    assert_eq!(found.uses.len(), 3);
}

#[test]
fn a_path_can_take_every_value_of_a_mapping_and_one_item_of_a_list() {
    let each = [key("spec"), key("by.name"), FieldStep::Each];
    let text = "apiVersion: example.com/v1\nkind: Widget\nspec: {by.name: {one: a:1, two: b:1}}\n";
    let found = facts_with("example.com/v1/Widget", &each, text);
    assert_eq!(
        fields(&found),
        ["spec[\"by.name\"].one = a:1", "spec[\"by.name\"].two = b:1"]
    );
    let second = [key("list"), FieldStep::Index(1)];
    let text = "apiVersion: example.com/v1\nkind: Widget\nlist: [a:1, b:1, c:1]\n";
    let found = facts_with("example.com/v1/Widget", &second, text);
    assert_eq!(fields(&found), ["list[1] = b:1"]);
}

#[test]
fn a_collection_at_a_path_of_the_policy_is_a_mistake_and_told() {
    let path = [key("spec"), key("oci")];
    let text = "apiVersion: example.com/v1\nkind: Widget\nspec: {oci: {name: a}}\n";
    let found = facts_with("example.com/v1/Widget", &path, text);
    assert_eq!(*found.uses[0].reference, Err(ReferenceError::NotText));
}

#[test]
fn a_field_that_is_found_twice_is_used_once() {
    let path = [
        key("spec"),
        key("containers"),
        FieldStep::Each,
        key("image"),
    ];
    let text = "apiVersion: v1\nkind: Pod\nspec: {containers: [{image: a:1}]}\n";
    let found = facts_with("*/*/*", &path, text);
    assert_eq!(fields(&found), ["spec.containers[0].image = a:1"]);
    assert_eq!(found.uses[0].role, Role::Container);
}

#[test]
fn schemas_and_patterns_are_counted_and_not_listed() {
    for api_version in [
        "apiextensions.k8s.io/v1",
        "kyverno.io/v1",
        "policies.kyverno.io/v1",
        "constraints.gatekeeper.sh/v1beta1",
        "policy.sigstore.dev/v1beta1",
        "admissionregistration.k8s.io/v1",
    ] {
        let text = format!(
            "apiVersion: {api_version}\nkind: Policy\nspec: {{containers: [{{image: '*:latest'}}]}}\n"
        );
        let found = facts(&text);
        assert_eq!(found.uses.len(), 0, "{api_version}");
        assert_eq!(
            not_looked_at(&found, &NotLookedAt::NotDeployed),
            1,
            "{api_version}"
        );
    }
    let deploys = facts(
        "apiVersion: policy.open-cluster-management.io/v1
kind: Policy
spec: {object: {spec: {containers: [{image: a:1}]}}}
",
    );
    assert_eq!(deploys.uses.len(), 1);
    let look_alike =
        facts("apiVersion: gatekeeper.sh/v1\nkind: X\nspec: {containers: [{image: a:1}]}\n");
    assert_eq!(look_alike.uses.len(), 1);
}

#[test]
fn a_policy_can_name_a_pattern_kind_but_a_wildcard_does_not_mean_it() {
    let path = [key("spec"), key("oci")];
    let text = "apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nspec: {oci: a:1}\n";
    assert_eq!(facts_with("*/*/*", &path, text).uses.len(), 0);
    assert_eq!(
        facts_with("kyverno.io/v1/ClusterPolicy", &path, text)
            .uses
            .len(),
        1
    );
}

#[test]
fn images_that_a_kustomization_replaces_are_counted() {
    let entries =
        "[{name: a, newName: b}, {name: c, newTag: latest}, {name: d, digest: e}, {name: f}]";
    for (text, wanted) in [
        (format!("images: {entries}\n"), 3),
        (
            format!(
                "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nimages: {entries}\n"
            ),
            3,
        ),
        (
            format!(
                "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nspec: {{images: {entries}}}\n"
            ),
            3,
        ),
        (
            format!("apiVersion: example.com/v1\nkind: Widget\nimages: {entries}\n"),
            0,
        ),
        ("images: [a, b]\n".to_owned(), 0),
    ] {
        let found = facts(&text);
        assert_eq!(
            not_looked_at(&found, &NotLookedAt::KustomizeImage),
            wanted,
            "{text}"
        );
    }
}
