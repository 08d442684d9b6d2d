//! The full parser: events of granit-parser to trees.

use granit_parser::{Event, Parser, ScalarStyle};

use crate::model::span::Span;

use super::document::YamlError;
use super::tree::{Children, Node, NodeId, Scalar, ScalarTag, Style, Tree};

/// Parses a whole stream.
pub fn trees(text: &str) -> Vec<Result<Tree<'_>, YamlError>> {
    let options = granit_parser::options! {
        emit_comments: false,
        block_scalar_eof_without_line_feed: true,
        emit_unresolved_aliases: true,
    };
    let mut all = Vec::new();
    let mut builder = Builder::default();
    for next in Parser::new_from_str_with_options(text, options) {
        match next {
            Ok((Event::DocumentEnd, _)) => all.push(Ok(std::mem::take(&mut builder).tree)),
            Ok((event, span)) => builder.event(event, bytes(&span)),
            Err(error) => {
                let at = error.marker().byte_offset().unwrap_or(0) as u32;
                all.push(Err(YamlError {
                    span: Span::new(at, at),
                    message: error.info().to_string(),
                }));
                break;
            }
        }
    }
    all
}

fn bytes(span: &granit_parser::Span) -> Span {
    let range = span.byte_range().unwrap_or_default();
    Span::new(range.start as u32, range.end as u32)
}

#[derive(Default)]
struct Builder<'t> {
    tree: Tree<'t>,
    /// Children of the collections that are open, and where each open one begins in that list.
    pending: Vec<NodeId>,
    open: Vec<(NodeId, usize)>,
    anchors: Vec<(usize, NodeId)>,
}

impl<'t> Builder<'t> {
    fn event(&mut self, event: Event<'t>, span: Span) {
        match event {
            Event::Scalar(value, style, anchor, _tag) => {
                let style = match style {
                    ScalarStyle::Plain => Style::Plain,
                    ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => Style::Quoted,
                    ScalarStyle::Literal | ScalarStyle::Folded => Style::Block,
                };
                let scalar = Scalar {
                    value,
                    span,
                    style,
                    tag: ScalarTag::None,
                };
                self.add(Node::Scalar(scalar), anchor);
            }
            Event::SequenceStart(_, anchor, _) => {
                let items = Children::default();
                self.open(Node::Sequence { span, items }, anchor);
            }
            Event::MappingStart(_, anchor, _) => {
                let entries = Children::default();
                self.open(Node::Mapping { span, entries }, anchor);
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(span),
            Event::Alias(anchor) => {
                let target = self.anchors.iter().rev().find(|(id, _)| *id == anchor);
                let target = target.map(|(_, node)| *node);
                self.add(Node::Alias { span, target }, 0);
            }
            Event::UnresolvedAlias(_) => self.add(Node::Alias { span, target: None }, 0),
            _ => {}
        }
    }

    fn add(&mut self, node: Node<'t>, anchor: usize) {
        let id = NodeId(self.tree.nodes.len() as u32);
        self.tree.nodes.push(node);
        if anchor != 0 {
            self.anchors.push((anchor, id));
        }
        if self.open.is_empty() {
            self.tree.root = Some(id);
        }
        self.pending.push(id);
    }

    fn open(&mut self, node: Node<'t>, anchor: usize) {
        self.add(node, anchor);
        let id = NodeId(self.tree.nodes.len() as u32 - 1);
        self.open.push((id, self.pending.len()));
    }

    fn close(&mut self, end: Span) {
        let Some((id, first)) = self.open.pop() else {
            return;
        };
        let start = self.tree.children.len() as u32;
        self.tree.children.extend(self.pending.drain(first..));
        let range = Children {
            start,
            end: self.tree.children.len() as u32,
        };
        match &mut self.tree.nodes[id.0 as usize] {
            Node::Sequence { span, items } => (span.end, *items) = (end.end, range),
            Node::Mapping { span, entries } => (span.end, *entries) = (end.end, range),
            Node::Scalar(_) | Node::Alias { .. } => {}
        }
    }
}
