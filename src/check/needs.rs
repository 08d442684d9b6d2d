//! Which evidence the rules want about the images of a run, each piece once. What is exempt, or judged
//! by no rule that wants evidence, needs none: the network is not asked about it. Nor is it about an image
//! that is refused wherever it would be asked about: who wrote the manifest would choose the address.

use std::collections::HashSet;
use std::slice;

use jiff::civil::Date;

use super::draft::{self, Ruling};
use super::namespaces::{Namespaces, Place};
use super::rules::{
    check_vulnerability_scan, disallow_latest_tag, restrict_image_registries,
    verify_image_signatures,
};
use super::subject::{Image, Subject};
use super::suppress;
use super::suppress::exceptions::Exceptions;
use super::suppress::inline::Ignores;
use super::verdict::Verdict;
use crate::model::evidence::Needs;
use crate::model::file_facts::FileFacts;
use crate::model::finding::{Action, Outcome};
use crate::model::image_use::ImageUse;
use crate::model::reference::ImageReference;
use crate::model::rule::Rule;
use crate::model::source::SourceId;
use crate::policy::settings::Policy;

/// The rules that can refuse an image by its text alone.
const BY_TEXT: [Rule; 2] = [Rule::RestrictImageRegistries, Rule::DisallowLatestTag];

/// The evidence that the rules want about the images of `files`; `namespace` is `--namespace`.
pub fn needs(files: &[(SourceId, FileFacts)], policy: &Policy, namespace: Option<&str>) -> Needs {
    let mut asking = Asking::new(policy, namespace);
    for (_, facts) in files {
        asking.namespaces.put_into(&facts.put_into);
        for subject in facts.uses.iter().flat_map(subjects) {
            asking.asks(subject);
        }
    }
    asking.needs
}

/// The same without the images that an enforced rule refuses by their text at every use for which they
/// would be asked about, and nothing takes that finding away. These are named in `refused`.
pub fn needs_unless_refused(
    files: &[(SourceId, FileFacts)],
    policy: &Policy,
    namespace: Option<&str>,
    today: Date,
) -> Needs {
    let mut asking = Asking::new(policy, namespace);
    let mut exceptions = Exceptions::new(policy, today);
    let (mut refused, mut open) = (HashSet::new(), HashSet::new());
    for (source, facts) in files {
        asking.namespaces.put_into(&facts.put_into);
        let setting = policy.inline_ignores.value;
        let mut ignores = Ignores::new(&facts.ignores, setting, today);
        for subject in facts.uses.iter().flat_map(subjects) {
            let Some(number) = asking.asks(subject) else {
                continue;
            };
            let Image::Full(reference) = subject.image else {
                continue;
            };
            if open.contains(reference) {
                continue;
            }
            let place = asking.namespaces.place(number);
            let refusing = Refusing {
                policy,
                source: *source,
                place,
            };
            match refusing.refuses(subject.used, &mut ignores, &mut exceptions) {
                true => refused.insert(reference),
                false => open.insert(reference),
            };
        }
    }
    let mut needs = asking.needs;
    refused.retain(|reference| !open.contains(reference));
    if !refused.is_empty() {
        leave_out(&mut needs, &refused);
    }
    needs
}

fn leave_out(needs: &mut Needs, refused: &HashSet<&ImageReference>) {
    needs.digests.retain(|image| !refused.contains(image));
    needs.signatures.retain(|image, _| !refused.contains(image));
    needs.scans.retain(|(_, image)| !refused.contains(image));
    needs
        .attestations
        .retain(|image, _| !refused.contains(image));
    needs.refused = refused.iter().copied().cloned().collect();
}

/// The image as it is written, and by the defaults of its placeholders.
fn subjects(used: &ImageUse) -> impl Iterator<Item = Subject<'_>> {
    let subjects = [Subject::written(used), Subject::by_default(used)];
    subjects.into_iter().flatten()
}

/// Questions while they are collected.
struct Asking<'a> {
    policy: &'a Policy,
    namespaces: Namespaces<'a>,
    needs: Needs,
}

impl<'a> Asking<'a> {
    fn new(policy: &'a Policy, namespace: Option<&'a str>) -> Self {
        Self {
            policy,
            namespaces: Namespaces::new(policy, namespace),
            needs: Needs::default(),
        }
    }

    /// Adds what is asked for one use; `None` when nothing is, else the number of its place.
    fn asks(&mut self, subject: Subject<'a>) -> Option<usize> {
        let signatures = self.policy.rules.verify_image_signatures.as_ref();
        let scans = self.policy.rules.check_vulnerability_scan.as_ref();
        if signatures.is_none() && scans.is_none() {
            return None;
        }
        let number = self.namespaces.number_of(subject.used);
        let place = self.namespaces.place(number);
        if place.exempt {
            return None;
        }
        let mut asked = false;
        if let Some(entry) = signatures
            && place.decision(Rule::VerifyImageSignatures).is_some()
        {
            asked |= verify_image_signatures::needs(&entry.settings, subject, &mut self.needs);
        }
        if let Some(entry) = scans
            && place.decision(Rule::CheckVulnerabilityScan).is_some()
        {
            asked |= check_vulnerability_scan::needs(&entry.settings, subject, &mut self.needs);
        }
        asked.then_some(number)
    }
}

/// What refuses images without evidence at one place.
struct Refusing<'p, 'a> {
    policy: &'a Policy,
    source: SourceId,
    place: &'p Place<'a>,
}

impl<'a> Refusing<'_, 'a> {
    fn refuses(
        &self,
        used: &'a ImageUse,
        ignores: &mut Ignores<'a>,
        exceptions: &mut Exceptions<'a>,
    ) -> bool {
        subjects(used).any(|subject| {
            let mut rules = BY_TEXT.into_iter();
            rules.any(|rule| self.is_refused_by(rule, subject, ignores, exceptions))
        })
    }

    fn is_refused_by(
        &self,
        rule: Rule,
        subject: Subject<'a>,
        ignores: &mut Ignores<'a>,
        exceptions: &mut Exceptions<'a>,
    ) -> bool {
        let Some(decision) = self.place.decision(rule) else {
            return false;
        };
        let Some(Verdict::Violation(complaint)) = self.by_text(rule, subject) else {
            return false;
        };
        let ruling = Ruling {
            policy: self.policy,
            rule,
            outcome: Outcome::Violation,
            decision,
        };
        let image = Some(subject.image);
        let (source, used) = (self.source, subject.used);
        let mut draft = draft::about_image(ruling, complaint, source, used, image, self.place);
        let setting = self.policy.inline_ignores.value;
        suppress::apply(slice::from_mut(&mut draft), ignores, exceptions, setting);
        draft.finding.suppressed.is_none() && draft.finding.action == Action::Enforce
    }

    fn by_text(&self, rule: Rule, subject: Subject<'_>) -> Option<Verdict> {
        let rules = &self.policy.rules;
        match rule {
            Rule::RestrictImageRegistries => rules
                .restrict_image_registries
                .as_ref()
                .map(|entry| restrict_image_registries::judge(&entry.settings, subject)),
            Rule::DisallowLatestTag => rules
                .disallow_latest_tag
                .as_ref()
                .map(|entry| disallow_latest_tag::judge(&entry.settings, subject)),
            _ => None,
        }
    }
}
