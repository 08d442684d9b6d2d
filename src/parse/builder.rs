//! The nodes that a parser finds to a tree, within its limits, noting what Kubernetes reads differently.

use std::borrow::Cow;

use crate::model::span::Span;

use super::binary;
use super::document::{AmbiguityKind, YamlError};
use super::notes::Notes;
use super::template;
use super::tree::{DEPTH_LIMIT, NO_TARGET, NodeId, Record, ScalarTag, Shape, Style, Tree};

/// Nodes that a document may have, however small it is.
const BASE_NODES: usize = 100_000;
/// Above that, a node must take this many bytes on average. Manifests have some 15; what has fewer only
/// costs time and memory.
const BYTES_PER_NODE: usize = 4;

/// A collection that is not closed yet.
struct Open {
    record: u32,
    /// The parser's number of its anchor, 0 without one.
    anchor: usize,
    is_mapping: bool,
    is_flow: bool,
    children: u32,
    /// Nodes on the longest path below it, through aliases too.
    height: usize,
}

/// A node with an anchor.
#[derive(Clone, Copy, Default)]
struct Anchored {
    record: u32,
    /// Nodes on the longest path from it, itself included; 0 while it is open.
    height: usize,
}

/// A scalar as a parser gives it.
pub struct Scalar<'v> {
    /// Its value, `!!binary` not undone.
    pub value: &'v str,
    /// How it is written.
    pub style: Style,
    /// Its tag.
    pub tag: ScalarTag,
    /// The number of its anchor, 0 without one.
    pub anchor: usize,
    /// Its bytes.
    pub span: Span,
}

/// A tree that grows.
pub struct Builder<'a> {
    /// What stands so far.
    pub tree: Tree<'a>,
    open: Vec<Open>,
    /// By the parser's number, from 1.
    anchors: Vec<Anchored>,
    /// What Kubernetes reads differently.
    pub notes: &'a mut Notes,
    node_limit: usize,
    /// Where the last node, scalar or closed collection, ended; before the first one the marker.
    last_end: u32,
}

impl<'a> Builder<'a> {
    /// A builder for the document `text`, which begins at byte `base` of its source.
    pub fn new(text: &'a str, base: u32, notes: &'a mut Notes) -> Self {
        Self {
            tree: Tree {
                text: Cow::Borrowed(text),
                base,
                ..Tree::default()
            },
            open: Vec::new(),
            anchors: Vec::new(),
            notes,
            node_limit: BASE_NODES + text.len() / BYTES_PER_NODE,
            last_end: base,
        }
    }

    /// Whether the parser, which stopped at byte `at` of the source, met the syntax of a template.
    /// `key_without_colon`: since it misses the `:` of the key that begins there.
    pub fn met_template(&self, at: u32, key_without_colon: bool) -> bool {
        let offset = |at: u32| (at.max(self.tree.base) - self.tree.base) as usize;
        let open_flows = self.open.iter().filter(|open| open.is_flow).count();
        let text: &str = &self.tree.text;
        let root = self
            .open
            .first()
            .filter(|root| root.is_mapping && !root.is_flow);
        let root = root.and_then(|_| self.tree.records.first());
        let root_at_margin = root.is_some_and(|root| {
            let before = text.get(..offset(root.span.start));
            before.is_some_and(|before| before.is_empty() || before.ends_with(['\n', '\r']))
        });
        let stop = template::Stop {
            text,
            from: offset(self.last_end),
            at: offset(at),
            open_flows,
            root_at_margin,
            key_without_colon,
        };
        self.notes.is_template || stop.is_at_template()
    }

    /// Whether the collection at hand stands in brackets or braces.
    pub fn is_in_flow(&self) -> bool {
        self.open.last().is_some_and(|open| open.is_flow)
    }

    /// Takes the place of the marker that begins the document, or of its first mark.
    pub fn begin(&mut self, marker: Span) {
        self.last_end = marker.end;
    }

    /// Where the last node ended.
    pub fn reached(&self) -> Span {
        Span::new(self.last_end, self.last_end)
    }

    /// Adds a scalar.
    ///
    /// # Errors
    /// The limit that the document exceeds.
    pub fn scalar(&mut self, scalar: Scalar<'_>) -> Result<(), YamlError> {
        let Scalar {
            value,
            style,
            tag,
            anchor,
            span,
        } = scalar;
        let binary = (tag == ScalarTag::Binary).then(|| binary::decode(value));
        if tag == ScalarTag::Binary {
            self.notes.add(AmbiguityKind::BinaryTag, span);
        }
        let value = match &binary {
            Some(Some(decoded)) => decoded.as_str(),
            _ => value,
        };
        let (shape, link) = self.keep(value, span);
        let record = Record {
            style,
            tag,
            ..Record::new(shape, span, link)
        };
        self.add(record, anchor, 1)
    }

    /// Decides how the value is stored: most stand in the text as they are.
    fn keep(&mut self, value: &str, span: Span) -> (Shape, u32) {
        let start = (span.start - self.tree.base) as usize;
        let end = (span.end - self.tree.base) as usize;
        let text = self
            .tree
            .text
            .as_bytes()
            .get(start..end)
            .unwrap_or_default();
        if text == value.as_bytes() {
            return (Shape::Exact, 0);
        }
        if let [b'"', inner @ .., b'"'] | [b'\'', inner @ .., b'\''] = text
            && inner == value.as_bytes()
        {
            return (Shape::Inner, 0);
        }
        self.tree.decoded.push_str(value);
        self.tree.decoded_ends.push(self.tree.decoded.len() as u32);
        (Shape::Decoded, self.tree.decoded_ends.len() as u32 - 1)
    }

    /// Adds an alias for the node with the anchor of that number.
    ///
    /// # Errors
    /// The limit that the document exceeds.
    pub fn alias(&mut self, anchor: usize, span: Span) -> Result<(), YamlError> {
        let target = anchor.checked_sub(1).and_then(|at| self.anchors.get(at));
        let target = target.copied().unwrap_or_default();
        if target.height == 0 {
            self.notes.add(AmbiguityKind::RecursiveAlias, span);
            return self.add(Record::new(Shape::Alias, span, NO_TARGET), 0, 1);
        }
        let record = Record::new(Shape::Alias, span, target.record);
        self.add(record, 0, target.height + 1)
    }

    /// Adds an alias without anchor.
    ///
    /// # Errors
    /// The limit that the document exceeds.
    pub fn unresolved_alias(&mut self, span: Span) -> Result<(), YamlError> {
        self.notes.add(AmbiguityKind::UnresolvedAlias, span);
        self.add(Record::new(Shape::Alias, span, NO_TARGET), 0, 1)
    }

    /// Begins a collection; `anchor` is 0 without one.
    ///
    /// # Errors
    /// The limit that the document exceeds.
    pub fn start(
        &mut self,
        shape: Shape,
        is_flow: bool,
        anchor: usize,
        span: Span,
    ) -> Result<(), YamlError> {
        let record = self.tree.records.len() as u32;
        self.add(Record::new(shape, span, 0), anchor, 1)?;
        if let Some(anchored) = anchor
            .checked_sub(1)
            .and_then(|at| self.anchors.get_mut(at))
        {
            anchored.height = 0;
        }
        self.open.push(Open {
            record,
            anchor,
            is_mapping: shape == Shape::Mapping,
            is_flow,
            children: 0,
            height: 0,
        });
        Ok(())
    }

    /// Adds a node whose longest path has `height` nodes as far as it is known.
    fn add(&mut self, record: Record, anchor: usize, height: usize) -> Result<(), YamlError> {
        let id = self.tree.records.len();
        if id >= self.node_limit {
            let limit = self.node_limit;
            let message = format!(
                "the document has more than {limit} nodes, more than one for {BYTES_PER_NODE} bytes"
            );
            return Err(YamlError::new(record.span, message));
        }
        if self.open.len() + height > DEPTH_LIMIT {
            return Err(too_deep(record.span));
        }
        self.tree.records.push(record);
        self.last_end = match record.shape {
            Shape::Mapping | Shape::Sequence => record.span.start,
            _ => record.span.end,
        };
        if anchor > 0 {
            let needed = self.anchors.len().max(anchor);
            self.anchors.resize(needed, Anchored::default());
            self.anchors[anchor - 1] = Anchored {
                record: id as u32,
                height,
            };
        }
        if let Some(parent) = self.open.last_mut() {
            let is_key = parent.is_mapping && parent.children % 2 == 0;
            parent.children += 1;
            parent.height = parent.height.max(height);
            let node = self.tree.resolve(NodeId(id as u32));
            if is_key
                && matches!(
                    self.tree.record(node).shape,
                    Shape::Mapping | Shape::Sequence
                )
            {
                let kind = if self.is_action(record.span) {
                    AmbiguityKind::TemplateAction
                } else {
                    AmbiguityKind::ComplexKey
                };
                self.notes.add(kind, record.span);
            }
        }
        Ok(())
    }

    /// Whether a key that begins there begins with one of the braces of `{{`.
    fn is_action(&self, key: Span) -> bool {
        let at = (key.start - self.tree.base) as usize;
        let (before, after) = self.tree.text.as_bytes().split_at(at);
        after.starts_with(b"{{") || after.starts_with(b"{") && before.ends_with(b"{")
    }

    /// Ends the collection at hand.
    pub fn close(&mut self, end: Span) {
        let Some(closed) = self.open.pop() else {
            return;
        };
        let after = self.tree.records.len() as u32;
        // The end of a block collection is reported where the next token begins.
        if closed.is_flow {
            self.last_end = end.end;
        }
        if let Some(record) = self.tree.records.get_mut(closed.record as usize) {
            record.link = after;
            record.span.end = record.span.end.max(self.last_end);
        }
        let height = closed.height + 1;
        if let Some(parent) = self.open.last_mut() {
            parent.height = parent.height.max(height);
        }
        if let Some(anchored) =
            (closed.anchor.checked_sub(1)).and_then(|at| self.anchors.get_mut(at))
        {
            anchored.height = height;
        }
        if closed.is_mapping {
            let keys = closed.children as usize / 2;
            self.notes
                .duplicates(&self.tree, NodeId(closed.record), keys);
        }
    }
}

/// What is said of a document that is too deep.
pub fn too_deep(span: Span) -> YamlError {
    let levels = DEPTH_LIMIT - 1;
    let message = format!("nested deeper than {levels} levels, aliases included");
    YamlError::new(span, message)
}
