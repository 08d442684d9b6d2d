//! How an image comes to be deployed, where that is more than one scalar of the object that uses it: values of
//! a chart, or a kustomization that puts another image in its place.

use std::sync::Arc;

use super::span::{Location, Position};

/// What stands behind an image that is put together or replaced.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Origin {
    /// The scalars that the image is made of, in the order of its text. Empty where it is the one scalar at the
    /// place of the use.
    pub parts: Vec<Part>,
    /// The images in whose place it is deployed, as they stand in the manifests of a base.
    pub in_place_of: Vec<Written>,
    /// What deploys it, in the order of their names; empty where nothing is known that does, so that the object
    /// is deployed as it is written.
    pub deployed_by: Vec<Deployment>,
    /// The switch above it that is off, such as `metrics.enabled: false`. What a chart makes of it is not known,
    /// so the image is judged all the same.
    pub switch: Option<Arc<str>>,
}

/// A scalar that stands in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The scalar as YAML decodes it.
    pub text: Arc<str>,
    /// The file as shown to people.
    pub path: Arc<str>,
    /// Where in the file.
    pub location: Location,
}

/// One scalar of those that an image is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// What it says of the image.
    pub role: PartRole,
    /// The scalar.
    pub written: Written,
}

/// What a scalar says of an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PartRole {
    /// All of it.
    Image,
    /// The registry.
    Registry,
    /// The repository, with its registry or without; `newName` of a kustomization.
    Repository,
    /// The tag, with a digest behind it or without.
    Tag,
    /// The digest.
    Digest,
}

impl PartRole {
    /// The name in the machine formats.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Registry => "registry",
            Self::Repository => "repository",
            Self::Tag => "tag",
            Self::Digest => "digest",
        }
    }
}

/// What deploys an image.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Deployment {
    /// The file that deploys: a kustomization that no other one includes, a release. As shown to people.
    pub path: Arc<str>,
    /// Where the object begins in it that deploys; `None` where the whole file does.
    pub position: Option<Position>,
    /// Into which namespace.
    pub namespace: Destination,
}

/// The namespace into which something puts an object.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Destination {
    /// None is written; `--namespace` or the policy may name one.
    Unnamed,
    /// This one.
    Named(Arc<str>),
    /// One that cannot be told from the files.
    Unknown,
}
