//! What reports make of judged scans: every vulnerability for machines, the worst for people.

use imagegate::model::scan::VexStatus;
use imagegate::model::source::{SourceText, Sources};
use imagegate::report::{CheckFormat, CheckReport, Style, write_check};
use serde_json::{Value, json};

use super::*;

const STYLE: Style = Style {
    color: false,
    links: false,
    width: 100,
    show_suppressed: false,
};

fn printed(judged: &Judged, format: CheckFormat) -> String {
    let mut sources = Sources::default();
    let text = SourceText::new("pod.yaml".into(), pod("shop", IMAGE).into());
    let findings = judged
        .findings()
        .iter()
        .filter(|finding| finding.image.is_some());
    let findings: Vec<Finding> = findings.cloned().collect();
    let locations = findings.iter().filter_map(|finding| finding.location);
    sources.push(text.excerpt(&locations.collect::<Vec<_>>()));
    let report = CheckReport {
        findings,
        sources,
        summary: judged.judgement.summary.clone(),
        ..CheckReport::default()
    };
    let mut out = Vec::new();
    write_check(&report, format, &STYLE, &mut out).expect("memory");
    String::from_utf8(out).expect("text")
}

fn details(judged: &Judged) -> Value {
    let printed: Value = serde_json::from_str(&printed(judged, CheckFormat::Json)).expect("JSON");
    printed["findings"][0]["details"].clone()
}

/// One that fails, one below the threshold, and one for each reason to be left out.
fn every_kind() -> Judged {
    let ids = [
        "CVE-2026-1",
        "CVE-2026-2",
        "CVE-2026-3",
        "CVE-2026-4",
        "CVE-2026-5",
    ];
    let mut found = ids.map(|id| vulnerability(id, Severity::High));
    found[1].severity = Severity::Low;
    found[2].fixed_in = None;
    let policy = reports(&[
        "vex: [\"vex/*.json\"]",
        "ignore-unfixed: true",
        "max-age: 7d",
        "ignore: [{id: CVE-2026-4, reason: \"not reachable, SEC-7\", expires: 2027-01-31}]",
    ]);
    let mut evidence = answers([Evidence::Known(facts([report(
        "scans/cart.json",
        scan(found),
    )]))]);
    evidence.vex.statements = vec![statement("CVE-2026-5", VexStatus::NotAffected, &[])];
    judged_by(&policy, evidence)
}

#[test]
fn the_details_carry_scan_and_counts() {
    let details = details(&every_kind());
    assert_eq!(
        details["scan"],
        json!({
            "scanner": "Trivy", "version": "0.58.0", "finished_at": "2026-11-22T12:00:00Z", "age_days": 2,
            "too_old": false, "platform": null, "end_of_life": false, "ignored_by_scanner": 0,
            "bound_by": {"digest": own().as_str(), "tag": null},
            "origin": {
                "kind": "report", "path": "scans/cart.json", "manifest": null, "predicate_type": null,
                "signed_by": null
            },
        })
    );
    assert_eq!(
        details["counts"],
        json!({"critical": 0, "high": 4, "medium": 0, "low": 1, "negligible": 0, "unknown": 0})
    );
    assert_eq!(
        (&details["failing"], &details["fixable"]),
        (&json!(1), &json!(1))
    );
}

#[test]
fn the_details_carry_every_vulnerability_with_what_became_of_it() {
    let details = details(&every_kind());
    let ids = |key: &str| -> Vec<(String, Value)> {
        let listed = details[key].as_array().expect("a list").iter();
        let becomes = if key == "ignored" { "by" } else { "fails" };
        listed
            .map(|one| {
                (
                    one["id"].as_str().unwrap_or_default().to_owned(),
                    one[becomes].clone(),
                )
            })
            .collect()
    };
    let listed = |pairs: &[(&str, Value)]| -> Vec<(String, Value)> {
        let pairs = pairs.iter();
        pairs
            .map(|(id, value)| ((*id).to_owned(), value.clone()))
            .collect()
    };
    assert_eq!(
        ids("vulnerabilities"),
        listed(&[("CVE-2026-1", json!(true)), ("CVE-2026-2", json!(false))])
    );
    assert_eq!(
        ids("ignored"),
        listed(&[
            ("CVE-2026-3", json!("ignore-unfixed")),
            ("CVE-2026-4", json!("ignore")),
            ("CVE-2026-5", json!("vex")),
        ])
    );
    let by_entry = &details["ignored"][1];
    assert_eq!(by_entry["reason"], "not reachable, SEC-7");
    assert_eq!(by_entry["until"], "2027-01-31");
    let by_statement = &details["ignored"][2];
    assert_eq!(by_statement["path"], "vex/cart.json");
    assert_eq!(by_statement["status"], "not_affected");
}

#[test]
fn a_vulnerability_is_written_whole() {
    assert_eq!(
        details(&every_kind())["vulnerabilities"][0],
        json!({
            "id": "CVE-2026-1", "aliases": [], "package": "openssl",
            "purl": "pkg:apk/alpine/openssl@1.1.1-r0?arch=x86_64", "installed": "1.1.1-r0",
            "fixed_in": "1.1.1-r9", "severity": "high", "fails": true,
            "link": "https://avd.example.com/CVE-2026-1",
        })
    );
}

#[test]
fn further_scans_that_decided_are_written_too() {
    let policy = accepting(&[&attested_by(0)], &["statements: every"]);
    let found = [wanted(&policy, scan([])), wanted(&policy, failing())];
    let details = details(&judged(&policy, facts(found)));
    assert_eq!(details["failing"], 1, "the one that fails stands first");
    assert_eq!(details["scan"]["origin"]["predicate_type"], VULN);
    assert_eq!(details["scan"]["origin"]["signed_by"], "the inline key");
    let further = details["further_scans"].as_array().expect("a list");
    assert_eq!((further.len(), &further[0]["failing"]), (1, &json!(0)));
}

#[test]
fn sarif_has_one_result_with_the_same_list_in_its_properties() {
    let judged = every_kind();
    let log: Value = serde_json::from_str(&printed(&judged, CheckFormat::Sarif)).expect("JSON");
    let run = &log["runs"][0];
    assert_eq!(run["results"].as_array().map(Vec::len), Some(1));
    let result = &run["results"][0];
    assert_eq!(result["properties"]["details"], details(&judged));
    let rule = &run["tool"]["driver"]["rules"][result["ruleIndex"].as_u64().expect("one") as usize];
    assert_eq!(rule["id"], "check-vulnerability-scan");
    assert_eq!(rule["properties"]["security-severity"], "8.0");
    let text = result["message"]["text"].as_str().expect("text");
    holds(text, "\nCVE-2026-1 (high): openssl 1.1.1-r0 -> 1.1.1-r9");
}

#[test]
fn the_text_lists_the_worst_under_the_snippet() {
    let numbers = 1..=7;
    let found = numbers.map(|n| vulnerability(&format!("CVE-2026-{n}"), Severity::High));
    let judged = judged(&reports(&[]), facts([report("a.json", scan(found))]));
    let text = printed(&judged, CheckFormat::Text);
    holds(
        &text,
        "  note: CVE-2026-1 (high): openssl 1.1.1-r0 -> 1.1.1-r9, https://",
    );
    holds(&text, "\n        CVE-2026-5 (high): openssl");
    holds(
        &text,
        "\n        and 2 more (--format json lists all)\n  note: wanted by imagegate.yaml:",
    );
    assert!(!text.contains("CVE-2026-6"), "{text}");
}

#[test]
fn hostile_text_of_a_report_cannot_begin_a_line_or_a_command() {
    let mut scan = failing();
    scan.vulnerabilities[0].package = "a\n::error::b\u{1b}[31m\u{202e}".into();
    scan.vulnerabilities[0].link = Some("x\r\n##vso[task.complete]".into());
    let judged = judged(&reports(&[]), facts([report("a\nb.json", scan)]));
    for format in CheckFormat::ALL {
        let printed = printed(&judged, format);
        assert!(
            !printed.contains(['\u{1b}', '\u{202e}', '\r']),
            "{format:?}"
        );
        let mut lines = printed.lines().map(str::trim_start);
        assert!(!lines.any(|line| line.starts_with("::error::b") || line.starts_with("##vso")));
    }
}

#[test]
fn a_finding_without_scans_has_no_keys_of_scans() {
    let judged = judged(&reports(&[]), facts([]));
    assert_eq!(
        details(&judged),
        json!({"asked": ["the scan reports (`scans/*.json`)"], "instead": []})
    );
}
