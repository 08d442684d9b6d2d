//! The full parser: events of granit-parser to trees.

use std::borrow::Cow;

use granit_parser::{Event, Parser, ScalarStyle};

use crate::model::span::Span;

use super::document::YamlError;
use super::tree::{NO_TARGET, Record, ScalarTag, Shape, Style, Tree};

/// Parses a whole stream.
pub fn trees(text: &str) -> Vec<Result<Tree<'_>, YamlError>> {
    let options = granit_parser::options! {
        emit_comments: false,
        block_scalar_eof_without_line_feed: true,
        emit_unresolved_aliases: true,
    };
    let mut all = Vec::new();
    let mut builder = Builder::new(text);
    for next in Parser::new_from_str_with_options(text, options) {
        match next {
            Ok((Event::DocumentEnd, _)) => {
                all.push(Ok(std::mem::replace(&mut builder, Builder::new(text)).tree));
            }
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

struct Builder<'t> {
    tree: Tree<'t>,
    open: Vec<u32>,
    anchors: Vec<(usize, u32)>,
}

impl<'t> Builder<'t> {
    fn new(text: &'t str) -> Self {
        Self {
            tree: Tree {
                text: Cow::Borrowed(text),
                ..Tree::default()
            },
            open: Vec::new(),
            anchors: Vec::new(),
        }
    }

    fn event(&mut self, event: Event<'t>, span: Span) {
        match event {
            Event::Scalar(value, style, anchor, _tag) => {
                let style = match style {
                    ScalarStyle::Plain => Style::Plain,
                    ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => Style::Quoted,
                    ScalarStyle::Literal | ScalarStyle::Folded => Style::Block,
                };
                self.tree.decoded.push_str(&value);
                self.tree.decoded_ends.push(self.tree.decoded.len() as u32);
                let link = self.tree.decoded_ends.len() as u32 - 1;
                self.add(Shape::Decoded, span, link, style, anchor);
            }
            Event::SequenceStart(_, anchor, _) => self.open(Shape::Sequence, span, anchor),
            Event::MappingStart(_, anchor, _) => self.open(Shape::Mapping, span, anchor),
            Event::SequenceEnd | Event::MappingEnd => self.close(span),
            Event::Alias(anchor) => {
                let target = self.anchors.iter().rev().find(|(id, _)| *id == anchor);
                let link = target
                    .map(|(_, node)| *node)
                    .filter(|node| !self.open.contains(node))
                    .unwrap_or(NO_TARGET);
                self.add(Shape::Alias, span, link, Style::Plain, 0);
            }
            Event::UnresolvedAlias(_) => {
                self.add(Shape::Alias, span, NO_TARGET, Style::Plain, 0);
            }
            _ => {}
        }
    }

    fn add(&mut self, shape: Shape, span: Span, link: u32, style: Style, anchor: usize) {
        if anchor != 0 {
            self.anchors.push((anchor, self.tree.records.len() as u32));
        }
        self.tree.records.push(Record {
            span,
            link,
            shape,
            style,
            tag: ScalarTag::None,
        });
    }

    fn open(&mut self, shape: Shape, span: Span, anchor: usize) {
        self.open.push(self.tree.records.len() as u32);
        self.add(shape, span, 0, Style::Plain, anchor);
    }

    fn close(&mut self, end: Span) {
        let after = self.tree.records.len() as u32;
        if let Some(at) = self.open.pop()
            && let Some(record) = self.tree.records.get_mut(at as usize)
        {
            record.link = after;
            record.span.end = record.span.end.max(end.end);
        }
    }
}
