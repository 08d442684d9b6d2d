//! Lists of objects: kubectl applies the items.

use crate::read::{facts, fields};

#[test]
fn the_items_of_lists_in_lists_are_objects_of_their_own() {
    let found = facts(
        "apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: List
  items:
  - apiVersion: v1
    kind: Pod
    metadata: {name: inner}
    spec: {containers: [{image: a:1}]}
- apiVersion: v1
  kind: Pod
  metadata: {name: outer}
  spec: {containers: [{image: b:1}]}
",
    );
    let objects: Vec<_> = found
        .uses
        .iter()
        .map(|used| (used.object.name.as_deref(), used.object_index))
        .collect();
    assert_eq!(objects, [(Some("inner"), 0), (Some("outer"), 1)]);
    assert_eq!(
        fields(&found),
        [
            "spec.containers[0].image = a:1",
            "spec.containers[0].image = b:1"
        ]
    );
}

#[test]
fn an_item_that_does_not_say_its_kind_has_the_kind_of_its_list() {
    let found = facts(
        "apiVersion: apps/v1
kind: DeploymentList
items:
- spec: {template: {spec: {containers: [{image: a:1}]}}}
",
    );
    let object = &found.uses[0].object;
    assert_eq!(
        (object.api_version.as_ref(), object.kind.as_ref()),
        ("apps/v1", "Deployment")
    );
}

#[test]
fn a_kind_that_ends_in_list_without_items_is_an_object() {
    let found = facts(
        "apiVersion: example.com/v1
kind: AllowList
spec: {containers: [{image: a:1}]}
",
    );
    assert_eq!(fields(&found), ["spec.containers[0].image = a:1"]);
}

#[test]
fn an_object_that_also_has_items_hides_neither() {
    let found = facts(
        "apiVersion: example.com/v1
kind: Widget
items: [{apiVersion: v1, kind: Pod, spec: {containers: [{image: a:1}]}}]
spec: {containers: [{image: b:1}]}
",
    );
    let texts: Vec<_> = found.uses.iter().map(|used| used.text.as_ref()).collect();
    assert!(
        texts.contains(&"a:1") && texts.contains(&"b:1"),
        "{texts:?}"
    );
}

#[test]
fn a_list_without_api_version_is_a_list() {
    let found = facts(
        "kind: Any\nitems:\n- {apiVersion: v1, kind: Pod, spec: {containers: [{image: a:1}]}}\n",
    );
    assert!(fields(&found).contains(&"spec.containers[0].image = a:1".to_owned()));
}
