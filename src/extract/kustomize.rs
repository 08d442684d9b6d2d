//! Kustomizations: the images that they put in place of others, which are counted since what is deployed is
//! not what stands in the manifests that they replace, and what says where their objects end up.

use super::fields::{Place, Reader};
use super::kept::Kept;
use super::objects::ObjectNode;
use crate::model::kustomization::{FluxTarget, Kustomization};
use crate::parse::document::Body;
use crate::parse::{ParseSettings, documents};

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
    let namespaces = named(reader, at, "namespace");
    let namespaces: Vec<&str> = namespaces
        .filter_map(|value| reader.tree.scalar(value.node))
        .map(|scalar| scalar.value)
        .filter(|name| !name.is_empty())
        .collect();
    let namespace = namespaces.last().map(|name| kept.text(name));
    let lists = BROUGHT_IN.iter().flat_map(|key| named(reader, at, key));
    let entries = lists.flat_map(|list| reader.items(list)).take(RESOURCES);
    let resources = entries.filter_map(|entry| {
        let scalar = reader.tree.scalar(entry.node)?;
        Some(kept.text(scalar.value))
    });
    Kustomization {
        namespace,
        // Which of several spellings wins need not be known.
        moves: namespaces.windows(2).any(|pair| pair[0] != pair[1]) || moves(reader, at),
        resources: resources.collect(),
    }
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
        path: kept.text(reader.text(spec, "path").unwrap_or_default()),
        namespace: kept.text(namespace),
    })
}

/// Every value of the field: kustomize reads its keys without regard to case, as Go's `encoding/json` does.
fn named<'a>(
    reader: Reader<'a>,
    at: Place,
    name: &'static str,
) -> impl Iterator<Item = Place> + use<'a> {
    reader
        .fields(at)
        .filter(move |field| field.name.is_some_and(|key| key.eq_ignore_ascii_case(name)))
        .map(|field| field.value)
}

/// The field that names transformers; what one of them does is not known.
const TRANSFORMERS: &str = "transformers";

/// The fields with patches.
const PATCHES: [&str; 2] = ["patches", "patchesJson6902"];

/// Whether the kustomization may put its objects into another namespace than the one that it names.
fn moves(reader: Reader<'_>, at: Place) -> bool {
    let entries = |at, key| {
        let lists = named(reader, at, key);
        lists.flat_map(move |list| reader.items(list))
    };
    let transforms = entries(at, TRANSFORMERS).next().is_some();
    let patches = || {
        let mut all = PATCHES.iter().flat_map(|key| entries(at, *key));
        all.any(|entry| {
            let text = |key| {
                let value = named(reader, entry, key).last()?;
                reader.tree.scalar(value.node).map(|scalar| scalar.value)
            };
            // What a patch in a file of its own changes is not looked at; only with a target it may be one
            // that can change a namespace.
            let in_file = text("path").is_some() && named(reader, entry, "target").next().is_some();
            in_file || text("patch").is_some_and(patches_namespace)
        })
    };
    let replaces = || {
        let targets = entries(at, "replacements").flat_map(|entry| entries(entry, "targets"));
        let mut fields = targets.flat_map(|target| entries(target, "fieldPaths"));
        fields.any(|field| {
            let scalar = reader.tree.scalar(field.node);
            scalar.is_some_and(|scalar| scalar.value == "metadata.namespace")
        })
    };
    transforms || patches() || replaces()
}

/// Places in a JSON patch (RFC 6902) whose value holds the namespace.
const HOLD_NAMESPACE: [&str; 3] = ["", "/metadata", "/metadata/namespace"];

/// Whether the text is a JSON patch that may change the namespace. A merge patch cannot: there it says
/// which object is meant.
fn patches_namespace(text: &str) -> bool {
    let mut changes = false;
    documents(text, &ParseSettings::default(), &mut |document| {
        let Body::Tree(tree) = &document.body else {
            changes |= !matches!(document.body, Body::Empty) && text.contains("namespace");
            return;
        };
        let reader = Reader { tree };
        let Some(root) = tree.root() else { return };
        changes |= reader.items(reader.place(root, None)).any(|operation| {
            let path = reader.text(operation, "path");
            path.is_some_and(|path| HOLD_NAMESPACE.contains(&path))
                && reader.text(operation, "op") != Some("test")
        });
    });
    changes
}
