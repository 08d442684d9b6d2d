//! A repository: where manifests and blobs of one name live.

use std::fmt;

use super::reference::ImageReference;

/// Registry and path, normalised as in [`ImageReference`].
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Repository {
    /// Host with its port as written, such as `docker.io` or `localhost:5000`.
    pub registry: String,
    /// Path below the registry, such as `library/nginx`.
    pub path: String,
}

impl Repository {
    /// Reads a name such as `ghcr.io/acme/app`; `None` for what is no name, or has a tag or digest.
    pub fn parse(name: &str) -> Option<Self> {
        let reference = ImageReference::parse(name).ok()?;
        let is_name = reference.tag.is_none() && reference.digest.is_none();
        is_name.then(|| Self::of(&reference))
    }

    /// The repository of an image.
    pub fn of(image: &ImageReference) -> Self {
        Self {
            registry: image.registry.clone(),
            path: image.repository.clone(),
        }
    }
}

impl fmt::Display for Repository {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.registry, self.path)
    }
}
