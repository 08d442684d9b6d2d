//! Puts findings together that say the same: one snippet and a list of places.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::model::finding::{Action, Finding, Outcome, PolicyLine, SuppressedBy};
use crate::model::rule::Rule;
use crate::model::source::{SourceId, Sources};
use crate::model::span::Position;
use crate::report::escape::terminal;
use crate::report::origin;

/// Places named in full behind `also at`; of more than three, two are named and the rest is counted.
const NAMED_PLACES: usize = 3;

/// Findings with the same rule, image and sentence, the first of which is shown.
#[derive(Debug)]
pub(super) struct Group<'a> {
    /// The one that is shown.
    pub(super) first: &'a Finding,
    /// Further places in order: file and position, `None` for a whole file.
    others: Vec<(SourceId, Option<Position>)>,
}

/// All that has to be equal for one snippet to speak for several findings.
#[derive(PartialEq, Eq, Hash)]
struct Key<'a> {
    rule: Rule,
    outcome: Outcome,
    action: Action,
    image: Option<&'a str>,
    message: &'a str,
    help: Option<&'a str>,
    notes: &'a [String],
    decided_by: Option<(&'a str, Position)>,
    suppressed: Option<(u8, &'a str, Option<jiff::civil::Date>)>,
    origin: Vec<String>,
}

impl<'a> Key<'a> {
    fn of(finding: &'a Finding) -> Self {
        let place = |line: &'a PolicyLine| (&*line.path, line.position);
        Self {
            rule: finding.rule,
            outcome: finding.outcome,
            action: finding.action,
            image: finding.image.as_deref(),
            message: &finding.message,
            help: finding.help.as_deref(),
            notes: &finding.notes,
            decided_by: finding.decided_by.as_ref().map(place),
            suppressed: finding.suppressed.as_ref().map(|by| {
                let kind = match by.by {
                    SuppressedBy::Comment => 0,
                    SuppressedBy::Annotation => 1,
                    SuppressedBy::Exception => 2,
                };
                (kind, by.reason.as_ref(), by.until)
            }),
            origin: finding
                .origin
                .as_deref()
                .map_or(Vec::new(), origin::remarks),
        }
    }
}

/// The groups, in the order of their first findings.
pub(super) fn groups<'a>(findings: impl Iterator<Item = &'a Finding>) -> Vec<Group<'a>> {
    let mut groups: Vec<Group<'a>> = Vec::new();
    let mut known: HashMap<Key<'a>, usize> = HashMap::new();
    for finding in findings {
        let at = finding.location.map(|location| location.start);
        let group = match known.entry(Key::of(finding)) {
            Entry::Occupied(entry) => {
                let group = &mut groups[*entry.get()];
                group.others.push((finding.source, at));
                group
            }
            Entry::Vacant(entry) => {
                entry.insert(groups.len());
                groups.push(Group {
                    first: finding,
                    others: Vec::new(),
                });
                let last = groups.len() - 1;
                &mut groups[last]
            }
        };
        let aliases = finding.also_at.iter();
        let aliases = aliases.map(|location| (finding.source, Some(location.start)));
        group.others.extend(aliases);
    }
    groups
}

impl Group<'_> {
    /// `a.yaml:1:2, b.yaml:3:4 and 4 more places`; `None` when there is no further place.
    pub(super) fn other_places(&self, sources: &Sources) -> Option<String> {
        let others = self.others.iter();
        let names = others.map(|&(source, position)| place(sources, source, position));
        and_more(names, "more places")
    }

    /// The place that is shown, and the others like [`Self::other_places`].
    pub(super) fn all_places(&self, sources: &Sources) -> String {
        let position = self.first.location.map(|location| location.start);
        let first = place(sources, self.first.source, position);
        match self.other_places(sources) {
            Some(others) => format!("{first}, also at {others}"),
            None => first,
        }
    }
}

impl<'a> Group<'a> {
    /// The image as it is written.
    pub(super) fn image(&self) -> Option<&'a str> {
        self.first.image.as_deref()
    }

    /// Adds the places of another group.
    pub(super) fn absorb(&mut self, other: Self) {
        let first = other.first.location.map(|location| location.start);
        self.others.push((other.first.source, first));
        self.others.extend(other.others);
    }
}

/// `a, b and c`, or `a, b and 4 more places`; `None` when there is nothing to name.
pub(super) fn and_more(
    names: impl ExactSizeIterator<Item = String>,
    more_of_them: &str,
) -> Option<String> {
    let count = names.len();
    let named = if count > NAMED_PLACES { 2 } else { count };
    let names: Vec<String> = names.take(named).collect();
    match (names.as_slice(), count - named) {
        ([], _) => None,
        ([only], 0) => Some(only.clone()),
        ([first @ .., last], 0) => Some(format!("{} and {last}", first.join(", "))),
        (names, more) => Some(format!("{} and {more} {more_of_them}", names.join(", "))),
    }
}

/// `imagegate.yaml:12:5`.
pub(super) fn policy_place(line: &PolicyLine) -> String {
    let at = line.position;
    format!("{}:{}:{}", terminal(&line.path), at.line, at.column)
}

/// `path:line:col`, or the path of a whole file.
pub(super) fn place(sources: &Sources, source: SourceId, position: Option<Position>) -> String {
    self::position(&sources.get(source).path, position)
}

/// The same for a path.
pub(in crate::report) fn position(path: &str, position: Option<Position>) -> String {
    let path = terminal(path);
    match position {
        Some(Position { line, column }) => format!("{path}:{line}:{column}"),
        None => path.into_owned(),
    }
}
