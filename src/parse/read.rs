//! The path of one text, step after step: pieces, parts, prefilter, rewriting, parser, document.

use std::borrow::Cow;

use super::ParseSettings;
use super::document::{AmbiguityKind, Body, Document, YamlError};
use super::full::{self, End};
use super::json;
use super::notes::Notes;
use super::prefilter::Prefilter;
use super::rewrite::{self, Rewritten};
use super::split::{Piece, Pieces, TAG_DIRECTIVE};
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
    let parts = Pieces::new(text, json::undivided(text)).flat_map(|piece| json::parts(text, piece));
    for (index, piece) in parts.enumerate() {
        let mut notes = Notes::default();
        let body = body(text, &piece, &prefilter, settings, &mut notes);
        visit(Document {
            index: index as u32,
            span: span(piece.start, piece.end),
            body,
            ambiguities: notes.listed,
            ambiguities_left_out: notes.left_out,
        });
    }
}

fn body<'t>(
    text: &'t str,
    piece: &Piece,
    prefilter: &Prefilter,
    settings: &ParseSettings,
    notes: &mut Notes,
) -> Body<'t> {
    let Some(content) = piece.content else {
        return Body::Empty;
    };
    let own = &text[piece.start..piece.end];
    // To the parser a NUL is the end of the text: what follows it would be hidden. To the prefilter it
    // hides words, since some readers look for UTF-16 in each document.
    if let Some(at) = memchr::memchr(0, own.as_bytes()) {
        let at = piece.start + at;
        let message =
            "a NUL character, or a byte that is no text in the file's encoding, stands here";
        return Body::Broken(YamlError::new(span(at, at + 1), message));
    }
    if !prefilter.passes(own.as_bytes()) {
        return Body::Skipped;
    }
    let place = span(content, content);
    if own.len() > settings.max_document_bytes {
        let message = format!(
            "the document has {} bytes, more than the limit of {}",
            own.len(),
            settings.max_document_bytes
        );
        return Body::TooLarge(YamlError::new(place, message));
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
    parsed(own, piece, notes)
}

fn parsed<'t>(own: &'t str, piece: &Piece, notes: &mut Notes) -> Body<'t> {
    let Rewritten { text, breaks } = Rewritten::new(own, piece.after_marker - piece.start);
    let mut body = read(own, text, piece, notes);
    if breaks.is_empty() {
        return body;
    }
    let base = piece.start as u32;
    let noted = notes.listed.iter_mut().map(|ambiguity| &mut ambiguity.span);
    rewrite::off_breaks(noted, base, &breaks);
    match &mut body {
        Body::Tree(tree) => {
            let nodes = tree.records.iter_mut().map(|record| &mut record.span);
            rewrite::off_breaks(nodes, base, &breaks);
            note_breaks(own, &breaks, tree, piece.start, notes);
        }
        Body::Broken(error) | Body::TooLarge(error) => {
            rewrite::off_breaks(std::iter::once(&mut error.span), base, &breaks);
        }
        Body::Empty | Body::Skipped => {}
    }
    body
}

fn read<'t>(own: &'t str, text: Cow<'t, str>, piece: &Piece, notes: &mut Notes) -> Body<'t> {
    let before = notes.clone();
    let (mut tree, mut end) = full::tree(text, piece.start as u32, notes);
    if matches!(end, End::Broken { .. })
        && let Some((read, found)) = without_tabs(&tree, before)
    {
        (tree, end, *notes) = (read, End::Complete, found);
    }
    match end {
        End::TooLarge(error) => Body::TooLarge(error),
        End::Broken {
            error,
            root_complete,
        } if root_complete && is_read_by_kubernetes(&tree, notes) => {
            notes.add(AmbiguityKind::TextAfterContent, error.span);
            Body::Tree(tree)
        }
        End::Broken { error, .. } => {
            let at = error.span.start as usize - piece.start;
            if let Some(tree) = complete_before(own, piece, at) {
                notes.add(AmbiguityKind::TextAfterContent, error.span);
                return Body::Tree(tree);
            }
            Body::Broken(error)
        }
        End::Complete if tree.root().is_none() => Body::Empty,
        End::Complete => Body::Tree(tree),
    }
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

/// The tree of what stands before byte `at`, when it is a whole object in braces: Kubernetes reads no
/// further, but the parser looks ahead and stops at an error after it before it tells the end.
fn complete_before<'t>(own: &'t str, piece: &Piece, at: usize) -> Option<Tree<'t>> {
    let content = piece.content? - piece.start;
    if !own.get(content..)?.starts_with('{') {
        return None;
    }
    let before = own.get(..at)?;
    let mut notes = Notes::default();
    let (tree, end) = full::tree(before.into(), piece.start as u32, &mut notes);
    let is_complete = match end {
        End::Complete => true,
        End::Broken { root_complete, .. } => root_complete,
        End::TooLarge(_) => false,
    };
    (is_complete && is_read_by_kubernetes(&tree, &notes)).then_some(tree)
}

/// Whether Kubernetes takes this content for an object though text follows it.
fn is_read_by_kubernetes(tree: &Tree<'_>, notes: &Notes) -> bool {
    !notes.refused && tree.root().is_some_and(|root| tree.is_mapping(root))
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
    }
}

fn span(start: usize, end: usize) -> Span {
    Span::new(start as u32, end as u32)
}
