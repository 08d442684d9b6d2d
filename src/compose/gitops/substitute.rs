//! `postBuild.substitute`: `${VAR}` in what a Kustomization of Flux applies.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::compose::kustomize::{Built, Resource};
use crate::compose::tree::{FileId, History, Kind, Mapping, Node, Piece, Scalar};
use crate::model::origin::PartRole;

/// The annotation or label of objects in which nothing is filled in.
const DISABLED: &str = "kustomize.toolkit.fluxcd.io/substitute";

/// Most bytes of a text that variables make.
const TEXT: usize = 64 << 10;

/// Most bytes that the variables of one object make of what it deploys.
const ALL: usize = 64 << 20;

/// What an object wants to be filled in.
#[derive(Debug, Clone, Default)]
pub(super) struct Wanted {
    /// The namespace of the object.
    pub(super) namespace: String,
    /// What holds values, the last one wins.
    pub(super) from: Vec<From>,
    /// Its own values, which win over those.
    pub(super) own: Vec<(Arc<str>, Arc<Scalar>)>,
}

/// A ConfigMap or Secret.
#[derive(Debug, Clone)]
pub(super) struct From {
    pub(super) kind: String,
    pub(super) name: String,
    pub(super) optional: bool,
}

/// The sets of values under which an object deploys.
#[derive(Debug)]
pub(super) struct Sets {
    pub(super) sets: Vec<BTreeMap<Arc<str>, Option<Arc<Scalar>>>>,
    /// Whether nothing else fills anything in.
    pub(super) is_complete: bool,
    /// Why not.
    pub(super) unknown: Option<Arc<str>>,
}

impl Wanted {
    /// What a Kustomization says; `None` where it fills in nothing.
    pub(super) fn of(node: &Node) -> Option<Self> {
        let build = node.at(&["spec", "postBuild"])?;
        let from = build.get("substituteFrom").map_or(&[][..], Node::items);
        let from = from.iter().map(|from| From {
            kind: from.text(&["kind"]).unwrap_or_default().to_owned(),
            name: from.text(&["name"]).unwrap_or_default().to_owned(),
            optional: from
                .get("optional")
                .and_then(Node::as_scalar)
                .is_some_and(|it| &*it.text == "true"),
        });
        let own = build.get("substitute").and_then(Node::as_mapping);
        let own = own.map_or(&[][..], Mapping::entries).iter();
        let own = own.filter_map(|(key, value)| match value {
            Node::Scalar(scalar) => Some((Arc::clone(key), Arc::clone(scalar))),
            _ => None,
        });
        let wanted = Self {
            namespace: node
                .text(&["metadata", "namespace"])
                .unwrap_or_default()
                .to_owned(),
            from: from.collect(),
            own: own.collect(),
        };
        (!wanted.from.is_empty() || !wanted.own.is_empty()).then_some(wanted)
    }
}

/// Fills in the variables of what an object deploys: once with each set.
pub(super) fn run(built: &mut Built, sets: &Sets) {
    let mut more = Vec::new();
    let mut room = ALL;
    let mut from = BTreeSet::new();
    for resource in &mut built.resources {
        if is_disabled(resource) {
            continue;
        }
        let mut with_each = Vec::new();
        let mut stays = false;
        for set in &sets.sets {
            let mut filling = Filling {
                set,
                is_complete: sets.is_complete,
                room: &mut room,
                from: &mut from,
            };
            // Without any value Flux fills in nothing, defaults neither.
            match filling.node(&resource.node).filter(|_| !set.is_empty()) {
                Some(node) => with_each.push(Resource {
                    node,
                    changed: true,
                    ..resource.clone()
                }),
                None => stays = true,
            }
        }
        let mut filled = with_each.into_iter();
        if !stays && let Some(first) = filled.next() {
            *resource = first;
        }
        more.extend(filled);
    }
    built.resources.append(&mut more);
    built.files.append(&mut from);
}

fn is_disabled(resource: &Resource) -> bool {
    ["labels", "annotations"].iter().any(|kind| {
        let value = resource.node.at(&["metadata", kind, DISABLED]);
        value.and_then(Node::as_text) == Some("disabled")
    })
}

struct Filling<'s> {
    set: &'s BTreeMap<Arc<str>, Option<Arc<Scalar>>>,
    is_complete: bool,
    room: &'s mut usize,
    /// The files in which the values stand.
    from: &'s mut BTreeSet<FileId>,
}

impl Filling<'_> {
    /// The node with its variables filled in; `None` where nothing changes.
    fn node(&mut self, node: &Node) -> Option<Node> {
        match node {
            Node::Scalar(scalar) => {
                let scalar = self.scalar(scalar)?;
                Some(Node::Scalar(Arc::new(scalar)))
            }
            Node::List(items) => {
                let mut changed: Option<Vec<Node>> = None;
                for (at, item) in items.iter().enumerate() {
                    if let Some(new) = self.node(item) {
                        changed.get_or_insert_with(|| items.to_vec())[at] = new;
                    }
                }
                changed.map(|items| Node::List(Arc::new(items)))
            }
            Node::Mapping(mapping) => {
                let mut changed: Option<Mapping> = None;
                for (at, (_, value)) in mapping.entries().iter().enumerate() {
                    if let Some(new) = self.node(value) {
                        let copy = changed.get_or_insert_with(|| (**mapping).clone());
                        copy.entries_mut()[at].1 = new;
                    }
                }
                changed.map(|mapping| Node::Mapping(Arc::new(mapping)))
            }
            Node::Pruned => None,
        }
    }

    fn scalar(&mut self, scalar: &Scalar) -> Option<Scalar> {
        if !scalar.text.contains("${") {
            return None;
        }
        let mut text = String::new();
        let mut from: Vec<(usize, Arc<Scalar>)> = Vec::new();
        let mut rest = &*scalar.text;
        while let Some(at) = rest.find('$') {
            text.push_str(&rest[..at]);
            rest = &rest[at..];
            if let Some(behind) = rest.strip_prefix("$$") {
                text.push('$');
                rest = behind;
                continue;
            }
            let expression = rest.strip_prefix("${").and_then(|it| it.split_once('}'));
            let Some((expression, behind)) = expression else {
                text.push('$');
                rest = &rest[1..];
                continue;
            };
            match self.value(expression) {
                Some((value, source)) => {
                    from.extend(source.map(|source| (text.len(), source)));
                    text.push_str(&value);
                }
                None => {
                    text.push_str("${");
                    text.push_str(expression);
                    text.push('}');
                }
            }
            rest = behind;
            if text.len() > TEXT {
                return None;
            }
        }
        text.push_str(rest);
        if *text == *scalar.text {
            return None;
        }
        *self.room = self.room.checked_sub(text.len())?;
        let files = from.iter().map(|(_, value)| value.place.file);
        self.from.extend(files);
        let history = history(scalar, &text, &from);
        Some(Scalar {
            text: text.into(),
            kind: Kind::Text,
            place: scalar.place,
            history: Some(Arc::new(history)),
        })
    }

    /// What stands for an expression, and the scalar that says so; `None` where that is not known.
    fn value(&self, expression: &str) -> Option<(Arc<str>, Option<Arc<Scalar>>)> {
        let end = expression.find([':', '-', '=']).unwrap_or(expression.len());
        let (name, default) = expression.split_at(end);
        let is_name = name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if name.is_empty() || !is_name {
            return None;
        }
        let after_colon = default.strip_prefix(':').unwrap_or(default);
        let default = match (default, after_colon.strip_prefix(['-', '='])) {
            ("", _) => None,
            (_, Some(text)) => Some(text),
            // Cutting out a part, and the like.
            (_, None) => return None,
        };
        match (self.set.get(name), default) {
            (Some(Some(value)), default) => match default {
                Some(default) if value.text.is_empty() => Some((default.into(), None)),
                _ => Some((Arc::clone(&value.text), Some(Arc::clone(value)))),
            },
            (Some(None), _) => None,
            (None, Some(default)) if self.is_complete => Some((default.into(), None)),
            (None, _) => None,
        }
    }
}

/// What the text is made of: the scalar with the variables, and their values.
fn history(scalar: &Scalar, text: &str, from: &[(usize, Arc<Scalar>)]) -> History {
    let mut history = scalar.history.as_deref().cloned().unwrap_or_default();
    if history.name.is_empty() && history.rest.is_empty() {
        history.name.push(scalar.piece(PartRole::Image));
    }
    for (start, value) in from {
        let piece = Piece {
            role: role(text, *start, value.text.len()),
            text: Arc::clone(&value.text),
            place: value.place,
        };
        history.rest.push(piece);
    }
    history
}

/// What a part of an image says of it.
fn role(image: &str, start: usize, length: usize) -> PartRole {
    let digest = image.find('@').unwrap_or(image.len());
    let slash = image.rfind('/').unwrap_or(0);
    let tag = image[slash..digest.max(slash)]
        .find(':')
        .map(|at| at + slash);
    if start > digest {
        PartRole::Digest
    } else if tag.is_some_and(|tag| start > tag) {
        PartRole::Tag
    } else if length == image.len() {
        PartRole::Image
    } else if start == 0
        && image
            .get(length..)
            .is_some_and(|rest| rest.starts_with('/'))
    {
        PartRole::Registry
    } else {
        PartRole::Repository
    }
}
