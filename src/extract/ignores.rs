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
use crate::model::spelling::nearest;
use crate::parse::tree::Tree;

use super::fields::{Place, Reader};
use super::kept::Kept;
use super::scalar_kind;

/// The name that a comment begins with that speaks to us, without its first letter, in the cases in which
/// people write it.
const NAMES: [&str; 3] = ["magegate", "mageGate", "MAGEGATE"];

/// What a comment begins with that is a suppression.
const MARK: &str = "imagegate:";

/// What it asks for.
const VERB: &str = "ignore";

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
    for at in names(bytes) {
        let name = document.start as usize + at;
        let Some(body) = body(text, name) else {
            continue;
        };
        // The rest of a comment is the reason, whatever stands in it.
        if comments.last().is_some_and(|earlier| name < earlier.end) {
            continue;
        }
        if let Some(hash) = comment_start(text, name)
            && tree.is_none_or(|tree| !tree.is_inside_scalar(hash as u32))
        {
            comments.push(Comment {
                hash,
                body,
                end: line_end(text, body),
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

/// Where our name begins, in order.
fn names(bytes: &[u8]) -> Vec<usize> {
    let found = NAMES
        .iter()
        .flat_map(|name| memmem::find_iter(bytes, *name));
    let begins = found.filter_map(|at| at.checked_sub(1));
    let mut begins: Vec<usize> = begins
        .filter(|at| {
            bytes
                .get(*at)
                .is_some_and(|first| first.eq_ignore_ascii_case(&b'i'))
        })
        .collect();
    begins.sort_unstable();
    begins
}

/// Where the text begins that a comment says to us, when its first word is our name at `name`: behind
/// `imagegate:`, or at the name itself when the comment only looks like a suppression. One that merely
/// mentions us says nothing to us.
fn body(text: &str, name: usize) -> Option<usize> {
    let rest = text.get(name..line_end(text, name))?;
    if rest.starts_with(MARK) {
        return Some(name + MARK.len());
    }
    let said = after_name(rest);
    if said.len() + MARK.len() - 1 == rest.len() {
        return None;
    }
    let (verb, rest) = word(said);
    let names_rule = || rest.trim_start().starts_with('[') || !rules_meant(rest).is_empty();
    let meant = verb.eq_ignore_ascii_case(VERB) || is_verb(verb) && names_rule();
    meant.then_some(name)
}

/// What follows our name and the signs behind it.
fn after_name(text: &str) -> &str {
    let rest = text.get(MARK.len() - 1..).unwrap_or_default();
    rest.trim_start_matches([' ', '\t', ':', '-', '_', '.', '/', '='])
}

/// The letters in front, and the rest.
fn word(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !c.is_alphanumeric());
    text.split_at(end.unwrap_or(text.len()))
}

fn is_verb(word: &str) -> bool {
    nearest(word, &[VERB]).is_some()
}

/// The rules that the text in front seems to name, in brackets or not.
fn rules_meant(text: &str) -> Vec<Rule> {
    let ids = Rule::ALL.map(Rule::id);
    let is_between =
        |c: char| c.is_whitespace() || matches!(c, ',' | '[' | ']' | '(' | ')' | ':' | '=');
    let words = text.split(is_between).filter(|word| !word.is_empty());
    let rules = words.map_while(|word| nearest(word, &ids).and_then(Rule::from_id));
    let mut meant: Vec<Rule> = Vec::new();
    for rule in rules.take(Rule::ALL.len()) {
        if !meant.contains(&rule) {
            meant.push(rule);
        }
    }
    meant
}

fn line_end(text: &str, from: usize) -> usize {
    let length = text.get(from..).and_then(|rest| rest.find(['\n', '\r']));
    length.map_or(text.len(), |length| from + length)
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
    fn annotation(rule: &str, value: Option<&'t str>) -> Self {
        let mut parsed = Self::default();
        parsed.rule(rule);
        match value {
            Some(value) => parsed.terms(value),
            None => parsed.fault(IgnoreFault::Malformed),
        }
        parsed
    }

    /// A comment in another form, with the rules that it seems to name.
    fn malformed(body: &str) -> Self {
        let said = if names(body.as_bytes()).first() == Some(&0) {
            after_name(body)
        } else {
            body
        };
        let (verb, rest) = word(said);
        Self {
            rules: if is_verb(verb) {
                rules_meant(rest)
            } else {
                Vec::new()
            },
            fault: Some(IgnoreFault::Malformed),
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
