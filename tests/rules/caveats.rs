//! Where what was not judged stands, and what passed with a reservation.

use imagegate::model::rule::Rule;
use imagegate::model::summary::NotLookedAt;

use crate::run::{Run, pod};

#[test]
fn an_exempt_object_is_listed_once_at_its_first_image() {
    let text = "apiVersion: v1
kind: Pod
metadata: {name: app, namespace: kube-system}
spec:
  initContainers: [{image: a}]
  containers: [{image: b}]
";
    let judged = Run::built_in().file("pod.yaml", text).judge();
    assert_eq!(
        judged.places(NotLookedAt::ExemptNamespace),
        ["pod.yaml:5:28 Pod -"]
    );
}

#[test]
fn an_image_with_a_placeholder_is_listed_with_its_place() {
    let judged = Run::with_policy("rules: {disallow-latest-tag: {}}\n")
        .image("\"{{ .Values.image }}\"")
        .judge();
    assert_eq!(
        judged.places(NotLookedAt::PlaceholderImage),
        ["pod.yaml:7:14 Pod {{ .Values.image }}"]
    );
}

#[test]
fn images_of_a_rule_that_is_not_configured_are_listed_only_when_they_are_asked_for() {
    let reason = NotLookedAt::RuleNotConfigured(Rule::CheckVulnerabilityScan);
    let run = Run::built_in().image("nginx:1.27");
    let counted = run.judge();
    assert_eq!(counted.count(&reason), 1);
    assert_eq!(counted.places(reason), Vec::<String>::new());
    let listed = run.places_of_images_by_rule().judge();
    assert_eq!(listed.count(&reason), 1);
    assert_eq!(listed.places(reason), ["pod.yaml:7:14 Pod nginx:1.27"]);
}

#[test]
fn a_pass_by_an_annotation_alone_is_listed_with_its_image() {
    let policy = "rules:
  check-vulnerability-scan:
    accept: [{annotation: {key: example.com/scan, value: passed}}]
";
    let text = "apiVersion: v1
kind: Pod
metadata: {name: app, namespace: shop, annotations: {example.com/scan: passed}}
spec: {containers: [{image: nginx:1.27}]}
";
    let judged = Run::with_policy(policy).file("pod.yaml", text).judge();
    assert_eq!(
        judged.places(NotLookedAt::ScanClaimedByAnnotation),
        ["pod.yaml:4:29 Pod nginx:1.27"]
    );
}

#[test]
fn places_are_in_the_order_of_paths_and_lines() {
    let judged = Run::built_in()
        .file("b.yaml", pod("kube-system", "a"))
        .file(
            "a.yaml",
            format!(
                "{}---\n{}",
                pod("kube-system", "a"),
                pod("kube-system", "b")
            ),
        )
        .judge();
    assert_eq!(
        judged.places(NotLookedAt::ExemptNamespace),
        [
            "a.yaml:7:14 Pod -",
            "a.yaml:15:14 Pod -",
            "b.yaml:7:14 Pod -"
        ]
    );
}
