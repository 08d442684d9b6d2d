//! The scans that are known for an image, as a format shows them: from where, when, and how many of each
//! severity. Whether they are good enough is for the rule to say.

use crate::model::scan::{FoundScan, Scan, ScanOrigin, Severity};

/// Severities, the worst first.
const SEVERITIES: [Severity; 6] = [
    Severity::Critical,
    Severity::High,
    Severity::Medium,
    Severity::Low,
    Severity::Negligible,
    Severity::Unknown,
];

/// How many vulnerabilities there are of each severity that occurs, the worst first.
pub fn counts(scan: &Scan) -> Vec<(Severity, usize)> {
    let count = |severity| {
        let found = scan.vulnerabilities.iter();
        found.filter(|one| one.severity == severity).count()
    };
    let counted = SEVERITIES.map(|severity| (severity, count(severity)));
    counted
        .into_iter()
        .filter(|(_, times)| *times > 0)
        .collect()
}

/// `Trivy 0.60.0, 2026-11-20: 2 critical, 1 high`, or why it cannot be told.
pub fn words(found: &FoundScan) -> String {
    let scan = match &found.scan {
        Ok(scan) => scan,
        Err(unusable) => return format!("could not be read: {}", unusable.reason),
    };
    let version = scan.version.as_deref();
    let version = version.map_or_else(String::new, |version| format!(" {version}"));
    let day = match scan.finished_at {
        Some(time) => time.strftime("%Y-%m-%d").to_string(),
        None => "at a time that it does not say".to_owned(),
    };
    let counts = counts(scan);
    let counted: Vec<String> = counts
        .iter()
        .map(|(severity, times)| format!("{times} {}", severity.as_str()))
        .collect();
    let counted = match counted.is_empty() {
        true => "no vulnerabilities".to_owned(),
        false => counted.join(", "),
    };
    format!("{}{version}, {day}: {counted}", scan.scanner)
}

/// The report file, when it is one.
pub fn report(origin: &ScanOrigin) -> Option<&str> {
    match origin {
        ScanOrigin::Report(path) => Some(path),
        ScanOrigin::Attestation(_) | ScanOrigin::Scanner(_) => None,
    }
}
