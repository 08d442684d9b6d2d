//! The verdict table's rows about how reports and predicates of scanners are read.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::attested::{COSIGN, VULNS, attested};
use crate::sandbox::{Checked, Sandbox, pod};

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

const DIGEST: &str = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

/// A check of an image with that digest by a report file and an OpenVEX file.
fn by_files(report: impl AsRef<[u8]>, vex: &str) -> Checked {
    let policy = format!(
        "version: 1\nrules:\n  {RULE}:\n    accept: [{{ report: {{ files: ['scans/*'] }} }}]\n    vex: ['vex/*']\n"
    );
    Sandbox::new()
        .file("imagegate.yaml", policy)
        .file(
            "k8s/pod.yaml",
            pod(&format!("registry.example.com/shop/cart@{DIGEST}")),
        )
        .file("scans/a.json", report)
        .file("vex/a.json", vex)
        .check(&["k8s", "--offline", "--no-cache"])
}

/// An OpenVEX document of version 0.0.1 about the image and a package.
fn old_vex(package: &str) -> String {
    json!({
        "@context": "https://openvex.dev/ns", "@id": "https://example.com/vex/1", "author": "security",
        "timestamp": "2026-01-02T03:04:05Z", "version": "1",
        "statements": [{
            "vulnerability": "CVE-2026-0", "status": "not_affected",
            "justification": "vulnerable_code_not_present",
            "products": [format!("pkg:oci/cart@{DIGEST}")],
            "subcomponents": [package],
        }],
    })
    .to_string()
}

/// A report about the image whose digest stands only in the name that the scanner was called with.
fn asked_for() -> Value {
    let mut asked_for = report(&days_ago(1), "CRITICAL");
    asked_for["ArtifactName"] = json!(format!("registry.example.com/shop/cart@{DIGEST}"));
    asked_for["Metadata"] = json!({ "RepoDigests": [] });
    let found = &mut asked_for["Results"][0]["Vulnerabilities"][0];
    found["PkgIdentifier"] = json!({ "PURL": "pkg:apk/alpine/openssl@1.1.1-r0" });
    asked_for
}

#[test]
fn a_report_whose_digest_stands_only_in_the_name_that_was_scanned_is_judged() {
    let run = by_files(asked_for().to_string(), &old_vex("pkg:apk/alpine/zlib"));
    assert_ends(&run, "violation", 1, "CVE-2026-0");
}

#[test]
fn an_openvex_document_of_the_old_form_is_read() {
    by_files(asked_for().to_string(), &old_vex("pkg:apk/alpine/openssl")).assert_passes();
}

#[test]
fn a_report_in_utf_16_is_read() {
    let text = asked_for().to_string();
    let units = std::iter::once(0xfeff).chain(text.encode_utf16());
    let bytes: Vec<u8> = units.flat_map(u16::to_le_bytes).collect();
    let run = by_files(bytes, &old_vex("pkg:apk/alpine/zlib"));
    assert_ends(&run, "violation", 1, "CVE-2026-0");
}

#[test]
fn a_file_of_another_format_is_3_and_named() {
    for (text, words) in [
        (r#"{"version":"2.1.0","runs":[]}"#, "it is SARIF"),
        (
            r#"{"scan":{},"vulnerabilities":[]}"#,
            "it is GitLab's own report",
        ),
        (
            "INFO scanning\n{\"SchemaVersion\": 2}",
            "lines of text stand before the JSON",
        ),
        (
            "{\"level\":\"info\"}\n{\"level\":\"info\"}\n",
            "as in JSON lines",
        ),
        (
            "\nReport Summary\n\n┌───┬───┐\n│ a │ b │\n",
            "it is a table for people to read",
        ),
        (
            "NAME  INSTALLED  FIXED IN  TYPE  VULNERABILITY  SEVERITY\n",
            "it is a table for people to read",
        ),
        (
            "\"Package\",\"Version\",\"Severity\"\n",
            "it is a list of comma-separated values",
        ),
        ("<!DOCTYPE html>\n<html></html>\n", "it is HTML or XML"),
        ("passed\n", "it is no JSON"),
    ] {
        let run = by_files(text, &old_vex("pkg:apk/alpine/zlib"));
        assert_ends(&run, "not-checked", 3, words);
        run.assert_ends(RULE, "not-checked", 3, "trivy image --format json");
    }
}

#[test]
fn a_report_that_is_packed_or_empty_is_3_and_named() {
    for (bytes, words) in [
        (&b"\x1f\x8b\x08\x00\x00"[..], "compressed with gzip"),
        (b"\x28\xb5\x2f\xfd\x04", "compressed with zstd"),
        (b"PK\x03\x04\x14", "it is a zip archive"),
        (b" \n", "it is empty"),
    ] {
        let run = by_files(bytes, &old_vex("pkg:apk/alpine/zlib"));
        assert_ends(&run, "not-checked", 3, words);
    }
}

/// A report by Grype about the image, without a match, made with these settings.
fn by_grype(settings: &Value) -> String {
    json!({
        "matches": [],
        "source": { "type": "image", "target": {
            "userInput": "registry.example.com/shop/cart", "manifestDigest": DIGEST,
        } },
        "descriptor": {
            "name": "grype", "version": "0.90.0", "timestamp": days_ago(1), "configuration": settings,
        },
    })
    .to_string()
}

#[test]
fn a_pass_by_a_scan_that_was_told_to_leave_paths_out_is_counted() {
    let vex = old_vex("pkg:apk/alpine/zlib");
    for settings in [
        json!({ "exclude": ["/opt/**"] }),
        json!({ "distro": "alpine:3.9" }),
        json!({ "search": { "indexed-archives": false } }),
        json!({ "match": { "stock": { "using-cpes": false } } }),
    ] {
        let run = by_files(by_grype(&settings), &vex);
        run.assert_passes();
        run.assert_counts("scan-with-exclusions");
    }
    let run = by_files(
        by_grype(&json!({ "exclude": [], "only-fixed": true })),
        &vex,
    );
    run.assert_passes();
    assert!(!run.not_evaluated().contains("scan-with-exclusions"));
}

#[test]
fn a_report_by_a_trivy_that_is_too_old_is_3() {
    let mut old = asked_for();
    old["Results"][0].as_object_mut().unwrap().remove("Class");
    let run = by_files(old.to_string(), &old_vex("pkg:apk/alpine/zlib"));
    assert_ends(&run, "not-checked", 3, "a Trivy that is too old");
}
