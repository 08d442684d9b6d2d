//! What a vulnerability scan of an image says. Whether that is good enough is not known here: these are
//! facts, and the rule judges them.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;

use super::digest::Digest;
use super::signature::Candidate;

/// What one source of scans has about one image.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ScanFacts {
    /// The scans that speak of the image, those that cannot be used too; in a fixed order. There may be none.
    pub found: Vec<FoundScan>,
    /// What could not be read besides; a sentence each. With a scan that answers they are a warning,
    /// without one "no scan" cannot be said.
    pub unread: Vec<String>,
    /// Where it was looked; for the sentence that says "no scan".
    pub asked: Vec<String>,
    /// Scans of other digests of the image's repository, as long as it is not known which digests the image
    /// has: each may be of it. They never make it pass.
    pub possible: Vec<FoundScan>,
    /// What is near the image and does not count; a sentence part each, such as ``the report `a.json` of
    /// the tag `v1` ``.
    pub passed_over: Vec<String>,
}

/// A scan and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundScan {
    /// Where it comes from.
    pub origin: ScanOrigin,
    /// What it says; or why that cannot be told.
    pub scan: Result<Arc<Scan>, Unusable>,
}

/// A scan of which it cannot be told what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unusable {
    /// Why, as a sentence part such as `it is no vulnerability scan`.
    pub reason: String,
    /// The scanner's name, when at least that can be read.
    pub scanner: Option<String>,
    /// When the scan ended, by its own words, when at least that can be read.
    pub finished_at: Option<Timestamp>,
}

impl<T: Into<String>> From<T> for Unusable {
    /// Nothing but the reason is known.
    fn from(reason: T) -> Self {
        Self {
            reason: reason.into(),
            scanner: None,
            finished_at: None,
        }
    }
}

/// Where a scan comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScanOrigin {
    /// A statement beside the image, signed or not: only the proofs of the candidate say by whom.
    Attestation(Box<Candidate>),
    /// A report file, by its path as shown.
    Report(String),
    /// A scanner that was run, by its name.
    Scanner(String),
}

/// A scan that was read and understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scan {
    /// The scanner's name, such as `Trivy`.
    pub scanner: String,
    /// Its version, when it is written.
    pub version: Option<String>,
    /// What ties it to the image.
    pub bound_by: Binding,
    /// When the scan ended, by its own words; never the time of a file.
    pub finished_at: Option<Timestamp>,
    /// Every vulnerability that it reports, in its order.
    pub vulnerabilities: Vec<Vulnerability>,
    /// Vulnerabilities that the scanner found and was told to leave out, as far as it says so.
    pub ignored: Vec<Vulnerability>,
    /// The scanner's settings, as it writes them, by which it left out what it does not list.
    pub exclusions: Vec<String>,
    /// Whether it says that the operating system is no longer supported, so that new vulnerabilities are
    /// not reported.
    pub end_of_life: bool,
}

impl Scan {
    /// Whether a scanner of that name made it, whatever the version of either.
    pub fn is_by(&self, scanner: &str) -> bool {
        self.scanner.trim().eq_ignore_ascii_case(scanner.trim())
    }
}

/// What ties a scan to an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Binding {
    /// The digest of the image, or of one platform of it.
    Digest(Digest),
    /// A name and tag, which can move.
    Tag(String),
}

/// One vulnerability in one package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vulnerability {
    /// Such as `CVE-2024-1234`.
    pub id: Box<str>,
    /// Other names of the same vulnerability.
    pub aliases: Vec<Box<str>>,
    /// The package's name; empty when not written.
    pub package: Box<str>,
    /// The package URL, when it is written.
    pub purl: Option<Box<str>>,
    /// The version that is installed; empty when not written.
    pub installed: Box<str>,
    /// The versions that fix it, when there are any. Empty: it may have a fix, or has one, and the scan does
    /// not write which, so it must not be passed over as unfixed.
    pub fixed_in: Option<Box<str>>,
    /// How bad it is by the scanner.
    pub severity: Severity,
    /// A page about it.
    pub link: Option<Box<str>>,
}

impl ScanOrigin {
    /// The kind in the machine formats; it never changes once published.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Attestation(_) => "attestation",
            Self::Report(_) => "report",
            Self::Scanner(_) => "scanner",
        }
    }
}

/// Severities as scanners write them, from the least.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// None is written, or that it is not known.
    Unknown,
    /// Grype's word for what is below low.
    Negligible,
    /// Low.
    Low,
    /// Medium.
    Medium,
    /// High.
    High,
    /// Critical.
    Critical,
}

impl Severity {
    /// Every severity, from the worst.
    pub const ALL: [Self; 6] = [
        Self::Critical,
        Self::High,
        Self::Medium,
        Self::Low,
        Self::Negligible,
        Self::Unknown,
    ];

    /// Words of scanners and of the databases that they quote (Red Hat and GitHub have their own).
    const WORDS: [(&str, Self); 14] = [
        ("", Self::Unknown),
        ("unknown", Self::Unknown),
        ("none", Self::Unknown),
        ("unassigned", Self::Unknown),
        ("untriaged", Self::Unknown),
        ("info", Self::Negligible),
        ("informational", Self::Negligible),
        ("negligible", Self::Negligible),
        ("low", Self::Low),
        ("medium", Self::Medium),
        ("moderate", Self::Medium),
        ("high", Self::High),
        ("important", Self::High),
        ("critical", Self::Critical),
    ];

    /// Reads a scanner's word, whatever its case and the white space around it; `None` when no scanner
    /// writes it, so that nobody can tell how bad it is.
    pub fn parse(word: &str) -> Option<Self> {
        let word = word.trim();
        let mut words = Self::WORDS.iter();
        let known = words.find(|(known, _)| known.eq_ignore_ascii_case(word));
        known.map(|(_, severity)| *severity)
    }

    /// The word for a person.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Negligible => "negligible",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

/// A scan as the rule weighed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JudgedScan {
    /// Where it comes from.
    pub origin: ScanOrigin,
    /// Who signed it, as the policy names the signer; for an attestation only.
    pub signed_by: Option<String>,
    /// The scan.
    pub scan: Arc<Scan>,
    /// The platform that it speaks of, such as `linux/arm64`, when the image has several and the scan is
    /// of one.
    pub platform: Option<String>,
    /// Seconds from its end to the check; `None` when it does not say when it ended, or names a time that
    /// is still to come.
    pub age: Option<u64>,
    /// Whether it is older than `max-age` allows.
    pub too_old: bool,
    /// The vulnerabilities that fail, by their numbers in the scan, the worst first.
    pub failing: Vec<usize>,
    /// The vulnerabilities that would fail and do not count, by their numbers in the scan.
    pub left_out: Vec<(usize, LeftOut)>,
    /// What the scanner left out by its own settings and would fail by the policy, by the numbers in
    /// [`Scan::ignored`].
    pub left_out_by_scanner: Vec<usize>,
    /// How many vulnerabilities of unknown severity do not fail.
    pub unknown_severities: usize,
    /// The files with OpenVEX statements that would take away what fails, and do not count since they name
    /// the image's repository and no digest; with how many vulnerabilities each would take away.
    pub vex_beside: Vec<(String, usize)>,
}

/// Why a vulnerability does not count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LeftOut {
    /// `ignore-unfixed`: there is no version that fixes it.
    Unfixed,
    /// An entry of `ignore`.
    Ignored {
        /// Its reason.
        reason: String,
        /// The last day on which it holds.
        until: Option<Date>,
    },
    /// An OpenVEX statement.
    Vex {
        /// The file, as shown.
        path: String,
        /// The status that it gives.
        status: VexStatus,
        /// Whether its product is the image's repository, and not a digest of the image.
        by_repository: bool,
    },
}

/// What the files named under `vex` say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VexFacts {
    /// Statements, in the order of files and within a file.
    pub statements: Vec<VexStatement>,
    /// What could not be read; a sentence each.
    pub unread: Vec<String>,
}

/// One OpenVEX statement about one vulnerability (OpenVEX specification 0.2, "Statement").
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VexStatement {
    /// The file, as shown; shared by its statements.
    pub path: Arc<str>,
    /// The vulnerability's name and its aliases.
    pub ids: Vec<String>,
    /// The products that may be an image: purls, IRIs, digests as `sha256:…` of `hashes`; with their
    /// subcomponents.
    pub products: Vec<VexProduct>,
    /// The subcomponents of each product that has none of its own, as version 0.0.1 writes them: once for
    /// all, however many products there are.
    pub subcomponents: Vec<Vec<String>>,
    /// The status.
    pub status: VexStatus,
    /// When it was made; the later of two statements about the same counts.
    pub time: Option<Timestamp>,
}

/// A product of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VexProduct {
    /// `@id`, and the values of `identifiers` and `hashes` (those as `algorithm:hex`).
    pub identifiers: Vec<String>,
    /// The same of each subcomponent; empty: those of the statement, or the whole product.
    pub subcomponents: Vec<Vec<String>>,
}

/// The status of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum VexStatus {
    /// `not_affected`
    NotAffected,
    /// `affected`
    Affected,
    /// `fixed`
    Fixed,
    /// `under_investigation`
    UnderInvestigation,
}

impl VexStatus {
    /// The word as OpenVEX writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotAffected => "not_affected",
            Self::Affected => "affected",
            Self::Fixed => "fixed",
            Self::UnderInvestigation => "under_investigation",
        }
    }
}
