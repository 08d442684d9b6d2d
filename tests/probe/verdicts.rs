//! The verdict on each Pod, in each kind of namespace that the policy names.

use std::collections::BTreeSet;

use super::{PODS, judge, table};

#[test]
fn each_image_violates_exactly_the_rules_in_the_table() {
    let judged = judge("production-web");
    for (place, rules) in table() {
        let said: BTreeSet<String> = judged
            .findings
            .get(&place)
            .into_iter()
            .flatten()
            .map(|(rule, _)| rule.clone())
            .collect();
        assert_eq!(said, rules, "{place:?}");
    }
    let known = table();
    for place in judged.findings.keys() {
        assert!(known.contains_key(place), "{place:?} is not in the table");
    }
    assert_eq!(judged.code, 1);
}

#[test]
fn every_pod_is_in_the_table_and_in_what_the_engines_said() {
    let pods: BTreeSet<&str> = PODS
        .lines()
        .filter_map(|line| line.strip_prefix("metadata: {name: ")?.split(',').next())
        .collect();
    let in_table: BTreeSet<String> = table().into_keys().map(|(pod, _)| pod).collect();
    let in_engines: BTreeSet<&str> = include_str!("../../testdata/probe/engines.tsv")
        .lines()
        .skip(1)
        .filter_map(|line| line.split('\t').next())
        .collect();
    assert_eq!(pods.len(), 26);
    assert_eq!(pods, in_table.iter().map(String::as_str).collect());
    assert_eq!(pods, in_engines);
}

#[test]
fn a_pod_called_bad_is_stopped_and_one_called_good_has_a_sound_tag() {
    let judged = judge("production-web");
    let tag_rules = [
        "disallow-latest-tag",
        "invalid-image-reference",
        "unrendered-template",
    ];
    for ((pod, container), _) in table() {
        let stopped = judged.findings.iter().any(|((name, _), said)| {
            *name == pod
                && said
                    .iter()
                    .any(|(rule, _)| tag_rules.contains(&rule.as_str()))
        });
        // A Pod without an image is refused by the API server; there is nothing to judge.
        if container != "-" && !pod.starts_with("reg-") {
            assert_eq!(stopped, pod.starts_with("bad-"), "{pod}");
        }
    }
}

#[test]
fn in_staging_and_dev_the_rules_only_advise() {
    for namespace in ["staging-web", "dev-web"] {
        let judged = judge(namespace);
        let said = judged.findings.values().flatten();
        for (rule, action) in said {
            let is_input_rule = matches!(
                rule.as_str(),
                "invalid-image-reference" | "unrendered-template"
            );
            let expected = if is_input_rule { "enforce" } else { "audit" };
            assert_eq!(action, expected, "{rule} in {namespace}");
        }
        assert!(judged.summary["audit"].as_u64().unwrap() > 20);
    }
}

#[test]
fn elsewhere_only_the_tag_is_judged() {
    let judged = judge("team-a");
    let rules: BTreeSet<&str> = judged
        .findings
        .values()
        .flatten()
        .map(|(rule, _)| rule.as_str())
        .collect();
    let expected = [
        "disallow-latest-tag",
        "invalid-image-reference",
        "unrendered-template",
    ];
    assert_eq!(rules, expected.into_iter().collect());
}

#[test]
fn a_system_namespace_is_not_judged_and_that_is_counted() {
    let judged = judge("kube-system");
    assert_eq!(judged.summary["violations"], 0);
    let reasons = judged.summary["not_evaluated"].to_string();
    assert!(reasons.contains("exempt"), "{reasons}");
}
