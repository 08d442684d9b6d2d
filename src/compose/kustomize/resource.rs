//! Objects on their way through kustomizations, and the names by which these find them.

use std::sync::Arc;

use crate::compose::read::Value;
use crate::compose::tree::{FileId, Node};

/// The annotation of objects that are for the tool only.
const LOCAL_CONFIG: &str = "config.kubernetes.io/local-config";

/// An object.
#[derive(Debug, Clone)]
pub struct Resource {
    /// What it is now.
    pub node: Node,
    /// The file that it comes from.
    pub file: FileId,
    /// Where it begins there.
    pub start: u32,
    /// What it was called before something renamed it, its first name first.
    pub former: Vec<Id>,
    /// Whether something changed it besides its name and namespace.
    pub changed: bool,
    /// Whether something may have changed it in a way that is not followed.
    pub uncertain: bool,
    /// Whether a generator made it.
    pub generated: bool,
}

/// What an object is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Id {
    /// Its API group, empty for the core.
    pub group: Arc<str>,
    /// The version.
    pub version: Arc<str>,
    /// The kind.
    pub kind: Arc<str>,
    /// Its name.
    pub name: Arc<str>,
    /// Its namespace; without one it counts as in `default`.
    pub namespace: Arc<str>,
}

impl Id {
    /// What the object calls itself.
    pub fn of(node: &Node) -> Self {
        let text = |keys: &[&str]| node.text(keys).unwrap_or_default();
        let api_version = text(&["apiVersion"]);
        let (group, version) = api_version.rsplit_once('/').unwrap_or(("", api_version));
        let namespace = match text(&["metadata", "namespace"]) {
            "" => "default",
            named => named,
        };
        Self {
            group: group.into(),
            version: version.into(),
            kind: text(&["kind"]).into(),
            name: text(&["metadata", "name"]).into(),
            namespace: namespace.into(),
        }
    }
}

impl Resource {
    /// An object as a file has it.
    pub fn new(node: Node, file: FileId, start: u32) -> Self {
        Self {
            node,
            file,
            start,
            former: Vec::new(),
            changed: false,
            uncertain: false,
            generated: false,
        }
    }

    /// Everything that it is or was called.
    pub fn ids(&self) -> impl Iterator<Item = Id> + '_ {
        let now = std::iter::once_with(|| Id::of(&self.node));
        self.former.iter().cloned().chain(now)
    }

    /// Remembers what it is called now, before something renames it.
    pub fn keep_id(&mut self) {
        let id = Id::of(&self.node);
        if self.former.last() != Some(&id) {
            self.former.push(id);
        }
    }

    /// Whether it is for the tool only and never printed.
    pub fn is_local(&self) -> bool {
        let value = self.node.at(&["metadata", "annotations", LOCAL_CONFIG]);
        let value = value.and_then(Node::as_scalar);
        value.is_some_and(|value| &*value.text != "false")
    }
}

/// The objects of a document: itself, or the items of a list.
///
/// # Errors
/// Why kustomize refuses it.
pub fn of(value: &Value, file: FileId) -> Result<Vec<Resource>, &'static str> {
    let mut resources = Vec::new();
    collect(&value.node, file, value.start, 0, &mut resources)?;
    Ok(resources)
}

/// Most lists inside of each other.
const DEPTH: usize = 16;

fn collect(
    node: &Node,
    file: FileId,
    start: u32,
    depth: usize,
    into: &mut Vec<Resource>,
) -> Result<(), &'static str> {
    if node.is_null() {
        return Ok(());
    }
    if let Node::List(items) = node {
        return each(items, file, start, depth, into);
    }
    let Some(kind) = node.text(&["kind"]) else {
        return Err("an object has no kind");
    };
    match node.get("items") {
        Some(Node::List(items)) if kind.ends_with("List") => each(items, file, start, depth, into),
        _ if node.text(&["metadata", "name"]).is_none_or(str::is_empty) => {
            Err("an object has no name")
        }
        _ => {
            let start = match depth {
                0 => start,
                _ => node.place().map_or(start, |place| place.span.start),
            };
            into.push(Resource::new(node.clone(), file, start));
            Ok(())
        }
    }
}

fn each(
    items: &[Node],
    file: FileId,
    start: u32,
    depth: usize,
    into: &mut Vec<Resource>,
) -> Result<(), &'static str> {
    if depth >= DEPTH {
        return Err("lists stand too deep in lists");
    }
    let mut items = items.iter();
    items.try_for_each(|item| collect(item, file, start, depth + 1, into))
}
