//! The exceptions of the policy: which findings they reach, and what is wrong with them.

use jiff::civil::Date;

use crate::check::draft::Draft;
use crate::check::rules::{expired_exception, invalid_suppression, unused_exception};
use crate::check::subject::Image;
use crate::check::verdict::Complaint;
use crate::check::wording::{listed, quoted};
use crate::model::finding::{Suppressed, SuppressedBy};
use crate::model::object::Object;
use crate::model::rule::Rule;
use crate::model::span::Span;
use crate::policy::pattern::{ImagePattern, NamePattern};
use crate::policy::settings::{Exception, ObjectPattern, Policy, Spanned};

/// The exceptions of a run.
#[derive(Debug)]
pub struct Exceptions<'a> {
    policy: &'a Policy,
    used: Vec<bool>,
    /// Those that hold, by the number of the rule.
    by_rule: [Vec<usize>; Rule::ALL.len()],
    today: Date,
}

impl<'a> Exceptions<'a> {
    /// Sorts out which exceptions hold today.
    pub fn new(policy: &'a Policy, today: Date) -> Self {
        let mut by_rule: [Vec<usize>; Rule::ALL.len()] = Default::default();
        for (number, exception) in policy.exceptions.iter().enumerate() {
            if has_ended(exception, today) {
                continue;
            }
            for rule in &exception.rules {
                if !invalid_suppression::ABOUT_SUPPRESSIONS.contains(&rule.value) {
                    by_rule[rule.value as usize].push(number);
                }
            }
        }
        Self {
            policy,
            used: vec![false; policy.exceptions.len()],
            by_rule,
            today,
        }
    }

    /// The first exception that takes the finding away. All that reach it count as used.
    pub fn matching(&mut self, draft: &Draft<'_>) -> Option<Suppressed> {
        let mut first = None;
        for &number in &self.by_rule[draft.finding.rule as usize] {
            if first.is_some() && self.used[number] {
                continue;
            }
            let exception = &self.policy.exceptions[number];
            if !reaches(exception, draft) {
                continue;
            }
            self.used[number] = true;
            first.get_or_insert_with(|| Suppressed {
                by: SuppressedBy::Exception,
                reason: exception.reason.value.as_str().into(),
                until: exception.expires.as_ref().map(|date| date.value),
            });
        }
        first
    }

    /// What is to be said about the exceptions once every finding was seen: the place in the policy, the
    /// rule and the sentence. Unused ones only after everything was checked that the policy is for: a part
    /// does not show that an exception is not needed.
    pub fn complaints(self, all_governed_checked: bool) -> Vec<(Span, Rule, Complaint)> {
        let mut complaints = Vec::new();
        for (exception, used) in self.policy.exceptions.iter().zip(self.used) {
            match &exception.expires {
                Some(last_day) if has_ended(exception, self.today) => {
                    let complaint = expired_exception::complaint(
                        &format!("the exception from {}", rules(exception)),
                        &exception.reason.value,
                        "expires",
                        last_day.value,
                        self.today,
                    );
                    complaints.push((last_day.span, Rule::ExpiredException, complaint));
                }
                _ if !used && all_governed_checked => {
                    let complaint = unused_exception::exception(exception);
                    complaints.push((exception.span, Rule::UnusedException, complaint));
                }
                _ => {}
            }
        }
        complaints
    }
}

fn has_ended(exception: &Exception, today: Date) -> bool {
    let last_day = exception.expires.as_ref();
    last_day.is_some_and(|date| expired_exception::is_over(date.value, today))
}

/// Whether everything that the exception names fits. What is not known about a finding fits nothing.
fn reaches(exception: &Exception, draft: &Draft<'_>) -> bool {
    let object = draft.finding.object.as_deref();
    fits(exception.images.as_deref(), |patterns| {
        draft.image.is_some_and(|image| is_one_of(patterns, image))
    }) && fits(exception.objects.as_deref(), |patterns| {
        object.is_some_and(|object| names(patterns, object))
    }) && fits(exception.namespaces.as_deref(), |patterns| {
        let namespace = draft.namespace;
        namespace.is_some_and(|name| matches_name(patterns, name))
    }) && fits(exception.containers.as_deref(), |patterns| {
        let container = draft.finding.container.as_deref();
        container.is_some_and(|name| matches_name(patterns, name))
    })
}

fn fits<T>(patterns: Option<&[T]>, matches: impl FnOnce(&[T]) -> bool) -> bool {
    patterns.is_none_or(matches)
}

fn is_one_of(patterns: &[Spanned<ImagePattern>], image: Image<'_>) -> bool {
    patterns
        .iter()
        .any(|pattern| image.surely_matches(&pattern.value))
}

fn names(patterns: &[Spanned<ObjectPattern>], object: &Object) -> bool {
    let name = object.name.as_deref().unwrap_or_default();
    patterns
        .iter()
        .any(|pattern| pattern.value.kind.matches(&object.kind) && pattern.value.name.matches(name))
}

fn matches_name(patterns: &[Spanned<NamePattern>], name: &str) -> bool {
    patterns.iter().any(|pattern| pattern.value.matches(name))
}

fn rules(exception: &Exception) -> String {
    let names = exception.rules.iter();
    let names: Vec<String> = names.map(|rule| quoted(rule.value.id())).collect();
    listed(&names)
}
