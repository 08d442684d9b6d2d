//! Reads image patterns, and says what is wrong with one in a sentence that tells what to write.

use std::fmt;

use crate::model::digest::{Digest, is_hex_digit};
use crate::model::reference::DEFAULT_REGISTRY;
use crate::model::reference::grammar;

use super::glob::{Glob, Item};
use super::{ImagePattern, RegistryPattern};

/// Longest pattern, in bytes; the longest reference has about 780.
const PATTERN_MAX: usize = 1024;

/// A pattern that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatternError {
    /// Where in the pattern, in bytes from its beginning.
    pub offset: usize,
    /// What is wrong there.
    pub fault: PatternFault,
}

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fault.fmt(f)
    }
}

impl std::error::Error for PatternError {}

/// What is wrong with a pattern.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PatternFault {
    /// Nothing is written.
    #[error("the pattern is empty; write `**` for every image")]
    Empty,
    /// It is longer than any image.
    #[error("the pattern is longer than 1024 bytes, and no image is")]
    TooLong,
    /// A character that no reference has.
    #[error("{0:?} cannot stand in an image pattern; only `*` and `**` are special")]
    Character(char),
    /// It begins with a scheme.
    #[error("an image has no scheme; leave out `{0}://`")]
    Scheme(String),
    /// A user name stands before the registry.
    #[error("an image has no user name; leave out what stands before the `@`")]
    UserInfo,
    /// `*` where a registry may stand.
    #[error(
        "`*` could mean every registry or every account of docker.io; write `**/…` for the one, \
         `docker.io/*/…` for the other, and `**` alone for every image"
    )]
    AmbiguousStar,
    /// A registry alone.
    #[error(
        "`{0}` alone would be a repository of docker.io; write `{0}/**` for everything in that registry"
    )]
    BareRegistry(String),
    /// Nothing stands between two `/`, or before or behind one.
    #[error("a segment is empty; write `/**` at the end for everything below a name")]
    EmptySegment,
    /// `**` with something else in the same segment.
    #[error("`**` stands for whole segments of a path; within one segment or label write `*`")]
    PartialDoubleStar,
    /// Capital letters in the name.
    #[error("registries and repositories have no capital letters")]
    Uppercase,
    /// Not a registry.
    #[error("`{0}` can match no registry")]
    Registry(String),
    /// Not a segment.
    #[error("`{0}` can match no segment of a repository")]
    Segment(String),
    /// Not a tag.
    #[error("`{0}` can match no tag")]
    Tag(String),
    /// Not a digest.
    #[error(
        "`{0}` can match no digest; write the whole digest, `@sha256:*` or `@*` for any that is written"
    )]
    Digest(String),
}

/// A piece of the pattern with its place.
#[derive(Clone, Copy)]
struct Piece<'a> {
    text: &'a str,
    offset: usize,
}

impl<'a> Piece<'a> {
    const fn fault(self, fault: PatternFault) -> PatternError {
        PatternError {
            offset: self.offset,
            fault,
        }
    }

    /// The pieces between separators, as [`str::split`] yields them.
    fn split(self, separator: char) -> impl Iterator<Item = Piece<'a>> {
        let mut offset = self.offset;
        self.text.split(separator).map(move |text| {
            let piece = Piece { text, offset };
            offset += text.len() + 1;
            piece
        })
    }

    /// The text with something simple in place of each `*`: when this is not sound, no text is that
    /// the pattern matches.
    fn example(self) -> String {
        self.text.replace('*', "a")
    }
}

pub(super) fn pattern(text: &str) -> Result<ImagePattern, PatternError> {
    let whole = Piece { text, offset: 0 };
    check_characters(whole)?;
    let (rest, digest) = match text.find('@') {
        Some(at) => (
            &text[..at],
            Some(Piece {
                text: &text[at + 1..],
                offset: at + 1,
            }),
        ),
        None => (text, None),
    };
    if digest.is_some_and(|digest| digest.text.contains('/')) {
        return Err(whole.fault(PatternFault::UserInfo));
    }
    let (name, tag) = grammar::split_tag(rest);
    let tag = tag.map(|text| Piece {
        text,
        offset: name.len() + 1,
    });
    let (registry, path) = self::name(Piece {
        text: name,
        offset: 0,
    })?;
    Ok(ImagePattern {
        written: text.to_owned(),
        registry,
        path,
        tag: tag.map(self::tag).transpose()?,
        digest: digest.map(self::digest).transpose()?,
    })
}

fn check_characters(whole: Piece<'_>) -> Result<(), PatternError> {
    let text = whole.text;
    if text.is_empty() {
        return Err(whole.fault(PatternFault::Empty));
    }
    if text.len() > PATTERN_MAX {
        return Err(whole.fault(PatternFault::TooLong));
    }
    if let Some((scheme, _)) = text.split_once("://") {
        return Err(whole.fault(PatternFault::Scheme(scheme.to_owned())));
    }
    let sound = |c: char| c.is_ascii_alphanumeric() || "._-/:@*[]".contains(c);
    match text.char_indices().find(|&(_, c)| !sound(c)) {
        Some((offset, c)) => Err(PatternError {
            offset,
            fault: PatternFault::Character(c),
        }),
        None => Ok(()),
    }
}

fn name(name: Piece<'_>) -> Result<(RegistryPattern, Vec<Item<Glob>>), PatternError> {
    let Some((first, behind)) = name.text.split_once('/') else {
        return single(name);
    };
    let first = Piece {
        text: first,
        offset: 0,
    };
    let behind = Piece {
        text: behind,
        offset: first.text.len() + 1,
    };
    match first.text {
        "**" => Ok((RegistryPattern::Any, path(name)?)),
        "*" => Err(first.fault(PatternFault::AmbiguousStar)),
        text if grammar::is_registry_like(text) => {
            let registry = registry(first)?;
            let mut path = path(behind)?;
            if grammar::canonical_registry(text) == DEFAULT_REGISTRY {
                fill_in_library(&mut path, behind);
            }
            Ok((registry, path))
        }
        _ => Ok((docker_hub(), path(name)?)),
    }
}

/// A name without `/`: `**`, or an official image of docker.io.
fn single(name: Piece<'_>) -> Result<(RegistryPattern, Vec<Item<Glob>>), PatternError> {
    match name.text {
        "**" => Ok((RegistryPattern::Any, path(name)?)),
        "*" => Err(name.fault(PatternFault::AmbiguousStar)),
        text if text == "localhost" || text.contains(['.', '[']) => {
            Err(name.fault(PatternFault::BareRegistry(text.to_owned())))
        }
        _ => {
            let mut path = path(name)?;
            fill_in_library(&mut path, name);
            Ok((docker_hub(), path))
        }
    }
}

fn docker_hub() -> RegistryPattern {
    RegistryPattern::Host {
        labels: DEFAULT_REGISTRY.split('.').map(Glob::literal).collect(),
        port: None,
    }
}

/// As for a reference: one segment below docker.io is an official image.
fn fill_in_library(path: &mut Vec<Item<Glob>>, written: Piece<'_>) {
    if !written.text.contains('/') && written.text != "**" {
        path.insert(0, Item::One(Glob::literal("library")));
    }
}

fn registry(written: Piece<'_>) -> Result<RegistryPattern, PatternError> {
    let text = grammar::canonical_registry(written.text);
    let fault = || written.fault(PatternFault::Registry(written.text.to_owned()));
    if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Err(written.fault(PatternFault::Uppercase));
    }
    if let Some(at) = text.find("**") {
        return Err(PatternError {
            offset: written.offset + at,
            fault: PatternFault::PartialDoubleStar,
        });
    }
    let (host, port) = super::host_and_port(text);
    let sound_port = port.is_none_or(|port| port == "*" || grammar::is_port(port));
    let host = Piece {
        text: host,
        offset: written.offset,
    };
    if !sound_port || !grammar::is_registry(&host.example()) {
        return Err(fault());
    }
    let labels = if host.text.starts_with('[') {
        if host.text.contains('*') {
            return Err(fault());
        }
        vec![Glob::literal(host.text)]
    } else {
        host.text.split('.').map(Glob::new).collect()
    };
    Ok(RegistryPattern::Host {
        labels,
        port: port.map(Glob::new),
    })
}

/// Reads segments. A `**` at the end wants at least one, so that `ghcr.io/acme/**` is what stands below
/// `ghcr.io/acme`; elsewhere none is enough.
fn path(written: Piece<'_>) -> Result<Vec<Item<Glob>>, PatternError> {
    let mut items = Vec::new();
    for segment in written.split('/') {
        let item = segment_item(segment)?;
        if item != Item::Run || items.last() != Some(&Item::Run) {
            items.push(item);
        }
    }
    if items.last() == Some(&Item::Run) {
        items.insert(items.len() - 1, Item::One(Glob::new("*")));
    }
    Ok(items)
}

fn segment_item(segment: Piece<'_>) -> Result<Item<Glob>, PatternError> {
    if segment.text == "**" {
        return Ok(Item::Run);
    }
    if segment.text.is_empty() {
        return Err(segment.fault(PatternFault::EmptySegment));
    }
    if let Some(at) = segment.text.find("**") {
        return Err(PatternError {
            offset: segment.offset + at,
            fault: PatternFault::PartialDoubleStar,
        });
    }
    if segment.text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Err(segment.fault(PatternFault::Uppercase));
    }
    if !grammar::is_path_component(&segment.example()) {
        return Err(segment.fault(PatternFault::Segment(segment.text.to_owned())));
    }
    Ok(Item::One(Glob::new(segment.text)))
}

fn tag(written: Piece<'_>) -> Result<Glob, PatternError> {
    if !grammar::is_tag(&written.example()) {
        return Err(written.fault(PatternFault::Tag(written.text.to_owned())));
    }
    Ok(Glob::new(written.text))
}

fn digest(written: Piece<'_>) -> Result<Glob, PatternError> {
    let sound = match written.text.split_once(':') {
        _ if !written.text.contains('*') => Digest::parse(written.text).is_some(),
        None => written.text == "*",
        Some((algorithm, encoded)) => {
            Digest::is_registered(algorithm)
                && encoded
                    .bytes()
                    .all(|byte| byte == b'*' || is_hex_digit(byte))
        }
    };
    if !sound {
        return Err(written.fault(PatternFault::Digest(written.text.to_owned())));
    }
    Ok(Glob::new(written.text))
}
