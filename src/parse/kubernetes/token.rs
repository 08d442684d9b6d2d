//! What the scanner makes of the text.

use std::borrow::Cow;

use crate::parse::tree::Style;

/// A token with its bytes.
#[derive(Debug)]
pub(super) struct Token<'t> {
    pub(super) kind: Kind<'t>,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// What a token is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind<'t> {
    StreamEnd,
    /// `%YAML`, and whether it names the version that is read.
    Version(bool),
    TagDirective {
        handle: &'t str,
        prefix: String,
    },
    DocumentStart,
    DocumentEnd,
    BlockSequenceStart,
    BlockMappingStart,
    BlockEnd,
    FlowSequenceStart,
    FlowSequenceEnd,
    FlowMappingStart,
    FlowMappingEnd,
    BlockEntry,
    FlowEntry,
    Key,
    Value,
    Alias(&'t str),
    Anchor(&'t str),
    /// An empty handle: the suffix is the whole tag.
    Tag {
        handle: &'t str,
        suffix: String,
    },
    Scalar {
        value: Cow<'t, str>,
        style: Style,
    },
}

/// Kubernetes refuses the text. Why is of no use: what is said about it comes from the parser of YAML 1.2,
/// whose messages are better.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Refused;
