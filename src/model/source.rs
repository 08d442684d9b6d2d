//! Texts that findings point into: the full text while it is being read, and the few lines of it that
//! are kept for the report afterwards. Keeping excerpts instead of files bounds the memory of a run by
//! what is found, not by what is read.

use std::sync::{Arc, OnceLock};

use super::span::{Location, Position, Span};

/// Longest piece of one line that is kept for a snippet, in bytes.
const EXCERPT_LINE_BYTES: usize = 2048;

/// Distance between two places of a text whose column is remembered, in bytes.
const CHECKPOINT_BYTES: usize = 1024;

/// A text with the index of its lines, as long as a stage works on it. The index is made when a
/// position is first asked for: most files of a large folder never need it.
#[derive(Debug, Clone)]
pub struct SourceText {
    path: Arc<str>,
    text: Arc<str>,
    index: OnceLock<LineIndex>,
}

impl SourceText {
    /// Takes `text`; `path` is the name shown to people, with `/`.
    pub fn new(path: Arc<str>, text: Arc<str>) -> Self {
        Self {
            path,
            text,
            index: OnceLock::new(),
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
    /// the nearest start of a character. Constant time but for a search over the lines.
    pub fn position(&self, offset: u32) -> Position {
        let mut offset = (offset as usize).min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        self.index().position(&self.text, offset)
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
        self.index().starts.len() as u32
    }

    /// The text of line `number` (from 1) without its line break, `None` past the last line.
    pub fn line(&self, number: u32) -> Option<&str> {
        let starts = &self.index().starts;
        let start = *starts.get(number.checked_sub(1)? as usize)? as usize;
        let end = starts
            .get(number as usize)
            .map_or(self.text.len(), |&next| next as usize);
        Some(self.text[start..end].trim_end_matches(['\n', '\r']))
    }

    /// Byte offset of the start of line `number` (from 1), `None` past the last line.
    pub fn line_start(&self, number: u32) -> Option<u32> {
        let starts = &self.index().starts;
        starts.get(number.checked_sub(1)? as usize).copied()
    }

    fn index(&self) -> &LineIndex {
        self.index.get_or_init(|| LineIndex::new(&self.text))
    }

    /// Keeps the lines around each of `locations` for the report: the lines of the location (of a long
    /// one the first three) and one line before it. What is kept is at most about twice the text,
    /// however many locations there are.
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
        wanted.sort_unstable();
        wanted.dedup();
        let mut lines: Vec<ExcerptLine> = Vec::with_capacity(wanted.len());
        for (number, column) in wanted {
            let kept = lines
                .last()
                .is_some_and(|line| line.number == number && line.shows(column));
            if !kept && let Some(line) = self.window(number, column) {
                lines.push(line);
            }
        }
        lines.shrink_to_fit();
        Source {
            path: Arc::clone(&self.path),
            lines,
        }
    }

    /// The line, or of a long one the part around `column`.
    fn window(&self, number: u32, column: u32) -> Option<ExcerptLine> {
        let text = self.line(number)?;
        if text.len() <= EXCERPT_LINE_BYTES {
            return Some(ExcerptLine {
                number,
                first_column: 1,
                text: text.into(),
                truncated: false,
            });
        }
        let line_start = self.line_start(number)? as usize;
        let first_column = column.saturating_sub(EXCERPT_LINE_BYTES as u32 / 4).max(1);
        let start = self
            .index()
            .offset(&self.text, line_start, first_column)
            .min(line_start + text.len());
        let start_in_line = start - line_start;
        let mut end = (start_in_line + EXCERPT_LINE_BYTES).min(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        Some(ExcerptLine {
            number,
            first_column,
            text: text[start_in_line..end].into(),
            truncated: end < text.len(),
        })
    }
}

/// Where lines begin, and what makes a column cheap to tell in a line of megabytes.
#[derive(Debug, Clone)]
struct LineIndex {
    /// Byte offset of the start of each line; the first is 0.
    starts: Vec<u32>,
    /// Whether a column is a difference of offsets.
    ascii: bool,
    /// Every [`CHECKPOINT_BYTES`]: byte offset and the column there. Not needed for ASCII.
    checkpoints: Vec<(u32, u32)>,
}

impl LineIndex {
    fn new(text: &str) -> Self {
        let starts = line_starts(text);
        let ascii = text.is_ascii();
        let checkpoints = if ascii {
            Vec::new()
        } else {
            checkpoints(text, &starts)
        };
        Self {
            starts,
            ascii,
            checkpoints,
        }
    }

    /// `offset` is the start of a character of `text`.
    fn position(&self, text: &str, offset: usize) -> Position {
        let line = self
            .starts
            .partition_point(|&start| start as usize <= offset)
            .max(1);
        let line_start = self.starts[line - 1] as usize;
        Position {
            line: line as u32,
            column: self.column(text, line_start, offset),
        }
    }

    fn column(&self, text: &str, line_start: usize, offset: usize) -> u32 {
        if self.ascii {
            return (offset - line_start) as u32 + 1;
        }
        let after = self
            .checkpoints
            .partition_point(|&(at, _)| at as usize <= offset);
        let (from, column) = match after.checked_sub(1).map(|before| self.checkpoints[before]) {
            Some((at, column)) if at as usize >= line_start => (at as usize, column),
            _ => (line_start, 1),
        };
        column + text[from..offset].chars().count() as u32
    }

    /// The byte offset of `column` in the line that begins at `line_start`, at most the text's end.
    fn offset(&self, text: &str, line_start: usize, column: u32) -> usize {
        let characters = column as usize - 1;
        if self.ascii {
            return (line_start + characters).min(text.len());
        }
        let first = self
            .checkpoints
            .partition_point(|&(at, _)| (at as usize) < line_start);
        let line_end = self.starts.partition_point(|&at| at as usize <= line_start);
        let line_end = self.starts.get(line_end).copied().unwrap_or(u32::MAX);
        let end = self.checkpoints.partition_point(|&(at, _)| at < line_end);
        let in_line = &self.checkpoints[first..end];
        let after = in_line.partition_point(|&(_, there)| there <= column);
        let (from, passed) = match after.checked_sub(1).map(|before| in_line[before]) {
            Some((at, there)) => (at as usize, there as usize - 1),
            None => (line_start, 0),
        };
        text[from..]
            .char_indices()
            .nth(characters - passed)
            .map_or(text.len(), |(at, _)| from + at)
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

fn checkpoints(text: &str, line_starts: &[u32]) -> Vec<(u32, u32)> {
    let mut checkpoints = Vec::with_capacity(text.len() / CHECKPOINT_BYTES + 1);
    let (mut from, mut column) = (0, 1);
    let mut line = 0;
    while text.len() - from > CHECKPOINT_BYTES {
        let mut at = from + CHECKPOINT_BYTES;
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        let passed = line_starts[line..].partition_point(|&start| start as usize <= at);
        let line_start = line_starts[line + passed.saturating_sub(1)] as usize;
        line += passed.saturating_sub(1);
        if line_start > from {
            (from, column) = (line_start, 1);
        }
        column += text[from..at].chars().count() as u32;
        from = at;
        checkpoints.push((at as u32, column));
    }
    checkpoints
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
    /// Keeps the lines of another excerpt of the same text too.
    pub fn add(&mut self, other: Self) {
        for line in other.lines {
            let key = (line.number, line.first_column);
            let place = self
                .lines
                .binary_search_by_key(&key, |known| (known.number, known.first_column));
            if let Err(place) = place {
                self.lines.insert(place, line);
            }
        }
    }

    /// The kept line that holds `position`, of several windows the one in which the column lies.
    pub fn line_at(&self, position: Position) -> Option<&ExcerptLine> {
        let first = self
            .lines
            .partition_point(|line| line.number < position.line);
        let after = self.lines.partition_point(|line| {
            (line.number, line.first_column) <= (position.line, position.column)
        });
        let windows = self.lines.get(first..after.max(first))?;
        let same = |line: &&ExcerptLine| line.number == position.line;
        windows
            .iter()
            .rev()
            .take_while(|line| line.number == position.line)
            .find(|line| line.holds(position.column))
            .or_else(|| self.lines.get(first).filter(same))
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
    /// Whether the character at `column` is kept.
    fn holds(&self, column: u32) -> bool {
        column >= self.first_column
            && (!self.truncated || (column - self.first_column) < self.text.chars().count() as u32)
    }

    /// Whether `column` is kept with enough of what follows it to be read.
    fn shows(&self, column: u32) -> bool {
        let following = EXCERPT_LINE_BYTES as u32 / 4;
        column >= self.first_column
            && (!self.truncated || self.holds(column.saturating_add(following)))
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
