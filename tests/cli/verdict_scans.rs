//! The verdict table's rows about scans: report files, and the attestations of `testdata/signatures`.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::sandbox::{Checked, Sandbox, pod};

const DIGEST: &str = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
const NAME: &str = "registry.example.com/shop/cart:1.4.2";
const REPORTS: &str = "report: { files: ['scans/*.json'] }";
const RULE: &str = "check-vulnerability-scan";

/// A policy with these sources and what else is written beside them.
fn policy(sources: &[&str], further: &[&str]) -> String {
    let sources: String = sources
        .iter()
        .map(|source| format!("    - {source}\n"))
        .collect();
    let further: String = further.iter().map(|line| format!("    {line}\n")).collect();
    format!("version: 1\nrules:\n  {RULE}:\n    accept:\n{sources}{further}")
}

/// A report of Trivy about [`DIGEST`], with vulnerabilities of these severities.
fn report(time: &str, severities: &[&str]) -> Value {
    let numbered = severities.iter().enumerate();
    let vulnerabilities = numbered.map(|(number, severity)| {
        json!({
            "VulnerabilityID": format!("CVE-2026-{number}"), "PkgName": "openssl",
            "PkgIdentifier": {"PURL": "pkg:apk/alpine/openssl@1.1.1-r0"},
            "InstalledVersion": "1.1.1-r0", "FixedVersion": "1.1.1-r9", "Severity": severity,
        })
    });
    json!({
        "SchemaVersion": 2, "CreatedAt": time, "ArtifactName": NAME, "ArtifactType": "container_image",
        "Metadata": {"RepoTags": [NAME], "RepoDigests": [format!("registry.example.com/shop/cart@{DIGEST}")]},
        "Results": [{
            "Target": "cart (alpine 3.20)", "Class": "os-pkgs", "Type": "alpine",
            "Vulnerabilities": vulnerabilities.collect::<Vec<_>>(),
        }],
    })
}

const TIME: &str = "2026-01-02T03:04:05Z";

fn clean() -> String {
    report(TIME, &["LOW"]).to_string()
}

fn failing() -> String {
    report(TIME, &["HIGH", "CRITICAL"]).to_string()
}

/// The image by its digest, judged by that policy beside these files.
fn checked(policy: &str, files: &[(&str, &str)]) -> Checked {
    let image = format!("{NAME}@{DIGEST}");
    let mut sandbox = Sandbox::new()
        .file("imagegate.yaml", policy)
        .file("k8s/pod.yaml", pod(&image));
    for (path, content) in files {
        sandbox = sandbox.file(path, content);
    }
    sandbox.check(&["k8s", "--offline", "--no-cache"])
}

#[track_caller]
fn assert_ends(run: &Checked, outcome: &str, code: i32, words: &str) {
    run.assert_ends(RULE, outcome, code, words);
}

#[test]
fn an_image_whose_report_passes_is_0() {
    let run = checked(&policy(&[REPORTS], &[]), &[("scans/a.json", &clean())]);
    run.assert_passes();
    run.assert_counts("scan-by-unsigned-report");
}

#[test]
fn a_vulnerability_from_the_threshold_on_is_a_violation_that_names_the_worst() {
    let run = checked(&policy(&[REPORTS], &[]), &[("scans/a.json", &failing())]);
    assert_ends(&run, "violation", 1, "the worst is CVE-2026-1 in openssl");
    let listed = run.report["findings"][0]["details"]["vulnerabilities"].as_array();
    assert_eq!(listed.map(Vec::len), Some(2));
}

#[test]
fn a_scan_older_than_allowed_is_a_violation() {
    let files = [("scans/a.json", &*clean())];
    let run = checked(&policy(&[REPORTS], &["max-age: 1h"]), &files);
    assert_ends(&run, "violation", 1, "old, 1 hour allowed");
    checked(&policy(&[REPORTS], &["max-age: 999999d"]), &files).assert_passes();
}

#[test]
fn a_scan_without_a_time_is_3_where_its_age_matters() {
    let mut undated = report(TIME, &[]);
    undated.as_object_mut().unwrap().remove("CreatedAt");
    let files = [("scans/a.json", &*undated.to_string())];
    let run = checked(&policy(&[REPORTS], &["max-age: 999999d"]), &files);
    assert_ends(
        &run,
        "not-checked",
        3,
        "does not say when the scan was made",
    );
    checked(&policy(&[REPORTS], &[]), &files).assert_passes();
}

#[test]
fn a_report_that_cannot_be_read_is_3() {
    let whole = failing();
    let half = whole.split_at(whole.len() / 2).0;
    let run = checked(&policy(&[REPORTS], &[]), &[("scans/a.json", half)]);
    assert_ends(&run, "not-checked", 3, "scans/a.json");
}

#[test]
fn an_unread_report_beside_one_that_answers_is_shown_and_0() {
    let files = [("scans/a.json", &*clean()), ("scans/b.json", "{")];
    let run = checked(&policy(&[REPORTS], &[]), &files);
    assert_eq!(run.findings(), [format!("{RULE} not-checked audit")]);
    assert_eq!(run.code, 0);
}

#[test]
fn a_report_that_is_no_vulnerability_scan_is_3() {
    let mut secrets = report(TIME, &[]);
    secrets["Results"] = json!([{"Target": "app.py", "Class": "secret"}]);
    let files = [("scans/a.json", &*secrets.to_string())];
    let run = checked(&policy(&[REPORTS], &[]), &files);
    assert_ends(&run, "not-checked", 3, "no vulnerability scan");
}

/// A report of an image that was not pushed yet.
fn without_digest() -> String {
    let mut report = report(TIME, &[]);
    report["Metadata"]["RepoDigests"] = json!([]);
    report.to_string()
}

#[test]
fn a_report_without_a_digest_is_3_unless_a_tag_may_bind_it() {
    let files = [("scans/a.json", &*without_digest())];
    let run = checked(&policy(&[REPORTS], &[]), &files);
    assert_ends(&run, "not-checked", 3, "names no digest");
    let by_tag = policy(&["report: { files: ['scans/*.json'], bind: tag }"], &[]);
    let run = Sandbox::new()
        .file("imagegate.yaml", by_tag)
        .file("k8s/pod.yaml", pod(NAME))
        .file("scans/a.json", without_digest())
        .check(&["k8s", "--offline", "--no-cache"]);
    run.assert_passes();
    run.assert_counts("scan-bound-by-tag");
}

#[test]
fn of_two_reports_the_newer_decides() {
    let later = report("2026-02-02T03:04:05Z", &[]).to_string();
    let files = [("scans/a.json", &*later), ("scans/b.json", &failing())];
    checked(&policy(&[REPORTS], &[]), &files).assert_passes();
}

/// A report of Grype about [`DIGEST`] without any vulnerability.
fn by_grype(time: &str) -> String {
    json!({
        "matches": [],
        "source": { "type": "image", "target": {
            "userInput": NAME, "manifestDigest": DIGEST, "tags": [],
            "repoDigests": [format!("registry.example.com/shop/cart@{DIGEST}")],
        } },
        "descriptor": { "name": "grype", "version": "0.90.0", "timestamp": time },
    })
    .to_string()
}

#[test]
fn a_failing_scan_is_not_overruled_by_another_scanner() {
    for time in ["2025-02-02T03:04:05Z", "2026-02-02T03:04:05Z"] {
        let files = [
            ("scans/a.json", &*failing()),
            ("scans/b.json", &by_grype(time)),
        ];
        let run = checked(&policy(&[REPORTS], &[]), &files);
        assert_ends(&run, "violation", 1, "CVE-2026-1");
    }
    let files = [
        ("scans/a.json", &*clean()),
        ("scans/b.json", &by_grype("2026-02-02T03:04:05Z")),
    ];
    checked(&policy(&[REPORTS], &[]), &files).assert_passes();
}

#[test]
fn a_report_of_an_unknown_platform_leaves_the_answer_open() {
    let platform = failing().replace(DIGEST, &DIGEST.replace('0', "1"));
    let newer = platform.replace(TIME, "2026-02-02T03:04:05Z");
    let files = [("scans/a.json", &*clean()), ("scans/b.json", &*newer)];
    let run = checked(&policy(&[REPORTS], &[]), &files);
    assert_ends(
        &run,
        "not-checked",
        3,
        "the report `scans/b.json` does not pass",
    );
    let passes = newer.replace("HIGH", "LOW").replace("CRITICAL", "LOW");
    let files = [("scans/a.json", &*clean()), ("scans/b.json", &*passes)];
    checked(&policy(&[REPORTS], &[]), &files).assert_passes();
    let stranger = newer.replace("shop/cart", "shop/other");
    let files = [("scans/a.json", &*clean()), ("scans/b.json", &*stranger)];
    checked(&policy(&[REPORTS], &[]), &files).assert_passes();
}

const BY_TAG: &str = "report: { files: ['scans/*.json'], bind: tag }";

/// The image by its tag, offline.
fn checked_by_tag(policy: &str, files: &[(&str, &str)]) -> Checked {
    let mut sandbox = Sandbox::new()
        .file("imagegate.yaml", policy)
        .file("k8s/pod.yaml", pod(NAME));
    for (path, content) in files {
        sandbox = sandbox.file(path, content);
    }
    sandbox.check(&["k8s", "--offline", "--no-cache"])
}

#[test]
fn a_report_of_another_digest_is_3_while_the_tag_is_not_resolved() {
    let mut by_digest = report(TIME, &["CRITICAL"]);
    by_digest["Metadata"]["RepoTags"] = json!([]);
    by_digest["ArtifactName"] = json!(format!("registry.example.com/shop/cart@{DIGEST}"));
    let files = [
        ("scans/a.json", &*without_digest()),
        ("scans/b.json", &*by_digest.to_string()),
    ];
    let run = checked_by_tag(&policy(&[BY_TAG], &[]), &files);
    assert_ends(
        &run,
        "not-checked",
        3,
        "the report `scans/b.json` does not pass",
    );
}

#[test]
fn a_report_of_the_tag_beside_a_written_digest_is_named_and_does_not_count() {
    let files = [("scans/a.json", &*without_digest())];
    let run = checked(&policy(&[BY_TAG], &[]), &files);
    let words = "the report `scans/a.json` of the tag `1.4.2`, which does not count";
    assert_ends(&run, "not-checked", 3, words);
}

#[test]
fn reports_of_other_images_are_3_while_the_digests_are_not_known() {
    let other = clean().replace("shop/cart", "shop/other");
    let annotation = "annotation: { key: example.com/scan, value: passed }";
    let run = checked_by_tag(
        &policy(&[REPORTS, annotation], &[]),
        &[("scans/a.json", &other)],
    );
    assert_ends(&run, "not-checked", 3, "the run is offline");
    let help = run.report["findings"][0]["help"].to_string();
    assert!(help.contains("write the digest of the image"), "{help}");
}

#[test]
fn a_pattern_without_files_is_named_offline_too() {
    let run = checked(&policy(&[REPORTS], &[]), &[]);
    let words = "`scans/*.json`, which matches no file";
    assert_ends(&run, "violation", 1, words);
    let run = checked_by_tag(&policy(&[REPORTS], &[]), &[]);
    assert_ends(&run, "violation", 1, words);
}

#[test]
fn a_report_of_another_image_is_no_scan() {
    let run = in_layout("v2-keyed:v1", &[REPORTS], &[("scans/a.json", &clean())]);
    assert_ends(&run, "violation", 1, "no scan of ");
}

#[test]
fn a_pattern_without_files_is_no_scan_and_named() {
    let run = in_layout("v2-keyed:v1", &[REPORTS], &[]);
    assert_ends(
        &run,
        "violation",
        1,
        "`scans/*.json`, which matches no file",
    );
}

#[test]
fn an_ignored_vulnerability_does_not_fail_until_the_entry_expires() {
    let entry = |expires: &str| {
        format!("ignore: [{{ id: CVE-2026-0, reason: SEC-7, expires: {expires} }}]")
    };
    let files = [("scans/a.json", &*report(TIME, &["HIGH"]).to_string())];
    checked(&policy(&[REPORTS], &[&entry("9999-12-31")]), &files).assert_passes();
    let run = checked(&policy(&[REPORTS], &[&entry("2020-01-31")]), &files);
    let wanted = [
        "expired-exception violation enforce".to_owned(),
        format!("{RULE} violation enforce"),
    ];
    assert_eq!(run.findings(), wanted);
    assert_eq!(run.code, 1);
}

#[test]
fn an_entry_of_ignore_without_effect_is_a_finding_when_all_that_the_policy_is_for_was_checked() {
    let entry = "ignore: [{ id: CVE-2020-1, reason: SEC-7 }]";
    let policy = policy(&[REPORTS], &[entry]);
    let part = checked(&policy, &[("scans/a.json", &clean())]);
    assert_eq!(part.findings(), [""; 0]);
    let sandbox = Sandbox::new()
        .file("imagegate.yaml", policy)
        .file("k8s/pod.yaml", pod(&format!("{NAME}@{DIGEST}")))
        .file("scans/a.json", clean());
    let run = sandbox.check(&[".", "--offline", "--no-cache"]);
    assert_eq!(run.findings(), ["unused-exception violation audit"]);
    assert_eq!(run.code, 0);
}

/// An OpenVEX document that says of the image with that digest that CVE-2026-0 does not affect it.
fn not_affected(digest: &str) -> String {
    not_affected_product(&format!("pkg:oci/cart@{}", digest.replace(':', "%3A")))
}

fn not_affected_product(product: &str) -> String {
    json!({
        "@context": "https://openvex.dev/ns/v0.2.0", "@id": "https://example.com/vex/1",
        "author": "security@example.com", "timestamp": TIME, "version": 1,
        "statements": [{
            "vulnerability": {"name": "CVE-2026-0"}, "status": "not_affected",
            "justification": "vulnerable_code_not_in_execute_path",
            "products": [{"@id": product}],
        }],
    })
    .to_string()
}

#[test]
fn an_openvex_statement_about_the_image_takes_its_vulnerability_away() {
    let scan = report(TIME, &["HIGH"]).to_string();
    let policy = policy(&[REPORTS], &["vex: ['vex/*.json']"]);
    let files = |vex: String| checked(&policy, &[("scans/a.json", &scan), ("vex/a.json", &vex)]);
    let run = files(not_affected(DIGEST));
    run.assert_passes();
    run.assert_counts("scan-by-vex");
    let other = DIGEST.replace('0', "1");
    assert_ends(&files(not_affected(&other)), "violation", 1, "CVE-2026-0");
}

#[test]
fn an_openvex_statement_about_the_repository_counts_only_where_the_policy_says_so() {
    let scan = report(TIME, &["HIGH"]).to_string();
    let vex = not_affected_product("pkg:oci/cart?repository_url=registry.example.com/shop/cart");
    let files = [("scans/a.json", &*scan), ("vex/a.json", &*vex)];
    let run = checked(&policy(&[REPORTS], &["vex: ['vex/*.json']"]), &files);
    assert_ends(&run, "violation", 1, "CVE-2026-0");
    let help = run.report["findings"][0]["help"].to_string();
    assert!(help.contains("vex-products: repository"), "{help}");
    let accepts = ["vex: ['vex/*.json']", "vex-products: repository"];
    let run = checked(&policy(&[REPORTS], &accepts), &files);
    run.assert_passes();
    run.assert_counts("scan-by-vex-of-repository");
}

#[test]
fn an_unread_openvex_file_takes_nothing_away_and_is_shown() {
    let files = [("scans/a.json", &*failing()), ("vex/a.json", "{")];
    let run = checked(&policy(&[REPORTS], &["vex: ['vex/*.json']"]), &files);
    let wanted = [
        format!("{RULE} not-checked audit"),
        format!("{RULE} violation enforce"),
    ];
    assert_eq!(run.findings(), wanted, "{}", run.report);
    assert_eq!(run.code, 1);
}

#[test]
fn an_unread_openvex_file_may_take_back_what_makes_an_image_pass() {
    let scan = report(TIME, &["HIGH"]).to_string();
    let vex = not_affected(DIGEST);
    let files = [
        ("scans/a.json", &*scan),
        ("vex/a.json", &*vex),
        ("vex/b.json", "{"),
    ];
    let run = checked(&policy(&[REPORTS], &["vex: ['vex/*.json']"]), &files);
    assert!(
        run.findings()
            .contains(&format!("{RULE} not-checked enforce")),
        "{}",
        run.report
    );
    assert_eq!(run.code, 3);
}

#[test]
fn a_scanner_that_is_not_there_is_3() {
    let run = checked(&policy(&["scanner: trivy"], &[]), &[]);
    assert_ends(&run, "not-checked", 3, "trivy");
}

fn testdata() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/signatures")
}

/// An image of the signed set, judged by these sources.
fn in_layout(image: &str, sources: &[&str], files: &[(&str, &str)]) -> Checked {
    let layout = testdata().join("layout");
    let registry = format!("registries:\n  registry.example.com: {{ layout: {layout:?} }}\n");
    let policy = format!("{}{registry}", policy(sources, &[]));
    let image = format!("registry.example.com/team/{image}");
    let mut sandbox = Sandbox::new()
        .file("imagegate.yaml", policy)
        .file("k8s/pod.yaml", pod(&image));
    for name in ["cosign-v2.pub", "other.pub"] {
        let text = std::fs::read(testdata().join("keys").join(name)).unwrap();
        sandbox = sandbox.file(name, text);
    }
    for (path, content) in files {
        sandbox = sandbox.file(path, content);
    }
    sandbox.check(&["k8s", "--no-cache"])
}

/// A source that accepts attestations by a key.
fn attested_by(key: &str) -> String {
    format!(
        "attestation: {{ predicate: vuln, signers: [{{ key: {key} }}], transparency-log: ignore }}"
    )
}

#[test]
fn a_passing_scan_attested_by_a_wanted_signer_is_0() {
    in_layout("v2-attested-only:v1", &[&attested_by("cosign-v2.pub")], &[]).assert_passes();
}

#[test]
fn a_scan_attested_by_somebody_else_is_no_scan() {
    let run = in_layout("v2-attested-only:v1", &[&attested_by("other.pub")], &[]);
    assert_ends(
        &run,
        "violation",
        1,
        "found instead: an attestation by somebody else",
    );
}

#[test]
fn a_failing_attestation_is_not_overruled_by_a_report() {
    let digest = in_layout("v2-failing-scan:v1", &[&attested_by("cosign-v2.pub")], &[]);
    assert_ends(
        &digest,
        "violation",
        1,
        "2 vulnerabilities of severity high or above",
    );
    let digest = digest.report["findings"][0]["digest"]
        .as_str()
        .unwrap()
        .to_owned();
    let clean = clean().replace(DIGEST, &digest);
    let files = [("scans/a.json", &*clean)];
    let run = in_layout(
        "v2-failing-scan:v1",
        &[&attested_by("cosign-v2.pub"), REPORTS],
        &files,
    );
    assert_ends(
        &run,
        "violation",
        1,
        "says the attestation by key `cosign-v2.pub`",
    );
}

#[test]
fn where_one_platform_was_scanned_the_others_are_named() {
    let platform = "sha256:ac0e90fd612d9ae7fe5f034bc3213b4ef7a4ad82628cf759888398faf11131b6";
    let clean = clean().replace(DIGEST, platform);
    let files = [("scans/a.json", &*clean)];
    let run = in_layout(
        "v2-index:v1",
        &[&attested_by("cosign-v2.pub"), REPORTS],
        &files,
    );
    assert_ends(&run, "violation", 1, "found instead: a scan of linux/");
}

/// An image with two attestations, one of which holds a report that is not read.
fn attested(layout: &str) -> Checked {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/scans/attested");
    let registry = format!(
        "registries:\n  registry.example.com: {{ layout: {:?} }}\n",
        folder.join(layout)
    );
    let key = std::fs::read(folder.join(format!("{layout}.pub"))).unwrap();
    Sandbox::new()
        .file(
            "imagegate.yaml",
            format!("{}{registry}", policy(&[&attested_by("good.pub")], &[])),
        )
        .file("k8s/pod.yaml", pod("registry.example.com/team/a:v1"))
        .file("good.pub", key)
        .check(&["k8s", "--no-cache", "--offline"])
}

#[test]
fn an_older_attestation_that_cannot_be_read_does_not_stop_the_image() {
    attested("older-sarif").assert_passes();
}

#[test]
fn the_newest_attestation_that_cannot_be_read_is_3() {
    assert_ends(&attested("newer-sarif"), "not-checked", 3, "cannot be used");
}

/// A layout of blobs with one image, `registry.example.com/team/nested:v1`: an index that lists an index
/// with the platform, both named by their digests.
fn nested_layout(keeps_inner: bool) -> (Sandbox, String, String) {
    let digest = |text: &str| {
        let digest = imagegate::model::digest::Digest::sha256(text.as_bytes());
        digest.to_string()
    };
    let index_of = |entry: Value| {
        let index = "application/vnd.oci.image.index.v1+json";
        json!({ "schemaVersion": 2, "mediaType": index, "manifests": [entry] }).to_string()
    };
    let platform = digest("a platform");
    let inner = index_of(json!({
        "mediaType": "application/vnd.oci.image.manifest.v1+json", "digest": platform, "size": 1,
        "platform": { "os": "linux", "architecture": "arm64" },
    }));
    let entry = |document: &str, annotations: Value| {
        json!({
            "mediaType": "application/vnd.oci.image.index.v1+json", "digest": digest(document),
            "size": document.len(), "annotations": annotations,
        })
    };
    let outer = index_of(entry(&inner, json!({})));
    let name =
        json!({ "org.opencontainers.image.ref.name": "registry.example.com/team/nested:v1" });
    let path = |document: &str| format!("layout/blobs/{}", digest(document).replace(':', "/"));
    let mut sandbox = Sandbox::new()
        .file("layout/oci-layout", r#"{"imageLayoutVersion":"1.0.0"}"#)
        .file("layout/index.json", index_of(entry(&outer, name)))
        .file(&path(&outer), &outer);
    if keeps_inner {
        sandbox = sandbox.file(&path(&inner), &inner);
    }
    let registries = "registries:\n  registry.example.com: { layout: layout }\n";
    let sandbox = sandbox
        .file(
            "imagegate.yaml",
            format!("{}{registries}", policy(&[REPORTS], &[])),
        )
        .file("k8s/pod.yaml", pod("registry.example.com/team/nested:v1"));
    (sandbox, digest(&outer), platform)
}

/// A run over [`nested_layout`], with a clean report of the image and a failing one of its platform.
fn nested(keeps_inner: bool) -> Checked {
    let (sandbox, index, platform) = nested_layout(keeps_inner);
    let named = |report: String, digest: &str| {
        report
            .replace("shop/cart", "team/nested")
            .replace(DIGEST, digest)
    };
    sandbox
        .file("scans/index.json", named(clean(), &index))
        .file("scans/arm64.json", named(failing(), &platform))
        .check(&["k8s", "--no-cache", "--offline"])
}

#[test]
fn an_index_inside_an_index_is_followed() {
    assert_ends(&nested(true), "violation", 1, "scanned for linux/arm64");
}

#[test]
fn an_inner_index_that_cannot_be_read_is_3_where_it_may_matter() {
    assert_ends(&nested(false), "not-checked", 3, "is not there");
}
