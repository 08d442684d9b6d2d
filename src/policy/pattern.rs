//! Patterns over image names, over single names such as namespaces and tags, and over the identities in
//! certificates.
//!
//! Registries match by whole label and repositories by whole segment, never by a text prefix. A pattern
//! is normalised like a reference before it is compared: `nginx` is `docker.io/library/nginx`.
//!
//! | pattern | matches |
//! |---|---|
//! | `ghcr.io/acme/app` | that repository, whatever its tag and digest |
//! | `ghcr.io/acme/*` | the repositories one segment below |
//! | `ghcr.io/acme/**` | all repositories below, not `ghcr.io/acme` itself |
//! | `ghcr.io/**/app` | `app` at any depth, `ghcr.io/app` too |
//! | `*.example.com/**` | registries with exactly one label before `example.com`, without a port |
//! | `localhost:*/**` | `localhost` with any port |
//! | `**/app` | `app` at any depth in any registry |
//! | `**` | every image |
//! | `nginx:1.*`, `**@sha256:*` | only with such a tag, such a digest written |

mod expression;
mod glob;
mod parse;
mod partial;
mod text;

use std::net::Ipv6Addr;

use crate::model::digest::Digest;
use crate::model::reference::ImageReference;
use crate::model::reference::grammar::canonical_registry;

use self::glob::{Glob, Item};

pub use self::expression::Expression;
pub use self::parse::{PatternError, PatternFault};
pub use self::text::TextPattern;

/// A glob over one whole name: `*` is any run of characters, `?` one character.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamePattern(String);

impl NamePattern {
    /// Takes any text; nothing but `*` and `?` is special.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The pattern as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the whole of `name` matches, case included. Linear memory, at most quadratic time.
    pub fn matches(&self, name: &str) -> bool {
        let pattern: Vec<Item<char>> = self
            .0
            .chars()
            .map(|c| if c == '*' { Item::Run } else { Item::One(c) })
            .collect();
        let name: Vec<char> = name.chars().collect();
        glob::matches(&pattern, &name, |wanted, c| *wanted == '?' || wanted == c)
    }
}

/// A pattern over normalised image references.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImagePattern {
    written: String,
    registry: RegistryPattern,
    /// Segments; a run stands for any number of them, none included.
    path: Vec<Item<Glob>>,
    tag: Option<Glob>,
    digest: Option<Glob>,
}

/// How a reference is compared with a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reading {
    /// By what is written.
    Written,
    /// By what is reached, see [`ImagePattern::refuses`].
    Reached,
}

/// What is pulled when neither a tag nor a digest is written.
const DEFAULT_TAG: &str = "latest";

#[derive(Debug, Clone, PartialEq, Eq)]
enum RegistryPattern {
    Any,
    Host {
        /// An IPv6 address is one label, with its brackets.
        labels: Vec<Glob>,
        port: Option<Glob>,
    },
}

impl ImagePattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// The first thing that is wrong, with its place; also what could match nothing, and what people
    /// write when they mean something else (`quay.io`, `*`).
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        parse::pattern(text)
    }

    /// The pattern `**`, which matches every image.
    pub fn every_image() -> Self {
        Self {
            written: "**".to_owned(),
            registry: RegistryPattern::Any,
            path: vec![Item::One(Glob::new("*")), Item::Run],
            tag: None,
            digest: None,
        }
    }

    /// The pattern as written.
    pub fn as_str(&self) -> &str {
        &self.written
    }

    /// Whether the reference matches. Each part is compared as it is written: an image without a tag
    /// matches no pattern that has one, and a registry with a port no pattern that has none.
    pub fn matches(&self, reference: &ImageReference) -> bool {
        self.holds(reference, Reading::Written)
    }

    /// Whether the reference names an image that this pattern means to keep out: like
    /// [`ImagePattern::matches`], but a spelling that reaches the same image does not escape. The
    /// default ports 443 and 80 are the same as none, with them too `index.docker.io` is `docker.io`, an
    /// IPv6 address is compared as an address, and without tag and digest the tag is `latest`.
    pub fn refuses(&self, reference: &ImageReference) -> bool {
        self.holds(reference, Reading::Reached)
    }

    fn holds(&self, reference: &ImageReference, reading: Reading) -> bool {
        let digest = reference.digest.as_ref().map(Digest::as_str);
        let tag = match (reading, digest) {
            (Reading::Reached, None) => reference.tag.as_deref().or(Some(DEFAULT_TAG)),
            _ => reference.tag.as_deref(),
        };
        self.registry.holds(&reference.registry, reading)
            && path_matches(&self.path, &reference.repository)
            && optional(self.tag.as_ref(), tag)
            && optional(self.digest.as_ref(), digest)
    }

    /// Whether everything that `other` matches is matched by this one too. A yes is certain; a no may
    /// be wrong for patterns with several `*`.
    pub fn covers(&self, other: &Self) -> bool {
        let part = |own: Option<&Glob>, others: Option<&Glob>| match (own, others) {
            (None, _) => true,
            (Some(own), Some(others)) => own.covers(others),
            (Some(_), None) => false,
        };
        self.registry.covers(&other.registry)
            && glob::covers(&self.path, &other.path, Glob::covers)
            && part(self.tag.as_ref(), other.tag.as_ref())
            && part(self.digest.as_ref(), other.digest.as_ref())
    }

    /// Whether some image could match both. A no is certain.
    pub fn may_overlap(&self, other: &Self) -> bool {
        let part = |own: Option<&Glob>, others: Option<&Glob>| match (own, others) {
            (Some(own), Some(others)) => own.overlaps(others),
            _ => true,
        };
        self.registry.overlaps(&other.registry)
            && glob::overlap(&self.path, &other.path, Glob::overlaps)
            && part(self.tag.as_ref(), other.tag.as_ref())
            && part(self.digest.as_ref(), other.digest.as_ref())
    }
}

impl RegistryPattern {
    fn holds(&self, registry: &str, reading: Reading) -> bool {
        match reading {
            Reading::Written => self.matches(registry),
            Reading::Reached => self.reaches(registry),
        }
    }

    fn matches(&self, registry: &str) -> bool {
        let Self::Host { labels, port } = self else {
            return true;
        };
        let (host, written_port) = host_and_port(registry);
        labels_match(labels, host)
            && match (port, written_port) {
                (None, None) => true,
                (Some(pattern), Some(port)) => pattern.matches(port),
                _ => false,
            }
    }

    /// Whether a registry of this pattern is asked when `registry` is, see [`ImagePattern::refuses`].
    fn reaches(&self, registry: &str) -> bool {
        let Self::Host { labels, port } = self else {
            return true;
        };
        let (host, written_port) = host_and_port(registry);
        let significant = written_port.map(|port| port.trim_start_matches('0'));
        let same_address = || match labels.as_slice() {
            [address] => ipv6(host).is_some_and(|own| ipv6(&address.to_string()) == Some(own)),
            _ => false,
        };
        // A port keeps the other names of docker.io from being normalised away.
        let same_service = || labels_match(labels, canonical_registry(host));
        (labels_match(labels, host) || same_service() || same_address())
            && match (port, significant) {
                (None, None | Some("443" | "80")) => true,
                (None, Some(_)) => false,
                (Some(pattern), None) => pattern.matches("443") || pattern.matches("80"),
                (Some(pattern), Some(port)) => pattern.matches(port),
            }
    }

    fn covers(&self, other: &Self) -> bool {
        self.compare(other, Glob::covers, true)
    }

    fn overlaps(&self, other: &Self) -> bool {
        self.compare(other, Glob::overlaps, false)
    }

    /// Compares label by label; `ordered`: every registry is more than any pattern of hosts.
    fn compare(&self, other: &Self, one: impl Fn(&Glob, &Glob) -> bool, ordered: bool) -> bool {
        match (self, other) {
            (Self::Any, _) => true,
            (Self::Host { .. }, Self::Any) => !ordered,
            (
                Self::Host { labels, port },
                Self::Host {
                    labels: other_labels,
                    port: other_port,
                },
            ) => {
                labels.len() == other_labels.len()
                    && labels.iter().zip(other_labels).all(|(a, b)| one(a, b))
                    && match (port, other_port) {
                        (None, None) => true,
                        (Some(a), Some(b)) => one(a, b),
                        _ => false,
                    }
            }
        }
    }
}

fn labels_match(labels: &[Glob], host: &str) -> bool {
    if host.starts_with('[') {
        return matches!(labels, [only] if only.matches(host));
    }
    let mut written = host.split('.');
    labels
        .iter()
        .all(|label| written.next().is_some_and(|text| label.matches(text)))
        && written.next().is_none()
}

fn path_matches(path: &[Item<Glob>], repository: &str) -> bool {
    let segments: Vec<&str> = repository.split('/').collect();
    glob::matches(path, &segments, |glob, segment| glob.matches(segment))
}

/// A constraint that is not written holds; one that is written wants the part written.
fn optional(pattern: Option<&Glob>, text: Option<&str>) -> bool {
    pattern.is_none_or(|pattern| text.is_some_and(|text| pattern.matches(text)))
}

/// Splits `host[:port]`; the brackets of an IPv6 address stay.
fn host_and_port(registry: &str) -> (&str, Option<&str>) {
    let port_at = match registry.find(']') {
        Some(bracket) => (registry.len() > bracket + 1).then_some(bracket + 1),
        None => registry.find(':'),
    };
    match port_at {
        Some(at) => (&registry[..at], registry.get(at + 1..)),
        None => (registry, None),
    }
}

fn ipv6(host: &str) -> Option<Ipv6Addr> {
    host.strip_prefix('[')?.strip_suffix(']')?.parse().ok()
}
