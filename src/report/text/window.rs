//! Chooses which columns of the kept lines fit into the terminal and escapes them: a line of any
//! length, with any characters, becomes at most one line of the terminal, and the mark stays on the
//! characters that are meant.

use unicode_width::UnicodeWidthChar;

use crate::model::source::{ExcerptLine, Source};
use crate::model::span::Location;
use crate::report::escape::{is_deceptive, terminal};

/// Columns between two tab stops.
const TAB: usize = 4;

/// Lines ready to be drawn: escaped, without tabs, none wider than asked for.
#[derive(Debug)]
pub(super) struct Window {
    /// The lines, each with a line break behind it.
    pub(super) text: String,
    /// Number of the first line, from 1.
    pub(super) first_line: u32,
    /// Byte offset of the mark in `text`.
    pub(super) mark: usize,
    /// Length of the mark, in bytes.
    pub(super) mark_len: usize,
    /// Column on the terminal of the mark's middle, from 0.
    pub(super) mark_column: usize,
}

/// The line before `location` and its first three lines, `width` columns wide; `None` when the first
/// line was not kept.
pub(super) fn window(source: &Source, location: Location, width: usize) -> Option<Window> {
    let start = location.start;
    let line = source.line_at(start)?;
    if line.number != start.line {
        return None;
    }
    let marked = Drawn::new(line);
    let from = marked.index(start.column);
    let to = if location.end.line == start.line {
        marked.index(location.end.column).max(from)
    } else {
        marked.columns.len() - 1
    };
    let scroll = marked.scroll(from, to, width);
    let mut window = Window {
        text: String::new(),
        first_line: start.line,
        mark: 0,
        mark_len: 0,
        mark_column: 0,
    };
    let before = start
        .line
        .checked_sub(1)
        .and_then(|it| numbered(source, it));
    if let Some(before) = before {
        window.first_line = before.number;
        Drawn::new(before).cut(scroll, width, &mut window.text);
    }
    let offset = window.text.len();
    let visible = marked.cut(scroll, width, &mut window.text);
    let (begin, end) = (visible.byte(from), visible.byte(to));
    window.mark = offset + begin;
    window.mark_len = end.saturating_sub(begin);
    window.mark_column = (visible.column(from) + visible.column(to)) / 2;
    // A range that ends before the first column of a line has nothing in that line.
    let last = location
        .end
        .line
        .saturating_sub(u32::from(location.end.column <= 1));
    for number in start.line.saturating_add(1)..=last.min(start.line.saturating_add(2)) {
        let Some(line) = numbered(source, number) else {
            break;
        };
        Drawn::new(line).cut(scroll, width, &mut window.text);
    }
    Some(window)
}

fn numbered(source: &Source, number: u32) -> Option<&ExcerptLine> {
    let at = source.lines.partition_point(|line| line.number < number);
    source.lines.get(at).filter(|line| line.number == number)
}

/// A whole kept line, escaped, with the place of each of its characters.
struct Drawn<'a> {
    line: &'a ExcerptLine,
    text: String,
    /// Byte offset in `text` and column on the terminal of each character of the line, and of the end.
    columns: Vec<(usize, usize)>,
}

impl<'a> Drawn<'a> {
    fn new(line: &'a ExcerptLine) -> Self {
        let mut text = String::with_capacity(line.text.len());
        let mut columns = Vec::with_capacity(line.text.len() + 1);
        let mut column = 0;
        for character in line.text.chars() {
            columns.push((text.len(), column));
            if character == '\t' {
                let blanks = TAB - column % TAB;
                text.extend(std::iter::repeat_n(' ', blanks));
                column += blanks;
            } else if is_deceptive(character) {
                let escaped = terminal(character.encode_utf8(&mut [0; 4])).into_owned();
                column += escaped.len();
                text.push_str(&escaped);
            } else {
                column += character.width().unwrap_or(0);
                text.push(character);
            }
        }
        columns.push((text.len(), column));
        Self {
            line,
            text,
            columns,
        }
    }

    /// Index into `columns` of a column of the source, which counts from 1; the nearest one for a
    /// column that was not kept.
    fn index(&self, column: u32) -> usize {
        let index = column.saturating_sub(self.line.first_column) as usize;
        index.min(self.columns.len() - 1)
    }

    fn column(&self, index: usize) -> usize {
        self.columns.get(index).map_or(0, |&(_, column)| column)
    }

    fn width(&self) -> usize {
        self.column(self.columns.len() - 1)
    }

    /// How many columns to leave out at the left so that the mark is seen: none if it is seen anyway,
    /// else so many that it begins in the first third, or further left if only then it is seen whole.
    fn scroll(&self, from: usize, to: usize, width: usize) -> usize {
        let (from, to) = (self.column(from), self.column(to));
        if self.width() <= width || to < width {
            return 0;
        }
        let third = from.saturating_sub(width / 3);
        if to - from + 4 <= width {
            third.max(to + 2 - width)
        } else {
            third
        }
    }

    /// Appends the columns from `scroll` on to `out`, at most `width`, and a line break; `…` stands for
    /// what is left out.
    fn cut(&self, scroll: usize, width: usize, out: &mut String) -> Visible<'_> {
        let begin = out.len();
        let cut_left = self.line.first_column > 1 || scroll > 0;
        let room = width.saturating_sub(usize::from(cut_left && scroll == 0));
        let cut_right = self.line.truncated || self.width() > scroll + room;
        let (left, right) = (
            scroll + usize::from(scroll > 0),
            (scroll + room).saturating_sub(usize::from(cut_right)),
        );
        let last = self.columns.len() - 1;
        let first = self
            .columns
            .partition_point(|&(_, column)| column < left)
            .min(last);
        let end = self.columns.partition_point(|&(_, column)| column <= right);
        let end = end.saturating_sub(1).clamp(first, last);
        let mut prefix = 0;
        if cut_left && (self.line.first_column > 1 || !self.text.is_empty()) {
            out.push('…');
            // Half of a wide character may fall on the edge.
            prefix = self.column(first).saturating_sub(left);
            out.extend(std::iter::repeat_n(' ', prefix));
            prefix += 1;
        }
        let text_at = out.len() - begin;
        let (from, to) = (self.columns[first].0, self.columns[end].0);
        out.push_str(&self.text[from..to]);
        if cut_right {
            out.push('…');
        }
        if out.len() == begin {
            // An empty line still has to carry a mark at its end.
            out.push(' ');
        }
        out.push('\n');
        Visible {
            drawn: self,
            first,
            end,
            text_at,
            prefix,
        }
    }
}

/// Which part of a line was appended, and where.
struct Visible<'a> {
    drawn: &'a Drawn<'a>,
    /// First visible character.
    first: usize,
    /// The character after the last visible one.
    end: usize,
    /// Byte offset of the first visible character from the beginning of what was appended.
    text_at: usize,
    /// Columns before the first visible character.
    prefix: usize,
}

impl Visible<'_> {
    /// Byte offset of a character from the beginning of what was appended, moved to the nearest
    /// visible place.
    fn byte(&self, index: usize) -> usize {
        let columns = &self.drawn.columns;
        let index = index.clamp(self.first, self.end);
        self.text_at + columns[index].0 - columns[self.first].0
    }

    /// Column of that place, from 0.
    fn column(&self, index: usize) -> usize {
        let index = index.clamp(self.first, self.end);
        self.prefix + self.drawn.column(index) - self.drawn.column(self.first)
    }
}
