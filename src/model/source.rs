//! Texts that findings point into: the full text while it is being read, and the few lines of it that
//! are kept for the report afterwards. Keeping excerpts instead of files bounds the memory of a run by
//! what is found, not by what is read.

use std::sync::Arc;

use super::span::{Location, Position, Span};

/// Longest piece of one line that is kept for a snippet, in bytes.
pub const EXCERPT_LINE_BYTES: usize = 2048;

/// A text with the index of its lines, as long as a stage works on it.
#[derive(Debug, Clone)]
pub struct SourceText {
    path: Arc<str>,
    text: Arc<str>,
    /// Byte offset of the start of each line; the first is 0.
    line_starts: Vec<u32>,
}

impl SourceText {
    /// Indexes `text`; `path` is the name shown to people, with `/`.
    pub fn new(path: Arc<str>, text: Arc<str>) -> Self {
        let line_starts = line_starts(&text);
        Self {
            path,
            text,
            line_starts,
        }
    }

    /// The name shown to people.
    pub fn path(&self) -> &Arc<str> {
        &self.path
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Line and column of a byte offset; an offset inside a character or past the end is moved back to
    /// the nearest start of a character.
    pub fn position(&self, offset: u32) -> Position {
        let mut offset = (offset as usize).min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self
            .line_starts
            .partition_point(|&start| start as usize <= offset)
            .max(1);
        let start = self.line_starts[line - 1] as usize;
        Position {
            line: line as u32,
            column: self.text[start..offset].chars().count() as u32 + 1,
        }
    }

    /// The positions of both ends of `span`.
    pub fn location(&self, span: Span) -> Location {
        Location {
            start: self.position(span.start),
            end: self.position(span.end),
            span,
        }
    }

    /// Number of lines; an empty text has one.
    pub fn line_count(&self) -> u32 {
        self.line_starts.len() as u32
    }

    /// The text of line `number` (from 1) without its line break, `None` past the last line.
    pub fn line(&self, number: u32) -> Option<&str> {
        let start = *self.line_starts.get(number.checked_sub(1)? as usize)? as usize;
        let end = self
            .line_starts
            .get(number as usize)
            .map_or(self.text.len(), |&next| next as usize);
        Some(self.text[start..end].trim_end_matches(['\n', '\r']))
    }

    /// Keeps the lines around each of `locations` for the report: the lines of the location (of a long
    /// one the first three) and one line before it.
    pub fn excerpt(&self, locations: &[Location]) -> Source {
        let mut wanted: Vec<(u32, u32)> = Vec::new();
        for location in locations {
            let first = location.start.line.saturating_sub(1).max(1);
            let last = location.end.line.min(location.start.line + 2);
            for number in first..=last {
                let column = if number == location.start.line {
                    location.start.column
                } else {
                    1
                };
                wanted.push((number, column));
            }
        }
        // Of several columns wanted in one line the smallest comes last and decides the window; a
        // label that begins right of it is then drawn at the window's edge, never lost.
        wanted.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(b.1.cmp(&a.1)));
        let mut lines: Vec<ExcerptLine> = Vec::with_capacity(wanted.len());
        for (number, column) in wanted {
            let Some(text) = self.line(number) else {
                continue;
            };
            if text.len() <= EXCERPT_LINE_BYTES
                && lines.last().is_some_and(|line| line.number == number)
            {
                continue;
            }
            lines.push(ExcerptLine::window(number, text, column));
        }
        Source {
            path: Arc::clone(&self.path),
            lines,
        }
    }
}

fn line_starts(text: &str) -> Vec<u32> {
    let bytes = text.as_bytes();
    let mut starts = vec![0];
    for at in memchr::memchr2_iter(b'\n', b'\r', bytes) {
        if bytes[at] == b'\r' && bytes.get(at + 1) == Some(&b'\n') {
            continue;
        }
        starts.push(at as u32 + 1);
    }
    starts
}

/// What is kept of a text after it was looked at.
#[derive(Debug, Clone)]
pub struct Source {
    /// The name shown to people: as given on the command line, with `/`; `<stdin>` for standard input.
    pub path: Arc<str>,
    /// Kept lines by number. A very long line may be kept several times, in different windows.
    pub lines: Vec<ExcerptLine>,
}

impl Source {
    /// The kept line that holds `position`, preferring a window in which the column lies.
    pub fn line_at(&self, position: Position) -> Option<&ExcerptLine> {
        let first = self
            .lines
            .partition_point(|line| line.number < position.line);
        let same = self.lines[first..]
            .iter()
            .take_while(|line| line.number == position.line);
        same.clone()
            .find(|line| line.holds(position.column))
            .or_else(|| same.clone().next())
    }
}

/// One line, or the part of a very long line around the place of interest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExcerptLine {
    /// Line number, from 1.
    pub number: u32,
    /// Column of the first kept character, from 1; above 1 when the line's beginning is left out.
    pub first_column: u32,
    /// The kept characters, without the line break, as they stand in the source (not escaped).
    pub text: Box<str>,
    /// Whether characters after the kept ones are left out.
    pub truncated: bool,
}

impl ExcerptLine {
    fn window(number: u32, text: &str, column: u32) -> Self {
        if text.len() <= EXCERPT_LINE_BYTES {
            return Self {
                number,
                first_column: 1,
                text: text.into(),
                truncated: false,
            };
        }
        let before = (column as usize).saturating_sub(1 + EXCERPT_LINE_BYTES / 4);
        let start = text
            .char_indices()
            .nth(before)
            .map_or(text.len(), |(at, _)| at);
        let mut end = (start + EXCERPT_LINE_BYTES).min(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        Self {
            number,
            first_column: before as u32 + 1,
            text: text[start..end].into(),
            truncated: end < text.len(),
        }
    }

    fn holds(&self, column: u32) -> bool {
        column >= self.first_column
            && (!self.truncated || (column - self.first_column) < self.text.chars().count() as u32)
    }
}

/// Names one of the [`Sources`] of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(pub u32);

/// All sources of a run, in the order in which findings are listed.
#[derive(Debug, Clone, Default)]
pub struct Sources(Vec<Source>);

impl Sources {
    /// Adds a source and returns its name.
    pub fn push(&mut self, source: Source) -> SourceId {
        self.0.push(source);
        SourceId(self.0.len() as u32 - 1)
    }

    /// The source with that name; names come only from [`Sources::push`] of the same collection.
    pub fn get(&self, id: SourceId) -> &Source {
        &self.0[id.0 as usize]
    }
}
