//! What post-renderers of Flux and Argo CD's kustomize options put in place of the images of a chart.

use super::image::{Image, Parts};
use super::node::{Map, Scalar, Value};
use super::shape;
use crate::model::image_use::Role;
use crate::model::origin::PartRole;

/// The images of a list `images` of a kustomization, `field` is where the list stands.
pub(super) fn replaced(list: &Value, field: &str) -> Vec<Image> {
    let entries = list.items().iter().enumerate();
    entries
        .filter_map(|(index, entry)| one(entry.map()?, format!("{field}[{index}]")))
        .collect()
}

fn one(entry: &Map, field: String) -> Option<Image> {
    let name = entry.part("name");
    let new = entry.part("newName");
    let parts = Parts {
        repository: new.or(name),
        tag: entry.part("newTag"),
        digest: entry.part("digest"),
        ..Parts::default()
    };
    if new.is_none() && parts.tag.is_none() && parts.digest.is_none() {
        return None;
    }
    put(&parts, field, name.cloned())
}

/// The images of Argo CD's list of `name=new:tag` or `new:tag`.
pub(super) fn assigned(list: &Value, field: &str) -> Vec<Image> {
    let entries = list.items().iter().enumerate();
    let entries = entries.filter_map(|(index, entry)| Some((index, entry.scalar()?)));
    let images = entries.filter_map(|(index, scalar)| {
        let (old, new) = match scalar.text.split_once('=') {
            Some((old, new)) => (Some(old), new),
            None => (None, scalar.text.as_str()),
        };
        // `*` keeps the name.
        let text = match (new.strip_prefix('*'), old) {
            (Some(rest), Some(old)) => format!("{old}{rest}"),
            _ => new.to_owned(),
        };
        let written = Scalar {
            text,
            ..scalar.clone()
        };
        let parts = Parts {
            repository: Some(&written),
            is_whole: true,
            ..Parts::default()
        };
        let replaced = old.map(|old| Scalar {
            text: old.to_owned(),
            ..scalar.clone()
        });
        let image = put(&parts, format!("{field}[{index}]"), replaced)?;
        Some(Image {
            parts: vec![(PartRole::Image, scalar.clone())],
            ..image
        })
    });
    images.collect()
}

/// The images in patches: a list of `{patch: text}` or of objects. `field` is where the list stands.
pub(super) fn patched(list: &Value, field: &str) -> Vec<Image> {
    let mut found = Vec::new();
    for (index, entry) in list.items().iter().enumerate() {
        let field = format!("{field}[{index}]");
        match entry.map().and_then(|entry| entry.get("patch")) {
            Some(patch) => one_patch(patch, &format!("{field}.patch"), &mut found),
            None => one_patch(entry, &field, &mut found),
        }
    }
    found
}

fn one_patch(patch: &Value, field: &str, found: &mut Vec<Image>) {
    match patch {
        Value::List(operations) => {
            for (index, operation) in operations.iter().enumerate() {
                let Some(operation) = operation.map() else {
                    continue;
                };
                let field = format!("{field}[{index}].value");
                let path = operation.text("path").map_or("", |path| &path.text);
                match operation.get("value") {
                    Some(Value::Scalar(scalar)) if path.ends_with("/image") => {
                        found.extend(whole(scalar, field));
                    }
                    Some(value) => containers(value, &field, found),
                    None => {}
                }
            }
        }
        other => containers(other, field, found),
    }
}

/// Every `image` at or below, as a patch writes it into containers.
fn containers(value: &Value, field: &str, found: &mut Vec<Image>) {
    for (index, item) in value.items().iter().enumerate() {
        containers(item, &format!("{field}[{index}]"), found);
    }
    for (key, value) in value.map().iter().flat_map(|map| &map.entries) {
        let field = shape::joined(field, &shape::segment(key, true));
        match value {
            Value::Scalar(scalar) if key == "image" => found.extend(whole(scalar, field)),
            other => containers(other, &field, found),
        }
    }
}

fn whole(scalar: &Scalar, field: String) -> Option<Image> {
    let parts = Parts {
        repository: Some(scalar),
        is_complete: true,
        is_whole: true,
        ..Parts::default()
    };
    put(&parts, field, None)
}

fn put(parts: &Parts<'_>, field: String, in_place_of: Option<Scalar>) -> Option<Image> {
    let composed = parts.composed()?;
    Some(Image {
        text: composed.text,
        reference: composed.reference,
        parts: composed.parts,
        deciding: composed.deciding,
        field,
        switch: None,
        role: Role::Kustomize,
        in_place_of,
    })
}
