//! Pure: facts and evidence, judged by the policy, to findings.

pub mod catalog;
pub mod rules;

use std::sync::Arc;

use crate::model::evidence::{Gathered, Needs};
use crate::model::file_facts::FileFacts;
use crate::model::finding::{Finding, Outcome};
use crate::model::rule::Rule;
use crate::model::source::SourceId;
use crate::model::summary::Summary;
use crate::policy::settings::Policy;

/// What a judgement rests on besides the files.
#[derive(Debug)]
pub struct Context<'a> {
    /// The policy.
    pub policy: &'a Policy,
    /// The policy file among the sources; `None` for the built-in policy.
    pub policy_source: Option<SourceId>,
    /// `--namespace`: for objects that name none.
    pub namespace: Option<&'a str>,
    /// The day against which expiry dates are held.
    pub today: jiff::civil::Date,
    /// The answers to [`needs`].
    pub evidence: &'a Gathered,
    /// Whether a folder was checked, so that an exception without effect is one that is not needed.
    pub folder_checked: bool,
}

/// What judging yields.
#[derive(Debug, Default)]
pub struct Judgement {
    /// Findings in the order of path, position and rule; suppressed ones too.
    pub findings: Vec<Finding>,
    /// The counts, those of the files included.
    pub summary: Summary,
}

/// The evidence that the rules want about the images of `files`; `namespace` is `--namespace`.
pub fn needs(
    _files: &[(SourceId, FileFacts)],
    _policy: &Policy,
    _namespace: Option<&str>,
) -> Needs {
    Needs::default()
}

/// Judges all files.
pub fn judge(files: &[(SourceId, FileFacts)], context: &Context<'_>) -> Judgement {
    let mut judgement = Judgement::default();
    for (source, facts) in files {
        judgement
            .findings
            .extend(file(*source, facts, context.policy));
    }
    judgement
}

fn file(source: SourceId, facts: &FileFacts, policy: &Policy) -> Vec<Finding> {
    let mut findings = Vec::new();
    for used in &facts.uses {
        let namespace = used.object.namespace.as_deref();
        let Some(decision) = policy.decide(Rule::DisallowLatestTag, namespace) else {
            continue;
        };
        let Ok(reference) = &used.reference else {
            continue;
        };
        if reference.digest.is_none() && reference.tag.is_none() {
            findings.push(Finding {
                rule: Rule::DisallowLatestTag,
                outcome: Outcome::Violation,
                action: decision.action,
                message: "no tag is written, so `latest` is pulled".to_owned(),
                help: None,
                label: String::new(),
                source,
                location: Some(used.location),
                also_at: Vec::new(),
                image: Some(used.text.clone()),
                reference: Some(reference.to_string()),
                digest: None,
                object: Some(Arc::clone(&used.object)),
                container: used.container.clone(),
                role: Some(used.role),
                field: Some(used.field.clone()),
                decided_by: None,
                fingerprint: String::new(),
                suppressed: None,
                details: serde_json::Map::new(),
            });
        }
    }
    findings
}
