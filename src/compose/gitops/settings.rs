//! ConfigMaps and Secrets from which variables are filled in.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::substitute::{Sets, Wanted};
use crate::compose::kustomize::Resource;
use crate::compose::tree::{Kind, Node, Scalar};

/// Most sets of values under which one object deploys.
const SETS: usize = 16;

/// What stands in a value that sops has encrypted, or that another program puts in before Flux reads it.
const NOT_YET: [&str; 4] = ["ENC[", "://", "{{", "<path:"];

/// The values of one ConfigMap or Secret; a value that is not known is `None`.
type Values = BTreeMap<Arc<str>, Option<Arc<Scalar>>>;

/// Those that are known, by kind and name.
#[derive(Debug, Default)]
pub struct Settings {
    known: HashMap<(String, String), Vec<(String, Values)>>,
}

impl Settings {
    /// Adds an object, when it is one.
    pub fn add(&mut self, resource: &Resource) {
        let node = &resource.node;
        let (Some("v1"), Some(kind @ ("ConfigMap" | "Secret"))) =
            (node.text(&["apiVersion"]), node.text(&["kind"]))
        else {
            return;
        };
        let text = |key| node.text(&["metadata", key]).unwrap_or_default().to_owned();
        let values = values(node, kind);
        let same = self
            .known
            .entry((kind.to_owned(), text("name")))
            .or_default();
        let entry = (text("namespace"), values);
        let key = |values: &Values| -> Vec<Option<(Arc<str>, u32)>> {
            let values = values.values();
            let of = |value: &Arc<Scalar>| (Arc::clone(&value.text), value.place.span.start);
            values.map(|value| value.as_ref().map(of)).collect()
        };
        if !same
            .iter()
            .any(|(namespace, known)| *namespace == entry.0 && key(known) == key(&entry.1))
        {
            same.push(entry);
        }
    }

    /// The sets of values that fill in what is wanted.
    pub(super) fn of(&self, wanted: &Wanted) -> Sets {
        let mut sets = vec![Values::new()];
        let mut unknown = None;
        for from in &wanted.from {
            let key = (from.kind.clone(), from.name.clone());
            let known = self.known.get(&key).map_or(&[][..], Vec::as_slice);
            let fits = |namespace: &str| {
                namespace.is_empty() || wanted.namespace.is_empty() || namespace == wanted.namespace
            };
            let known: Vec<&Values> = known
                .iter()
                .filter(|(namespace, _)| fits(namespace))
                .map(|(_, values)| values)
                .collect();
            if known.is_empty() {
                if !from.optional || from.kind == "Secret" {
                    let why = format!("the values of the {} `{}` are not known", key.0, key.1);
                    unknown.get_or_insert(Arc::from(why));
                }
                continue;
            }
            if sets.len() * known.len() > SETS {
                unknown.get_or_insert("it is deployed with too many sets of values".into());
                sets = vec![Values::new()];
                break;
            }
            let with = |set: &Values| {
                let merged = known.iter().map(|values| {
                    let mut set = set.clone();
                    set.extend(
                        values
                            .iter()
                            .map(|(key, value)| (Arc::clone(key), value.clone())),
                    );
                    set
                });
                merged.collect::<Vec<Values>>()
            };
            sets = sets.iter().flat_map(with).collect();
        }
        for set in &mut sets {
            let own = wanted.own.iter();
            set.extend(own.map(|(key, value)| (Arc::clone(key), Some(Arc::clone(value)))));
        }
        Sets {
            is_complete: unknown.is_none(),
            sets,
            unknown,
        }
    }
}

fn values(node: &Node, kind: &str) -> Values {
    let mut values = Values::new();
    let mut add = |field: &str, is_known: bool| {
        let data = node.get(field).and_then(Node::as_mapping);
        for (key, value) in data.map_or(&[][..], |data| data.entries()) {
            let scalar = match value {
                Node::Scalar(scalar) if is_known => Some(scalar),
                _ => None,
            };
            let is_text = |scalar: &&Arc<Scalar>| {
                let is_there = !NOT_YET.iter().any(|mark| scalar.text.contains(mark));
                scalar.kind == Kind::Text && is_there
            };
            let scalar = scalar.filter(is_text);
            values.insert(Arc::clone(key), scalar.cloned());
        }
    };
    // What is encoded is no place at which an image could be judged.
    add("data", kind == "ConfigMap");
    add("stringData", true);
    values
}
