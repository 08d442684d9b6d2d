//! Files that are no objects and list what they deploy: releases of helmfile, packages of Zarf.

use super::holders::{Held, Namespace};
use super::image::{Image, Parts};
use super::node::{Map, Scalar, Value};
use super::{argo, rules};
use crate::model::image_use::Role;

/// A release of helmfile with its values.
#[derive(Debug)]
pub(in crate::extract) struct Release {
    /// `name`.
    pub(in crate::extract) name: Option<Scalar>,
    pub(in crate::extract) held: Held,
}

/// The kind of a package of Zarf, which may do without `apiVersion`.
pub(in crate::extract) const ZARF: &str = "ZarfPackageConfig";

/// The releases of a helmfile.
pub(in crate::extract) fn helmfile(root: &Value) -> Vec<Release> {
    let releases = root.map().and_then(|root| root.get("releases"));
    let entries = releases.map_or(&[][..], Value::items).iter().enumerate();
    let releases = entries.filter_map(|(index, release)| {
        let release = release.map()?;
        let field = format!("releases[{index}]");
        let namespace = release.text("namespace");
        Some(Release {
            name: release.part("name").cloned(),
            held: Held {
                images: of_release(release, &field),
                namespace: Namespace::Other(namespace.map(|name| name.text.clone())),
                ..Held::default()
            },
        })
    });
    releases.collect()
}

fn of_release(release: &Map, field: &str) -> Vec<Image> {
    let mut found = Vec::new();
    let values = release.get("values").map_or(&[][..], Value::items);
    for (index, values) in values.iter().enumerate() {
        // A text is the name of a file, which is read as what it is.
        if values.map().is_some() {
            found.extend(rules::images(values, &format!("{field}.values[{index}]")));
        }
    }
    if let Some(set) = release.get("set") {
        let values = argo::as_values(set);
        found.extend(rules::images(&values, &format!("{field}.set")));
    }
    found
}

/// The images of a package of Zarf: complete references in `components[].images`; `None` where it is none.
pub(in crate::extract) fn zarf(root: &Value) -> Option<Vec<Image>> {
    let root = root.map()?;
    if root.text("kind")?.text != ZARF {
        return None;
    }
    let components = root.get("components").map_or(&[][..], Value::items);
    let mut found = Vec::new();
    for (index, component) in components.iter().enumerate() {
        let images = component
            .map()
            .and_then(|component| component.get("images"));
        for (number, image) in images.map_or(&[][..], Value::items).iter().enumerate() {
            let Some(scalar) = image.scalar() else {
                continue;
            };
            let parts = Parts {
                repository: Some(scalar),
                is_complete: true,
                is_whole: true,
                ..Parts::default()
            };
            if let Some(composed) = parts.composed() {
                found.push(Image {
                    text: composed.text,
                    reference: composed.reference,
                    parts: composed.parts,
                    deciding: composed.deciding,
                    field: format!("components[{index}].images[{number}]"),
                    switch: None,
                    role: Role::CustomResource,
                    in_place_of: None,
                });
            }
        }
    }
    Some(found)
}
