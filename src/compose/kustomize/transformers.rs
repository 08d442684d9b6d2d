//! `transformers`: the built-in ones, by their configuration; any other one is a program.

use super::build::Work;
use super::field_specs::FieldSpec;
use super::{Why, fields, generators, names, patches, replacements};
use crate::compose::tree::{Node, Place};

/// Built-in transformers that change no image and no namespace.
const HARMLESS: [&str; 4] = [
    "LabelTransformer",
    "AnnotationsTransformer",
    "ReplicaCountTransformer",
    "SortOrderTransformer",
];

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
    match kind {
        "ImageTagTransformer" => {
            let specs = fields::list(node, "fieldSpecs").iter();
            let specs: Vec<FieldSpec> = specs.filter_map(FieldSpec::read).collect();
            let entry = fields::field(node, "imageTag").cloned();
            work.replace_images(entry.as_slice(), specs);
        }
        "PatchTransformer" | "PatchJson6902Transformer" => patches::entry_of_patches(work, node),
        "PatchStrategicMergeTransformer" => {
            work.unread(Why::NotRead, place, "`PatchStrategicMergeTransformer`");
            work.uncertain(None);
        }
        "ReplacementTransformer" => replacements::run(work, node),
        "NamespaceTransformer" => {
            let only_new = fields::is_set(node, "unsetOnly");
            let namespace = node.at(&["metadata", "namespace"]);
            if let Some(namespace) = namespace.or_else(|| fields::field(node, "namespace")) {
                names::put_into(work, namespace, only_new);
            }
        }
        "PrefixTransformer" | "SuffixTransformer" | "PrefixSuffixTransformer" => {
            for (name, is_prefix) in [("prefix", true), ("suffix", false)] {
                if let Some(part) = fields::text(node, name) {
                    names::rename(work, part, is_prefix);
                }
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
