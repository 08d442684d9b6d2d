//! Scans in statements, by predicate type.

use imagegate::gather::scans::format::{holds_scan, statement};
use imagegate::model::digest::Digest;
use imagegate::model::scan::{Binding, Scan, Severity};
use imagegate::policy::settings::SCAN_PREDICATES;
use serde_json::{Value, json};

use crate::{digest, grype, trivy};

const COSIGN: &str = "https://cosign.sigstore.dev/attestation/vuln/v1";
const VULNS: &str = "https://in-toto.io/attestation/vulns/v0.2";
const GRYPE: &str = "https://grype.anchore.io/scan";

fn subject() -> Digest {
    Digest::parse(&digest('c')).unwrap()
}

fn read(predicate_type: &str, predicate: &Value) -> Result<Scan, String> {
    let text = json!({ "_type": "https://in-toto.io/Statement/v1", "predicate": predicate });
    let read = statement(predicate_type, text.to_string().as_bytes(), &subject());
    read.expect("a scan").map_err(|unusable| unusable.reason)
}

fn cosign(result: &Value) -> Value {
    json!({
        "scanner": { "uri": "pkg:github/aquasecurity/trivy@0.60.0", "version": "0.59.0", "result": result },
        "metadata": { "scanStartedOn": "2026-11-21T00:00:00Z", "scanFinishedOn": "2026-11-21T00:01:00Z" },
    })
}

fn vulns(result: &Value) -> Value {
    let mut predicate = cosign(result);
    predicate["scanner"]["db"] = json!({ "lastUpdate": "2026-11-20T00:00:00Z" });
    predicate
}

fn severity_of(scores: &Value) -> Result<Severity, String> {
    let scan = read(
        VULNS,
        &vulns(&json!([{ "id": "CVE-1", "severity": scores }])),
    )?;
    Ok(scan.vulnerabilities[0].severity)
}

#[test]
fn every_predicate_type_that_a_policy_may_name_holds_a_scan() {
    for name in SCAN_PREDICATES.iter().filter(|name| **name != "vuln") {
        assert!(holds_scan(name), "{name}");
    }
    assert!(holds_scan("cosign.sigstore.dev/attestation/vuln/v1"));
}

#[test]
fn other_predicate_types_hold_no_scan() {
    for name in [
        "https://slsa.dev/provenance/v1",
        "https://cosign.sigstore.dev/attestation/vuln/v2",
        "https://in-toto.io/attestation/vulns/v0.2/",
        "vuln",
        "",
    ] {
        assert!(!holds_scan(name), "{name}");
        assert_eq!(statement(name, b"{}", &subject()), None, "{name}");
    }
}

#[test]
fn the_report_in_cosigns_predicate_is_read() {
    for report in [trivy(), grype()] {
        let scan = read(COSIGN, &cosign(&report)).unwrap();
        assert_eq!(scan.vulnerabilities.len(), 1);
        assert_eq!(scan.bound_by, Binding::Digest(subject()));
    }
}

#[test]
fn the_older_of_the_time_beside_a_report_and_that_in_it_counts() {
    let of_grype = |time: &str| {
        let mut report = grype();
        report["descriptor"]["timestamp"] = json!(time);
        report
    };
    let of_trivy = |time: &str| {
        let mut report = trivy();
        report["CreatedAt"] = json!(time);
        report
    };
    for (within, counts) in [
        ("2026-09-20T10:00:00Z", "2026-09-20T10:00:00Z"),
        ("2026-12-20T10:00:00Z", "2026-11-21T00:01:00Z"),
        ("0001-01-01T00:00:00Z", "2026-11-21T00:01:00Z"),
        ("", "2026-11-21T00:01:00Z"),
    ] {
        for report in [of_grype(within), of_trivy(within)] {
            let scan = read(COSIGN, &cosign(&report)).unwrap();
            assert_eq!(scan.finished_at, Some(counts.parse().unwrap()), "{within}");
        }
    }
}

#[test]
fn the_subject_of_a_statement_names_the_image_where_the_report_in_it_does_not() {
    let mut of_trivy = trivy();
    let names = of_trivy.as_object_mut().unwrap();
    names.remove("ArtifactName");
    names.remove("ArtifactType");
    let mut of_grype = grype();
    of_grype.as_object_mut().unwrap().remove("source");
    for report in [of_trivy, of_grype] {
        let scan = read(COSIGN, &cosign(&report)).unwrap();
        assert_eq!(scan.bound_by, Binding::Digest(subject()));
        let alone = imagegate::gather::scans::format::read(report.to_string().as_bytes());
        assert!(alone.is_err(), "{alone:?}");
    }
}

#[test]
fn a_report_in_a_statement_that_names_something_else_than_an_image_is_no_scan_of_one() {
    let mut of_trivy = trivy();
    of_trivy["ArtifactType"] = json!("filesystem");
    let mut of_grype = grype();
    of_grype["source"] = json!({ "type": "directory", "target": "/src" });
    for report in [of_trivy, of_grype] {
        let refused = read(COSIGN, &cosign(&report)).unwrap_err();
        assert_eq!(refused, "it is a scan of a folder, not of an image");
    }
}

#[test]
fn without_times_beside_it_the_report_says_when_it_was_made() {
    let mut predicate = cosign(&trivy());
    predicate["metadata"] = json!({ "scanFinishedOn": "" });
    let scan = read(COSIGN, &predicate).unwrap();
    assert_eq!(
        scan.finished_at,
        Some("2026-11-20T10:00:00Z".parse().unwrap())
    );
}

#[test]
fn the_scanners_own_version_is_the_one_in_its_report() {
    let mut report = trivy();
    assert_eq!(
        read(COSIGN, &cosign(&report)).unwrap().version.as_deref(),
        Some("0.60.0")
    );
    report.as_object_mut().unwrap().remove("Trivy");
    assert_eq!(
        read(COSIGN, &cosign(&report)).unwrap().version.as_deref(),
        Some("0.59.0")
    );
}

#[test]
fn cosigns_predicate_holds_no_scan_when_the_report_in_it_is_none() {
    let mut secrets = trivy();
    secrets["Results"] = json!([{ "Class": "secret" }]);
    for (result, reason) in [
        (secrets, "it is no vulnerability scan"),
        (json!({}), "it is no report by Trivy or Grype"),
        (json!([]), "a value is missing or of another type"),
        (json!(null), "the report in it is empty"),
        (json!("{}"), "a value is missing or of another type"),
    ] {
        let refused = read(COSIGN, &cosign(&result)).unwrap_err();
        assert!(refused.starts_with(reason), "{result}: {refused}");
    }
}

#[test]
fn a_statement_without_a_predicate_is_no_scan() {
    for text in ["", "{}", "[]", "{\"predicate\":null}", "{\"predicate\":{}}"] {
        let read = statement(COSIGN, text.as_bytes(), &subject()).unwrap();
        assert!(read.is_err(), "{text}");
    }
}

#[test]
fn a_predicate_written_twice_is_refused() {
    let one = cosign(&trivy());
    let text = format!("{{\"predicate\":{one},\"predicate\":{one}}}");
    let refused = statement(COSIGN, text.as_bytes(), &subject())
        .unwrap()
        .unwrap_err();
    assert!(refused.reason.contains("twice"), "{refused:?}");
}

#[test]
fn grypes_own_predicate_is_its_report() {
    let scan = read(GRYPE, &grype()).unwrap();
    assert_eq!(scan.scanner, "Grype");
    assert_eq!(scan.vulnerabilities.len(), 1);
}

#[test]
fn the_in_toto_predicate_is_read_as_its_texts_and_messages_write_it() {
    let flat = json!({ "id": "CVE-1", "severity": [{ "method": "nvd", "score": "medium" }] });
    for result in [
        json!([flat]),
        json!([{ "vulnerability": flat }]),
        json!({ "vulnerabilities": [flat] }),
    ] {
        let scan = read(VULNS, &vulns(&result)).unwrap();
        assert_eq!(scan.scanner, "Trivy");
        assert_eq!(&*scan.vulnerabilities[0].id, "CVE-1");
        assert_eq!(scan.vulnerabilities[0].severity, Severity::Medium);
        assert_eq!(
            scan.finished_at,
            Some("2026-11-21T00:01:00Z".parse().unwrap())
        );
    }
}

#[test]
fn the_in_toto_predicate_never_says_that_there_is_no_fix() {
    let scan = read(VULNS, &vulns(&json!([{ "id": "CVE-1" }]))).unwrap();
    assert_eq!(scan.vulnerabilities[0].fixed_in.as_deref(), Some(""));
}

#[test]
fn the_worst_score_that_is_understood_is_the_severity() {
    for (scores, severity) in [
        (
            json!([{ "method": "nvd", "score": "low" }, { "method": "cvss", "score": "9.8" }]),
            Severity::Critical,
        ),
        (
            json!([{ "method": "vendor", "score": "HIGH" }, { "method": "cvss_score", "score": "5.2" }]),
            Severity::High,
        ),
        (
            json!([{ "method": "CVSSv3", "score": "7.0" }]),
            Severity::High,
        ),
        (
            json!([{ "method": "cvss", "score": "6.9" }]),
            Severity::Medium,
        ),
        (json!([{ "method": "cvss", "score": "0.1" }]), Severity::Low),
        (
            json!([{ "method": "cvss", "score": "0.0" }]),
            Severity::Negligible,
        ),
        (
            json!([{ "method": "epss", "score": "0.97" }]),
            Severity::Unknown,
        ),
        (
            json!([{ "method": "vendor", "score": "9.8" }, { "method": "nvd", "score": "low" }]),
            Severity::Low,
        ),
        (json!([{ "score": "untriaged" }]), Severity::Unknown),
        (json!([]), Severity::Unknown),
        (json!(null), Severity::Unknown),
    ] {
        assert_eq!(severity_of(&scores), Ok(severity), "{scores}");
    }
}

/// The scores are those of the calculators of FIRST and NVD.
#[test]
fn a_cvss_vector_has_the_severity_of_its_score() {
    for (vector, severity) in [
        ("AV:N/AC:L/Au:N/C:C/I:C/A:C", Severity::Critical),
        ("(AV:N/AC:L/Au:N/C:P/I:P/A:P)", Severity::High),
        ("AV:L/AC:H/Au:N/C:N/I:N/A:P", Severity::Low),
        (
            "CVSS:3.0/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:L/A:N",
            Severity::Medium,
        ),
        (
            "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
            Severity::Critical,
        ),
        (
            "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H",
            Severity::High,
        ),
        (
            "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N",
            Severity::Negligible,
        ),
        (
            "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N",
            Severity::Critical,
        ),
        (
            "CVSS:4.0/AV:L/AC:L/AT:P/PR:L/UI:P/VC:L/VI:N/VA:N/SC:N/SI:N/SA:N",
            Severity::Low,
        ),
    ] {
        for method in ["CVSS_V3", "vendor", ""] {
            let scores = json!([{ "method": method, "score": vector }]);
            assert_eq!(severity_of(&scores), Ok(severity), "{vector}");
        }
    }
}

#[test]
fn a_severity_that_nobody_can_weigh_makes_the_statement_unreadable() {
    for scores in [
        json!([{ "score": "9.8" }]),
        json!([{ "method": "vendor", "score": "9.8" }, { "method": "nvd", "score": "unknown" }]),
        json!([{ "method": "cvss", "score": "11" }]),
        json!([{ "method": "cvss", "score": "NaN" }]),
        json!([{ "method": "cvss", "score": "-1" }]),
        json!([{ "method": "nvd", "score": "low" }, { "method": "vendor", "score": "catastrophic" }]),
        json!([{ "method": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L" }]),
        json!([{ "method": "CVSS_V3", "score": "CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H" }]),
        json!([{ "method": "CVSS_V2", "score": "AV:N/AC:L/Au:N/C:C/I:C" }]),
        json!([{ "method": "CVSS_V4", "score": "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H" }]),
        json!([{ "method": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/A:N" }]),
        json!([{ "method": "CVSS_V5", "score": "CVSS:5.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H" }]),
        json!([{ "method": "nvd", "score": "low" }, { "score": "AV:N/AC:L/Au:N/C:C/I:C/A:X" }]),
    ] {
        let refused = severity_of(&scores).unwrap_err();
        assert!(
            refused.starts_with("a severity in it is neither"),
            "{scores}: {refused}"
        );
    }
}

#[test]
fn a_score_that_is_no_text_makes_the_statement_unreadable() {
    for scores in [
        json!([{ "method": "cvss", "score": 9.8 }]),
        json!("high"),
        json!([{ "method": "cvss" }]),
    ] {
        assert!(severity_of(&scores).is_err(), "{scores}");
    }
}

#[test]
fn an_empty_in_toto_result_is_a_clean_scan_and_an_absent_one_is_none() {
    assert_eq!(read(VULNS, &vulns(&json!([]))).unwrap().vulnerabilities, []);
    let mut predicate = vulns(&json!([]));
    predicate["scanner"]
        .as_object_mut()
        .unwrap()
        .remove("result");
    assert!(read(VULNS, &predicate).is_err());
}

#[test]
fn an_in_toto_entry_without_an_identifier_or_with_two_is_refused() {
    for entry in [
        json!({}),
        json!({ "vulnerability": {} }),
        json!({ "id": "CVE-1", "vulnerability": { "id": "CVE-2" } }),
    ] {
        assert!(read(VULNS, &vulns(&json!([entry]))).is_err(), "{entry}");
    }
}

#[test]
fn of_a_report_that_cannot_be_read_scanner_and_time_are_known() {
    let mut predicate = cosign(&json!({ "version": "2.1.0", "runs": [] }));
    predicate["scanner"]["uri"] = json!("pkg:github/aquasecurity/trivy@0.60.0");
    predicate["metadata"] = json!({ "scanFinishedOn": "2026-10-30T02:15:44Z" });
    let unusable = |predicate: &Value| {
        let text = json!({ "predicate": predicate }).to_string();
        let read = statement(COSIGN, text.as_bytes(), &subject());
        read.unwrap().unwrap_err()
    };
    let found = unusable(&predicate);
    assert_eq!(found.scanner.as_deref(), Some("Trivy"));
    assert_eq!(found.finished_at, "2026-10-30T02:15:44Z".parse().ok());
    for (uri, time) in [("", "0001-01-01T00:00:00Z"), ("", "soon")] {
        predicate["scanner"]["uri"] = json!(uri);
        predicate["metadata"]["scanFinishedOn"] = json!(time);
        let found = unusable(&predicate);
        assert_eq!((found.scanner, found.finished_at), (None, None), "{time}");
    }
}

#[test]
fn a_scanner_has_one_name_in_all_of_its_versions() {
    for (uri, name) in [
        ("pkg:github/aquasecurity/trivy@0.60.0", "Trivy"),
        (
            "https://github.com/aquasecurity/trivy/releases/tag/v0.60.0",
            "Trivy",
        ),
        ("https://github.com/anchore/grype", "Grype"),
        ("https://example.com/scanner/v1.2.3", "scanner"),
        ("", "a scanner that it does not name"),
    ] {
        let predicate = json!({ "scanner": { "uri": uri, "result": [] } });
        assert_eq!(read(VULNS, &predicate).unwrap().scanner, name, "{uri}");
    }
}
