//! A place in the text, and what stands there in the terms of YAML 1.1.

/// Where the scanner is.
#[derive(Debug, Clone)]
pub(super) struct Cursor<'t> {
    text: &'t str,
    /// Bytes before it.
    pub(super) at: usize,
    /// Lines before its own.
    pub(super) line: usize,
    /// Characters before it in its line.
    pub(super) column: usize,
}

impl<'t> Cursor<'t> {
    /// At byte `at` of `text`, as if a line began there.
    pub(super) const fn new(text: &'t str, at: usize) -> Self {
        Self {
            text,
            at,
            line: 0,
            column: 0,
        }
    }

    /// The byte there, or `ahead` behind it; NUL behind the end.
    pub(super) fn byte(&self, ahead: usize) -> u8 {
        let bytes = self.text.as_bytes();
        bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    /// The bytes from there on.
    pub(super) fn rest(&self) -> &'t [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    /// The text from byte `start` up to there.
    pub(super) fn since(&self, start: usize) -> &'t str {
        self.text.get(start..self.at).unwrap_or_default()
    }

    /// Bytes of the line break there; 0 when there is none.
    pub(super) fn break_length(&self, ahead: usize) -> usize {
        match self.byte(ahead) {
            b'\n' => 1,
            b'\r' if self.byte(ahead + 1) == b'\n' => 2,
            // kubectl drops a carriage return before each line feed, and go-yaml takes the next for a part
            // of the break.
            b'\r' if self.byte(ahead + 1) == b'\r' && self.byte(ahead + 2) == b'\n' => 3,
            b'\r' => 1,
            0xC2 if self.byte(ahead + 1) == 0x85 => 2,
            0xE2 if self.byte(ahead + 1) == 0x80 && matches!(self.byte(ahead + 2), 0xA8 | 0xA9) => {
                3
            }
            _ => 0,
        }
    }

    /// Whether the text ends there.
    pub(super) fn is_end(&self) -> bool {
        self.at >= self.text.len()
    }

    pub(super) fn is_break(&self) -> bool {
        self.break_length(0) > 0
    }

    pub(super) fn is_break_or_end(&self) -> bool {
        self.is_break() || self.is_end()
    }

    /// A blank or tab.
    pub(super) fn is_blank(&self, ahead: usize) -> bool {
        matches!(self.byte(ahead), b' ' | b'\t')
    }

    /// A blank, tab, line break or the end.
    pub(super) fn is_space_or_end(&self, ahead: usize) -> bool {
        matches!(self.byte(ahead), b' ' | b'\t' | 0) || self.break_length(ahead) > 0
    }

    /// A letter, digit, `_` or `-`.
    pub(super) fn is_name(&self) -> bool {
        let byte = self.byte(0);
        byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
    }

    /// `---` or `...` at the start of a line.
    pub(super) fn is_marker(&self, marker: [u8; 3]) -> bool {
        self.column == 0 && self.rest().starts_with(&marker) && self.is_space_or_end(3)
    }

    pub(super) fn is_any_marker(&self) -> bool {
        self.column == 0 && (self.is_marker(*b"---") || self.is_marker(*b"..."))
    }

    /// Over one character that is no line break.
    pub(super) fn skip(&mut self) {
        let width = match self.byte(0) {
            0xF0.. => 4,
            0xE0.. => 3,
            0xC0.. => 2,
            _ => 1,
        };
        self.at = self.text.len().min(self.at + width);
        self.column += 1;
    }

    /// Over `bytes` bytes of whole characters without a line break.
    pub(super) fn skip_text(&mut self, bytes: usize) {
        let text = &self.rest()[..bytes];
        let characters = text.iter().filter(|&&byte| (byte as i8) >= -0x40).count();
        self.at += bytes;
        self.column += characters;
    }

    /// Over the line break there, if there is one.
    pub(super) fn skip_line(&mut self) {
        let length = self.break_length(0);
        if length > 0 {
            self.at += length;
            self.line += 1;
            self.column = 0;
        }
    }

    /// Over the line break there; what it is in a value goes to `value`: U+2028 and U+2029 stay, all
    /// others are a line feed.
    pub(super) fn read_line(&mut self, value: &mut String) {
        let start = self.at;
        match self.byte(0) {
            _ if !self.is_break() => return,
            0xE2 => value.push_str(self.text.get(start..start + 3).unwrap_or_default()),
            _ => value.push('\n'),
        }
        self.skip_line();
    }

    /// Over blanks and tabs.
    pub(super) fn skip_blanks(&mut self) {
        while self.is_blank(0) {
            self.skip();
        }
    }

    /// To the end of the line.
    pub(super) fn skip_to_break(&mut self) {
        let length = self.to_break();
        self.skip_text(length);
    }

    /// Bytes up to the next line break, or to the end.
    pub(super) fn to_break(&self) -> usize {
        let rest = self.rest();
        let line = memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
        if rest[..line].is_ascii() {
            return line;
        }
        let candidates = memchr::memchr2_iter(0xC2, 0xE2, &rest[..line]);
        let mut breaks = candidates.filter(|&at| self.break_length(at) > 0);
        breaks.next().unwrap_or(line)
    }

    /// Over a comment, when one begins there.
    pub(super) fn skip_comment(&mut self) {
        if self.byte(0) == b'#' {
            self.skip_to_break();
        }
    }
}
