//! Image references by the distribution grammar.
//!
//! Source of the grammar: `github.com/distribution/reference`, `reference.go` and `normalize.go`, which
//! is what containerd, CRI-O and Docker read. `docker.io` and `library/` are filled in as they do it;
//! `latest` is **not**: "no tag is written" and "`latest` is written" are different facts.

use std::fmt;

use super::digest::Digest;

/// The registry that a name without one belongs to.
pub const DEFAULT_REGISTRY: &str = "docker.io";

/// A parsed, normalised image reference.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ImageReference {
    /// Host with its port as written, such as `docker.io`, `localhost:5000` or `[2001:db8::1]:443`.
    pub registry: String,
    /// Path below the registry, such as `library/nginx`.
    pub repository: String,
    /// The tag, when one is written.
    pub tag: Option<String>,
    /// The digest, when one is written.
    pub digest: Option<Digest>,
}

impl ImageReference {
    /// Registry and repository, without tag and digest: `docker.io/library/nginx`.
    pub fn name(&self) -> String {
        format!("{}/{}", self.registry, self.repository)
    }
}

impl ImageReference {
    /// Parses a text as a container runtime does.
    ///
    /// # Errors
    /// Why the text is not a reference; the first reason in the order of [`ReferenceError`].
    pub fn parse(text: &str) -> Result<Self, ReferenceError> {
        if text.is_empty() {
            return Err(ReferenceError::Empty);
        }
        let (rest, digest) = match text.split_once('@') {
            Some((rest, digest)) => {
                let parsed = Digest::parse(digest);
                let parsed = parsed.ok_or_else(|| ReferenceError::Digest(digest.to_owned()))?;
                (rest, Some(parsed))
            }
            None => (text, None),
        };
        let (name, tag) = match rest.rsplit_once(':') {
            Some((name, tag)) if !tag.contains('/') => (name, Some(tag.to_owned())),
            _ => (rest, None),
        };
        let (registry, path) = match name.split_once('/') {
            Some((first, path)) if first.contains(['.', ':']) || first == "localhost" => {
                (first, path.to_owned())
            }
            Some(_) => (DEFAULT_REGISTRY, name.to_owned()),
            None => (DEFAULT_REGISTRY, format!("library/{name}")),
        };
        Ok(Self {
            registry: registry.to_owned(),
            repository: path,
            tag,
            digest,
        })
    }
}

impl fmt::Display for ImageReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.registry, self.repository)?;
        if let Some(tag) = &self.tag {
            write!(f, ":{tag}")?;
        }
        if let Some(digest) = &self.digest {
            write!(f, "@{digest}")?;
        }
        Ok(())
    }
}

/// Why a text is not an image reference.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReferenceError {
    /// A YAML number, boolean or collection stands where text belongs.
    #[error("it is not a string")]
    NotText,
    /// The text is empty.
    #[error("it is empty")]
    Empty,
    /// White space or a control character is in it.
    #[error("white space or a control character is in it")]
    Blank,
    /// A placeholder of a template language is in it; the rest is known.
    #[error("it holds a placeholder")]
    Placeholder(PartialReference),
    /// It begins with a scheme such as `https://`.
    #[error("it begins with the scheme `{0}`")]
    Scheme(String),
    /// The part before the first `/` is not a registry, as written.
    #[error("`{0}` is not a registry")]
    Registry(String),
    /// The repository has capital letters, as written.
    #[error("the repository `{0}` has capital letters")]
    UppercaseRepository(String),
    /// The repository does not follow the grammar, as written.
    #[error("`{0}` is not a repository")]
    Repository(String),
    /// The tag does not follow the grammar, as written.
    #[error("`{0}` is not a tag")]
    Tag(String),
    /// The digest does not follow the grammar, as written.
    #[error("`{0}` is not a digest")]
    Digest(String),
    /// Registry and repository are longer than 255 characters.
    #[error("the name is longer than 255 characters")]
    TooLong,
    /// 64 hex digits alone name an image identifier, not a repository.
    #[error("64 hex digits are an image identifier, not a name")]
    BareIdentifier,
}

/// What is certain of a reference in which a placeholder stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PartialReference {
    /// The placeholder as written, such as `${TAG}`.
    pub placeholder: String,
    /// The registry, when it is complete whatever the placeholder becomes.
    pub registry: Option<String>,
    /// The repository, when registry and repository are complete.
    pub repository: Option<String>,
    /// What is certain of the tag.
    pub tag: Part<String>,
    /// What is certain of the digest.
    pub digest: Part<Digest>,
}

/// A part of a reference that has a placeholder somewhere.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Part<T> {
    /// It may be there or not.
    #[default]
    Unknown,
    /// It is certainly not written.
    Absent,
    /// It is written in full.
    Known(T),
}
