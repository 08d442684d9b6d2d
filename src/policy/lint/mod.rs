//! What is useless in a policy that is valid: entries that no image can match, entries that another one
//! makes pointless, and settings that take the protection away. Advice, never an error.
//!
//! Whether one pattern holds another is asked of `pattern`, whose yes is certain; whether two can
//! match the same image, whose no is certain. So advice that is given is true, and some is missed.

mod coverage;
mod evidence;
mod exposure;
mod images;
mod scopes;

use crate::model::span::Span;

pub use exposure::exposures;

use super::error::PolicyDiagnostic;
use super::settings::Policy;

/// Pairs of entries that are compared at most; above it a list would take minutes.
const MOST_COMPARISONS: usize = 2_000_000;

/// Advice about a policy, in the order of its text; none for the built-in policy.
pub fn lint(policy: &Policy) -> Vec<PolicyDiagnostic> {
    if policy.text.is_none() {
        return Vec::new();
    }
    let mut linter = Linter {
        policy,
        found: Vec::new(),
        comparisons: MOST_COMPARISONS,
    };
    images::lint(&mut linter);
    evidence::lint(&mut linter);
    scopes::lint(&mut linter);
    linter.found.sort_by_key(|found| found.span);
    linter.found
}

/// Collects advice about one policy.
struct Linter<'p> {
    policy: &'p Policy,
    found: Vec<PolicyDiagnostic>,
    comparisons: usize,
}

impl Linter<'_> {
    fn advise(
        &mut self,
        span: Span,
        message: impl Into<String>,
        label: &str,
        help: impl Into<String>,
    ) {
        self.found
            .push(PolicyDiagnostic::new(span, message, label).with_help(help));
    }

    /// The line of `span`, from 1.
    fn line(&self, span: Span) -> u32 {
        let text = self.policy.text.as_ref();
        text.map_or(1, |text| text.position(span.start).line)
    }

    /// Whether one more pair may be compared; the first that may not is reported at `span`.
    fn may_compare(&mut self, span: Span) -> bool {
        if self.comparisons == 1 {
            self.advise(
                span,
                "the lists are too long to compare every entry with every other",
                "not compared from here",
                "shorter lists with wider patterns are checked completely",
            );
        }
        self.comparisons = self.comparisons.saturating_sub(1);
        self.comparisons > 0
    }
}
