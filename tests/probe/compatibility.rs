//! `docs/compatibility.md` lists every Pod that an engine judges otherwise, and no other.

use std::collections::BTreeSet;

use super::judge;

const PAGE: &str = include_str!("../../docs/compatibility.md");
const ENGINES: &str = include_str!("../../testdata/probe/engines.tsv");

/// What the first columns of the page's table have to say: Pod, rule, image, and the verdicts of Kyverno,
/// Gatekeeper, conftest and imagegate.
fn expected() -> BTreeSet<Vec<String>> {
    let judged = judge("production-web");
    let ours = |pod: &str, rule: &str| {
        let said: BTreeSet<&str> = judged
            .findings
            .iter()
            .filter(|((name, _), _)| name == pod)
            .flat_map(|(_, said)| said.iter().map(|(rule, _)| rule.as_str()))
            .collect();
        let by_input_rule = ["invalid-image-reference", "unrendered-template"]
            .into_iter()
            .find(|input_rule| said.contains(input_rule));
        match by_input_rule {
            _ if said.contains(rule) => "fail".to_owned(),
            Some(input_rule) => format!("fail: `{input_rule}`"),
            None => "pass".to_owned(),
        }
    };
    let mut rows = BTreeSet::new();
    for line in ENGINES.lines().skip(1) {
        let columns: Vec<&str> = line.split('\t').collect();
        let by_rule = [
            ("disallow-latest-tag", &columns[2..5]),
            ("restrict-image-registries", &columns[5..8]),
        ];
        for (rule, theirs) in by_rule {
            let ours = ours(columns[0], rule);
            let verdict = ours.split(':').next().unwrap();
            if theirs.iter().any(|theirs| *theirs != verdict) {
                let mut row = vec![
                    columns[0].to_owned(),
                    format!("`{rule}`"),
                    format!("`{}`", columns[1]),
                ];
                row.extend(theirs.iter().map(|theirs| (*theirs).to_owned()));
                row.push(ours);
                rows.insert(row);
            }
        }
    }
    rows
}

/// The rows of the page's table of Pods without their last column, the reason.
fn written() -> BTreeSet<Vec<String>> {
    PAGE.lines()
        .filter(|line| {
            line.starts_with("| bad-") || line.starts_with("| reg-") || line.starts_with("| good-")
        })
        .map(|line| {
            let cells: Vec<String> = line
                .trim_matches('|')
                .split('|')
                .map(|cell| cell.trim().to_owned())
                .collect();
            let (reason, facts) = cells.split_last().unwrap();
            assert!(!reason.is_empty(), "no reason: {line}");
            facts.to_vec()
        })
        .collect()
}

#[test]
fn the_page_lists_what_the_engines_judge_otherwise() {
    assert_eq!(written(), expected());
}
