//! One image without a manifest: what `verify-image-signatures` says about it, and whose signatures the
//! policy speaks of.
//!
//! Without an object there is no namespace, so neither overrides nor exemptions matter here; neither
//! does the rule's action, since nothing is enforced.

use std::collections::BTreeSet;
use std::iter;
use std::sync::Arc;

use super::rules::verify_image_signatures;
use super::signatures::wanted::trial;
use super::signatures::wording::INLINE_KEY;
use super::subject::{Image, Subject};
use super::verdict::Verdict;
use super::wording::quoted;
use crate::model::evidence::{Evidence, Gathered, Needs, SignatureNeed};
use crate::model::image_use::{ImageUse, Role};
use crate::model::object::Object;
use crate::model::reference::ImageReference;
use crate::model::scan::{FoundScan, ScanOrigin};
use crate::model::signature::{Anchor, Trial};
use crate::model::span::{Location, Position, Span};
use crate::policy::settings::{Policy, ScanSource, Signer, Spanned};

/// What the policy says about the signatures of an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignatureVerdict {
    /// Every entry that concerns the image is satisfied.
    Pass,
    /// An entry is not; the sentence says what is wrong.
    Violation(String),
    /// It could not be found out; the sentence says why.
    NotChecked(String),
    /// No entry concerns the image.
    NothingRequired,
}

/// What has to be known to show everything about the signatures of `images`: what the rule asks for, and
/// every signer of the policy held against every signature, with and without a transparency log.
pub fn needs_of(images: &[ImageReference], policy: &Policy) -> Needs {
    let mut needs = Needs::default();
    let trials = trials(&signers(policy));
    for image in images {
        needs.digests.insert(image.clone());
        if let Some(rule) = &policy.rules.verify_image_signatures {
            let used = used(image);
            verify_image_signatures::needs(&rule.settings, subject(&used, image), &mut needs);
        }
        let need = needs.signatures.entry(image.clone()).or_default();
        need.trials.extend(trials.iter().cloned());
        let attestations = SignatureNeed {
            trials: trials.clone(),
            ..SignatureNeed::default()
        };
        needs.attestations.insert(image.clone(), attestations);
        needs
            .scans
            .extend(reports(policy).map(|number| (number, image.clone())));
    }
    needs
}

/// The numbers of the sources in `accept` that name report files. A scanner is not run only to look.
fn reports(policy: &Policy) -> impl Iterator<Item = usize> {
    let rule = policy.rules.check_vulnerability_scan.iter();
    let sources = rule.flat_map(|rule| &rule.settings.accept).enumerate();
    sources
        .filter(|(_, source)| matches!(source.value, ScanSource::Report { .. }))
        .map(|(number, _)| number)
}

/// The scans of `image` that were found, and a sentence for each that could not be looked for.
pub fn scans_of(
    image: &ImageReference,
    policy: &Policy,
    evidence: &Gathered,
) -> (Vec<FoundScan>, Vec<String>) {
    let attested = evidence.attested(image);
    let reports = reports(policy).map(|number| evidence.scan(number, image));
    let (mut found, mut unread) = (Vec::new(), Vec::new());
    for (number, answer) in iter::once(attested).chain(reports).enumerate() {
        match answer {
            Evidence::Known(facts) => {
                found.extend(facts.found.iter().filter(|scan| is_shown(scan)).cloned());
                // What is silent beside the image is among the gaps of its signatures already.
                unread.extend(facts.unread.iter().filter(|_| number > 0).cloned());
            }
            Evidence::Unavailable(reason) if number > 0 => unread.push(reason.to_string()),
            Evidence::Absent | Evidence::Unavailable(_) => {}
        }
    }
    unread.dedup();
    (found, unread)
}

/// A statement that nobody proved is shown as the attestation that it is, and says nothing.
fn is_shown(found: &FoundScan) -> bool {
    match &found.origin {
        ScanOrigin::Attestation(candidate) => {
            let mut outcomes = candidate.trials.iter().map(|(_, outcome)| outcome);
            outcomes.any(Result::is_ok)
        }
        ScanOrigin::Report(_) | ScanOrigin::Scanner(_) => true,
    }
}

/// What the rule says about `image`; `None` when the policy does not configure it.
pub fn verdict_of(
    image: &ImageReference,
    policy: &Policy,
    evidence: &Gathered,
) -> Option<SignatureVerdict> {
    let rule = policy.rules.verify_image_signatures.as_ref()?;
    let used = used(image);
    let subject = subject(&used, image);
    let registries = &policy.registries;
    let verdict = verify_image_signatures::judge(&rule.settings, registries, subject, evidence);
    Some(match verdict {
        Verdict::Pass(_) => SignatureVerdict::Pass,
        Verdict::Violation(complaint) => SignatureVerdict::Violation(complaint.message),
        Verdict::NotChecked(complaint) => SignatureVerdict::NotChecked(complaint.message),
        Verdict::NotApplicable(_) => SignatureVerdict::NothingRequired,
    })
}

/// What each signer of the policy rests on, and its name for a person; a name each, in the order of the
/// policy. Keyless signers all rest on the Sigstore trusted root, which is always the last.
pub fn signers(policy: &Policy) -> Vec<(Anchor, String)> {
    let mut named: Vec<(Anchor, String)> = Vec::new();
    for signer in written(policy) {
        let name = match &signer.value {
            Signer::Key { written, .. } if written == INLINE_KEY => inline(signer, policy),
            Signer::Key { written, .. } => format!("key {}", quoted(written)),
            Signer::Certificate { written, .. } => format!("authority {}", quoted(written)),
            Signer::Keyless { .. } => continue,
        };
        let Trial { anchor, .. } = trial(&signer.value, true);
        if named.iter().all(|(known, _)| *known != anchor) {
            named.push((anchor, name));
        }
    }
    named.push((Anchor::Sigstore, "the Sigstore trusted root".to_owned()));
    named
}

/// A policy may hold several keys itself, and only their lines tell them apart.
fn inline(signer: &Spanned<Signer>, policy: &Policy) -> String {
    match &policy.text {
        Some(text) => {
            let line = text.location(signer.span).start.line;
            format!("the key in line {line} of {}", quoted(text.path()))
        }
        None => INLINE_KEY.to_owned(),
    }
}

/// The signers of signatures and of scans.
fn written(policy: &Policy) -> impl Iterator<Item = &Spanned<Signer>> {
    let signatures = policy.rules.verify_image_signatures.iter();
    let signatures = signatures.flat_map(|rule| &rule.settings.require);
    let scans = policy.rules.check_vulnerability_scan.iter();
    let scans = scans.flat_map(|rule| &rule.settings.accept);
    let attestations = scans.filter_map(|source| match &source.value {
        ScanSource::Attestation { signers, .. } => Some(signers),
        _ => None,
    });
    let lists = signatures.map(|entry| &entry.signers).chain(attestations);
    lists.flatten()
}

/// A certificate of the Sigstore trusted root lives for minutes, so without a log it proves nothing.
fn trials(signers: &[(Anchor, String)]) -> BTreeSet<Trial> {
    let with_log = |log: bool| move |anchor: Anchor| Trial { anchor, log };
    let anchors = || signers.iter().map(|(anchor, _)| anchor.clone());
    let without = anchors().filter(|anchor| *anchor != Anchor::Sigstore);
    anchors()
        .map(with_log(true))
        .chain(without.map(with_log(false)))
        .collect()
}

fn subject<'a>(used: &'a ImageUse, image: &'a ImageReference) -> Subject<'a> {
    Subject {
        used,
        text: &used.text,
        image: Image::Full(image),
    }
}

/// The image as if a manifest named it, since rules judge uses.
fn used(image: &ImageReference) -> ImageUse {
    let start = Position { line: 1, column: 1 };
    ImageUse {
        text: image.to_string().into(),
        reference: Arc::new(Ok(image.clone())),
        location: Location {
            start,
            end: start,
            span: Span::default(),
        },
        used_through: None,
        document: 0,
        object: Arc::new(Object::default()),
        object_index: 0,
        container: None,
        role: Role::Container,
        field: Box::default(),
        origin: None,
    }
}
