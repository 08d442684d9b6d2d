//! One image use as the rules see it: what is written, and what of it is certain.

use crate::model::digest::Digest;
use crate::model::image_use::ImageUse;
use crate::model::reference::{ImageReference, Part, PartialReference, ReferenceError};
use crate::policy::pattern::ImagePattern;

/// An image that a rule judges.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// Where and how it is used.
    pub used: &'a ImageUse,
    /// The image as sentences name it: as it is written, or with the defaults of its placeholders.
    pub text: &'a str,
    /// What is known of the reference.
    pub image: Image<'a>,
}

impl<'a> Subject<'a> {
    /// The image as it is written; `None` when that is no reference.
    pub fn written(used: &'a ImageUse) -> Option<Self> {
        let image = match used.reference.as_ref() {
            Ok(reference) => Image::Full(reference),
            Err(ReferenceError::Placeholder(partial) | ReferenceError::Incomplete(partial)) => {
                Image::Partial(partial)
            }
            Err(_) => return None,
        };
        Some(Self {
            used,
            text: &used.text,
            image,
        })
    }

    /// The image when its placeholders take their defaults; `None` when none has one.
    pub fn by_default(used: &'a ImageUse) -> Option<Self> {
        let Err(ReferenceError::Placeholder(partial)) = used.reference.as_ref() else {
            return None;
        };
        let default = partial.default.as_ref()?;
        Some(Self {
            used,
            text: &default.text,
            image: match &default.reference {
                Ok(reference) => Image::Full(reference),
                Err(partial) => Image::Partial(partial),
            },
        })
    }
}

/// What is known of an image reference.
#[derive(Debug, Clone, Copy)]
pub enum Image<'a> {
    /// Everything that is written.
    Full(&'a ImageReference),
    /// What holds whatever the placeholder in it becomes.
    Partial(&'a PartialReference),
}

impl<'a> Image<'a> {
    /// The registry, when it is certain.
    pub fn registry(self) -> Option<&'a str> {
        match self {
            Self::Full(reference) => Some(&reference.registry),
            Self::Partial(partial) => partial.registry.as_deref(),
        }
    }

    /// The tag.
    pub fn tag(self) -> Part<&'a str> {
        match self {
            Self::Full(reference) => part(reference.tag.as_deref()),
            Self::Partial(partial) => partial.tag.as_ref().map(String::as_str),
        }
    }

    /// The digest.
    pub fn digest(self) -> Part<&'a Digest> {
        match self {
            Self::Full(reference) => part(reference.digest.as_ref()),
            Self::Partial(partial) => partial.digest.as_ref(),
        }
    }

    /// Whether a pattern could match, whatever the placeholder becomes.
    pub fn may_match(self, pattern: &ImagePattern) -> bool {
        match self {
            Self::Full(reference) => pattern.matches(reference),
            Self::Partial(partial) => pattern.may_match(partial),
        }
    }

    /// Whether a demand on the images of a pattern could concern this one: by what is written, or by what
    /// it reaches. A spelling that escaped the pattern would escape the demand.
    pub fn may_be_meant_by(self, pattern: &ImagePattern) -> bool {
        self.may_match(pattern) || self.may_be_refused_by(pattern)
    }

    /// Whether a pattern matches, whatever the placeholder becomes.
    pub fn surely_matches(self, pattern: &ImagePattern) -> bool {
        match self {
            Self::Full(reference) => pattern.matches(reference),
            Self::Partial(partial) => pattern.surely_matches(partial),
        }
    }

    /// Whether a pattern of a deny list could reach the image, see [`ImagePattern::refuses`].
    pub fn may_be_refused_by(self, pattern: &ImagePattern) -> bool {
        match self {
            Self::Full(reference) => pattern.refuses(reference),
            Self::Partial(partial) => pattern.may_refuse(partial),
        }
    }

    /// Whether a pattern of a deny list reaches the image, whatever the placeholder becomes.
    pub fn is_refused_by(self, pattern: &ImagePattern) -> bool {
        match self {
            Self::Full(reference) => pattern.refuses(reference),
            Self::Partial(partial) => pattern.surely_refuses(partial),
        }
    }
}

fn part<T>(written: Option<T>) -> Part<T> {
    written.map_or(Part::Absent, Part::Known)
}
