//! JSON objects one after the other, with or without line breaks between them: to YAML an error, to
//! kubectl a document each. Behind the object that a file begins with YAML may follow too.

use std::borrow::Cow;

use memchr::memmem;
use serde::de::IgnoredAny;
use serde_json::StreamDeserializer;
use serde_json::de::StrRead;

use super::encoding::SUBSTITUTE;
use super::split::{Piece, first_content};

/// The text as a reader of JSON gets it from kubectl: what is no text in the file's encoding is an ordinary
/// character there.
pub fn text(text: &str) -> Cow<'_, str> {
    match memchr::memchr(SUBSTITUTE as u8, text.as_bytes()) {
        Some(_) => Cow::Owned(text.replace(SUBSTITUTE, "?")),
        None => Cow::Borrowed(text),
    }
}

/// The parts of `piece`, a document as YAML splits it: several when it is a row of JSON objects, or begins
/// the text with one, itself otherwise.
pub fn parts(text: &str, piece: Piece) -> Parts<'_> {
    Parts {
        text,
        stream: row_of_objects(text, &piece),
        rest: Some(piece),
        stream_start: piece.content.unwrap_or(piece.end),
    }
}

/// Where the row of JSON objects ends with which the text begins, when something in it looks like a marker
/// behind U+0085, U+2028 or U+2029: kubectl reads JSON there, in whose strings these are text. 0 otherwise.
pub fn undivided(text: &str) -> usize {
    let object = text.trim_start();
    if !object.starts_with('{') || object.is_ascii() || !has_marker_behind_break(object.as_bytes())
    {
        return 0;
    }
    let mut values = Values::new(StrRead::new(object));
    let mut end = 0;
    while object[end..].trim_start().starts_with('{') && matches!(values.next(), Some(Ok(_))) {
        end = values.byte_offset();
    }
    text.len() - object.len() + end
}

/// How far into a text kubectl looks for the `{` of JSON (`NewYAMLOrJSONDecoder` in k8s.io/cli-runtime).
const LOOKED_AT: usize = 4096;

/// Whether kubectl guesses that the document is JSON: it begins the text, or stands right behind JSON
/// that ends at byte `end` and began the text.
pub fn is_guessed(text: &str, end: usize, piece: &Piece) -> bool {
    piece.content.is_some_and(|content| {
        let before = text.get(end..content);
        content - end < LOOKED_AT
            && text[content..].starts_with('{')
            && before.is_some_and(|before| before.trim_start().is_empty())
    })
}

fn has_marker_behind_break(text: &[u8]) -> bool {
    ["\u{85}", "\u{2028}", "\u{2029}"].iter().any(|line_break| {
        let mut found = memmem::find_iter(text, line_break.as_bytes());
        found.any(|at| {
            let after = &text[at + line_break.len()..];
            after.starts_with(b"---") || after.starts_with(b"...")
        })
    })
}

/// The parts of one document.
pub struct Parts<'t> {
    text: &'t str,
    /// The values after the first, when there are several.
    stream: Option<Values<'t>>,
    rest: Option<Piece>,
    stream_start: usize,
}

type Values<'t> = StreamDeserializer<'t, StrRead<'t>, IgnoredAny>;

/// A stream that is past the first object, when a document of its own follows it: another object, or any
/// text at all behind the object that the text begins with, where kubectl changes from JSON to YAML
/// (`YAMLOrJSONDecoder` of k8s.io/apimachinery). Only strict JSON counts: in YAML `{ # }` could be followed
/// by `{` too.
fn row_of_objects<'t>(text: &'t str, piece: &Piece) -> Option<Values<'t>> {
    let start = piece.content?;
    let object = text.get(start..piece.end)?;
    if !object.starts_with('{') {
        return None;
    }
    let mut values = Values::new(StrRead::new(object));
    values.next()?.ok()?;
    let begins_text = text.get(..start)?.trim_start().is_empty();
    let after = object.get(values.byte_offset()..)?;
    (begins_text || after.trim_start().starts_with('{')).then_some(values)
}

impl Iterator for Parts<'_> {
    type Item = Piece;

    fn next(&mut self) -> Option<Piece> {
        let rest = self.rest.take()?;
        let Some(stream) = &mut self.stream else {
            return Some(rest);
        };
        let end = self.stream_start + stream.byte_offset();
        let start = start_of_rest(self.text, end, rest.end);
        let content = first_content(self.text.as_bytes(), start, rest.end);
        if content.is_some() {
            self.rest = Some(Piece {
                start,
                after_marker: start,
                content,
                content_on_marker_line: false,
                read_from: start,
                ..rest
            });
            // What is no JSON value stays one document, for the YAML parser to say what is wrong.
            if !matches!(stream.next(), Some(Ok(_))) {
                self.stream = None;
            }
            return Some(Piece { end, ..rest });
        }
        Some(rest)
    }
}

/// Where the document begins that follows an object which ends at `end`: behind the white space on its
/// line, which is no indentation.
fn start_of_rest(text: &str, end: usize, limit: usize) -> usize {
    let rest = text.get(end..limit).unwrap_or_default();
    let blank = |c: char| c.is_whitespace() && !matches!(c, '\n' | '\r');
    limit - rest.trim_start_matches(blank).len()
}
