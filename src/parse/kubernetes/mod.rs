//! What Kubernetes makes of one document: YAML 1.1 as sigs.k8s.io/yaml reads it, which is go-yaml v2.
//!
//! A gate that reads otherwise than the cluster can be walked around, so this follows the scanner and the
//! parser of go-yaml step by step, its deviations from YAML included, instead of knowing about some of
//! them. What it says of a text is what is deployed: the tree, or that Kubernetes refuses the text.
//! `tests/interoperability/identity` holds it against the original.
//!
//! One deviation is not followed: where a byte-order mark stands inside of a document, go-yaml drops
//! characters at places that depend on the size of its buffer. [`has_inner_mark`] tells.

mod cursor;
mod events;
mod node_properties;
mod properties;
mod scalars;
mod scan;
mod token;

use std::borrow::Cow;

use memchr::memmem;

use self::cursor::Cursor;
use self::events::{Events, Stop};
use self::scan::Scanner;
use super::builder::Builder;
use super::document::YamlError;
use super::encoding::SUBSTITUTE;
use super::notes::Notes;
use super::split::BYTE_ORDER_MARK;
use super::tree::Tree;
use crate::model::span::Span;

/// What Kubernetes makes of a text.
#[derive(Debug)]
pub enum Reading<'t> {
    /// It reads it. A tree without nodes is one of an empty document.
    Read {
        /// The content.
        tree: Tree<'t>,
        /// Where text follows the content that it ignores.
        ignored: Option<Span>,
    },
    /// It refuses it.
    Refused,
    /// At a limit.
    TooLarge(YamlError),
}

/// Reads `text`, one document that begins at byte `start` of it; the text begins at byte `base` of its
/// source.
pub fn read<'t>(text: &'t str, start: usize, base: u32, notes: &mut Notes) -> Reading<'t> {
    let start = after_mark(text, start);
    let end = text.len() - text[start..].len() + readable(&text[start..]);
    let is_cut = end < text.len();
    let scanner = Scanner::new(Cursor::new(&text[..end], start), is_cut);
    let mut builder = Builder::new(text, base, notes);
    let result = Events::new(scanner, &mut builder).document();
    let tree = Tree {
        text: Cow::Borrowed(text),
        ..builder.tree
    };
    match result {
        Ok(_) if notes.refused => Reading::Refused,
        Ok(ignored) => Reading::Read {
            tree,
            ignored: ignored.map(|at| Span::new(base + at as u32, base + at as u32)),
        },
        Err(Stop::Refused) => Reading::Refused,
        Err(Stop::TooLarge(limit)) => Reading::TooLarge(limit),
    }
}

/// Whether a byte-order mark stands in the text behind the one that it may begin with at byte `start`.
pub fn has_inner_mark(text: &str, start: usize) -> bool {
    if text.is_ascii() {
        return false;
    }
    let rest = &text.as_bytes()[after_mark(text, start)..];
    memmem::find(rest, BYTE_ORDER_MARK).is_some()
}

/// Behind the byte-order mark that says what encoding the document has.
fn after_mark(text: &str, start: usize) -> usize {
    let rest = &text.as_bytes()[start..];
    start
        + if rest.starts_with(BYTE_ORDER_MARK) {
            BYTE_ORDER_MARK.len()
        } else {
            0
        }
}

/// Bytes up to the first character that go-yaml reads in no text.
fn readable(text: &str) -> usize {
    let is_control = |byte: u8| {
        matches!(byte, ..0x20 | 0x7F) && !matches!(byte, b'\t' | b'\n' | b'\r' | SUBSTITUTE_BYTE)
    };
    if text.is_ascii() {
        let control = text.bytes().position(is_control);
        return control.unwrap_or(text.len());
    }
    let is_unreadable = |c: char| match c {
        '\u{85}' => false,
        '\u{80}'..'\u{a0}' | '\u{fffe}' | '\u{ffff}' => true,
        _ => c.is_ascii() && is_control(c as u8),
    };
    text.find(is_unreadable).unwrap_or(text.len())
}

const SUBSTITUTE_BYTE: u8 = SUBSTITUTE as u8;
