//! One image that values ask for: the scalars that it is made of, and what is known of the reference.

use super::node::Scalar;
use super::registry::{Above, has_host, is_host};
use crate::model::digest::Digest;
use crate::model::image_use::Role;
use crate::model::origin::PartRole;
use crate::model::reference::{ImageReference, Part, PartialReference, ReferenceError};

/// An image that is made of values.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::extract) struct Image {
    /// The image as far as the values say it.
    pub(in crate::extract) text: String,
    /// What it refers to.
    pub(in crate::extract) reference: Result<ImageReference, ReferenceError>,
    /// What it is made of, in the order of the text.
    pub(in crate::extract) parts: Vec<(PartRole, Scalar)>,
    /// The part that decides, by its number.
    pub(in crate::extract) deciding: usize,
    /// The field, from the values' beginning.
    pub(in crate::extract) field: String,
    /// The switch above it that is off.
    pub(in crate::extract) switch: Option<String>,
    /// What it is used as.
    pub(in crate::extract) role: Role,
    /// What it is put in place of.
    pub(in crate::extract) in_place_of: Option<Scalar>,
}

impl Image {
    /// The part at which it is judged: its own tag, else its digest, else the repository, else the whole.
    pub(in crate::extract) fn deciding(&self) -> Option<&Scalar> {
        self.parts.get(self.deciding).map(|(_, scalar)| scalar)
    }
}

/// The scalars of an image before they are put together.
#[derive(Debug, Clone, Default)]
pub(super) struct Parts<'v> {
    pub(super) registry: Option<&'v Scalar>,
    /// A path between registry and repository.
    pub(super) namespace: Option<&'v Scalar>,
    pub(super) repository: Option<&'v Scalar>,
    /// The last part of the repository, where it is written apart.
    pub(super) name: Option<&'v Scalar>,
    pub(super) tag: Option<&'v Scalar>,
    pub(super) digest: Option<&'v Scalar>,
    /// Whether a registry is written and empty, so that the template has one of its own.
    pub(super) unknown_registry: bool,
    /// Whether the text is deployed as it stands, so that no tag is none.
    pub(super) is_complete: bool,
    /// Whether the repository is one scalar with everything in it.
    pub(super) is_whole: bool,
    /// Whether the tag stands further up, and is that of other images too.
    pub(super) has_tag_of_all: bool,
}

/// What was put together.
pub(super) struct Composed {
    pub(super) text: String,
    pub(super) reference: Result<ImageReference, ReferenceError>,
    pub(super) parts: Vec<(PartRole, Scalar)>,
    pub(super) deciding: usize,
}

impl<'v> Parts<'v> {
    /// Takes what stands above the image where it says nothing itself: the registry of all images, or the
    /// nearest one for a name without a host.
    pub(super) fn with(mut self, of_all: Option<&'v Scalar>, above: Above<'v>) -> Self {
        let Some(repository) = self.repository else {
            return self;
        };
        if has_host(repository.shown()) {
            return self;
        }
        if of_all.is_some() {
            self.registry = of_all;
        } else if self.registry.is_none() {
            self.registry = above.registry;
            self.namespace = above
                .namespace
                .filter(|_| !repository.shown().contains('/'));
            let is_named = self.tag.is_some() || self.digest.is_some() || above.registry.is_none();
            if !is_named && !repository.shown().contains([':', '@']) {
                self.tag = above.tag;
                self.has_tag_of_all = above.tag.is_some();
            }
        }
        self.unknown_registry &= self.registry.is_none();
        self
    }

    /// Puts the scalars together as charts do; `None` where nothing is said.
    pub(super) fn composed(&self) -> Option<Composed> {
        let mut text = String::new();
        let mut parts = Vec::new();
        for part in [self.registry, self.namespace].into_iter().flatten() {
            text.push_str(part.shown().trim_end_matches('/'));
            text.push('/');
            parts.push((PartRole::Registry, part.clone()));
        }
        for part in [self.repository, self.name].into_iter().flatten() {
            if !text.is_empty() && !text.ends_with('/') {
                text.push('/');
            }
            text.push_str(part.shown());
            let role = match self.is_whole {
                true => PartRole::Image,
                false => PartRole::Repository,
            };
            parts.push((role, part.clone()));
        }
        if let Some(tag) = self.tag {
            let (mark, role) = match tag.shown().starts_with("sha256:") {
                true => ("@", PartRole::Digest),
                false => (":", PartRole::Tag),
            };
            text.push_str(mark);
            text.push_str(tag.shown().trim_start_matches([':', '@']));
            parts.push((role, tag.clone()));
        }
        if let Some(digest) = self.digest
            && !text.contains('@')
        {
            let written = digest.shown().trim_start_matches('@');
            let is_bare = written.len() == 64 && written.bytes().all(|b| b.is_ascii_hexdigit());
            text.push_str(if is_bare { "@sha256:" } else { "@" });
            text.push_str(written);
            parts.push((PartRole::Digest, digest.clone()));
        }
        let reference = self.reference(&text);
        let deciding = self.deciding(&parts);
        (!parts.is_empty()).then_some(Composed {
            text,
            reference,
            parts,
            deciding,
        })
    }

    fn deciding(&self, parts: &[(PartRole, Scalar)]) -> usize {
        let version = [PartRole::Tag, PartRole::Digest].into_iter();
        let rest = [PartRole::Image, PartRole::Repository, PartRole::Registry];
        let order = version.filter(|_| !self.has_tag_of_all).chain(rest);
        let mut places = order.filter_map(|wanted| {
            let mut parts = parts.iter();
            // Of a repository in two scalars the last one names the image.
            parts.rposition(|(role, _)| *role == wanted)
        });
        places.next().unwrap_or_default()
    }

    fn reference(&self, text: &str) -> Result<ImageReference, ReferenceError> {
        if self.repository.is_none() {
            return Err(without_repository(text));
        }
        let parsed = match self.is_complete {
            true => ImageReference::parse(text),
            false => ImageReference::parse_name(text),
        };
        match parsed {
            Ok(reference) if self.unknown_registry => Err(ReferenceError::Incomplete(Box::new(
                without_registry(reference),
            ))),
            Err(ReferenceError::Incomplete(_)) if self.unknown_registry => {
                Err(ReferenceError::Incomplete(Box::default()))
            }
            // The chart renders what it is written with.
            Err(ReferenceError::Placeholder(partial)) if text.contains("{{") => {
                Err(ReferenceError::Incomplete(Box::new(PartialReference {
                    placeholder: String::new(),
                    default: None,
                    ..*partial
                })))
            }
            other => other,
        }
    }
}

/// What is known of an image of which the registry is the chart's.
fn without_registry(reference: ImageReference) -> PartialReference {
    PartialReference {
        tag: part(reference.tag),
        digest: part(reference.digest),
        ..PartialReference::default()
    }
}

fn part<T>(written: Option<T>) -> Part<T> {
    written.map_or(Part::Absent, Part::Known)
}

/// What is known of an image of which a tag, a digest or a registry is written and no repository.
fn without_repository(text: &str) -> ReferenceError {
    let split = text.find(['@']).unwrap_or(text.len());
    let (front, digest) = text.split_at(split);
    let (registry, tag) = match front.rsplit_once('/') {
        Some((registry, tag)) => (Some(registry), tag),
        None => (None, front),
    };
    let tag = tag.strip_prefix(':').filter(|tag| !tag.is_empty());
    let has_digest = digest.len() > 1;
    let mut partial = PartialReference::default();
    if tag.is_some() || has_digest {
        partial.tag = match tag {
            Some(tag) if tag.contains(['{', '$']) => Part::Unknown,
            tag => part(tag.map(str::to_owned)),
        };
        partial.digest = match Digest::parse(digest.trim_start_matches('@')) {
            Some(digest) => Part::Known(digest),
            None if has_digest => Part::Unknown,
            None => Part::Absent,
        };
    }
    if let Some(registry) = registry {
        // A name below it says what registry and path are for a runtime.
        let known = ImageReference::parse(&format!("{registry}/x"));
        let known = known.ok().filter(|_| is_host(first(registry)));
        if let Some(known) = known {
            let prefix = known.repository.strip_suffix('x').unwrap_or_default();
            partial.repository_prefix = prefix.to_owned();
            partial.registry = Some(known.registry);
        }
    }
    ReferenceError::Incomplete(Box::new(partial))
}

fn first(name: &str) -> &str {
    name.split('/').next().unwrap_or(name)
}
