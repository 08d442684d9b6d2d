//! What is known, what is known to be absent, and what could not be found out are three things; and the
//! shared list of questions (`check` writes it, `gather` answers it, the rules read the answers).

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::digest::Digest;
use super::reason::Reason;
use super::reference::ImageReference;
use super::repository::Repository;
use super::scan::{ScanFacts, VexFacts};
use super::signature::{SignatureFacts, Trial};

/// A fact that had to be fetched. Every failure to fetch ends as [`Evidence::Unavailable`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Evidence<T> {
    /// It was found.
    Known(T),
    /// Its place was asked, answered, and does not hold it.
    Absent,
    /// It could not be found out; the sentence says what was asked, what answered, what to do.
    Unavailable(Reason),
}

/// What an image reference stands for now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResolvedImage {
    /// The digest that would be deployed: the one that is written, else the one that the tag names.
    pub digest: Digest,
    /// Who said so.
    pub answered_by: AnsweredBy,
    /// Where the written tag points when a digest is written beside it and the tag points elsewhere;
    /// the digest counts.
    pub tag_points_to: Option<Digest>,
    /// Digest and platform (such as `linux/arm64`, or words where the index names none) of each image of a
    /// multi-platform index, also of indexes inside of it; empty for a plain image.
    pub platforms: Vec<(Digest, String)>,
    /// Why there may be further images in the index than `platforms` lists; `None`: these are all.
    pub unlisted: Option<String>,
}

/// Who answered a question about an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AnsweredBy {
    /// The registry.
    Registry,
    /// An OCI image layout, by the path that the policy writes.
    Layout(String),
    /// The cache of an earlier run.
    Cache,
}

impl AnsweredBy {
    /// The name in the machine formats; it never changes once published.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Registry => "registry",
            Self::Layout(_) => "layout",
            Self::Cache => "cache",
        }
    }

    /// The path of the layout.
    pub fn layout(&self) -> Option<&str> {
        match self {
            Self::Layout(path) => Some(path),
            Self::Registry | Self::Cache => None,
        }
    }
}

/// The evidence that the rules want, each once and in a fixed order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Needs {
    /// Images whose digest has to be known: the tag is resolved; a written digest is looked up.
    pub digests: BTreeSet<ImageReference>,
    /// Images whose signatures are judged, with what they are held against. Each is in `digests` too.
    pub signatures: BTreeMap<ImageReference, SignatureNeed>,
    /// Images whose scan is judged, with the number of the source in the policy's `accept` list. Each is in
    /// `digests` too.
    pub scans: BTreeSet<(usize, ImageReference)>,
    /// Images whose attestations are judged, with what they are held against. Each is in `digests` too.
    pub attestations: BTreeMap<ImageReference, SignatureNeed>,
    /// Images that are asked about nowhere, since a rule refuses them wherever they would be. In none of
    /// the others.
    pub refused: BTreeSet<ImageReference>,
}

/// What is wanted about the signatures of one image.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SignatureNeed {
    /// Where signatures may live besides the image's own repository.
    pub repositories: BTreeSet<Repository>,
    /// What each signature is held against.
    pub trials: BTreeSet<Trial>,
}

impl Needs {
    /// Whether nothing has to be fetched.
    ///
    /// Images that are refused need nothing.
    pub fn is_empty(&self) -> bool {
        self.digests.is_empty()
            && self.signatures.is_empty()
            && self.scans.is_empty()
            && self.attestations.is_empty()
    }
}

/// The answers to [`Needs`].
#[derive(Debug, Clone, Default)]
pub struct Gathered {
    /// By image as written; [`Evidence::Absent`]: there is no such image.
    pub digests: HashMap<ImageReference, Evidence<ResolvedImage>>,
    /// By image as written; [`Evidence::Absent`]: there is no such image. An unsigned image is
    /// [`Evidence::Known`], with facts that hold no candidate and no gap.
    pub signatures: HashMap<ImageReference, Evidence<Arc<SignatureFacts>>>,
    /// The scans that lie beside images as attestations, by image as written.
    pub attestations: HashMap<ImageReference, Evidence<Arc<ScanFacts>>>,
    /// By number of the source in `accept`, then by image as written.
    pub scans: HashMap<usize, HashMap<ImageReference, Evidence<Arc<ScanFacts>>>>,
    /// What the files named under `vex` say.
    pub vex: VexFacts,
    /// Images about which nothing was asked, see [`Needs::refused`].
    pub refused: BTreeSet<ImageReference>,
}

impl Gathered {
    /// What the image stands for; [`Evidence::Unavailable`] when nobody asked.
    pub fn digest(&self, image: &ImageReference) -> Evidence<ResolvedImage> {
        answer(self.digests.get(image))
    }

    /// The image's signatures; [`Evidence::Unavailable`] when nobody asked.
    pub fn signatures(&self, image: &ImageReference) -> Evidence<Arc<SignatureFacts>> {
        answer(self.signatures.get(image))
    }

    /// The scans that lie beside the image; [`Evidence::Unavailable`] when nobody asked.
    pub fn attested(&self, image: &ImageReference) -> Evidence<Arc<ScanFacts>> {
        answer(self.attestations.get(image))
    }

    /// What source number `source` of `accept` says; [`Evidence::Unavailable`] when nobody asked.
    pub fn scan(&self, source: usize, image: &ImageReference) -> Evidence<Arc<ScanFacts>> {
        answer(self.scans.get(&source).and_then(|found| found.get(image)))
    }
}

fn answer<T: Clone>(found: Option<&Evidence<T>>) -> Evidence<T> {
    found.cloned().unwrap_or_else(|| {
        Evidence::Unavailable("it was not asked for, which is a fault of imagegate".into())
    })
}
