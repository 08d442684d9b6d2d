//! A scan as `inspect --format json` prints it.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use crate::model::scan::{FoundScan, ScanOrigin};
use crate::report::inspect::scans;

/// One scan.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct KnownScan<'a> {
    /// The manifest of the attestation that holds it; null for a report file.
    attestation: Option<&'a str>,
    /// The report file; null for an attestation.
    report: Option<&'a str>,
    /// The scanner's name.
    scanner: Option<&'a str>,
    /// The scanner's version.
    version: Option<&'a str>,
    /// When the scan ended, by its own words.
    finished_at: Option<String>,
    /// How many vulnerabilities there are of each severity that occurs.
    counts: BTreeMap<&'static str, usize>,
    /// Why the scan cannot be used; null when it can.
    error: Option<&'a str>,
}

impl<'a> KnownScan<'a> {
    pub(super) fn of(found: &'a FoundScan) -> Self {
        let scan = found.scan.as_ref().ok();
        let unusable = found.scan.as_ref().err();
        let counts = scan.map(|scan| scans::counts(scan)).unwrap_or_default();
        Self {
            attestation: match &found.origin {
                ScanOrigin::Attestation(candidate) => Some(candidate.place.manifest.as_str()),
                ScanOrigin::Report(_) | ScanOrigin::Scanner(_) => None,
            },
            report: scans::report(&found.origin),
            scanner: scan
                .map(|scan| scan.scanner.as_str())
                .or(unusable.and_then(|unusable| unusable.scanner.as_deref())),
            version: scan.and_then(|scan| scan.version.as_deref()),
            finished_at: scan
                .and_then(|scan| scan.finished_at)
                .or(unusable.and_then(|unusable| unusable.finished_at))
                .map(|time| time.to_string()),
            counts: counts
                .into_iter()
                .map(|(severity, times)| (severity.as_str(), times))
                .collect(),
            error: unusable.map(|unusable| unusable.reason.as_str()),
        }
    }
}
