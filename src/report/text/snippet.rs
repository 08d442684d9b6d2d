//! Draws the frame around the lines of a finding, by miette's graphical handler; nothing else of the
//! crate knows miette.
//!
//! miette gets a [`Window`]: a few escaped lines no wider than the terminal. Its own source code reader
//! would walk a text from its first byte for each mark, and its handler panics on a mark beyond column
//! 65,535. Of what it draws, the line for the message is dropped: the header of a finding is ours.

use std::fmt;

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError,
    MietteSpanContents, SourceCode, SourceSpan, SpanContents,
};
use unicode_width::UnicodeWidthStr;

use super::window::{Window, window};
use super::wrap::wrap;
use crate::model::shorten::shorten;
use crate::model::source::Source;
use crate::model::span::{Location, Position};
use crate::report::Style;
use crate::report::escape::terminal;
use crate::report::tone::Tone;

/// Longest text beside a mark, in characters.
const LABEL_CHARACTERS: usize = 300;

/// Fewest columns for the words beside a mark; with less room they go below the frame.
const LABEL_COLUMNS: usize = 20;

/// Draws snippets of one style.
pub(super) struct Snippets {
    width: usize,
    /// Handlers for violations, for what could not be checked, for warnings and for notes.
    handlers: [GraphicalReportHandler; 4],
}

/// A drawn snippet.
pub(super) struct Drawing {
    /// The frame, with a line break at its end.
    pub(super) frame: String,
    /// The words of the mark, when there is no room for them in the frame.
    pub(super) below: Option<String>,
}

impl Snippets {
    pub(super) fn new(style: &Style) -> Self {
        let handler = |tone: Tone| {
            let mut theme = if style.color {
                GraphicalTheme::unicode()
            } else {
                GraphicalTheme::unicode_nocolor()
            };
            let styles = &theme.styles;
            let first = styles.highlights.first().copied();
            theme.styles.highlights = vec![match tone {
                Tone::Error => styles.error,
                // The theme's own first colour for marks, which is none of the others.
                Tone::NotChecked => first.unwrap_or(styles.warning),
                Tone::Audit | Tone::Advice => styles.warning,
                Tone::AuditNotChecked | Tone::Suppressed => styles.advice,
            }];
            GraphicalReportHandler::new_themed(theme).with_wrap_lines(false)
        };
        Self {
            width: super::columns(style),
            handlers: [
                Tone::Error,
                Tone::NotChecked,
                Tone::Audit,
                Tone::AuditNotChecked,
            ]
            .map(handler),
        }
    }

    /// The lines around `location` with `label` beside the mark; `None` when they were not kept.
    pub(super) fn draw(
        &self,
        tone: Tone,
        source: &Source,
        location: Location,
        label: &str,
    ) -> Option<Drawing> {
        // ` 13 │ ` stands before each line; the last shown line has the longest number.
        let digits = location.end.line.max(location.start.line).to_string().len();
        let width = self.width.saturating_sub(digits + 4).max(LABEL_COLUMNS);
        let window = window(source, location, width)?;
        let label = terminal(&shorten(label, LABEL_CHARACTERS)).into_owned();
        let (label, below) = fit(label, width.saturating_sub(window.mark_column + 4));
        let mark = SourceSpan::new(window.mark.into(), window.mark_len);
        let framed = Framed {
            name: terminal(&source.path).into_owned(),
            window,
            position: location.start,
            mark: LabeledSpan::new_primary_with_span(label, mark),
        };
        let [errors, not_checked, warnings, notes] = &self.handlers;
        let handler = match tone {
            Tone::Error => errors,
            Tone::NotChecked => not_checked,
            Tone::Audit | Tone::Advice => warnings,
            Tone::AuditNotChecked | Tone::Suppressed => notes,
        };
        let mut drawn = String::new();
        handler.render_report(&mut drawn, &framed).ok()?;
        let (_, frame) = drawn.split_once('\n')?;
        Some(Drawing {
            frame: frame.to_owned(),
            below,
        })
    }
}

/// The words beside a mark in `room` columns, and what has to go below the frame instead.
fn fit(label: String, room: usize) -> (Option<String>, Option<String>) {
    if label.is_empty() {
        (None, None)
    } else if label.width() <= room {
        (Some(label), None)
    } else if room >= LABEL_COLUMNS {
        (Some(wrap(&label, room, 0, "")), None)
    } else {
        (None, Some(label))
    }
}

/// What miette draws.
#[derive(Debug)]
struct Framed {
    name: String,
    window: Window,
    position: Position,
    mark: LabeledSpan,
}

impl fmt::Display for Framed {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

impl std::error::Error for Framed {}

impl Diagnostic for Framed {
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(self)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(std::iter::once(self.mark.clone())))
    }
}

impl SourceCode for Framed {
    /// With lines of context asked for, the window; without, the place of the mark in the real text,
    /// which miette writes into the frame.
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        context_lines_before: usize,
        context_lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let place = context_lines_before == 0 && context_lines_after == 0;
        let (data, span, line, column) = if place {
            let Position { line, column } = self.position;
            (&b""[..], *span, line, column)
        } else {
            let whole = SourceSpan::new(0.into(), self.window.text.len());
            (
                self.window.text.as_bytes(),
                whole,
                self.window.first_line,
                1,
            )
        };
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.clone(),
            data,
            span,
            line.saturating_sub(1) as usize,
            column.saturating_sub(1) as usize,
            data.iter().filter(|&&byte| byte == b'\n').count(),
        )))
    }
}
