//! An OCI image layout on disk (OCI image specification, "Image Layout") in the place of a registry, as
//! `cosign save`, crane, oras and mirrors write it.
//!
//! A digest is always answered by content. A tag needs a name: the full reference in `index.json`; where
//! the layout is that of one repository, also a bare tag. An image without a name answers for no tag: it
//! would for each one that somebody may push.
//! Knows nothing of signatures but how they are stored, and keeps no content in memory.

mod folder;
mod names;
mod subjects;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::OnceLock;

use serde::Deserialize;

use super::oci::{Descriptor, Document};
use super::{
    MAX_BLOB_BYTES, MAX_MANIFEST_BYTES, MAX_REFERRERS, Referrers, StoredManifest, Target,
    Unanswered,
};
use crate::model::digest::Digest;
use crate::model::repository::Repository;
use folder::Folder;
use names::{Names, Saved};
use subjects::Subjects;

/// Largest `index.json` that is read, in bytes: some 40,000 entries with names.
const MAX_INDEX_BYTES: u64 = 16 * 1024 * 1024;

/// Largest `oci-layout` that is read, in bytes; it holds one short field.
const MAX_MARKER_BYTES: u64 = 64 * 1024;

/// The version of the layout that is read (OCI image specification, "oci-layout file").
const VERSION: &str = "1.0.0";

/// What a layout is, for whoever names something else.
const WHAT_IT_IS: &str =
    "`layout` is the path of a folder that holds `oci-layout`, `index.json` and `blobs`";

/// Most digests that one message lists.
const LISTED_MAX: usize = 3;

/// What a layout stands for: its key under `registries` in the policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LayoutKey {
    /// The registry, normalised.
    pub registry: String,
    /// The path of the one repository; `None`: all of the registry.
    pub repository: Option<String>,
}

impl LayoutKey {
    /// Splits a normalised key such as `ghcr.io` or `ghcr.io/acme/app`.
    pub fn parse(name: &str) -> Self {
        match name.split_once('/') {
            Some((registry, repository)) => Self {
                registry: registry.to_owned(),
                repository: Some(repository.to_owned()),
            },
            None => Self {
                registry: name.to_owned(),
                repository: None,
            },
        }
    }

    fn is_of_one(&self, repository: &Repository) -> bool {
        self.registry == repository.registry && self.repository.as_ref() == Some(&repository.path)
    }
}

/// An open layout.
pub struct Layout {
    folder: Folder,
    key: LayoutKey,
    names: Names,
    subjects: OnceLock<Result<Subjects, Unanswered>>,
}

impl Layout {
    /// Opens the layout at `path`, which the policy writes as `shown`, and reads its names.
    ///
    /// # Errors
    /// There is no layout, or its `index.json` cannot be read.
    pub fn open(path: &Path, shown: &str, key: LayoutKey) -> Result<Self, Unanswered> {
        let folder = Folder::open(path, shown)?;
        check_version(&folder)?;
        let index = read(&folder, "index.json", MAX_INDEX_BYTES)?;
        let wrong = |answer: String| {
            Unanswered::new(format!("reading {}/index.json", folder.shown()), answer)
        };
        let index = Document::parse(&index).map_err(|error| wrong(error.to_string()))?;
        let entries = index
            .manifests
            .ok_or_else(|| wrong("it has no list of `manifests`".to_owned()))?;
        Ok(Self {
            names: Names::read(&entries),
            folder,
            key,
            subjects: OnceLock::new(),
        })
    }

    /// The path of the layout as the policy writes it.
    pub fn shown(&self) -> &str {
        self.folder.shown()
    }

    /// The manifest or index under a tag or digest; `None`: the layout has no such image.
    ///
    /// # Errors
    /// It cannot be told which one it is, or its blob is missing, altered or no manifest.
    pub fn manifest(
        &self,
        repository: &Repository,
        target: Target<'_>,
    ) -> Result<Option<StoredManifest>, Unanswered> {
        let digest = match target {
            Target::Digest(digest) => digest.clone(),
            Target::Tag(tag) => match self.tag_digest(repository, tag)? {
                Some(digest) => digest,
                None => return Ok(None),
            },
        };
        let Some(opened) = self.folder.blob(&digest)? else {
            let is_named = matches!(target, Target::Tag(_)) || self.names.lists(&digest);
            return if is_named {
                Err(self.folder.missing(&digest))
            } else {
                Ok(None)
            };
        };
        let asked = opened.asked().to_owned();
        let bytes = opened.read_hashed(&digest, MAX_MANIFEST_BYTES)?;
        check_manifest(&bytes).map_err(|answer| Unanswered::new(asked, answer))?;
        Ok(Some(StoredManifest {
            digest,
            bytes: bytes.into(),
        }))
    }

    /// The digest that a tag names; `None`: there is no such tag. Whether its content is there is not
    /// looked at.
    ///
    /// # Errors
    /// The tag names several digests, or there are images that no name tells apart.
    pub fn tag_digest(
        &self,
        repository: &Repository,
        tag: &str,
    ) -> Result<Option<Digest>, Unanswered> {
        let asked = || format!("looking for {repository}:{tag} in {}", self.index());
        let mut found: BTreeSet<&Digest> = self.names.full(repository, tag).into_iter().collect();
        match self.names.saved(tag) {
            Saved::Stored(stored) => found.extend(stored),
            Saved::OfOneOf(images) => {
                let answer = format!(
                    "it lists {images} images of `cosign save`, and not whose signatures these are"
                );
                return Err(
                    Unanswered::new(asked(), answer).advise("save each into its own layout")
                );
            }
        }
        let bare = self.names.bare(tag);
        let is_of_one = self.key.is_of_one(repository);
        if is_of_one {
            found.extend(&bare);
        }
        let mut found = found.into_iter();
        match (found.next(), found.len()) {
            (Some(digest), 0) => return Ok(Some(digest.clone())),
            (Some(first), others) => {
                let list: Vec<_> = [first]
                    .into_iter()
                    .chain(found)
                    .map(Digest::as_str)
                    .collect();
                let list = shortened(&list);
                let answer = format!(
                    "{} entries of other content have that name: {list}",
                    others + 1
                );
                return Err(
                    Unanswered::new(asked(), answer).advise("keep one of them in the layout")
                );
            }
            (None, _) => {}
        }
        if !bare.is_empty() {
            let answer = "an entry has that tag, but no name of a repository";
            return Err(Unanswered::new(asked(), answer).advise(under_its_repository(repository)));
        }
        if names::is_made_from_digest(tag) {
            return Ok(None);
        }
        self.without_name(repository, tag, asked)
    }

    /// No image, when each has a name. One without a name may be what the tag stands for, or not.
    fn without_name(
        &self,
        repository: &Repository,
        tag: &str,
        asked: impl Fn() -> String,
    ) -> Result<Option<Digest>, Unanswered> {
        let unnamed = self
            .names
            .images()
            .any(|digest| !self.names.is_named(digest));
        if !unnamed {
            return Ok(None);
        }
        let subjects = self.subjects()?;
        let images = self.names.images();
        let images: Vec<_> = images
            .filter(|digest| !subjects.is_referrer(digest))
            .collect();
        if images.iter().all(|digest| self.names.is_named(digest)) {
            return Ok(None);
        }
        match images.as_slice() {
            [only] => Err(
                Unanswered::new(asked(), "the only image in it has no name").advise(format!(
                    "write its digest in the manifest ({repository}@{only}), or name it: {}",
                    naming(repository, tag)
                )),
            ),
            several => {
                let answer = format!(
                    "no entry has that name, and not all of its {} images have one",
                    several.len()
                );
                Err(Unanswered::new(asked(), answer).advise(format!(
                    "write the digest in the manifest, or name the images: {}",
                    naming(repository, tag)
                )))
            }
        }
    }

    /// The content that a descriptor names.
    ///
    /// # Errors
    /// It is missing, altered, of another size than is said, or larger than [`MAX_BLOB_BYTES`]. A missing
    /// blob is one too: something names it, so it should be there.
    pub fn blob(&self, descriptor: &Descriptor) -> Result<Vec<u8>, Unanswered> {
        let (digest, said) = (&descriptor.digest, descriptor.size);
        let opened = self.folder.blob(digest)?;
        let opened = opened.ok_or_else(|| self.folder.missing(digest))?;
        if opened.size != said {
            // Whoever asks has made room for as much as was said.
            let answer = format!("it has {} bytes, where {said} were announced", opened.size);
            return Err(Unanswered::new(opened.asked(), answer));
        }
        opened.read_hashed(digest, MAX_BLOB_BYTES)
    }

    /// The manifests that have `subject` as their subject, whether or not `index.json` lists them. They
    /// belong to a digest, not to a repository.
    ///
    /// # Errors
    /// The layout has too many blobs, something in it that may be one cannot be read, or there are more
    /// than [`MAX_REFERRERS`].
    pub fn referrers(&self, subject: &Digest) -> Result<Referrers, Unanswered> {
        let referrers = self.subjects()?.of(subject)?;
        if referrers.len() > MAX_REFERRERS {
            let asked = format!("looking for signatures of {subject} in {}", self.shown());
            let answer = format!(
                "{} manifests have it as their subject; at most {MAX_REFERRERS} are read",
                referrers.len()
            );
            return Err(Unanswered::new(asked, answer));
        }
        Ok(Referrers::Listed(referrers.to_vec()))
    }

    /// Reads the layout's blobs at the first question; other threads wait for the answer.
    fn subjects(&self) -> Result<&Subjects, Unanswered> {
        let read = || Subjects::read(&self.folder, &self.names);
        self.subjects
            .get_or_init(read)
            .as_ref()
            .map_err(Clone::clone)
    }

    fn index(&self) -> String {
        format!("{}/index.json", self.shown())
    }
}

fn under_its_repository(repository: &Repository) -> String {
    format!(
        "if it is of {repository}, write that instead of the registry as the layout's key under `registries`"
    )
}

/// How an entry of `index.json` gets a name.
fn naming(repository: &Repository, tag: &str) -> String {
    format!(
        "`crane pull --format=oci --annotate-ref` writes the name, and so does the annotation \
         `org.opencontainers.image.ref.name: {repository}:{tag}` of its entry in index.json"
    )
}

fn shortened(digests: &[&str]) -> String {
    let (listed, more) = digests.split_at(digests.len().min(LISTED_MAX));
    let listed = listed.join(", ");
    match more.len() {
        0 => listed,
        more => format!("{listed} and {more} more"),
    }
}

/// A file that every layout has.
fn read(folder: &Folder, name: &str, cap: u64) -> Result<Vec<u8>, Unanswered> {
    match folder.file(name)? {
        Some(opened) => opened.read(cap),
        None => {
            let asked = format!("reading {}/{name}", folder.shown());
            Err(Unanswered::new(asked, "it does not exist").advise(WHAT_IT_IS))
        }
    }
}

fn check_version(folder: &Folder) -> Result<(), Unanswered> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Marker {
        image_layout_version: String,
    }
    let marker = read(folder, "oci-layout", MAX_MARKER_BYTES)?;
    let asked = format!("reading {}/oci-layout", folder.shown());
    match serde_json::from_slice::<Marker>(&marker) {
        Ok(marker) if marker.image_layout_version == VERSION => Ok(()),
        Ok(_) => Err(
            Unanswered::new(asked, format!("the layout is not of version {VERSION}"))
                .advise("write it again with a current cosign, crane or oras"),
        ),
        Err(_) => Err(Unanswered::new(asked, "it names no version of a layout").advise(WHAT_IT_IS)),
    }
}

/// A digest may name any content; a registry would answer this question for manifests only.
fn check_manifest(bytes: &[u8]) -> Result<(), String> {
    let document = Document::parse(bytes).map_err(|error| error.to_string())?;
    let is_manifest =
        document.config.is_some() || document.manifests.is_some() || document.subject.is_some();
    match is_manifest {
        true => Ok(()),
        false => Err("it is no OCI manifest or index".to_owned()),
    }
}
