//! What a reader of YAML 1.2 makes of one document: granit-parser over it, and how it ended.

use std::borrow::Cow;

use granit_parser::{
    ErrorKind, Event, Options, Parser, ScalarStyle, ScanError, StructureStyle, Tag,
};

use crate::model::span::Span;

use super::builder::{Builder, Scalar, too_deep};
use super::document::{AmbiguityKind, YamlError};
use super::message;
use super::notes::Notes;
use super::tree::{ScalarTag, Shape, Style, Tree};

/// How the parser ended.
#[derive(Debug)]
pub enum End {
    /// At the document's end.
    Complete,
    /// At an error.
    Broken(YamlError),
    /// At a limit.
    TooLarge(YamlError),
}

/// Parses `text`, one document, which begins at byte `base` of its source.
pub fn tree<'t>(text: Cow<'t, str>, base: u32, notes: &mut Notes) -> (Tree<'t>, End) {
    let mut builder = Builder::new(&text, base, notes);
    let end = run(&mut builder, &text);
    let Tree {
        records,
        decoded,
        decoded_ends,
        ..
    } = builder.tree;
    let tree = Tree {
        text,
        base,
        records,
        decoded,
        decoded_ends,
        ..Tree::default()
    };
    (tree, end)
}

fn options() -> Options {
    // The first two as libyaml and go-yaml do; an alias without anchor must not hide what follows it.
    granit_parser::options! {
        emit_comments: false,
        block_scalar_eof_without_line_feed: true,
        emit_unresolved_aliases: true,
        emit_anchor_events: true,
    }
}

fn run(builder: &mut Builder<'_>, text: &str) -> End {
    let mut documents = 0;
    for next in Parser::new_from_str_with_options(text, options()) {
        let (event, span) = match next {
            Ok(next) => next,
            Err(error) => return failed(builder, &error),
        };
        // Never seen for a text in memory; a node without a place would be read as an empty one.
        let Some(place) = place(builder, &span) else {
            let message = "the parser does not know where in the text this stands";
            return broken(builder, builder.reached(), message);
        };
        let result = match event {
            Event::DocumentStart(..) if documents > 0 => {
                return broken(builder, place, "a second document begins here");
            }
            Event::DocumentStart(..) => {
                documents += 1;
                builder.begin(place);
                Ok(())
            }
            event => add(builder, event, place),
        };
        if let Err(limit) = result {
            return End::TooLarge(limit);
        }
    }
    End::Complete
}

fn failed(builder: &Builder<'_>, error: &ScanError) -> End {
    let at = match error.marker().byte_offset() {
        Some(offset) => builder.tree.base + offset as u32,
        None => builder.reached().end,
    };
    if matches!(error.kind(), ErrorKind::RecursionLimitExceeded) {
        return End::TooLarge(too_deep(Span::new(at, at)));
    }
    let key_without_colon = matches!(error.kind(), ErrorKind::SimpleKeyExpected);
    let place = Span::new(at, at);
    let message = message::sentence(error.kind());
    broken_at(builder, place, &message, key_without_colon)
}

fn broken(builder: &Builder<'_>, span: Span, message: &str) -> End {
    broken_at(builder, span, message, false)
}

fn broken_at(builder: &Builder<'_>, span: Span, message: &str, key_without_colon: bool) -> End {
    End::Broken(YamlError {
        is_template: builder.met_template(span.start, key_without_colon),
        ..YamlError::new(span, message)
    })
}

/// A span of the parser as one of the source; `None` when the parser does not know its bytes.
fn place(builder: &Builder<'_>, span: &granit_parser::Span) -> Option<Span> {
    let range = span.byte_range()?;
    let base = builder.tree.base;
    Some(Span::new(
        base + range.start as u32,
        base + range.end as u32,
    ))
}

fn add(builder: &mut Builder<'_>, event: Event<'_>, span: Span) -> Result<(), YamlError> {
    let is_flow = |style| style == StructureStyle::Flow;
    match event {
        Event::Scalar(value, style, anchor, tag) => {
            scalar(builder, &value, style, anchor, tag.as_deref(), span)
        }
        Event::SequenceStart(style, anchor, _) => {
            builder.start(Shape::Sequence, is_flow(style), anchor, span)
        }
        Event::MappingStart(style, anchor, _) => {
            builder.start(Shape::Mapping, is_flow(style), anchor, span)
        }
        Event::SequenceEnd | Event::MappingEnd => {
            builder.close(span);
            Ok(())
        }
        Event::Anchor(_, name) => {
            if name.contains([':', '?']) {
                let kind = AmbiguityKind::PropertyEndsElsewhere;
                builder.notes.add(kind, span);
            }
            Ok(())
        }
        Event::Alias(anchor) => builder.alias(anchor, span),
        Event::UnresolvedAlias(_) => builder.unresolved_alias(span),
        _ => Ok(()),
    }
}

fn scalar(
    builder: &mut Builder<'_>,
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
        Style::Block => with_header(builder, span),
        Style::Plain | Style::Quoted => span,
    };
    if tag.is_some() && span.is_empty() && is_before_comma(builder, span) {
        let kind = AmbiguityKind::PropertyEndsElsewhere;
        builder.notes.add(kind, span);
    }
    let key_indicator = builder.is_in_flow() && style == Style::Plain && value.starts_with('?');
    if key_indicator {
        let kind = AmbiguityKind::KeyIndicatorWithoutBlank;
        builder.notes.add(kind, span);
    }
    let value = match key_indicator {
        true => value.trim_start_matches('?'),
        false => value,
    };
    // The parser calls the value of a node without text `~`.
    let value = if span.is_empty() { "" } else { value };
    builder.scalar(Scalar {
        value,
        style,
        tag: tag.map_or(ScalarTag::None, scalar_tag),
        anchor,
        span,
    })
}

fn is_before_comma(builder: &Builder<'_>, span: Span) -> bool {
    let at = (span.end - builder.tree.base) as usize;
    let around = builder.tree.text.as_bytes().get(at..);
    around.is_some_and(|rest| rest.trim_ascii_start().starts_with(b","))
}

/// The span of a block scalar from its indicator to the end of its last line that is not blank; the
/// parser gives that of its lines, to where the next token begins.
fn with_header(builder: &Builder<'_>, lines: Span) -> Span {
    let base = builder.tree.base;
    let text = builder.tree.text.as_bytes();
    let header = block_indicator(
        text,
        (builder.reached().end - base) as usize,
        (lines.start - base) as usize,
    );
    // A scalar without lines is given with its header.
    let at = header.unwrap_or((lines.start - base) as usize);
    let written = text.get(at..(lines.end - base) as usize);
    let length = written.map_or(0, |written| written.trim_ascii_end().len());
    let start = base + at as u32;
    Span::new(start, start + length.max(1) as u32)
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
