//! The full parser: granit-parser over one document, and how it ended.

use std::borrow::Cow;

use granit_parser::{ErrorKind, Event, Options, Parser, ScanError};

use crate::model::span::Span;

use super::builder::{Builder, too_deep};
use super::document::YamlError;
use super::message;
use super::notes::Notes;
use super::tree::Tree;

/// How the parser ended.
#[derive(Debug)]
pub enum End {
    /// At the document's end.
    Complete,
    /// At an error; `root_complete` when the content had been read whole before it, which is where
    /// Kubernetes stops reading.
    Broken {
        /// Place and reason.
        error: YamlError,
        /// Whether the tree holds the whole content.
        root_complete: bool,
    },
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
        let Some(place) = builder.place(&span) else {
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
            event => builder.event(event, place),
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
    broken(builder, Span::new(at, at), &message::sentence(error.kind()))
}

fn broken(builder: &Builder<'_>, span: Span, message: &str) -> End {
    End::Broken {
        error: YamlError {
            is_template: builder.met_action(span.start),
            ..YamlError::new(span, message)
        },
        root_complete: builder.is_root_complete(),
    }
}
