//! A finding while it is judged, with what suppressions and merging still have to know about it.

use std::sync::Arc;

use super::namespaces::Place;
use super::subject::Image;
use super::verdict::Complaint;
use super::wording;
use crate::model::finding::{Action, Finding, Fingerprint, Outcome, PolicyLine};
use crate::model::image_use::ImageUse;
use crate::model::origin::PartRole;
use crate::model::reference::Part;
use crate::model::rule::Rule;
use crate::model::source::SourceId;
use crate::model::span::{Location, Span};
use crate::policy::resolve::Decision;
use crate::policy::settings::Policy;

/// A finding of one file.
#[derive(Debug)]
pub struct Draft<'a> {
    /// The finding as far as it goes.
    pub finding: Finding,
    /// The namespace it was judged in.
    pub namespace: Option<&'a str>,
    /// The object's number in the file, when it belongs to one that is known.
    pub object_index: Option<u32>,
    /// What is known of the image, when it is about one that is a reference.
    pub image: Option<Image<'a>>,
    /// The alias or merge that brings the image to the field.
    pub used_through: Option<Location>,
    /// Whether a kustomization or a chart brings the image to the field, so that one text may be several uses.
    pub composed: bool,
    /// It is no finding: it only shows which suppressions reach what was not judged.
    pub only_for_suppressions: bool,
}

/// What decided about a finding besides the complaint.
#[derive(Debug, Clone, Copy)]
pub struct Ruling<'a> {
    /// The policy.
    pub policy: &'a Policy,
    /// The rule.
    pub rule: Rule,
    /// How it ended.
    pub outcome: Outcome,
    /// What the policy does with it there.
    pub decision: Decision,
}

/// A finding at a place that is no image.
pub fn at(
    ruling: Ruling<'_>,
    complaint: Complaint,
    source: SourceId,
    location: Option<Location>,
    label: String,
) -> Finding {
    let action = if complaint.audit_at_most {
        Action::Audit
    } else {
        ruling.decision.action
    };
    let decided_by = complaint.decided_by.or(ruling.decision.decided_by);
    Finding {
        rule: ruling.rule,
        outcome: ruling.outcome,
        action,
        message: complaint.message.into(),
        help: complaint.help.map(Arc::from),
        notes: complaint.notes.into(),
        label: label.into(),
        source,
        location,
        also_at: Vec::new(),
        image: None,
        reference: None,
        digest: complaint.digest,
        object: None,
        container: None,
        role: None,
        field: None,
        origin: None,
        decided_by: decided_by.and_then(|span| policy_line(ruling.policy, span)),
        fingerprint: Fingerprint::default(),
        suppressed: None,
        lowered_by: None,
        details: complaint.details,
        scans: complaint.scans.into(),
        outage: complaint.outage,
    }
}

/// The parts of an image that the rule speaks of, the first that is there first.
const fn parts_judged_by(rule: Rule) -> &'static [PartRole] {
    match rule {
        Rule::RestrictImageRegistries => &[PartRole::Registry, PartRole::Repository],
        Rule::DisallowLatestTag => &[PartRole::Tag],
        _ => &[],
    }
}

/// A finding about an image; `image` is `None` when the text is no reference at all.
pub fn about_image<'a>(
    ruling: Ruling<'_>,
    complaint: Complaint,
    source: SourceId,
    used: &'a ImageUse,
    image: Option<Image<'a>>,
    place: &Place<'a>,
) -> Draft<'a> {
    let reference = used.reference.as_ref().as_ref();
    let label = wording::label(used, place.namespace);
    let location = used.place_of(parts_judged_by(ruling.rule));
    let finding = at(ruling, complaint, source, Some(location), label);
    let digest = match image.map(Image::digest) {
        Some(Part::Known(digest)) => Some(digest.to_string()),
        Some(Part::Absent | Part::Unknown) | None => None,
    };
    Draft {
        finding: Finding {
            image: Some(Arc::clone(&used.text)),
            reference: reference.ok().map(|reference| reference.to_string().into()),
            digest: digest.or(finding.digest),
            object: Some(Arc::clone(&used.object)),
            container: used.container.clone(),
            role: Some(used.role),
            field: Some(used.field.as_ref().into()),
            origin: used.origin.clone(),
            ..finding
        },
        namespace: place.namespace,
        object_index: Some(used.object_index),
        image,
        used_through: used.used_through,
        composed: used.origin.is_some(),
        only_for_suppressions: false,
    }
}

/// The line of the policy at `span`; the empty span of a default has none, nor has the built-in policy.
fn policy_line(policy: &Policy, span: Span) -> Option<PolicyLine> {
    let text = policy.text.as_ref()?;
    (!span.is_empty()).then(|| PolicyLine {
        path: Arc::clone(text.path()),
        position: text.position(span.start),
    })
}
