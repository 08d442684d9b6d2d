//! The texts of one file that are kept after its tree is gone, each once. An alias can bring a long text to
//! thousands of fields, and most short texts stand in a file many times: what is kept grows with the text,
//! not with its uses.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::model::reference::{ImageReference, ReferenceError};

/// Longest text that is compared with all others, in bytes. A longer one is known by its place in the
/// document: comparing it at each of its uses would cost more than keeping it twice.
pub(super) const COMPARED_BYTES: usize = 512;

/// What an image text refers to, shared by its uses.
type Reference = Arc<Result<ImageReference, ReferenceError>>;

/// The kept texts of one file.
#[derive(Debug, Default)]
pub(super) struct Kept {
    short: HashSet<Arc<str>>,
    /// The long ones of the document at hand, by address and length.
    long: HashMap<(usize, usize), Arc<str>>,
    references: HashMap<(Arc<str>, bool), Reference>,
    /// What long texts refer to, likewise.
    long_references: HashMap<(usize, usize, bool), Reference>,
    /// What texts with placeholders refer to, by the text that the values of parameters make of them.
    by_default: HashMap<(Arc<str>, String), Reference>,
}

impl Kept {
    /// Forgets the places of a document, whose texts may be gone.
    pub(super) fn end_document(&mut self) {
        self.long.clear();
        self.long_references.clear();
    }

    /// The text, shared with every other use of it.
    pub(super) fn text(&mut self, text: &str) -> Arc<str> {
        if text.len() > COMPARED_BYTES {
            let kept = self.long.entry(place(text));
            return Arc::clone(kept.or_insert_with(|| text.into()));
        }
        if let Some(kept) = self.short.get(text) {
            return Arc::clone(kept);
        }
        let kept: Arc<str> = text.into();
        self.short.insert(Arc::clone(&kept));
        kept
    }

    /// The text of an image with what it refers to; `is_text`: whether the scalar is a string for
    /// Kubernetes. Each text is parsed once.
    pub(super) fn image(&mut self, text: &str, is_text: bool) -> (Arc<str>, Reference) {
        let parse = || {
            Arc::new(match is_text {
                true => ImageReference::parse(text),
                false => Err(ReferenceError::NotText),
            })
        };
        let kept = self.text(text);
        let reference = if text.len() > COMPARED_BYTES {
            let (address, length) = place(text);
            let key = (address, length, is_text);
            self.long_references.entry(key).or_insert_with(parse)
        } else {
            let key = (Arc::clone(&kept), is_text);
            self.references.entry(key).or_insert_with(parse)
        };
        (kept, Arc::clone(reference))
    }
}

impl Kept {
    /// What the text of an image refers to, where parameters of its object say what it is by default.
    pub(super) fn by_default(
        &mut self,
        text: &Arc<str>,
        parsed: Result<ImageReference, ReferenceError>,
    ) -> Reference {
        let default = match &parsed {
            Err(ReferenceError::Placeholder(partial)) => partial.default.as_ref(),
            _ => None,
        };
        let default = default.map_or_else(String::new, |default| default.text.clone());
        let key = (Arc::clone(text), default);
        let reference = self.by_default.entry(key);
        Arc::clone(reference.or_insert_with(|| Arc::new(parsed)))
    }
}

/// Where a text of the document at hand lies: an alias leads to the same one.
fn place(text: &str) -> (usize, usize) {
    (text.as_ptr().addr(), text.len())
}
