//! Names and namespaces: what a kustomization calls its objects, and into which namespace it puts them.

use std::sync::Arc;

use super::build::Work;
use super::field_specs::{self, FieldSpec};
use super::fields;
use super::resource::{Id, Resource};
use crate::compose::tree::{History, Kind, Node, Scalar};
use crate::model::origin::PartRole;

/// Kinds without a namespace, with their groups: a kind of the same name in another group has one.
const CLUSTER_WIDE: [(&str, &str); 19] = [
    ("", "ComponentStatus"),
    ("", "Namespace"),
    ("", "Node"),
    ("", "PersistentVolume"),
    (
        "admissionregistration.k8s.io",
        "MutatingWebhookConfiguration",
    ),
    (
        "admissionregistration.k8s.io",
        "ValidatingWebhookConfiguration",
    ),
    ("apiextensions.k8s.io", "CustomResourceDefinition"),
    ("apiregistration.k8s.io", "APIService"),
    ("certificates.k8s.io", "CertificateSigningRequest"),
    ("flowcontrol.apiserver.k8s.io", "FlowSchema"),
    ("flowcontrol.apiserver.k8s.io", "PriorityLevelConfiguration"),
    ("networking.k8s.io", "IngressClass"),
    ("node.k8s.io", "RuntimeClass"),
    ("rbac.authorization.k8s.io", "ClusterRole"),
    ("rbac.authorization.k8s.io", "ClusterRoleBinding"),
    ("scheduling.k8s.io", "PriorityClass"),
    ("storage.k8s.io", "CSIDriver"),
    ("storage.k8s.io", "CSINode"),
    ("storage.k8s.io", "StorageClass"),
];

/// The lists of `configurations` that say into which fields names, namespaces, labels and annotations are put besides
/// the usual ones.
pub(super) const CONFIGURED: [&str; 7] = [
    "commonAnnotations",
    "commonLabels",
    "labels",
    "namePrefix",
    "nameSuffix",
    "namespace",
    "templateLabels",
];

/// Kinds whose names are never changed.
const KEEP_NAMES: [&str; 3] = ["CustomResourceDefinition", "APIService", "Namespace"];

/// Most bytes of a part of a name; names are not longer than 253.
const NAME: usize = 1_000;

/// Where objects carry labels and annotations for themselves and for their pods.
const METADATA: [&[&str]; 3] = [
    &["metadata"],
    &["spec", "template", "metadata"],
    &["spec", "jobTemplate", "spec", "template", "metadata"],
];

/// `namespace`, `namePrefix`, `nameSuffix`, labels and annotations, in this order.
pub(super) fn run(work: &mut Work<'_, '_>) {
    let node = work.at.node.clone();
    if let Some(namespace) = fields::field(&node, "namespace") {
        put_into(work, namespace, false);
        let specs = configured(work, &["namespace"]);
        fill(work, namespace, &specs, false);
    }
    for (name, is_prefix) in [("namePrefix", true), ("nameSuffix", false)] {
        let part = fields::field(&node, name).and_then(Node::as_scalar);
        if let Some(part) = part.filter(|part| part.kind == Kind::Text) {
            rename(work, &part.text, is_prefix);
            let specs = configured(work, &[name]);
            lengthen(work, part, is_prefix, &specs);
        }
    }
    if let Some(labels) = fields::field(&node, "commonLabels") {
        let specs = configured(work, &["commonLabels"]);
        mark(work, "labels", labels, true, &specs);
    }
    for entry in fields::list(&node, "labels") {
        if let Some(pairs) = fields::field(entry, "pairs") {
            let selects = fields::is_set(entry, "includeSelectors");
            let of_pods = selects || fields::is_set(entry, "includeTemplates");
            let lists: &[&str] = match (selects, of_pods) {
                (true, _) => &["commonLabels"],
                (_, true) => &["labels", "templateLabels"],
                _ => &["labels"],
            };
            let mut specs = configured(work, lists);
            specs.extend(FieldSpec::list(entry, "fields"));
            mark(work, "labels", pairs, of_pods, &specs);
        }
    }
    if let Some(annotations) = fields::field(&node, "commonAnnotations") {
        let specs = configured(work, &["commonAnnotations"]);
        mark(work, "annotations", annotations, true, &specs);
    }
}

/// The paths in these lists of the configurations.
fn configured(work: &Work<'_, '_>, lists: &[&str]) -> Vec<FieldSpec> {
    let specs = lists
        .iter()
        .filter_map(|name| work.state.more_specs.get(name));
    specs.flatten().cloned().collect()
}

/// Puts all objects into a namespace; with `only_new` those alone that name none.
pub(super) fn put_into(work: &mut Work<'_, '_>, namespace: &Node, only_new: bool) {
    if namespace.as_text().is_none_or(str::is_empty) {
        return;
    }
    for resource in &mut work.state.built.resources {
        let node = &resource.node;
        let is_placed = node
            .text(&["metadata", "namespace"])
            .is_some_and(|it| !it.is_empty());
        let id = Id::of(node);
        let is_wide = CLUSTER_WIDE.contains(&(&*id.group, &*id.kind));
        if is_wide || only_new && is_placed {
            continue;
        }
        resource.keep_id();
        resource
            .node
            .set(&["metadata", "namespace"], namespace.clone());
    }
}

/// Puts a text before or behind the name of every object.
pub(super) fn rename(work: &mut Work<'_, '_>, part: &str, is_prefix: bool) {
    if part.is_empty() || part.len() > NAME {
        return;
    }
    for resource in &mut work.state.built.resources {
        if resource
            .node
            .text(&["kind"])
            .is_some_and(|kind| KEEP_NAMES.contains(&kind))
        {
            continue;
        }
        resource.keep_id();
        let name = resource
            .node
            .at(&["metadata", "name"])
            .and_then(Node::as_scalar);
        let Some(name) = name else { continue };
        let text = match is_prefix {
            true => format!("{part}{}", name.text),
            false => format!("{}{part}", name.text),
        };
        let renamed = Scalar {
            text: text.into(),
            kind: Kind::Text,
            ..name.clone()
        };
        let renamed = Node::Scalar(Arc::new(renamed));
        resource.node.set(&["metadata", "name"], renamed);
    }
}

/// Puts a text into the fields behind paths, with `only_new` where none stands.
pub(super) fn fill(work: &mut Work<'_, '_>, text: &Node, specs: &[FieldSpec], only_new: bool) {
    let Some(after) = text.as_scalar().filter(|text| !text.text.is_empty()) else {
        return;
    };
    // The namespace of the object itself is done elsewhere.
    let others = specs.iter().filter(|it| !it.is(["metadata", "namespace"]));
    for spec in others {
        change(work, spec, &mut |before| {
            let is_kept = only_new && !before.text.is_empty();
            (!is_kept).then(|| after.in_place_of(before))
        });
        if let Some((parent, key)) = spec.made() {
            put(work, &parent, &[(key.into(), text.clone())]);
        }
    }
}

/// Puts a text before or behind those behind paths.
pub(super) fn lengthen(
    work: &mut Work<'_, '_>,
    part: &Scalar,
    is_prefix: bool,
    specs: &[FieldSpec],
) {
    if part.text.is_empty() || part.text.len() > NAME {
        return;
    }
    let others = specs.iter().filter(|it| !it.is(["metadata", "name"]));
    for spec in others {
        change(work, spec, &mut |before| {
            Some(joined(before, part, is_prefix))
        });
    }
}

fn joined(before: &Scalar, part: &Scalar, is_prefix: bool) -> Scalar {
    let mut replaced = before.replaced().to_vec();
    if before.is_as_written() {
        replaced.push(before.piece(PartRole::Image));
    }
    let role = match is_prefix {
        true => PartRole::Repository,
        false => PartRole::Tag,
    };
    let (text, name, rest) = match is_prefix {
        true => (
            format!("{}{}", part.text, before.text),
            vec![part.piece(role)],
            before.pieces(),
        ),
        false => (
            format!("{}{}", before.text, part.text),
            before.pieces(),
            vec![part.piece(role)],
        ),
    };
    Scalar {
        text: text.into(),
        kind: Kind::Text,
        place: part.place,
        history: Some(Arc::new(History {
            name,
            rest,
            replaced,
        })),
    }
}

/// Changes the scalars behind a path.
fn change(
    work: &mut Work<'_, '_>,
    spec: &FieldSpec,
    with: &mut dyn FnMut(&Scalar) -> Option<Scalar>,
) {
    let steps = &work.builder.steps;
    let mut is_too_much = false;
    for resource in &mut work.state.built.resources {
        if !spec.is_about(&resource.node) {
            continue;
        }
        match field_specs::map(&resource.node, &spec.path, with, steps) {
            Some(Some(node)) => {
                resource.node = node;
                resource.changed = true;
            }
            Some(None) => {}
            None => is_too_much = true,
        }
    }
    if is_too_much {
        work.too_much();
    }
}

/// Puts entries into the maps behind a path.
fn put(work: &mut Work<'_, '_>, spec: &FieldSpec, entries: &[(Arc<str>, Node)]) {
    let steps = &work.builder.steps;
    let mut is_too_much = false;
    for resource in &mut work.state.built.resources {
        if !spec.is_about(&resource.node) {
            continue;
        }
        match field_specs::put(&mut resource.node, spec, entries, steps) {
            Some(found) => resource.changed |= found,
            None => is_too_much = true,
        }
    }
    if is_too_much {
        work.too_much();
    }
}

/// Puts labels or annotations where `specs` say; what a transformer says of itself.
pub(super) fn mark_by(work: &mut Work<'_, '_>, pairs: &Node, specs: &[FieldSpec]) {
    let entries = pairs.as_mapping().map_or(&[][..], |map| map.entries());
    for spec in specs.iter().filter(|_| !entries.is_empty()) {
        put(work, spec, entries);
    }
}

fn mark(work: &mut Work<'_, '_>, name: &str, pairs: &Node, of_pods_too: bool, specs: &[FieldSpec]) {
    let entries = pairs.as_mapping().map_or(&[][..], |map| map.entries());
    let each = entries.len() * (1 + entries.len() / 8);
    if work.spend_on_all(each).is_none() {
        return work.too_much();
    }
    for resource in &mut work.state.built.resources {
        for metadata in METADATA {
            let is_own = metadata.len() == 1;
            if is_own || of_pods_too && resource.node.at(metadata).is_some() {
                mark_one(resource, metadata, name, entries);
            }
        }
    }
    mark_by(work, pairs, specs);
}

fn mark_one(resource: &mut Resource, metadata: &[&str], name: &str, entries: &[(Arc<str>, Node)]) {
    for (key, value) in entries {
        let mut keys = metadata.to_vec();
        keys.extend([name, &**key]);
        resource.node.set(&keys, value.clone());
    }
    // An annotation may say which image something adds to the object.
    resource.changed |= name == "annotations" && !entries.is_empty();
}
