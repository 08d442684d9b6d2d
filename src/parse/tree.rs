//! The node tree of one document.
//!
//! Nodes live in one list and name each other by index, so that a tree is freed at once, sharing
//! through aliases costs nothing and recursion is never needed to build or drop it. Aliases and merge
//! keys (`<<`) are resolved when a key is asked for; nothing is ever materialised.

use std::borrow::Cow;

use crate::model::span::Span;

/// Names a node of its tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub(super) u32);

/// One node.
#[derive(Debug, Clone, PartialEq)]
pub enum Node<'t> {
    /// Text, a number, a boolean or null.
    Scalar(Scalar<'t>),
    /// A list.
    Sequence {
        /// From the first indicator or item to the end of the last.
        span: Span,
        /// The items, as a range of [`Tree::children`].
        items: Children,
    },
    /// A map.
    Mapping {
        /// From the first indicator or key to the end of the last value.
        span: Span,
        /// Key, value, key, value, as a range of [`Tree::children`].
        entries: Children,
    },
    /// `*name`.
    Alias {
        /// The alias itself, with its `*`.
        span: Span,
        /// The node with that anchor; `None` when there is none before it.
        target: Option<NodeId>,
    },
}

/// A scalar as decoded, with the bytes it stands in.
#[derive(Debug, Clone, PartialEq)]
pub struct Scalar<'t> {
    /// The value after escapes, folding and `!!binary` are undone.
    pub value: Cow<'t, str>,
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
    /// `!!str` or `!`.
    String,
    /// `!!binary`, decoded already.
    Binary,
    /// Another core tag (`!!int`, `!!bool`, `!!null`, `!!float`, …).
    Other,
}

/// A range of a tree's list of children.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Children {
    pub(super) start: u32,
    pub(super) end: u32,
}

/// One document as nodes. The root is the last node that was closed.
#[derive(Debug, Default)]
pub struct Tree<'t> {
    pub(super) nodes: Vec<Node<'t>>,
    pub(super) children: Vec<NodeId>,
    pub(super) root: Option<NodeId>,
}

/// A value that was looked up by key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// The key's node; resolve it for its scalar.
    pub key: NodeId,
    /// The value's node, an alias possibly.
    pub value: NodeId,
    /// The merge key's value (an alias in practice) that brings the entry in, when it does not stand in
    /// the mapping itself.
    pub merged_through: Option<NodeId>,
}

impl<'t> Tree<'t> {
    /// The document's content; `None` for an empty document.
    pub fn root(&self) -> Option<NodeId> {
        self.root
    }

    /// The node itself, an alias possibly.
    pub fn node(&self, id: NodeId) -> &Node<'t> {
        &self.nodes[id.0 as usize]
    }

    /// The node behind an alias; the node itself when it is none or has no target.
    pub fn resolve(&self, id: NodeId) -> NodeId {
        match self.node(id) {
            Node::Alias {
                target: Some(target),
                ..
            } => *target,
            _ => id,
        }
    }

    /// The bytes of the node itself.
    pub fn span(&self, id: NodeId) -> Span {
        match self.node(id) {
            Node::Scalar(scalar) => scalar.span,
            Node::Sequence { span, .. } | Node::Mapping { span, .. } | Node::Alias { span, .. } => {
                *span
            }
        }
    }

    /// The scalar there, behind an alias too.
    pub fn scalar(&self, id: NodeId) -> Option<&Scalar<'t>> {
        match self.node(self.resolve(id)) {
            Node::Scalar(scalar) => Some(scalar),
            _ => None,
        }
    }

    /// The items of the sequence there, behind an alias too; empty for anything else.
    pub fn items(&self, id: NodeId) -> &[NodeId] {
        match self.node(self.resolve(id)) {
            Node::Sequence { items, .. } => self.slice(*items),
            _ => &[],
        }
    }

    /// Keys and values that stand in the mapping itself, in order, duplicates and `<<` included, behind
    /// an alias too; empty for anything else.
    pub fn own_entries(&self, id: NodeId) -> impl Iterator<Item = (NodeId, NodeId)> + '_ {
        let entries = match self.node(self.resolve(id)) {
            Node::Mapping { entries, .. } => self.slice(*entries),
            _ => &[],
        };
        entries.chunks_exact(2).map(|pair| (pair[0], pair[1]))
    }

    /// Whether a mapping stands there, behind an alias too.
    pub fn is_mapping(&self, id: NodeId) -> bool {
        matches!(self.node(self.resolve(id)), Node::Mapping { .. })
    }

    fn slice(&self, children: Children) -> &[NodeId] {
        &self.children[children.start as usize..children.end as usize]
    }
}
