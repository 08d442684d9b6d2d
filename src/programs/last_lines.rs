//! The end of what a program writes to its standard error. It is shown to a person, so what may be a secret
//! in an address is left out.

use std::collections::VecDeque;

use crate::model::shorten::shorten;

/// Lines that are kept, and bytes of all.
const MAX_LINES: usize = 20;
const MAX_BYTES: usize = 4 * 1024;

/// Most characters of one line.
const MAX_LINE: usize = 400;

/// The last that a program wrote to its standard error: lines, the oldest first.
pub type LastLines = Vec<String>;

/// The last bytes of a stream.
#[derive(Debug, Default)]
pub struct Tail {
    bytes: VecDeque<u8>,
    /// Whether something stood before them.
    cut: bool,
}

impl Tail {
    /// Takes the next bytes of the stream.
    pub fn push(&mut self, bytes: &[u8]) {
        self.bytes.extend(bytes);
        let excess = self.bytes.len().saturating_sub(MAX_BYTES);
        self.cut |= excess > 0;
        self.bytes.drain(..excess);
    }

    /// The last lines that are not blank.
    pub fn lines(&self) -> LastLines {
        let bytes: Vec<u8> = self.bytes.iter().copied().collect();
        let text = String::from_utf8_lossy(&bytes);
        // Of a line whose beginning is not known, it is not known either what was secret in it.
        let whole = match self.cut {
            true => text.split_once('\n').map_or("", |(_, rest)| rest),
            false => &text,
        };
        let lines = whole.split(['\n', '\r']).map(str::trim);
        let mut lines: Vec<&str> = lines.filter(|line| !line.is_empty()).collect();
        let excess = lines.len().saturating_sub(MAX_LINES);
        let lines = lines.drain(excess..);
        lines
            .map(|line| shorten(&without_secrets(line), MAX_LINE).into_owned())
            .collect()
    }
}

/// The line with `…` in place of the user and password, and of the query, of every address in it.
fn without_secrets(line: &str) -> String {
    let mut shown = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, behind)) = rest.split_once("://") {
        let end = behind.find(|c: char| c.is_whitespace() || "\"'`<>".contains(c));
        let (address, after) = behind.split_at(end.unwrap_or(behind.len()));
        let (address, query) = match address.split_once('?') {
            Some((address, _)) => (address, "?…"),
            None => (address, ""),
        };
        let host = address.find('/').unwrap_or(address.len());
        let address = match address.get(..host).and_then(|host| host.rfind('@')) {
            Some(at) => format!("…{}", address.get(at..).unwrap_or_default()),
            None => address.to_owned(),
        };
        shown.extend([before, "://", &address, query]);
        rest = after;
    }
    shown.push_str(rest);
    shown
}

/// The lines as the end of a sentence.
pub fn said(lines: &[String]) -> String {
    match lines {
        [] => "; it said nothing on standard error".to_owned(),
        [line] => format!("; it said `{line}`"),
        _ => format!("; the last it said: `{}`", lines.join("` `")),
    }
}
