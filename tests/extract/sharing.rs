//! Anchors, aliases, merge keys and duplicate keys: what kubectl deploys is what is judged.

use imagegate::model::rule::Rule;

use crate::read::{facts, positions, rules};

/// `line` at which the alias or merge stands, and the text, of every use.
fn shared(text: &str) -> Vec<(Option<u32>, String)> {
    let found = facts(text);
    let line = |used: &imagegate::model::image_use::ImageUse| {
        let through = used.used_through.map(|through| through.start.line);
        (through, used.text.to_string())
    };
    found.uses.iter().map(line).collect()
}

#[test]
fn an_alias_is_a_use_at_its_field_with_the_place_of_the_text() {
    let text = "apiVersion: v1
kind: Pod
spec:
  containers:
  - image: &image a:1
  - image: *image
";
    assert_eq!(positions(&facts(text)), ["5:19 a:1", "5:19 a:1"]);
    assert_eq!(
        shared(text),
        [(None, "a:1".to_owned()), (Some(6), "a:1".to_owned())]
    );
}

#[test]
fn a_use_names_the_alias_that_stands_in_its_own_object() {
    let text = "apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: Pod
  spec: &spec
    containers:
    - &container
      image: a:1
    - *container
- apiVersion: v1
  kind: Pod
  spec: *spec
";
    let lines: Vec<_> = shared(text).into_iter().map(|(line, _)| line).collect();
    assert_eq!(lines, [None, Some(10), Some(13), Some(13)]);
}

#[test]
fn a_merge_brings_the_image_unless_an_own_one_follows() {
    let text = "apiVersion: v1
kind: Pod
base: &base {image: base:1}
spec:
  containers:
  - <<: *base
    name: merged
  - <<: *base
    image: own:1
";
    assert_eq!(
        shared(text),
        [(Some(6), "base:1".to_owned()), (None, "own:1".to_owned())]
    );
}

#[test]
fn an_own_image_before_a_merge_is_judged_beside_the_merged_one_that_is_deployed() {
    let text = "apiVersion: v1
kind: Pod
base: &base {image: base:1}
spec:
  containers:
  - image: own:1
    <<: *base
";
    assert_eq!(
        shared(text),
        [(None, "own:1".to_owned()), (Some(7), "base:1".to_owned())]
    );
}

#[test]
fn shapes_are_found_through_merges_too() {
    let text = "apiVersion: example.com/v1
kind: Widget
base: &base
  containers: [{image: base:1}]
spec:
  <<: *base
";
    assert_eq!(
        shared(text),
        [(None, "base:1".to_owned()), (Some(6), "base:1".to_owned())]
    );
}

#[test]
fn in_a_shape_an_own_field_after_the_merge_hides_the_merged_one() {
    let text = "apiVersion: example.com/v1
kind: Widget
base: &base
  container: {image: base:1}
spec:
  <<: [*base, {container: {image: never:1}, sidecar: {image: second:1}}]
  container: {image: own:1}
";
    let texts: Vec<_> = shared(text).into_iter().map(|(_, text)| text).collect();
    assert_eq!(texts, ["base:1", "second:1", "own:1"]);
}

#[test]
fn every_duplicate_is_judged_and_told() {
    let found = facts(
        "apiVersion: v1
kind: Pod
spec: {containers: [{image: hidden:1}]}
spec:
  containers:
  - image: first:1
    image: second:1
",
    );
    let texts: Vec<_> = found.uses.iter().map(|used| used.text.as_ref()).collect();
    assert_eq!(texts, ["hidden:1", "first:1", "second:1"]);
    assert_eq!(rules(&found), [Rule::AmbiguousYaml, Rule::AmbiguousYaml]);
    assert!(found.problems.iter().all(|problem| !problem.audit_at_most));
}

#[test]
fn a_second_kind_does_not_hide_the_images_of_the_first() {
    let found = facts(
        "apiVersion: v1
kind: Pod
kind: CustomResourceDefinition
apiVersion: apiextensions.k8s.io/v1
spec: {containers: [{image: a:1}]}
",
    );
    assert_eq!(found.uses.len(), 1);
}

#[test]
fn aliased_keys_are_keys() {
    let found = facts(
        "apiVersion: v1
kind: Pod
metadata: {labels: {name: &key image}}
spec: {containers: [{*key : a:1}]}
",
    );
    assert_eq!(&*found.uses[0].text, "a:1");
}
