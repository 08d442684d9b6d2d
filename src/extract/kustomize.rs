//! Kustomizations: the images that they put in place of others, which are counted since what is deployed is
//! not what stands in the manifests that they replace, and what says where their objects end up.

use super::fields::{Place, Reader};
use super::kept::Kept;
use super::objects::ObjectNode;
use crate::model::kustomization::Kustomization;

/// Kinds with a list of replacements: kustomize's own, and Flux's, which has it below `spec`. In a file
/// of kustomize both `apiVersion` and `kind` may be left out.
const KINDS: [&str; 2] = ["Kustomization", "Component"];

/// What an entry replaces an image with.
const REPLACEMENTS: [&str; 4] = ["newName", "newTag", "tagSuffix", "digest"];

/// The entries by which an object replaces images.
pub(super) fn replaced_by(reader: Reader<'_>, object: &ObjectNode<'_>) -> Vec<Place> {
    let mut types = object.types.iter();
    if types.any(|of| KINDS.contains(&of.kind)) {
        replaced_at(reader, object.at)
    } else {
        Vec::new()
    }
}

/// The entries by which what stands there replaces images, were it a kustomization.
pub(super) fn replaced_at(reader: Reader<'_>, at: Place) -> Vec<Place> {
    let spec = reader.winner(at, "spec");
    [Some(at), spec]
        .into_iter()
        .flatten()
        .filter_map(|at| reader.winner(at, "images"))
        .flat_map(|images| reader.items(images))
        .filter(|entry| {
            reader.winner(*entry, "name").is_some()
                && REPLACEMENTS
                    .iter()
                    .any(|key| reader.winner(*entry, key).is_some())
        })
        .collect()
}

/// Most entries of one kustomization that are followed; the largest known has a few hundred.
const RESOURCES: usize = 10_000;

/// The fields that bring other files in.
const BROUGHT_IN: [&str; 3] = ["resources", "bases", "components"];

/// What stands there, as a kustomization.
pub(super) fn read(reader: Reader<'_>, at: Place, kept: &mut Kept) -> Kustomization {
    let namespace = reader
        .text(at, "namespace")
        .filter(|name| !name.is_empty())
        .map(|name| kept.text(name));
    let lists = BROUGHT_IN.iter().flat_map(|key| reader.named(at, key));
    let entries = lists.flat_map(|list| reader.items(list)).take(RESOURCES);
    let resources = entries.filter_map(|entry| {
        let scalar = reader.tree.scalar(entry.node)?;
        Some(kept.text(scalar.value))
    });
    Kustomization {
        namespace,
        resources: resources.collect(),
    }
}
