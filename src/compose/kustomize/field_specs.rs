//! Field specifications: paths of fields by kind, which `configurations` add to.

use std::sync::Arc;

use super::fields;
use super::steps::Steps;
use crate::compose::tree::{Node, Scalar};

/// The built-in paths of images besides containers.
const IMAGES: [&str; 6] = [
    "spec/containers[]/image",
    "spec/initContainers[]/image",
    "spec/volumes[]/image/reference",
    "spec/template/spec/containers[]/image",
    "spec/template/spec/initContainers[]/image",
    "spec/template/spec/volumes[]/image/reference",
];

/// A path, and of which objects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldSpec {
    /// The keys.
    pub path: Vec<String>,
    group: Option<String>,
    version: Option<String>,
    kind: Option<String>,
}

impl FieldSpec {
    /// The built-in paths of images.
    pub fn of_images() -> Vec<Self> {
        let paths = IMAGES.iter().map(|path| Self {
            path: keys(path),
            group: None,
            version: None,
            kind: None,
        });
        paths.collect()
    }

    /// Reads one.
    pub fn read(node: &Node) -> Option<Self> {
        let text = |name| {
            let text = fields::text(node, name)?;
            (!text.is_empty()).then(|| text.to_owned())
        };
        Some(Self {
            path: keys(fields::text(node, "path")?),
            group: text("group"),
            version: text("version"),
            kind: text("kind"),
        })
    }

    /// Whether it is about an object.
    pub fn is_about(&self, object: &Node) -> bool {
        let api_version = object.text(&["apiVersion"]).unwrap_or_default();
        let (group, version) = api_version.rsplit_once('/').unwrap_or(("", api_version));
        let kind = object.text(&["kind"]).unwrap_or_default();
        let fits = |wanted: &Option<String>, is: &str| wanted.as_ref().is_none_or(|it| it == is);
        fits(&self.group, group) && fits(&self.version, version) && fits(&self.kind, kind)
    }
}

/// The keys of a path; `\/` is a slash in a key, and what marks a list says nothing more.
fn keys(path: &str) -> Vec<String> {
    let path = path.replace("\\/", "\0");
    let keys = path.split('/').filter(|key| !key.is_empty());
    keys.map(|key| key.trim_end_matches("[]").replace('\0', "/"))
        .collect()
}

/// Applies `apply` to the scalars behind `path`, in lists to those of every item. `Some(None)` when nothing
/// changed, `None` when there were not enough steps.
pub fn map(
    node: &Node,
    path: &[String],
    apply: &mut dyn FnMut(&Scalar) -> Option<Scalar>,
    steps: &Steps,
) -> Option<Option<Node>> {
    steps.spend(0)?;
    match (node, path.split_first()) {
        (Node::Scalar(scalar), None) => {
            steps.spend(scalar.text.len() / 8)?;
            Some(apply(scalar).map(|scalar| Node::Scalar(Arc::new(scalar))))
        }
        (Node::List(items), _) => {
            let mut changed: Option<Vec<Node>> = None;
            for (at, item) in items.iter().enumerate() {
                if let Some(new) = map(item, path, apply, steps)? {
                    changed.get_or_insert_with(|| (**items).clone())[at] = new;
                }
            }
            Some(changed.map(|items| Node::List(Arc::new(items))))
        }
        (Node::Mapping(mapping), Some((key, rest))) => {
            let Some(value) = mapping.get(key) else {
                return Some(None);
            };
            let new = map(value, rest, apply, steps)?;
            Some(new.map(|new| {
                let mut copy = (**mapping).clone();
                copy.set(key.as_str().into(), new);
                Node::Mapping(Arc::new(copy))
            }))
        }
        _ => Some(None),
    }
}
