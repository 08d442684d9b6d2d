//! Line breaks and byte-order marks that Kubernetes sees and YAML 1.2 does not, put in the words of
//! YAML 1.2 without moving any other byte, so that places in the copy are places in the text.

use std::borrow::Cow;

use memchr::memmem;

use super::split::{BYTE_ORDER_MARK, break_length};
use crate::model::span::Span;

/// A text to parse in place of a document's own.
#[derive(Debug)]
pub struct Rewritten<'t> {
    /// As long as the document's text.
    pub text: Cow<'t, str>,
    /// Where in it U+0085, U+2028 and U+2029 stood, and how many bytes each took.
    pub breaks: Vec<(u32, u32)>,
}

impl<'t> Rewritten<'t> {
    /// Rewrites `text`, whose marker line ends before byte `after_marker`.
    pub fn new(text: &'t str, after_marker: usize) -> Self {
        let untouched = Self {
            text: Cow::Borrowed(text),
            breaks: Vec::new(),
        };
        if text.is_ascii() {
            return untouched;
        }
        let bytes = text.as_bytes();
        let mark = byte_order_mark(bytes, after_marker);
        let breaks = unicode_breaks(bytes);
        if mark.is_none() && breaks.is_empty() {
            return untouched;
        }
        // Blanks would indent the line.
        let mut rewritten: Vec<(usize, &str)> = mark.map(|at| (at, "\n\n\n")).into_iter().collect();
        // Blanks before a break are no content, those after it would indent the next line.
        rewritten.extend(breaks.iter().map(|&(at, length)| match length {
            2 => (at as usize, "\r\n"),
            _ => (at as usize, " \r\n"),
        }));
        rewritten.sort_unstable();
        let mut copy = String::with_capacity(text.len());
        let mut done = 0;
        for (at, replacement) in rewritten {
            copy.push_str(&text[done..at]);
            copy.push_str(replacement);
            done = at + replacement.len();
        }
        copy.push_str(&text[done..]);
        Self {
            text: Cow::Owned(copy),
            breaks,
        }
    }
}

/// `text`, whose marker line ends before byte `after_marker`, with line breaks in place of the byte-order
/// mark in the next line, if there is one.
pub fn without_mark(text: &str, after_marker: usize) -> Cow<'_, str> {
    match byte_order_mark(text.as_bytes(), after_marker) {
        Some(at) => {
            let (before, after) = (&text[..at], &text[at + BYTE_ORDER_MARK.len()..]);
            Cow::Owned(format!("{before}\n\n\n{after}"))
        }
        None => Cow::Borrowed(text),
    }
}

/// Moves each of `places` that begins or ends inside one of the rewritten breaks of the document at byte
/// `base` to the break's start, where a character of the text begins: nodes without text and errors stand
/// behind the blanks of the copy.
pub fn off_breaks<'p>(
    places: impl Iterator<Item = &'p mut Span>,
    base: u32,
    breaks: &[(u32, u32)],
) {
    let moved = |place: u32| {
        let offset = place - base;
        let after = breaks.partition_point(|&(at, _)| at < offset);
        match after.checked_sub(1).map(|before| breaks[before]) {
            Some((at, length)) if offset < at + length => base + at,
            _ => place,
        }
    };
    for place in places {
        *place = Span::new(moved(place.start), moved(place.end));
    }
}

/// A byte-order mark at the start of the line after the marker's: kubectl cuts the document there and
/// then takes it for the mark of a file.
fn byte_order_mark(text: &[u8], after_marker: usize) -> Option<usize> {
    let line = memchr::memchr(b'\n', text.get(after_marker..)?)?;
    let at = after_marker + line + 1;
    (after_marker > 0 && text[at..].starts_with(BYTE_ORDER_MARK)).then_some(at)
}

/// Where in the text U+0085, U+2028 and U+2029 stand, and how many bytes each takes.
pub fn unicode_breaks(text: &[u8]) -> Vec<(u32, u32)> {
    let next_line = memmem::find_iter(text, b"\xC2\x85");
    let separators =
        memmem::find_iter(text, b"\xE2\x80").filter(|&at| break_length(&text[at..]) > 0);
    let mut all: Vec<_> = next_line
        .map(|at| (at as u32, 2))
        .chain(separators.map(|at| (at as u32, 3)))
        .collect();
    all.sort_unstable();
    all
}
