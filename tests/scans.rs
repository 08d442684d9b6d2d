//! Scans: what is read out of reports, statements and VEX files, and what is refused.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "what a test sets up must work, or the test fails"
)]

#[path = "scans/files.rs"]
mod files;
#[path = "scans/refused.rs"]
mod refused;
#[path = "scans/reports.rs"]
mod reports;
#[path = "scans/statements.rs"]
mod statements;
#[path = "scans/vex.rs"]
mod vex;

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

/// The reports of `testdata/scans`.
fn testdata() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/scans")
}

fn report_file(name: &str) -> Vec<u8> {
    std::fs::read(testdata().join(name)).expect("a report of testdata")
}

/// A digest of one repeated hex digit.
fn digest(digit: char) -> String {
    format!("sha256:{}", String::from(digit).repeat(64))
}

/// A report by Trivy of an image with the digest of `a`s, with one vulnerability.
fn trivy() -> Value {
    json!({
        "SchemaVersion": 2,
        "Trivy": { "Version": "0.60.0" },
        "CreatedAt": "2026-11-20T10:00:00Z",
        "ArtifactName": "ghcr.io/acme/app:1.0",
        "ArtifactType": "container_image",
        "Metadata": {
            "RepoTags": ["ghcr.io/acme/app:1.0"],
            "RepoDigests": [format!("ghcr.io/acme/app@{}", digest('a'))],
        },
        "Results": [{
            "Class": "os-pkgs",
            "Vulnerabilities": [{
                "VulnerabilityID": "CVE-2026-0001",
                "PkgName": "openssl",
                "PkgIdentifier": { "PURL": "pkg:apk/alpine/openssl@3.1.0-r0" },
                "InstalledVersion": "3.1.0-r0",
                "FixedVersion": "3.1.4-r1",
                "Status": "fixed",
                "Severity": "HIGH",
                "PrimaryURL": "https://avd.aquasec.com/nvd/cve-2026-0001",
            }],
        }],
    })
}

/// A report by Grype of the same image, with one vulnerability.
fn grype() -> Value {
    json!({
        "matches": [{
            "vulnerability": {
                "id": "GHSA-aaaa-bbbb-cccc",
                "dataSource": "https://github.com/advisories/GHSA-aaaa-bbbb-cccc",
                "severity": "High",
                "fix": { "versions": ["1.2.0", "2.0.1"], "state": "fixed" },
            },
            "relatedVulnerabilities": [{ "id": "CVE-2026-0002" }],
            "artifact": { "name": "left-pad", "version": "1.1.0", "purl": "pkg:npm/left-pad@1.1.0" },
        }],
        "source": { "type": "image", "target": {
            "userInput": "ghcr.io/acme/app:1.0",
            "manifestDigest": digest('b'),
            "repoDigests": [format!("ghcr.io/acme/app@{}", digest('a'))],
            "tags": ["ghcr.io/acme/app:stable"],
        } },
        "descriptor": { "name": "grype", "version": "0.90.0", "timestamp": "2026-11-20T10:00:00Z" },
    })
}
