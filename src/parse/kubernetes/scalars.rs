//! Scalars, as the scanner of go-yaml v2 reads them: which line breaks are folded, which stay, and which
//! escapes there are.

use std::borrow::Cow;

use super::cursor::Cursor;
use super::scan::Scanner;
use super::token::{Kind, Refused, Token};
use crate::parse::encoding::SUBSTITUTE;
use crate::parse::tree::Style;

/// A scalar that begins at byte `start` and ends at byte `end`.
fn token(value: Cow<'_, str>, style: Style, start: usize, end: usize) -> Token<'_> {
    let value = match value.contains(SUBSTITUTE) {
        true => Cow::Owned(value.replace(SUBSTITUTE, "\u{fffd}")),
        false => value,
    };
    let kind = Kind::Scalar { value, style };
    Token { kind, start, end }
}

/// White space inside a scalar, until it is known what it is.
#[derive(Debug, Default)]
struct Space {
    blanks: String,
    first_break: String,
    more_breaks: String,
    /// Whether the text goes on in another line.
    is_line: bool,
}

impl Space {
    /// Over blanks and line breaks. `is_tab_wrong`: whether a tab may not stand at this column of a line.
    fn read(
        &mut self,
        cursor: &mut Cursor<'_>,
        is_tab_wrong: impl Fn(usize) -> bool,
    ) -> Result<(), Refused> {
        loop {
            if cursor.is_blank(0) {
                let tab = cursor.byte(0) == b'\t';
                if !self.is_line {
                    self.blanks.push(if tab { '\t' } else { ' ' });
                } else if tab && is_tab_wrong(cursor.column) {
                    return Err(Refused);
                }
                cursor.skip();
            } else if cursor.is_break() {
                if self.is_line {
                    cursor.read_line(&mut self.more_breaks);
                } else {
                    self.blanks.clear();
                    cursor.read_line(&mut self.first_break);
                    self.is_line = true;
                }
            } else {
                return Ok(());
            }
        }
    }

    /// What it is in the value.
    fn join(&mut self, value: &mut String) {
        if !self.is_line {
            value.push_str(&self.blanks);
        } else if self.first_break == "\n" {
            let folded = if self.more_breaks.is_empty() {
                " "
            } else {
                &self.more_breaks
            };
            value.push_str(folded);
        } else {
            value.push_str(&self.first_break);
            value.push_str(&self.more_breaks);
        }
        self.blanks.clear();
        self.first_break.clear();
        self.more_breaks.clear();
        self.is_line = false;
    }
}

impl<'t> Scanner<'t> {
    /// A scalar in quotes.
    pub(super) fn quoted(&mut self) -> Result<Token<'t>, Refused> {
        let start = self.cursor.at;
        let quote = self.cursor.byte(0);
        self.cursor.skip();
        let value = match self.quoted_on_line(quote) {
            Some(value) => Cow::Borrowed(value),
            None => Cow::Owned(self.quoted_over_lines(quote)?),
        };
        self.cursor.skip();
        Ok(token(value, Style::Quoted, start, self.cursor.at))
    }

    /// A value that stands in the text as it is, which is nearly every one.
    fn quoted_on_line(&mut self, quote: u8) -> Option<&'t str> {
        let start = self.cursor.at;
        let rest = self.cursor.rest();
        let length = memchr::memchr3(quote, b'\\', b'\n', rest)?;
        let is_plain = rest[length] == quote
            && rest[..length].is_ascii()
            && memchr::memchr(b'\r', &rest[..length]).is_none()
            && !(quote == b'\'' && rest.get(length + 1) == Some(&quote));
        if !is_plain {
            return None;
        }
        self.cursor.skip_text(length);
        Some(self.cursor.since(start))
    }

    fn quoted_over_lines(&mut self, quote: u8) -> Result<String, Refused> {
        let mut value = String::new();
        let mut space = Space::default();
        loop {
            if self.cursor.is_any_marker() || self.cursor.is_end() {
                return Err(Refused);
            }
            space.is_line = self.quoted_word(quote, &mut value)?;
            if self.cursor.byte(0) == quote {
                return Ok(value);
            }
            space.read(&mut self.cursor, |_| false)?;
            space.join(&mut value);
        }
    }

    /// Up to white space, the closing quote or an escaped line break; whether it was the latter.
    fn quoted_word(&mut self, quote: u8, value: &mut String) -> Result<bool, Refused> {
        let cursor = &mut self.cursor;
        while !cursor.is_space_or_end(0) {
            match cursor.byte(0) {
                b'\'' if quote == b'\'' && cursor.byte(1) == b'\'' => {
                    value.push('\'');
                    cursor.skip_text(2);
                }
                byte if byte == quote => break,
                b'\\' if quote == b'"' && cursor.break_length(1) > 0 => {
                    cursor.skip();
                    cursor.skip_line();
                    return Ok(true);
                }
                b'\\' if quote == b'"' => escape(cursor, value)?,
                _ => {
                    let start = cursor.at;
                    cursor.skip();
                    value.push_str(cursor.since(start));
                }
            }
        }
        Ok(false)
    }

    /// A scalar without quotes.
    pub(super) fn plain(&mut self) -> Result<Token<'t>, Refused> {
        let start = self.cursor.at;
        let indent = self.indent + 1;
        let is_left = |column: usize| (column as isize) < indent;
        let mut end = start;
        // What stands before the last line break, when there is one.
        let mut folded: Option<String> = None;
        let mut line_start = start;
        let mut space = Space::default();
        let mut begins_line = false;
        while !self.cursor.is_any_marker() && self.cursor.byte(0) != b'#' {
            let word = self.cursor.at;
            self.plain_word();
            if self.cursor.at > word {
                if space.is_line {
                    let value = folded.get_or_insert_default();
                    value.push_str(self.text_between(line_start, end));
                    space.join(value);
                    line_start = word;
                } else {
                    space.blanks.clear();
                }
                begins_line = false;
                end = self.cursor.at;
            }
            if !(self.cursor.is_blank(0) || self.cursor.is_break()) {
                break;
            }
            space.read(&mut self.cursor, is_left)?;
            begins_line = space.is_line;
            if self.flow_level == 0 && is_left(self.cursor.column) {
                break;
            }
        }
        self.key_allowed |= begins_line;
        let last = self.text_between(line_start, end);
        let value = match folded {
            Some(folded) => Cow::Owned(folded + last),
            None => Cow::Borrowed(last),
        };
        Ok(token(value, Style::Plain, start, end))
    }

    fn text_between(&self, start: usize, end: usize) -> &'t str {
        let whole = self.cursor.since(start);
        whole.get(..end.saturating_sub(start)).unwrap_or_default()
    }

    /// Over characters of a plain scalar, up to white space or an indicator.
    fn plain_word(&mut self) {
        let in_flow = self.flow_level > 0;
        let cursor = &mut self.cursor;
        loop {
            let inner = cursor
                .rest()
                .iter()
                .take_while(|&&byte| is_always_text(byte));
            cursor.skip_text(inner.count());
            let ends = match cursor.byte(0) {
                b':' => cursor.is_space_or_end(1),
                b',' | b'?' | b'[' | b']' | b'{' | b'}' => in_flow,
                _ => cursor.is_space_or_end(0),
            };
            if ends {
                return;
            }
            cursor.skip();
        }
    }

    /// A scalar in lines of its own, below `|` or `>`.
    pub(super) fn block_scalar(&mut self) -> Result<Token<'t>, Refused> {
        let start = self.cursor.at;
        let is_literal = self.cursor.byte(0) == b'|';
        let (chomping, increment) = self.block_header()?;
        let indent = increment.map_or(0, |increment| self.indent.max(0) as usize + increment);
        let mut block = Block {
            cursor: &mut self.cursor,
            parent: self.indent,
            indent,
            breaks: String::new(),
        };
        block.empty_lines()?;
        let mut value = String::new();
        let mut line_break = String::new();
        let mut after_blank = false;
        while block.cursor.column == block.indent && !block.cursor.is_end() {
            let begins_blank = block.cursor.is_blank(0);
            if !is_literal && line_break == "\n" && !after_blank && !begins_blank {
                if block.breaks.is_empty() {
                    value.push(' ');
                }
            } else {
                value.push_str(&line_break);
            }
            line_break.clear();
            value.push_str(&block.breaks);
            block.breaks.clear();
            after_blank = begins_blank;
            let line = block.cursor.at;
            block.cursor.skip_to_break();
            value.push_str(block.cursor.since(line));
            block.cursor.read_line(&mut line_break);
            block.empty_lines()?;
        }
        if chomping != Chomping::Strip {
            value.push_str(&line_break);
        }
        if chomping == Chomping::Keep {
            value.push_str(&block.breaks);
        }
        let written = self.cursor.since(start);
        let blank = |c: char| {
            matches!(
                c,
                ' ' | '\t' | '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}'
            )
        };
        let length = written.trim_end_matches(blank).len();
        Ok(token(
            Cow::Owned(value),
            Style::Block,
            start,
            start + length,
        ))
    }

    /// The indicators behind `|` or `>`, and over the rest of their line.
    fn block_header(&mut self) -> Result<(Chomping, Option<usize>), Refused> {
        let cursor = &mut self.cursor;
        cursor.skip();
        let mut chomping = Chomping::Clip;
        let mut increment = None;
        for _ in 0..2 {
            match cursor.byte(0) {
                b'+' if chomping == Chomping::Clip => chomping = Chomping::Keep,
                b'-' if chomping == Chomping::Clip => chomping = Chomping::Strip,
                digit @ b'1'..=b'9' if increment.is_none() => {
                    increment = Some(usize::from(digit - b'0'));
                }
                _ => break,
            }
            cursor.skip();
        }
        cursor.skip_blanks();
        cursor.skip_comment();
        if !cursor.is_break_or_end() {
            return Err(Refused);
        }
        cursor.skip_line();
        Ok((chomping, increment))
    }
}

/// What becomes of the line breaks at the end of a block scalar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Chomping {
    Strip,
    Clip,
    Keep,
}

/// The lines of a block scalar.
struct Block<'c, 't> {
    cursor: &'c mut Cursor<'t>,
    /// Indentation of what the scalar stands in.
    parent: isize,
    /// Indentation of its lines, 0 as long as it is not known.
    indent: usize,
    /// Line breaks since the last line.
    breaks: String,
}

impl Block<'_, '_> {
    /// Over indentation and empty lines; the first line that is not empty decides the indentation.
    fn empty_lines(&mut self) -> Result<(), Refused> {
        let mut deepest = 0;
        loop {
            let is_indentation =
                |cursor: &Cursor<'_>| self.indent == 0 || cursor.column < self.indent;
            while is_indentation(self.cursor) && self.cursor.byte(0) == b' ' {
                self.cursor.skip();
            }
            deepest = deepest.max(self.cursor.column);
            if is_indentation(self.cursor) && self.cursor.byte(0) == b'\t' {
                return Err(Refused);
            }
            if !self.cursor.is_break() {
                break;
            }
            self.cursor.read_line(&mut self.breaks);
        }
        if self.indent == 0 {
            let least = usize::try_from(self.parent + 1).unwrap_or(0);
            self.indent = deepest.max(least).max(1);
        }
        Ok(())
    }
}

/// Whether the byte is text wherever it stands inside a plain scalar.
const fn is_always_text(byte: u8) -> bool {
    matches!(byte, b'!'..=b'~') && !matches!(byte, b':' | b',' | b'?' | b'[' | b']' | b'{' | b'}')
}

/// Over an escape; what it stands for goes to `value`.
fn escape(cursor: &mut Cursor<'_>, value: &mut String) -> Result<(), Refused> {
    let digits = match cursor.byte(1) {
        b'x' => 2,
        b'u' => 4,
        b'U' => 8,
        _ => 0,
    };
    let character = match cursor.byte(1) {
        b'0' => '\0',
        b'a' => '\x07',
        b'b' => '\x08',
        b't' | b'\t' => '\t',
        b'n' => '\n',
        b'v' => '\x0B',
        b'f' => '\x0C',
        b'r' => '\r',
        b'e' => '\x1B',
        byte @ (b' ' | b'"' | b'\'' | b'\\') => char::from(byte),
        b'N' => '\u{85}',
        b'_' => '\u{a0}',
        b'L' => '\u{2028}',
        b'P' => '\u{2029}',
        _ if digits > 0 => {
            let code = cursor.rest().get(2..2 + digits).ok_or(Refused)?;
            let code = std::str::from_utf8(code).map_err(|_| Refused)?;
            let is_hex = code.bytes().all(|byte| byte.is_ascii_hexdigit());
            let number = u32::from_str_radix(code, 16).ok().filter(|_| is_hex);
            number.and_then(char::from_u32).ok_or(Refused)?
        }
        _ => return Err(Refused),
    };
    value.push(character);
    cursor.skip_text(2 + digits);
    Ok(())
}
