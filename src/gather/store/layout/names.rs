//! What `index.json` calls its entries, as the tools write it. Pure: which tag names which digest, and
//! nothing of what is under a digest.
//!
//! | tool | name of an image | of its signatures |
//! |---|---|---|
//! | `crane pull --annotate-ref`, podman, mirrors | full reference | full reference with the tag `sha256-<hex>.sig` |
//! | Docker, nerdctl | `io.containerd.image.name`, beside it the bare tag | |
//! | `oras copy`, regctl | bare tag | bare tag `sha256-<hex>.sig` |
//! | `cosign save` | none; `kind` says that it is the image | `kind` says that they are the signatures |
//! | `crane pull` | none | |
//!
//! What has no name is found by its digest alone.

use std::collections::{BTreeMap, BTreeSet};

use super::super::oci::Descriptor;
use crate::model::digest::Digest;
use crate::model::reference::{ImageReference, grammar};
use crate::model::repository::Repository;

/// OCI image specification, "Pre-Defined Annotation Keys".
const REF_NAME: &str = "org.opencontainers.image.ref.name";

/// containerd `images/annotations.go`: always a full reference.
const CONTAINERD_NAME: &str = "io.containerd.image.name";

/// cosign `pkg/oci/layout/write.go`.
const KIND: &str = "kind";
const KIND_SIGNATURES: &str = "dev.cosignproject.cosign/sigs";
const KIND_ATTESTATIONS: &str = "dev.cosignproject.cosign/atts";
const KINDS_OF_IMAGE: [&str; 2] = [
    "dev.cosignproject.cosign/image",
    "dev.cosignproject.cosign/imageIndex",
];

/// What a full reference without tag and digest stands for, for every tool that writes such names.
const DEFAULT_TAG: &str = "latest";

/// The entries of an `index.json` by what they are called.
#[derive(Default)]
pub struct Names {
    full: BTreeMap<(Repository, String), BTreeSet<Digest>>,
    bare: BTreeMap<String, BTreeSet<Digest>>,
    /// What `cosign save` wrote: images, and what is stored under the two tags of each.
    saved: BTreeSet<Digest>,
    saved_signatures: BTreeSet<Digest>,
    saved_attestations: BTreeSet<Digest>,
    /// Every entry.
    listed: BTreeSet<Digest>,
    /// Entries that some question for a tag leads to.
    asked_for: BTreeSet<Digest>,
    /// Entries with a name, whether or not a tag is in it.
    named: BTreeSet<Digest>,
    /// Entries that are signatures by their name or kind.
    signatures: BTreeSet<Digest>,
}

impl Names {
    /// Reads the names of all entries.
    pub fn read(entries: &[Descriptor]) -> Self {
        let mut names = Self::default();
        for entry in entries {
            names.listed.insert(entry.digest.clone());
            names.add(entry);
        }
        names
    }

    fn add(&mut self, entry: &Descriptor) {
        let digest = &entry.digest;
        let annotation = |key: &str| entry.annotations.get(key).map(String::as_str);
        let kind = annotation(KIND).unwrap_or_default();
        let signatures = match kind {
            KIND_SIGNATURES => Some(&mut self.saved_signatures),
            KIND_ATTESTATIONS => Some(&mut self.saved_attestations),
            _ => None,
        };
        if let Some(signatures) = signatures {
            // A name would be that of the image.
            signatures.insert(digest.clone());
            self.asked_for.insert(digest.clone());
            self.signatures.insert(digest.clone());
            return;
        }
        if KINDS_OF_IMAGE.contains(&kind) {
            self.saved.insert(digest.clone());
        }
        let written = annotation(REF_NAME);
        let full = [annotation(CONTAINERD_NAME), written];
        let full = full.into_iter().flatten().filter(|name| !is_bare(name));
        let references: Vec<_> = full
            .filter_map(|name| ImageReference::parse(name).ok())
            .collect();
        for reference in &references {
            self.add_full(reference, digest);
        }
        match written {
            // Docker writes both; then the bare tag belongs to the full name.
            Some(tag) if is_bare(tag) && references.is_empty() => self.add_bare(tag, digest),
            _ => {}
        }
        if written.is_some() || !references.is_empty() {
            self.named.insert(digest.clone());
        }
    }

    fn add_full(&mut self, reference: &ImageReference, digest: &Digest) {
        let tag = match (&reference.tag, &reference.digest) {
            (Some(tag), _) => tag,
            (None, None) => DEFAULT_TAG,
            (None, Some(_)) => return,
        };
        let name = (Repository::of(reference), tag.to_owned());
        let digests = self.full.entry(name).or_default();
        digests.insert(digest.clone());
        // A name that carries another digest contradicts its entry: then the tag has two.
        digests.extend(reference.digest.clone());
        self.add_tag(tag, digest);
    }

    fn add_bare(&mut self, tag: &str, digest: &Digest) {
        let digests = self.bare.entry(tag.to_owned()).or_default();
        digests.insert(digest.clone());
        self.add_tag(tag, digest);
    }

    fn add_tag(&mut self, tag: &str, digest: &Digest) {
        self.asked_for.insert(digest.clone());
        if is_made_from_digest(tag) {
            self.signatures.insert(digest.clone());
        }
    }

    /// The digests under a full reference.
    pub fn full(&self, repository: &Repository, tag: &str) -> Vec<&Digest> {
        let name = (repository.clone(), tag.to_owned());
        self.full.get(&name).into_iter().flatten().collect()
    }

    /// The digests under a bare tag.
    pub fn bare(&self, tag: &str) -> Vec<&Digest> {
        self.bare.get(tag).into_iter().flatten().collect()
    }

    /// What `cosign save` stored that belongs under the tag `sha256-<hex>.sig` or `.att`.
    pub fn saved(&self, tag: &str) -> Saved<'_> {
        let stored = match made_from(tag) {
            Some((image, "sig")) if self.saved.contains(&image) => &self.saved_signatures,
            Some((image, "att")) if self.saved.contains(&image) => &self.saved_attestations,
            _ => return Saved::Stored(Vec::new()),
        };
        match self.saved.len() {
            1 => Saved::Stored(stored.iter().collect()),
            _ if stored.is_empty() => Saved::Stored(Vec::new()),
            images => Saved::OfOneOf(images),
        }
    }

    /// Whether some entry has this digest.
    pub fn lists(&self, digest: &Digest) -> bool {
        self.listed.contains(digest)
    }

    /// Whether an entry has a name with or without a tag.
    pub fn is_named(&self, digest: &Digest) -> bool {
        self.named.contains(digest)
    }

    /// Entries that are not signatures by their name or kind.
    pub fn images(&self) -> impl Iterator<Item = &Digest> {
        self.listed.difference(&self.signatures)
    }

    /// Entries that no question for a tag leads to.
    pub fn not_asked_for(&self) -> impl Iterator<Item = &Digest> {
        let rest = self.listed.difference(&self.asked_for);
        rest.filter(|digest| !self.saved.contains(*digest))
    }

    /// Whether a question for a tag leads to the entry.
    pub fn is_asked_for(&self, digest: &Digest) -> bool {
        self.asked_for.contains(digest)
    }
}

/// What `cosign save` stored beside an image.
pub enum Saved<'a> {
    /// These.
    Stored(Vec<&'a Digest>),
    /// Something that belongs to one of so many images, and nothing says to which.
    OfOneOf(usize),
}

/// Whether a tag is made from a digest: `sha256-<hex>`, with or without an ending. No image is called so.
pub fn is_made_from_digest(tag: &str) -> bool {
    made_from(tag).is_some()
}

/// The digest that a tag is made from, and the ending behind it, which may be empty.
fn made_from(tag: &str) -> Option<(Digest, &str)> {
    let (algorithm, rest) = tag.split_once('-')?;
    let (hex, ending) = rest.split_once('.').unwrap_or((rest, ""));
    let digest = Digest::parse(&format!("{algorithm}:{hex}"))?;
    Some((digest, ending))
}

/// Whether a name is a tag alone. What has a `/` or `:` is a full reference, if anything.
fn is_bare(name: &str) -> bool {
    grammar::is_tag(name)
}
