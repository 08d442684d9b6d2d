//! `images`: which texts an entry hits, and what it makes of them.

use std::sync::Arc;

use regex::Regex;

use super::expression;
use super::field_specs::{self, FieldSpec};
use super::fields;
use super::resource::Resource;
use super::steps::Steps;
use crate::compose::tree::{History, Kind, Node, Piece, Place, Scalar};
use crate::model::origin::PartRole;

/// The fields of an entry.
const KNOWN: [&str; 5] = ["name", "newName", "newTag", "digest", "tagSuffix"];

/// The steps that it takes to compile the name of an entry.
pub const COMPILING: usize = 20_000;

/// The kind whose images are never changed.
const SCHEMAS: &str = "CustomResourceDefinition";

/// The keys under which every list holds containers, at any depth.
const CONTAINERS: [&str; 2] = ["containers", "initContainers"];

/// One entry.
#[derive(Debug, Clone)]
pub struct Entry {
    name: Regex,
    new_name: Option<Piece>,
    new_tag: Option<Piece>,
    digest: Option<Piece>,
    suffix: Option<Piece>,
    /// Where the entry stands.
    pub place: Place,
    /// The name as written.
    pub named: Arc<str>,
}

impl Entry {
    /// Reads an entry.
    ///
    /// # Errors
    /// Why kustomize refuses it, or it is not read.
    pub fn read(node: &Node) -> Result<Self, &'static str> {
        let mapping = node
            .as_mapping()
            .ok_or("an entry of `images` is no mapping")?;
        let mut keys = mapping.entries().iter().map(|(key, _)| key);
        if keys.any(|key| !KNOWN.iter().any(|known| known.eq_ignore_ascii_case(key))) {
            return Err("an entry of `images` has an unknown field");
        }
        if KNOWN.iter().any(|key| fields::is_no_text(node, key)) {
            return Err("a field of an entry of `images` is no string");
        }
        let named = fields::text(node, "name").unwrap_or_default();
        Ok(Self {
            name: expression::of_image(named)
                .map_err(|_| "a name in `images` is a regular expression that is not read")?,
            new_name: fields::piece(node, "newName", PartRole::Repository),
            new_tag: fields::piece(node, "newTag", PartRole::Tag),
            digest: fields::piece(node, "digest", PartRole::Digest),
            suffix: fields::piece(node, "tagSuffix", PartRole::Tag),
            place: node.place().ok_or("an entry of `images` is empty")?,
            named: named.into(),
        })
    }

    /// Whether the text is an image that the entry is about.
    pub fn hits(&self, text: &str) -> bool {
        self.name.is_match(text)
    }

    /// What the entry makes of a scalar; `None` when it does not hit it or leaves it as it is.
    fn apply(&self, scalar: &Scalar) -> Option<Scalar> {
        if scalar.kind == Kind::Null || !self.hits(&scalar.text) {
            return None;
        }
        let (name, tag, digest) = split(&scalar.text);
        let (mut tag, mut digest) = (tag.to_owned(), digest.to_owned());
        let name = self.new_name.as_ref().map_or(name, |piece| &*piece.text);
        let text_of = |piece: &Option<Piece>| {
            piece
                .as_ref()
                .map_or(String::new(), |piece| piece.text.to_string())
        };
        if self.new_tag.is_some() || self.digest.is_some() {
            (tag, digest) = (text_of(&self.new_tag), text_of(&self.digest));
        } else if let Some(suffix) = &self.suffix {
            tag.push_str(&suffix.text);
            digest.clear();
        }
        let mut text = name.to_owned();
        for (mark, part) in [(':', tag), ('@', digest)] {
            if !part.is_empty() {
                text.push(mark);
                text.push_str(&part);
            }
        }
        let changes = [&self.new_name, &self.new_tag, &self.digest, &self.suffix];
        let decides = changes.into_iter().flatten().next();
        if decides.is_none() && *text == *scalar.text {
            return None;
        }
        // An entry that says nothing takes away a colon that nothing follows.
        let decides = decides.map_or(scalar.place, |piece| piece.place);
        let history = self.history(scalar);
        Some(Scalar {
            text: text.into(),
            kind: Kind::Text,
            place: decides,
            history: Some(Arc::new(history)),
        })
    }

    fn history(&self, scalar: &Scalar) -> History {
        let mut history = scalar.history.as_deref().cloned().unwrap_or_default();
        if history.name.is_empty() && history.rest.is_empty() {
            let base = scalar.piece(PartRole::Image);
            if split(&scalar.text).0.len() < scalar.text.len() {
                history.rest.push(base.clone());
            }
            history.name.push(base.clone());
            history.replaced.push(base);
        }
        if let Some(new_name) = &self.new_name {
            history.name = vec![new_name.clone()];
        }
        if self.new_tag.is_some() || self.digest.is_some() {
            let parts = [&self.new_tag, &self.digest];
            history.rest = parts.into_iter().flatten().cloned().collect();
        } else if let Some(suffix) = &self.suffix
            && !history.rest.contains(suffix)
        {
            history.rest.push(suffix.clone());
        }
        history
    }
}

/// Name, tag and digest of an image, as kustomize parts them.
fn split(image: &str) -> (&str, &str, &str) {
    let slash = image.find('/').unwrap_or(0);
    let from = |mark| image[slash..].find(mark).map(|at| at + slash);
    let (colon, at) = (from(':'), from('@'));
    match (colon, at) {
        (None, None) => (image, "", ""),
        (Some(colon), None) => (&image[..colon], &image[colon + 1..], ""),
        (Some(colon), Some(at)) if colon < at => {
            (&image[..colon], &image[colon + 1..at], &image[at + 1..])
        }
        (_, Some(at)) => (&image[..at], "", &image[at + 1..]),
    }
}

/// Applies the entries one after the other, as a kustomization does; says of each whether it hit anything.
/// `None` when there were not enough steps.
pub fn transform(
    resources: &mut [Resource],
    entries: &[Entry],
    specs: &[FieldSpec],
    steps: &Steps,
) -> Option<Vec<bool>> {
    let mut hit = vec![false; entries.len()];
    for resource in resources {
        if resource.node.text(&["kind"]) == Some(SCHEMAS) {
            continue;
        }
        let has_containers = has_containers(&resource.node, steps)?;
        let is_about = |spec: &&FieldSpec| spec.is_about(&resource.node);
        let specs: Vec<&FieldSpec> = specs.iter().filter(is_about).collect();
        for (entry, hit) in entries.iter().zip(&mut hit) {
            steps.spend(specs.len())?;
            let mut apply = |scalar: &Scalar| {
                *hit |= scalar.kind != Kind::Null && entry.hits(&scalar.text);
                entry.apply(scalar)
            };
            let before = resource.node.clone();
            if has_containers && let Some(node) = in_containers(&resource.node, &mut apply, steps)?
            {
                resource.node = node;
            }
            for spec in &specs {
                if let Some(node) = field_specs::map(&resource.node, &spec.path, &mut apply, steps)?
                {
                    resource.node = node;
                }
            }
            if !same(&before, &resource.node) {
                resource.changed = true;
            }
        }
    }
    Some(hit)
}

/// Whether a key of that name stands anywhere in the object.
fn has_containers(node: &Node, steps: &Steps) -> Option<bool> {
    match node {
        Node::Mapping(mapping) => {
            steps.spend(mapping.entries().len())?;
            for (key, value) in mapping.entries() {
                if CONTAINERS.contains(&&**key) || has_containers(value, steps)? {
                    return Some(true);
                }
            }
            Some(false)
        }
        Node::List(items) => {
            steps.spend(items.len())?;
            for item in items.iter() {
                if has_containers(item, steps)? {
                    return Some(true);
                }
            }
            Some(false)
        }
        Node::Scalar(_) | Node::Pruned => Some(false),
    }
}

fn same(one: &Node, other: &Node) -> bool {
    match (one, other) {
        (Node::Mapping(one), Node::Mapping(other)) => Arc::ptr_eq(one, other),
        _ => false,
    }
}

/// Applies `apply` to the image of every container; `Some(None)` when nothing changed.
fn in_containers(
    node: &Node,
    apply: &mut dyn FnMut(&Scalar) -> Option<Scalar>,
    steps: &Steps,
) -> Option<Option<Node>> {
    let mut changed = None;
    match node {
        Node::Mapping(mapping) => {
            steps.spend(mapping.entries().len())?;
            for (at, (key, value)) in mapping.entries().iter().enumerate() {
                let mut new = in_containers(value, apply, steps)?;
                if CONTAINERS.contains(&&**key) && matches!(value, Node::List(_)) {
                    let image = ["image".to_owned()];
                    let current = new.as_ref().unwrap_or(value);
                    new = field_specs::map(current, &image, apply, steps)?.or(new);
                }
                if let Some(new) = new {
                    let copy = changed.get_or_insert_with(|| (**mapping).clone());
                    copy.entries_mut()[at].1 = new;
                }
            }
            Some(changed.map(|mapping| Node::Mapping(Arc::new(mapping))))
        }
        Node::List(items) => {
            steps.spend(items.len())?;
            let mut changed: Option<Vec<Node>> = None;
            for (at, item) in items.iter().enumerate() {
                if let Some(new) = in_containers(item, apply, steps)? {
                    changed.get_or_insert_with(|| (**items).clone())[at] = new;
                }
            }
            Some(changed.map(|items| Node::List(Arc::new(items))))
        }
        Node::Scalar(_) | Node::Pruned => Some(None),
    }
}
