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
    /// Whether what is not there is made.
    create: bool,
}

impl FieldSpec {
    /// The built-in paths of images.
    pub fn of_images() -> Vec<Self> {
        let paths = IMAGES.iter().map(|path| Self {
            path: keys(path),
            group: None,
            version: None,
            kind: None,
            create: false,
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
            create: fields::is_set(node, "create"),
        })
    }

    /// The specifications in the list of that name.
    pub fn list(node: &Node, name: &str) -> Vec<Self> {
        let entries = fields::list(node, name).iter();
        entries.filter_map(Self::read).collect()
    }

    /// Whether it is about the name of an object, or its namespace.
    pub fn is(&self, path: [&str; 2]) -> bool {
        self.path == path
    }

    /// The map in which the last key is made where it is not there, and the key; none where nothing is made.
    pub fn made(&self) -> Option<(Self, &str)> {
        let (key, parents) = self.path.split_last().filter(|_| self.create)?;
        let parent = Self {
            path: parents.to_vec(),
            ..self.clone()
        };
        Some((parent, key))
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

/// Puts entries into the maps behind the path of `spec`, in lists into those of every item. Says whether there is
/// such a map; `None` when there were not enough steps.
pub fn put(
    node: &mut Node,
    spec: &FieldSpec,
    entries: &[(Arc<str>, Node)],
    steps: &Steps,
) -> Option<bool> {
    put_behind(node, &spec.path, spec.create, entries, steps)
}

fn put_behind(
    node: &mut Node,
    path: &[String],
    create: bool,
    entries: &[(Arc<str>, Node)],
    steps: &Steps,
) -> Option<bool> {
    steps.spend(entries.len())?;
    match (node, path.split_first()) {
        (Node::List(items), _) => {
            let mut found = false;
            for item in Arc::make_mut(items) {
                found |= put_behind(item, path, create, entries, steps)?;
            }
            Some(found)
        }
        (Node::Mapping(mapping), Some((key, rest))) => {
            let mapping = Arc::make_mut(mapping);
            if create && mapping.get(key).is_none_or(Node::is_null) {
                mapping.set(key.as_str().into(), Node::mapping(Vec::new()));
            }
            match mapping.get_mut(key) {
                Some(value) => put_behind(value, rest, create, entries, steps),
                None => Some(false),
            }
        }
        (Node::Mapping(mapping), None) => {
            steps.spend(mapping.entries().len() * entries.len())?;
            let mapping = Arc::make_mut(mapping);
            for (key, value) in entries {
                let value = match (mapping.get(key), value) {
                    (Some(Node::Scalar(before)), Node::Scalar(after)) => {
                        Node::Scalar(Arc::new(after.in_place_of(before)))
                    }
                    (_, value) => value.clone(),
                };
                mapping.set(Arc::clone(key), value);
            }
            Some(true)
        }
        _ => Some(false),
    }
}

/// Whether what stands at the end of the path may be read as a part of an image, by its keys.
pub fn may_be_image(path: &[String]) -> bool {
    const WORDS: [&str; 8] = [
        "image",
        "container",
        "repository",
        "registry",
        "tag",
        "digest",
        "package",
        "bundle",
    ];
    path.iter().any(|key| {
        let key = key.to_ascii_lowercase();
        WORDS.iter().any(|word| key.contains(word))
    })
}
