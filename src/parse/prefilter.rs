//! Whether a document can say anything that the caller wants to know, decided by its bytes.
//!
//! Sound: a document without any wanted word can still *decode* to one only through an escape in double
//! quotes, or through `!!binary`, which needs a tag.

use memchr::memmem;

use super::split::{TAG_DIRECTIVE, break_length};

/// Decides which documents are worth parsing.
#[derive(Debug)]
pub struct Prefilter {
    /// `None`: everything is parsed.
    words: Option<Vec<memmem::Finder<'static>>>,
}

impl Prefilter {
    /// A filter for documents that may hold one of `words`; without words everything passes.
    pub fn new(words: &[String]) -> Self {
        let finders: Option<Vec<_>> = words
            .iter()
            .map(|word| certain_part(word))
            .map(|part| part.map(|part| memmem::Finder::new(part.as_bytes()).into_owned()))
            .collect();
        Self {
            words: finders.filter(|finders| !finders.is_empty()),
        }
    }

    /// Whether `document` may hold one of the words.
    pub fn passes(&self, document: &[u8]) -> bool {
        let Some(words) = &self.words else {
            return true;
        };
        words.iter().any(|word| word.find(document).is_some())
            || memchr::memchr2_iter(b'\\', b'!', document).any(|at| {
                if document[at] == b'\\' {
                    hides_a_character(&document[at + 1..])
                } else {
                    begins_a_tag(&document[..at])
                }
            })
    }
}

/// Whether a key can be written in the document so that its text does not show it: with escapes, or as
/// `!!binary` under whatever handle, which escapes and a `%TAG` can hide in turn.
pub fn can_hide_a_word(document: &[u8]) -> bool {
    memchr::memchr_iter(b'\\', document).any(|at| hides_a_character(&document[at + 1..]))
        || memmem::find_iter(document, b"binary")
            .any(|at| matches!(document.get(at.wrapping_sub(1)), Some(b'!' | b':')))
        || document
            .split(u8::is_ascii_whitespace)
            .any(holds_a_tag_with_escape)
        || memmem::find(document, TAG_DIRECTIVE.as_bytes()).is_some()
}

/// Whether a tag in `word` may hold a character as `%` and its number.
fn holds_a_tag_with_escape(word: &[u8]) -> bool {
    memchr::memchr(b'!', word).is_some_and(|tag| memchr::memchr(b'%', &word[tag..]).is_some())
}

/// The longest part of a word that cannot be written with another escape than `\x`, `\u`, `\U` or an
/// escaped line break, and that no folding interrupts.
fn certain_part(word: &str) -> Option<&str> {
    word.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')))
        .max_by_key(|part| part.len())
        .filter(|part| !part.is_empty())
}

fn hides_a_character(after_backslash: &[u8]) -> bool {
    matches!(after_backslash.first(), Some(b'x' | b'u' | b'U')) || break_length(after_backslash) > 0
}

/// Whether `!` after these bytes can begin a tag: in a word or after closing punctuation it cannot.
fn begins_a_tag(before: &[u8]) -> bool {
    !matches!(
        before,
        [
            ..,
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b')' | b'\'' | b'"' | b'`' | b'_',
        ]
    )
}
