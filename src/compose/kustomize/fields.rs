//! The fields of a kustomization as Go reads them: keys without regard to case, of several spellings the
//! last one in the order of their bytes.

use std::sync::Arc;

use crate::compose::tree::{Kind, Node, Piece, Place};
use crate::model::origin::PartRole;

/// The fields that a kustomization may have; kustomize refuses one with another.
const KNOWN: [&str; 38] = [
    "apiVersion",
    "kind",
    "metadata",
    "openapi",
    "namePrefix",
    "nameSuffix",
    "namespace",
    "commonLabels",
    "labels",
    "commonAnnotations",
    "patchesStrategicMerge",
    "patchesJson6902",
    "patches",
    "images",
    "imageTags",
    "replacements",
    "replicas",
    "vars",
    "sortOptions",
    "resources",
    "components",
    "crds",
    "bases",
    "configMapGenerator",
    "secretGenerator",
    "helmGlobals",
    "helmCharts",
    "helmChartInflationGenerator",
    "generatorOptions",
    "configurations",
    "generators",
    "transformers",
    "validators",
    "buildMetadata",
    "inventory",
    "vars",
    "configMapGenerators",
    "secretGenerators",
];

/// The first key of the map that is no field of a kustomization.
pub fn unknown(node: &Node) -> Option<&str> {
    let entries = node.as_mapping()?.entries();
    let names = entries.iter().map(|(name, _)| &**name);
    let mut unknown =
        names.filter(|name| !KNOWN.iter().any(|known| known.eq_ignore_ascii_case(name)));
    unknown.next()
}

/// The value of a field; none for null.
pub fn field<'a>(node: &'a Node, name: &str) -> Option<&'a Node> {
    let entries = node.as_mapping()?.entries().iter();
    let spelled = entries.filter(|(key, _)| key.eq_ignore_ascii_case(name));
    let (_, value) = spelled.max_by(|one, other| one.0.cmp(&other.0))?;
    (!value.is_null()).then_some(value)
}

/// How many spellings of a field there are. Of two lists under two spellings Go keeps what the last leaves
/// open from the first.
pub fn spellings(node: &Node, name: &str) -> usize {
    let entries = node.as_mapping().map_or(&[][..], |map| map.entries());
    let spelled = entries
        .iter()
        .filter(|(key, _)| key.eq_ignore_ascii_case(name));
    spelled.count()
}

/// The items of a list; none where there is none.
pub fn list<'a>(node: &'a Node, name: &str) -> &'a [Node] {
    field(node, name).map_or(&[], Node::items)
}

/// The text of a field, when it is a string.
pub fn text<'a>(node: &'a Node, name: &str) -> Option<&'a str> {
    field(node, name)?.as_text()
}

/// Whether a field is there and no string.
pub fn is_no_text(node: &Node, name: &str) -> bool {
    let value = field(node, name);
    value.is_some_and(|value| {
        value
            .as_scalar()
            .is_none_or(|scalar| scalar.kind == Kind::Other)
    })
}

/// Whether a boolean is set.
pub fn is_set(node: &Node, name: &str) -> bool {
    let scalar = field(node, name).and_then(Node::as_scalar);
    scalar.is_some_and(|scalar| &*scalar.text == "true")
}

/// A field that is part of an image; an empty one is as good as none.
pub fn piece(node: &Node, name: &str, role: PartRole) -> Option<Piece> {
    let scalar = field(node, name)?.as_scalar()?;
    (scalar.kind == Kind::Text && !scalar.text.is_empty()).then(|| scalar.piece(role))
}

/// Where a field stands, or what it is a field of.
pub fn place(node: &Node, name: &str) -> Option<Place> {
    field(node, name)
        .and_then(Node::place)
        .or_else(|| node.place())
}

/// Most texts that are looked at in one kustomization.
const TEXTS: usize = 10_000;

/// The texts of one line below a node.
pub fn texts(node: &Node, into: &mut Vec<Arc<str>>) {
    match node {
        Node::Scalar(scalar) if into.len() < TEXTS && !scalar.text.contains('\n') => {
            into.push(Arc::clone(&scalar.text));
        }
        Node::List(items) => items.iter().for_each(|item| texts(item, into)),
        Node::Mapping(mapping) => {
            let mut values = mapping.entries().iter().map(|(_, value)| value);
            values.by_ref().for_each(|value| texts(value, into));
        }
        Node::Scalar(_) | Node::Pruned => {}
    }
}
