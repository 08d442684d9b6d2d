//! Pure: the text of a file to documents, each a tree of nodes that know their bytes.
//!
//! encoding -> split at document markers -> rows of JSON objects -> prefilter -> the reader of Kubernetes
//! -> tree. What that refuses, and what other readers may understand otherwise, goes through a reader of
//! YAML 1.2 too. This folder knows YAML and JSON and nothing about images, objects or policies.

mod binary;
mod builder;
pub mod document;
pub mod encoding;
mod full;
mod json;
mod json_object;
pub mod jsonc;
mod kubernetes;
pub mod lookup;
mod message;
mod notes;
mod other_readers;
mod prefilter;
mod read;
mod rewrite;
mod split;
mod tabs;
mod template;
pub mod tree;

pub use read::documents;

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
