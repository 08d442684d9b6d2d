//! Where manifests and blobs are kept: a registry over HTTP, or an OCI image layout on disk. Both answer
//! the same questions with the same three answers: here it is, there is none, no answer.
//!
//! What comes out of here was hashed: its bytes have the digest under which they were asked for. Nothing
//! here knows what a signature is.

pub mod layout;
pub mod oci;
pub mod remote;

use std::fmt;
use std::sync::Arc;

use crate::model::digest::Digest;
use crate::model::evidence::AnsweredBy;
use crate::model::reason::{Outage, Reason};
use crate::model::repository::Repository;
use layout::Layout;
use oci::Descriptor;
use remote::Remote;

/// Largest manifest or index that is read, in bytes: the limit that the OCI distribution specification
/// (section "Pushing Manifests") expects registries to support.
pub const MAX_MANIFEST_BYTES: u64 = 4 * 1024 * 1024;

/// Largest blob that is read as evidence, in bytes. Real attestations stay below 20 MB.
pub const MAX_BLOB_BYTES: u64 = 32 * 1024 * 1024;

/// Most descriptors of referrers of one image that are looked at.
pub const MAX_REFERRERS: usize = 1000;

/// What is asked for in a repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target<'a> {
    /// By tag.
    Tag(&'a str),
    /// By digest.
    Digest(&'a Digest),
}

/// A [`Target`] that another thread can hold.
enum OwnedTarget {
    Tag(String),
    Digest(Digest),
}

impl From<Target<'_>> for OwnedTarget {
    fn from(target: Target<'_>) -> Self {
        match target {
            Target::Tag(tag) => Self::Tag(tag.to_owned()),
            Target::Digest(digest) => Self::Digest(digest.clone()),
        }
    }
}

impl OwnedTarget {
    fn borrowed(&self) -> Target<'_> {
        match self {
            Self::Tag(tag) => Target::Tag(tag),
            Self::Digest(digest) => Target::Digest(digest),
        }
    }
}

impl fmt::Display for Target<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tag(tag) => f.write_str(tag),
            Self::Digest(digest) => digest.fmt(f),
        }
    }
}

/// A manifest or index, its bytes hashed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredManifest {
    /// The digest of the bytes.
    pub digest: Digest,
    /// The bytes.
    pub bytes: Arc<[u8]>,
}

/// The answer to "which manifests have this one as their subject?".
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Referrers {
    /// These, all pages of them.
    Listed(Vec<oci::Descriptor>),
    /// The place has no such list; the referrers tag may hold one.
    Unsupported,
}

/// Why there is no answer. Its text never holds a credential.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{asked}: {answer}{}", advice.as_ref().map(|advice| format!("; {advice}")).unwrap_or_default())]
pub struct Unanswered {
    /// What was asked, such as `GET https://ghcr.io/v2/acme/app/manifests/1.2`.
    pub asked: String,
    /// What came back, such as `429 Too Many Requests, 5 times`.
    pub answer: String,
    /// What a person can do.
    pub advice: Option<String>,
    /// The answer without how often it came, and for which question: what other questions meet as well.
    pub root: String,
    /// The registry that was to answer.
    pub registry: Option<String>,
}

impl Unanswered {
    /// Without advice.
    pub fn new(asked: impl Into<String>, answer: impl Into<String>) -> Self {
        let answer = answer.into();
        Self {
            asked: asked.into(),
            root: answer.clone(),
            answer,
            advice: None,
            registry: None,
        }
    }

    /// With advice.
    #[must_use]
    pub fn advise(mut self, advice: impl Into<String>) -> Self {
        self.advice = Some(advice.into());
        self
    }

    /// For somebody else than the registry, such as its token server: whom is part of the answer then.
    #[must_use]
    pub fn before(mut self) -> Self {
        self.root = format!("{}: {}", self.asked, self.root);
        self
    }

    /// In place of the answer of the registry that holds `repository`.
    #[must_use]
    pub fn of(mut self, repository: &Repository) -> Self {
        self.registry = Some(repository.registry.clone());
        self
    }
}

impl From<Unanswered> for Reason {
    fn from(unanswered: Unanswered) -> Self {
        let sentence = unanswered.to_string();
        let Unanswered { root, advice, .. } = unanswered;
        let outage = unanswered.registry.map(|registry| Outage {
            registry: Some(registry),
            answer: root,
            advice,
        });
        Self::of_outage(sentence, outage.map(Arc::new))
    }
}

/// One place that holds repositories.
#[derive(Clone)]
pub enum Store {
    /// A registry.
    Remote(Arc<Remote>),
    /// An OCI image layout on disk.
    Layout(Arc<Layout>),
    /// A registry that must not be asked, since the run is offline.
    Offline,
}

impl Store {
    /// Who answers.
    pub fn answered_by(&self) -> AnsweredBy {
        match self {
            Self::Remote(_) | Self::Offline => AnsweredBy::Registry,
            Self::Layout(layout) => AnsweredBy::Layout(layout.shown().to_owned()),
        }
    }

    /// Whether it is a layout.
    pub fn is_layout(&self) -> bool {
        matches!(self, Self::Layout(_))
    }

    /// The manifest or index under a tag or digest; `None`: there is none.
    ///
    /// # Errors
    /// There is no answer.
    pub async fn manifest(
        &self,
        repository: &Repository,
        target: Target<'_>,
    ) -> Result<Option<StoredManifest>, Unanswered> {
        match self {
            Self::Remote(remote) => of(repository, remote.manifest(repository, target).await),
            Self::Layout(layout) => {
                let (repository, target) = (repository.clone(), OwnedTarget::from(target));
                let ask = move |layout: &Layout| layout.manifest(&repository, target.borrowed());
                aside(layout, ask).await
            }
            Self::Offline => Err(offline(repository)),
        }
    }

    /// The digest that a tag names; `None`: there is no such tag.
    ///
    /// # Errors
    /// There is no answer.
    pub async fn tag_digest(
        &self,
        repository: &Repository,
        tag: &str,
    ) -> Result<Option<Digest>, Unanswered> {
        match self {
            Self::Remote(remote) => of(repository, remote.tag_digest(repository, tag).await),
            Self::Layout(layout) => {
                let (repository, tag) = (repository.clone(), tag.to_owned());
                aside(layout, move |layout| layout.tag_digest(&repository, &tag)).await
            }
            Self::Offline => Err(offline(repository)),
        }
    }

    /// The bytes of a blob; `None`: there is none.
    ///
    /// # Errors
    /// There is no answer.
    pub async fn blob(
        &self,
        repository: &Repository,
        blob: &Descriptor,
    ) -> Result<Option<Vec<u8>>, Unanswered> {
        match self {
            Self::Remote(remote) => of(repository, remote.blob(repository, blob).await),
            Self::Layout(layout) => {
                let blob = blob.clone();
                aside(layout, move |layout| layout.blob(&blob).map(Some)).await
            }
            Self::Offline => Err(offline(repository)),
        }
    }

    /// The manifests that have `subject` as their subject.
    ///
    /// # Errors
    /// There is no answer.
    pub async fn referrers(
        &self,
        repository: &Repository,
        subject: &Digest,
    ) -> Result<Referrers, Unanswered> {
        match self {
            Self::Remote(remote) => of(repository, remote.referrers(repository, subject).await),
            Self::Layout(layout) => {
                let subject = subject.clone();
                aside(layout, move |layout| layout.referrers(&subject)).await
            }
            Self::Offline => Err(offline(repository)),
        }
    }
}

/// Asks a layout on a thread of its own: disks can be slow and all that is read is hashed, while the time
/// limit and Ctrl-C have to be seen.
async fn aside<T: Send + 'static>(
    layout: &Arc<Layout>,
    ask: impl FnOnce(&Layout) -> Result<T, Unanswered> + Send + 'static,
) -> Result<T, Unanswered> {
    let asked = Arc::clone(layout);
    let answer = tokio::task::spawn_blocking(move || ask(&asked)).await;
    answer.unwrap_or_else(|_| {
        let asked = format!("reading the layout {}", layout.shown());
        Err(Unanswered::new(asked, "it was broken off"))
    })
}

/// The answer of the registry that holds `repository`.
fn of<T>(repository: &Repository, answer: Result<T, Unanswered>) -> Result<T, Unanswered> {
    answer.map_err(|unanswered| unanswered.of(repository))
}

fn offline(repository: &Repository) -> Unanswered {
    Unanswered::new(format!("{repository} was not asked"), "the run is offline")
        .advise(
            "leave --offline out, or name an OCI image layout for it under `registries` in the policy",
        )
        .of(repository)
}
