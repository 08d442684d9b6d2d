//! Colours and links of a terminal, both switched by the caller. The text handed in is escaped before;
//! the escape sequences written here are the only ones of the report.

use crate::report::Style;
use crate::report::tone::Tone;

/// The kinds of text that have a look of their own.
#[derive(Debug, Clone, Copy)]
pub(in crate::report) enum Look {
    /// The word before a finding's rule.
    Tone(Tone),
    /// `help:` and `note:`.
    Keyword,
    /// What has to be read first.
    Strong,
    /// What is there for completeness.
    Faint,
}

/// Select Graphic Rendition parameters (ECMA-48 8.3.117).
const fn parameters(look: Look) -> &'static str {
    match look {
        Look::Tone(tone) => tone.parameters(),
        Look::Keyword => "1;36",
        Look::Strong => "1",
        Look::Faint => "2",
    }
}

/// `text` in that look; each line by itself, since pagers forget a look at the end of a line.
pub(in crate::report) fn paint(style: &Style, look: Look, text: &str) -> String {
    if !style.color || text.is_empty() {
        return text.to_owned();
    }
    let parameters = parameters(look);
    let lines = text.split('\n').map(|line| match line {
        "" => String::new(),
        line => format!("\u{1b}[{parameters}m{line}\u{1b}[0m"),
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// `text` as a link to `url` (OSC 8).
pub(super) fn link(style: &Style, url: &str, text: &str) -> String {
    if !style.links {
        return text.to_owned();
    }
    format!("\u{1b}]8;;{url}\u{1b}\\{text}\u{1b}]8;;\u{1b}\\")
}
