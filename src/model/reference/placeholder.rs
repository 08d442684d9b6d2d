//! Placeholders of template languages in an image, and what is certain of the rest.
//!
//! **Certain** means: true for every value that makes the whole text a reference. A value may be empty
//! and may hold `/`, `:` and `@`, with one exception: right behind `name:`, where the name has no `/`
//! and no `.` and no `/` follows, a tag is expected (with a digest, perhaps), so that the name in
//! `nginx:${TAG}` is known. The value that breaks this, `5000/app`, would turn the name into a host;
//! `registry.example.com:${REST}` and `registry:5000${PATH}` are therefore left open.
//!
//! A text with a placeholder never passes anything; it can only be refused for what is certain.

use super::super::digest::Digest;
use super::{DefaultImage, ImageReference, grammar, quote};

mod holes;

pub(super) use holes::Holes;

/// What is certain of a reference in which a placeholder stands, or of which a part is said elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PartialReference {
    /// The first placeholder as written, such as `${TAG}`, cut after 100 characters; empty where a part is not
    /// known for another reason.
    pub placeholder: String,
    /// The normalised registry, when it is complete whatever the placeholder becomes.
    pub registry: Option<String>,
    /// The normalised repository, when registry and repository are complete.
    pub repository: Option<String>,
    /// What the normalised repository begins with, when the registry is known; may be empty and may
    /// end inside a segment.
    pub repository_prefix: String,
    /// What is certain of the tag.
    pub tag: Part<String>,
    /// What is certain of the digest.
    pub digest: Part<Digest>,
    /// What the image is when its placeholders take their defaults, when one has any.
    pub default: Option<Box<DefaultImage>>,
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

impl<T> Part<T> {
    /// The same, known by reference.
    pub const fn as_ref(&self) -> Part<&T> {
        match self {
            Self::Unknown => Part::Unknown,
            Self::Absent => Part::Absent,
            Self::Known(value) => Part::Known(value),
        }
    }

    /// The same with `change` made to what is known.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Part<U> {
        match self {
            Self::Unknown => Part::Unknown,
            Self::Absent => Part::Absent,
            Self::Known(value) => Part::Known(change(value)),
        }
    }
}

/// The prefix by which ko finds images to build; it names a Go package and says nothing of the image.
const KO_SCHEME: &str = "ko://";

/// What looks like a placeholder in a text that is a reference all the same: `__TAG__` in `app:__TAG__`.
pub fn between_underscores(text: &str) -> Option<&str> {
    let hole = Holes::between_underscores(text).next();
    hole.map(|hole| &text[hole])
}

/// What is certain of `text`, which is no reference, when a placeholder is in it.
pub(super) fn find(text: &str) -> Option<PartialReference> {
    if text.starts_with(KO_SCHEME) {
        return Some(PartialReference {
            placeholder: quote(text),
            ..PartialReference::default()
        });
    }
    known_around(text, Holes::new(text)).or_else(|| {
        // The names between underscores have to be what is wrong with the text.
        let holes = || Holes::between_underscores(text);
        let (mut filled, mut end) = (String::new(), 0);
        for hole in holes() {
            filled.push_str(&text[end..hole.start]);
            filled.push('x');
            end = hole.end;
        }
        filled.push_str(&text[end..]);
        let named = known_around(text, holes())?;
        ImageReference::parse_grammar(&filled)
            .is_ok()
            .then_some(named)
    })
}

/// What is certain of `text` whatever stands in its `holes`; `None` without any.
fn known_around(text: &str, mut holes: Holes<'_>) -> Option<PartialReference> {
    let first = holes.next()?;
    let before = &text[..first.start];
    let mut end = first.end;
    let mut partial = PartialReference {
        placeholder: quote(&text[first]),
        ..PartialReference::default()
    };
    let (mut plain, mut slash_follows) = (true, false);
    for hole in holes {
        let between = &text[end..hole.start];
        plain &= is_plain(between);
        slash_follows |= between.contains('/');
        end = hole.end;
    }
    let behind = &text[end..];
    // A character that no reference has says that the end of a placeholder was taken wrongly, for
    // instance at a `}}` within quotes; what seems to stand behind it may stand inside.
    plain &= is_plain(behind);
    slash_follows |= behind.contains('/');
    if is_plain(before) {
        judge_before(before, plain && !slash_follows, &mut partial);
        if plain {
            judge_behind(behind, &mut partial);
        }
    }
    Some(partial)
}

/// What the text before the first placeholder makes certain. `ends_name`: what follows holds no `/`,
/// so that a colon at the end of `before` begins a tag.
fn judge_before(before: &str, ends_name: bool, partial: &mut PartialReference) {
    let (named, at_digest) = match before.split_once('@') {
        Some((named, _)) => (named, true),
        None => (before, false),
    };
    let (name, tag) = grammar::split_tag(named);
    let ends_here = at_digest || tag.is_some_and(|tag| !may_be_port(name, tag));
    if ends_name && ends_here {
        if set_name(name, partial) && at_digest {
            partial.tag = tag.map_or(Part::Absent, |tag| Part::Known(tag.to_owned()));
        }
        return;
    }
    let Some((first, path)) = name.split_once('/') else {
        return;
    };
    let (registry, path) = if grammar::is_registry_like(first) {
        (grammar::canonical_registry(first), path)
    } else {
        (grammar::DEFAULT_REGISTRY, name)
    };
    if !is_sound_registry(registry) {
        return;
    }
    partial.registry = Some(registry.to_owned());
    // Below docker.io `library/` may still be filled in while no further `/` is certain.
    if registry != grammar::DEFAULT_REGISTRY || path.contains('/') {
        partial.repository_prefix = path.to_owned();
    }
}

/// Whether `name:digits` may go on as a host with its port.
fn may_be_port(name: &str, digits: &str) -> bool {
    let host_like = name == "localhost" || name.contains(['.', '[']);
    !name.contains('/')
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && (host_like || !digits.is_empty())
}

/// Takes a complete name; whether it is one.
fn set_name(name: &str, partial: &mut PartialReference) -> bool {
    let (registry, repository) = grammar::split_name(name);
    let sound =
        is_sound_registry(registry) && repository.split('/').all(grammar::is_path_component);
    if sound {
        partial.registry = Some(registry.to_owned());
        partial.repository_prefix.clone_from(&repository);
        partial.repository = Some(repository);
    }
    sound
}

fn is_sound_registry(registry: &str) -> bool {
    grammar::is_registry(registry) && !registry.bytes().any(|byte| byte.is_ascii_uppercase())
}

/// What the text behind the last placeholder makes certain.
fn judge_behind(behind: &str, partial: &mut PartialReference) {
    if let Some((before, digest)) = behind.split_once('@') {
        let Some(digest) = Digest::parse(digest) else {
            return;
        };
        partial.digest = Part::Known(digest);
        judge_tag(before, partial);
        return;
    }
    // A tag of 64, 96 or 128 hex digits may be the end of a digest whose algorithm is the value.
    let (_, tag) = grammar::split_tag(behind);
    if tag.is_some_and(|tag| tag.len() >= 64 && tag.bytes().all(|byte| byte.is_ascii_hexdigit())) {
        return;
    }
    if behind.contains('/') || tag.is_some() {
        judge_tag(behind, partial);
        partial.digest = Part::Absent;
    }
}

fn judge_tag(text: &str, partial: &mut PartialReference) {
    match grammar::split_tag(text) {
        (_, Some(tag)) if grammar::is_tag(tag) => partial.tag = Part::Known(tag.to_owned()),
        (_, Some(_)) => {}
        (name, None) if name.contains('/') => partial.tag = Part::Absent,
        (_, None) => {}
    }
}

/// Whether only characters of references stand in it.
fn is_plain(text: &str) -> bool {
    text.bytes()
        .all(|byte| grammar::is_tag_byte(byte) || matches!(byte, b'/' | b':' | b'@' | b'[' | b']'))
}
