//! What one image stands for, and the signatures beside it: from earlier runs as far as that suffices,
//! else from the store that holds it.

use std::collections::BTreeSet;
use std::iter;
use std::sync::Arc;

use futures_util::future::join_all;

use super::find::{Found, Wave};
use super::platforms;
use super::remembered::Remembered;
use super::scans::format;
use super::settings::Suffices;
use super::signatures::Signatures;
use super::store::oci::Document;
use super::store::{Store, StoredManifest, Target, Unanswered};
use super::stored::StoredSignature;
use super::stores::Stores;
use super::verify::Verifier;
use crate::model::digest::Digest;
use crate::model::evidence::{AnsweredBy, Evidence, ResolvedImage, SignatureNeed};
use crate::model::reason::Reason;
use crate::model::reference::ImageReference;
use crate::model::repository::Repository;
use crate::model::scan::{FoundScan, ScanFacts, ScanOrigin};
use crate::model::signature::{Candidate, Content, Elsewhere, Gap, SignatureFacts};

/// What is asked when no tag is written (Kubernetes "Images", "Image names").
const DEFAULT_TAG: &str = "latest";

/// Most platforms of an unsigned index that are asked for signatures.
const MOST_PLATFORMS: usize = 16;

/// Everything that the images of a run share.
pub struct Images<'a> {
    suffices: Suffices<'a>,
    signatures: Signatures<'a>,
    remembered: Option<Remembered>,
}

impl<'a> Images<'a> {
    /// With nothing asked yet; `remembered` is what earlier runs found.
    pub fn new(
        suffices: Suffices<'a>,
        stores: Stores<'a>,
        verifier: Verifier,
        remembered: Option<Remembered>,
    ) -> Self {
        Self {
            suffices,
            signatures: Signatures::new(stores, verifier),
            remembered,
        }
    }

    /// Whether a registry may be asked about the image.
    pub fn uses_network(&self, image: &ImageReference) -> bool {
        let store = self.signatures.stores.of(&Repository::of(image));
        matches!(store, Ok(Store::Remote(_)))
    }

    /// The digest of an image, and whether it exists.
    pub async fn resolve(&self, image: &ImageReference) -> Evidence<ResolvedImage> {
        match self.resolved(image).await {
            Ok(Some(resolved)) => Evidence::Known(resolved),
            Ok(None) => Evidence::Absent,
            Err(unanswered) => Evidence::Unavailable(unanswered.into()),
        }
    }

    async fn resolved(&self, image: &ImageReference) -> Result<Option<ResolvedImage>, Unanswered> {
        let repository = Repository::of(image);
        let store = self.signatures.stores.of(&repository)?;
        let tag = image.tag.as_deref().unwrap_or(DEFAULT_TAG);
        let remembered = self.remembered.as_ref().filter(|_| !store.is_layout());
        let known = remembered.and_then(|remembered| remembered.image(image, tag));
        let resolved = match known {
            Some(known) => known,
            None => {
                let target = match &image.digest {
                    Some(digest) => Target::Digest(digest),
                    None => Target::Tag(tag),
                };
                let Some(manifest) = store.manifest(&repository, target).await? else {
                    return Ok(None);
                };
                let resolved = described(&store, image, &manifest).await?;
                // What could not be read now may be there the next time.
                if let (Some(remembered), None) = (remembered, &resolved.unlisted) {
                    remembered.keep_image(image, tag, &resolved);
                }
                resolved
            }
        };
        Ok(Some(ResolvedImage {
            tag_points_to: tag_points_elsewhere(&store, image).await,
            ..resolved
        }))
    }

    /// The signatures of the image that `resolved` says it is.
    pub async fn signatures(
        &self,
        image: &ImageReference,
        resolved: &ResolvedImage,
        need: &SignatureNeed,
    ) -> SignatureFacts {
        let subject = &resolved.digest;
        let own = Repository::of(image);
        let others = need.repositories.iter().filter(|other| **other != own);
        let asked: Vec<Repository> = iter::once(&own).chain(others).cloned().collect();
        let mut facts = SignatureFacts {
            asked: asked.clone(),
            ..SignatureFacts::default()
        };
        let places: BTreeSet<Repository> = asked.iter().cloned().collect();
        let remembered = self.remembered.as_ref();
        let remembered = remembered.filter(|_| !self.signatures.stores.any_layout(&asked));
        if let Some(remembered) = remembered
            && let Some(stored) = remembered.signatures(&own, subject, &places)
        {
            let read = self.signatures.verified(stored, subject, &need.trials);
            add(&mut facts, &read.await);
            if (self.suffices)(image, &facts) {
                return arranged(facts);
            }
            // What was there once is shown only where nobody can say what is there now.
            if !self.signatures.stores.is_offline(&own) {
                facts.candidates.clear();
                facts.gaps.clear();
            }
        }
        let enough = |facts: &SignatureFacts| (self.suffices)(image, facts);
        let found = self.fetch(subject, need, &mut facts, enough).await;
        if resolved.answered_by == AnsweredBy::Cache && !(self.suffices)(image, &facts) {
            facts.gaps.extend(self.gone(&own, subject).await);
        }
        let mut facts = arranged(facts);
        facts.elsewhere = self.elsewhere(image, resolved, need, &facts).await;
        if let Some(remembered) = remembered
            && (self.suffices)(image, &facts)
        {
            let stored: Vec<StoredSignature> = found
                .iter()
                .flat_map(|read| read.stored.iter().cloned())
                .collect();
            remembered.keep_signatures(&own, subject, &places, &stored);
        }
        facts
    }

    /// Where an image that is certainly unsigned is signed after all: an index by its platforms, or a platform by
    /// its index. Asked only then, and no further than to the first that is not.
    async fn elsewhere(
        &self,
        image: &ImageReference,
        resolved: &ResolvedImage,
        need: &SignatureNeed,
        facts: &SignatureFacts,
    ) -> Option<Elsewhere> {
        let is_signed = |candidate: &Candidate| candidate.content == Content::Signature;
        if !facts.gaps.is_empty() || facts.candidates.iter().any(is_signed) {
            return None;
        }
        if !resolved.platforms.is_empty() {
            if resolved.platforms.len() > MOST_PLATFORMS {
                return None;
            }
            for (platform, _) in &resolved.platforms {
                if !self.is_signed(image, platform, need, facts).await {
                    return None;
                }
            }
            return Some(Elsewhere::Platforms);
        }
        let index = resolved.tag_points_to.as_ref()?;
        let repository = Repository::of(image);
        let store = self.signatures.stores.of(&repository).ok()?;
        let manifest = store.manifest(&repository, Target::Digest(index)).await;
        let document = Document::parse(&manifest.ok()??.bytes).ok()?;
        let mut listed = document.manifests.into_iter().flatten();
        let is_listed = listed.any(|child| child.digest == resolved.digest);
        (is_listed && self.is_signed(image, index, need, facts).await)
            .then(|| Elsewhere::Index(index.clone()))
    }

    /// Whether the signatures of another digest, where signatures usually are, would satisfy the policy.
    async fn is_signed(
        &self,
        image: &ImageReference,
        digest: &Digest,
        need: &SignatureNeed,
        of_image: &SignatureFacts,
    ) -> bool {
        let mut facts = SignatureFacts {
            asked: of_image.asked.clone(),
            ..SignatureFacts::default()
        };
        for repository in &of_image.asked {
            let wave = Wave::First;
            let found = self.signatures.read(repository, digest, wave, &need.trials);
            add(&mut facts, &*found.await);
            if (self.suffices)(image, &facts) {
                return true;
            }
        }
        false
    }

    /// Every attestation of the image, as the source of scans that each one is: all places are read, since
    /// the newest one may lie in any of them. With why some could not be read.
    pub async fn attestations(
        &self,
        image: &ImageReference,
        resolved: &ResolvedImage,
        need: &SignatureNeed,
    ) -> (ScanFacts, Vec<Reason>) {
        let own = Repository::of(image);
        let mut facts = SignatureFacts {
            asked: vec![own],
            ..SignatureFacts::default()
        };
        let all = self
            .fetch(&resolved.digest, need, &mut facts, |_| false)
            .await;
        if resolved.answered_by == AnsweredBy::Cache {
            let own = Repository::of(image);
            facts.gaps.extend(self.gone(&own, &resolved.digest).await);
        }
        let facts = arranged(facts);
        let scan_of = |candidate: &Candidate| {
            let mut scans = all.iter().flat_map(|found| &found.scans);
            let read = scans.find(|(place, _)| *place == candidate.place);
            read.map(|(_, scan)| scan.clone())
        };
        let candidates = facts.candidates.into_iter();
        let attestations = candidates.filter(|candidate| {
            matches!(&candidate.content, Content::Attestation { predicate_type }
                if format::holds_scan(predicate_type))
        });
        let unread: Vec<Reason> = facts.gaps.into_iter().map(|gap| gap.reason).collect();
        let scans = ScanFacts {
            found: attestations
                .map(|candidate| FoundScan {
                    scan: scan_of(&candidate)
                        .unwrap_or_else(|| Err("nobody who is wanted has signed it".into())),
                    origin: ScanOrigin::Attestation(Box::new(candidate)),
                })
                .collect(),
            unread: unread.iter().map(Reason::to_string).collect(),
            asked: facts.asked.iter().map(Repository::to_string).collect(),
            ..ScanFacts::default()
        };
        (scans, unread)
    }

    /// An image by digest that a layout does not hold while it holds signatures of it: a mirror of evidence
    /// alone. A digest says which image is meant, so they can be judged; without any, nothing is known.
    pub async fn only_signed(
        &self,
        image: &ImageReference,
        need: &SignatureNeed,
    ) -> Option<(ResolvedImage, SignatureFacts)> {
        let digest = image.digest.clone()?;
        let store = self.signatures.stores.of(&Repository::of(image)).ok()?;
        if !store.is_layout() {
            return None;
        }
        let resolved = ResolvedImage {
            unlisted: Some(format!(
                "the layout holds signatures of {digest} and not {digest} itself"
            )),
            digest,
            answered_by: store.answered_by(),
            tag_points_to: None,
            platforms: Vec::new(),
        };
        let facts = self.signatures(image, &resolved, need).await;
        (!facts.candidates.is_empty()).then_some((resolved, facts))
    }

    /// Why nothing was learnt about an image that only an earlier run has seen: a registry that lost it, or
    /// now hides it from us, has no signatures of it either.
    async fn gone(&self, repository: &Repository, subject: &Digest) -> Option<Gap> {
        let store = self.signatures.stores.of(repository);
        let answer = match &store {
            Ok(store) => store.manifest(repository, Target::Digest(subject)).await,
            Err(unanswered) => Err(unanswered.clone()),
        };
        let reason = match answer {
            Ok(Some(_)) => return None,
            Ok(None) => format!(
                "there is no such image any more: an earlier run found {subject} in {repository}"
            )
            .into(),
            Err(unanswered) => unanswered.into(),
        };
        Some(Gap {
            repository: repository.clone(),
            storage: None,
            reason,
        })
    }

    /// Reads the places where signatures usually are, and the others when that is not enough.
    async fn fetch(
        &self,
        subject: &Digest,
        need: &SignatureNeed,
        facts: &mut SignatureFacts,
        enough: impl Fn(&SignatureFacts) -> bool,
    ) -> Vec<Arc<Found>> {
        let asked = facts.asked.clone();
        let read = |repository, wave| {
            self.signatures
                .read(repository, subject, wave, &need.trials)
        };
        let first = asked.iter().map(|repository| read(repository, Wave::First));
        let mut all = join_all(first).await;
        all.iter().for_each(|found| add(facts, found));
        if enough(facts) {
            return all;
        }
        let second = asked.iter().zip(&all).map(|(repository, first)| {
            let referrers_tag_read = first.referrers_tag;
            read(repository, Wave::Second { referrers_tag_read })
        });
        let second = join_all(second).await;
        second.iter().for_each(|found| add(facts, found));
        all.extend(second);
        all
    }
}

/// Adds what was found to the facts.
fn add(facts: &mut SignatureFacts, found: &Found) {
    facts.candidates.extend(found.candidates.iter().cloned());
    facts.gaps.extend(found.gaps.iter().cloned());
}

/// Where the tag points that is written beside a digest, when it is elsewhere. The digest counts: this is
/// only worth a remark, and none is made where it cannot be found out.
async fn tag_points_elsewhere(store: &Store, image: &ImageReference) -> Option<Digest> {
    let (tag, digest) = (image.tag.as_deref()?, image.digest.as_ref()?);
    match store.tag_digest(&Repository::of(image), tag).await {
        Ok(found) => found.filter(|found| found != digest),
        Err(unanswered) => {
            tracing::debug!(target: "imagegate::gather", "{unanswered}");
            None
        }
    }
}

/// What a manifest says about the image, if it is one: what a proxy says instead has a digest too.
async fn described(
    store: &Store,
    image: &ImageReference,
    manifest: &StoredManifest,
) -> Result<ResolvedImage, Unanswered> {
    let asked = || image.to_string();
    let document = Document::parse(&manifest.bytes);
    let document = document.map_err(|error| Unanswered::new(asked(), error.to_string()))?;
    if document.config.is_none() && document.manifests.is_none() {
        let answer = "what lies there is no OCI manifest or index";
        return Err(Unanswered::new(asked(), answer));
    }
    let children = document.manifests.unwrap_or_default();
    let listed = platforms::listed(store, &Repository::of(image), children).await;
    Ok(ResolvedImage {
        digest: manifest.digest.clone(),
        answered_by: store.answered_by(),
        tag_points_to: None,
        platforms: listed.platforms,
        unlisted: listed.unlisted,
    })
}

/// In a fixed order, and a manifest that two places name only once.
fn arranged(mut facts: SignatureFacts) -> SignatureFacts {
    facts.candidates.sort_by(|a, b| a.place.cmp(&b.place));
    let mut seen = BTreeSet::new();
    facts.candidates.retain(|candidate| {
        let place = &candidate.place;
        seen.insert((
            place.repository.clone(),
            place.manifest.clone(),
            place.layer,
        ))
    });
    facts.gaps.sort_by(|a, b| {
        let key = |gap: &Gap| (gap.repository.clone(), gap.storage, gap.reason.to_string());
        key(a).cmp(&key(b))
    });
    facts.gaps.dedup();
    facts
}
