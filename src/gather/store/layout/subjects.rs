//! Which manifests of a layout have which subject. `cosign save` writes bundles that `index.json` does not
//! list, and what it lists may carry another type than the manifest: so every small blob is looked at,
//! once for a layout.
//!
//! A damaged blob that something else names is found when that is followed. One that nothing names may
//! have been a signature of any image, so with it the question for referrers has no answer.

use std::collections::{BTreeSet, HashMap, HashSet};

use serde::Deserialize;

use super::super::oci::{Descriptor, Document};
use super::super::{MAX_MANIFEST_BYTES, Unanswered};
use super::folder::{Folder, Opened};
use super::names::Names;
use crate::model::digest::Digest;

/// Most bytes that are read to find the manifests of a layout.
const MAX_READ_BYTES: u64 = 512 * 1024 * 1024;

/// How compressed layers begin: gzip (RFC 1952) and zstd (RFC 8878). They are most of what is in a layout,
/// and none of them is a manifest.
const COMPRESSED: [&[u8]; 2] = [&[0x1f, 0x8b], &[0x28, 0xb5, 0x2f, 0xfd]];

/// Longest media type that is kept, in characters (RFC 6838, section 4.2: 127 on each side of the `/`).
const MEDIA_TYPE_MAX: usize = 255;

/// The manifests of a layout that have a subject.
pub struct Subjects {
    by_subject: HashMap<Digest, Vec<Descriptor>>,
    referrers: HashSet<Digest>,
    /// The first damaged blob that nothing names.
    unknown: Option<Unanswered>,
}

impl Subjects {
    /// Reads the small blobs of a layout.
    ///
    /// # Errors
    /// There are too many of them, or the folder cannot be read.
    pub fn read(folder: &Folder, names: &Names) -> Result<Self, Unanswered> {
        let (digests, others) = folder.blobs()?;
        if others > 0 {
            let layout = folder.shown();
            tracing::debug!("{layout}: {others} files in blobs/ are not named by a digest");
        }
        let mut scan = Scan {
            folder,
            naming: Vec::new(),
            damaged: BTreeSet::new(),
            subjects: Self {
                by_subject: HashMap::new(),
                referrers: HashSet::new(),
                unknown: None,
            },
        };
        for digest in scan.small(&digests)? {
            scan.look_at(digest);
        }
        let there: HashSet<&Digest> = digests.iter().collect();
        let gone = names.not_asked_for().filter(|it| !there.contains(it));
        scan.damaged.extend(gone.cloned());
        scan.damaged.retain(|digest| !names.is_asked_for(digest));
        scan.finish()
    }

    /// The manifests with this subject, in the order of their digests.
    ///
    /// # Errors
    /// Something in the layout that may be one cannot be read.
    pub fn of(&self, subject: &Digest) -> Result<&[Descriptor], Unanswered> {
        match &self.unknown {
            Some(unknown) => Err(unknown.clone()),
            None => Ok(self.by_subject.get(subject).map_or(&[], Vec::as_slice)),
        }
    }

    /// Whether the manifest has a subject.
    pub fn is_referrer(&self, manifest: &Digest) -> bool {
        self.referrers.contains(manifest)
    }
}

/// A layout while its blobs are looked at.
struct Scan<'a> {
    folder: &'a Folder,
    /// Manifests and indexes that name other content.
    naming: Vec<Digest>,
    damaged: BTreeSet<Digest>,
    subjects: Subjects,
}

impl Scan<'_> {
    /// The blobs that may be manifests. Their sizes are added up before any is read.
    fn small<'d>(&mut self, digests: &'d [Digest]) -> Result<Vec<&'d Digest>, Unanswered> {
        let mut small = Vec::new();
        let mut sum = 0u64;
        for digest in digests {
            match self.small_size(digest) {
                Ok(Some(size)) => {
                    small.push(digest);
                    sum = sum.saturating_add(size);
                }
                Ok(None) => {}
                Err(_) => {
                    self.damaged.insert(digest.clone());
                }
            }
        }
        if sum <= MAX_READ_BYTES {
            return Ok(small);
        }
        let asked = format!("looking for signatures in {}/blobs", self.folder.shown());
        let answer = format!(
            "its small blobs have more than {} MiB together",
            MAX_READ_BYTES / (1024 * 1024)
        );
        Err(Unanswered::new(asked, answer)
            .advise("divide it into several layouts, each under its own repository"))
    }

    /// The size of a blob that may be a manifest; `None`: it is none.
    fn small_size(&self, digest: &Digest) -> Result<Option<u64>, Unanswered> {
        let mut opened = self.opened(digest)?;
        let is_small = opened.size <= MAX_MANIFEST_BYTES;
        let beginning = opened.beginning()?;
        let is_compressed = COMPRESSED.iter().any(|magic| beginning.starts_with(magic));
        Ok((is_small && !is_compressed).then_some(opened.size))
    }

    fn opened(&self, digest: &Digest) -> Result<Opened, Unanswered> {
        let opened = self.folder.blob(digest)?;
        opened.ok_or_else(|| self.folder.missing(digest))
    }

    fn content(&self, digest: &Digest) -> Result<Vec<u8>, Unanswered> {
        self.opened(digest)?.read_hashed(digest, MAX_MANIFEST_BYTES)
    }

    fn look_at(&mut self, digest: &Digest) {
        match self.content(digest) {
            Ok(bytes) => self.take_in(digest, &bytes),
            Err(_) => {
                self.damaged.insert(digest.clone());
            }
        }
    }

    fn take_in(&mut self, digest: &Digest, bytes: &[u8]) {
        let document = Document::parse(bytes).ok();
        if document.as_ref().is_some_and(names_content) {
            self.naming.push(digest.clone());
        }
        // A manifest that is wrong elsewhere is still a referrer; whoever follows it says what is wrong.
        let Some(subject) = subject(bytes) else {
            return;
        };
        let (media_type, artifact_type) = match document {
            Some(document) => (document.media_type, document.artifact_type),
            None => (String::new(), None),
        };
        let is_short = |text: &String| text.len() <= MEDIA_TYPE_MAX;
        let descriptor = Descriptor {
            media_type: Some(media_type).filter(is_short).unwrap_or_default(),
            digest: digest.clone(),
            size: bytes.len() as u64,
            artifact_type: artifact_type.filter(is_short),
            annotations: Default::default(),
            platform: None,
        };
        self.subjects.referrers.insert(digest.clone());
        let referrers = self.subjects.by_subject.entry(subject).or_default();
        referrers.push(descriptor);
    }

    /// Looks who names the damaged blobs; memory for every name of every manifest is saved that way.
    fn finish(mut self) -> Result<Subjects, Unanswered> {
        for digest in &self.naming {
            if self.damaged.is_empty() {
                break;
            }
            let content = self.content(digest)?;
            if let Ok(document) = Document::parse(&content) {
                for named in content_of(&document) {
                    self.damaged.remove(&named.digest);
                }
            }
        }
        if let Some(first) = self.damaged.first() {
            let mut unanswered = match self.content(first) {
                Err(unanswered) => unanswered,
                Ok(_) => Unanswered::new(self.folder.shown(), "it changed while it was read"),
            };
            unanswered.answer +=
                ", and it may be a signature: nothing in the layout tells what it is";
            self.subjects.unknown = Some(unanswered);
        }
        Ok(self.subjects)
    }
}

fn names_content(document: &Document) -> bool {
    content_of(document).next().is_some()
}

/// What a manifest or index consists of.
fn content_of(document: &Document) -> impl Iterator<Item = &Descriptor> {
    let manifests = document.manifests.iter().flatten();
    let config = document.config.iter();
    config.chain(&document.layers).chain(manifests)
}

/// The `subject` of a manifest, whatever else is in it.
fn subject(bytes: &[u8]) -> Option<Digest> {
    #[derive(Deserialize)]
    struct Manifest {
        subject: Subject,
    }
    #[derive(Deserialize)]
    struct Subject {
        digest: String,
    }
    let manifest: Manifest = serde_json::from_slice(bytes).ok()?;
    Digest::parse(&manifest.subject.digest)
}
