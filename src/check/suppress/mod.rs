//! What takes findings away: comments and annotations in manifests, exceptions in the policy.
//!
//! A suppression takes a finding away whatever its outcome, *could not check* included; the finding
//! stays in the list, marked. Every suppression that reaches a finding counts as used, and the first of
//! comment, annotation and exception is the one that is named.

pub mod exceptions;
pub mod inline;

use std::sync::Arc;

use super::draft::Draft;
use super::wording::shortened;
use crate::model::finding::{Action, Suppressed};
use crate::policy::settings::InlineIgnores;
use exceptions::Exceptions;
use inline::Ignores;

/// Marks the findings of one file that are taken away.
pub fn apply(
    drafts: &mut [Draft<'_>],
    ignores: &mut Ignores<'_>,
    exceptions: &mut Exceptions<'_>,
    setting: InlineIgnores,
) {
    for draft in drafts {
        let inline = ignores.matching(draft);
        let exception = exceptions.matching(draft);
        draft.finding.suppressed = match (inline, setting) {
            (Some(inline), InlineIgnores::Allow) => Some(inline),
            (Some(inline), InlineIgnores::Audit) => exception.or_else(|| {
                lower(draft, &inline);
                None
            }),
            // A forbidden suppression never matches.
            (_, InlineIgnores::Forbid) | (None, _) => exception,
        };
    }
}

/// `inline-ignores: audit`: the finding stays, and does not stop a deploy.
fn lower(draft: &mut Draft<'_>, by: &Suppressed) {
    if draft.finding.action == Action::Enforce {
        draft.finding.lowered_by = Some(by.by);
    }
    draft.finding.action = Action::Audit;
    let details = Arc::make_mut(&mut draft.finding.details);
    details.insert("audit_reason".to_owned(), shortened(&by.reason).into());
}
