//! An image that report files are asked about, by what is known of it.

use super::shelf::Name;
use crate::model::digest::Digest;
use crate::model::evidence::{Evidence, ResolvedImage};
use crate::model::reason::Reason;
use crate::model::reference::ImageReference;
use crate::model::repository::Repository;

/// An image that is asked about.
#[derive(Debug, Clone)]
pub struct Subject<'a> {
    /// As written.
    pub image: &'a ImageReference,
    /// What it stands for.
    pub resolved: Evidence<ResolvedImage>,
}

/// What is known of an image.
pub(super) struct Known<'a> {
    pub(super) image: &'a ImageReference,
    pub(super) repository: Repository,
    /// The name by which a tag may bind; none when a digest is written, since then no tag is pulled.
    pub(super) name: Option<Name>,
    /// The name with a tag that does not bind, since a digest is written beside it.
    pub(super) beside: Option<Name>,
    /// Its own digest, written or resolved.
    pub(super) digest: Option<&'a Digest>,
    platforms: Vec<&'a Digest>,
    /// Why it may have other digests than these.
    pub(super) gap: Option<Reason>,
}

impl<'a> Known<'a> {
    pub(super) fn of(subject: &'a Subject<'_>) -> Self {
        let image = subject.image;
        let written = image.digest.as_ref();
        let (resolved, gap) = match &subject.resolved {
            Evidence::Known(resolved) => {
                (Some(resolved), resolved.unlisted.clone().map(Reason::from))
            }
            Evidence::Absent => (None, None),
            Evidence::Unavailable(reason) => (None, Some(reason.clone())),
        };
        let platforms = resolved.map_or(&[][..], |resolved| &resolved.platforms);
        let has_tag_beside = written.is_some() && image.tag.is_some();
        Self {
            image,
            repository: Repository::of(image),
            name: written.is_none().then(|| Name::of(image)),
            beside: has_tag_beside.then(|| Name::of(image)),
            digest: written.or(resolved.map(|resolved| &resolved.digest)),
            platforms: platforms.iter().map(|(digest, _)| digest).collect(),
            gap,
        }
    }

    pub(super) fn digests(&self) -> impl Iterator<Item = &'a Digest> {
        let platforms = self.platforms.iter().copied();
        let others = platforms.filter(|platform| Some(*platform) != self.digest);
        self.digest.into_iter().chain(others)
    }

    pub(super) fn has(&self, digest: &Digest) -> bool {
        self.digests().any(|own| own == digest)
    }
}
