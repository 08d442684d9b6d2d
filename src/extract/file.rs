//! One file: its text to everything that it says.

use std::sync::Arc;

use crate::model::file_facts::FileFacts;
use crate::model::image_use::{ImageUse, Role};
use crate::model::object::Object;
use crate::model::reference::ImageReference;
use crate::model::source::SourceText;
use crate::parse::document::{Body, Document};
use crate::parse::tree::{NodeId, Tree};
use crate::parse::{ParseSettings, documents};

use super::ExtractSettings;

/// Reads `text` (decoded) as the file called `path`.
pub fn facts(path: Arc<str>, text: Arc<str>, _settings: &ExtractSettings) -> FileFacts {
    let source = SourceText::new(path, Arc::clone(&text));
    let mut uses = Vec::new();
    let (mut count, mut manifests) = (0, 0);
    documents(
        &text,
        &ParseSettings::default(),
        &mut |document: Document<'_>| {
            count += 1;
            if let Body::Tree(tree) = &document.body
                && let Some(root) = tree.root()
            {
                manifests += 1;
                containers(tree, root, document.index, &source, &mut uses);
            }
        },
    );
    let locations: Vec<_> = uses.iter().map(|found: &ImageUse| found.location).collect();
    FileFacts {
        source: source.excerpt(&locations),
        documents: count,
        manifests,
        uses,
        problems: Vec::new(),
        ignores: Vec::new(),
        not_looked_at: Vec::new(),
    }
}

fn get(tree: &Tree<'_>, mapping: NodeId, key: &str) -> Option<NodeId> {
    tree.own_entries(mapping)
        .find(|(name, _)| tree.scalar(*name).is_some_and(|name| name.value == key))
        .map(|(_, value)| value)
}

fn containers(
    tree: &Tree<'_>,
    root: NodeId,
    document: u32,
    source: &SourceText,
    uses: &mut Vec<ImageUse>,
) {
    let text = |node: NodeId, key: &str| {
        get(tree, node, key)
            .and_then(|value| tree.scalar(value))
            .map(|scalar| scalar.value.to_string())
    };
    let metadata = get(tree, root, "metadata");
    let object = Arc::new(Object {
        api_version: text(root, "apiVersion").unwrap_or_default(),
        kind: text(root, "kind").unwrap_or_default(),
        namespace: metadata.and_then(|metadata| text(metadata, "namespace")),
        name: metadata.and_then(|metadata| text(metadata, "name")),
        pod_annotations: None,
    });
    let mut spec = get(tree, root, "spec");
    if let Some(template) = spec.and_then(|spec| get(tree, spec, "template")) {
        spec = get(tree, template, "spec");
    }
    let Some(list) = spec.and_then(|spec| get(tree, spec, "containers")) else {
        return;
    };
    for (index, item) in tree.items(list).enumerate() {
        let Some(value) = get(tree, item, "image") else {
            continue;
        };
        let Some(scalar) = tree.scalar(value) else {
            continue;
        };
        uses.push(ImageUse {
            text: scalar.value.to_string(),
            reference: ImageReference::parse(&scalar.value),
            location: source.location(scalar.span),
            used_through: None,
            document,
            object: Arc::clone(&object),
            object_index: document,
            container: text(item, "name"),
            role: Role::Container,
            field: format!("spec.containers[{index}].image"),
        });
    }
}
