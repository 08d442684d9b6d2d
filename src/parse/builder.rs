//! Events of the parser to a tree, within its limits, noting what Kubernetes reads differently.

use std::borrow::Cow;

use granit_parser::{Event, ScalarStyle, StructureStyle, Tag};

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

/// A tree that grows.
pub struct Builder<'a> {
    /// What stands so far.
    pub tree: Tree<'a>,
    open: Vec<Open>,
    /// By the parser's number, from 1.
    anchors: Vec<Anchored>,
    notes: &'a mut Notes,
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

    /// Whether the whole content was read.
    pub fn is_root_complete(&self) -> bool {
        self.open.is_empty() && !self.tree.records.is_empty()
    }

    /// Whether the parser, which stopped at byte `at` of the source, met an action of a template.
    pub fn met_action(&self, at: u32) -> bool {
        let offset = |at: u32| (at.max(self.tree.base) - self.tree.base) as usize;
        let open_flows = self.open.iter().filter(|open| open.is_flow).count();
        let (from, at) = (offset(self.last_end), offset(at));
        let is_met = self.notes.is_template
            || template::stopped_at_action(&self.tree.text, from, at, open_flows);
        is_met && !self.notes.may_be_misread
    }

    /// A span of the parser as one of the source; `None` when the parser does not know its bytes.
    pub fn place(&self, span: &granit_parser::Span) -> Option<Span> {
        let range = span.byte_range()?;
        let base = self.tree.base;
        Some(Span::new(
            base + range.start as u32,
            base + range.end as u32,
        ))
    }

    /// Takes the place of the marker that begins the document, or of its first mark.
    pub fn begin(&mut self, marker: Span) {
        self.last_end = marker.end;
    }

    /// Where the last node ended.
    pub fn reached(&self) -> Span {
        Span::new(self.last_end, self.last_end)
    }

    /// Takes the next event.
    ///
    /// # Errors
    /// The limit that the document exceeds.
    pub fn event(&mut self, event: Event<'_>, span: Span) -> Result<(), YamlError> {
        match event {
            Event::Scalar(value, style, anchor, tag) => {
                self.scalar(&value, style, anchor, tag.as_deref(), span)
            }
            Event::SequenceStart(style, anchor, _) => {
                self.start(Shape::Sequence, style, anchor, span)
            }
            Event::MappingStart(style, anchor, _) => {
                self.start(Shape::Mapping, style, anchor, span)
            }
            Event::SequenceEnd | Event::MappingEnd => {
                self.close(span);
                Ok(())
            }
            Event::Anchor(_, name) => {
                if name.contains([':', '?']) {
                    self.notes.add(AmbiguityKind::PropertyEndsElsewhere, span);
                }
                Ok(())
            }
            Event::Alias(anchor) => self.alias(anchor, span),
            Event::UnresolvedAlias(_) => {
                self.notes.add(AmbiguityKind::UnresolvedAlias, span);
                self.add(Record::new(Shape::Alias, span, NO_TARGET), 0, 1)
            }
            _ => Ok(()),
        }
    }

    fn scalar(
        &mut self,
        value: &str,
        style: ScalarStyle,
        anchor: usize,
        tag: Option<&Tag>,
        span: Span,
    ) -> Result<(), YamlError> {
        let style = match style {
            ScalarStyle::Plain => Style::Plain,
            ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => Style::Quoted,
            ScalarStyle::Literal | ScalarStyle::Folded => Style::Block,
        };
        let span = match style {
            Style::Block => self.with_header(span),
            Style::Plain | Style::Quoted => span,
        };
        if tag.is_some() && span.is_empty() && self.is_before_comma(span) {
            self.notes.add(AmbiguityKind::PropertyEndsElsewhere, span);
        }
        let tag = tag.map_or(ScalarTag::None, scalar_tag);
        let binary = (tag == ScalarTag::Binary).then(|| binary::decode(value));
        if tag == ScalarTag::Binary {
            self.notes.add(AmbiguityKind::BinaryTag, span);
        }
        let is_flow = self.open.last().is_some_and(|open| open.is_flow);
        let key_indicator = is_flow && style == Style::Plain && value.starts_with('?');
        if key_indicator {
            self.notes
                .add(AmbiguityKind::KeyIndicatorWithoutBlank, span);
        }
        let value = match &binary {
            Some(Some(decoded)) => decoded.as_str(),
            _ if key_indicator => value.trim_start_matches('?'),
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

    fn is_before_comma(&self, span: Span) -> bool {
        let at = (span.end - self.tree.base) as usize;
        let around = self.tree.text.as_bytes().get(at..);
        around.is_some_and(|rest| rest.trim_ascii_start().starts_with(b","))
    }

    /// Decides how the value is stored: most stand in the text as they are.
    fn keep(&mut self, value: &str, span: Span) -> (Shape, u32) {
        // A node without text; the parser calls its value `~`.
        if span.is_empty() {
            return (Shape::Exact, 0);
        }
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

    /// The span of a block scalar from its indicator to the end of its last line that is not blank; the
    /// parser gives that of its lines, to where the next token begins.
    fn with_header(&self, lines: Span) -> Span {
        let base = self.tree.base;
        let text = self.tree.text.as_bytes();
        let header = block_indicator(
            text,
            (self.last_end - base) as usize,
            (lines.start - base) as usize,
        );
        // A scalar without lines is given with its header.
        let at = header.unwrap_or((lines.start - base) as usize);
        let written = text.get(at..(lines.end - base) as usize);
        let length = written.map_or(0, |written| written.trim_ascii_end().len());
        let start = base + at as u32;
        Span::new(start, start + length.max(1) as u32)
    }

    fn alias(&mut self, anchor: usize, span: Span) -> Result<(), YamlError> {
        let target = anchor.checked_sub(1).and_then(|at| self.anchors.get(at));
        let target = target.copied().unwrap_or_default();
        if target.height == 0 {
            self.notes.add(AmbiguityKind::RecursiveAlias, span);
            return self.add(Record::new(Shape::Alias, span, NO_TARGET), 0, 1);
        }
        let record = Record::new(Shape::Alias, span, target.record);
        self.add(record, 0, target.height + 1)
    }

    fn start(
        &mut self,
        shape: Shape,
        style: StructureStyle,
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
            is_flow: style == StructureStyle::Flow,
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

    fn close(&mut self, end: Span) {
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

/// The `|` or `>` in `start..end`, where only indicators, properties, white space and comments stand
/// besides it.
fn block_indicator(text: &[u8], start: usize, end: usize) -> Option<usize> {
    let mut at = start;
    while at < end {
        let separate = at == 0 || matches!(text[at - 1], b' ' | b'\t' | b'\n' | b'\r');
        match text[at] {
            b'|' | b'>' if separate => return Some(at),
            b'#' if separate => {
                at += memchr::memchr2(b'\n', b'\r', &text[at..end])?;
            }
            _ => at += 1,
        }
    }
    None
}

fn scalar_tag(tag: &Tag) -> ScalarTag {
    if tag.handle().is_empty() && tag.suffix() == "!" {
        return ScalarTag::NonSpecific;
    }
    match tag.suffix_in_namespace("tag:yaml.org,2002:").as_deref() {
        Some("str") => ScalarTag::String,
        Some("binary") => ScalarTag::Binary,
        Some("merge") => ScalarTag::Merge,
        Some("int" | "float" | "bool" | "null") => ScalarTag::Other,
        _ => ScalarTag::Own,
    }
}
