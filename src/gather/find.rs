//! The four places where the signatures of an image are stored, read from a store.
//!
//! Only what a manifest names is fetched, and every name is followed: a list of referrers is trusted for
//! digests alone, since the types in it are often wrong. A place that has nothing is silent; a place that
//! gives no answer, and content that is named but not there, is a [`Gap`].

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::stream::{self, StreamExt as _};

use super::store::oci::{Descriptor, Document, DocumentError};
use super::store::{MAX_REFERRERS, Referrers, Store, StoredManifest, Target};
use super::stored::StoredSignature;
use crate::model::digest::Digest;
use crate::model::reason::Reason;
use crate::model::repository::Repository;
use crate::model::scan::{Scan, Unusable};
use crate::model::shorten::shorten;
use crate::model::signature::{Candidate, Format, Gap, Place, Storage};

/// Manifests and blobs of one image that are fetched at the same time.
const AT_ONCE: usize = 4;

/// Most layers of one manifest that are read; cosign adds one for each signature.
const MAX_LAYERS: usize = 1000;

/// Most signatures and attestations of one image that are read in the places of one wave: what is known
/// of each is held until the image is judged.
const MAX_SIGNATURES: usize = 1000;

/// Longest media type that is repeated, in characters.
const MEDIA_TYPE_MAX: usize = 100;

/// cosign `pkg/types/media.go`: the layer of a signature.
const SIMPLE_SIGNING: &str = "application/vnd.dev.cosign.simplesigning.v1+json";

/// cosign `pkg/types/media.go`: the layer of an attestation.
const ENVELOPE: &str = "application/vnd.dsse.envelope.v1+json";

/// How media types of Sigstore bundles begin: `….v0.3+json`, or `…+json;version=0.1`.
const BUNDLE: &str = "application/vnd.dev.sigstore.bundle";

/// What was found in some of the places.
#[derive(Debug, Default)]
pub struct Found {
    /// Signatures and attestations, examined.
    pub candidates: Vec<Candidate>,
    /// The scans in attestations that are proven, by the place of the attestation.
    pub scans: Vec<(Place, Result<Arc<Scan>, Unusable>)>,
    /// What gave no answer.
    pub gaps: Vec<Gap>,
    /// The evidence as it was fetched, as far as it is small enough to be held.
    pub stored: Vec<StoredSignature>,
    /// Whether the referrers tag was among the places.
    pub referrers_tag: bool,
}

impl Found {
    /// Adds what was found elsewhere.
    pub fn and(mut self, other: Self) -> Self {
        self.candidates.extend(other.candidates);
        self.scans.extend(other.scans);
        self.gaps.extend(other.gaps);
        self.stored.extend(other.stored);
        self.referrers_tag |= other.referrers_tag;
        self
    }
}

/// Who examines a signature as soon as it is fetched, so that its bytes are not held any longer.
pub trait Examiner {
    /// Held as long as the bytes are.
    type Room;

    /// Waits until so many more bytes may be held.
    async fn room(&self, bytes: u64) -> Self::Room;

    /// What the signature is and proves.
    async fn examined(&self, stored: StoredSignature) -> Found;
}

/// Which places are asked. The first are those where signatures usually are; the others are asked when
/// these did not suffice, so that an image that passes costs few requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Wave {
    /// The referrers API (its tag, where there is no API) and the tag of signatures.
    First,
    /// The tag of attestations, and the referrers tag although there is an API.
    Second {
        /// The first wave read the referrers tag already.
        referrers_tag_read: bool,
    },
}

/// Where to look.
pub struct Search<'a, E> {
    /// The store that holds the repository.
    pub store: &'a Store,
    /// The repository where signatures may be.
    pub repository: &'a Repository,
    /// The image.
    pub subject: &'a Digest,
    /// Examines what is found.
    pub examiner: &'a E,
    /// How many signatures were named so far.
    pub named: AtomicUsize,
}

impl<E: Examiner> Search<'_, E> {
    /// Reads the places of one wave.
    pub async fn wave(&self, wave: Wave) -> Found {
        let (found, other) = match wave {
            Wave::First => tokio::join!(self.referrers(), self.tagged(Storage::SignatureTag)),
            Wave::Second {
                referrers_tag_read: true,
            } => (Found::default(), self.tagged(Storage::AttestationTag).await),
            Wave::Second {
                referrers_tag_read: false,
            } => tokio::join!(
                self.tagged(Storage::ReferrersTag),
                self.tagged(Storage::AttestationTag)
            ),
        };
        found.and(other)
    }

    /// The referrers that the store lists, or those of the tag where it keeps no list.
    async fn referrers(&self) -> Found {
        match self.store.referrers(self.repository, self.subject).await {
            Ok(Referrers::Listed(listed)) => self.named(Storage::Referrer, listed).await,
            Ok(Referrers::Unsupported) => Found {
                referrers_tag: true,
                ..self.tagged(Storage::ReferrersTag).await
            },
            Err(unanswered) => self.gap(Some(Storage::Referrer), unanswered),
        }
    }

    /// What lies under one of the tags that are made from the digest.
    async fn tagged(&self, storage: Storage) -> Found {
        let tag = tag(self.subject, storage);
        let answer = self
            .store
            .manifest(self.repository, Target::Tag(&tag))
            .await;
        let manifest = match answer {
            Ok(Some(manifest)) => manifest,
            Ok(None) => return Found::default(),
            Err(unanswered) => return self.gap(Some(storage), unanswered),
        };
        let (manifest, document) = taken_apart(manifest);
        // GitLab answers the referrers tag with the image itself.
        if manifest == *self.subject {
            return Found::default();
        }
        match document {
            Ok(Document {
                manifests: Some(listed),
                ..
            }) => self.named(storage, listed).await,
            Ok(document) if !document.is_manifest_or_index() => self.gap(
                Some(storage),
                format!("what lies under the tag {tag} is no OCI manifest or index"),
            ),
            Ok(document) if storage != Storage::ReferrersTag => {
                self.layers(storage, &manifest, document).await
            }
            Ok(_) => self.gap(
                Some(storage),
                format!("the tag {tag} holds an image and no list of referrers"),
            ),
            Err(error) => self.gap(Some(storage), format!("the tag {tag}: {error}")),
        }
    }

    /// The manifests of a list.
    async fn named(&self, storage: Storage, listed: Vec<Descriptor>) -> Found {
        if listed.len() > MAX_REFERRERS {
            let reason = format!(
                "{} referrers are listed, more than {MAX_REFERRERS} are not read",
                listed.len()
            );
            return self.gap(Some(storage), reason);
        }
        let read = |descriptor| self.named_manifest(storage, descriptor);
        gathered(stream::iter(listed).map(read).buffered(AT_ONCE)).await
    }

    async fn named_manifest(&self, storage: Storage, descriptor: Descriptor) -> Found {
        let target = Target::Digest(&descriptor.digest);
        match self.store.manifest(self.repository, target).await {
            Ok(Some(manifest)) => match taken_apart(manifest) {
                (manifest, Ok(document)) => self.layers(storage, &manifest, document).await,
                (manifest, Err(error)) => self.gap(Some(storage), format!("{manifest}: {error}")),
            },
            Ok(None) => self.gap(
                Some(storage),
                format!(
                    "{} is listed as a referrer, and {} does not have it",
                    descriptor.digest, self.repository
                ),
            ),
            Err(unanswered) => self.gap(Some(storage), unanswered),
        }
    }

    /// The signatures in the layers of a manifest.
    async fn layers(&self, storage: Storage, manifest: &Digest, document: Document) -> Found {
        if document.layers.len() > MAX_LAYERS {
            let reason = format!(
                "{manifest} has {} layers, more than {MAX_LAYERS} are not read",
                document.layers.len()
            );
            return self.gap(Some(storage), reason);
        }
        let is_readable = |layer: &Descriptor| !matches!(format(layer), Format::Unknown(_));
        let readable = document.layers.iter().filter(|layer| is_readable(layer));
        let number = readable.count();
        if self.named.fetch_add(number.max(1), Ordering::Relaxed) >= MAX_SIGNATURES {
            let reason = format!(
                "more than {MAX_SIGNATURES} signatures are stored, the others are not read"
            );
            return self.gap(Some(storage), reason);
        }
        if number == 0 {
            let first = document.layers.first();
            let artifact_type = document.artifact_type.as_deref();
            let named = artifact_type.or(first.map(|layer| layer.media_type.as_str()));
            return self
                .unreadable(storage, manifest, named.unwrap_or_default())
                .await;
        }
        let read = |(number, layer): (usize, Descriptor)| {
            let place = self.place(storage, manifest, number);
            self.layer(place, layer)
        };
        let layers = document.layers.into_iter().enumerate();
        let layers = layers.filter(|(_, layer)| is_readable(layer));
        gathered(stream::iter(layers).map(read).buffered(AT_ONCE)).await
    }

    async fn layer(&self, place: Place, layer: Descriptor) -> Found {
        let _room = self.examiner.room(layer.size).await;
        match self.store.blob(self.repository, &layer).await {
            Ok(Some(bytes)) => {
                let stored = StoredSignature {
                    place,
                    format: format(&layer),
                    annotations: layer.annotations,
                    bytes,
                };
                self.examiner.examined(stored).await
            }
            Ok(None) => {
                let reason = format!(
                    "{} names the blob {}, and {} does not have it",
                    place.manifest, layer.digest, self.repository
                );
                self.gap(Some(place.storage), reason)
            }
            Err(unanswered) => self.gap(Some(place.storage), unanswered),
        }
    }

    /// Something that belongs to the image and is no signature that is read here: an SBOM, say.
    async fn unreadable(&self, storage: Storage, manifest: &Digest, media_type: &str) -> Found {
        let named = shorten(media_type, MEDIA_TYPE_MAX).into_owned();
        let stored = StoredSignature {
            place: self.place(storage, manifest, 0),
            format: Format::Unknown(named),
            annotations: Default::default(),
            bytes: Vec::new(),
        };
        self.examiner.examined(stored).await
    }

    fn place(&self, storage: Storage, manifest: &Digest, layer: usize) -> Place {
        Place {
            repository: self.repository.clone(),
            storage,
            manifest: manifest.clone(),
            layer: u32::try_from(layer).unwrap_or(u32::MAX),
        }
    }

    fn gap(&self, storage: Option<Storage>, reason: impl Into<Reason>) -> Found {
        Found {
            gaps: vec![Gap {
                repository: self.repository.clone(),
                storage,
                reason: reason.into(),
            }],
            ..Found::default()
        }
    }
}

/// The digest of a manifest and what it says. Its bytes are let go: its layers may be long in coming.
fn taken_apart(manifest: StoredManifest) -> (Digest, Result<Document, DocumentError>) {
    let document = Document::parse(&manifest.bytes);
    (manifest.digest, document)
}

async fn gathered(parts: impl stream::Stream<Item = Found>) -> Found {
    parts
        .fold(Found::default(), |all, part| async move { all.and(part) })
        .await
}

/// The tag that is made from a digest: `sha256-<hex>` and an ending (cosign `pkg/oci/remote`; OCI
/// distribution specification, "Referrers Tag Schema").
fn tag(subject: &Digest, storage: Storage) -> String {
    let ending = match storage {
        Storage::SignatureTag => ".sig",
        Storage::AttestationTag => ".att",
        Storage::Referrer | Storage::ReferrersTag => "",
    };
    format!("{}{ending}", subject.as_str().replace(':', "-"))
}

/// How a layer is written, by its media type.
fn format(layer: &Descriptor) -> Format {
    let media_type = layer.media_type.as_str();
    match media_type {
        SIMPLE_SIGNING => Format::SimpleSigning,
        ENVELOPE => Format::Envelope,
        _ => match bundle_version(media_type) {
            Some(version) => Format::Bundle(version.to_owned()),
            None => Format::Unknown(shorten(media_type, MEDIA_TYPE_MAX).into_owned()),
        },
    }
}

/// The version in the media type of a Sigstore bundle (protobuf-specs `sigstore_bundle.proto`).
fn bundle_version(media_type: &str) -> Option<&str> {
    let rest = media_type.strip_prefix(BUNDLE)?;
    let version = match rest.strip_prefix(".v") {
        Some(rest) => rest.strip_suffix("+json")?,
        None => rest.strip_prefix("+json;version=")?,
    };
    let sound = !version.is_empty() && version.len() < 16;
    let digits = version
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.');
    (sound && digits).then_some(version)
}
