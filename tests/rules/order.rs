//! Findings come in the order of path, position and rule, and keep their fingerprints.

use std::collections::BTreeSet;

use imagegate::model::finding::Finding;
use imagegate::model::rule::Rule;

use crate::run::{Run, pod};

const TWO_RULES: &str =
    "rules:\n  restrict-image-registries: {allow: [\"ghcr.io/**\"]}\n  disallow-latest-tag: {}\n";

fn keys(findings: &[Finding]) -> Vec<(Option<u32>, Rule, String)> {
    findings
        .iter()
        .map(|found| {
            let line = found.location.map(|at| at.start.line);
            (line, found.rule, found.fingerprint.to_string())
        })
        .collect()
}

fn fingerprint(policy: &str, path: &str, text: &str) -> String {
    let judged = Run::with_policy(policy).file(path, text).judge();
    judged.only(Rule::DisallowLatestTag).fingerprint.to_string()
}

#[test]
fn the_order_of_the_files_makes_no_difference() {
    let run = Run::with_policy(TWO_RULES)
        .file("b.yaml", pod("shop", "nginx"))
        .file("a.yaml", pod("shop", "redis"))
        .file("a/c.yaml", pod("shop", "mysql"));
    let mut facts = run.facts();
    let forward = run.judge_facts(&facts);
    facts.reverse();
    let backward = run.judge_facts(&facts);
    assert_eq!(keys(forward.findings()), keys(backward.findings()));
    let images: Vec<_> = forward
        .findings()
        .iter()
        .map(|found| found.image.as_deref())
        .collect();
    assert_eq!(
        images,
        ["redis", "redis", "mysql", "mysql", "nginx", "nginx"].map(Some)
    );
}

#[test]
fn findings_of_one_place_come_in_the_order_of_the_rules() {
    let judged = Run::with_policy(TWO_RULES).image("nginx").judge();
    let rules: Vec<Rule> = judged.findings().iter().map(|found| found.rule).collect();
    assert_eq!(
        rules,
        [Rule::RestrictImageRegistries, Rule::DisallowLatestTag]
    );
}

#[test]
fn a_fingerprint_is_32_hex_digits() {
    let print = fingerprint(TWO_RULES, "pod.yaml", &pod("shop", "nginx"));
    assert_eq!(print.len(), 32);
    assert!(
        print.bytes().all(|byte| byte.is_ascii_hexdigit()),
        "{print}"
    );
}

#[test]
fn a_fingerprint_outlives_a_change_of_lines_and_of_the_tag() {
    let before = fingerprint(TWO_RULES, "pod.yaml", &pod("shop", "nginx"));
    let moved = format!("# A comment.\n\n{}", pod("shop", "nginx:latest"));
    assert_eq!(fingerprint(TWO_RULES, "pod.yaml", &moved), before);
}

#[test]
fn another_file_object_or_repository_is_another_fingerprint() {
    let all: BTreeSet<String> = [
        fingerprint(TWO_RULES, "pod.yaml", &pod("shop", "nginx")),
        fingerprint(TWO_RULES, "other.yaml", &pod("shop", "nginx")),
        fingerprint(TWO_RULES, "pod.yaml", &pod("other", "nginx")),
        fingerprint(TWO_RULES, "pod.yaml", &pod("shop", "redis")),
    ]
    .into();
    assert_eq!(all.len(), 4);
}

#[test]
fn equal_findings_of_one_file_have_different_fingerprints() {
    let twice = format!("{0}---\n{0}", pod("shop", "nginx"));
    let judged = Run::built_in().file("pod.yaml", twice).judge();
    let prints: BTreeSet<_> = judged
        .findings()
        .iter()
        .map(|found| found.fingerprint)
        .collect();
    assert_eq!((judged.findings().len(), prints.len()), (2, 2));
}
