//! Pure: the text of a file to documents, each a tree of nodes that know their bytes.
//!
//! read -> encoding -> split at document markers -> prefilter -> full parser -> tree. This folder knows
//! YAML and JSON as Kubernetes reads them and nothing about images, objects or policies.

pub mod document;
pub mod full;
pub mod lookup;
pub mod tree;

use document::{Body, Document};

use crate::model::span::Span;

/// What the reader of documents must know of its caller's interests.
#[derive(Debug, Clone)]
pub struct ParseSettings {
    /// A document that holds none of these words (nor an escape that could hide one) is not parsed.
    /// Empty: every document is parsed.
    pub wanted_words: Vec<String>,
    /// Documents of more bytes than this are not parsed.
    pub max_document_bytes: usize,
}

impl Default for ParseSettings {
    fn default() -> Self {
        Self {
            wanted_words: Vec::new(),
            max_document_bytes: 64 << 20,
        }
    }
}

/// Hands every document of `text` to `visit`, in order.
pub fn documents<'t>(
    text: &'t str,
    _settings: &ParseSettings,
    visit: &mut dyn FnMut(Document<'t>),
) {
    for (index, parsed) in full::trees(text).into_iter().enumerate() {
        let body = match parsed {
            Ok(tree) if tree.root().is_none() => Body::Empty,
            Ok(tree) => Body::Tree(tree),
            Err(error) => Body::Broken(error),
        };
        visit(Document {
            index: index as u32,
            span: Span::new(0, text.len() as u32),
            body,
            ambiguities: Vec::new(),
            ambiguities_left_out: 0,
        });
    }
}
