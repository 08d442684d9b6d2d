//! The path of one text, step after step: pieces, parts, prefilter, the reader of Kubernetes, others.

use std::borrow::Cow;

use super::ParseSettings;
use super::document::{AmbiguityKind, Body, Document, YamlError};
use super::encoding::SUBSTITUTE;
use super::full::{self, End};
use super::json;
use super::json_object;
use super::kubernetes::{self, Reading};
use super::notes::Notes;
use super::other_readers;
use super::prefilter::Prefilter;
use super::rewrite::{self, Rewritten};
use super::split::{BYTE_ORDER_MARK, Piece, Pieces, TAG_DIRECTIVE};
use super::tabs;
use super::tree::Tree;
use crate::model::span::Span;

/// Hands every document of `text` to `visit`, in order.
///
/// Documents are numbered as YAML numbers them; one that cannot be read is a document like the others.
/// A text above 4 GiB is one document that is too large.
pub fn documents<'t>(text: &'t str, settings: &ParseSettings, visit: &mut dyn FnMut(Document<'t>)) {
    if u32::try_from(text.len()).is_err() {
        visit(too_long(text));
        return;
    }
    let prefilter = Prefilter::new(&settings.wanted_words);
    let as_json = json::text(text);
    let pieces = Pieces::new(text, json::undivided(&as_json));
    let parts = pieces.flat_map(|piece| json::parts(&as_json, piece));
    let mut json_end = Some(0);
    for (index, piece) in parts.enumerate() {
        let mut notes = Notes::default();
        let is_json = json_end.is_some_and(|end| json::is_guessed(text, end, &piece));
        json_end = is_json.then_some(piece.end);
        let source = Source { piece, is_json };
        let parsed = body(text, &source, &prefilter, settings, &mut notes);
        visit(Document {
            index: index as u32,
            span: span(source.piece.start, source.piece.end),
            body: parsed.body,
            ambiguities: notes.listed,
            ambiguities_left_out: notes.left_out,
            is_read_by_kubernetes: parsed.is_read_by_kubernetes,
        });
    }
}

/// A document's place, and how kubectl gets it.
struct Source {
    piece: Piece,
    /// Whether kubectl tries to read it as JSON before it takes it for YAML.
    is_json: bool,
}

/// What was made of a document, and whether that is what Kubernetes makes of it.
struct Parsed<'t> {
    body: Body<'t>,
    is_read_by_kubernetes: bool,
}

impl<'t> From<Body<'t>> for Parsed<'t> {
    /// Without a tree there is nothing that Kubernetes reads.
    fn from(body: Body<'t>) -> Self {
        Self {
            body,
            is_read_by_kubernetes: false,
        }
    }
}

fn body<'t>(
    text: &'t str,
    source: &Source,
    prefilter: &Prefilter,
    settings: &ParseSettings,
    notes: &mut Notes,
) -> Parsed<'t> {
    let piece = &source.piece;
    let Some(content) = piece.content else {
        return Body::Empty.into();
    };
    let own = &text[piece.start..piece.end];
    // To the parser a NUL is the end of the text: what follows it would be hidden. To the prefilter it
    // hides words, since some readers look for UTF-16 in each document.
    if let Some(at) = memchr::memchr(0, own.as_bytes()) {
        let at = piece.start + at;
        let message = "a NUL character stands here";
        return Body::Broken(YamlError::new(span(at, at + 1), message)).into();
    }
    let has_mark = kubernetes::has_inner_mark(own, piece.read_from - piece.start);
    if !has_mark && !prefilter.passes(own.as_bytes()) {
        return Body::Skipped.into();
    }
    let place = span(content, content);
    if own.len() > settings.max_document_bytes {
        let message = format!(
            "the document has {} bytes, more than the limit of {}",
            own.len(),
            settings.max_document_bytes
        );
        return Body::TooLarge(YamlError::new(place, message)).into();
    }
    if piece.ignored_by_kubernetes {
        notes.add(AmbiguityKind::IgnoredByKubernetes, place);
    }
    if let Some(at) = piece.tag_directive(text) {
        notes.add(
            AmbiguityKind::TagDirective,
            span(at, at + TAG_DIRECTIVE.len()),
        );
    }
    if piece.content_on_marker_line {
        notes.add(AmbiguityKind::ContentOnMarkerLine, place);
    }
    parsed(own, source, notes)
}

fn parsed<'t>(own: &'t str, source: &Source, notes: &mut Notes) -> Parsed<'t> {
    let piece = &source.piece;
    let start = piece.read_from - piece.start;
    let has_mark = kubernetes::has_inner_mark(own, start);
    if has_mark {
        note_inner_mark(own, piece, start, notes);
    }
    let json = source.is_json.then(|| as_json(own, piece, notes)).flatten();
    let mut parsed = json.unwrap_or_else(|| as_kubernetes(own, piece, start, notes));
    if has_mark {
        // It is not known what Kubernetes reads, so nothing excuses the document.
        parsed.is_read_by_kubernetes = false;
        match &mut parsed.body {
            Body::Broken(error) => error.is_template = false,
            Body::Empty => parsed.body = Body::Broken(hidden_by_mark(piece, start)),
            Body::Tree(_) | Body::TooLarge(_) | Body::Skipped => {}
        }
    }
    parsed
}

/// What kubectl makes of it where it expects JSON; `None` when it is none.
fn as_json<'t>(own: &'t str, piece: &Piece, notes: &mut Notes) -> Option<Parsed<'t>> {
    let read = json_object::read(own, content_at(piece), piece.start as u32, notes)?;
    Some(match read {
        Ok(tree) => {
            compare(own, piece, &tree, None, notes);
            Parsed {
                body: Body::Tree(tree),
                is_read_by_kubernetes: true,
            }
        }
        Err(limit) => Body::TooLarge(limit).into(),
    })
}

/// Where in its own text the content of a document begins.
fn content_at(piece: &Piece) -> usize {
    piece.content.unwrap_or(piece.end) - piece.start
}

/// What Kubernetes makes of it, or where it refuses it, what others do.
fn as_kubernetes<'t>(own: &'t str, piece: &Piece, start: usize, notes: &mut Notes) -> Parsed<'t> {
    let before = notes.clone();
    match kubernetes::read(own, start, piece.start as u32, notes) {
        Reading::Read { tree, ignored } => {
            compare(own, piece, &tree, ignored, notes);
            let body = if tree.root().is_some() {
                Body::Tree(tree)
            } else {
                Body::Empty
            };
            Parsed {
                body,
                is_read_by_kubernetes: true,
            }
        }
        Reading::Refused => {
            *notes = before;
            refused(own, piece, notes).into()
        }
        Reading::TooLarge(limit) => Body::TooLarge(limit).into(),
    }
}

/// What is said of comments among which a byte-order mark stands.
fn hidden_by_mark(piece: &Piece, start: usize) -> YamlError {
    let at = piece.start + start;
    let message = "a byte-order mark stands in it, behind which Kubernetes drops characters at the start \
                   of lines, also the `#` of comments";
    YamlError::new(span(at, at), message)
}

/// Notes where other readers do not see the tree that Kubernetes reads.
fn compare(own: &str, piece: &Piece, tree: &Tree<'_>, ignored: Option<Span>, notes: &mut Notes) {
    let breaks = rewrite::unicode_breaks(own.as_bytes());
    note_breaks(own, &breaks, tree, piece.start, notes);
    let substitute = memchr::memchr(SUBSTITUTE as u8, own.as_bytes());
    if let Some(at) = substitute {
        let at = piece.start + at;
        notes.add(AmbiguityKind::NoText, span(at, at + 1));
    }
    if let Some(place) = ignored {
        notes.add(AmbiguityKind::TextAfterContent, place);
    }
    let is_text = |at: usize| tree.is_inside_scalar((piece.start + at) as u32);
    if substitute.is_some() || !other_readers::may_differ(own, &is_text) {
        return;
    }
    let mut other = Notes::default();
    let text = rewrite::without_mark(own, piece.after_marker - piece.start);
    let (other_tree, end) = yaml12(text, piece, &mut other);
    let found = other.listed.into_iter();
    let found = found.filter(|found| found.kind.is_how_readers_differ());
    let known = notes
        .listed
        .iter()
        .any(|noted| noted.kind.is_how_readers_differ());
    let mut is_known = known;
    for ambiguity in found {
        is_known = true;
        notes.add(ambiguity.kind, ambiguity.span);
    }
    let place = match end {
        End::Broken(error) => Some(error.span),
        End::Complete => tree.first_difference(&other_tree),
        End::TooLarge(_) => None,
    };
    if let Some(place) = place.filter(|_| !is_known) {
        notes.add(AmbiguityKind::OtherReading, place);
    }
}

/// What other readers make of a document that Kubernetes refuses.
fn refused<'t>(own: &'t str, piece: &Piece, notes: &mut Notes) -> Body<'t> {
    if let Some(json) = json_object::read(own, content_at(piece), piece.start as u32, notes) {
        return json.map_or_else(Body::TooLarge, Body::Tree);
    }
    let Rewritten { text, breaks } = Rewritten::new(own, piece.after_marker - piece.start);
    let (mut tree, end) = yaml12(text, piece, notes);
    let base = piece.start as u32;
    let noted = notes.listed.iter_mut().map(|ambiguity| &mut ambiguity.span);
    rewrite::off_breaks(noted, base, &breaks);
    match end {
        End::TooLarge(mut error) => {
            rewrite::off_breaks(std::iter::once(&mut error.span), base, &breaks);
            Body::TooLarge(error)
        }
        End::Broken(mut error) => {
            rewrite::off_breaks(std::iter::once(&mut error.span), base, &breaks);
            Body::Broken(error)
        }
        End::Complete if tree.root().is_none() => Body::Empty,
        End::Complete => {
            let nodes = tree.records.iter_mut().map(|record| &mut record.span);
            rewrite::off_breaks(nodes, base, &breaks);
            note_breaks(own, &breaks, &tree, piece.start, notes);
            Body::Tree(tree)
        }
    }
}

/// What a reader of YAML 1.2 makes of it, which takes no offence at tabs inside brackets and braces.
fn yaml12<'t>(text: Cow<'t, str>, piece: &Piece, notes: &mut Notes) -> (Tree<'t>, End) {
    let before = notes.clone();
    let (tree, end) = full::tree(text, piece.start as u32, notes);
    if matches!(end, End::Broken(_))
        && let Some((read, found)) = without_tabs(&tree, before)
    {
        *notes = found;
        return (read, End::Complete);
    }
    (tree, end)
}

/// The tree of a text that broke the parser only with tabs inside brackets and braces, and what is noted
/// of it besides `before`.
fn without_tabs<'t>(broken: &Tree<'t>, before: Notes) -> Option<(Tree<'t>, Notes)> {
    let (copy, lines) = tabs::replaced(&broken.text)?;
    let mut notes = before;
    let (tree, end) = full::tree(copy.into(), broken.base, &mut notes);
    let is_read = matches!(end, End::Complete) && tabs::are_within_flow(&tree, &lines);
    is_read.then_some((tree, notes))
}

/// Notes the first byte-order mark inside the document, whose content begins at byte `start` of its text.
fn note_inner_mark(own: &str, piece: &Piece, start: usize, notes: &mut Notes) {
    let marks = memchr::memmem::rfind_iter(own.as_bytes(), BYTE_ORDER_MARK);
    if let Some(at) = marks.take_while(|&at| at >= start).last() {
        let at = piece.start + at;
        let place = span(at, at + BYTE_ORDER_MARK.len());
        notes.add(AmbiguityKind::InnerByteOrderMark, place);
    }
}

/// Notes the line breaks that separate tokens. Inside a scalar they are content to every reader, unless
/// a backslash takes them away.
fn note_breaks(own: &str, breaks: &[(u32, u32)], tree: &Tree<'_>, start: usize, notes: &mut Notes) {
    for &(at, length) in breaks {
        let place = span(start + at as usize, start + (at + length) as usize);
        let escaped = own[..at as usize].ends_with('\\');
        let around = tree.scalar_at(place.start);
        let is_content = around.is_some() && around == tree.scalar_at(place.end);
        if escaped || !is_content {
            notes.add(AmbiguityKind::UnicodeLineBreak, place);
        }
    }
}

fn too_long(text: &str) -> Document<'_> {
    Document {
        index: 0,
        span: Span::new(0, u32::MAX),
        body: Body::TooLarge(YamlError::new(
            Span::default(),
            format!("the text has {} bytes, more than 4 GiB", text.len()),
        )),
        ambiguities: Vec::new(),
        ambiguities_left_out: 0,
        is_read_by_kubernetes: false,
    }
}

fn span(start: usize, end: usize) -> Span {
    Span::new(start as u32, end as u32)
}
