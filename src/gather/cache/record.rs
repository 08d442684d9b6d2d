//! The contents of entries as written, apart from the model's types: those may change, and an entry of an
//! earlier version must not be read as something else.
//!
//! Pure. Whatever stands in an entry may be forged: it is checked for form only, and trusted for nothing.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::EvidenceKey;
use crate::gather::stored::StoredSignature;
use crate::model::digest::Digest;
use crate::model::repository::Repository;
use crate::model::signature::{Format, Place, Storage};

/// Signatures of one image.
#[derive(Serialize, Deserialize)]
pub struct Evidence {
    signatures: Vec<Signature>,
}

#[derive(Serialize, Deserialize)]
struct Signature {
    registry: String,
    path: String,
    storage: WrittenStorage,
    manifest: String,
    layer: u32,
    format: WrittenFormat,
    annotations: BTreeMap<String, String>,
    /// In base64.
    bytes: String,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum WrittenStorage {
    Referrer,
    ReferrersTag,
    SignatureTag,
    AttestationTag,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum WrittenFormat {
    SimpleSigning,
    Envelope,
    Bundle(String),
    Unknown(String),
}

impl Evidence {
    /// What is written.
    pub fn of(found: &[StoredSignature]) -> Self {
        let signatures = found.iter().map(Signature::of).collect();
        Self { signatures }
    }

    /// What was written; `None` when it cannot have been written for `key`.
    pub fn restore(self, key: EvidenceKey<'_>) -> Option<Vec<StoredSignature>> {
        let signatures = self.signatures.into_iter();
        let restored: Vec<_> = signatures.map(Signature::restore).collect::<Option<_>>()?;
        let asked = |repository: &Repository| {
            repository == key.repository || key.asked.contains(repository)
        };
        let sound = restored
            .iter()
            .all(|stored| asked(&stored.place.repository));
        sound.then_some(restored)
    }
}

impl Signature {
    fn of(stored: &StoredSignature) -> Self {
        let place = &stored.place;
        Self {
            registry: place.repository.registry.clone(),
            path: place.repository.path.clone(),
            storage: match place.storage {
                Storage::Referrer => WrittenStorage::Referrer,
                Storage::ReferrersTag => WrittenStorage::ReferrersTag,
                Storage::SignatureTag => WrittenStorage::SignatureTag,
                Storage::AttestationTag => WrittenStorage::AttestationTag,
            },
            manifest: place.manifest.to_string(),
            layer: place.layer,
            format: match &stored.format {
                Format::SimpleSigning => WrittenFormat::SimpleSigning,
                Format::Envelope => WrittenFormat::Envelope,
                Format::Bundle(version) => WrittenFormat::Bundle(version.clone()),
                Format::Unknown(media_type) => WrittenFormat::Unknown(media_type.clone()),
            },
            annotations: stored.annotations.clone(),
            bytes: STANDARD.encode(&stored.bytes),
        }
    }

    fn restore(self) -> Option<StoredSignature> {
        Some(StoredSignature {
            place: Place {
                repository: Repository {
                    registry: self.registry,
                    path: self.path,
                },
                storage: match self.storage {
                    WrittenStorage::Referrer => Storage::Referrer,
                    WrittenStorage::ReferrersTag => Storage::ReferrersTag,
                    WrittenStorage::SignatureTag => Storage::SignatureTag,
                    WrittenStorage::AttestationTag => Storage::AttestationTag,
                },
                manifest: Digest::parse(&self.manifest)?,
                layer: self.layer,
            },
            format: match self.format {
                WrittenFormat::SimpleSigning => Format::SimpleSigning,
                WrittenFormat::Envelope => Format::Envelope,
                WrittenFormat::Bundle(version) => Format::Bundle(version),
                WrittenFormat::Unknown(media_type) => Format::Unknown(media_type),
            },
            annotations: self.annotations,
            bytes: STANDARD.decode(self.bytes).ok()?,
        })
    }
}

/// The digest of a tag.
#[derive(Serialize, Deserialize)]
pub struct Tag {
    digest: String,
    resolved: String,
}

impl Tag {
    /// What is written.
    pub fn of(digest: &Digest, resolved: Timestamp) -> Self {
        Self {
            digest: digest.to_string(),
            resolved: resolved.to_string(),
        }
    }

    /// What was written: the digest, and when it was looked up.
    pub fn restore(self) -> Option<(Digest, Timestamp)> {
        Some((Digest::parse(&self.digest)?, self.resolved.parse().ok()?))
    }
}

/// An image that is there.
#[derive(Serialize, Deserialize)]
pub struct Image {
    platforms: Vec<(String, String)>,
}

impl Image {
    /// What is written.
    pub fn of(platforms: &[(Digest, String)]) -> Self {
        let written =
            |(digest, platform): &(Digest, String)| (digest.to_string(), platform.clone());
        let platforms = platforms.iter().map(written).collect();
        Self { platforms }
    }

    /// What was written: digest and platform of each image of an index.
    pub fn restore(self) -> Option<Vec<(Digest, String)>> {
        let platforms = self.platforms.into_iter();
        platforms
            .map(|(digest, platform)| Some((Digest::parse(&digest)?, platform)))
            .collect()
    }
}
