//! Images that kustomize puts in place of others: counted, since what is deployed is not what stands in
//! the manifests that they replace. Nothing is read of them yet.

use super::fields::{Place, Reader};
use super::objects::ObjectNode;

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
