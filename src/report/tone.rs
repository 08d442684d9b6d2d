//! How a finding stands out: a violation, what could not be checked and what is only audited never look
//! alike. Each has a word; the colour is there for those who see one.

use crate::model::finding::{Action, Finding, Outcome};

/// The looks of a block of the text report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tone {
    /// An enforced violation, or an error of a policy.
    Error,
    /// An enforced check that could not be made.
    NotChecked,
    /// A violation of an audit rule.
    Audit,
    /// A check of an audit rule that could not be made.
    AuditNotChecked,
    /// A finding that is taken away.
    Suppressed,
    /// Advice about a policy.
    Advice,
}

impl Tone {
    /// How the finding is shown.
    pub(super) const fn of(finding: &Finding) -> Self {
        match (&finding.suppressed, finding.action, finding.outcome) {
            (Some(_), _, _) => Self::Suppressed,
            (None, Action::Enforce, Outcome::Violation) => Self::Error,
            (None, Action::Enforce, Outcome::NotChecked) => Self::NotChecked,
            (None, Action::Audit, Outcome::Violation) => Self::Audit,
            (None, Action::Audit, Outcome::NotChecked) => Self::AuditNotChecked,
        }
    }

    /// The word before the rule.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::NotChecked => "not checked",
            Self::Audit => "audit",
            Self::AuditNotChecked => "audit, not checked",
            Self::Suppressed => "suppressed",
            Self::Advice => "warning",
        }
    }

    /// What has to stand beside the rule where a line says nothing else about the outcome; nothing for a
    /// violation.
    pub(super) fn remark(self) -> String {
        match self {
            Self::Error => String::new(),
            other => format!(" ({})", other.word()),
        }
    }

    /// Select Graphic Rendition parameters (ECMA-48 8.3.117).
    pub(super) const fn parameters(self) -> &'static str {
        match self {
            Self::Error => "1;31",
            Self::NotChecked => "1;35",
            Self::Audit | Self::Advice => "1;33",
            Self::AuditNotChecked | Self::Suppressed => "1;36",
        }
    }
}
