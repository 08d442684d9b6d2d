//! What is known about single images, and how the parts of it relate: which signer a signature is proven
//! to be by, or why it is by none. The formats only write it down.

pub mod engines;
pub mod scans;

use std::sync::Arc;

use crate::check::alone::SignatureVerdict;
use crate::model::evidence::{Evidence, ResolvedImage};
use crate::model::reference::ImageReference;
use crate::model::scan::FoundScan;
use crate::model::signature::{
    Anchor, Candidate, Format, Proof, Refusal, SignatureFacts, Storage, Trial,
};

/// All that a format needs to show what is stored for images.
#[derive(Debug, Default)]
pub struct InspectReport {
    /// The images, in the order in which they were asked for.
    pub images: Vec<InspectedImage>,
    /// What the signers of the policy rest on, each with its name.
    pub signers: Vec<(Anchor, String)>,
    /// The policy file's name as shown; `None` when there is none.
    pub policy_file: Option<String>,
}

/// One image.
#[derive(Debug)]
pub struct InspectedImage {
    /// As it was asked for, normalised.
    pub reference: ImageReference,
    /// What it stands for.
    pub digest: Evidence<ResolvedImage>,
    /// What is stored beside it.
    pub signatures: Evidence<Arc<SignatureFacts>>,
    /// What the policy says; `None` when it says nothing about signatures.
    pub verdict: Option<SignatureVerdict>,
    /// The scans of it: in attestations that are proven, and in the report files that the policy names.
    pub scans: Vec<FoundScan>,
    /// The scans that could not be looked for; a sentence each.
    pub unread_scans: Vec<String>,
}

impl InspectReport {
    /// Whether every question was answered. An image that does not exist leaves its own unanswered.
    pub fn is_complete(&self) -> bool {
        self.images.iter().all(|image| {
            let resolved = matches!(image.digest, Evidence::Known(_));
            let read = matches!(&image.signatures, Evidence::Known(facts) if facts.gaps.is_empty());
            resolved && read && image.unread_scans.is_empty()
        })
    }
}

/// A signer that a candidate is proven to be by.
#[derive(Debug)]
pub(super) struct Proven<'a> {
    /// The signer's name.
    pub name: &'a str,
    /// What the proof rests on.
    pub anchor: &'a Anchor,
    /// Whether an entry of a trusted transparency log is part of it.
    pub logged: bool,
    /// The proof.
    pub proof: &'a Proof,
}

/// A signer that a candidate is not proven to be by.
#[derive(Debug)]
pub(super) struct Refused<'a> {
    /// The signer's name.
    pub name: &'a str,
    /// What it rests on.
    pub anchor: &'a Anchor,
    /// Why.
    pub refusal: &'a Refusal,
}

/// What came of holding a candidate against every signer, in the order of the signers.
pub(super) fn standing<'a>(
    candidate: &'a Candidate,
    signers: &'a [(Anchor, String)],
) -> (Vec<Proven<'a>>, Vec<Refused<'a>>) {
    let (mut proven, mut refused) = (Vec::new(), Vec::new());
    for (anchor, name) in signers {
        let outcome = |log| outcome(candidate, anchor, log);
        // With a log entry says more than without; why it fails without one is why it fails at all.
        match (outcome(true), outcome(false)) {
            (Some(Ok(proof)), _) => proven.push(Proven {
                name,
                anchor,
                logged: true,
                proof,
            }),
            (_, Some(Ok(proof))) => proven.push(Proven {
                name,
                anchor,
                logged: false,
                proof,
            }),
            (_, Some(Err(refusal))) | (Some(Err(refusal)), None) => refused.push(Refused {
                name,
                anchor,
                refusal,
            }),
            (None, None) => {}
        }
    }
    (proven, refused)
}

fn outcome<'a>(
    candidate: &'a Candidate,
    anchor: &Anchor,
    log: bool,
) -> Option<&'a Result<Proof, Refusal>> {
    let made = |trial: &Trial| trial.log == log && trial.anchor == *anchor;
    let tried = candidate.trials.iter().find(|(trial, _)| made(trial));
    tried.map(|(_, outcome)| outcome)
}

/// `Sigstore bundle 0.3`. A media type that is not known is text from a registry.
pub(super) fn format_words(format: &Format) -> String {
    match format {
        Format::SimpleSigning => "simple signing".to_owned(),
        Format::Envelope => "DSSE envelope".to_owned(),
        Format::Bundle(version) => format!("Sigstore bundle {version}"),
        Format::Unknown(media_type) if media_type.is_empty() => "no media type".to_owned(),
        Format::Unknown(media_type) => media_type.clone(),
    }
}

/// Where a candidate was found.
pub(super) const fn storage_words(storage: Storage) -> &'static str {
    match storage {
        Storage::Referrer => "as a referrer",
        Storage::ReferrersTag => "in the referrers tag sha256-…",
        Storage::SignatureTag => "under the tag sha256-….sig",
        Storage::AttestationTag => "under the tag sha256-….att",
    }
}
