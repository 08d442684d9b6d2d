//! Places in a text: byte ranges, and the line and column that a person counts.

/// A byte range `start..end` in the decoded (UTF-8) text of one source.
///
/// Sources are at most 4 GiB, far above the size cap of an input file, hence `u32`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// Offset of the first byte.
    pub start: u32,
    /// Offset after the last byte.
    pub end: u32,
}

impl Span {
    /// The range `start..end`, in bytes.
    pub const fn new(start: u32, end: u32) -> Self {
        Self { start, end }
    }

    /// The same range in a text of which this one is a part, beginning at `by`.
    #[must_use]
    pub const fn shifted(self, by: u32) -> Self {
        Self {
            start: self.start.saturating_add(by),
            end: self.end.saturating_add(by),
        }
    }

    /// Length in bytes.
    pub const fn len(self) -> u32 {
        self.end.saturating_sub(self.start)
    }

    /// Whether the range holds no byte.
    pub const fn is_empty(self) -> bool {
        self.end <= self.start
    }
}

/// A line and a column, both counted from 1; columns are Unicode scalar values, as SARIF's
/// `unicodeCodePoints` counts them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Line, from 1. Lines end at LF, CR LF or a lone CR.
    pub line: u32,
    /// Column, from 1, in Unicode scalar values.
    pub column: u32,
}

/// A span together with the positions of its two ends, computed where the text was at hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Location {
    /// Position of the first character.
    pub start: Position,
    /// Position after the last character.
    pub end: Position,
    /// The bytes.
    pub span: Span,
}
