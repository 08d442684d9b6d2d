//! A repository in memory, and what its kustomization deploys.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use imagegate::compose::kustomize::{Builder, Built, Files, Found, Unused, Values, Why};
use imagegate::compose::read;
use imagegate::compose::tree::{FileId, Node, Place, Scalar};
use imagegate::model::kustomization::KUSTOMIZATION_NAMES;
use imagegate::model::source::SourceText;

/// Files by their paths from the root `/r`.
#[derive(Debug, Default)]
pub struct Repository {
    files: BTreeMap<String, Arc<str>>,
    known: RefCell<HashMap<String, FileId>>,
    opened: RefCell<Vec<String>>,
}

/// A repository whose files begin with lines `=== path`.
pub fn repository(text: &str) -> Repository {
    let mut repository = Repository::default();
    for file in text.split("=== ").skip(1) {
        let (path, content) = file.split_once('\n').unwrap();
        repository.add(path.trim(), content);
    }
    repository
}

/// The images of the kustomization at the root, with everything that was not read: `kind/name: image`.
pub fn deployed(text: &str) -> Vec<String> {
    let repository = repository(text);
    let built = repository.build("/r");
    assert_eq!(built.unread, [], "something was not read");
    images(&built)
}

/// Why something of the kustomization at the root was not read.
pub fn unread(text: &str) -> Vec<Why> {
    let repository = repository(text);
    let built = repository.build("/r");
    built.unread.iter().map(|unread| unread.why).collect()
}

/// The images in containers of what was built.
pub fn images(built: &Built) -> Vec<String> {
    let mut lines = Vec::new();
    for resource in &built.resources {
        let named = |keys: &[&str]| resource.node.text(keys).unwrap_or_default().to_owned();
        let (kind, name) = (named(&["kind"]), named(&["metadata", "name"]));
        for scalar in scalars(&resource.node) {
            lines.push(format!("{kind}/{name}: {}", scalar.text));
        }
    }
    lines
}

/// The images in all containers and image fields of an object.
pub fn scalars(node: &Node) -> Vec<&Scalar> {
    let mut found = Vec::new();
    match node {
        Node::Mapping(mapping) => {
            for (key, value) in mapping.entries() {
                match value {
                    Node::Scalar(scalar) if matches!(&**key, "image" | "reference") => {
                        found.push(&**scalar);
                    }
                    value => found.extend(scalars(value)),
                }
            }
        }
        Node::List(items) => found.extend(items.iter().flat_map(scalars)),
        Node::Scalar(_) | Node::Pruned => {}
    }
    found
}

impl Repository {
    pub fn add(&mut self, path: &str, content: &str) {
        self.files.insert(format!("/r/{path}"), content.into());
    }

    pub fn build(&self, folder: &str) -> Built {
        Builder::new(self).build(folder).expect("a kustomization")
    }

    pub fn unused(&self, folder: &str) -> Vec<Unused> {
        let builder = Builder::new(self);
        builder.build(folder).expect("a kustomization");
        builder.unused()
    }

    /// `path:line:column`.
    pub fn shown(&self, place: Place) -> String {
        let opened = self.opened.borrow();
        let path = &opened[place.file.0 as usize];
        let source = SourceText::new(path.as_str().into(), Arc::clone(&self.files[path]));
        let at = source.position(place.span.start);
        let path = path.strip_prefix("/r/").unwrap();
        format!("{path}:{}:{}", at.line, at.column)
    }
}

impl Files for Repository {
    fn find(&self, path: &str) -> Found {
        if !path.starts_with("/r") {
            return Found::Outside;
        }
        if let Some(text) = self.files.get(path) {
            let mut known = self.known.borrow_mut();
            let mut opened = self.opened.borrow_mut();
            let file = *known.entry(path.to_owned()).or_insert_with(|| {
                opened.push(path.to_owned());
                FileId(opened.len() as u32 - 1)
            });
            let values: Values = read::values(text, file, None).into();
            return Found::File(file, values);
        }
        let inside = format!("{path}/");
        if !self.files.keys().any(|file| file.starts_with(&inside)) {
            return Found::Missing;
        }
        let names = KUSTOMIZATION_NAMES
            .iter()
            .map(|name| format!("{inside}{name}"));
        Found::Folder {
            path: path.to_owned(),
            kustomizations: names.filter(|name| self.files.contains_key(name)).collect(),
        }
    }

    fn written(&self, place: Place) -> Option<Arc<str>> {
        let text = self.text(place.file)?;
        text.get(place.span.start as usize..place.span.end as usize)
            .map(Arc::from)
    }

    fn text(&self, file: FileId) -> Option<Arc<str>> {
        let opened = self.opened.borrow();
        Some(Arc::clone(&self.files[&opened[file.0 as usize]]))
    }
}

/// A pod of that name with that image.
pub fn pod(name: &str, image: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}}}\nspec: {{containers: [{{name: main, image: \"{image}\"}}]}}\n"
    )
}
