//! Which images the product of an OpenVEX statement names: one by its digest, or all of a repository.

use super::purl::Purl;
use crate::model::digest::Digest;
use crate::model::reference::{DEFAULT_REGISTRY, ImageReference};
use crate::model::repository::Repository;

/// The image that a statement has to speak of.
#[derive(Debug)]
pub struct Product<'a> {
    /// As written.
    pub image: &'a ImageReference,
    /// The platform that was scanned, such as `linux/arm64`, when it is one of several.
    pub platform: Option<&'a str>,
    /// Its own digest, and that of the platform.
    pub digests: Vec<&'a Digest>,
    /// Whether its repository suffices, `vex-products: repository`.
    pub by_repository: bool,
}

/// What an identifier of a product names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Named {
    /// An image by its digest.
    Digest(Digest),
    /// The images of a repository.
    Repository(OfRepository),
    /// The last part of a repository's name, and not in which registry.
    Name(String),
}

/// Images of a repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct OfRepository {
    pub(super) repository: Repository,
    /// Only of that tag.
    tag: Option<String>,
    /// Only of that architecture.
    architecture: Option<String>,
}

impl Named {
    /// Every image of a repository.
    pub(super) const fn any_of(repository: Repository) -> Self {
        Self::Repository(OfRepository {
            repository,
            tag: None,
            architecture: None,
        })
    }

    /// Reads `pkg:oci/…`, `pkg:docker/…`, a digest, or a reference with one. A name that is no package URL
    /// is that of no repository: it may be that of anything.
    pub(super) fn read(identifier: &str) -> Option<Self> {
        let Some(purl) = Purl::parse(identifier) else {
            let bare = identifier.replacen("sha-", "sha", 1);
            let digest = || ImageReference::parse(identifier).ok()?.digest;
            return Digest::parse(&bare).or_else(digest).map(Self::Digest);
        };
        if !matches!(purl.kind.as_str(), "oci" | "docker") {
            return None;
        }
        let version = purl.version.as_deref();
        if let Some(digest) = version.and_then(Digest::parse) {
            return Some(Self::Digest(digest));
        }
        let url = purl.qualifier("repository_url");
        let url = url.or((purl.kind == "docker").then_some(DEFAULT_REGISTRY));
        let Some(url) = url else {
            return Some(Self::Name(purl.name));
        };
        // The specification of the type and its users write the name into the address, or leave it out.
        let url = url.split_once("://").map_or(url, |(_, rest)| rest);
        let url = url.trim_end_matches('/');
        let has_name = url
            .strip_suffix(purl.name.as_str())
            .is_some_and(|front| front.ends_with('/'));
        let full = match has_name {
            true => url.to_owned(),
            false => format!("{url}/{}", purl.name),
        };
        Some(Self::Repository(OfRepository {
            repository: Repository::parse(&full)?,
            tag: version.or(purl.qualifier("tag")).map(str::to_owned),
            architecture: purl.qualifier("arch").map(str::to_owned),
        }))
    }
}

impl OfRepository {
    /// Whether the image is one of these. What is not known of it does not count as equal.
    pub(super) fn names(&self, product: &Product<'_>) -> bool {
        let platform = product.platform.unwrap_or_default();
        let architecture = platform.split('/').nth(1);
        let is_of = |wanted: &Option<String>, found: Option<&str>| {
            wanted.is_none() || wanted.as_deref() == found
        };
        is_of(&self.tag, product.image.tag.as_deref())
            && is_of(&self.architecture, architecture)
            && self.repository == Repository::of(product.image)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repository(identifier: &str) -> Option<String> {
        match Named::read(identifier)? {
            Named::Repository(named) => Some(named.repository.to_string()),
            Named::Digest(_) | Named::Name(_) => None,
        }
    }

    #[test]
    fn a_repository_is_named_by_its_address_with_or_without_the_name() {
        for (identifier, name) in [
            (
                "pkg:oci/kafka?repository_url=quay.io/stackstate/kafka",
                "quay.io/stackstate/kafka",
            ),
            (
                "pkg:oci/app?repository_url=registry.example.com%2Fteam%2Fapp",
                "registry.example.com/team/app",
            ),
            (
                "pkg:oci/app?repository_url=ghcr.io/team",
                "ghcr.io/team/app",
            ),
            (
                "pkg:oci/app?repository_url=https://ghcr.io/app/",
                "ghcr.io/app",
            ),
            (
                "pkg:oci/fleet?repository_url=index.docker.io/rancher/fleet",
                "docker.io/rancher/fleet",
            ),
            ("pkg:docker/nginx", "docker.io/library/nginx"),
            (
                "pkg:docker/team/app?repository_url=gcr.io",
                "gcr.io/team/app",
            ),
        ] {
            assert_eq!(
                repository(identifier).as_deref(),
                Some(name),
                "{identifier}"
            );
        }
    }

    #[test]
    fn what_is_no_package_url_of_an_image_names_no_repository() {
        for identifier in [
            "nginx",
            "ghcr.io/acme/app:1",
            "pkg:golang/ghcr.io/acme/app",
            "",
        ] {
            assert_eq!(Named::read(identifier), None, "{identifier}");
        }
        let without_registry = Some(Named::Name("app".to_owned()));
        assert_eq!(Named::read("pkg:oci/app"), without_registry);
    }
}
