//! `check-vulnerability-scan` as validated.

use crate::policy::pattern::ImagePattern;

use super::{Signer, Spanned};

/// `check-vulnerability-scan`.
#[derive(Debug, Clone)]
pub struct CheckVulnerabilityScan {
    /// `accept`, not empty, in order.
    pub accept: Vec<Spanned<ScanSource>>,
    /// `statements: every`.
    pub every_statement: bool,
    /// `fail-on`.
    pub fail_on: Spanned<VulnerabilitySeverity>,
    /// `unknown-severity`.
    pub unknown_severity: VulnerabilitySeverity,
    /// `ignore-unfixed`.
    pub ignore_unfixed: bool,
    /// `max-age`, in seconds.
    pub max_age: Option<Spanned<u64>>,
    /// `ignore`.
    pub ignore: Vec<Spanned<IgnoredVulnerability>>,
    /// `vex`, globs as written.
    pub vex: Vec<Spanned<String>>,
    /// `vex-products: repository`.
    pub vex_by_repository: bool,
}

/// One entry of `accept`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScanSource {
    /// A signed attestation.
    Attestation {
        /// `predicate`, one of [`SCAN_PREDICATES`].
        predicate: String,
        /// `signers`, not empty.
        signers: Vec<Spanned<Signer>>,
        /// `transparency-log: ignore` is false.
        transparency_log: bool,
    },
    /// Report files.
    Report {
        /// Globs as written, relative to the policy file.
        files: Vec<Spanned<String>>,
        /// `bind: tag` is true.
        by_tag: bool,
    },
    /// The annotation that admission reads.
    Annotation {
        /// Its key.
        key: String,
        /// The value that says "passed".
        value: String,
    },
    /// A scanner to run: `trivy` or `grype`.
    Scanner(String),
}

/// The predicate types that hold a vulnerability scan: cosign's short name for its own, and the types as
/// the statements write them (cosign `specs/COSIGN_VULN_ATTESTATION_SPEC.md`, in-toto `vulns`, Grype).
pub const SCAN_PREDICATES: [&str; 5] = [
    "vuln",
    "https://cosign.sigstore.dev/attestation/vuln/v1",
    "https://in-toto.io/attestation/vulns/v0.1",
    "https://in-toto.io/attestation/vulns/v0.2",
    "https://grype.anchore.io/scan",
];

/// Severities of vulnerabilities, from the least.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum VulnerabilitySeverity {
    /// `low`
    Low,
    /// `medium`
    Medium,
    /// `high`
    High,
    /// `critical`
    Critical,
}

/// One entry of `ignore` of the scan rule.
#[derive(Debug, Clone)]
pub struct IgnoredVulnerability {
    /// `id`, such as `CVE-2024-1234`.
    pub id: String,
    /// `package`, when only one is meant.
    pub package: Option<String>,
    /// `images`; every image when not written.
    pub images: Vec<Spanned<ImagePattern>>,
    /// `reason`, not empty.
    pub reason: String,
    /// `expires`: the last day on which it holds.
    pub expires: Option<jiff::civil::Date>,
}
