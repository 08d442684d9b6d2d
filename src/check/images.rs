//! Judges the images of one file by every rule about images.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Context;
use super::draft::{self, Draft, Ruling};
use super::namespaces::{Namespaces, Place, policy_asks_for_namespaces};
use super::rules::{
    check_vulnerability_scan, disallow_latest_tag, invalid_image_reference,
    restrict_image_registries, unrendered_template, verify_image_signatures,
};
use super::scans::run::Scans;
use super::share::Said;
use super::subject::{Image, Subject};
use super::tally::Tally;
use super::verdict::{Complaint, Judged, Noted, Verdict};
use crate::model::caveat::Caveat;
use crate::model::evidence::Needs;
use crate::model::finding::Outcome;
use crate::model::image_use::ImageUse;
use crate::model::reference::{ReferenceError, between_underscores};
use crate::model::rule::Rule;
use crate::model::source::SourceId;
use crate::model::summary::NotLookedAt;
use crate::policy::settings::RuleEntry;

/// Images of one file.
#[derive(Debug, Clone, Copy)]
pub struct File<'a> {
    /// The file.
    pub source: SourceId,
    /// Its name.
    pub path: &'a Arc<str>,
    /// Uses of images in it, some or all.
    pub uses: &'a [ImageUse],
}

/// Objects of one file that were counted, each at its first image.
#[derive(Debug, Default)]
pub struct Objects {
    exempt: BTreeSet<u32>,
    unknown: BTreeSet<u32>,
}

/// The findings about images of a file, in the order of its uses.
pub fn judge<'a>(
    file: File<'a>,
    objects: &mut Objects,
    context: &Context<'a>,
    namespaces: &mut Namespaces<'a>,
    running: &mut Running<'a>,
) -> Vec<Draft<'a>> {
    let mut drafts = Vec::new();
    let File { source, path, uses } = file;
    let Objects { exempt, unknown } = objects;
    let asks_for_namespaces = policy_asks_for_namespaces(context.policy);
    for used in uses {
        let number = namespaces.number_of(used);
        let place = namespaces.place(number);
        let object = |reason| Caveat {
            object: Some(Arc::clone(&used.object)),
            ..Caveat::at(reason, Arc::clone(path), used.location.start)
        };
        // An object counts once, at its first image.
        if place.exempt {
            if exempt.insert(used.object_index) {
                running.tally.add(object(NotLookedAt::ExemptNamespace));
            }
            continue;
        }
        if place.namespace.is_none() && asks_for_namespaces && unknown.insert(used.object_index) {
            running.tally.add(object(NotLookedAt::UnknownNamespace));
        }
        let judging = Judging {
            source,
            path,
            used,
            place,
            context,
        };
        judging.by_every_rule(running, &mut drafts);
    }
    drafts
}

/// What a run has counted and judged so far.
#[derive(Debug)]
pub struct Running<'a> {
    /// The counts.
    pub tally: Tally<'a>,
    /// What findings say.
    said: Said,
    /// What rules said that ask for nothing but the image, by its text.
    registries: Judged<'a>,
    tags: Judged<'a>,
    signatures: Judged<'a>,
    /// What `check-vulnerability-scan` has met.
    pub scans: Scans<'a>,
}

impl<'a> Running<'a> {
    /// With counts to add to.
    pub fn new(tally: Tally<'a>, scans: Scans<'a>) -> Self {
        Self {
            tally,
            said: Said::default(),
            registries: Judged::default(),
            tags: Judged::default(),
            signatures: Judged::default(),
            scans,
        }
    }
}

/// One image while it is judged.
struct Judging<'a, 'j> {
    source: SourceId,
    /// The name of the file.
    path: &'a Arc<str>,
    used: &'a ImageUse,
    place: &'j Place<'a>,
    context: &'j Context<'a>,
}

impl<'a> Judging<'a, '_> {
    fn by_every_rule(&self, running: &mut Running<'a>, drafts: &mut Vec<Draft<'a>>) {
        self.by_input_rules(running, drafts);
        let Some(written) = Subject::written(self.used) else {
            return;
        };
        let by_default = Subject::by_default(self.used);
        let (mut judged, mut undecided) = (false, false);
        for rule in Rule::IMAGE_POLICIES {
            if self.is_not_asked(rule, written) {
                self.leave_open(rule, written, running, drafts);
                continue;
            }
            let Some(verdict) = self.verdict(rule, written, running) else {
                continue;
            };
            judged |= !matches!(verdict, Verdict::NotApplicable(_));
            undecided |= verdict == Verdict::NotApplicable(NotLookedAt::PlaceholderImage);
            let decided = self.take(rule, written, verdict, running, drafts);
            let Some(by_default) = by_default.filter(|_| !decided) else {
                continue;
            };
            if self.is_not_asked(rule, by_default) {
                self.leave_open(rule, by_default, running, drafts);
            } else if let Some(verdict) = self.verdict(rule, by_default, running) {
                judged |= !matches!(verdict, Verdict::NotApplicable(_));
                self.take_default(rule, by_default, verdict, running, drafts);
            }
        }
        // One image with a placeholder counts once, however many rules it leaves open.
        if judged {
            running.tally.judged();
        }
        if undecided {
            let reason = match self.used.reference.as_ref() {
                Err(ReferenceError::Incomplete(_)) => NotLookedAt::IncompleteImage,
                _ => NotLookedAt::PlaceholderImage,
            };
            self.note([reason.into()], &mut running.tally);
        }
        if by_default.is_some() {
            self.note([NotLookedAt::PlaceholderDefault.into()], &mut running.tally);
        }
    }

    /// What is said about the text itself.
    fn by_input_rules(&self, running: &mut Running<'a>, drafts: &mut Vec<Draft<'a>>) {
        let used = self.used;
        let image = Subject::written(used).map(|subject| subject.image);
        let (rule, complaint) = match used.reference.as_ref() {
            Ok(_) => match between_underscores(&used.text) {
                Some(name) => {
                    let complaint = unrendered_template::looks_like_one(&used.text, name);
                    (Rule::UnrenderedTemplate, complaint)
                }
                None => return,
            },
            // Counted with what its known part leaves open.
            Err(ReferenceError::Incomplete(_)) => return,
            Err(ReferenceError::Placeholder(partial)) => {
                let complaint = unrendered_template::complaint(used, partial);
                (Rule::UnrenderedTemplate, complaint)
            }
            Err(error) => {
                let complaint = invalid_image_reference::complaint(&used.text, error);
                (Rule::InvalidImageReference, complaint)
            }
        };
        let said = &mut running.said;
        match self.draft(rule, Outcome::Violation, complaint, image, said) {
            Some(draft) => drafts.push(draft),
            None => self.note([NotLookedAt::RuleOff(rule).into()], &mut running.tally),
        }
    }

    /// Takes the verdict of an image policy; whether it is a finding.
    fn take(
        &self,
        rule: Rule,
        subject: Subject<'a>,
        verdict: Verdict,
        running: &mut Running<'a>,
        drafts: &mut Vec<Draft<'a>>,
    ) -> bool {
        let tally = &mut running.tally;
        let (outcome, complaint) = match verdict {
            Verdict::Pass(counted) => {
                self.note(counted, tally);
                return false;
            }
            // Counted once for all rules.
            Verdict::NotApplicable(NotLookedAt::PlaceholderImage) => return false,
            Verdict::NotApplicable(reason) => {
                self.note([reason.into()], tally);
                return false;
            }
            Verdict::Violation(complaint) => (Outcome::Violation, complaint),
            Verdict::NotChecked(complaint) => (Outcome::NotChecked, complaint),
        };
        self.note(complaint.counted.iter().cloned(), tally);
        let (image, said) = (Some(subject.image), &mut running.said);
        drafts.extend(self.draft(rule, outcome, complaint, image, said));
        true
    }

    /// Takes the verdict on the image by its defaults. It can fail the image; a pass approves nothing, since
    /// another value may be set.
    fn take_default(
        &self,
        rule: Rule,
        by_default: Subject<'a>,
        verdict: Verdict,
        running: &mut Running<'a>,
        drafts: &mut Vec<Draft<'a>>,
    ) {
        let (text, default) = (&self.used.text, by_default.text);
        let said = |complaint| unrendered_template::by_default(complaint, text, default);
        let verdict = match verdict {
            Verdict::Violation(complaint) => Verdict::Violation(said(complaint)),
            Verdict::NotChecked(complaint) => Verdict::NotChecked(said(complaint)),
            Verdict::Pass(_) | Verdict::NotApplicable(_) => return,
        };
        self.take(rule, by_default, verdict, running, drafts);
    }

    /// Whether the rule would need evidence that nobody asked for, since another rule refuses the image.
    fn is_not_asked(&self, rule: Rule, subject: Subject<'a>) -> bool {
        let Image::Full(reference) = subject.image else {
            return false;
        };
        let refused = &self.context.evidence.refused;
        if refused.is_empty() || !refused.contains(reference) || self.place.decision(rule).is_none()
        {
            return false;
        }
        let rules = &self.context.policy.rules;
        let mut needs = Needs::default();
        match rule {
            Rule::VerifyImageSignatures => {
                let entry = rules.verify_image_signatures.as_ref();
                entry.is_some_and(|entry| {
                    verify_image_signatures::needs(&entry.settings, subject, &mut needs)
                })
            }
            Rule::CheckVulnerabilityScan => {
                let entry = rules.check_vulnerability_scan.as_ref();
                entry.is_some_and(|entry| {
                    check_vulnerability_scan::needs(&entry.settings, subject, &mut needs)
                })
            }
            _ => false,
        }
    }

    /// Counts that the rule did not judge the image. Whether a suppression of the rule would be needed is
    /// not known, so those that reach it count as used.
    fn leave_open(
        &self,
        rule: Rule,
        subject: Subject<'a>,
        running: &mut Running<'a>,
        drafts: &mut Vec<Draft<'a>>,
    ) {
        let image = subject.image;
        if rule == Rule::CheckVulnerabilityScan {
            running.scans.ignores.not_judged(image);
        }
        self.note([NotLookedAt::RefusedImage(rule).into()], &mut running.tally);
        let nothing = Complaint::new(String::new());
        let said = &mut running.said;
        let draft = self.draft(rule, Outcome::NotChecked, nothing, Some(image), said);
        drafts.extend(draft.map(|draft| Draft {
            only_for_suppressions: true,
            ..draft
        }));
    }

    /// Counts reasons beside the verdict on the image, each with its place.
    fn note(&self, reasons: impl IntoIterator<Item = Noted>, tally: &mut Tally<'a>) {
        for noted in reasons {
            tally.image(noted, self.path, self.used);
        }
    }

    /// Asks one image policy; `None` when it is off there, which is counted.
    fn verdict(
        &self,
        rule: Rule,
        subject: Subject<'a>,
        running: &mut Running<'a>,
    ) -> Option<Verdict> {
        let policy = self.context.policy;
        let (rules, registries) = (&policy.rules, policy.registries.as_slice());
        let evidence = self.context.evidence;
        let on = self.place.decision(rule).is_some();
        let verdict = match rule {
            Rule::RestrictImageRegistries => {
                asked(on, rules.restrict_image_registries.as_ref(), |settings| {
                    let said = &mut running.registries;
                    said.once(subject.text, || {
                        restrict_image_registries::judge(settings, subject)
                    })
                })
            }
            Rule::DisallowLatestTag => asked(on, rules.disallow_latest_tag.as_ref(), |settings| {
                let said = &mut running.tags;
                said.once(subject.text, || {
                    disallow_latest_tag::judge(settings, subject)
                })
            }),
            Rule::VerifyImageSignatures => {
                asked(on, rules.verify_image_signatures.as_ref(), |settings| {
                    let signatures = &mut running.signatures;
                    signatures.once(subject.text, || {
                        verify_image_signatures::judge(settings, registries, subject, evidence)
                    })
                })
            }
            Rule::CheckVulnerabilityScan => {
                asked(on, rules.check_vulnerability_scan.as_ref(), |settings| {
                    let (now, scans) = (self.context.now, &mut running.scans);
                    check_vulnerability_scan::judge(settings, subject, evidence, now, scans)
                })
            }
            _ => None,
        };
        if verdict.is_none() {
            let reason = if rules.configures(rule) {
                NotLookedAt::RuleOff(rule)
            } else {
                NotLookedAt::RuleNotConfigured(rule)
            };
            self.note([reason.into()], &mut running.tally);
        }
        verdict
    }

    fn draft(
        &self,
        rule: Rule,
        outcome: Outcome,
        complaint: Complaint,
        image: Option<Image<'a>>,
        said: &mut Said,
    ) -> Option<Draft<'a>> {
        let ruling = Ruling {
            policy: self.context.policy,
            rule,
            outcome,
            decision: self.place.decision(rule)?,
        };
        let source = self.source;
        let mut draft = draft::about_image(ruling, complaint, source, self.used, image, self.place);
        said.share(&mut draft.finding);
        Some(draft)
    }
}

/// The verdict of a rule that is on.
fn asked<'a, T>(
    on: bool,
    entry: Option<&'a RuleEntry<T>>,
    judge: impl FnOnce(&'a T) -> Verdict,
) -> Option<Verdict> {
    entry.filter(|_| on).map(|entry| judge(&entry.settings))
}
