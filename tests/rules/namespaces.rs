//! Which namespace counts, and what exempt and unknown namespaces do.

use imagegate::model::finding::Action;
use imagegate::model::rule::Rule;
use imagegate::model::summary::NotLookedAt;

use crate::run::{Judged, Run, pod};

const RULE: Rule = Rule::DisallowLatestTag;
const BY_NAMESPACE: &str = "rules:
  disallow-latest-tag: {action: audit}
overrides:
  - {namespaces: [\"production-*\"], action: enforce}
";
const NOWHERE: &str =
    "apiVersion: v1\nkind: Pod\nmetadata: {name: app}\nspec:\n  containers:\n    - image: nginx\n";

fn action(run: Run<'_>) -> Action {
    run.judge().only(RULE).action
}

fn in_namespace(namespace: &str) -> Judged {
    Run::with_policy(BY_NAMESPACE)
        .file("pod.yaml", pod(namespace, "nginx"))
        .judge()
}

#[test]
fn the_namespace_of_the_object_comes_first() {
    let run = Run::with_policy(BY_NAMESPACE)
        .file("pod.yaml", pod("production-web", "nginx"))
        .namespace("staging-web");
    assert_eq!(action(run), Action::Enforce);
}

#[test]
fn the_option_comes_before_the_default_of_the_policy() {
    let policy = format!("{BY_NAMESPACE}namespaces: {{default: staging-web}}\n");
    let run = Run::with_policy(&policy).file("pod.yaml", NOWHERE);
    assert_eq!(action(run.namespace("production-web")), Action::Enforce);
}

#[test]
fn the_default_of_the_policy_stands_in() {
    let policy = format!("{BY_NAMESPACE}namespaces: {{default: production-web}}\n");
    let run = Run::with_policy(&policy).file("pod.yaml", NOWHERE);
    assert_eq!(action(run), Action::Enforce);
}

#[test]
fn an_unknown_namespace_matches_no_override_and_is_counted() {
    let judged = Run::with_policy(BY_NAMESPACE)
        .file("pod.yaml", NOWHERE)
        .judge();
    assert_eq!(judged.only(RULE).action, Action::Audit);
    assert_eq!(judged.count(&NotLookedAt::UnknownNamespace), 1);
}

#[test]
fn an_unknown_namespace_makes_no_difference_without_settings_by_namespace() {
    let judged = Run::built_in().file("pod.yaml", NOWHERE).judge();
    assert_eq!(judged.count(&NotLookedAt::UnknownNamespace), 0);
}

#[test]
fn a_namespace_with_a_placeholder_is_unknown_and_not_replaced() {
    let text = pod("\"production-${STAGE}\"", "nginx");
    let run = Run::with_policy(BY_NAMESPACE)
        .file("pod.yaml", text)
        .namespace("production-web");
    assert_eq!(action(run), Action::Audit);
}

#[test]
fn a_namespace_that_is_no_text_is_none_and_replaced_as_kubectl_does_it() {
    for written in [
        "null",
        "~",
        "12",
        "true",
        "1e3",
        "!!null null",
        "!!int 12",
        "\"\"",
        "[a]",
    ] {
        let run = Run::with_policy(BY_NAMESPACE)
            .file("pod.yaml", pod(written, "nginx"))
            .namespace("production-web");
        assert_eq!(action(run), Action::Enforce, "{written}");
    }
    for written in [
        "\"null\"",
        "'12'",
        "!!str 12",
        "!own staging-web",
        "staging-web",
    ] {
        let run = Run::with_policy(BY_NAMESPACE)
            .file("pod.yaml", pod(written, "nginx"))
            .namespace("production-web");
        assert_eq!(action(run), Action::Audit, "{written}");
    }
}

#[test]
fn images_in_an_exempt_namespace_are_not_judged_but_counted() {
    let judged = in_namespace("kube-system");
    assert!(judged.findings().is_empty());
    assert_eq!(judged.count(&NotLookedAt::ExemptNamespace), 1);
    assert_eq!(judged.judgement.summary.images, 1);
}

#[test]
fn an_empty_exempt_list_switches_it_off() {
    let policy = "rules:\n  disallow-latest-tag: {}\nnamespaces: {exempt: []}\n";
    let judged = Run::with_policy(policy)
        .file("pod.yaml", pod("kube-system", "nginx"))
        .judge();
    assert_eq!(judged.of(RULE).len(), 1);
}

#[test]
fn exempt_objects_are_counted_once_however_many_images_they_have() {
    let text = "apiVersion: v1\nkind: Pod\nmetadata: {name: app, namespace: kube-system}\nspec:\n  containers: [{image: a}, {image: b}]\n";
    let judged = Run::built_in().file("pod.yaml", text).judge();
    assert_eq!(judged.count(&NotLookedAt::ExemptNamespace), 1);
}

#[test]
fn an_invalid_reference_in_an_exempt_namespace_is_not_judged() {
    assert!(
        Run::built_in()
            .file("pod.yaml", pod("kube-system", "\"a b\""))
            .judge()
            .findings()
            .is_empty()
    );
}

#[test]
fn duplicate_keys_in_an_exempt_namespace_are_still_reported() {
    let text = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\n  namespace: production-web\n  namespace: kube-system\nspec:\n  containers: [{image: nginx}]\n";
    let judged = Run::built_in().file("pod.yaml", text).judge();
    assert_eq!(judged.of(Rule::AmbiguousYaml).len(), 1);
}

#[test]
fn items_of_a_list_have_their_own_namespaces() {
    let text = "apiVersion: v1\nkind: List\nitems:
  - {apiVersion: v1, kind: Pod, metadata: {name: a, namespace: production-web}, spec: {containers: [{image: nginx}]}}
  - {apiVersion: v1, kind: Pod, metadata: {name: b, namespace: kube-system}, spec: {containers: [{image: nginx}]}}
";
    let judged = Run::with_policy(BY_NAMESPACE)
        .file("list.yaml", text)
        .judge();
    assert_eq!(judged.only(RULE).action, Action::Enforce);
    assert_eq!(judged.count(&NotLookedAt::ExemptNamespace), 1);
}

#[test]
fn a_rule_that_an_override_switches_off_is_counted_there() {
    let policy = "rules:\n  disallow-latest-tag: {}\noverrides:\n  - {namespaces: [\"dev-*\"], action: \"off\"}\n";
    let judged = Run::with_policy(policy)
        .file("pod.yaml", pod("dev-web", "nginx"))
        .judge();
    assert!(judged.findings().is_empty());
    assert_eq!(judged.count(&NotLookedAt::RuleOff(RULE)), 1);
}
