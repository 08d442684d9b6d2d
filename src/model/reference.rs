//! Image references by the distribution grammar.
//!
//! Source of the grammar: `github.com/distribution/reference` 0.6, `reference.go`, `normalize.go` and
//! `regexp.go`, which is what containerd, CRI-O and Docker read. `docker.io` and `library/` are filled
//! in as they do it; `latest` is **not**: "no tag is written" and "`latest` is written" are different
//! facts.
//!
//! Known and deliberate differences:
//! - A registry with capital letters is refused. DNS takes it for the registry in lower case, while
//!   policies and credentials compare the text: whoever reads it decides about another registry than
//!   the one that is asked.
//! - A registry of more than 255 characters is refused; DNS has no such host.
//! - `registry-1.docker.io` is `docker.io`, as `index.docker.io` is for the source: it is the same service.
//! - A host with `_` (`my_host.example/app`), for which the source returns an empty domain, is the
//!   registry that containerd asks.

use std::fmt;

use super::digest::{self, Digest};
use super::shorten::shorten;

mod defaults;
pub(crate) mod grammar;
mod placeholder;

pub use defaults::{DefaultImage, with_defaults};
pub use grammar::DEFAULT_REGISTRY;
pub use placeholder::{Part, PartialReference, between_underscores};

/// `RepositoryNameTotalLengthMax`, in characters; taken for registries too.
const NAME_MAX: usize = 255;

/// Longest piece of a refused text that an error carries, in characters.
const QUOTE_MAX: usize = 100;

/// A parsed, normalised image reference. Its parts follow the grammar; whoever builds one by hand
/// promises the same.
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
    /// Parses a text as a container runtime does. Takes time linear in the text.
    ///
    /// # Errors
    /// Why the text is not a reference; the first reason in the order of [`ReferenceError`].
    pub fn parse(text: &str) -> Result<Self, ReferenceError> {
        Self::parse_with_defaults(text, &|_| None)
    }

    /// Parses a text; `known` has the defaults of placeholders that do not name one themselves.
    ///
    /// # Errors
    /// As [`ImageReference::parse`].
    pub fn parse_with_defaults(
        text: &str,
        known: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, ReferenceError> {
        let mut parsed = Self::parse_as_it_stands(text);
        if let Err(ReferenceError::Placeholder(partial)) = &mut parsed {
            partial.default = DefaultImage::of(text, known).map(Box::new);
        }
        parsed
    }

    /// Parses a text and asks no placeholder for its default. What is a reference is taken for nothing
    /// else: a container runtime would pull it, whatever its name looks like.
    fn parse_as_it_stands(text: &str) -> Result<Self, ReferenceError> {
        Self::parse_grammar(text).map_err(|error| match placeholder::find(text) {
            Some(partial) => ReferenceError::Placeholder(Box::new(partial)),
            None => error,
        })
    }

    fn parse_grammar(text: &str) -> Result<Self, ReferenceError> {
        if text.is_empty() {
            return Err(ReferenceError::Empty);
        }
        check_characters(text)?;
        let (rest, digest) = split_digest(text)?;
        if digest.is_none() && rest.len() == 64 && rest.bytes().all(digest::is_hex_digit) {
            return Err(ReferenceError::BareIdentifier);
        }
        let (name, tag) = grammar::split_tag(rest);
        let (registry, repository) = grammar::split_name(name);
        check_registry(registry, name)?;
        check_repository(registry, &repository)?;
        if let Some(tag) = tag
            && !grammar::is_tag(tag)
        {
            return Err(ReferenceError::Tag(quote(tag)));
        }
        let digest = match digest {
            Some(written) => {
                Some(Digest::parse(written).ok_or_else(|| ReferenceError::Digest(quote(written)))?)
            }
            None => None,
        };
        Ok(Self {
            registry: registry.to_owned(),
            repository,
            tag: tag.map(str::to_owned),
            digest,
        })
    }

    /// Parses a name whose tag and digest are filled in by somebody else, such as a chart.
    ///
    /// # Errors
    /// [`ReferenceError::Incomplete`] with what is known, for every sound name; else as [`ImageReference::parse`].
    pub fn parse_name(text: &str) -> Result<Self, ReferenceError> {
        let reference = Self::parse(text)?;
        if reference.tag.is_some() || reference.digest.is_some() {
            return Ok(reference);
        }
        Err(ReferenceError::Incomplete(Box::new(PartialReference {
            registry: Some(reference.registry),
            repository_prefix: reference.repository.clone(),
            repository: Some(reference.repository),
            ..PartialReference::default()
        })))
    }

    /// Registry and repository, without tag and digest: `docker.io/library/nginx`.
    pub fn name(&self) -> String {
        format!("{}/{}", self.registry, self.repository)
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

/// Why a text is not an image reference. Quoted parts are cut after 100 characters.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReferenceError {
    /// A YAML number, boolean or collection stands where text belongs.
    #[error("it is not a string")]
    NotText,
    /// The text is empty.
    #[error("it is empty")]
    Empty,
    /// A placeholder of a template language is in it; the rest is known.
    #[error("it holds the placeholder `{}`", .0.placeholder)]
    Placeholder(Box<PartialReference>),
    /// A part of it stands elsewhere and is not known, such as the tag that a chart fills in.
    #[error("a part of it is not known")]
    Incomplete(Box<PartialReference>),
    /// White space or a control character is in it.
    #[error("white space or a control character is in it")]
    Blank,
    /// A character outside ASCII, which may look like another one.
    #[error("it holds the character U+{:04X}, which no image name has", u32::from(*.0))]
    NotAscii(char),
    /// It begins with a scheme such as `https://`.
    #[error("it begins with the scheme `{0}`")]
    Scheme(String),
    /// A user name stands before the registry. What is written is not kept: it may be a password.
    #[error("a user name and `@` stand before the registry")]
    UserInfo,
    /// 64 hex digits alone name an image identifier, not a repository.
    #[error("64 hex digits are an image identifier, not a name")]
    BareIdentifier,
    /// The part before the first `/` is not a registry, as written.
    #[error("{}", not_a("registry", .0))]
    Registry(String),
    /// The registry has capital letters, as written.
    #[error("the registry `{0}` has capital letters")]
    UppercaseRegistry(String),
    /// The repository has capital letters, as written.
    #[error("the repository `{0}` has capital letters")]
    UppercaseRepository(String),
    /// The repository does not follow the grammar, as written.
    #[error("{}", not_a("repository", .0))]
    Repository(String),
    /// Registry or repository is longer than 255 characters.
    #[error("the name is longer than 255 characters")]
    TooLong,
    /// The tag does not follow the grammar, as written.
    #[error("{}", not_a("tag", .0))]
    Tag(String),
    /// The digest does not follow the grammar or its algorithm is not registered, as written.
    #[error("{}", not_a("digest", .0))]
    Digest(String),
}

/// Two marks with nothing between them would say little.
fn not_a(part: &str, written: &str) -> String {
    match written {
        "" => format!("its {part} is empty"),
        _ => format!("`{written}` is not a {part}"),
    }
}

fn split_digest(text: &str) -> Result<(&str, Option<&str>), ReferenceError> {
    let Some((rest, behind)) = text.split_once('@') else {
        return Ok((text, None));
    };
    let algorithm = behind.split(':').next().unwrap_or_default();
    if behind.contains('/') && !Digest::is_registered(algorithm) {
        return Err(ReferenceError::UserInfo);
    }
    Ok((rest, Some(behind)))
}

fn check_characters(text: &str) -> Result<(), ReferenceError> {
    if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(ReferenceError::Blank);
    }
    if let Some(foreign) = text.chars().find(|c| !c.is_ascii()) {
        return Err(ReferenceError::NotAscii(foreign));
    }
    match text.split_once("://") {
        Some((scheme, _)) if is_scheme(scheme) => {
            Err(ReferenceError::Scheme(format!("{}://", quote(scheme))))
        }
        _ => Ok(()),
    }
}

/// RFC 3986, section 3.1.
fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
}

fn check_registry(registry: &str, name: &str) -> Result<(), ReferenceError> {
    if !grammar::is_registry(registry) {
        return Err(ReferenceError::Registry(quote(registry)));
    }
    if registry.bytes().any(|byte| byte.is_ascii_uppercase()) {
        // Without a dot or a port it was hardly meant as a registry.
        return Err(if registry.contains(['.', ':']) {
            ReferenceError::UppercaseRegistry(quote(registry))
        } else {
            ReferenceError::UppercaseRepository(quote(name))
        });
    }
    if registry.len() > NAME_MAX {
        return Err(ReferenceError::TooLong);
    }
    Ok(())
}

fn check_repository(registry: &str, repository: &str) -> Result<(), ReferenceError> {
    if !repository.split('/').all(grammar::is_path_component) {
        let written = quote(grammar::official_name(repository).unwrap_or(repository));
        let lower = repository.to_ascii_lowercase();
        return Err(if lower.split('/').all(grammar::is_path_component) {
            ReferenceError::UppercaseRepository(written)
        } else {
            ReferenceError::Repository(written)
        });
    }
    // The source takes a host with `_` for a part of the path and counts it.
    let host = if registry.contains('_') {
        registry.len() + 1
    } else {
        0
    };
    if host + repository.len() > NAME_MAX {
        return Err(ReferenceError::TooLong);
    }
    Ok(())
}

/// The text as an error carries it: hostile input may be as large as a file.
fn quote(text: &str) -> String {
    shorten(text, QUOTE_MAX).into_owned()
}
