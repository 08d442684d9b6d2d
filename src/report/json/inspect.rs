//! The object that `inspect --format json` prints.

mod scan;
mod signature;

use schemars::JsonSchema;
use serde::Serialize;

use scan::KnownScan;
use signature::{Signature, StorageName};

use crate::check::alone::SignatureVerdict;
use crate::model::evidence::{AnsweredBy, Evidence, ResolvedImage};
use crate::model::repository::Repository;
use crate::model::signature as facts;
use crate::report::inspect::{InspectReport, InspectedImage};

/// What is stored for each image. Keys are only ever added within a version.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Inspection<'a> {
    /// The version of this format: 1.
    version: u32,
    /// The policy file whose signers the signatures are held against.
    policy: Option<&'a str>,
    /// In the order of the arguments.
    images: Vec<Image<'a>>,
}

/// One image.
#[derive(Debug, Serialize, JsonSchema)]
struct Image<'a> {
    /// Its normalised reference.
    reference: String,
    /// Whether it could be found out what the reference stands for.
    state: State,
    /// Why not.
    reason: Option<&'a str>,
    /// The digest that would be deployed.
    digest: Option<&'a str>,
    /// Who said so.
    answered_by: Option<Source>,
    /// The path of the layout that said so, as the policy writes it.
    layout: Option<&'a str>,
    /// Where the written tag points, when a digest is written too and the tag points elsewhere.
    tag_points_to: Option<&'a str>,
    /// The images of a multi-platform index.
    platforms: Vec<Platform<'a>>,
    /// What the policy's verify-image-signatures says; null when it does not say anything.
    verdict: Option<Verdict<'a>>,
    /// Whether it is known what is stored for the image; with `gaps` only a part of it is.
    signatures_state: State,
    /// Why it is not.
    signatures_reason: Option<&'a str>,
    /// The repositories that were asked.
    asked: Vec<String>,
    /// Each signature and attestation.
    signatures: Vec<Signature<'a>>,
    /// The places that gave no answer.
    gaps: Vec<Gap<'a>>,
    /// The scans in attestations that are proven, and in the report files that the policy names.
    scans: Vec<KnownScan<'a>>,
    /// The scans that could not be looked for.
    unread_scans: &'a [String],
}

/// Whether something is known.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum State {
    /// It is.
    Known,
    /// There is no such image.
    NoSuchImage,
    /// It could not be found out.
    Unavailable,
}

/// Who answered.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Source {
    /// The registry.
    Registry,
    /// An OCI image layout.
    Layout,
    /// The cache of an earlier run.
    Cache,
}

/// One image of an index.
#[derive(Debug, Serialize, JsonSchema)]
struct Platform<'a> {
    /// Such as `linux/arm64`.
    platform: &'a str,
    /// Its digest.
    digest: &'a str,
}

/// What the rule says.
#[derive(Debug, Serialize, JsonSchema)]
struct Verdict<'a> {
    /// How it ends.
    outcome: Outcome,
    /// A sentence, unless it passes or nothing is required.
    message: Option<&'a str>,
}

/// How a judgement ends.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Outcome {
    /// Signed as wanted.
    Pass,
    /// Not signed as wanted.
    Violation,
    /// It could not be found out.
    NotChecked,
    /// No entry of the policy concerns the image.
    NothingRequired,
}

/// A place that gave no answer.
#[derive(Debug, Serialize, JsonSchema)]
struct Gap<'a> {
    /// The repository.
    repository: String,
    /// Which of the places; null when it concerns something that was listed in one of them.
    storage: Option<StorageName>,
    /// What was asked, what answered, what to do.
    reason: &'a str,
}

impl<'a> Inspection<'a> {
    pub(super) fn of(report: &'a InspectReport) -> Self {
        let images = report.images.iter();
        Self {
            version: super::VERSION,
            policy: report.policy_file.as_deref(),
            images: images.map(|image| Image::of(image, report)).collect(),
        }
    }
}

impl<'a> Image<'a> {
    fn of(image: &'a InspectedImage, report: &'a InspectReport) -> Self {
        let (state, reason) = State::of(&image.digest);
        let (signatures_state, signatures_reason) = State::of(&image.signatures);
        let digest = match &image.digest {
            Evidence::Known(resolved) => Some(resolved),
            _ => None,
        };
        let facts = match &image.signatures {
            Evidence::Known(facts) => Some(facts.as_ref()),
            _ => None,
        };
        Self {
            reference: image.reference.to_string(),
            state,
            reason,
            digest: digest.map(|resolved| resolved.digest.as_str()),
            answered_by: digest.map(|resolved| Source::of(&resolved.answered_by)),
            layout: digest.and_then(|resolved| match &resolved.answered_by {
                AnsweredBy::Layout(path) => Some(path.as_str()),
                AnsweredBy::Registry | AnsweredBy::Cache => None,
            }),
            tag_points_to: digest
                .and_then(|resolved| resolved.tag_points_to.as_ref())
                .map(|other| other.as_str()),
            platforms: digest.map(Platform::all).unwrap_or_default(),
            verdict: image.verdict.as_ref().map(Verdict::of),
            signatures_state,
            signatures_reason,
            asked: facts
                .map(|facts| facts.asked.iter().map(Repository::to_string).collect())
                .unwrap_or_default(),
            signatures: facts
                .map(|facts| Signature::all(facts, Repository::of(&image.reference), report))
                .unwrap_or_default(),
            gaps: facts
                .map(|facts| facts.gaps.iter().map(Gap::of).collect())
                .unwrap_or_default(),
            scans: image.scans.iter().map(KnownScan::of).collect(),
            unread_scans: &image.unread_scans,
        }
    }
}

impl State {
    fn of<T>(evidence: &Evidence<T>) -> (Self, Option<&str>) {
        match evidence {
            Evidence::Known(_) => (Self::Known, None),
            Evidence::Absent => (Self::NoSuchImage, None),
            Evidence::Unavailable(reason) => (Self::Unavailable, Some(reason)),
        }
    }
}

impl Source {
    const fn of(answered_by: &AnsweredBy) -> Self {
        match answered_by {
            AnsweredBy::Registry => Self::Registry,
            AnsweredBy::Layout(_) => Self::Layout,
            AnsweredBy::Cache => Self::Cache,
        }
    }
}

impl<'a> Platform<'a> {
    fn all(resolved: &'a ResolvedImage) -> Vec<Self> {
        let platforms = resolved.platforms.iter();
        platforms
            .map(|(digest, platform)| Self {
                platform,
                digest: digest.as_str(),
            })
            .collect()
    }
}

impl<'a> Verdict<'a> {
    fn of(verdict: &'a SignatureVerdict) -> Self {
        let (outcome, message) = match verdict {
            SignatureVerdict::Pass => (Outcome::Pass, None),
            SignatureVerdict::Violation(message) => (Outcome::Violation, Some(message.as_str())),
            SignatureVerdict::NotChecked(message) => (Outcome::NotChecked, Some(message.as_str())),
            SignatureVerdict::NothingRequired => (Outcome::NothingRequired, None),
        };
        Self { outcome, message }
    }
}

impl<'a> Gap<'a> {
    fn of(gap: &'a facts::Gap) -> Self {
        Self {
            repository: gap.repository.to_string(),
            storage: gap.storage.map(StorageName::of),
            reason: &gap.reason,
        }
    }
}
