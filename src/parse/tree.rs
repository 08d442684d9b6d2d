//! The node tree of one document.
//!
//! Nodes lie in one list in the order of their text, each collection followed by all that is inside it,
//! so a tree costs 16 bytes a node, is freed at once, and sharing through aliases costs nothing. Aliases
//! are resolved when a node is asked for; nothing is ever materialised (see [`super::lookup`] for merges).
//!
//! Two promises hold for every tree, so that walking it needs no guard of its own: no path from the root,
//! through aliases and merges too, is longer than [`DEPTH_LIMIT`] nodes, and no alias leads back to a
//! node that holds it. What a walk can still meet is the *same* node very often, along different paths:
//! [`Tree::spend`] bounds that.

use std::borrow::Cow;
use std::cell::Cell;

use crate::model::span::Span;

/// Most nodes on a path from the root to a leaf, aliases and merges included.
pub const DEPTH_LIMIT: usize = 256;

/// Steps that every tree may be walked for, however small it is; see [`Tree::spend`].
const BASE_STEPS: u64 = 4_000_000;
/// Further steps for each of its nodes: some dozen passes, and look-ups in every mapping.
const STEPS_PER_NODE: u64 = 60;

/// Names a node of its tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub(super) u32);

impl NodeId {
    /// Its number among the nodes of its tree, from 0.
    pub fn number(self) -> usize {
        self.0 as usize
    }
}

/// What stands at a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Node<'a> {
    /// Text, a number, a boolean or null.
    Scalar(Scalar<'a>),
    /// A list; see [`Tree::items`].
    Sequence,
    /// A map; see [`Tree::own_entries`] and [`Tree::lookup`].
    Mapping,
    /// `*name`. The target is `None` when no node before it has that anchor, or the node that has it
    /// holds the alias itself.
    Alias(Option<NodeId>),
}

/// A scalar as decoded, with the bytes it stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scalar<'a> {
    /// The value after escapes, folding and `!!binary` are undone.
    pub value: &'a str,
    /// From the opening quote, block indicator or first character to the end.
    pub span: Span,
    /// How it is written.
    pub style: Style,
    /// What its tag says about the type.
    pub tag: ScalarTag,
}

/// How a scalar is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Without quotes: the value decides the type.
    Plain,
    /// In single or double quotes: always a string.
    Quoted,
    /// `|` or `>`: always a string.
    Block,
}

/// The tags of scalars that change what Kubernetes sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScalarTag {
    /// No tag.
    None,
    /// `!!str`.
    String,
    /// Somebody's own, which Kubernetes takes no notice of: text.
    Own,
    /// `!`: text too, but a key `<<` so tagged is a merge key, in quotes as well.
    NonSpecific,
    /// `!!binary`, decoded already.
    Binary,
    /// `!!merge`: a key `<<` so tagged is a merge key; anything else is text.
    Merge,
    /// `!!int`, `!!float`, `!!bool` or `!!null`.
    Other,
}

/// A value that was looked up by key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// The key's node; resolve it for its scalar.
    pub key: NodeId,
    /// The value's node, an alias possibly.
    pub value: NodeId,
    /// The node under `<<` (an alias in practice, of a list the item) that brings the entry in, when it
    /// does not stand in the mapping itself.
    pub merged_through: Option<NodeId>,
}

/// What a record of the list is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// The value is the text of the span itself.
    Exact,
    /// The value is the text of the span without its first and last byte, the quotes.
    Inner,
    /// The value is kept decoded; `link` numbers it.
    Decoded,
    /// `link` is the first node after the collection.
    Sequence,
    /// Likewise.
    Mapping,
    /// `link` is the target, or [`NO_TARGET`].
    Alias,
}

/// `link` of an alias that leads nowhere.
pub(super) const NO_TARGET: u32 = u32::MAX;

/// One node as stored.
#[derive(Debug, Clone, Copy)]
pub(super) struct Record {
    pub(super) span: Span,
    pub(super) link: u32,
    pub(super) shape: Shape,
    pub(super) style: Style,
    pub(super) tag: ScalarTag,
}

impl Record {
    pub(super) const fn new(shape: Shape, span: Span, link: u32) -> Self {
        Self {
            span,
            link,
            shape,
            style: Style::Plain,
            tag: ScalarTag::None,
        }
    }
}

/// One document as nodes.
#[derive(Debug, Default)]
pub struct Tree<'t> {
    /// The document's text, which begins at byte `base` of the source.
    pub(super) text: Cow<'t, str>,
    pub(super) base: u32,
    pub(super) records: Vec<Record>,
    /// Values that differ from their text, one after the other, and where each of them ends.
    pub(super) decoded: String,
    pub(super) decoded_ends: Vec<u32>,
    pub(super) spent: Cell<u64>,
}

impl Tree<'_> {
    /// The document's content; `None` for an empty document.
    pub fn root(&self) -> Option<NodeId> {
        (!self.records.is_empty()).then_some(NodeId(0))
    }

    /// Every node once, in the order of the text; a collection stands before what is inside it.
    pub fn nodes(&self) -> impl Iterator<Item = NodeId> + use<> {
        (0..self.records.len() as u32).map(NodeId)
    }

    /// The node itself, an alias possibly.
    pub fn node(&self, id: NodeId) -> Node<'_> {
        let record = self.record(id);
        match record.shape {
            Shape::Sequence => Node::Sequence,
            Shape::Mapping => Node::Mapping,
            Shape::Alias => Node::Alias((record.link != NO_TARGET).then_some(NodeId(record.link))),
            Shape::Exact | Shape::Inner | Shape::Decoded => Node::Scalar(Scalar {
                value: self.value(record),
                span: record.span,
                style: record.style,
                tag: record.tag,
            }),
        }
    }

    /// The node behind an alias; the node itself when it is none or has no target.
    pub fn resolve(&self, id: NodeId) -> NodeId {
        let record = self.record(id);
        if record.shape == Shape::Alias && record.link != NO_TARGET {
            NodeId(record.link)
        } else {
            id
        }
    }

    /// The bytes of the node itself: of an alias those of `*name`, of a collection from its first
    /// indicator or item to the end of its last.
    pub fn span(&self, id: NodeId) -> Span {
        self.record(id).span
    }

    /// The scalar there, behind an alias too.
    pub fn scalar(&self, id: NodeId) -> Option<Scalar<'_>> {
        match self.node(self.resolve(id)) {
            Node::Scalar(scalar) => Some(scalar),
            _ => None,
        }
    }

    /// The items of the sequence there, behind an alias too; none for anything else.
    pub fn items(&self, id: NodeId) -> Items<'_> {
        self.children(id, Shape::Sequence)
    }

    /// Keys and values that stand in the mapping itself, in order, duplicates and `<<` included, behind
    /// an alias too; none for anything else.
    pub fn own_entries(&self, id: NodeId) -> Entries<'_> {
        Entries(self.children(id, Shape::Mapping))
    }

    /// Whether a mapping stands there, behind an alias too.
    pub fn is_mapping(&self, id: NodeId) -> bool {
        self.record(self.resolve(id)).shape == Shape::Mapping
    }

    /// Whether a sequence stands there, behind an alias too.
    pub fn is_sequence(&self, id: NodeId) -> bool {
        self.record(self.resolve(id)).shape == Shape::Sequence
    }

    /// The scalar that the byte at `offset` of the source is part of. A `#` there is text, elsewhere it
    /// begins a comment; the first line of a block scalar, which may hold one, is not part of it.
    pub fn scalar_at(&self, offset: u32) -> Option<NodeId> {
        let after = self
            .records
            .partition_point(|record| record.span.start <= offset);
        let last = after.checked_sub(1)?;
        let record = self.records.get(last)?;
        let is_part = offset < record.span.end
            && matches!(record.shape, Shape::Exact | Shape::Inner | Shape::Decoded)
            && (record.style != Style::Block || self.is_below_header(record, offset));
        is_part.then_some(NodeId(last as u32))
    }

    /// The first node that begins at byte `offset` of the source or behind it.
    pub fn first_from(&self, offset: u32) -> Option<NodeId> {
        let first = self
            .records
            .partition_point(|record| record.span.start < offset);
        (first < self.records.len()).then_some(NodeId(first as u32))
    }

    /// Whether the byte at `offset` of the source lies inside a scalar; see [`Tree::scalar_at`].
    pub fn is_inside_scalar(&self, offset: u32) -> bool {
        self.scalar_at(offset).is_some()
    }

    /// Whether `offset` is past the first line of the block scalar, which may end in a comment.
    fn is_below_header(&self, record: &Record, offset: u32) -> bool {
        let text = self.slice(record.span.start, record.span.end).as_bytes();
        memchr::memchr2(b'\n', b'\r', text)
            .is_some_and(|line| line < (offset - record.span.start) as usize)
    }

    /// Takes `steps` from the tree's budget and says whether they were left.
    ///
    /// Everything that walks a tree and follows aliases spends one step for each node it visits;
    /// [`Tree::lookup`] and [`Tree::find`] spend theirs themselves. The budget is large enough for any
    /// document in which no node is reached along very many paths. Once it is used up, look-ups find
    /// nothing more: whoever walked must ask [`Tree::is_exhausted`] at the end, and report the document
    /// as not checked.
    pub fn spend(&self, steps: u64) -> bool {
        self.spent.set(self.spent.get().saturating_add(steps));
        !self.is_exhausted()
    }

    /// Whether more was asked of the tree than its budget allows, so that answers are incomplete.
    pub fn is_exhausted(&self) -> bool {
        self.spent.get() > BASE_STEPS + STEPS_PER_NODE * self.records.len() as u64
    }

    /// The first node that is not the same in `other`, or the end where that has more of them.
    pub fn first_difference(&self, other: &Tree<'_>) -> Option<Span> {
        let same = |one: &Record, two: &Record| {
            let is_scalar = |record: &Record| record.shape as u8 <= Shape::Decoded as u8;
            match (is_scalar(one), is_scalar(two)) {
                (true, true) => {
                    self.value(one) == other.value(two)
                        && (one.style, one.tag) == (two.style, two.tag)
                }
                (false, false) => (one.shape, one.link) == (two.shape, two.link),
                _ => false,
            }
        };
        let mut pairs = self.records.iter().zip(&other.records);
        let differing = pairs.find(|(one, two)| !same(one, two));
        let shorter = self.records.len().min(other.records.len());
        let beyond = self.records.get(shorter).or(other.records.get(shorter));
        differing
            .map(|(one, _)| one)
            .or(beyond)
            .map(|record| record.span)
    }

    pub(super) fn record(&self, id: NodeId) -> &Record {
        &self.records[id.0 as usize]
    }

    fn value(&self, record: &Record) -> &str {
        let at = record.link as usize;
        match record.shape {
            Shape::Exact => self.slice(record.span.start, record.span.end),
            Shape::Inner => self.slice(record.span.start + 1, record.span.end - 1),
            _ => {
                let start = at.checked_sub(1).map_or(0, |at| self.decoded_ends[at]);
                &self.decoded[start as usize..self.decoded_ends[at] as usize]
            }
        }
    }

    fn slice(&self, start: u32, end: u32) -> &str {
        &self.text[(start - self.base) as usize..(end - self.base) as usize]
    }

    fn children(&self, id: NodeId, shape: Shape) -> Items<'_> {
        let id = self.resolve(id);
        let record = self.record(id);
        let next = id.0 + 1;
        let end = if record.shape == shape {
            record.link
        } else {
            next
        };
        Items {
            tree: self,
            next,
            end,
        }
    }
}

/// The children of a collection, in order.
#[derive(Debug, Clone)]
pub struct Items<'a> {
    tree: &'a Tree<'a>,
    next: u32,
    end: u32,
}

impl Iterator for Items<'_> {
    type Item = NodeId;

    fn next(&mut self) -> Option<NodeId> {
        if self.next >= self.end {
            return None;
        }
        let id = NodeId(self.next);
        let record = self.tree.record(id);
        self.next = match record.shape {
            Shape::Sequence | Shape::Mapping => record.link,
            _ => id.0 + 1,
        };
        Some(id)
    }
}

/// Keys and values of a mapping, in order.
#[derive(Debug, Clone)]
pub struct Entries<'a>(Items<'a>);

impl Iterator for Entries<'_> {
    type Item = (NodeId, NodeId);

    fn next(&mut self) -> Option<(NodeId, NodeId)> {
        Some((self.0.next()?, self.0.next()?))
    }
}
