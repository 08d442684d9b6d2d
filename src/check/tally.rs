//! Counts what the summary says.

use std::collections::HashSet;
use std::sync::Arc;

use super::share::TextKey;
use super::verdict::Noted;
use crate::model::caveat::{self, Caveat};
use crate::model::file_facts::FileFacts;
use crate::model::finding::{Action, Finding, Outcome, SuppressedBy};
use crate::model::image_use::ImageUse;
use crate::model::reference::ImageReference;
use crate::model::rule::Rule;
use crate::model::shorten::shorten;
use crate::model::summary::{NotLookedAt, Summary, count};
use crate::policy::settings::Policy;

/// Most characters of a reason that are kept beside a place.
const WORDS: usize = 200;

/// The counts of a run so far.
#[derive(Debug, Default)]
pub struct Tally<'a> {
    summary: Summary,
    caveats: Vec<Caveat>,
    /// Whether the places of images are kept that a rule does not judge.
    images_of_rules: bool,
    /// Normalised references, and the texts that are none.
    images: HashSet<Result<&'a ImageReference, TextKey<'a>>>,
}

impl<'a> Tally<'a> {
    /// What a run against this policy begins with: the rules that it does not configure are named even
    /// when no image is met that they could have judged.
    ///
    /// `images_of_rules`: the places of images are kept that a rule does not judge since it is not
    /// configured, off, or wants nothing; else they are counted only, as there may be very many.
    pub fn new(policy: &Policy, images_of_rules: bool) -> Self {
        let mut tally = Self {
            images_of_rules,
            ..Self::default()
        };
        let missing = Rule::IMAGE_POLICIES.into_iter();
        let missing = missing.filter(|rule| !policy.rules.configures(*rule));
        let named = missing.map(|rule| (NotLookedAt::RuleNotConfigured(rule), 0));
        tally.summary.not_looked_at = named.collect();
        tally.summary.not_looked_at.sort();
        tally
    }

    /// Adds something that was not judged, or passed with a reservation.
    pub fn add(&mut self, caveat: Caveat) {
        self.summary.add(caveat.reason, caveat.times);
        self.caveats.push(caveat);
    }

    /// Adds what is counted beside the verdict on an image in the file that is called `path`.
    pub fn image(&mut self, noted: Noted, path: &Arc<str>, used: &ImageUse) {
        let Noted { reason, detail } = noted;
        if reason.counts_images_of_a_rule() && !self.images_of_rules {
            self.summary.add(reason, 1);
            return;
        }
        self.add(Caveat {
            object: Some(Arc::clone(&used.object)),
            image: Some(Arc::clone(&used.text)),
            detail,
            ..Caveat::at(reason, Arc::clone(path), used.location.start)
        });
    }

    /// Adds an image that at least one rule about images judged.
    pub fn judged(&mut self) {
        self.summary.judged = self.summary.judged.saturating_add(1);
    }

    /// Adds the finding, when somebody who may write the manifest keeps it from counting. Exceptions are the
    /// policy's own.
    pub fn inline_suppression(&mut self, finding: &Finding, path: &Arc<str>) {
        let suppressed = finding.suppressed.as_ref();
        let by = suppressed.map(|by| by.by).or(finding.lowered_by);
        let reason = match by {
            Some(SuppressedBy::Comment) => NotLookedAt::SuppressedByComment,
            Some(SuppressedBy::Annotation) => NotLookedAt::SuppressedByAnnotation,
            Some(SuppressedBy::Exception) | None => return,
        };
        let detail = match suppressed {
            Some(by) => format!("{}: {}", finding.rule, shorten(&by.reason, WORDS)),
            None => finding.rule.to_string(),
        };
        self.add(Caveat {
            position: finding.location.map(|location| location.start),
            object: finding.object.clone(),
            image: finding.image.clone(),
            detail: Some(detail.into()),
            ..Caveat::of_file(reason, Arc::clone(path))
        });
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
            let image = match used.reference.as_ref() {
                Ok(reference) => Ok(reference),
                Err(_) => Err(TextKey(&used.text)),
            };
            self.images.insert(image);
        }
        for caveat in &facts.caveats {
            self.add(caveat.clone());
        }
    }

    /// The summary of a run that ended with `findings`, and the places of what it counts, in order.
    pub fn close(mut self, findings: &[Finding]) -> (Summary, Vec<Caveat>) {
        caveat::arrange(&mut self.caveats);
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
        (summary, self.caveats)
    }
}
