//! Keeps text from being a command to the service that runs the job: services read the log of a job and
//! obey lines in it, and a manifest or a file name may hold such a line.
//!
//! | service | command |
//! |---|---|
//! | GitHub | `::name::` at the beginning of a line, blanks before it allowed; `##[name]` anywhere (`ActionCommand.cs` of `actions/runner`) |
//! | Azure Pipelines | `##vso[name]`, `##[name]` (documentation "Logging commands") |
//! | TeamCity | `##teamcity[name]` (documentation "Service messages") |
//!
//! Only whole lines show it, so this stands between a format and its writer. The format `github` is made
//! of commands and escapes the rest itself.

use std::io::{self, Write};

/// What may stand between `##` and `[`.
const SERVICES: [&[u8]; 3] = [b"", b"vso", b"teamcity"];

/// How a character is written instead of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notation {
    /// As other deceptive characters in text for a person: `\u{5b}`.
    Text,
    /// As an escape of a JSON string, where alone such text can stand: `\u005b`.
    Json,
}

/// Writes what it is given, except that no service takes it for a command.
#[derive(Debug)]
pub struct Harmless<W> {
    out: W,
    notation: Notation,
    line: Line,
    /// The bytes behind the last `##`, while they can still become the name of a service.
    name: Option<Vec<u8>>,
    last: u8,
}

/// How far a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Line {
    /// Nothing but blanks so far. What is not ASCII counts as blank: some of it is.
    Blank,
    /// A colon behind the blanks.
    Colon,
    /// Anything else.
    Begun,
}

impl<W: Write> Harmless<W> {
    /// Writes to `out`.
    pub fn new(out: W, notation: Notation) -> Self {
        Self {
            out,
            notation,
            line: Line::Blank,
            name: None,
            last: b'\n',
        }
    }

    /// Whether nothing but the end of the line or a `#` can matter next.
    fn is_idle(&self) -> bool {
        self.line == Line::Begun && self.name.is_none() && self.last != b'#'
    }

    /// Takes the next byte; what to write in place of it, if anything else.
    fn replacement(&mut self, byte: u8) -> Option<&'static str> {
        let (colon, bracket) = match self.notation {
            Notation::Text => ("\\u{3a}", "\\u{5b}"),
            Notation::Json => ("\\u003a", "\\u005b"),
        };
        let begins_command = byte == b':' && self.line == Line::Colon;
        let names_service =
            byte == b'[' && (self.name.as_deref()).is_some_and(|name| SERVICES.contains(&name));
        self.line = match (self.line, byte) {
            (_, b'\n') => Line::Blank,
            (Line::Blank, b':') => Line::Colon,
            (Line::Blank, byte) if byte.is_ascii_whitespace() || !byte.is_ascii() => Line::Blank,
            _ => Line::Begun,
        };
        self.name = match (self.name.take(), byte) {
            (_, b'#') => (self.last == b'#').then(Vec::new),
            (Some(mut name), b'a'..=b'z') if name.len() < "teamcity".len() => {
                name.push(byte);
                Some(name)
            }
            _ => None,
        };
        self.last = byte;
        match (begins_command, names_service) {
            (true, _) => Some(colon),
            (_, true) => Some(bracket),
            _ => None,
        }
    }
}

impl<W: Write> Write for Harmless<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let (mut at, mut written) = (0, 0);
        while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
            if self.is_idle() {
                let skipped = memchr::memchr2(b'\n', b'#', rest).unwrap_or(rest.len());
                if skipped > 0 {
                    self.last = rest[skipped - 1];
                    at += skipped;
                    continue;
                }
            }
            if let Some(instead) = self.replacement(rest[0]) {
                self.out.write_all(&bytes[written..at])?;
                self.out.write_all(instead.as_bytes())?;
                written = at + 1;
            }
            at += 1;
        }
        self.out.write_all(&bytes[written..])?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
