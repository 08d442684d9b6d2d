//! The exit code, the same for every output format.

use std::process::ExitCode;

use super::args::FailOn;
use crate::model::finding::{Action, Outcome};
use crate::report::CheckReport;

/// How a run ended. The numbers are a promise, see `docs/exit-codes.md`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing that counts was found.
    Clean = 0,
    /// A rule that counts is violated.
    Violation = 1,
    /// Wrong usage, or a policy that cannot be used; also a report that could not be written.
    Usage = 2,
    /// Something could not be checked, and nothing was violated.
    NotChecked = 3,
    /// No manifest was found.
    NoManifest = 4,
}

impl From<Verdict> for ExitCode {
    fn from(verdict: Verdict) -> Self {
        Self::from(verdict as u8)
    }
}

/// What weighs in besides the findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Weighing {
    /// `--fail-on`.
    pub fail_on: FailOn,
    /// `--exit-zero`: findings do not count, an empty input still does.
    pub exit_zero: bool,
    /// `--allow-empty`.
    pub allow_empty: bool,
}

/// The verdict over a report. A violation outranks what could not be checked, and both outrank an
/// input without manifests: a file that could not be read must not be reported as an empty one. What a
/// strict run does not let pass could not be checked.
pub fn verdict(report: &CheckReport, weighing: Weighing) -> Verdict {
    let not_judged = report.strict.met(&report.summary).next().is_some();
    let mut verdict = match not_judged && !weighing.exit_zero {
        true => Verdict::NotChecked,
        false => Verdict::Clean,
    };
    let findings = report.findings.iter();
    let findings = findings.filter(|finding| finding.suppressed.is_none() && !weighing.exit_zero);
    for finding in findings {
        match (finding.outcome, finding.action) {
            (Outcome::Violation, Action::Enforce) => return Verdict::Violation,
            (Outcome::Violation, Action::Audit) if weighing.fail_on == FailOn::Warning => {
                return Verdict::Violation;
            }
            (Outcome::NotChecked, Action::Enforce) => verdict = Verdict::NotChecked,
            (_, Action::Audit) => {}
        }
    }
    if verdict == Verdict::Clean && report.summary.is_empty() && !weighing.allow_empty {
        return Verdict::NoManifest;
    }
    verdict
}
