//! One scan against the thresholds: which of its vulnerabilities fail, and what does not count.

use super::ignores::Concerning;
use super::vex::OfImage;
use crate::model::scan::{LeftOut, Scan, Severity, Vulnerability};
use crate::policy::settings::{CheckVulnerabilityScan, VulnerabilitySeverity};

/// What is left of a scan.
#[derive(Debug, Default)]
pub struct Weighed {
    /// Numbers of the vulnerabilities that fail, the worst first.
    pub failing: Vec<usize>,
    /// Numbers of those that would, and why they do not count.
    pub left_out: Vec<(usize, LeftOut)>,
    /// Numbers of what the scanner left out itself, and would fail.
    pub left_out_by_scanner: Vec<usize>,
    /// How many of unknown severity do not fail.
    pub unknown_severities: usize,
    /// The files with statements that do not count and would take away what fails, with how many
    /// vulnerabilities each would.
    pub vex_beside: Vec<(String, usize)>,
}

impl Weighed {
    fn add_beside(&mut self, path: &str) {
        let mut known = self.vex_beside.iter_mut();
        match known.find(|(known, _)| known == path) {
            Some((_, count)) => *count += 1,
            None => self.vex_beside.push((path.to_owned(), 1)),
        }
    }
}

/// Weighs a scan.
pub fn weigh(
    scan: &Scan,
    settings: &CheckVulnerabilityScan,
    ignores: &mut Concerning<'_>,
    statements: &OfImage<'_>,
) -> Weighed {
    let mut weighed = Weighed::default();
    for (number, vulnerability) in scan.vulnerabilities.iter().enumerate() {
        if !reaches(vulnerability, settings) {
            let is_unknown = vulnerability.severity == Severity::Unknown;
            weighed.unknown_severities += usize::from(is_unknown);
            continue;
        }
        match left_out(vulnerability, settings, ignores, statements) {
            Some(reason) => weighed.left_out.push((number, reason)),
            None => {
                weighed.failing.push(number);
                if let Some(statement) = statements.beside(vulnerability) {
                    weighed.add_beside(&statement.path);
                }
            }
        }
    }
    for (number, vulnerability) in scan.ignored.iter().enumerate() {
        if reaches(vulnerability, settings)
            && left_out(vulnerability, settings, ignores, statements).is_none()
        {
            weighed.left_out_by_scanner.push(number);
        }
    }
    let vulnerability = |number: &usize| scan.vulnerabilities.get(*number);
    // Stable: among equals the order of the scan stays.
    weighed.failing.sort_by_cached_key(|number| {
        vulnerability(number).map(|found| rank(found, settings.unknown_severity))
    });
    weighed
}

/// Whether a vulnerability is bad enough to fail.
fn reaches(vulnerability: &Vulnerability, settings: &CheckVulnerabilityScan) -> bool {
    let counts_as = counts_as(vulnerability.severity, settings.unknown_severity);
    counts_as.is_some_and(|severity| severity >= settings.fail_on.value)
}

/// What a severity counts as; `None`: below the least that can fail.
fn counts_as(severity: Severity, unknown: VulnerabilitySeverity) -> Option<VulnerabilitySeverity> {
    match severity {
        Severity::Critical => Some(VulnerabilitySeverity::Critical),
        Severity::High => Some(VulnerabilitySeverity::High),
        Severity::Medium => Some(VulnerabilitySeverity::Medium),
        Severity::Low => Some(VulnerabilitySeverity::Low),
        Severity::Negligible => None,
        Severity::Unknown => Some(unknown),
    }
}

/// Lower is worse. What can be fixed stands before what cannot, a known severity before an unknown one.
fn rank(vulnerability: &Vulnerability, unknown: VulnerabilitySeverity) -> impl Ord + use<> {
    let severity = counts_as(vulnerability.severity, unknown);
    (
        std::cmp::Reverse(severity),
        vulnerability.severity == Severity::Unknown,
        vulnerability.fixed_in.is_none(),
        vulnerability.id.clone(),
        vulnerability.package.clone(),
    )
}

fn left_out(
    vulnerability: &Vulnerability,
    settings: &CheckVulnerabilityScan,
    ignores: &mut Concerning<'_>,
    statements: &OfImage<'_>,
) -> Option<LeftOut> {
    if settings.ignore_unfixed && vulnerability.fixed_in.is_none() {
        return Some(LeftOut::Unfixed);
    }
    // Asked before the statements, so that an entry that both reach is not called unused.
    if let Some(entry) = ignores.taking_away(vulnerability) {
        return Some(LeftOut::Ignored {
            reason: entry.reason.clone(),
            until: entry.expires,
        });
    }
    let taking_away = statements.taking_away(vulnerability)?;
    Some(LeftOut::Vex {
        path: taking_away.statement.path.to_string(),
        status: taking_away.statement.status,
        by_repository: taking_away.by_repository,
    })
}
