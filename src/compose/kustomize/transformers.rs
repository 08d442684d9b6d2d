//! `transformers`: the built-in ones, by their configuration; any other one is a program.

use super::build::Work;
use super::field_specs::FieldSpec;
use super::{Why, fields, generators, names, patches, replacements};
use crate::compose::tree::{Node, Place};

/// Built-in transformers that change no image and no namespace.
const HARMLESS: [&str; 2] = ["ReplicaCountTransformer", "SortOrderTransformer"];

/// Runs the transformers of a kustomization.
pub(super) fn run(work: &mut Work<'_, '_>) {
    let node = work.at.node.clone();
    for entry in fields::list(&node, "transformers") {
        let known = work.state.built.unread.len();
        let nodes = generators::entries(work, entry);
        if work.state.built.unread.len() > known {
            work.uncertain(None);
        }
        for (node, place) in nodes {
            one(work, &node, place);
        }
    }
}

fn one(work: &mut Work<'_, '_>, node: &Node, place: Place) {
    let kind = node.text(&["kind"]).unwrap_or_default();
    if node.text(&["apiVersion"]) != Some("builtin") {
        return unknown(work, kind, place);
    }
    // Of a transformer its own paths alone count, none of the usual ones.
    let specs = FieldSpec::list(node, "fieldSpecs");
    match kind {
        "ImageTagTransformer" => {
            let entry = fields::field(node, "imageTag").cloned();
            work.replace_images(entry.as_slice(), &specs);
        }
        "LabelTransformer" | "AnnotationsTransformer" => {
            for name in ["labels", "annotations"] {
                if let Some(pairs) = fields::field(node, name) {
                    names::mark_by(work, pairs, &specs);
                }
            }
        }
        "PatchTransformer" | "PatchJson6902Transformer" => patches::entry_of_patches(work, node),
        "PatchStrategicMergeTransformer" => {
            work.unread(Why::NotRead, place, "`PatchStrategicMergeTransformer`");
            work.uncertain(None);
        }
        "ReplacementTransformer" => replacements::run(work, node),
        "NamespaceTransformer" => {
            let only_new = fields::is_set(node, "unsetOnly");
            if let Some(namespace) = node.at(&["metadata", "namespace"]) {
                names::put_into(work, namespace, only_new);
                names::fill(work, namespace, &specs, only_new);
            }
        }
        "PrefixTransformer" | "SuffixTransformer" | "PrefixSuffixTransformer" => {
            for (name, is_prefix) in [("prefix", true), ("suffix", false)] {
                let part = fields::field(node, name).and_then(Node::as_scalar);
                let Some(part) = part else { continue };
                if specs.iter().any(|spec| spec.is(["metadata", "name"])) {
                    names::rename(work, &part.text, is_prefix);
                }
                names::lengthen(work, part, is_prefix, &specs);
            }
        }
        kind if HARMLESS.contains(&kind) => {}
        _ => unknown(work, kind, place),
    }
}

fn unknown(work: &mut Work<'_, '_>, kind: &str, place: Place) {
    work.unread(Why::Plugin, place, &format!("`{kind}`"));
    work.uncertain(None);
}
