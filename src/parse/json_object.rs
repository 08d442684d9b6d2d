//! One JSON object, read as encoding/json of Go reads it: kubectl tries that first where a file begins with
//! `{`. It is not the same as YAML: a line break may stand before a colon, and U+0085, U+2028 and U+2029
//! are text in a string.

use std::borrow::Cow;

use super::builder::{Builder, Scalar};
use super::document::YamlError;
use super::encoding::SUBSTITUTE;
use super::notes::Notes;
use super::tree::{ScalarTag, Shape, Style, Tree};
use crate::model::span::Span;

/// Reads `text` from byte `start` to its end; the text begins at byte `base` of its source. `None`, and
/// nothing noted, when that is not one object and white space.
///
/// # Errors
/// The limit that the object exceeds.
pub fn read<'t>(
    text: &'t str,
    start: usize,
    base: u32,
    notes: &mut Notes,
) -> Option<Result<Tree<'t>, YamlError>> {
    if text.as_bytes().get(start) != Some(&b'{') {
        return None;
    }
    let mut found = notes.clone();
    let mut reader = Reader {
        text,
        at: start,
        builder: Builder::new(text, base, &mut found),
    };
    let result = reader.value().and_then(|()| reader.end());
    let tree = Tree {
        text: Cow::Borrowed(text),
        ..reader.builder.tree
    };
    match result {
        Err(Stop::NoJson) => None,
        Err(Stop::TooLarge(limit)) => Some(Err(limit)),
        Ok(()) => {
            *notes = found;
            Some(Ok(tree))
        }
    }
}

/// Why no more is read.
enum Stop {
    NoJson,
    TooLarge(YamlError),
}

impl From<YamlError> for Stop {
    fn from(limit: YamlError) -> Self {
        Self::TooLarge(limit)
    }
}

type Read = Result<(), Stop>;

struct Reader<'t, 'b> {
    text: &'t str,
    at: usize,
    builder: Builder<'b>,
}

impl<'t> Reader<'t, '_> {
    fn value(&mut self) -> Read {
        match self.peek() {
            Some(b'{') => self.collection(Shape::Mapping, b'}'),
            Some(b'[') => self.collection(Shape::Sequence, b']'),
            Some(b'"') => self.string(),
            _ => self.literal(),
        }
    }

    fn end(&mut self) -> Read {
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(Stop::NoJson),
        }
    }

    /// The next byte that is no white space.
    fn peek(&mut self) -> Option<u8> {
        let rest = &self.text.as_bytes()[self.at..];
        let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
        let blanks = rest.iter().position(|byte| !is_blank(byte));
        self.at += blanks.unwrap_or(rest.len());
        self.text.as_bytes().get(self.at).copied()
    }

    /// Takes the next byte when it is this one.
    fn takes(&mut self, byte: u8) -> bool {
        let is_next = self.peek() == Some(byte);
        self.at += usize::from(is_next);
        is_next
    }

    fn needs(&mut self, byte: u8) -> Read {
        match self.takes(byte) {
            true => Ok(()),
            false => Err(Stop::NoJson),
        }
    }

    fn span_from(&self, start: usize) -> Span {
        let base = self.builder.tree.base;
        Span::new(base + start as u32, base + self.at as u32)
    }

    fn collection(&mut self, shape: Shape, close: u8) -> Read {
        let start = self.at;
        self.at += 1;
        self.builder.start(shape, true, 0, self.span_from(start))?;
        if !self.takes(close) {
            self.item(shape)?;
            while self.takes(b',') {
                self.item(shape)?;
            }
            self.needs(close)?;
        }
        self.builder.close(self.span_from(self.at - 1));
        Ok(())
    }

    fn item(&mut self, shape: Shape) -> Read {
        if shape == Shape::Mapping {
            if self.peek() != Some(b'"') {
                return Err(Stop::NoJson);
            }
            self.string()?;
            self.needs(b':')?;
        }
        self.value()
    }

    fn string(&mut self) -> Read {
        let start = self.at;
        self.at += 1;
        let mut value = Cow::Borrowed("");
        loop {
            let rest = &self.text[self.at..];
            let next = memchr::memchr3(b'"', b'\\', SUBSTITUTE as u8, rest.as_bytes());
            let next = next.ok_or(Stop::NoJson)?;
            let raw = &rest[..next];
            if raw.bytes().any(|byte| byte < b' ') {
                return Err(Stop::NoJson);
            }
            value += raw;
            self.at += next + 1;
            match rest.as_bytes()[next] {
                b'"' => return self.scalar(&value, Style::Quoted, start),
                b'\\' => value.to_mut().push(self.escaped()?),
                _ => value.to_mut().push(char::REPLACEMENT_CHARACTER),
            }
        }
    }

    /// The character behind a backslash.
    fn escaped(&mut self) -> Result<char, Stop> {
        let byte = self.text.as_bytes().get(self.at).copied();
        self.at += 1;
        Ok(match byte {
            Some(byte @ (b'"' | b'\\' | b'/')) => char::from(byte),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => self.unit().map(|unit| self.character(unit))?,
            _ => return Err(Stop::NoJson),
        })
    }

    /// The four hexadecimal digits behind `\u`.
    fn unit(&mut self) -> Result<u16, Stop> {
        let digits = self.text.get(self.at..self.at + 4);
        let digits = digits.filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let unit = digits.and_then(|digits| u16::from_str_radix(digits, 16).ok());
        self.at += 4;
        unit.ok_or(Stop::NoJson)
    }

    /// The character of a unit of UTF-16, with the second half behind it if there is one.
    fn character(&mut self, unit: u16) -> char {
        if let Some(character) = char::from_u32(u32::from(unit)) {
            return character;
        }
        let before = self.at;
        if self.text[self.at..].starts_with("\\u") {
            self.at += 2;
            let second = self.unit().ok();
            let pair = second.map(|second| char::decode_utf16([unit, second]).next());
            if let Some(Some(Ok(character))) = pair {
                return character;
            }
        }
        self.at = before;
        char::REPLACEMENT_CHARACTER
    }

    fn literal(&mut self) -> Read {
        let start = self.at;
        let rest = &self.text[start..];
        let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
        let value = &rest[..rest.find(|c| !is_part(c)).unwrap_or(rest.len())];
        self.at += value.len();
        match matches!(value, "true" | "false" | "null") || is_number(value) {
            true => self.scalar(value, Style::Plain, start),
            false => Err(Stop::NoJson),
        }
    }

    fn scalar(&mut self, value: &str, style: Style, start: usize) -> Read {
        let span = self.span_from(start);
        self.builder.scalar(Scalar {
            value,
            style,
            tag: ScalarTag::None,
            anchor: 0,
            span,
        })?;
        Ok(())
    }
}

fn is_number(text: &str) -> bool {
    let are_digits =
        |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let text = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => {
            let unsigned = exponent.strip_prefix(['+', '-']);
            (mantissa, Some(unsigned.unwrap_or(exponent)))
        }
        None => (text, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    are_digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.into_iter().chain(exponent).all(are_digits)
}
