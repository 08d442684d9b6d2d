//! Judges what reading found wrong with one file. Exempt namespaces do not matter here: what cannot be
//! read, or is read in two ways, may not really belong to the namespace that it seems to name.

use std::sync::Arc;

use super::Context;
use super::draft::{self, Draft, Ruling};
use super::namespaces::Namespaces;
use super::tally::Tally;
use super::verdict::Complaint;
use crate::model::caveat::Caveat;
use crate::model::file_facts::FileFacts;
use crate::model::finding::{Finding, Outcome};
use crate::model::source::SourceId;
use crate::model::summary::NotLookedAt;

/// The findings of the input rules about a file.
pub fn judge<'a>(
    source: SourceId,
    facts: &'a FileFacts,
    context: &Context<'a>,
    namespaces: &mut Namespaces<'a>,
    tally: &mut Tally<'a>,
) -> Vec<Draft<'a>> {
    let mut drafts = Vec::new();
    for problem in &facts.problems {
        let number = match &problem.object {
            Some(object) => namespaces.number(object),
            None => namespaces.nowhere(),
        };
        let place = namespaces.place(number);
        let Some(decision) = place.decision(problem.rule) else {
            tally.add(Caveat {
                position: problem.location.map(|location| location.start),
                object: problem.object.clone(),
                ..Caveat::of_file(
                    NotLookedAt::RuleOff(problem.rule),
                    Arc::clone(&facts.source.path),
                )
            });
            continue;
        };
        let ruling = Ruling {
            policy: context.policy,
            rule: problem.rule,
            outcome: if problem.not_checked {
                Outcome::NotChecked
            } else {
                Outcome::Violation
            },
            decision,
        };
        let complaint = Complaint {
            help: problem.help.clone(),
            audit_at_most: problem.audit_at_most,
            ..Complaint::new(problem.message.clone())
        };
        let label = problem.label.clone();
        let finding = draft::at(ruling, complaint, source, problem.location, label);
        drafts.push(Draft {
            finding: Finding {
                object: problem.object.clone(),
                ..finding
            },
            namespace: place.namespace,
            object_index: problem.object_index,
            image: None,
            used_through: None,
            composed: false,
            only_for_suppressions: false,
        });
    }
    drafts
}
