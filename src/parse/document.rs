//! The documents of one text, each parsed on its own so that a broken one hides no other.

use crate::model::span::Span;

use super::tree::Tree;

/// One document of a file.
#[derive(Debug)]
pub struct Document<'t> {
    /// Its number in the file, from 0; empty ones between two markers count, as they do for kubectl.
    pub index: u32,
    /// Its bytes.
    pub span: Span,
    /// What was made of it.
    pub body: Body<'t>,
    /// Text that Kubernetes reads differently from a plain YAML 1.2 reader.
    pub ambiguities: Vec<Ambiguity>,
}

/// What was made of a document.
#[derive(Debug)]
pub enum Body<'t> {
    /// Nothing but comments and white space.
    Empty,
    /// It mentions no image and was not parsed.
    Skipped,
    /// Parsed.
    Tree(Tree<'t>),
    /// Not parsed: the parser stopped at a place.
    Broken(YamlError),
    /// Larger than the cap, or deeper than the limit: not looked at.
    TooLarge(YamlError),
}

/// Where and why a document could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct YamlError {
    /// The place.
    pub span: Span,
    /// What is wrong there, as a sentence without a capital or full stop.
    pub message: String,
}

/// A place that two readers of YAML understand differently.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ambiguity {
    /// The place.
    pub span: Span,
    /// What stands there.
    pub kind: AmbiguityKind,
}

/// What makes a place ambiguous. See `yaml.md` of the design: each one was checked against kubectl.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AmbiguityKind {
    /// The same key twice in one mapping, as decoded; the last wins in the cluster.
    DuplicateKey(String),
}
