//! The parts that both JSON objects and SARIF share: the object an image belongs to and the counts of
//! what was not looked at.

use schemars::JsonSchema;
use serde::Serialize;

use crate::model;
use crate::model::summary::NotLookedAt;
use crate::report::reasons;

/// A Kubernetes object as its own text names it; nothing is filled in.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Object<'a> {
    /// `apiVersion`.
    api_version: &'a str,
    /// `kind`.
    kind: &'a str,
    /// `metadata.namespace`, null when none is written.
    namespace: Option<&'a str>,
    /// `metadata.name`, or `metadata.generateName` with `*` behind it.
    name: Option<&'a str>,
}

impl<'a> Object<'a> {
    pub(super) fn of(object: &'a model::object::Object) -> Self {
        Self {
            api_version: &object.api_version,
            kind: &object.kind,
            namespace: object.namespace.as_deref(),
            name: object.name.as_deref(),
        }
    }
}

/// How much was not looked at or not judged, for one reason.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::report) struct NotEvaluated {
    /// Such as `template-document` or `exempt-namespace`; docs/outputs.md lists them.
    reason: &'static str,
    /// The rule that the reason speaks of, null for the others.
    rule: Option<&'static str>,
    /// How many.
    count: u32,
}

pub(in crate::report) fn not_evaluated(counts: &[(NotLookedAt, u32)]) -> Vec<NotEvaluated> {
    counts
        .iter()
        .map(|(reason, count)| NotEvaluated {
            reason: reasons::name(*reason),
            rule: reasons::rule(*reason).map(model::rule::Rule::id),
            count: *count,
        })
        .collect()
}
