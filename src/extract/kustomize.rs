//! Kustomizations: the images that they put in place of others, which are counted where a kustomization is not
//! read ([`crate::extract`] knows one file; what several say together is the next stage's), and where Flux
//! puts what it applies.

use super::fields::{Place, Reader};
use super::kept::Kept;
use super::objects::ObjectNode;
use crate::model::kustomization::FluxTarget;

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

/// The key by which a Kustomization of Flux names the namespace of what it applies.
pub(super) const TARGET_NAMESPACE: &str = "targetNamespace";

/// Where a Kustomization of Flux puts what it applies; `None` where it leaves it.
pub(super) fn flux_target(
    reader: Reader<'_>,
    object: Place,
    kept: &mut Kept,
) -> Option<FluxTarget> {
    let spec = reader.winner(object, "spec")?;
    let namespace = reader.text(spec, TARGET_NAMESPACE)?;
    Some(FluxTarget {
        start: reader.tree.span(object.node).start,
        path: kept.text(reader.text(spec, "path").unwrap_or_default()),
        namespace: kept.text(namespace),
    })
}
