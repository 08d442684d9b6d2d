//! One block of the text report: what is wrong, where, what to write instead, further notes. Findings
//! and errors of a policy file share it.

use std::fmt::Write as _;

use unicode_width::UnicodeWidthStr;

use super::paint::{Look, link, paint};
use super::snippet::Snippets;
use super::wrap::wrap;
use crate::model::shorten::shorten;
use crate::model::source::Source;
use crate::model::span::Location;
use crate::report::Style;
use crate::report::escape::terminal;
use crate::report::tone::Tone;

/// Longest sentence that is shown, in characters; the machine formats carry all of it.
const SENTENCE_CHARACTERS: usize = 2000;

/// A block before it is laid out. Its texts are not yet escaped.
pub(super) struct Block<'a> {
    /// The rule's identifier and the address of its page.
    pub(super) rule: Option<(&'static str, String)>,
    /// Its first word and its colour.
    pub(super) tone: Tone,
    pub(super) message: &'a str,
    pub(super) source: &'a Source,
    /// `None`: the whole file is meant.
    pub(super) location: Option<Location>,
    pub(super) label: &'a str,
    pub(super) help: Option<&'a str>,
    /// Further images that it is about, with their places, and escaped.
    pub(super) images: Vec<String>,
    /// Further lines, such as one for each of the worst vulnerabilities.
    pub(super) lines: &'a [String],
    /// Sentences of our own behind `note:`, escaped where they hold other text.
    pub(super) note: Option<String>,
}

impl Block<'_> {
    /// The block as lines, with a line break at its end.
    pub(super) fn layout(&self, style: &Style, snippets: &Snippets) -> String {
        let mut out = self.header(style);
        match self.location {
            Some(location) => self.push_snippet(&mut out, location, style, snippets),
            None => {
                let path = terminal(&self.source.path);
                let file = match self.label {
                    "" => path.into_owned(),
                    label => format!("{path}, {}", terminal(label)),
                };
                push_line(&mut out, style, "file", &file);
            }
        }
        if let Some(help) = self.help {
            push_line(&mut out, style, "help", &sentence(help));
        }
        for (number, line) in self.images.iter().enumerate() {
            match number {
                0 => push_line(&mut out, style, "also", line),
                _ => push_further_line(&mut out, style, "also", line),
            }
        }
        for (number, line) in self.lines.iter().enumerate() {
            match number {
                0 => push_line(&mut out, style, "note", &sentence(line)),
                _ => push_further_line(&mut out, style, "note", &sentence(line)),
            }
        }
        if let Some(note) = &self.note {
            push_line(&mut out, style, "note", note);
        }
        out
    }

    fn header(&self, style: &Style) -> String {
        let mut plain = self.tone.word().to_owned();
        let mut shown = plain.clone();
        if let Some((rule, page)) = &self.rule {
            let _ = write!(plain, "[{rule}]");
            let _ = write!(shown, "[{}]", link(style, page, rule));
        }
        let message = sentence(self.message);
        let first = plain.width() + 2;
        let message = wrap(&message, super::columns(style), first, "  ");
        format!(
            "{}: {}\n",
            paint(style, Look::Tone(self.tone), &shown),
            paint(style, Look::Strong, &message)
        )
    }

    fn push_snippet(
        &self,
        out: &mut String,
        location: Location,
        style: &Style,
        snippets: &Snippets,
    ) {
        match snippets.draw(self.tone, self.source, location, self.label) {
            Some(drawing) => {
                out.push_str(&drawing.frame);
                if let Some(label) = drawing.below {
                    push_line(out, style, "here", &label);
                }
            }
            None => {
                let path = terminal(&self.source.path);
                let place = format!("{path}:{}:{}", location.start.line, location.start.column);
                push_line(out, style, "at", &place);
                if !self.label.is_empty() {
                    push_line(out, style, "here", &sentence(self.label));
                }
            }
        }
    }
}

fn sentence(text: &str) -> String {
    terminal(&shorten(text, SENTENCE_CHARACTERS)).into_owned()
}

/// A line under the text behind `keyword`, which stands in a line above.
fn push_further_line(out: &mut String, style: &Style, keyword: &str, text: &str) {
    let first = keyword.len() + 4;
    let indent = " ".repeat(first);
    let text = wrap(text, super::columns(style), first, &indent);
    let _ = writeln!(out, "{indent}{text}");
}

/// `  help: text`, continued under the text.
fn push_line(out: &mut String, style: &Style, keyword: &str, text: &str) {
    let first = keyword.len() + 4;
    let indent = " ".repeat(first);
    let text = wrap(text, super::columns(style), first, &indent);
    let keyword = paint(style, Look::Keyword, &format!("{keyword}:"));
    let _ = writeln!(out, "  {keyword} {text}");
}
