//! Suppressions in the comments of a manifest: `# imagegate: ignore[rule, …] until=DATE reason`; and how the
//! text of any suppression is read.
//!
//! Knows how they are written; whether one is allowed or needed is judged later.

use std::sync::Arc;

use crate::model::calendar::day;
use crate::model::directive::{IgnoreFault, IgnoreScope, InlineIgnore, is_reason};
use crate::model::image_use::ImageUse;
use crate::model::rule::Rule;
use crate::model::shorten::shorten;
use crate::model::source::SourceText;
use crate::model::span::{Location, Span};
use crate::parse::tree::Tree;

use super::ignore_reach::{Reach, UNICODE_BREAKS};
use super::ignore_words::{NAME, Name, asks_to_ignore, names, rules_asked_for};

/// Longest rule or date of a faulty suppression that is kept, in characters.
const WORD: usize = 200;

/// The suppressions in the comments of a document, in order. `tree` tells comments from text; a document
/// without content has no tree, and nothing but comments. `uses` are the images of the document.
///
/// A comment at the end of a line reaches that line. One that is alone on its line reaches what stands below
/// it, see [`Reach::line_below`].
pub(super) fn in_comments(
    source: &SourceText,
    document: Span,
    tree: Option<&Tree<'_>>,
    uses: &[ImageUse],
) -> Vec<InlineIgnore> {
    let text = source.text();
    let range = document.start as usize..document.end as usize;
    let bytes = text.get(range).unwrap_or_default().as_bytes();
    let mut comments: Vec<Comment> = Vec::new();
    let mut line = Line::default();
    for name in names(bytes) {
        let name = Name {
            start: document.start as usize + name.start,
            end: document.start as usize + name.end,
        };
        if name.start >= line.end {
            line = Line::around(text, document.start as usize, name.start, tree);
        }
        // The rest of a comment is the reason, whatever stands in it.
        if comments
            .last()
            .is_none_or(|earlier| name.start >= earlier.end)
        {
            comments.extend(line.comment(text, name, tree));
        }
    }
    if comments.is_empty() {
        return Vec::new();
    }
    let mut reach = Reach::new(source, tree, uses);
    // From the last to the first, so that a block of comments is walked once.
    let ignores = comments
        .iter()
        .rev()
        .map(|comment| comment.read(source, &mut reach));
    let mut ignores: Vec<InlineIgnore> = ignores.collect();
    ignores.reverse();
    ignores
}

/// A line in which our name stands, as byte offsets.
#[derive(Debug, Default)]
struct Line {
    end: usize,
    /// The first `#` that begins a comment.
    hash: Option<usize>,
}

impl Line {
    /// The line around the byte at `at`, from the start of the document at the earliest.
    fn around(text: &str, document: usize, at: usize, tree: Option<&Tree<'_>>) -> Self {
        let before = text.get(document..at).unwrap_or_default();
        let start = before
            .rfind(['\n', '\r'])
            .map_or(document, |end| document + end + 1);
        let length = text.get(at..).and_then(|rest| rest.find(['\n', '\r']));
        let end = length.map_or(text.len(), |length| at + length);
        let line = text.get(start..end).unwrap_or_default();
        let mut hashes = line.match_indices('#').map(|(hash, _)| start + hash);
        let hash = hashes.find(|&hash| {
            let begins = hash == start || text[..hash].ends_with(char::is_whitespace);
            begins && is_comment(tree, hash)
        });
        Self { end, hash }
    }

    /// The suppression in the comment of this line that `name` is the name in.
    fn comment(&self, text: &str, name: Name, tree: Option<&Tree<'_>>) -> Option<Comment> {
        let hash = self.hash.filter(|hash| *hash < name.start)?;
        if !is_comment(tree, name.start) {
            return None;
        }
        let before = text[..name.start].trim_end_matches([' ', '\t']);
        let begins = before
            .strip_suffix('#')
            .is_some_and(|before| before.len() == hash || before.ends_with(char::is_whitespace));
        let behind = text.get(name.end..self.end)?;
        let is_ours = begins && &text[name.start..name.end] == NAME;
        let body = match behind.strip_prefix(':') {
            Some(_) if is_ours => Body::Said(name.end + 1),
            _ if asks_to_ignore(behind) => Body::Misspelt(name.end),
            _ => return None,
        };
        let end = self.end;
        Some(Comment { hash, body, end })
    }
}

/// Whether the byte at `at`, behind a `#`, is part of no text.
fn is_comment(tree: Option<&Tree<'_>>, at: usize) -> bool {
    tree.is_none_or(|tree| !tree.is_inside_scalar(at as u32))
}

/// Where the text begins that a comment says to us.
#[derive(Debug, Clone, Copy)]
enum Body {
    /// Behind `# imagegate:`.
    Said(usize),
    /// Behind our name in a comment that only looks like a suppression.
    Misspelt(usize),
}

/// A comment that speaks to us, as byte offsets: its `#`, what it says, its line's end.
#[derive(Debug)]
struct Comment {
    hash: usize,
    body: Body,
    end: usize,
}

impl Comment {
    fn read(&self, source: &SourceText, reach: &mut Reach<'_>) -> InlineIgnore {
        let text = source.text();
        let line = source.position(self.hash as u32).line;
        let line_start = source.line_start(line).unwrap_or_default() as usize;
        let alone = text[line_start..self.hash].trim().is_empty();
        let reached = if alone { reach.line_below(line) } else { line };
        let written = text[self.hash..self.end].trim_end();
        let span = Span::new(self.hash as u32, (self.hash + written.len()) as u32);
        let mut parsed = match self.body {
            Body::Said(at) => Parsed::comment(text[at..self.end].trim()),
            Body::Misspelt(at) => Parsed::malformed(&text[at..self.end]),
        };
        let mut concerned = [line, reached]
            .into_iter()
            .filter_map(|line| source.line(line));
        if concerned.any(|line| line.contains(UNICODE_BREAKS)) {
            parsed.fault(IgnoreFault::UnicodeLineBreak);
        }
        let scope = IgnoreScope::Line(reached);
        parsed.into_ignore(source.location(span), scope, &mut |reason| reason.into())
    }
}

/// What a suppression says.
#[derive(Debug, Default)]
pub(super) struct Parsed<'t> {
    rules: Vec<Rule>,
    until: Option<jiff::civil::Date>,
    reason: &'t str,
    fault: Option<IgnoreFault>,
}

impl<'t> Parsed<'t> {
    /// Reads `ignore[rule, rule] until=2027-01-31 reason`.
    fn comment(body: &'t str) -> Self {
        let list = body
            .strip_prefix("ignore")
            .and_then(|rest| rest.trim_start().strip_prefix('['))
            .and_then(|rest| rest.split_once(']'));
        let Some((rules, rest)) = list else {
            return Self::malformed(body);
        };
        if rules.trim().is_empty() {
            return Self::malformed(body);
        }
        let mut parsed = Self::default();
        for rule in rules.split(',') {
            parsed.rule(rule.trim());
        }
        parsed.terms(rest);
        parsed
    }

    /// Reads the rest of an annotation's key, and its value.
    pub(super) fn annotation(rule: &str, value: Option<&'t str>) -> Self {
        let mut parsed = Self::default();
        parsed.rule(rule);
        match value {
            Some(value) => parsed.terms(value),
            None => parsed.fault(IgnoreFault::Malformed),
        }
        parsed
    }

    /// A comment in another form, with the rules that it seems to name; `behind` follows our name.
    fn malformed(behind: &str) -> Self {
        Self::faulty(rules_asked_for(behind), IgnoreFault::Malformed)
    }

    /// One that suppresses nothing, with the rules that it seems to name.
    pub(super) fn faulty(rules: Vec<Rule>, fault: IgnoreFault) -> Self {
        Self {
            rules,
            fault: Some(fault),
            ..Self::default()
        }
    }

    fn rule(&mut self, name: &str) {
        match Rule::from_id(name) {
            Some(rule) if self.rules.contains(&rule) => {}
            Some(rule) => self.rules.push(rule),
            None => self.fault(IgnoreFault::UnknownRule(shorten(name, WORD).into_owned())),
        }
    }

    /// Reads `until=2027-01-31 reason`.
    fn terms(&mut self, text: &'t str) {
        let mut reason = text.trim();
        if let Some(rest) = reason.strip_prefix("until=") {
            let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
            let (date, rest) = rest.split_at(end);
            reason = rest.trim();
            self.until = day(date);
            if self.until.is_none() {
                self.fault(IgnoreFault::BadDate(shorten(date, WORD).into_owned()));
            }
        }
        if !is_reason(reason) {
            self.fault(IgnoreFault::NoReason);
        }
        if reason
            .split_whitespace()
            .any(|word| word.starts_with("until="))
        {
            self.fault(IgnoreFault::LateUntil);
        }
        self.reason = reason;
    }

    /// The first fault is the one that is told.
    fn fault(&mut self, fault: IgnoreFault) {
        self.fault.get_or_insert(fault);
    }

    /// `keep` makes of the reason the text that is kept.
    pub(super) fn into_ignore(
        self,
        location: Location,
        scope: IgnoreScope,
        keep: &mut dyn FnMut(&str) -> Arc<str>,
    ) -> InlineIgnore {
        InlineIgnore {
            rules: self.rules,
            until: self.until,
            reason: keep(self.reason),
            location,
            scope,
            below: None,
            fault: self.fault,
        }
    }
}
