//! Pure: facts and evidence, judged by the policy, to findings.
//!
//! [`needs`] says what has to be fetched first; [`judge`] asks every rule about every image, lets
//! suppressions take findings away, merges what one text causes, and counts. Nothing here reads a file,
//! asks a network or the clock, or knows how a finding is shown.

pub mod alone;
pub mod catalog;

mod draft;
mod images;
mod look_alike;
mod merge;
mod namespaces;
mod needs;
mod order;
mod problems;
mod rules;
mod scans;
mod share;
mod signatures;
mod subject;
mod suppress;
mod tally;
mod verdict;
pub mod wording;

use std::collections::HashMap;
use std::sync::Arc;

use crate::model::caveat::Caveat;
use crate::model::directive::{IgnoreScope, InlineIgnore};
use crate::model::evidence::{Evidence, Gathered, ResolvedImage};
use crate::model::file_facts::FileFacts;
use crate::model::finding::{Action, Finding, Outcome};
use crate::model::image_use::ImageUse;
use crate::model::object::Object;
use crate::model::reference::ImageReference;
use crate::model::rule::Rule;
use crate::model::source::SourceId;
use crate::model::span::{Location, Span};
use crate::model::summary::Summary;
use crate::policy::resolve::Decision;
use crate::policy::settings::Policy;
use draft::{Draft, Ruling};
use images::Running;
use namespaces::{Namespaces, Place};
pub use needs::{needs, needs_unless_refused};
use scans::run::Scans;
pub use signatures::suffice as signatures_suffice;
use suppress::exceptions::Exceptions;
use suppress::inline::Ignores;
use tally::Tally;
use verdict::Complaint;

/// What a judgement rests on besides the files.
#[derive(Debug)]
pub struct Context<'a> {
    /// The policy.
    pub policy: &'a Policy,
    /// The policy file among the sources; `None` for the built-in policy, which has no text that a
    /// finding could point into.
    pub policy_source: Option<SourceId>,
    /// `--namespace`: for objects that name none.
    pub namespace: Option<&'a str>,
    /// The day against which expiry dates are held.
    pub today: jiff::civil::Date,
    /// The time against which the age of a scan is held.
    pub now: jiff::Timestamp,
    /// The answers to [`needs`].
    pub evidence: &'a Gathered,
    /// Whether everything was checked that the policy is for, so that an exception without effect is one that
    /// is not needed.
    pub all_governed_checked: bool,
    /// Whether the places of images are wanted that a rule does not judge since it is not configured, off,
    /// or wants nothing; else they are counted only.
    pub places_of_images_by_rule: bool,
}

/// What judging yields.
#[derive(Debug, Default)]
pub struct Judgement {
    /// Findings in the order of path, position and rule; suppressed ones too.
    pub findings: Vec<Finding>,
    /// What the tags stand for that were asked about, and the written digests beside which the tag
    /// points elsewhere, in the order of the references.
    pub resolved: Vec<(ImageReference, ResolvedImage)>,
    /// The counts, those of the files included.
    pub summary: Summary,
    /// What was not judged or passed with a reservation, each with its place, in the order of path and
    /// position.
    pub caveats: Vec<Caveat>,
}

/// Judges all files. The result does not depend on their order.
pub fn judge(files: &[(SourceId, FileFacts)], context: &Context<'_>) -> Judgement {
    let mut judging = Judging {
        context,
        namespaces: Namespaces::new(context.policy, context.namespace),
        running: Running::new(
            Tally::new(context.policy, context.places_of_images_by_rule),
            Scans::new(context.policy, context.evidence, context.today),
        ),
        exceptions: Exceptions::new(context.policy, context.today),
        listed: Vec::new(),
        paths: HashMap::new(),
    };
    for (source, facts) in files {
        judging.file(*source, facts);
    }
    judging.close()
}

/// What reading `files` counted, when nothing is judged, with the places of what was passed over.
pub fn counts(files: &[FileFacts]) -> (Summary, Vec<Caveat>) {
    let mut tally = Tally::default();
    for facts in files {
        tally.file(facts);
    }
    tally.close(&[])
}

/// A run while it is judged.
struct Judging<'a, 'c> {
    context: &'c Context<'a>,
    namespaces: Namespaces<'a>,
    running: Running<'a>,
    exceptions: Exceptions<'a>,
    listed: Vec<Finding>,
    /// The name of each file by which findings are ordered.
    paths: HashMap<SourceId, Arc<str>>,
}

impl<'a> Judging<'a, '_> {
    fn file(&mut self, source: SourceId, facts: &'a FileFacts) {
        let setting = self.context.policy.inline_ignores.value;
        self.namespaces.put_into(&facts.put_into);
        self.running.tally.file(facts);
        self.paths.insert(source, Arc::clone(&facts.source.path));
        let mut ignores = Ignores::new(&facts.ignores, setting, self.context.today);
        let mut objects = images::Objects::default();
        for uses in facts.uses.chunks(at_once(facts)) {
            let (namespaces, running) = (&mut self.namespaces, &mut self.running);
            let path = &facts.source.path;
            let file = images::File { source, path, uses };
            let mut drafts = images::judge(file, &mut objects, self.context, namespaces, running);
            suppress::apply(&mut drafts, &mut ignores, &mut self.exceptions, setting);
            self.list(drafts, path);
        }
        let (namespaces, tally) = (&mut self.namespaces, &mut self.running.tally);
        let mut drafts = problems::judge(source, facts, self.context, namespaces, tally);
        suppress::apply(&mut drafts, &mut ignores, &mut self.exceptions, setting);
        self.list(drafts, &facts.source.path);
        let complaints = ignores.complaints(self.context.policy, &facts.uses);
        self.about_ignores(source, facts, complaints);
    }

    fn list(&mut self, mut drafts: Vec<Draft<'_>>, path: &Arc<str>) {
        drafts.retain(|draft| !draft.only_for_suppressions);
        let findings = merge::merge(drafts);
        for finding in &findings {
            self.running.tally.inline_suppression(finding, path);
        }
        self.listed.extend(findings);
    }

    /// The findings about inline suppressions, each at its own place and by the policy of the object
    /// that it belongs to.
    fn about_ignores(
        &mut self,
        source: SourceId,
        facts: &'a FileFacts,
        complaints: Vec<(&'a InlineIgnore, Rule, Complaint)>,
    ) {
        if complaints.is_empty() {
            return;
        }
        let mut objects: HashMap<IgnoreScope, &Arc<Object>> = HashMap::new();
        for used in &facts.uses {
            let line = IgnoreScope::Line(used.location.start.line);
            objects.entry(line).or_insert(&used.object);
            let object = IgnoreScope::Object(used.object_index);
            objects.entry(object).or_insert(&used.object);
        }
        for (ignore, rule, complaint) in complaints {
            let object = objects.get(&ignore.scope).copied();
            let number = match object {
                Some(object) => self.namespaces.number(object),
                None => self.namespaces.nowhere(),
            };
            let finding = about_suppression(
                self.context.policy,
                self.namespaces.place(number),
                (rule, complaint),
                (source, Some(ignore.location)),
            );
            self.listed.extend(finding.map(|finding| Finding {
                object: object.cloned(),
                ..finding
            }));
        }
    }

    fn close(mut self) -> Judgement {
        let policy = self.context.policy;
        if let (Some(source), Some(text)) = (self.context.policy_source, &policy.text) {
            let number = self.namespaces.of_policy();
            let place = self.namespaces.place(number);
            let at = |span: Span| (source, Some(text.location(span)));
            let all_governed_checked = self.context.all_governed_checked;
            let mut complaints = self.exceptions.complaints(all_governed_checked);
            let scans = &self.running.scans;
            if policy.may_ask(Rule::CheckVulnerabilityScan) {
                complaints.extend(scans.ignores.complaints(all_governed_checked));
            }
            let complaints = complaints.into_iter();
            let mut findings: Vec<Finding> = complaints
                .filter_map(|(span, rule, complaint)| {
                    about_suppression(policy, place, (rule, complaint), at(span))
                })
                .collect();
            let unread = scans.unread().into_iter();
            findings.extend(unread.map(|(span, said)| about_unread(policy, said, at(span))));
            self.paths.insert(source, Arc::clone(text.path()));
            self.listed.extend(findings);
        }
        let mut findings = self.listed;
        order::arrange(&mut findings, &self.paths);
        let (summary, caveats) = self.running.tally.close(&findings);
        Judgement {
            summary,
            caveats,
            findings,
            resolved: resolved(self.context.evidence),
        }
    }
}

/// Most uses of a file that are judged at once: what is known of a finding before it is listed costs memory.
const AT_ONCE: usize = 256;

/// How many uses of a file are judged at once: all of them where aliases bring one text to several fields, which
/// makes them one finding.
fn at_once(facts: &FileFacts) -> usize {
    let is_shared = |used: &ImageUse| used.used_through.is_some() || used.origin.is_some();
    let shared = facts.uses.iter().any(is_shared);
    if shared { facts.uses.len() } else { AT_ONCE }
}

/// What was resolved that a reader of the manifests does not see in them.
fn resolved(evidence: &Gathered) -> Vec<(ImageReference, ResolvedImage)> {
    let digests = evidence.digests.iter();
    let mut resolved: Vec<(ImageReference, ResolvedImage)> = digests
        .filter_map(|(reference, answer)| match answer {
            Evidence::Known(image)
                if reference.digest.is_none() || image.tag_points_to.is_some() =>
            {
                Some((reference.clone(), image.clone()))
            }
            Evidence::Known(_) | Evidence::Absent | Evidence::Unavailable(_) => None,
        })
        .collect();
    resolved.sort_by(|(one, _), (other, _)| one.cmp(other));
    resolved
}

/// A finding about a suppression or exception; `None` when its rule is off there.
fn about_suppression(
    policy: &Policy,
    place: &Place<'_>,
    (rule, complaint): (Rule, Complaint),
    (source, location): (SourceId, Option<Location>),
) -> Option<Finding> {
    let ruling = Ruling {
        policy,
        rule,
        outcome: Outcome::Violation,
        decision: place.decision(rule)?,
    };
    let label = match rule {
        Rule::ExpiredException => "expired",
        Rule::UnusedException => "no effect",
        _ => "not a suppression",
    };
    Some(draft::at(
        ruling,
        complaint,
        source,
        location,
        label.to_owned(),
    ))
}

/// A finding about reports that could not be read although every image was judged: shown, and never what
/// stops a deploy, whatever the rule's action is anywhere.
fn about_unread(
    policy: &Policy,
    complaint: Complaint,
    (source, location): (SourceId, Option<Location>),
) -> Finding {
    let ruling = Ruling {
        policy,
        rule: Rule::CheckVulnerabilityScan,
        outcome: Outcome::NotChecked,
        decision: Decision {
            action: Action::Audit,
            decided_by: None,
        },
    };
    draft::at(ruling, complaint, source, location, "not read".to_owned())
}
