//! `verify-image-signatures`: a wanted signer's signature is on the image that would be deployed.
//!
//! What signatures there are is for `gather` to find out; how they stand to an entry of `require` is
//! weighed in [`crate::check::signatures`]. Here the answers become one of three: passed, violated, could
//! not check. A place that gave no answer is passed over only where every entry is satisfied without it.

use std::sync::Arc;

use crate::check::catalog::RuleText;
use crate::check::signatures::entry::{Ending, Entry, Holding};
use crate::check::signatures::wanted::trial;
use crate::check::signatures::{advice, details, wording};
use crate::check::subject::{Image, Subject};
use crate::check::verdict::{Complaint, Verdict};
use crate::check::wording::{listed, quoted};
use crate::model::digest::Digest;
use crate::model::evidence::{Evidence, Gathered, Needs, ResolvedImage};
use crate::model::reason::Reason;
use crate::model::reference::ImageReference;
use crate::model::repository::Repository;
use crate::model::rule::Rule;
use crate::model::signature::{Elsewhere, SignatureFacts};
use crate::model::summary::NotLookedAt;
use crate::policy::settings::{
    RegistryAccess, SignatureRequirement, Spanned, VerifyImageSignatures,
};

/// What is said about the rule.
pub const TEXT: RuleText = RuleText {
    rule: Rule::VerifyImageSignatures,
    summary: "Images are signed by a wanted signer",
    page: include_str!("../../../docs/rules/verify-image-signatures.md"),
};

const NO_SUCH_IMAGE: &str = "there is no such image";

/// Names what [`judge`] will ask for; whether there is anything.
pub fn needs(settings: &VerifyImageSignatures, subject: Subject<'_>, needs: &mut Needs) -> bool {
    let Image::Full(reference) = subject.image else {
        return false;
    };
    let mut requirements = matching(settings, subject).peekable();
    if requirements.peek().is_none() {
        return false;
    }
    needs.digests.insert(reference.clone());
    let need = needs.signatures.entry(reference.clone()).or_default();
    for requirement in requirements {
        let repository = requirement.repository.as_ref();
        let repository = repository.and_then(|name| Repository::parse(&name.value));
        need.repositories.extend(repository);
        let log = requirement.transparency_log.value;
        let signers = requirement.signers.iter();
        need.trials
            .extend(signers.map(|signer| trial(&signer.value, log)));
    }
    true
}

/// Judges one image; `registries` tells which layouts stand for a registry.
pub fn judge(
    settings: &VerifyImageSignatures,
    registries: &[Spanned<RegistryAccess>],
    subject: Subject<'_>,
    evidence: &Gathered,
) -> Verdict {
    let requirements: Vec<&SignatureRequirement> = matching(settings, subject).collect();
    if requirements.is_empty() {
        return unmatched(settings, subject);
    }
    let Image::Full(reference) = subject.image else {
        return Verdict::NotApplicable(NotLookedAt::PlaceholderImage);
    };
    let entries = requirements.into_iter();
    let entries: Vec<Entry<'_>> = entries
        .map(|requirement| Entry::new(requirement, reference))
        .collect();
    let judging = Judging {
        settings,
        layout: layout(registries, reference),
        image: quoted(subject.text),
        reference,
        resolved: match evidence.digest(reference) {
            Evidence::Known(resolved) => Some(resolved),
            Evidence::Absent | Evidence::Unavailable(_) => None,
        },
    };
    let (digest, facts) = match judging.known(evidence) {
        Ok(known) => known,
        Err(reason) => {
            let facts = SignatureFacts::default();
            let holdings: Vec<Holding<'_>> = held(&entries, &facts);
            return Verdict::NotChecked(judging.not_checked(&reason, holdings.first()));
        }
    };
    let holdings = held(&entries, &facts);
    if holdings.iter().all(|held| held.ending == Ending::Satisfied) {
        return Verdict::PASS;
    }
    // A written digest is known without asking, but whether the image is there is not.
    let missing = match evidence.digest(reference) {
        Evidence::Known(_) => None,
        Evidence::Absent => Some(judging.no_such_image()),
        Evidence::Unavailable(reason) => Some(reason),
    };
    let verdict = match missing {
        Some(reason) => Verdict::NotChecked(judging.not_checked(&reason, open(&holdings).next())),
        None => judging.not_satisfied(&holdings, &digest, facts.elsewhere.as_ref()),
    };
    match verdict {
        Verdict::Violation(complaint) => {
            Verdict::Violation(details::of_facts(complaint, &facts, &holdings))
        }
        Verdict::NotChecked(complaint) => {
            Verdict::NotChecked(details::of_facts(complaint, &facts, &holdings))
        }
        other => other,
    }
}

/// The layout that stands for the image's registry or repository, as the policy writes it.
fn layout<'p>(
    registries: &'p [Spanned<RegistryAccess>],
    image: &ImageReference,
) -> Option<&'p str> {
    let registries = registries.iter().map(|entry| &entry.value);
    let access = RegistryAccess::of(registries, &Repository::of(image))?;
    access.layout.as_deref()
}

/// An image that some entry concerns, while it is judged.
struct Judging<'a> {
    settings: &'a VerifyImageSignatures,
    /// As a sentence names it.
    image: String,
    reference: &'a ImageReference,
    resolved: Option<ResolvedImage>,
    /// The layout that stands for its registry, as the policy writes it.
    layout: Option<&'a str>,
}

impl Judging<'_> {
    /// The digest that would be deployed and the facts about it, or why they are not known.
    fn known(&self, evidence: &Gathered) -> Result<(Digest, Arc<SignatureFacts>), Reason> {
        let reference = self.reference;
        let facts = match evidence.signatures(reference) {
            Evidence::Known(facts) => facts,
            Evidence::Absent => return Err(self.no_such_image()),
            Evidence::Unavailable(reason) => return Err(reason),
        };
        let digest = match (&reference.digest, evidence.digest(reference)) {
            (Some(written), Evidence::Known(resolved)) if resolved.digest != *written => {
                return Err(format!(
                    "the answer is about {}, which is a fault of imagegate",
                    resolved.digest
                )
                .into());
            }
            (Some(written), _) => written.clone(),
            (None, Evidence::Known(resolved)) => resolved.digest,
            (None, Evidence::Absent) => return Err(self.no_such_image()),
            (None, Evidence::Unavailable(reason)) => return Err(reason),
        };
        Ok((digest, facts))
    }

    /// That there is none, and where a layout was looked at in place of the registry, in which.
    fn no_such_image(&self) -> Reason {
        match self.layout {
            Some(path) => format!("{NO_SUCH_IMAGE} in the layout {}", quoted(path)).into(),
            None => NO_SUCH_IMAGE.into(),
        }
    }

    /// The verdict where an entry is not satisfied: what is violated weighs more than what is not known.
    fn not_satisfied(
        &self,
        holdings: &[Holding<'_>],
        digest: &Digest,
        elsewhere: Option<&Elsewhere>,
    ) -> Verdict {
        let mut violated = open(holdings).filter(|held| held.ending == Ending::Violated);
        let Some(first) = violated.next() else {
            let mut reasons: Vec<Reason> = Vec::new();
            for reason in open(holdings).flat_map(|held| &held.unknown) {
                if !reasons.contains(reason) {
                    reasons.push(reason.clone());
                }
            }
            let first = open(holdings).next();
            return Verdict::NotChecked(self.not_checked(&all(&reasons), first));
        };
        let answered_by = self.resolved.as_ref().map(|image| &image.answered_by);
        let said = wording::violated(first, answered_by);
        let mut message = format!("{} {said}", self.image);
        if self.settings.require.len() > 1 {
            message.push_str(&self.of_entry(first));
        }
        for held in violated {
            let entry = self.of_entry(held);
            let said = wording::violated(held, answered_by);
            message.push_str(&format!("; it {said}{entry}"));
        }
        for held in open(holdings).filter(|held| held.ending == Ending::NotKnown) {
            let reasons = all(&held.unknown);
            let entry = self.of_entry(held);
            message.push_str(&format!(
                "; it could not be checked further{entry}: {reasons}"
            ));
        }
        let unsigned = advice::Unsigned {
            image: self.reference,
            digest,
            resolved: self.resolved.as_ref(),
            elsewhere,
        };
        let help = advice::violated(first, &unsigned);
        let complaint = Complaint::new(message)
            .help(help)
            .decided_by(first.entry.requirement.span);
        Verdict::Violation(self.with_digest(complaint))
    }

    fn not_checked(&self, reason: &Reason, held: Option<&Holding<'_>>) -> Complaint {
        let mut message = format!("could not check who signed {}: {reason}", self.image);
        // What was found is about this image alone, and is not left to a sentence about many.
        let found = held.and_then(wording::found);
        let outage = reason.outage().filter(|_| found.is_none()).cloned();
        if let Some(found) = found {
            message.push_str(&format!("; found so far: {found}"));
        }
        let mut complaint = Complaint::new(message).detail("reason", &**reason);
        complaint = complaint.outage(outage);
        if let Some(held) = held {
            complaint = complaint.decided_by(held.entry.requirement.span);
            complaint = match (*reason == self.no_such_image(), self.layout) {
                (true, None) => complaint.help("push it first, or correct its name, tag or digest"),
                (true, Some(_)) => complaint.help(
                    "copy it into that layout with its signatures, as `cosign save` does, or correct its name, \
                     tag or digest",
                ),
                (false, _) => complaint.help(advice::wanted(held)),
            };
        }
        self.with_digest(complaint)
    }

    fn with_digest(&self, complaint: Complaint) -> Complaint {
        match &self.resolved {
            Some(resolved) => details::of_digest(complaint, resolved),
            None => complaint,
        }
    }

    /// ` (entry 2 of require)`, counted from 1 as they are written.
    fn of_entry(&self, held: &Holding<'_>) -> String {
        let mut entries = self.settings.require.iter();
        let own = held.entry.requirement;
        match entries.position(|entry| std::ptr::eq(entry, own)) {
            Some(number) => format!(" (entry {} of `require`)", number + 1),
            None => String::new(),
        }
    }
}

/// Several reasons as one, named as a sentence lists them.
fn all(reasons: &[Reason]) -> Reason {
    let outage = Reason::common_outage(reasons);
    let sentences: Vec<String> = reasons.iter().map(Reason::to_string).collect();
    Reason::of_outage(listed(&sentences), outage)
}

fn held<'e>(entries: &'e [Entry<'_>], facts: &'e SignatureFacts) -> Vec<Holding<'e>> {
    entries.iter().map(|entry| entry.hold(facts)).collect()
}

/// The entries that are not satisfied.
fn open<'h, 'e>(holdings: &'h [Holding<'e>]) -> impl Iterator<Item = &'h Holding<'e>> {
    let holdings = holdings.iter();
    holdings.filter(|held| held.ending != Ending::Satisfied)
}

/// An image that no entry concerns.
fn unmatched(settings: &VerifyImageSignatures, subject: Subject<'_>) -> Verdict {
    if !settings.unmatched_is_violation.value {
        let rule = Rule::VerifyImageSignatures;
        return Verdict::NotApplicable(NotLookedAt::NothingRequired(rule));
    }
    let image = quoted(subject.text);
    let message = format!("no entry of `require` says who has to sign {image}");
    Verdict::Violation(
        Complaint::new(message)
            .help("add an entry whose `images` match it, or write `unmatched: allow`")
            .decided_by(settings.unmatched_is_violation.span),
    )
}

/// The entries that could concern the image.
fn matching<'s>(
    settings: &'s VerifyImageSignatures,
    subject: Subject<'_>,
) -> impl Iterator<Item = &'s SignatureRequirement> {
    settings.require.iter().filter(move |entry| {
        let mut images = entry.images.iter();
        images.any(|pattern| subject.image.may_be_meant_by(&pattern.value))
    })
}
