//! The verdict table's rows about how reports and predicates of scanners are read.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::attested::{COSIGN, VULNS, attested};
use crate::sandbox::Checked;

const RULE: &str = "check-vulnerability-scan";

#[track_caller]
fn assert_ends(run: &Checked, outcome: &str, code: i32, words: &str) {
    run.assert_ends(RULE, outcome, code, words);
}

/// That many days before now.
fn days_ago(days: i64) -> String {
    let now = Timestamp::now();
    let then = now - SignedDuration::from_hours(24 * days);
    then.to_string()
}

/// A report of Trivy with one vulnerability.
fn report(time: &str, severity: &str) -> Value {
    json!({
        "SchemaVersion": 2, "CreatedAt": time, "ArtifactName": "cart", "ArtifactType": "container_image",
        "Results": [{ "Class": "os-pkgs", "Vulnerabilities": [{
            "VulnerabilityID": "CVE-2026-0", "PkgName": "openssl", "InstalledVersion": "1.1.1-r0",
            "Severity": severity,
        }] }],
    })
}

/// cosign's predicate around a report.
fn predicate(time: &str, result: &Value) -> Value {
    json!({
        "scanner": { "uri": "pkg:github/aquasecurity/trivy@0.60.0", "version": "0.60.0", "result": result },
        "metadata": { "scanStartedOn": time, "scanFinishedOn": time },
    })
}

/// in-toto's predicate with one vulnerability that has these scores.
fn scored(scores: &Value) -> Value {
    json!({
        "scanner": {
            "uri": "https://osv.dev", "version": "1", "db": {},
            "result": [{ "id": "CVE-2026-0", "severity": scores }],
        },
        "metadata": { "scanStartedOn": "2026-01-02T03:04:05Z", "scanFinishedOn": "2026-01-02T03:04:05Z" },
    })
}

#[test]
fn an_old_report_in_a_fresh_predicate_is_as_old_as_the_report() {
    let fresh = |days| predicate(&days_ago(0), &report(&days_ago(days), "LOW"));
    let run = attested(COSIGN, &["max-age: 7d"], &[fresh(60)]);
    assert_ends(&run, "violation", 1, "60 days old, 7 days allowed");
    attested(COSIGN, &["max-age: 7d"], &[fresh(2)]).assert_passes();
}

#[test]
fn an_old_report_that_was_attested_again_does_not_outrank_a_newer_one_that_fails() {
    let kept = predicate(&days_ago(0), &report(&days_ago(60), "LOW"));
    let honest = predicate(&days_ago(2), &report(&days_ago(2), "CRITICAL"));
    let run = attested(COSIGN, &[], &[kept, honest]);
    assert_ends(&run, "violation", 1, "CVE-2026-0");
}

#[test]
fn a_cvss_vector_counts_by_its_score() {
    let vector = |vector: &str| scored(&json!([{ "method": "CVSS_V3", "score": vector }]));
    let run = attested(
        VULNS,
        &[],
        &[vector("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H")],
    );
    assert_ends(&run, "violation", 1, "1 critical");
    attested(
        VULNS,
        &[],
        &[vector("CVSS:3.1/AV:L/AC:H/PR:L/UI:R/S:U/C:L/I:N/A:N")],
    )
    .assert_passes();
}

#[test]
fn a_severity_that_nobody_can_weigh_is_3() {
    for (scores, severity) in [
        (
            json!([{ "method": "CVSS_V3", "score": "CVSS:3.1/AV:N" }]),
            "LOW",
        ),
        (
            json!([{ "method": "vendor", "score": "catastrophic" }]),
            "LOW",
        ),
    ] {
        let run = attested(VULNS, &[], &[scored(&scores)]);
        assert_ends(&run, "not-checked", 3, "neither a word that scanners write");
        let of_trivy = predicate(&days_ago(1), &report(&days_ago(1), severity));
        attested(COSIGN, &[], &[of_trivy]).assert_passes();
    }
    let of_trivy = predicate(&days_ago(1), &report(&days_ago(1), "SEVERE"));
    let run = attested(COSIGN, &[], &[of_trivy]);
    assert_ends(&run, "not-checked", 3, "neither a word that scanners write");
}

#[test]
fn a_pass_with_vulnerabilities_of_unknown_severity_is_counted() {
    let run = attested(VULNS, &[], &[scored(&json!([]))]);
    run.assert_passes();
    let counted = run.not_evaluated();
    assert!(
        counted.contains("scan-with-unknown-severities"),
        "{counted}"
    );
    let run = attested(VULNS, &[], &[scored(&json!([{ "score": "low" }]))]);
    run.assert_passes();
    assert!(!run.not_evaluated().contains("unknown-severities"));
}

#[test]
fn what_a_scanner_left_out_and_would_fail_is_counted() {
    let mut left_out = report(&days_ago(1), "CRITICAL");
    let result = &mut left_out["Results"][0];
    let finding = result["Vulnerabilities"][0].take();
    result["Vulnerabilities"] = json!([]);
    result["ExperimentalModifiedFindings"] =
        json!([{ "Type": "vulnerability", "Status": "ignored", "Finding": finding }]);
    let run = attested(COSIGN, &[], &[predicate(&days_ago(1), &left_out)]);
    run.assert_passes();
    let counted = run.not_evaluated();
    assert!(counted.contains("scan-with-ignored-findings"), "{counted}");
}

#[test]
fn a_report_in_an_attestation_need_not_name_its_image() {
    let mut unnamed = report(&days_ago(1), "LOW");
    let names = unnamed.as_object_mut().unwrap();
    names.remove("ArtifactName");
    names.remove("ArtifactType");
    attested(COSIGN, &[], &[predicate(&days_ago(1), &unnamed)]).assert_passes();
}

#[test]
fn an_attested_predicate_without_a_report_is_3_and_names_the_command() {
    let run = attested(COSIGN, &[], &[predicate(&days_ago(0), &json!(null))]);
    assert_ends(&run, "not-checked", 3, "--format cosign-vuln");
}
