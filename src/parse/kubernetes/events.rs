//! Tokens to nodes, as the parser of go-yaml v2 does it (`parserc.go`).

use std::collections::HashMap;

use super::node_properties::{Properties, scalar_tag};
use super::scan::Scanner;
use super::token::{Kind, Refused};
use crate::model::span::Span;
use crate::parse::builder::{Builder, Scalar};
use crate::parse::document::YamlError;
use crate::parse::tree::{ScalarTag, Shape, Style};

/// Why no more is read.
#[derive(Debug)]
pub(super) enum Stop {
    /// Kubernetes refuses the text.
    Refused,
    /// The document exceeds a limit.
    TooLarge(YamlError),
}

impl From<Refused> for Stop {
    fn from(_: Refused) -> Self {
        Self::Refused
    }
}

impl From<YamlError> for Stop {
    fn from(limit: YamlError) -> Self {
        Self::TooLarge(limit)
    }
}

type Read = Result<(), Stop>;

/// Where a node stands, which decides what it may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Context {
    /// Between brackets or braces.
    Flow,
    /// In a block.
    Block,
    /// In a block where a list need not be indented.
    BlockOrList,
}

/// Reads the nodes of one document into a builder.
pub(super) struct Events<'e, 't, 'b> {
    pub(super) scanner: Scanner<'t>,
    pub(super) builder: &'e mut Builder<'b>,
    /// Numbers of the anchors, by name.
    pub(super) anchors: HashMap<&'t str, usize>,
    pub(super) anchor_count: usize,
    /// Of `%TAG` directives.
    pub(super) handles: Vec<(&'t str, String)>,
}

impl<'e, 't, 'b> Events<'e, 't, 'b> {
    pub(super) fn new(scanner: Scanner<'t>, builder: &'e mut Builder<'b>) -> Self {
        Self {
            scanner,
            builder,
            anchors: HashMap::new(),
            anchor_count: 0,
            handles: Vec::new(),
        }
    }

    /// Reads one document, and gives the place where text follows it that Kubernetes does not read.
    pub(super) fn document(&mut self) -> Result<Option<usize>, Stop> {
        let is_explicit = self.document_start()?;
        let ends = matches!(
            self.scanner.peek()?.kind,
            Kind::StreamEnd
                | Kind::Version(_)
                | Kind::TagDirective { .. }
                | Kind::DocumentStart
                | Kind::DocumentEnd
        );
        match self.scanner.peek()?.kind {
            Kind::StreamEnd => {}
            _ if is_explicit && ends => {}
            _ => self.node(Context::Block)?,
        }
        let after = self.scanner.peek()?;
        let is_over = matches!(
            after.kind,
            Kind::StreamEnd | Kind::DocumentEnd | Kind::DocumentStart
        );
        Ok((!is_over).then_some(after.start))
    }

    /// Over directives and the marker; whether there was one.
    fn document_start(&mut self) -> Result<bool, Stop> {
        let mut has_version = false;
        let mut has_directive = false;
        loop {
            match &self.scanner.peek()?.kind {
                &Kind::Version(is_known) => {
                    if has_version || !is_known {
                        return Err(Stop::Refused);
                    }
                    has_version = true;
                }
                Kind::TagDirective { handle, prefix } => {
                    let (handle, prefix) = (*handle, prefix.clone());
                    if self.handles.iter().any(|(known, _)| *known == handle) {
                        return Err(Stop::Refused);
                    }
                    self.handles.push((handle, prefix));
                }
                Kind::DocumentStart => {
                    self.scanner.take()?;
                    return Ok(true);
                }
                _ if has_directive => return Err(Stop::Refused),
                _ => return Ok(false),
            }
            has_directive = true;
            self.scanner.take()?;
        }
    }

    fn span(&self, start: usize, end: usize) -> Span {
        let base = self.builder.tree.base;
        Span::new(base + start as u32, base + end as u32)
    }

    fn node(&mut self, context: Context) -> Read {
        if let Kind::Alias(name) = self.scanner.peek()?.kind {
            let token = self.scanner.take()?;
            let span = self.span(token.start, token.end);
            match self.anchors.get(name) {
                Some(&anchor) => self.builder.alias(anchor, span)?,
                None => self.builder.unresolved_alias(span)?,
            }
            return Ok(());
        }
        let properties = self.properties()?;
        let token = self.scanner.peek()?;
        let start = token.start;
        let is_block = context != Context::Flow;
        match token.kind {
            Kind::BlockEntry if context == Context::BlockOrList => {
                self.open(Shape::Sequence, false, &properties, start)?;
                self.list_without_indentation()
            }
            Kind::Scalar { .. } => self.scalar(&properties),
            Kind::FlowSequenceStart => {
                self.open(Shape::Sequence, true, &properties, start)?;
                self.flow_sequence()
            }
            Kind::FlowMappingStart => {
                self.open(Shape::Mapping, true, &properties, start)?;
                self.flow_mapping()
            }
            Kind::BlockSequenceStart if is_block => {
                self.open(Shape::Sequence, false, &properties, start)?;
                self.block_sequence()
            }
            Kind::BlockMappingStart if is_block => {
                self.open(Shape::Mapping, false, &properties, start)?;
                self.block_mapping()
            }
            _ if properties.end > 0 => self.empty(properties.end, &properties),
            _ => Err(Stop::Refused),
        }
    }

    fn open(&mut self, shape: Shape, is_flow: bool, properties: &Properties, start: usize) -> Read {
        let span = self.span(start, start);
        Ok(self
            .builder
            .start(shape, is_flow, properties.anchor, span)?)
    }

    /// Takes the token that ends the collection at hand.
    fn close(&mut self) -> Read {
        let token = self.scanner.take()?;
        let span = self.span(token.start, token.end);
        self.builder.close(span);
        Ok(())
    }

    fn scalar(&mut self, properties: &Properties) -> Read {
        let token = self.scanner.take()?;
        let span = self.span(token.start, token.end);
        let Kind::Scalar { value, style } = token.kind else {
            return Err(Stop::Refused);
        };
        self.add(&value, style, properties, span)
    }

    /// A node without text at byte `at`.
    fn empty(&mut self, at: usize, properties: &Properties) -> Read {
        let span = self.span(at, at);
        self.add("", Style::Plain, properties, span)
    }

    fn nothing(&mut self, at: usize) -> Read {
        self.empty(at, &Properties::default())
    }

    fn add(&mut self, value: &str, style: Style, properties: &Properties, span: Span) -> Read {
        let tag = properties
            .tag
            .as_deref()
            .map_or(ScalarTag::None, scalar_tag);
        let anchor = properties.anchor;
        Ok(self.builder.scalar(Scalar {
            value,
            style,
            tag,
            anchor,
            span,
        })?)
    }

    /// Whether the next token is one of those.
    fn is_next(&mut self, any: fn(&Kind<'_>) -> bool) -> Result<bool, Stop> {
        Ok(any(&self.scanner.peek()?.kind))
    }

    fn block_sequence(&mut self) -> Read {
        self.scanner.take()?;
        while self.is_next(|next| matches!(next, Kind::BlockEntry))? {
            let end = self.scanner.take()?.end;
            if self.is_next(|next| matches!(next, Kind::BlockEntry | Kind::BlockEnd))? {
                self.nothing(end)?;
            } else {
                self.node(Context::Block)?;
            }
        }
        self.block_end()
    }

    fn block_end(&mut self) -> Read {
        if self.is_next(|next| matches!(next, Kind::BlockEnd))? {
            self.close()
        } else {
            Err(Stop::Refused)
        }
    }

    fn list_without_indentation(&mut self) -> Read {
        while self.is_next(|next| matches!(next, Kind::BlockEntry))? {
            let end = self.scanner.take()?.end;
            if self.is_next(|next| matches!(next, Kind::BlockEntry) || ends_entry(next))? {
                self.nothing(end)?;
            } else {
                self.node(Context::Block)?;
            }
        }
        let at = self.scanner.peek()?.start;
        let span = self.span(at, at);
        self.builder.close(span);
        Ok(())
    }

    fn block_mapping(&mut self) -> Read {
        self.scanner.take()?;
        while self.is_next(|next| matches!(next, Kind::Key))? {
            let end = self.scanner.take()?.end;
            if self.is_next(ends_entry)? {
                self.nothing(end)?;
            } else {
                self.node(Context::BlockOrList)?;
            }
            if !self.is_next(|next| matches!(next, Kind::Value))? {
                let at = self.scanner.peek()?.start;
                self.nothing(at)?;
                continue;
            }
            let end = self.scanner.take()?.end;
            if self.is_next(ends_entry)? {
                self.nothing(end)?;
            } else {
                self.node(Context::BlockOrList)?;
            }
        }
        self.block_end()
    }

    fn flow_sequence(&mut self) -> Read {
        self.scanner.take()?;
        let mut is_first = true;
        while !self.is_next(|next| matches!(next, Kind::FlowSequenceEnd))? {
            if !is_first {
                self.comma()?;
            }
            is_first = false;
            if self.is_next(|next| matches!(next, Kind::Key))? {
                self.single_entry()?;
            } else if !self.is_next(|next| matches!(next, Kind::FlowSequenceEnd))? {
                self.node(Context::Flow)?;
            }
        }
        self.close()
    }

    fn comma(&mut self) -> Read {
        if !self.is_next(|next| matches!(next, Kind::FlowEntry))? {
            return Err(Stop::Refused);
        }
        self.scanner.take()?;
        Ok(())
    }

    /// A mapping of one entry, which has no braces in a flow sequence.
    fn single_entry(&mut self) -> Read {
        let key = self.scanner.take()?;
        self.open(Shape::Mapping, true, &Properties::default(), key.start)?;
        let takes_end =
            |next: &Kind<'_>| matches!(next, Kind::Value | Kind::FlowEntry | Kind::FlowSequenceEnd);
        if self.is_next(takes_end)? {
            // go-yaml takes that token for the key, so nothing is left for a value.
            let token = self.scanner.take()?;
            self.nothing(token.end)?;
        } else {
            self.node(Context::Flow)?;
        }
        self.flow_value()?;
        let at = self.scanner.peek()?.start;
        let reached = self.builder.reached().end - self.builder.tree.base;
        let span = self.span(at.min(reached as usize), reached as usize);
        self.builder.close(span);
        Ok(())
    }

    fn flow_mapping(&mut self) -> Read {
        self.scanner.take()?;
        let mut is_first = true;
        while !self.is_next(|next| matches!(next, Kind::FlowMappingEnd))? {
            if !is_first {
                self.comma()?;
            }
            is_first = false;
            if self.is_next(|next| matches!(next, Kind::Key))? {
                self.scanner.take()?;
                if self.is_next(ends_flow_key)? {
                    let at = self.scanner.peek()?.start;
                    self.nothing(at)?;
                } else {
                    self.node(Context::Flow)?;
                }
                self.flow_value()?;
            } else if !self.is_next(|next| matches!(next, Kind::FlowMappingEnd))? {
                self.node(Context::Flow)?;
                let at = self.scanner.peek()?.start;
                self.nothing(at)?;
            }
        }
        self.close()
    }

    /// The value of an entry between brackets or braces, if it has one.
    fn flow_value(&mut self) -> Read {
        if self.is_next(|next| matches!(next, Kind::Value))? {
            self.scanner.take()?;
            if !self.is_next(ends_flow_entry)? {
                return self.node(Context::Flow);
            }
        }
        let at = self.scanner.peek()?.start;
        self.nothing(at)
    }
}

const fn ends_entry(next: &Kind<'_>) -> bool {
    matches!(next, Kind::Key | Kind::Value | Kind::BlockEnd)
}

/// A bracket for a brace, or a brace for a bracket, is refused when the collection is to end.
const fn ends_flow_entry(next: &Kind<'_>) -> bool {
    matches!(
        next,
        Kind::FlowEntry | Kind::FlowSequenceEnd | Kind::FlowMappingEnd
    )
}

const fn ends_flow_key(next: &Kind<'_>) -> bool {
    matches!(next, Kind::Value) || ends_flow_entry(next)
}
