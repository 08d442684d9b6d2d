//! Suppressions in a manifest: `# imagegate: ignore[rule, …] until=DATE reason` in a comment, and the
//! annotation `imagegate.dev/ignore.RULE: "until=DATE reason"` of an object or its pod template.
//!
//! Knows how they are written and what they reach; whether one is allowed or needed is judged later.

use std::sync::Arc;

use memchr::memmem;

use crate::model::calendar::day;
use crate::model::directive::{IgnoreFault, IgnoreScope, InlineIgnore, is_reason};
use crate::model::rule::Rule;
use crate::model::shorten::shorten;
use crate::model::source::SourceText;
use crate::model::span::{Location, Span};
use crate::parse::tree::Tree;

use super::fields::{Place, Reader};
use super::kept::Kept;
use super::scalar_kind;

/// What a comment begins with that speaks to us.
const MARK: &str = "imagegate:";

/// What the key of an annotation begins with that ignores a rule.
const ANNOTATION_PREFIX: &str = "imagegate.dev/ignore.";

/// Longest rule or date of a faulty suppression that is kept, in characters.
const WORD: usize = 200;

/// Steps of the budget for a suppression in an annotation, beside those for finding it.
const SUPPRESSION_STEPS: u64 = 50;

/// The suppressions in the comments of a document, in order. `tree` tells comments from text; a document
/// without content has no tree, and nothing but comments.
///
/// A comment at the end of a line reaches that line. A comment alone on its line reaches the next line
/// that is no comment, so that several can stand above one image; a blank line ends its reach.
pub(super) fn in_comments(
    source: &SourceText,
    document: Span,
    tree: Option<&Tree<'_>>,
) -> Vec<InlineIgnore> {
    let text = source.text();
    let range = document.start as usize..document.end as usize;
    let bytes = text.get(range).unwrap_or_default().as_bytes();
    let mut comments: Vec<Comment> = Vec::new();
    for at in memmem::find_iter(bytes, MARK) {
        let mark = document.start as usize + at;
        // The rest of a comment is the reason, whatever stands in it.
        if comments.last().is_some_and(|earlier| mark < earlier.end) {
            continue;
        }
        if let Some(hash) = comment_start(text, mark)
            && tree.is_none_or(|tree| !tree.is_inside_scalar(hash as u32))
        {
            let body = mark + MARK.len();
            let length = text[body..].find(['\n', '\r']);
            comments.push(Comment {
                hash,
                body,
                end: length.map_or(text.len(), |length| body + length),
            });
        }
    }
    let mut lines = Lines {
        source,
        known: None,
    };
    // From the last to the first, so that a block of comments is walked once.
    let ignores = comments
        .iter()
        .rev()
        .map(|comment| comment.read(&mut lines));
    let mut ignores: Vec<InlineIgnore> = ignores.collect();
    ignores.reverse();
    ignores
}

/// A comment that speaks to us, as byte offsets: its `#`, what follows the mark, its line's end.
struct Comment {
    hash: usize,
    body: usize,
    end: usize,
}

impl Comment {
    fn read(&self, lines: &mut Lines<'_>) -> InlineIgnore {
        let source = lines.source;
        let text = source.text();
        let line = source.position(self.hash as u32).line;
        let line_start = source.line_start(line).unwrap_or_default() as usize;
        let alone = text[line_start..self.hash].trim().is_empty();
        let reached = if alone { lines.below(line) } else { line };
        let written = text[self.hash..self.end].trim_end();
        let span = Span::new(self.hash as u32, (self.hash + written.len()) as u32);
        let mut parsed = Parsed::comment(text[self.body..self.end].trim());
        let mut concerned = [line, reached]
            .into_iter()
            .filter_map(|line| source.line(line));
        if concerned.any(|line| line.contains(['\u{85}', '\u{2028}', '\u{2029}'])) {
            parsed.fault(IgnoreFault::UnicodeLineBreak);
        }
        let scope = IgnoreScope::Line(reached);
        parsed.into_ignore(source.location(span), scope, &mut |reason| reason.into())
    }
}

/// The `#` of the comment whose first word is at `word`.
fn comment_start(text: &str, word: usize) -> Option<usize> {
    let before = text[..word].trim_end_matches([' ', '\t']);
    let hash = before.strip_suffix('#')?.len();
    let starts_comment = text[..hash]
        .chars()
        .next_back()
        .is_none_or(char::is_whitespace);
    starts_comment.then_some(hash)
}

/// Finds the line that a comment reaches.
struct Lines<'s> {
    source: &'s SourceText,
    /// A comment line below, and the line that it reaches.
    known: Option<(u32, u32)>,
}

impl Lines<'_> {
    fn below(&mut self, line: u32) -> u32 {
        let mut next = line + 1;
        while self
            .source
            .line(next)
            .is_some_and(|text| text.trim_start().starts_with('#'))
        {
            if let Some((known, reached)) = self.known
                && known == next
            {
                next = reached;
                break;
            }
            next += 1;
        }
        self.known = Some((line, next));
        next
    }
}

/// The suppressions among the annotations of a metadata mapping; `object` is the object's number in the
/// file. Duplicates are all taken: one too many is told, none is lost.
pub(super) fn in_annotations(
    reader: Reader<'_>,
    metadata: Place,
    source: &SourceText,
    object: u32,
    kept: &mut Kept,
) -> Vec<InlineIgnore> {
    let maps = reader.named(metadata, "annotations");
    let fields = maps.flat_map(|map| reader.fields(map));
    let ours = fields.filter_map(|field| {
        let rule = field.name?.strip_prefix(ANNOTATION_PREFIX)?;
        if !reader.spend(field.value, SUPPRESSION_STEPS) {
            return None;
        }
        let parsed = Parsed::annotation(rule, scalar_kind::text(reader, field.value));
        let at = source.location(reader.tree.span(field.key));
        let scope = IgnoreScope::Object(object);
        Some(parsed.into_ignore(at, scope, &mut |reason| kept.text(reason)))
    });
    ours.collect()
}

/// What a suppression says.
#[derive(Debug, Default)]
struct Parsed<'t> {
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
            return Self::faulty(IgnoreFault::Malformed);
        };
        if rules.trim().is_empty() {
            return Self::faulty(IgnoreFault::Malformed);
        }
        let mut parsed = Self::default();
        for rule in rules.split(',') {
            parsed.rule(rule.trim());
        }
        parsed.terms(rest);
        parsed
    }

    /// Reads the rest of an annotation's key, and its value.
    fn annotation(rule: &str, value: Option<&'t str>) -> Self {
        let mut parsed = Self::default();
        parsed.rule(rule);
        match value {
            Some(value) => parsed.terms(value),
            None => parsed.fault(IgnoreFault::Malformed),
        }
        parsed
    }

    fn faulty(fault: IgnoreFault) -> Self {
        Self {
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
    fn into_ignore(
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
            fault: self.fault,
        }
    }
}
