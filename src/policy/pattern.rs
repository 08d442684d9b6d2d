//! Patterns over image names, and over single names such as namespaces and tags.
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

mod glob;
mod parse;

use std::net::Ipv6Addr;

use crate::model::reference::{ImageReference, Part, PartialReference};

use self::glob::{Glob, Item};

pub use self::parse::{PatternError, PatternFault};

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

    /// The pattern as written.
    pub fn as_str(&self) -> &str {
        &self.written
    }

    /// Whether the reference matches. Each part is compared as it is written: an image without a tag
    /// matches no pattern that has one, and a registry with a port no pattern that has none.
    pub fn matches(&self, reference: &ImageReference) -> bool {
        self.registry.matches(&reference.registry)
            && path_matches(&self.path, &reference.repository)
            && optional(self.tag.as_ref(), reference.tag.as_deref())
            && optional(
                self.digest.as_ref(),
                reference.digest.as_ref().map(|digest| digest.as_str()),
            )
    }

    /// Whether the reference names an image that this pattern means to keep out: like
    /// [`ImagePattern::matches`], but a spelling that reaches the same image does not escape. The
    /// default ports 443 and 80 are the same as none, an IPv6 address is compared as an address, and
    /// without tag and digest the tag is `latest`.
    pub fn refuses(&self, reference: &ImageReference) -> bool {
        let tag = match (&reference.tag, &reference.digest) {
            (None, None) => Some("latest"),
            (tag, _) => tag.as_deref(),
        };
        self.registry.reaches(&reference.registry)
            && path_matches(&self.path, &reference.repository)
            && optional(self.tag.as_ref(), tag)
            && optional(
                self.digest.as_ref(),
                reference.digest.as_ref().map(|digest| digest.as_str()),
            )
    }

    /// Whether some value of the placeholder could make the reference match. A no is certain.
    pub fn may_match(&self, partial: &PartialReference) -> bool {
        let registry = partial
            .registry
            .as_deref()
            .is_none_or(|registry| self.registry.matches(registry));
        let path = match &partial.repository {
            Some(repository) => path_matches(&self.path, repository),
            None => glob::overlap(
                &self.path,
                &path_from(&partial.repository_prefix),
                Glob::overlaps,
            ),
        };
        let part = |pattern: Option<&Glob>, known: Part<&str>| match (pattern, known) {
            (None, _) | (_, Part::Unknown) => true,
            (Some(_), Part::Absent) => false,
            (Some(pattern), Part::Known(text)) => pattern.matches(text),
        };
        registry
            && path
            && part(self.tag.as_ref(), as_text(&partial.tag, String::as_str))
            && part(
                self.digest.as_ref(),
                as_text(&partial.digest, |digest| digest.as_str()),
            )
    }

    /// [`ImagePattern::refuses`] for every value of the placeholder. A yes is certain.
    pub fn refuses_all(&self, partial: &PartialReference) -> bool {
        let registry = match &partial.registry {
            Some(registry) => self.registry.reaches(registry),
            None => self.registry == RegistryPattern::Any,
        };
        let path = match &partial.repository {
            Some(repository) => path_matches(&self.path, repository),
            None => glob::covers(
                &self.path,
                &path_from(&partial.repository_prefix),
                Glob::covers,
            ),
        };
        let part = |pattern: Option<&Glob>, known: Part<&str>| match (pattern, known) {
            (None, _) => true,
            (Some(pattern), Part::Known(text)) => pattern.matches(text),
            (Some(_), Part::Unknown | Part::Absent) => false,
        };
        let tag = match (&partial.tag, &partial.digest) {
            (Part::Absent, Part::Absent) => Part::Known("latest"),
            (tag, _) => as_text(tag, String::as_str),
        };
        registry
            && path
            && part(self.tag.as_ref(), tag)
            && part(
                self.digest.as_ref(),
                as_text(&partial.digest, |digest| digest.as_str()),
            )
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
        (labels_match(labels, host) || same_address())
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

/// The paths that begin with `prefix`, which may end inside a segment.
fn path_from(prefix: &str) -> Vec<Item<Glob>> {
    let (complete, begun) = match prefix.rsplit_once('/') {
        Some((complete, begun)) => (Some(complete), begun),
        None => (None, prefix),
    };
    complete
        .into_iter()
        .flat_map(|text| text.split('/'))
        .map(|segment| Item::One(Glob::literal(segment)))
        .chain([Item::One(Glob::beginning_with(begun)), Item::Run])
        .collect()
}

/// A constraint that is not written holds; one that is written wants the part written.
fn optional(pattern: Option<&Glob>, text: Option<&str>) -> bool {
    pattern.is_none_or(|pattern| text.is_some_and(|text| pattern.matches(text)))
}

fn as_text<T>(part: &Part<T>, text: impl Fn(&T) -> &str) -> Part<&str> {
    match part {
        Part::Unknown => Part::Unknown,
        Part::Absent => Part::Absent,
        Part::Known(value) => Part::Known(text(value)),
    }
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
