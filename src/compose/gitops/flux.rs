//! Kustomizations of Flux.

use std::sync::Arc;

use super::{Object, Wanted, substitute, text_with_place};
use crate::compose::kustomize::{Overlay, Plain};
use crate::compose::tree::Node;

/// The name by which Flux calls the repository that it was set up with.
const USUAL: &str = "flux-system";

/// Fields that take the place of those of the kustomization, with their names there.
const FIELDS: [(&str, &str); 3] = [
    ("targetNamespace", "namespace"),
    ("namePrefix", "namePrefix"),
    ("nameSuffix", "nameSuffix"),
];

/// What a Kustomization wants, or why that is not known.
pub(super) fn wanted(object: &Object) -> Result<Wanted, Arc<str>> {
    let node = &object.node;
    let spec = node.get("spec").ok_or("it has no `spec`")?;
    let kind = spec.text(&["sourceRef", "kind"]).unwrap_or_default();
    let name = spec.text(&["sourceRef", "name"]).unwrap_or_default();
    let is_usual = name == USUAL;
    if name.is_empty() {
        return Err("it names no source".into());
    }
    if kind != "GitRepository" && !is_usual {
        return Err(format!("the content of the {kind} `{name}` is not in the files").into());
    }
    let (path, place) = match text_with_place(spec, &["path"]) {
        Some(path) => path,
        None => ("./".into(), spec.place().ok_or("it has no place")?),
    };
    let list = |name: &str| spec.get(name).map_or(&[][..], Node::items).to_vec();
    let mut patches = list("patches");
    for name in ["patchesJson6902", "patchesStrategicMerge"] {
        if !list(name).is_empty() {
            return Err(
                format!("it has `{name}`, which later versions of Flux do not read").into(),
            );
        }
    }
    patches.retain(|patch| !patch.is_null());
    let fields = FIELDS.iter().filter_map(|(name, field)| {
        let value = spec.get(name).filter(|value| !value.is_null())?;
        Some((*field, value.clone()))
    });
    Ok(Wanted {
        repository: format!("{kind}/{name}").into(),
        url: None,
        is_usual,
        overlay: Overlay {
            folder: String::new(),
            file: object.id.0,
            place,
            plain: Plain::AsFlux,
            patches,
            images: list("images"),
            components: list("components"),
            fields: fields.collect(),
            missing_namespace: None,
        },
        path,
        variables: substitute::Wanted::of(node),
    })
}
