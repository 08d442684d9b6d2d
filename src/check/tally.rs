//! Counts what the summary says.

use std::collections::HashSet;

use crate::model::file_facts::FileFacts;
use crate::model::finding::{Action, Finding, Outcome};
use crate::model::reference::ImageReference;
use crate::model::rule::Rule;
use crate::model::summary::{NotLookedAt, Summary, count};
use crate::policy::settings::Policy;

/// The counts of a run so far.
#[derive(Debug, Default)]
pub struct Tally<'a> {
    summary: Summary,
    /// Normalised references, and the texts that are none.
    images: HashSet<Result<&'a ImageReference, &'a str>>,
}

impl<'a> Tally<'a> {
    /// What a run against this policy begins with: the rules that it does not configure are named even
    /// when no image is met that they could have judged.
    pub fn new(policy: &Policy) -> Self {
        let mut tally = Self::default();
        let missing = Rule::IMAGE_POLICIES.into_iter();
        let missing = missing.filter(|rule| !policy.rules.configures(*rule));
        let named = missing.map(|rule| (NotLookedAt::RuleNotConfigured(rule), 0));
        tally.summary.not_looked_at = named.collect();
        tally.summary.not_looked_at.sort();
        tally
    }

    /// Adds to the count of a reason.
    pub fn count(&mut self, reason: NotLookedAt, times: u32) {
        self.summary.add(reason, times);
    }

    /// Adds what reading a file counted. A file that could not be read at all is none that was read.
    pub fn file(&mut self, facts: &'a FileFacts) {
        let unread = facts.documents == 0
            && facts
                .problems
                .iter()
                .any(|problem| problem.rule == Rule::UnreadableInput && problem.location.is_none());
        self.summary.files += u32::from(!unread);
        self.summary.documents += facts.documents;
        self.summary.manifests += facts.manifests;
        self.summary.images += count(facts.uses.len());
        for used in &facts.uses {
            let image = used.reference.as_ref().map_err(|_| used.text.as_str());
            self.images.insert(image);
        }
        for (reason, times) in &facts.not_looked_at {
            self.count(reason.clone(), *times);
        }
    }

    /// The summary of a run that ended with `findings`.
    pub fn close(self, findings: &[Finding]) -> Summary {
        let mut summary = self.summary;
        summary.unique_images = count(self.images.len());
        for finding in findings {
            let count = match (&finding.suppressed, finding.action, finding.outcome) {
                (Some(_), _, _) => &mut summary.suppressed,
                (None, Action::Audit, _) => &mut summary.audit,
                (None, Action::Enforce, Outcome::Violation) => &mut summary.violations,
                (None, Action::Enforce, Outcome::NotChecked) => &mut summary.not_checked,
            };
            *count += 1;
        }
        summary
    }
}
