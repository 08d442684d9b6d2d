//! One text that aliases and merge keys bring to several fields is one finding.

use imagegate::model::finding::{Action, SuppressedBy};
use imagegate::model::rule::Rule;

use crate::run::Run;

const RULE: Rule = Rule::DisallowLatestTag;

const ALIASED: &str = "apiVersion: v1
kind: Pod
metadata: {name: app, namespace: shop}
spec:
  initContainers:
    - {name: migrate, image: &image nginx}
  containers:
    - {name: web, image: *image}
    - {name: worker, image: *image}
";

/// The same container in two namespaces of one List.
const SHARED: &str = "apiVersion: v1
kind: List
items:
  - apiVersion: v1
    kind: Pod
    metadata: {name: one, namespace: production-web}
    spec: &spec
      containers: [{name: web, image: nginx}]
  - apiVersion: v1
    kind: Pod
    metadata: {name: two, namespace: staging-web}
    spec: *spec
";

#[test]
fn aliases_of_one_text_are_listed_in_one_finding() {
    let judged = Run::built_in().file("pod.yaml", ALIASED).judge();
    let finding = judged.only(RULE);
    assert_eq!(finding.location.map(|at| at.start.line), Some(6));
    let also: Vec<u32> = finding.also_at.iter().map(|at| at.start.line).collect();
    assert_eq!(also, [8, 9]);
}

#[test]
fn the_use_at_the_text_itself_names_the_finding() {
    let judged = Run::built_in().file("pod.yaml", ALIASED).judge();
    assert_eq!(judged.only(RULE).container.as_deref(), Some("migrate"));
}

#[test]
fn every_use_counts_as_an_image() {
    let judged = Run::built_in().file("pod.yaml", ALIASED).judge();
    let summary = &judged.judgement.summary;
    assert_eq!(
        (summary.images, summary.unique_images, summary.violations),
        (3, 1, 1)
    );
}

#[test]
fn other_actions_stay_apart() {
    let policy = "rules:\n  disallow-latest-tag: {}\noverrides:\n  - {namespaces: [\"staging-*\"], action: audit}\n";
    let judged = Run::with_policy(policy).file("list.yaml", SHARED).judge();
    let actions: Vec<Action> = judged.of(RULE).iter().map(|found| found.action).collect();
    assert_eq!(actions, [Action::Enforce, Action::Audit]);
}

#[test]
fn a_suppressed_use_does_not_take_the_others_away() {
    let policy = "rules:\n  disallow-latest-tag: {}\nexceptions:\n  - {rules: [disallow-latest-tag], objects: [Pod/one], reason: OPS-12}\n";
    let judged = Run::with_policy(policy).file("list.yaml", SHARED).judge();
    let suppressed: Vec<Option<SuppressedBy>> = judged
        .of(RULE)
        .iter()
        .map(|found| found.suppressed.as_ref().map(|by| by.by))
        .collect();
    assert_eq!(suppressed, [Some(SuppressedBy::Exception), None]);
}

#[test]
fn the_same_image_written_twice_is_two_findings() {
    let text = "apiVersion: v1\nkind: Pod\nmetadata: {name: app}\nspec:\n  containers: [{image: nginx}, {image: nginx}]\n";
    assert_eq!(
        Run::built_in()
            .file("pod.yaml", text)
            .judge()
            .of(RULE)
            .len(),
        2
    );
}
