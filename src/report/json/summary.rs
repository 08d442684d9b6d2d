//! The parts that both JSON objects and SARIF share: the object an image belongs to and the counts of
//! what was not looked at.

use schemars::JsonSchema;
use serde::Serialize;

use crate::model;
use crate::model::caveat::Caveat;
use crate::model::strict::Strict;
use crate::model::summary::NotLookedAt;
use crate::report::{Listing, reasons};

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

/// How much was not looked at or not judged, or passed with a reservation, for one reason.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::report) struct NotEvaluated {
    /// Such as `template-document` or `exempt-namespace`; docs/outputs.md lists them.
    reason: &'static str,
    /// The rule that the reason speaks of, null for the others.
    rule: Option<&'static str>,
    /// How many.
    count: u32,
    /// Whether it was not judged, or passed with a reservation.
    family: Family,
    /// Whether this run is no pass because of it: `--strict`, or `strict` in the policy.
    strict: bool,
}

/// What a reason means for the answer.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Family {
    /// Nothing is known of it.
    NotJudged,
    /// It passed, by something that proves less than the rest.
    Reservation,
}

impl Family {
    const fn of(reason: NotLookedAt) -> Self {
        match reason.family() {
            model::summary::Family::NotJudged => Self::NotJudged,
            model::summary::Family::Reservation => Self::Reservation,
        }
    }
}

pub(in crate::report) fn not_evaluated(
    counts: &[(NotLookedAt, u32)],
    strict: &Strict,
) -> Vec<NotEvaluated> {
    counts
        .iter()
        .map(|(reason, count)| NotEvaluated {
            reason: reason.name(),
            rule: reasons::rule(*reason).map(model::rule::Rule::id),
            count: *count,
            family: Family::of(*reason),
            strict: *count > 0 && strict.takes(*reason),
        })
        .collect()
}

/// One place that was not judged, or passed with a reservation.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Place<'a> {
    /// As in `summary.not_evaluated`.
    reason: &'static str,
    /// The rule that the reason speaks of, null for the others.
    rule: Option<&'static str>,
    /// Whether it was not judged, or passed with a reservation.
    family: Family,
    /// The file or folder as given on the command line, with `/`.
    path: &'a str,
    /// Line, from 1; null when the whole file is meant.
    line: Option<u32>,
    /// Column, from 1.
    column: Option<u32>,
    /// The object, where one is concerned.
    object: Option<Object<'a>>,
    /// The image, where one is concerned.
    image: Option<&'a str>,
    /// What else helps to find or to judge it.
    detail: Option<&'a str>,
    /// How many are meant: more than one only for those of a file whose places are not kept, since there
    /// are too many.
    count: u32,
}

/// The places that are listed; `None` when none are asked for.
pub(super) fn places<'a>(caveats: &'a [Caveat], listing: &Listing) -> Option<Vec<Place<'a>>> {
    let shown = caveats.iter().filter(|caveat| listing.shows(caveat.reason));
    let places = shown.map(|caveat| Place {
        reason: caveat.reason.name(),
        rule: reasons::rule(caveat.reason).map(model::rule::Rule::id),
        family: Family::of(caveat.reason),
        path: &caveat.path,
        line: caveat.position.map(|at| at.line),
        column: caveat.position.map(|at| at.column),
        object: caveat.object.as_deref().map(Object::of),
        image: caveat.image.as_deref(),
        detail: caveat.detail.as_deref(),
        count: caveat.times,
    });
    (*listing != Listing::None).then(|| places.collect())
}
