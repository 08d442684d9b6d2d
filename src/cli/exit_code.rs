//! The exit code, the same for every output format.

use std::process::ExitCode;

use super::args::FailOn;
use crate::model::finding::{Action, Finding, Outcome};

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

/// The verdict over `findings`. A violation outranks what could not be checked, and both outrank an
/// input without manifests: a file that could not be read must not be reported as an empty one.
pub fn verdict(findings: &[Finding], manifests: u32, weighing: Weighing) -> Verdict {
    let counts = |finding: &&Finding| finding.suppressed.is_none() && !weighing.exit_zero;
    let mut verdict = Verdict::Clean;
    for finding in findings.iter().filter(counts) {
        match (finding.outcome, finding.action) {
            (Outcome::Violation, Action::Enforce) => return Verdict::Violation,
            (Outcome::Violation, Action::Audit) if weighing.fail_on == FailOn::Warning => {
                return Verdict::Violation;
            }
            (Outcome::NotChecked, Action::Enforce) => verdict = Verdict::NotChecked,
            (_, Action::Audit) => {}
        }
    }
    if verdict == Verdict::Clean && manifests == 0 && !weighing.allow_empty {
        return Verdict::NoManifest;
    }
    verdict
}
