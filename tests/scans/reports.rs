//! What is read out of reports. The figures of the files were counted over their raw JSON with Python.

use imagegate::gather::scans::format::{Report, UnboundScan, Unreadable, read, read_stream};
use imagegate::model::scan::{Severity, Vulnerability};
use serde_json::{Value, json};

use crate::{digest, grype, report_file, trivy};

fn report(json: &Value) -> Report {
    read(json.to_string().as_bytes()).unwrap()
}

fn scan(json: &Value) -> UnboundScan {
    report(json).scan.unwrap()
}

/// Critical, high, medium, low, negligible, unknown; and those with a fix.
fn figures(scan: &UnboundScan) -> ([usize; 6], usize) {
    let count = |severity| {
        let all = scan.vulnerabilities.iter();
        all.filter(|one| one.severity == severity).count()
    };
    let order = [
        Severity::Critical,
        Severity::High,
        Severity::Medium,
        Severity::Low,
        Severity::Negligible,
        Severity::Unknown,
    ];
    let fixable = scan
        .vulnerabilities
        .iter()
        .filter(|one| one.fixed_in.is_some());
    (order.map(count), fixable.count())
}

const FIGURES: [(&str, [usize; 6], usize); 10] = [
    ("trivy/alpine-310.json", [0, 0, 4, 0, 0, 0], 4),
    ("trivy/alpine-39-high-critical.json", [2, 0, 0, 0, 0, 0], 2),
    ("trivy/alpine-39.json", [2, 0, 4, 0, 0, 0], 6),
    ("trivy/alpine-distroless.json", [0, 0, 1, 0, 0, 0], 1),
    (
        "trivy/debian-buster-ignore-unfixed.json",
        [1, 0, 0, 0, 0, 0],
        1,
    ),
    ("trivy/debian-stretch.json", [0, 0, 4, 1, 0, 0], 4),
    ("trivy/distroless-base.json", [0, 0, 2, 2, 0, 0], 2),
    ("trivy/photon-30.json", [2, 1, 0, 0, 0, 0], 3),
    ("trivy/ubuntu-1804.json", [0, 0, 4, 1, 0, 0], 4),
    ("grype/TestJsonImgsPresenter.json", [1, 0, 0, 1, 0, 0], 1),
];

#[test]
fn every_report_has_the_vulnerabilities_that_are_counted_in_its_raw_text() {
    for (name, counts, fixable) in FIGURES {
        let scan = read(&report_file(name)).unwrap().scan.unwrap();
        assert_eq!(figures(&scan), (counts, fixable), "{name}");
    }
}

#[test]
fn a_report_is_the_same_from_memory_and_as_a_stream() {
    for (name, ..) in FIGURES {
        let bytes = report_file(name);
        assert_eq!(read_stream(&*bytes), read(&bytes), "{name}");
    }
}

#[test]
fn a_stream_may_come_in_pieces_of_any_size() {
    /// One byte at a time, as from a program that does not buffer.
    struct Drops<'a>(&'a [u8]);
    impl std::io::Read for Drops<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let count = buffer.len().min(1);
            std::io::Read::read(&mut self.0, &mut buffer[..count])
        }
    }
    let blank = " ".repeat(10_000);
    for before in ["", "\u{feff}\n", &blank] {
        let text = format!("{before}{}", trivy());
        let wanted = report(&trivy());
        assert_eq!(read_stream(Drops(text.as_bytes())), Ok(wanted));
    }
}

#[test]
fn all_that_is_kept_of_a_trivy_report_stands_in_it() {
    let report = report(&trivy());
    let wanted = UnboundScan {
        scanner: "Trivy".to_owned(),
        version: Some("0.60.0".to_owned()),
        finished_at: Some("2026-11-20T10:00:00Z".parse().unwrap()),
        vulnerabilities: vec![Vulnerability {
            id: "CVE-2026-0001".into(),
            aliases: Vec::new(),
            package: "openssl".into(),
            purl: Some("pkg:apk/alpine/openssl@3.1.0-r0".into()),
            installed: "3.1.0-r0".into(),
            fixed_in: Some("3.1.4-r1".into()),
            severity: Severity::High,
            link: Some("https://avd.aquasec.com/nvd/cve-2026-0001".into()),
        }],
        ignored: Vec::new(),
        exclusions: Vec::new(),
        end_of_life: false,
    };
    assert_eq!(report.scan, Ok(wanted));
    let digests: Vec<&str> = report.digests.iter().map(|one| one.as_str()).collect();
    assert_eq!(digests, [digest('a')]);
    let names: Vec<String> = report.names.iter().map(ToString::to_string).collect();
    assert_eq!(names, ["ghcr.io/acme/app:1.0"]);
}

#[test]
fn all_that_is_kept_of_a_grype_report_stands_in_it() {
    let report = report(&grype());
    let wanted = UnboundScan {
        scanner: "Grype".to_owned(),
        version: Some("0.90.0".to_owned()),
        finished_at: Some("2026-11-20T10:00:00Z".parse().unwrap()),
        vulnerabilities: vec![Vulnerability {
            id: "GHSA-aaaa-bbbb-cccc".into(),
            aliases: vec!["CVE-2026-0002".into()],
            package: "left-pad".into(),
            purl: Some("pkg:npm/left-pad@1.1.0".into()),
            installed: "1.1.0".into(),
            fixed_in: Some("1.2.0, 2.0.1".into()),
            severity: Severity::High,
            link: Some("https://github.com/advisories/GHSA-aaaa-bbbb-cccc".into()),
        }],
        ignored: Vec::new(),
        exclusions: Vec::new(),
        end_of_life: false,
    };
    assert_eq!(report.scan, Ok(wanted));
    let digests: Vec<&str> = report.all_digests().map(|one| one.as_str()).collect();
    assert_eq!(digests, [digest('a'), digest('b')]);
    let names: Vec<String> = report.names.iter().map(ToString::to_string).collect();
    assert_eq!(names, ["ghcr.io/acme/app:stable", "ghcr.io/acme/app:1.0"]);
}

#[test]
fn severities_are_read_whatever_their_case() {
    for (word, severity) in [
        ("CRITICAL", Severity::Critical),
        ("critical", Severity::Critical),
        ("Low", Severity::Low),
        ("Negligible", Severity::Negligible),
        ("UNKNOWN", Severity::Unknown),
        ("Important", Severity::High),
        ("MODERATE", Severity::Medium),
        ("", Severity::Unknown),
    ] {
        let mut json = trivy();
        json["Results"][0]["Vulnerabilities"][0]["Severity"] = json!(word);
        assert_eq!(scan(&json).vulnerabilities[0].severity, severity, "{word}");
    }
}

#[test]
fn a_vulnerability_without_a_severity_is_one_all_the_same() {
    let mut json = trivy();
    let one = &mut json["Results"][0]["Vulnerabilities"][0];
    one.as_object_mut().unwrap().remove("Severity");
    assert_eq!(scan(&json).vulnerabilities[0].severity, Severity::Unknown);
}

#[test]
fn a_fix_without_a_version_is_a_fix() {
    let mut json = trivy();
    json["Results"][0]["Vulnerabilities"][0]["FixedVersion"] = json!("");
    assert_eq!(scan(&json).vulnerabilities[0].fixed_in.as_deref(), Some(""));
    let mut json = grype();
    json["matches"][0]["vulnerability"]["fix"]["versions"] = json!([]);
    assert_eq!(scan(&json).vulnerabilities[0].fixed_in.as_deref(), Some(""));
}

#[test]
fn what_has_no_fix_says_so() {
    let mut json = trivy();
    let one = &mut json["Results"][0]["Vulnerabilities"][0];
    one["FixedVersion"] = json!(null);
    one["Status"] = json!("will_not_fix");
    assert_eq!(scan(&json).vulnerabilities[0].fixed_in, None);
    let mut json = grype();
    json["matches"][0]["vulnerability"]["fix"] = json!({ "versions": [], "state": "wont-fix" });
    assert_eq!(scan(&json).vulnerabilities[0].fixed_in, None);
}

#[test]
fn the_vulnerabilities_of_all_results_are_read() {
    let mut json = trivy();
    let more = json["Results"][0]["Vulnerabilities"].clone();
    let results = json["Results"].as_array_mut().unwrap();
    results.push(json!({ "Class": "lang-pkgs", "Vulnerabilities": more }));
    results.push(json!({ "Class": "secret", "Secrets": [] }));
    results.push(json!({ "Class": "lang-pkgs", "Vulnerabilities": null }));
    assert_eq!(scan(&json).vulnerabilities.len(), 2);
}

#[test]
fn what_the_scanner_was_told_to_ignore_is_read_as_what_it_reports() {
    let mut json = trivy();
    let one = json["Results"][0]["Vulnerabilities"][0].take();
    json["Results"][0]["Vulnerabilities"] = json!([]);
    json["Results"][0]["ExperimentalModifiedFindings"] = json!([
        { "Type": "secret", "Status": "ignored", "Finding": { "RuleID": "key", "Severity": "CRITICAL" } },
        { "Type": "vulnerability", "Status": "ignored", "Source": ".trivyignore", "Finding": one },
    ]);
    assert_eq!(scan(&json).ignored, scan(&trivy()).vulnerabilities);
    assert_eq!(scan(&json).vulnerabilities, []);
    let mut json = grype();
    json["ignoredMatches"] = json["matches"].take();
    json["matches"] = json!([]);
    json["ignoredMatches"][0]["appliedIgnoreRules"] =
        json!([{ "vulnerability": "GHSA-aaaa-bbbb-cccc" }]);
    assert_eq!(scan(&json).ignored, scan(&grype()).vulnerabilities);
    assert_eq!(scan(&json).vulnerabilities, []);
}

#[test]
fn an_ignored_vulnerability_that_is_not_complete_makes_the_report_unreadable() {
    for removed in [
        json!({ "Type": "vulnerability" }),
        json!({}),
        json!({ "Type": "vulnerability", "Finding": {} }),
    ] {
        let mut json = trivy();
        json["Results"][0]["ExperimentalModifiedFindings"] = json!([removed]);
        let read = read(json.to_string().as_bytes());
        assert!(
            matches!(read, Err(Unreadable::OtherType { .. })),
            "{removed}: {read:?}"
        );
    }
}

#[test]
fn the_digest_that_the_scanner_was_asked_for_binds_where_it_names_no_other() {
    let asked_for = format!("ghcr.io/acme/app@{}", digest('d'));
    let digests = |json: &Value| -> Vec<String> {
        let report = report(json);
        report.digests.iter().map(ToString::to_string).collect()
    };
    let mut of_trivy = trivy();
    of_trivy["ArtifactName"] = json!(asked_for);
    assert_eq!(digests(&of_trivy), [digest('a')]);
    of_trivy["Metadata"]["RepoDigests"] = json!([]);
    assert_eq!(digests(&of_trivy), [digest('d')]);
    let mut of_grype = grype();
    of_grype["source"]["target"]["userInput"] = json!(asked_for);
    assert_eq!(digests(&of_grype), [digest('a')]);
    of_grype["source"]["target"]["repoDigests"] = json!([]);
    assert_eq!(digests(&of_grype), [digest('d')]);
}

#[test]
fn an_operating_system_without_support_is_told() {
    let mut json = trivy();
    json["Metadata"]["OS"] = json!({ "Family": "alpine", "Name": "3.10.2", "EOSL": true });
    assert!(scan(&json).end_of_life);
    let mut json = grype();
    json["alertsByPackage"] = json!([{ "package": {}, "alerts": [{ "type": "distro-eol" }] }]);
    assert!(scan(&json).end_of_life);
}

#[test]
fn a_time_that_was_never_set_is_none() {
    for text in ["", "0001-01-01T00:00:00Z"] {
        let mut json = trivy();
        json["CreatedAt"] = json!(text);
        assert_eq!(scan(&json).finished_at, None, "{text}");
    }
}

#[test]
fn a_time_in_another_zone_is_the_same_instant() {
    let mut json = grype();
    json["descriptor"]["timestamp"] = json!("2026-11-20T12:00:00.5+02:00");
    let wanted = "2026-11-20T10:00:00.5Z".parse().unwrap();
    assert_eq!(scan(&json).finished_at, Some(wanted));
}

#[test]
fn only_pages_of_the_web_are_links() {
    let mut json = trivy();
    json["Results"][0]["Vulnerabilities"][0]["PrimaryURL"] = json!("javascript:alert(1)");
    assert_eq!(scan(&json).vulnerabilities[0].link, None);
}

#[test]
fn a_long_text_is_cut() {
    let mut json = trivy();
    json["Results"][0]["Vulnerabilities"][0]["PkgName"] = json!("p".repeat(2_000));
    let name = &scan(&json).vulnerabilities[0].package;
    assert!(name.chars().count() <= 501 && name.ends_with('…'));
}

#[test]
fn control_characters_are_kept_for_the_report_to_escape() {
    let mut json = trivy();
    json["Results"][0]["Vulnerabilities"][0]["PkgName"] = json!("a\u{1b}[31m\u{202e}b\n");
    assert_eq!(
        &*scan(&json).vulnerabilities[0].package,
        "a\u{1b}[31m\u{202e}b\n"
    );
}

#[test]
fn a_byte_order_mark_is_skipped() {
    let bytes = [b"\xef\xbb\xbf \n", trivy().to_string().as_bytes()].concat();
    assert_eq!(read(&bytes), read_stream(&*bytes));
    assert!(read(&bytes).is_ok());
}

#[test]
fn a_report_without_packages_is_no_scan_but_speaks_of_its_image() {
    let secrets = json!([{ "Class": "secret", "Secrets": [] }, { "Class": "config" }]);
    for results in [secrets, json!([]), json!(null)] {
        let mut json = trivy();
        json["Results"] = results;
        let report = report(&json);
        let reason = report.scan.unwrap_err();
        assert!(
            reason.starts_with("it is no vulnerability scan"),
            "{reason}"
        );
        assert_eq!(report.digests.len(), 1);
    }
}

#[test]
fn a_hundred_thousand_vulnerabilities_are_all_read() {
    let one = r#"{"VulnerabilityID":"CVE-1","PkgName":"a","Severity":"HIGH"},"#;
    let text = format!(
        r#"{{"SchemaVersion":2,"ArtifactType":"container_image","Results":[{{"Class":"os-pkgs","Vulnerabilities":[{}]}}]}}"#,
        one.repeat(100_000).trim_end_matches(',')
    );
    let scan = read_stream(text.as_bytes()).unwrap().scan.unwrap();
    assert_eq!(figures(&scan).0[1], 100_000);
}

#[test]
fn a_severity_is_read_whatever_its_case_and_the_white_space_around_it() {
    for word in ["critical", "Critical", " CRITICAL\n"] {
        let mut report = trivy();
        report["Results"][0]["Vulnerabilities"][0]["Severity"] = word.into();
        let severity = scan(&report).vulnerabilities[0].severity;
        assert_eq!(severity, Severity::Critical, "{word:?}");
    }
}

#[test]
fn settings_of_grype_that_leave_out_what_is_not_listed_are_kept() {
    let mut json = grype();
    json["descriptor"]["configuration"] = json!({
        "exclude": ["/opt/**", "/srv/*.jar"],
        "distro": "alpine:3.9",
        "search": { "scope": "squashed", "indexed-archives": false, "unindexed-archives": false },
        "match": {
            "java": { "using-cpes": false },
            "stock": { "using-cpes": false },
            "jvm": { "using-cpes": false },
            "golang": { "using-cpes": false, "always-use-cpe-for-stdlib": false },
        },
    });
    let wanted = [
        "exclude: /opt/**",
        "exclude: /srv/*.jar",
        "distro: alpine:3.9",
        "search.indexed-archives: false",
        "match.stock.using-cpes: false",
        "match.jvm.using-cpes: false",
        "match.golang.always-use-cpe-for-stdlib: false",
    ];
    assert_eq!(scan(&json).exclusions, wanted);
}

/// As Grype writes them when nothing is set.
#[test]
fn the_settings_that_grype_has_by_itself_leave_nothing_out() {
    let mut json = grype();
    json["descriptor"]["configuration"] = json!({
        "exclude": null, "distro": "", "only-fixed": false, "only-notfixed": false,
        "ignore-wontfix": "", "ignore": [{ "vulnerability": "", "package": { "name": "kernel-headers" } }],
        "search": { "scope": "squashed", "indexed-archives": true, "unindexed-archives": false },
        "match": {
            "java": { "using-cpes": false }, "stock": { "using-cpes": true },
            "jvm": { "using-cpes": true },
            "golang": { "using-cpes": false, "always-use-cpe-for-stdlib": true },
        },
        "vex-documents": null, "name": "",
    });
    assert_eq!(scan(&json).exclusions, [""; 0]);
}
