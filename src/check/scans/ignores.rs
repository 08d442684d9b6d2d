//! The entries of `ignore`: which vulnerabilities they take away, and what is wrong with them.
//!
//! An entry is used when it takes away a vulnerability that would fail. That it is not needed is said
//! only where every image that it concerns was judged by a scan.

use std::collections::HashMap;

use jiff::civil::Date;

use crate::check::rules::{expired_exception, unused_exception};
use crate::check::subject::Image;
use crate::check::verdict::Complaint;
use crate::check::wording::{quoted, shortened};
use crate::model::reference::ImageReference;
use crate::model::rule::Rule;
use crate::model::scan::Vulnerability;
use crate::model::span::Span;
use crate::policy::settings::{IgnoredVulnerability, Spanned};

/// The entries of a run.
#[derive(Debug)]
pub struct Ignores<'a> {
    entries: &'a [Spanned<IgnoredVulnerability>],
    states: Vec<State>,
    today: Date,
}

/// What the run has shown of an entry.
#[derive(Debug, Clone, Copy, Default)]
struct State {
    used: bool,
    /// An image that it concerns was not judged by a scan, so it may be needed.
    open: bool,
}

impl<'a> Ignores<'a> {
    /// Before anything is judged.
    pub fn new(entries: &'a [Spanned<IgnoredVulnerability>], today: Date) -> Self {
        Self {
            entries,
            states: vec![State::default(); entries.len()],
            today,
        }
    }

    /// The entries that hold today and concern the image, by vulnerability.
    pub fn concerning(&self, image: &ImageReference) -> Concerning<'a> {
        let mut by_id: HashMap<String, Vec<(usize, &'a IgnoredVulnerability)>> = HashMap::new();
        for (number, entry) in self.entries.iter().enumerate() {
            let entry = &entry.value;
            if !self.has_ended(entry) && concerns(entry, Image::Full(image)) {
                let of_id = by_id.entry(entry.id.to_ascii_lowercase()).or_default();
                of_id.push((number, entry));
            }
        }
        Concerning {
            by_id,
            used: Vec::new(),
        }
    }

    /// Notes which entries took something away.
    pub fn note(&mut self, concerning: &Concerning<'_>) {
        for &number in &concerning.used {
            if let Some(state) = self.states.get_mut(number) {
                state.used = true;
            }
        }
    }

    /// Notes that no scan was judged of the image.
    pub fn not_judged(&mut self, image: Image<'_>) {
        for (entry, state) in self.entries.iter().zip(&mut self.states) {
            state.open = state.open || may_concern(&entry.value, image);
        }
    }

    /// What is to be said about the entries once every image was judged: the place in the policy, the
    /// rule and the sentence.
    pub fn complaints(&self, all_governed_checked: bool) -> Vec<(Span, Rule, Complaint)> {
        let mut complaints = Vec::new();
        for (entry, state) in self.entries.iter().zip(&self.states) {
            let ignored = &entry.value;
            match ignored.expires {
                Some(last_day) if self.has_ended(ignored) => {
                    let complaint = expired_exception::complaint(
                        &format!("the entry of `ignore` for {}", named(ignored)),
                        &ignored.reason,
                        "expires",
                        last_day,
                        self.today,
                    );
                    complaints.push((entry.span, Rule::ExpiredException, complaint));
                }
                _ if all_governed_checked && !state.used && !state.open => {
                    let (named, reason) = (named(ignored), shortened(&ignored.reason));
                    let complaint = unused_exception::ignored(&named, &reason);
                    complaints.push((entry.span, Rule::UnusedException, complaint));
                }
                _ => {}
            }
        }
        complaints
    }

    fn has_ended(&self, entry: &IgnoredVulnerability) -> bool {
        let last_day = entry.expires;
        last_day.is_some_and(|day| expired_exception::is_over(day, self.today))
    }
}

/// The entries that concern one image.
#[derive(Debug)]
pub struct Concerning<'a> {
    by_id: HashMap<String, Vec<(usize, &'a IgnoredVulnerability)>>,
    used: Vec<usize>,
}

impl<'a> Concerning<'a> {
    /// The first entry that takes the vulnerability away. All that reach it count as used.
    pub fn taking_away(
        &mut self,
        vulnerability: &Vulnerability,
    ) -> Option<&'a IgnoredVulnerability> {
        if self.by_id.is_empty() {
            return None;
        }
        let mut first: Option<(usize, &IgnoredVulnerability)> = None;
        let names = vulnerability.aliases.iter().chain([&vulnerability.id]);
        for name in names {
            let entries = self.by_id.get(&name.to_ascii_lowercase());
            for &(number, entry) in entries.into_iter().flatten() {
                let package = entry.package.as_deref();
                if package.is_some_and(|package| package != &*vulnerability.package) {
                    continue;
                }
                if !self.used.contains(&number) {
                    self.used.push(number);
                }
                if first.is_none_or(|(known, _)| number < known) {
                    first = Some((number, entry));
                }
            }
        }
        first.map(|(_, entry)| entry)
    }
}

fn concerns(entry: &IgnoredVulnerability, image: Image<'_>) -> bool {
    let mut patterns = entry.images.iter();
    patterns.any(|pattern| image.surely_matches(&pattern.value))
}

fn may_concern(entry: &IgnoredVulnerability, image: Image<'_>) -> bool {
    let mut patterns = entry.images.iter();
    patterns.any(|pattern| image.may_match(&pattern.value))
}

fn named(entry: &IgnoredVulnerability) -> String {
    match &entry.package {
        Some(package) => format!("{} in {}", quoted(&entry.id), quoted(package)),
        None => quoted(&entry.id),
    }
}
