//! What is known, what is known to be absent, and what could not be found out are three things; and the
//! shared list of questions (`check` writes it, `gather` answers it, the rules read the answers).

use std::collections::{BTreeSet, HashMap};

use super::digest::Digest;
use super::reference::ImageReference;

/// A fact that had to be fetched. Every failure to fetch ends as [`Evidence::Unavailable`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Evidence<T> {
    /// It was found.
    Known(T),
    /// Its place was asked, answered, and does not hold it.
    Absent,
    /// It could not be found out; the sentence says what was asked, what answered, what to do.
    Unavailable(String),
}

/// What is known of the signatures of one image. This version cannot verify any: no value exists, so
/// no rule can take one for a pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignatureFacts {}

/// What one scan says about one image. This version cannot read any: no value exists, so no rule can
/// take one for a pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScanFacts {}

/// The evidence that the rules want, each once and in a fixed order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Needs {
    /// Images whose tag (or missing tag) has to be resolved to a digest.
    pub digests: BTreeSet<ImageReference>,
    /// Images whose signatures are judged.
    pub signatures: BTreeSet<ImageReference>,
    /// Images whose scan is judged, with the number of the source in the policy's `accept` list.
    pub scans: BTreeSet<(usize, ImageReference)>,
}

impl Needs {
    /// Whether nothing has to be fetched.
    pub fn is_empty(&self) -> bool {
        self.digests.is_empty() && self.signatures.is_empty() && self.scans.is_empty()
    }
}

/// The answers to [`Needs`].
#[derive(Debug, Clone, Default)]
pub struct Gathered {
    /// By image as written.
    pub digests: HashMap<ImageReference, Evidence<Digest>>,
    /// By image as written.
    pub signatures: HashMap<ImageReference, Evidence<SignatureFacts>>,
    /// By number of the source in `accept`, then by image as written.
    pub scans: HashMap<usize, HashMap<ImageReference, Evidence<ScanFacts>>>,
}

impl Gathered {
    /// The digest that the image's tag names; [`Evidence::Unavailable`] when nobody asked.
    pub fn digest(&self, image: &ImageReference) -> Evidence<Digest> {
        answer(self.digests.get(image))
    }

    /// The image's signatures; [`Evidence::Unavailable`] when nobody asked.
    pub fn signatures(&self, image: &ImageReference) -> Evidence<SignatureFacts> {
        answer(self.signatures.get(image))
    }

    /// What source number `source` of `accept` says; [`Evidence::Unavailable`] when nobody asked.
    pub fn scan(&self, source: usize, image: &ImageReference) -> Evidence<ScanFacts> {
        answer(self.scans.get(&source).and_then(|found| found.get(image)))
    }
}

fn answer<T: Clone>(found: Option<&Evidence<T>>) -> Evidence<T> {
    found.cloned().unwrap_or_else(|| {
        Evidence::Unavailable("it was not asked for, which is a fault of imagegate".to_owned())
    })
}
