//! What earlier runs found about images in registries, and what this one leaves behind. Layouts are not
//! remembered: they are on disk already.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::Timestamp;

use super::cache::{Cache, EvidenceKey};
use super::stored::StoredSignature;
use crate::model::digest::Digest;
use crate::model::evidence::{AnsweredBy, ResolvedImage};
use crate::model::reference::ImageReference;
use crate::model::repository::Repository;

/// The cache as one run uses it.
pub struct Remembered {
    /// What is on disk.
    pub cache: Cache,
    /// How long the digest of a tag may be taken from it; `None`: never.
    pub tag_ttl: Option<Duration>,
    /// The time of this run.
    pub now: Timestamp,
}

impl Remembered {
    /// What the image stood for. A digest stands for itself for ever, a tag only as long as was asked for.
    pub fn image(&self, image: &ImageReference, tag: &str) -> Option<ResolvedImage> {
        let repository = Repository::of(image);
        let digest = match &image.digest {
            Some(digest) => digest.clone(),
            None => self.cache.tag(&repository, tag, self.now, self.tag_ttl?)?,
        };
        Some(ResolvedImage {
            platforms: self.cache.image(&repository, &digest)?,
            digest,
            answered_by: AnsweredBy::Cache,
            tag_points_to: None,
            // Nothing else is kept.
            unlisted: None,
        })
    }

    /// Keeps what a registry said about an image of which every platform is listed.
    pub fn keep_image(&self, image: &ImageReference, tag: &str, resolved: &ResolvedImage) {
        let repository = Repository::of(image);
        self.cache
            .keep_image(&repository, &resolved.digest, &resolved.platforms);
        if image.digest.is_none() && self.tag_ttl.is_some() {
            self.cache
                .keep_tag(&repository, tag, &resolved.digest, self.now);
        }
    }

    /// The signatures that sufficed the last time.
    pub fn signatures(
        &self,
        repository: &Repository,
        digest: &Digest,
        asked: &BTreeSet<Repository>,
    ) -> Option<Vec<StoredSignature>> {
        self.cache.evidence(EvidenceKey {
            repository,
            digest,
            asked,
        })
    }

    /// Keeps the signatures that sufficed.
    pub fn keep_signatures(
        &self,
        repository: &Repository,
        digest: &Digest,
        asked: &BTreeSet<Repository>,
        found: &[StoredSignature],
    ) {
        let key = EvidenceKey {
            repository,
            digest,
            asked,
        };
        self.cache.keep_evidence(key, found);
    }
}
