//! One failure that keeps many images from being checked, as one block: what failed, the first image in
//! its line, the others in a list.

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};

use super::group::{Group, and_more, policy_place};
use crate::model::finding::{Action, Finding, Outcome, PolicyLine, Suppressed};
use crate::model::reason::Outage;
use crate::model::rule::Rule;
use crate::model::shorten::shorten;
use crate::model::source::Sources;
use crate::report::escape::terminal;

/// Most images that are listed under the first; the others are counted.
const LISTED: usize = 10;

/// Longest name of an image in that list, in characters.
const IMAGE_CHARACTERS: usize = 300;

/// What is shown as one block.
#[derive(Debug)]
pub(super) enum Shown<'a> {
    /// Findings that say the same.
    Alone(Group<'a>),
    /// Images that the same failure kept from being checked.
    Together(Many<'a>),
}

/// Several images, one failure.
#[derive(Debug)]
pub(super) struct Many<'a> {
    /// One for each image, in the order of their findings.
    groups: Vec<Group<'a>>,
    /// The number of each image among them.
    known: HashMap<&'a str, usize>,
    /// The lines of the policy that want the check.
    wanted_by: Vec<&'a PolicyLine>,
    /// The failure.
    outage: &'a Outage,
}

/// All that has to be equal for one headline to speak for several images.
#[derive(PartialEq, Eq, Hash)]
struct Key<'a> {
    rule: Rule,
    action: Action,
    outage: &'a Outage,
    suppressed: Option<&'a Suppressed>,
}

impl<'a> Key<'a> {
    /// `None` for what concerns one image alone.
    fn of(finding: &'a Finding) -> Option<Self> {
        let outage = finding.outage.as_deref()?;
        let is_open = finding.outcome == Outcome::NotChecked && finding.image.is_some();
        is_open.then_some(Self {
            rule: finding.rule,
            action: finding.action,
            outage,
            suppressed: finding.suppressed.as_ref(),
        })
    }
}

/// The blocks, each where its first finding stands.
pub(super) fn together<'a>(groups: Vec<Group<'a>>) -> Vec<Shown<'a>> {
    let mut images: HashMap<Key<'a>, BTreeSet<&'a str>> = HashMap::new();
    for group in &groups {
        if let Some(key) = Key::of(group.first) {
            images.entry(key).or_default().extend(group.image());
        }
    }
    let mut shown: Vec<Shown<'a>> = Vec::new();
    let mut known: HashMap<Key<'a>, usize> = HashMap::new();
    for group in groups {
        let key = Key::of(group.first);
        let key = key.filter(|key| images.get(key).is_some_and(|images| images.len() > 1));
        let Some(key) = key else {
            shown.push(Shown::Alone(group));
            continue;
        };
        let outage = key.outage;
        let at = *known.entry(key).or_insert(shown.len());
        if at == shown.len() {
            shown.push(Shown::Together(Many::of(outage)));
        }
        if let Some(Shown::Together(many)) = shown.get_mut(at) {
            many.push(group);
        }
    }
    shown
}

impl<'a> Many<'a> {
    fn of(outage: &'a Outage) -> Self {
        Self {
            groups: Vec::new(),
            known: HashMap::new(),
            wanted_by: Vec::new(),
            outage,
        }
    }

    fn push(&mut self, group: Group<'a>) {
        if let Some(line) = &group.first.decided_by
            && !self.wanted_by.contains(&line)
        {
            self.wanted_by.push(line);
        }
        let image = group.image().unwrap_or_default();
        match self.known.entry(image) {
            Entry::Occupied(at) => self.groups[*at.get()].absorb(group),
            Entry::Vacant(entry) => {
                entry.insert(self.groups.len());
                self.groups.push(group);
            }
        }
    }

    /// The image that is shown in its line.
    pub(super) fn first(&self) -> Option<&Group<'a>> {
        self.groups.first()
    }

    /// ``could not check who signed 30 images of ghcr.io: 503 Service Unavailable``.
    pub(super) fn message(&self, rule: Rule) -> String {
        let count = self.groups.len();
        let what = match rule {
            Rule::VerifyImageSignatures => format!("who signed {count} images"),
            Rule::CheckVulnerabilityScan => format!("the scans of {count} images"),
            _ => format!("{count} images"),
        };
        let of = match &self.outage.registry {
            Some(registry) => format!(" of {registry}"),
            None => String::new(),
        };
        format!("could not check {what}{of}: {}", self.outage.answer)
    }

    /// What helps: with the failure, not with one image.
    pub(super) fn help(&self) -> Option<&'a str> {
        self.outage.advice.as_deref()
    }

    /// A line for each image behind the first, with its places; for the first too where it has further ones.
    pub(super) fn images(&self, sources: &Sources) -> Vec<String> {
        let is_shown = |group: &Group<'_>| group.other_places(sources).is_none();
        let shown = usize::from(self.first().is_some_and(is_shown));
        let others = self.groups.iter().skip(shown);
        let mut lines: Vec<String> = others
            .take(LISTED)
            .map(|group| {
                let image = shorten(group.image().unwrap_or_default(), IMAGE_CHARACTERS);
                let image = terminal(&image);
                format!("{image} at {}", group.all_places(sources))
            })
            .collect();
        match self.groups.len().saturating_sub(shown + LISTED) {
            0 => {}
            more => lines.push(format!("and {more} more (--format concise lists all)")),
        }
        lines
    }

    /// The lines of the policy that want the check.
    pub(super) fn wanted_by(&self) -> Option<String> {
        let lines = self.wanted_by.iter().map(|line| policy_place(line));
        and_more(lines, "more lines").map(|lines| format!("wanted by {lines}"))
    }
}
