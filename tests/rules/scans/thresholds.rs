//! From which severity on a vulnerability fails.

use super::*;

fn one(severity: Severity) -> ScanFacts {
    facts([report(
        "scans/a.json",
        scan([vulnerability("CVE-2026-1", severity)]),
    )])
}

#[test]
fn a_scan_without_vulnerabilities_passes() {
    passes(&reports(&[]), facts([report("scans/a.json", scan([]))]));
}

#[test]
fn every_severity_fails_from_its_threshold_on() {
    let severities = [
        (Severity::Negligible, 0),
        (Severity::Low, 1),
        (Severity::Medium, 2),
        (Severity::High, 3),
        (Severity::Critical, 4),
    ];
    for (severity, rank) in severities {
        for (threshold, least) in [("low", 1), ("medium", 2), ("high", 3), ("critical", 4)] {
            let policy = reports(&[&format!("fail-on: {threshold}")]);
            let ended = ends(&judged(&policy, one(severity)));
            assert_eq!(ended.is_some(), rank >= least, "{severity:?} {threshold}");
        }
    }
}

#[test]
fn high_is_the_threshold_that_is_not_written() {
    passes(&reports(&[]), one(Severity::Medium));
    fails(&reports(&[]), one(Severity::High));
}

#[test]
fn an_unknown_severity_counts_as_the_policy_says() {
    passes(&reports(&[]), one(Severity::Unknown));
    fails(
        &reports(&["unknown-severity: high"]),
        one(Severity::Unknown),
    );
    fails(&reports(&["fail-on: medium"]), one(Severity::Unknown));
}

#[test]
fn what_has_no_fix_is_left_out_only_where_the_policy_says_so() {
    let facts = || {
        facts([report(
            "scans/a.json",
            scan([unfixed("CVE-2026-1", Severity::Critical)]),
        )])
    };
    fails(&reports(&[]), facts());
    passes(&reports(&["ignore-unfixed: true"]), facts());
}

#[test]
fn what_has_a_fix_fails_although_what_has_none_is_left_out() {
    let found = [
        unfixed("CVE-2026-1", Severity::Critical),
        vulnerability("CVE-2026-2", Severity::High),
    ];
    let policy = reports(&["ignore-unfixed: true"]);
    let message = fails(&policy, facts([report("scans/a.json", scan(found))]));
    holds(&message, "CVE-2026-2");
    assert!(!message.contains("CVE-2026-1 "), "{message}");
}
