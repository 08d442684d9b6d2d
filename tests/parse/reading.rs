//! How the tests of this folder look at what was read.

use imagegate::parse::document::{Ambiguity, Body, Document};
use imagegate::parse::tree::{Node, NodeId, ScalarTag, Style, Tree};
use imagegate::parse::{ParseSettings, documents};
use serde_json::{Map, Value};

/// Every document of the text.
pub fn read(text: &str) -> Vec<Document<'_>> {
    read_with(text, &ParseSettings::default())
}

/// Every document of the text, read with these settings.
pub fn read_with<'t>(text: &'t str, settings: &ParseSettings) -> Vec<Document<'t>> {
    let mut all = Vec::new();
    documents(text, settings, &mut |document| all.push(document));
    all
}

/// Settings that want these words.
pub fn wanting(words: &[&str]) -> ParseSettings {
    ParseSettings {
        wanted_words: words.iter().map(|word| (*word).to_owned()).collect(),
        ..ParseSettings::default()
    }
}

/// The tree of a document that has one.
pub fn tree<'a, 't>(document: &'a Document<'t>) -> &'a Tree<'t> {
    match &document.body {
        Body::Tree(tree) => tree,
        other => panic!("no tree but {other:?}"),
    }
}

/// What was made of each document, in a word each, trees as JSON.
pub fn bodies(text: &str) -> Vec<String> {
    read(text).iter().map(shown).collect()
}

/// What was made of a document, in a word, a tree as JSON.
pub fn shown(document: &Document<'_>) -> String {
    match &document.body {
        Body::Empty => "empty".to_owned(),
        Body::Skipped => "skipped".to_owned(),
        Body::Tree(tree) => tree
            .root()
            .map_or_else(String::new, |root| json(tree, root).to_string()),
        Body::Broken(_) => "broken".to_owned(),
        Body::TooLarge(_) => "too large".to_owned(),
    }
}

/// The kinds of ambiguities in the text, without what they carry, in order.
pub fn ambiguities(text: &str) -> Vec<String> {
    read(text)
        .iter()
        .flat_map(|document| document.ambiguities.iter().map(name))
        .collect()
}

fn name(ambiguity: &Ambiguity) -> String {
    let kind = format!("{:?}", ambiguity.kind);
    kind.split('(').next().unwrap_or_default().to_owned()
}

/// The node as the cluster would see it, scalars as text.
pub fn json(tree: &Tree<'_>, id: NodeId) -> Value {
    match tree.node(tree.resolve(id)) {
        Node::Scalar(scalar) => {
            let decides = scalar.style == Style::Plain && scalar.tag == ScalarTag::None;
            if decides && matches!(scalar.value, "" | "~" | "null") {
                Value::Null
            } else {
                Value::String(scalar.value.to_owned())
            }
        }
        Node::Sequence => tree.items(id).map(|item| json(tree, item)).collect(),
        Node::Mapping => {
            let mut object = Map::new();
            for key in keys(tree, id) {
                if let Some(entry) = tree.find(id, &key) {
                    object.insert(key, json(tree, entry.value));
                }
            }
            object.sort_keys();
            Value::Object(object)
        }
        Node::Alias(_) => Value::String("an alias without target".to_owned()),
    }
}

/// Every key that the mapping has, through merges too.
fn keys(tree: &Tree<'_>, mapping: NodeId) -> Vec<String> {
    let mut all = Vec::new();
    for (key, value) in tree.own_entries(mapping) {
        if tree.is_merge_key(key) {
            for merged in tree.merged(value) {
                all.extend(keys(tree, merged));
            }
        } else {
            all.extend(tree.scalar(key).map(|key| key.value.to_owned()));
        }
    }
    all
}
