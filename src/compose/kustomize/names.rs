//! Names and namespaces: what a kustomization calls its objects, and into which namespace it puts them.

use std::sync::Arc;

use super::build::Work;
use super::fields;
use super::resource::Resource;
use crate::compose::tree::{Kind, Node, Scalar};

/// Kinds without a namespace.
const CLUSTER_WIDE: [&str; 19] = [
    "APIService",
    "CSIDriver",
    "CSINode",
    "CertificateSigningRequest",
    "ClusterRole",
    "ClusterRoleBinding",
    "ComponentStatus",
    "CustomResourceDefinition",
    "FlowSchema",
    "IngressClass",
    "MutatingWebhookConfiguration",
    "Namespace",
    "Node",
    "PersistentVolume",
    "PriorityClass",
    "PriorityLevelConfiguration",
    "RuntimeClass",
    "StorageClass",
    "ValidatingWebhookConfiguration",
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
    }
    for (name, is_prefix) in [("namePrefix", true), ("nameSuffix", false)] {
        if let Some(part) = fields::text(&node, name) {
            rename(work, part, is_prefix);
        }
    }
    if let Some(labels) = fields::field(&node, "commonLabels") {
        mark(work, "labels", labels, true);
    }
    for entry in fields::list(&node, "labels") {
        if let Some(pairs) = fields::field(entry, "pairs") {
            mark(work, "labels", pairs, false);
        }
    }
    if let Some(annotations) = fields::field(&node, "commonAnnotations") {
        mark(work, "annotations", annotations, true);
    }
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
        let is_wide = node
            .text(&["kind"])
            .is_some_and(|kind| CLUSTER_WIDE.contains(&kind));
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

fn mark(work: &mut Work<'_, '_>, name: &str, pairs: &Node, of_pods_too: bool) {
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
