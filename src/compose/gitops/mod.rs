//! Objects of Flux and Argo CD that apply a folder of the repository: what they put on top of it, and what they
//! deploy.
//!
//! Such an object may be deployed by another one, which may change it. So all of them are built as they are
//! written, to learn who deploys whom, and then followed from those that nobody deploys.

mod apply;
mod argo;
mod choose;
mod flux;
mod settings;
mod substitute;

use std::sync::Arc;

use super::kustomize::{Built, Files, Found, Overlay, Resource, normal};
use super::tree::{FileId, Node, Place};

pub use apply::{Applying, Outcome};
pub use settings::Settings;

/// Names an object: its file, and where it begins there.
pub type Id = (FileId, u32);

/// An object that applies others, as it is deployed.
#[derive(Debug, Clone)]
pub struct Object {
    /// Which one it is.
    pub id: Id,
    /// What it says.
    pub node: Node,
}

impl Object {
    /// The object, when it is one that applies others.
    pub fn of(resource: &Resource) -> Option<Self> {
        let node = &resource.node;
        let (group, _) = node.text(&["apiVersion"])?.split_once('/')?;
        let is_one = matches!(
            (group, node.text(&["kind"])?),
            ("kustomize.toolkit.fluxcd.io", "Kustomization")
                | ("argoproj.io", "Application" | "ApplicationSet")
        );
        is_one.then(|| Self {
            id: (resource.file, resource.start),
            node: node.clone(),
        })
    }

    /// The files with values of charts that it names, where they are here.
    pub fn values_files(&self, files: &dyn Files) -> Vec<FileId> {
        let named = argo::values_files(self).into_iter();
        let found = named.filter_map(|(folder, path)| {
            let mut tops = files.enter(self.id.0).into_iter();
            tops.find_map(|top| {
                let folder = normal(&top, folder.trim_start_matches('/'));
                match files.find(&normal(&folder, &path)) {
                    Found::File(file, _) => Some(file),
                    _ => None,
                }
            })
        });
        found.collect()
    }

    /// What it wants to be applied: of each of its sources.
    fn wanted(&self) -> Vec<Result<Wanted, Arc<str>>> {
        match self.node.text(&["kind"]) {
            Some("Kustomization") => vec![flux::wanted(self)],
            Some("Application") => argo::wanted(self, &["spec"]),
            _ => argo::wanted(self, &["spec", "template", "spec"]),
        }
    }
}

/// A folder that an object applies.
#[derive(Debug, Clone)]
struct Wanted {
    /// The folder as it is written.
    path: Arc<str>,
    /// The repository that it is in, as the object names it.
    repository: Arc<str>,
    /// Its address, where the object says it itself.
    url: Option<Arc<str>>,
    /// Whether that is the name by which Flux calls the repository that it was set up with.
    is_usual: bool,
    /// What is put on top; its folder is not known yet.
    overlay: Overlay,
    /// What fills in variables, when something does.
    variables: Option<substitute::Wanted>,
}

impl Wanted {
    /// Whether the folder is the whole repository, so that its being there says nothing.
    fn is_all(&self) -> bool {
        matches!(&*normal("", &self.path), "" | "/")
    }
}

/// What one object deploys.
#[derive(Debug)]
pub struct Applied {
    /// The object.
    pub id: Id,
    /// What it deploys.
    pub built: Built,
}

/// A text of the object, or its place where it has none.
fn text_with_place(node: &Node, keys: &[&str]) -> Option<(Arc<str>, Place)> {
    let scalar = node.at(keys)?.as_scalar()?;
    Some((Arc::clone(&scalar.text), scalar.place))
}
