//! What is no report, each with the sentence that says so; and that nothing is taken for a scan which was
//! not understood.

use std::mem::discriminant;

use imagegate::gather::scans::format::{Unreadable, read, read_stream};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::{grype, report_file, trivy};

/// Why the text is refused; in memory and as a stream for the same reason, at about the same place.
fn refused(text: impl AsRef<[u8]>) -> Unreadable {
    let why = read(text.as_ref()).unwrap_err();
    let of_stream = read_stream(text.as_ref()).unwrap_err();
    assert_eq!(discriminant(&of_stream), discriminant(&why), "{of_stream}");
    why
}

fn refused_json(json: &Value) -> Unreadable {
    refused(json.to_string())
}

#[test]
fn an_empty_file_is_no_report() {
    for text in ["", " \n\t ", "\u{feff}", "\u{feff}\n"] {
        assert_eq!(refused(text), Unreadable::Empty);
    }
}

#[test]
fn an_object_without_anything_is_no_report() {
    assert_eq!(refused("{}"), Unreadable::Foreign);
}

#[test]
fn what_is_packed_is_named() {
    for (bytes, what) in [
        (&b"\x1f\x8b\x08\x00\x00\x00\x00\x00"[..], "gzip"),
        (b"\x28\xb5\x2f\xfd\x04\x00", "zstd"),
        (b"\xfd7zXZ\x00\x00", "xz"),
        (b"BZh91AY", "bzip2"),
    ] {
        let wanted = format!("it is compressed with {what}: unpack it first");
        assert_eq!(refused(bytes).to_string(), wanted);
    }
}

#[test]
fn what_is_no_json_is_told_with_its_place() {
    let why = refused("{\"SchemaVersion\": 2,\n \"Results\": nothing}");
    let wanted = "it is no JSON (line 2, column 14)";
    assert_eq!(why.to_string(), wanted);
    assert!(matches!(
        refused(b"{\"\xff\":1}"),
        Unreadable::NotJson { .. }
    ));
}

#[test]
fn the_reports_of_other_tools_are_no_report() {
    for json in [
        json!({ "vulnerabilities": [] }),
        json!({ "matches": [], "source": { "type": "image" } }),
        json!({ "matches": [], "descriptor": { "name": "grype" } }),
        json!({ "matches": [], "descriptor": { "name": "another" }, "source": { "type": "image" } }),
    ] {
        assert_eq!(refused_json(&json), Unreadable::Foreign, "{json}");
    }
}

#[test]
fn documents_of_other_kinds_are_named_with_what_to_write_instead() {
    for (json, what, instead) in [
        (
            json!({ "version": "2.1.0", "runs": [] }),
            "SARIF",
            "--format json",
        ),
        (
            json!({ "bomFormat": "CycloneDX", "vulnerabilities": [] }),
            "CycloneDX",
            "--format json",
        ),
        (
            json!({ "spdxVersion": "SPDX-2.3" }),
            "SPDX",
            "--format json",
        ),
        (
            json!({ "@context": "https://spdx.org/", "@graph": [] }),
            "SPDX",
            "--format json",
        ),
        (
            json!({ "@context": "https://openvex.dev/ns", "statements": [] }),
            "OpenVEX",
            "`vex`",
        ),
        (
            json!({ "document": {}, "vulnerabilities": [] }),
            "CSAF",
            "--format json",
        ),
        (
            json!({ "_type": "x", "predicateType": "y", "predicate": {} }),
            "in-toto",
            "`attestation`",
        ),
        (
            json!({ "payloadType": "x", "payload": "", "signatures": [] }),
            "envelope",
            "`attestation`",
        ),
        (
            json!({ "invocation": {}, "scanner": { "result": trivy() } }),
            "cosign-vuln",
            "`attestation`",
        ),
        (
            json!({ "apiVersion": "aquasecurity.github.io/v1alpha1", "kind": "VulnerabilityReport", "report": {} }),
            "trivy-operator",
            "--format json",
        ),
        (
            json!({ "scan": {}, "version": "15.0.0", "vulnerabilities": [] }),
            "GitLab",
            "--format json",
        ),
        (json!({ "imageScanFindings": {} }), "ECR", "--format json"),
        (
            json!({ "application/vnd.security.vulnerability.report; version=1.1": {} }),
            "Harbor",
            "--format json",
        ),
        (
            json!({ "vulnerabilities": [], "ok": true, "packageManager": "deb" }),
            "Snyk",
            "--format json",
        ),
        (
            json!({ "artifacts": [], "descriptor": { "name": "syft" }, "source": { "type": "image" } }),
            "Syft",
            "grype -o json",
        ),
    ] {
        let why = refused_json(&json);
        assert!(matches!(why, Unreadable::Known(_)), "{json}: {why}");
        let said = why.to_string();
        assert!(said.contains(what) && said.contains(instead), "{said}");
    }
}

#[test]
fn what_is_no_json_from_its_beginning_is_named() {
    let report = trivy();
    for (text, wanted) in [
        (
            format!("2026-11-01T00:00:00Z\tINFO\tscanning\n{report}"),
            "lines of text stand before",
        ),
        (
            "<!DOCTYPE html>\n<html></html>".to_owned(),
            "it is HTML or XML",
        ),
        ("PK\u{3}\u{4}\u{14}".to_owned(), "it is a zip archive"),
        (
            format!("{report}\n{report}\n"),
            "more follows behind its first object",
        ),
        (
            "{\"level\":\"info\"}\n{\"level\":\"warn\"}\n".to_owned(),
            "more follows behind its first object (line 2, column 1), as in JSON lines",
        ),
        ("text".to_owned(), "it is no JSON: write Trivy's or Grype's"),
    ] {
        let why = refused(text).to_string();
        assert!(why.starts_with(wanted), "{why}");
    }
}

/// As each writes it without `--format json` or `-o json`.
#[test]
fn what_is_written_for_people_is_named() {
    for (text, wanted) in [
        (
            "\nReport Summary\n\n┌──────────┬──────┐\n│  Target  │ Type │\n",
            "it is a table",
        ),
        (
            "\napp:1.0 (alpine 3.9.4)\n=====\nTotal: 1 (UNKNOWN: 0, LOW: 0)\n\n+---+---+\n",
            "it is a table",
        ),
        (
            "NAME     INSTALLED  FIXED IN  TYPE  VULNERABILITY  SEVERITY  EPSS  RISK\n\
             openssl  3.1.0-r0   3.1.4-r1  apk   CVE-2026-0001  High      1%    0.1\n",
            "it is a table",
        ),
        ("No vulnerabilities found\n", "it is a table"),
        (
            "\"Package\",\"Version Installed\",\"Vulnerability ID\",\"Severity\"\n",
            "it is a list of comma-separated values",
        ),
        (
            "Target,Package,Severity\napp,openssl,HIGH\n",
            "it is a list of comma-separated values",
        ),
    ] {
        let why = refused(text).to_string();
        assert!(why.starts_with(wanted), "{why}");
        assert!(why.contains("trivy image --format json"), "{why}");
    }
}

/// As PowerShell's `>` writes it, and the other way round.
fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    let units = text.encode_utf16();
    let marked = std::iter::once(0xfeff).chain(units);
    marked.flat_map(bytes).collect()
}

#[test]
fn utf_16_is_read_as_utf_8_is() {
    let mut json = trivy();
    json["Results"][0]["Target"] = json!("日本 \u{1f600}");
    let wanted = read(json.to_string().as_bytes()).unwrap();
    for bytes in [u16::to_le_bytes, u16::to_be_bytes] {
        let text = utf16(&json.to_string(), bytes);
        assert_eq!(read(&text).as_ref(), Ok(&wanted));
        assert_eq!(read_stream(&*text).as_ref(), Ok(&wanted));
        let cut = &text[..text.len() - 1];
        assert!(read(cut).is_err() && read_stream(cut).is_err());
    }
}

#[test]
fn what_only_begins_as_utf_16_is_refused() {
    let lone = utf16("{\"a\": \"", u16::to_le_bytes);
    let text = [&*lone, &[0x00, 0xd8, 0x22, 0x00]].concat();
    assert_eq!(refused(text), Unreadable::NotUtf16);
}

#[test]
fn a_mixture_of_two_reports_is_none() {
    let mut json = trivy();
    json["matches"] = json!([]);
    assert_eq!(refused_json(&json), Unreadable::Foreign);
}

#[test]
fn other_schema_versions_of_trivy_are_named() {
    let mut json = trivy();
    json["SchemaVersion"] = json!(1);
    assert_eq!(refused_json(&json), Unreadable::SchemaVersion(1));
    assert_eq!(refused("[{\"Target\":\"a\"}]"), Unreadable::List);
}

#[test]
fn a_file_with_two_reports_is_refused() {
    let text = format!("{}\n{}", trivy(), trivy());
    let Unreadable::Several { line: 2, column: 1 } = refused(text) else {
        panic!("it is read");
    };
}

#[test]
fn a_scan_of_something_else_says_of_what() {
    for (kind, what) in [
        ("filesystem", "a folder"),
        ("repository", "a source repository"),
        ("cyclonedx", "a bill of materials"),
        ("", "something that it does not name"),
        ("\u{1b}[31m", "something else"),
    ] {
        let mut json = trivy();
        json["ArtifactType"] = json!(kind);
        let why = refused_json(&json).to_string();
        assert_eq!(why, format!("it is a scan of {what}, not of an image"));
    }
    let cluster = json!({ "ClusterName": "prod", "Resources": [{ "Results": [] }] });
    assert_eq!(refused_json(&cluster), Unreadable::NotAnImage("a cluster"));
    let folder = refused(report_file("grype/TestJsonDirsPresenter.json"));
    assert_eq!(folder, Unreadable::NotAnImage("a folder"));
    let nothing = refused(report_file("grype/TestEmptyJsonPresenter.json"));
    assert!(matches!(nothing, Unreadable::NotAnImage(_)));
}

/// A value of another type at each place that is read.
#[test]
fn a_value_of_another_type_makes_the_report_unreadable() {
    const TRIVY: [&str; 15] = [
        "/SchemaVersion",
        "/CreatedAt",
        "/ArtifactName",
        "/Metadata",
        "/Metadata/RepoTags",
        "/Metadata/RepoDigests/0",
        "/Results",
        "/Results/0",
        "/Results/0/Class",
        "/Results/0/Vulnerabilities",
        "/Results/0/Vulnerabilities/0",
        "/Results/0/Vulnerabilities/0/VulnerabilityID",
        "/Results/0/Vulnerabilities/0/PkgName",
        "/Results/0/Vulnerabilities/0/FixedVersion",
        "/Results/0/Vulnerabilities/0/Severity",
    ];
    const GRYPE: [&str; 8] = [
        "/matches",
        "/matches/0",
        "/matches/0/vulnerability/id",
        "/matches/0/vulnerability/severity",
        "/matches/0/vulnerability/fix/versions/0",
        "/matches/0/artifact/name",
        "/source/target/repoDigests",
        "/descriptor/timestamp",
    ];
    let places = TRIVY.map(|place| (trivy(), place)).into_iter();
    for (report, place) in places.chain(GRYPE.map(|place| (grype(), place))) {
        for other in [json!(5.5), json!(true), json!([[]]), json!({ "a": 1 })] {
            let mut json = report.clone();
            let value = json.pointer_mut(place).expect("a place of the report");
            if same_type(value, &other) {
                continue;
            }
            *value = other.clone();
            let why = refused_json(&json);
            let other_type = matches!(why, Unreadable::OtherType { .. });
            assert!(other_type, "{place} = {other}: {why}");
        }
    }
}

fn same_type(one: &Value, other: &Value) -> bool {
    matches!(
        (one, other),
        (Value::Array(_), Value::Array(_)) | (Value::Object(_), Value::Object(_))
    ) && !one
        .as_array()
        .is_some_and(|list| list.first().is_some_and(Value::is_string))
}

#[test]
fn a_severity_that_no_scanner_writes_makes_the_report_unreadable() {
    let mut of_trivy = trivy();
    of_trivy["Results"][0]["Vulnerabilities"][0]["Severity"] = json!("SEVERE");
    let mut of_grype = grype();
    of_grype["matches"][0]["vulnerability"]["severity"] = json!("9.8");
    for report in [of_trivy, of_grype] {
        let why = refused_json(&report);
        assert!(matches!(why, Unreadable::Severity { .. }), "{why}");
    }
}

#[test]
fn results_without_a_class_are_those_of_an_old_trivy() {
    let mut json = trivy();
    let result = json["Results"][0].as_object_mut().unwrap();
    result.remove("Class");
    let report = read(json.to_string().as_bytes()).unwrap();
    let why = report.scan.unwrap_err();
    assert!(why.contains("a Trivy that is too old to be read"), "{why}");
}

/// serde reads a list in place of an object field by field when nobody forbids it.
#[test]
fn a_list_is_not_read_as_an_object() {
    let mut json = trivy();
    json["Results"][0]["Vulnerabilities"] =
        json!([["CVE-1", "openssl", null, "1", "2", "fixed", "LOW", null]]);
    assert!(matches!(refused_json(&json), Unreadable::OtherType { .. }));
}

#[test]
fn a_vulnerability_without_an_identifier_or_package_makes_the_report_unreadable() {
    for name in ["VulnerabilityID", "PkgName"] {
        let mut json = trivy();
        let one = &mut json["Results"][0]["Vulnerabilities"][0];
        one.as_object_mut().unwrap().remove(name);
        assert!(matches!(refused_json(&json), Unreadable::OtherType { .. }));
    }
}

#[test]
fn a_name_written_twice_makes_the_report_unreadable() {
    for (once, twice) in [
        (
            "\"Severity\":\"HIGH\"",
            "\"Severity\":\"HIGH\",\"Severity\":\"LOW\"",
        ),
        (
            "\"Severity\":\"HIGH\"",
            "\"Severity\":\"HIGH\",\"\\u0053everity\":\"LOW\"",
        ),
        ("\"Results\":", "\"Results\":[],\"Results\":"),
        ("\"RepoDigests\":", "\"RepoDigests\":null,\"RepoDigests\":"),
        (
            "\"SchemaVersion\":2",
            "\"SchemaVersion\":2,\"SchemaVersion\":2",
        ),
    ] {
        let text = trivy().to_string();
        assert!(text.contains(once), "{once}");
        let why = refused(text.replacen(once, twice, 1));
        assert!(matches!(why, Unreadable::Twice { .. }), "{twice}: {why}");
    }
}

#[test]
fn a_time_that_is_none_makes_the_report_unreadable() {
    let mut json = trivy();
    json["CreatedAt"] = json!("yesterday");
    assert!(matches!(refused_json(&json), Unreadable::OtherType { .. }));
}

#[test]
fn more_vulnerabilities_than_any_real_report_has_are_refused() {
    let one = r#"{"VulnerabilityID":"","PkgName":""},"#;
    let text = format!(
        r#"{{"SchemaVersion":2,"Results":[{{"Vulnerabilities":[{}]}}]}}"#,
        one.repeat(500_001).trim_end_matches(',')
    );
    assert_eq!(read(text.as_bytes()), Err(Unreadable::TooMany));
}

#[test]
fn more_names_than_any_real_report_has_are_refused() {
    let mut json = trivy();
    json["Metadata"]["RepoDigests"] = json!(vec!["a"; 1_001]);
    assert_eq!(refused_json(&json), Unreadable::TooMany);
}

#[test]
fn deep_nesting_is_not_followed() {
    let text = format!("{{\"unknown\":{}", "[".repeat(1_000_000));
    assert!(read(text.as_bytes()).is_err());
    assert_eq!(read_stream(text.as_bytes()), Err(Unreadable::Deep));
}

#[test]
fn an_endless_text_in_a_stream_is_refused_before_it_is_held() {
    let text = std::io::Read::chain(&b"{\"ArtifactName\":\""[..], std::io::repeat(b'a'));
    assert_eq!(read_stream(text), Err(Unreadable::LongText));
}

#[test]
fn a_stream_that_breaks_says_what_the_system_says() {
    struct Broken;
    impl std::io::Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("the disk is gone"))
        }
    }
    let text = std::io::Read::chain(&b"{\"ArtifactName\":"[..], Broken);
    assert_eq!(
        read_stream(text),
        Err(Unreadable::Io("the disk is gone".to_owned()))
    );
}

#[test]
fn a_report_cut_at_any_byte_is_never_a_scan() {
    for report in [trivy(), grype()] {
        let text = report.to_string();
        for end in 0..text.len() {
            let cut = &text.as_bytes()[..end];
            let why = refused(cut);
            let early = matches!(why, Unreadable::Truncated { .. } | Unreadable::Empty);
            assert!(early, "cut at {end}: {why}");
        }
    }
}

proptest! {
    #[test]
    fn a_changed_report_never_panics_and_quotes_nothing(
        at in any::<prop::sample::Index>(),
        length in 0usize..8,
        put in prop::collection::vec(any::<u8>(), 0..12),
        of_grype in any::<bool>(),
    ) {
        let report = if of_grype { grype() } else { trivy() };
        let mut bytes = report.to_string().into_bytes();
        let start = at.index(bytes.len());
        let end = (start + length).min(bytes.len());
        bytes.splice(start..end, put);
        let in_memory = read(&bytes);
        let of_stream = read_stream(&*bytes);
        prop_assert_eq!(of_stream.as_ref().ok(), in_memory.as_ref().ok());
        if let Err(why) = in_memory {
            let said = why.to_string();
            prop_assert!(said.is_ascii() && !said.contains("CVE") && !said.contains("ghcr"), "{}", said);
        }
    }

    #[test]
    fn a_cut_report_of_testdata_is_never_a_scan(at in any::<prop::sample::Index>()) {
        let bytes = report_file("trivy/alpine-39.json");
        let end = at.index(bytes.trim_ascii_end().len());
        prop_assert!(read(&bytes[..end]).is_err());
    }
}
