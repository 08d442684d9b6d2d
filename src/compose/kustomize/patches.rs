//! Patches: which objects each is for, and how it is applied.

use std::sync::Arc;

use super::build::Work;
use super::fields;
use super::json_patch::JsonPatch;
use super::resource::Id;
use super::selector::{SELECTION, Selector};
use super::strategic::{self, Failed, Merge};
use super::{Found, Resource, Why};
use crate::compose::read::{self, Inside};
use crate::compose::tree::{Node, Place};

/// `patchesStrategicMerge`: files, or patches themselves.
pub(super) fn merge_patches(work: &mut Work<'_, '_>) {
    let node = work.at.node.clone();
    for entry in fields::list(&node, "patchesStrategicMerge") {
        let Some((text, place)) = work.entry(entry) else {
            continue;
        };
        let patches = match text.contains('\n') || text.contains(": ") {
            true => inline(work, entry),
            false => in_file(work, &text, place),
        };
        for patch in patches {
            without_target(work, &patch, place);
        }
    }
}

/// `patches`.
pub(super) fn patches(work: &mut Work<'_, '_>) {
    let node = work.at.node.clone();
    for entry in fields::list(&node, "patches") {
        entry_of_patches(work, entry);
    }
}

/// `patchesJson6902`.
pub(super) fn json_patches(work: &mut Work<'_, '_>) {
    let node = work.at.node.clone();
    for entry in fields::list(&node, "patchesJson6902") {
        entry_of_patches(work, entry);
    }
}

/// One entry with a patch and perhaps a target.
pub(super) fn entry_of_patches(work: &mut Work<'_, '_>, entry: &Node) {
    let place = entry.place().unwrap_or(work.at.place);
    let patch = ["patch", "jsonOp"]
        .iter()
        .find_map(|name| fields::field(entry, name));
    let patch = patch.filter(|patch| patch.as_text() != Some(""));
    let path = fields::text(entry, "path").filter(|path| !path.is_empty());
    let target = match fields::field(entry, "target") {
        Some(target) => match Selector::read(target) {
            Ok(target) => Some(target),
            Err(why) => {
                work.uncertain(None);
                return work.unread(Why::NotRead, place, why);
            }
        },
        None => None,
    };
    let known = work.state.built.unread.len();
    let values = match (patch, path) {
        (Some(patch), None) => inline(work, patch),
        (None, Some(path)) => {
            let place = fields::place(entry, "path").unwrap_or(place);
            in_file(work, path, place)
        }
        _ => {
            work.unread(
                Why::Broken,
                place,
                "an entry needs either `patch` or `path`",
            );
            Vec::new()
        }
    };
    // Without a target it can only be a patch that leaves names and namespaces as they are.
    if work.state.built.unread.len() > known && target.is_some() {
        work.uncertain(target.as_ref());
    }
    let options = fields::field(entry, "options");
    let allows = |name| options.is_some_and(|options| fields::is_set(options, name));
    let keeps = Keeps {
        name: !allows("allowNameChange"),
        kind: !allows("allowKindChange"),
    };
    for value in values {
        match &target {
            Some(target) => with_target(work, &value, target, keeps, place),
            _ if JsonPatch::is_one(&value) => {
                work.unread(Why::Broken, place, "a JSON patch needs a target");
                work.uncertain(None);
            }
            _ => without_target(work, &value, place),
        }
    }
}

/// What a patch with a target must not change.
#[derive(Debug, Clone, Copy)]
struct Keeps {
    name: bool,
    kind: bool,
}

/// The values of a text in a scalar.
pub(super) fn inline(work: &mut Work<'_, '_>, patch: &Node) -> Vec<Node> {
    let Some(scalar) = patch.as_scalar() else {
        let place = patch.place().unwrap_or(work.at.place);
        work.unread(Why::Broken, place, "a patch is no string");
        return Vec::new();
    };
    let written = work.files().written(scalar.place).unwrap_or_default();
    let inside = Inside {
        place: scalar.place,
        written: &written,
        text: &scalar.text,
    };
    let values = read::values(&scalar.text, scalar.place.file, Some(&inside));
    let mut nodes = Vec::new();
    for value in values {
        match value {
            Ok(value) => nodes.push(value.node),
            Err(error) => work.unread(Why::Broken, scalar.place, &error.why),
        }
    }
    nodes
}

fn in_file(work: &mut Work<'_, '_>, path: &str, place: Place) -> Vec<Node> {
    let values = match work.find(path, place) {
        Some(Found::File(_, values)) => values,
        Some(_) => {
            work.unread(Why::Broken, place, "a patch is a folder");
            return Vec::new();
        }
        None => return Vec::new(),
    };
    let mut nodes = Vec::new();
    for value in values.iter() {
        match value {
            Ok(value) => nodes.push(value.node.clone()),
            Err(error) => work.unread(Why::Broken, place, &error.why),
        }
    }
    nodes
}

/// A merge patch that names its object itself.
fn without_target(work: &mut Work<'_, '_>, patch: &Node, place: Place) {
    let items = match patch.get("items") {
        Some(items)
            if patch
                .text(&["kind"])
                .is_some_and(|kind| kind.ends_with("List")) =>
        {
            items
        }
        _ => patch,
    };
    if let Node::List(items) = items {
        for item in items.iter() {
            without_target(work, item, place);
        }
        return;
    }
    if work.spend_on_all(SELECTION).is_none() {
        return work.too_much();
    }
    let wanted = Id::of(patch);
    let resources = work.state.built.resources.iter().enumerate();
    let found = resources.filter(|(_, resource)| resource.ids().any(|id| id == wanted));
    let found: Vec<usize> = found.map(|(at, _)| at).collect();
    if found.len() != 1 {
        let detail = format!(
            "a patch for `{}` `{}` finds {} objects",
            wanted.kind,
            wanted.name,
            found.len()
        );
        work.unread(Why::Broken, place, &detail);
    }
    let keeps = Keeps {
        name: true,
        kind: true,
    };
    merge_into(work, patch, &found, keeps, place);
}

fn with_target(
    work: &mut Work<'_, '_>,
    patch: &Node,
    target: &Selector,
    keeps: Keeps,
    place: Place,
) {
    if work.spend_on_all(SELECTION).is_none() {
        return work.too_much();
    }
    let resources = work.state.built.resources.iter().enumerate();
    let found = resources.filter(|(_, resource)| target.selects(resource));
    let found: Vec<usize> = found.map(|(at, _)| at).collect();
    if !JsonPatch::is_one(patch) {
        return merge_into(work, patch, &found, keeps, place);
    }
    let operations = match JsonPatch::read(patch) {
        Ok(operations) => operations,
        Err(why) => {
            work.uncertain(Some(target));
            return work.unread(Why::Broken, place, why);
        }
    };
    for at in found {
        let steps = &work.builder.steps;
        let Some(resource) = work.state.built.resources.get_mut(at) else {
            continue;
        };
        resource.keep_id();
        let done = operations.apply(&mut resource.node, steps);
        resource.changed = true;
        failed(work, at, done, place);
    }
}

fn merge_into(work: &mut Work<'_, '_>, patch: &Node, found: &[usize], keeps: Keeps, place: Place) {
    let mut gone = Vec::new();
    for &at in found {
        let steps = &work.builder.steps;
        let Some(resource) = work.state.built.resources.get_mut(at) else {
            continue;
        };
        if strategic::deletes(patch) {
            gone.push(at);
            continue;
        }
        let merge = Merge {
            built_in: strategic::is_built_in(
                resource.node.text(&["apiVersion"]).unwrap_or_default(),
            ),
            steps,
        };
        let done = merge.node(Some(&resource.node), patch, "").map(|node| {
            if let Some(node) = node {
                put(resource, node, keeps);
            }
        });
        failed(work, at, done, place);
    }
    for at in gone.into_iter().rev() {
        work.state.built.resources.remove(at);
    }
}

/// Takes what a merge made of an object, which keeps its names.
fn put(resource: &mut Resource, node: Node, keeps: Keeps) {
    resource.keep_id();
    let before = std::mem::replace(&mut resource.node, node);
    resource.changed = true;
    let mut kept: Vec<&[&str]> = vec![&["metadata", "namespace"]];
    if keeps.name {
        kept.push(&["metadata", "name"]);
    }
    if keeps.kind {
        kept.extend([&["kind"][..], &["apiVersion"][..]]);
    }
    for keys in kept {
        match before.at(keys) {
            Some(value) => resource.node.set(keys, value.clone()),
            None => {
                let metadata = resource.node.as_mapping_mut();
                let metadata = metadata.and_then(|node| node.get_mut("metadata"));
                if let ([_, last], Some(metadata)) = (keys, metadata) {
                    metadata
                        .as_mapping_mut()
                        .map(|metadata| metadata.remove(last));
                }
            }
        }
    }
}

fn failed(work: &mut Work<'_, '_>, at: usize, done: Result<(), Failed>, place: Place) {
    let Err(why) = done else { return };
    if let Some(resource) = work.state.built.resources.get_mut(at) {
        resource.uncertain = true;
    }
    match why {
        Failed::NotRead(detail) => work.unread(Why::NotRead, place, detail),
        Failed::TooMuch => work.too_much(),
    }
}

/// A text with its place, for what reads single values.
pub(super) fn text_of(node: &Node) -> Option<(Arc<str>, Place)> {
    let scalar = node.as_scalar()?;
    Some((Arc::clone(&scalar.text), scalar.place))
}
