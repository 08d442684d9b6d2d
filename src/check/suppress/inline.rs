//! Comments and annotations of one file: which findings they reach, and what is wrong with them.

use std::collections::{BTreeSet, HashMap};

use jiff::civil::Date;

use crate::check::draft::Draft;
use crate::check::rules::{expired_exception, invalid_suppression, unused_exception};
use crate::check::verdict::Complaint;
use crate::model::directive::{IgnoreFault, IgnoreScope, InlineIgnore};
use crate::model::finding::{Suppressed, SuppressedBy};
use crate::model::image_use::ImageUse;
use crate::model::rule::Rule;
use crate::policy::settings::{InlineIgnores, Policy};

/// The inline suppressions of one file.
#[derive(Debug)]
pub struct Ignores<'a> {
    all: Vec<Ignore<'a>>,
    /// By what they reach: a scope, and the part of the object in it, empty for all of it.
    sound_at: HashMap<(IgnoreScope, &'a str), Vec<usize>>,
}

#[derive(Debug)]
struct Ignore<'a> {
    written: &'a InlineIgnore,
    /// Why it suppresses nothing.
    fault: Option<(Rule, Complaint)>,
    /// The named rules of which it took a finding away.
    used: Vec<Rule>,
}

impl<'a> Ignores<'a> {
    /// Sorts out which suppressions hold.
    pub fn new(written: &'a [InlineIgnore], setting: InlineIgnores, today: Date) -> Self {
        let all: Vec<Ignore<'a>> = written
            .iter()
            .map(|written| Ignore {
                written,
                fault: fault(written, setting, today),
                used: Vec::new(),
            })
            .collect();
        let mut sound_at: HashMap<(IgnoreScope, &str), Vec<usize>> = HashMap::new();
        for (number, ignore) in all.iter().enumerate() {
            let InlineIgnore { scope, below, .. } = ignore.written;
            if ignore.fault.is_none() {
                let part = below.as_deref().unwrap_or_default();
                sound_at.entry((*scope, part)).or_default().push(number);
            }
        }
        Self { all, sound_at }
    }

    /// What takes the finding away, a comment before an annotation. All that reach it count as used.
    pub fn matching(&mut self, draft: &Draft<'_>) -> Option<Suppressed> {
        if self.sound_at.is_empty() {
            return None;
        }
        let line = draft.finding.location.map(|location| location.start.line);
        let scopes = [
            line.map(IgnoreScope::Line),
            draft.object_index.map(IgnoreScope::Object),
        ];
        let field = draft.finding.field.as_deref().unwrap_or_default();
        let mut reaching: Vec<usize> = Vec::new();
        for scope in scopes.into_iter().flatten() {
            for part in parts_around(field) {
                let found = self.sound_at.get(&(scope, part));
                reaching.extend(found.into_iter().flatten());
            }
        }
        // A comment stands before an annotation, and of several the first that is written counts.
        let rank = |number: &usize| {
            let is_annotation = matches!(self.all[*number].written.scope, IgnoreScope::Object(_));
            (is_annotation, *number)
        };
        reaching.sort_unstable_by_key(rank);
        let mut first = None;
        for number in reaching {
            let ignore = &mut self.all[number];
            if !ignore.written.rules.contains(&draft.finding.rule) {
                continue;
            }
            if !ignore.used.contains(&draft.finding.rule) {
                ignore.used.push(draft.finding.rule);
            }
            first.get_or_insert_with(|| Suppressed {
                by: match ignore.written.scope {
                    IgnoreScope::Line(_) => SuppressedBy::Comment,
                    IgnoreScope::Object(_) => SuppressedBy::Annotation,
                },
                reason: ignore.written.reason.clone(),
                until: ignore.written.until,
            });
        }
        first
    }

    /// What is to be said about the suppressions once every finding was seen. A rule that the policy
    /// switches off everywhere says nothing about whether its suppression is needed. `uses`: the images of the
    /// file.
    pub fn complaints(
        self,
        policy: &Policy,
        uses: &[ImageUse],
    ) -> Vec<(&'a InlineIgnore, Rule, Complaint)> {
        let lines = uses.iter().map(|used| used.location.start.line);
        let lines: BTreeSet<u32> = lines.collect();
        let mut complaints = Vec::new();
        for ignore in self.all {
            if let Some((rule, complaint)) = ignore.fault {
                complaints.push((ignore.written, rule, complaint));
                continue;
            }
            let named = &ignore.written.rules;
            let unused: Vec<Rule> = named
                .iter()
                .copied()
                .filter(|rule| !ignore.used.contains(rule) && policy.may_ask(*rule))
                .collect();
            if !unused.is_empty() {
                let all = unused.len() == named.len();
                let complaint = match beside_no_image(ignore.written, &lines) {
                    Some(next) => unused_exception::beside_no_image(&unused, next),
                    None => unused_exception::inline(&unused, all),
                };
                complaints.push((ignore.written, Rule::UnusedException, complaint));
            }
        }
        complaints
    }
}

/// The parts of an object in which the field stands, beginning with the whole, whose name is empty.
fn parts_around(field: &str) -> impl Iterator<Item = &str> {
    let ends = field.match_indices(['.', '[']).map(|(at, _)| at);
    let inner = ends
        .filter_map(|at| field.get(..at))
        .filter(|part| !part.is_empty());
    std::iter::once("").chain(inner)
}

/// Of a comment that stands at no image: the line of the next one below it, if there is one.
fn beside_no_image(ignore: &InlineIgnore, lines: &BTreeSet<u32>) -> Option<Option<u32>> {
    let IgnoreScope::Line(line) = ignore.scope else {
        return None;
    };
    (!lines.contains(&line)).then(|| lines.range(line..).next().copied())
}

fn fault(ignore: &InlineIgnore, setting: InlineIgnores, today: Date) -> Option<(Rule, Complaint)> {
    let invalid = |complaint| Some((Rule::InvalidSuppression, complaint));
    if let Some(fault) = &ignore.fault {
        return invalid(invalid_suppression::fault(fault, ignore));
    }
    if ignore.reason.is_empty() {
        return invalid(invalid_suppression::fault(&IgnoreFault::NoReason, ignore));
    }
    let beyond = invalid_suppression::ABOUT_SUPPRESSIONS;
    if let Some(&rule) = ignore.rules.iter().find(|rule| beyond.contains(rule)) {
        return invalid(invalid_suppression::out_of_reach(rule));
    }
    if setting == InlineIgnores::Forbid {
        return invalid(invalid_suppression::forbidden());
    }
    let until = ignore.until?;
    expired_exception::is_over(until, today).then(|| {
        let complaint =
            expired_exception::complaint("this suppression", &ignore.reason, "until", until, today);
        (Rule::ExpiredException, complaint)
    })
}
