//! What is not a pass, although no rule found anything: the reasons that end a run with *could not check*.

use std::collections::BTreeSet;

use super::summary::{NotLookedAt, Summary};

/// The reasons, by name: one about a rule means every rule.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Strict(BTreeSet<&'static str>);

impl Strict {
    /// `strict: true`: everything that is not the choice of the policy or of whoever runs the check.
    pub fn plain() -> Self {
        let all = NotLookedAt::ALL.into_iter();
        Self::of(all.filter(|reason| reason.is_strict()))
    }

    /// These reasons.
    pub fn of(reasons: impl IntoIterator<Item = NotLookedAt>) -> Self {
        Self(reasons.into_iter().map(NotLookedAt::name).collect())
    }

    /// These reasons and those of `other`.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// Whether what is left out for that reason is not a pass.
    pub fn takes(&self, reason: NotLookedAt) -> bool {
        self.0.contains(reason.name())
    }

    /// The reasons by which a run is not a pass, with their counts.
    pub fn met<'s>(&self, summary: &'s Summary) -> impl Iterator<Item = &'s (NotLookedAt, u32)> {
        let counts = summary.not_looked_at.iter();
        counts.filter(|(reason, count)| *count > 0 && self.takes(*reason))
    }
}
