//! One finding for one text: an image that aliases and merge keys bring to many fields is corrected at
//! one place, so it is one finding that lists the uses. Findings that differ in anything that a reader
//! acts on (outcome, action, sentence, suppression) stay apart.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use std::sync::Arc;

use super::draft::Draft;
use crate::model::finding::{Action, Finding, Outcome, PolicyLine, Suppressed};
use crate::model::rule::Rule;
use crate::model::span::Span;

#[derive(PartialEq, Eq, Hash)]
struct Key {
    span: Span,
    rule: Rule,
    outcome: Outcome,
    action: Action,
    message: Arc<str>,
    decided_by: Option<PolicyLine>,
    suppressed: Option<Suppressed>,
}

/// The findings of one file with those of the same text and verdict merged into the first of them.
pub fn merge(drafts: Vec<Draft<'_>>) -> Vec<Finding> {
    if drafts
        .iter()
        .all(|draft| draft.used_through.is_none() && !draft.composed)
    {
        return drafts.into_iter().map(|draft| draft.finding).collect();
    }
    let mut merged: Vec<Finding> = Vec::with_capacity(drafts.len());
    let mut first_of: HashMap<Key, usize> = HashMap::new();
    for Draft {
        mut finding,
        used_through,
        ..
    } in drafts
    {
        let Some(key) = key(&finding) else {
            merged.push(finding);
            continue;
        };
        match first_of.entry(key) {
            Entry::Occupied(first) => merged[*first.get()].also_at.extend(used_through),
            Entry::Vacant(place) => {
                place.insert(merged.len());
                finding.also_at.extend(used_through);
                merged.push(finding);
            }
        }
    }
    for finding in &mut merged {
        finding.also_at.sort_unstable();
        finding.also_at.dedup();
    }
    merged
}

/// Only findings about images are merged: one text there is one thing to correct.
fn key(finding: &Finding) -> Option<Key> {
    finding.image.as_ref()?;
    Some(Key {
        span: finding.location?.span,
        rule: finding.rule,
        outcome: finding.outcome,
        action: finding.action,
        message: Arc::clone(&finding.message),
        decided_by: finding.decided_by.clone(),
        suppressed: finding.suppressed.clone(),
    })
}
