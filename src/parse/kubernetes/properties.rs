//! Anchors, aliases, tags and directives, as the scanner of go-yaml v2 reads them: where each ends is not
//! where YAML 1.2 ends it.

use super::scan::Scanner;
use super::token::{Kind, Refused, Token};

/// The version that a `%YAML` directive may name.
const VERSION: (u8, u8) = (1, 1);

impl<'t> Scanner<'t> {
    /// `&name` or `*name`.
    pub(super) fn name(&mut self) -> Result<Token<'t>, Refused> {
        let cursor = &mut self.cursor;
        let start = cursor.at;
        let is_alias = cursor.byte(0) == b'*';
        cursor.skip();
        while cursor.is_name() {
            cursor.skip();
        }
        let name = cursor.since(start + 1);
        let ends = matches!(
            cursor.byte(0),
            b'?' | b':' | b',' | b']' | b'}' | b'%' | b'@' | b'`'
        );
        if name.is_empty() || !(ends || cursor.is_space_or_end(0)) {
            return Err(Refused);
        }
        let kind = if is_alias {
            Kind::Alias(name)
        } else {
            Kind::Anchor(name)
        };
        let end = cursor.at;
        Ok(Token { kind, start, end })
    }

    /// `!suffix`, `!handle!suffix` or `!<tag>`.
    pub(super) fn tag(&mut self) -> Result<Token<'t>, Refused> {
        let start = self.cursor.at;
        let (handle, suffix) = if self.cursor.byte(1) == b'<' {
            self.cursor.skip_text(2);
            let suffix = self.uri("")?;
            if self.cursor.byte(0) != b'>' {
                return Err(Refused);
            }
            self.cursor.skip();
            ("", suffix)
        } else {
            let handle = self.handle(false)?;
            if handle.len() > 1 && handle.ends_with('!') {
                (handle, self.uri("")?)
            } else {
                match self.uri(handle)? {
                    suffix if suffix.is_empty() => ("", "!".to_owned()),
                    suffix => ("!", suffix),
                }
            }
        };
        if !self.cursor.is_space_or_end(0) {
            return Err(Refused);
        }
        let end = self.cursor.at;
        let kind = Kind::Tag { handle, suffix };
        Ok(Token { kind, start, end })
    }

    /// `!`, `!!` or `!name!`; outside of directives the begin of `!suffix` too.
    fn handle(&mut self, in_directive: bool) -> Result<&'t str, Refused> {
        let cursor = &mut self.cursor;
        let start = cursor.at;
        if cursor.byte(0) != b'!' {
            return Err(Refused);
        }
        cursor.skip();
        while cursor.is_name() {
            cursor.skip();
        }
        if cursor.byte(0) == b'!' {
            cursor.skip();
        } else if in_directive && cursor.since(start) != "!" {
            return Err(Refused);
        }
        Ok(cursor.since(start))
    }

    /// The rest of a tag of which `head` was read.
    fn uri(&mut self, head: &str) -> Result<String, Refused> {
        let cursor = &mut self.cursor;
        let mut uri = head.get(1..).unwrap_or_default().as_bytes().to_vec();
        let start = cursor.at;
        while cursor.is_name() || is_uri_mark(cursor.byte(0)) {
            if cursor.byte(0) == b'%' {
                let digits = cursor.rest().get(1..3).ok_or(Refused)?;
                let digits = std::str::from_utf8(digits).map_err(|_| Refused)?;
                if digits.starts_with('+') {
                    return Err(Refused);
                }
                uri.push(u8::from_str_radix(digits, 16).map_err(|_| Refused)?);
                cursor.skip_text(3);
            } else {
                uri.push(cursor.byte(0));
                cursor.skip();
            }
        }
        if head.is_empty() && cursor.at == start {
            return Err(Refused);
        }
        String::from_utf8(uri).map_err(|_| Refused)
    }

    /// A line that begins with `%`.
    pub(super) fn directive(&mut self) -> Result<Token<'t>, Refused> {
        let start = self.cursor.at;
        self.cursor.skip();
        let name_start = self.cursor.at;
        while self.cursor.is_name() {
            self.cursor.skip();
        }
        let name = self.cursor.since(name_start);
        if !self.cursor.is_space_or_end(0) {
            return Err(Refused);
        }
        self.cursor.skip_blanks();
        let kind = match name {
            "YAML" => self.version()?,
            "TAG" => self.tag_directive()?,
            _ => return Err(Refused),
        };
        let end = self.cursor.at;
        self.cursor.skip_blanks();
        self.cursor.skip_comment();
        if !self.cursor.is_break_or_end() {
            return Err(Refused);
        }
        self.cursor.skip_line();
        Ok(Token { kind, start, end })
    }

    fn version(&mut self) -> Result<Kind<'t>, Refused> {
        let major = self.number()?;
        if self.cursor.byte(0) != b'.' {
            return Err(Refused);
        }
        self.cursor.skip();
        let minor = self.number()?;
        Ok(Kind::Version((major, minor) == VERSION))
    }

    /// One or two digits.
    fn number(&mut self) -> Result<u8, Refused> {
        let start = self.cursor.at;
        while self.cursor.byte(0).is_ascii_digit() {
            self.cursor.skip();
        }
        let digits = self.cursor.since(start);
        let number = digits.parse().map_err(|_| Refused)?;
        if digits.len() > 2 {
            Err(Refused)
        } else {
            Ok(number)
        }
    }

    fn tag_directive(&mut self) -> Result<Kind<'t>, Refused> {
        let handle = self.handle(true)?;
        if !self.cursor.is_blank(0) {
            return Err(Refused);
        }
        self.cursor.skip_blanks();
        let prefix = self.uri("")?;
        if !self.cursor.is_space_or_end(0) {
            return Err(Refused);
        }
        Ok(Kind::TagDirective { handle, prefix })
    }
}

const fn is_uri_mark(byte: u8) -> bool {
    matches!(
        byte,
        b';' | b'/'
            | b'?'
            | b':'
            | b'@'
            | b'&'
            | b'='
            | b'+'
            | b'$'
            | b','
            | b'.'
            | b'!'
            | b'~'
            | b'*'
            | b'\''
            | b'('
            | b')'
            | b'['
            | b']'
            | b'%'
    )
}
