//! What an image is when its placeholders take their defaults: `${TAG:-1.27}` is `1.27` where nothing is
//! set, and that is what runs.
//!
//! Knows the defaults that a placeholder itself names; whoever knows more (the parameters of an object)
//! hands that in.

use super::placeholder::{Holes, PartialReference};
use super::{ImageReference, ReferenceError};

mod expression;

/// How often a default may have a default itself.
const DEPTH: usize = 8;

/// Longest text that is filled in, in bytes. No reference is that long; a placeholder may be, with all its
/// blanks.
const LENGTH: usize = 64 << 10;

/// An image whose placeholders took their defaults, as far as they have any.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DefaultImage {
    /// The text with the defaults in place.
    pub text: String,
    /// What it refers to; what is certain of it where a placeholder without a default is left.
    pub reference: Result<ImageReference, Box<PartialReference>>,
}

impl DefaultImage {
    /// The image that `text` is when its placeholders take their defaults; `known` has those that the
    /// placeholder does not name itself. `None` when none has one, or when no image comes of it.
    pub fn of(text: &str, known: &dyn Fn(&str) -> Option<String>) -> Option<Self> {
        let written = text;
        let text = filled(text, known, DEPTH).filter(|text| text != written)?;
        let reference = match ImageReference::parse_as_it_stands(&text) {
            Ok(reference) => Ok(reference),
            Err(ReferenceError::Placeholder(partial)) => Err(partial),
            Err(_) => return None,
        };
        Some(Self { text, reference })
    }
}

/// `text` with the defaults of its placeholders in their place, as far as they have any.
pub fn with_defaults(text: &str, known: &dyn Fn(&str) -> Option<String>) -> String {
    filled(text, known, DEPTH).unwrap_or_else(|| text.to_owned())
}

/// `text` with the defaults of its placeholders in their place, `None` when none has one.
fn filled(text: &str, known: &dyn Fn(&str) -> Option<String>, depth: usize) -> Option<String> {
    if text.len() > LENGTH {
        return None;
    }
    let mut result = String::new();
    let (mut end, mut any) = (0, false);
    for hole in Holes::new(text) {
        result.push_str(&text[end..hole.start]);
        let placeholder = &text[hole.clone()];
        let default = known(placeholder).or_else(|| named(placeholder));
        any |= default.is_some();
        match default {
            Some(default) => {
                let deeper = depth.checked_sub(1);
                let deeper = deeper.and_then(|depth| filled(&default, known, depth));
                result.push_str(&deeper.unwrap_or(default));
            }
            None => result.push_str(placeholder),
        }
        if result.len() > LENGTH {
            return None;
        }
        end = hole.end;
    }
    result.push_str(&text[end..]);
    any.then_some(result)
}

/// The default that a placeholder names itself.
fn named(placeholder: &str) -> Option<String> {
    let inside = |open, close| placeholder.strip_prefix(open)?.strip_suffix(close);
    let action: Option<&str> = inside("{{", "}}").or_else(|| inside("[[", "]]"));
    if let Some(action) = action {
        return expression::value(action);
    }
    inside("${", "}").and_then(of_variable)
}

/// The default in `NAME:-default`, as shells, envsubst of Flux, and Compose write it.
fn of_variable(inside: &str) -> Option<String> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let rest = inside.trim_start_matches(is_name);
    if rest.len() == inside.len() {
        return None;
    }
    let rest = rest.strip_prefix(':').unwrap_or(rest);
    match rest.split_at_checked(1)? {
        ("-" | "=", default) => Some(unquoted(default).to_owned()),
        // What stands there is used when the variable is set.
        ("+", _) => Some(String::new()),
        _ => None,
    }
}

/// A shell takes quotes around the default away.
fn unquoted(default: &str) -> &str {
    let inside = |quote| default.strip_prefix(quote)?.strip_suffix(quote);
    inside('"').or_else(|| inside('\'')).unwrap_or(default)
}
