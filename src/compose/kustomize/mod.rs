//! What a kustomization deploys, read without running anything: its objects, and of each scalar in them what
//! it is made of.
//!
//! The order is that of kustomize: resources, configurations, generators, components, then patches, names,
//! `images`, replacements and external transformers. What is not covered is said with its place
//! ([`Unread`]); the rest is evaluated all the same. Kustomize itself is stricter and builds nothing where
//! something is wrong.

mod build;
mod expression;
mod field_path;
mod field_specs;
mod fields;
mod generators;
mod images;
mod json_patch;
mod names;
mod overlay;
mod patches;
mod paths;
mod replacements;
mod resource;
mod selector;
mod steps;
mod strategic;
mod transformers;
mod vars;
mod work;

use std::collections::BTreeSet;
use std::sync::Arc;

use super::read::{NoValue, Value};
use super::tree::{FileId, Place};

pub use build::Builder;
pub use overlay::{Overlay, Plain};
pub use paths::normal;
pub use resource::{Id, Resource};

/// The documents of a file.
pub type Values = Arc<Vec<Result<Value, NoValue>>>;

/// Where a kustomization's files come from.
pub trait Files {
    /// What stands at a path, which is normal: without `.` and `..`.
    fn find(&self, path: &str) -> Found;

    /// The bytes of a place as they are written.
    fn written(&self, place: Place) -> Option<Arc<str>>;

    /// The text of a file that need not be YAML.
    fn text(&self, file: FileId) -> Option<Arc<str>>;

    /// What is taken of a folder without a kustomization: paths of files, and of folders that have one. `None`
    /// when there are too many. Kustomize itself never asks for it.
    fn below(&self, _folder: &str, _plain: Plain) -> Option<Vec<String>> {
        None
    }

    /// Goes to the repository of a file: from here on paths must stay in it. The folders to which a path in an
    /// object of the file may be relative: the top of the repository alone where that is known. Kustomize itself
    /// never asks for it.
    fn enter(&self, _file: FileId) -> Vec<String> {
        Vec::new()
    }

    /// Whether the address of a repository is known to be that of another one than the file's.
    fn is_elsewhere(&self, _file: FileId, _url: &str) -> bool {
        false
    }
}

/// What stands at a path.
#[derive(Debug, Clone)]
pub enum Found {
    /// A file with its documents.
    File(FileId, Values),
    /// A folder, by the path that it has without links, and the kustomizations in it.
    Folder {
        /// The path.
        path: String,
        /// Its kustomization files; of good ones exactly one.
        kustomizations: Vec<String>,
    },
    /// Nothing.
    Missing,
    /// Something outside of the repository, which is not read.
    Outside,
    /// Something that could not be read, and why.
    Unreadable(Arc<str>),
}

/// Why a part of a kustomization was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Why {
    /// It is somewhere in the network.
    Remote,
    /// A chart has to be rendered.
    HelmChart,
    /// A program outside of kustomize has to be run.
    Plugin,
    /// A file or folder is not there, or could not be read.
    Missing,
    /// It is outside of the repository.
    Outside,
    /// Kustomize refuses it.
    Broken,
    /// It is not understood here.
    NotRead,
    /// It asks for more than is done.
    TooLarge,
}

/// A part that was not read.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Unread {
    /// Why.
    pub why: Why,
    /// Where it stands.
    pub place: Place,
    /// What it is, in a few words. May hold hostile text from the input.
    pub detail: Arc<str>,
}

/// An entry of `images` that hit nothing.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Unused {
    /// Where it stands.
    pub place: Place,
    /// The name in it. May hold hostile text from the input.
    pub name: Arc<str>,
    /// Whether everything was read that it could hit.
    pub is_certain: bool,
}

/// The texts in a kustomization that may name files and folders.
pub fn mentions(values: &Values) -> Vec<Arc<str>> {
    let mut texts = Vec::new();
    if let Some(Ok(value)) = values.first() {
        fields::texts(&value.node, &mut texts);
    }
    texts
}

/// The objects in a file; none of a document that kustomize refuses.
pub fn objects(values: &Values, file: FileId) -> Vec<Resource> {
    let values = values.iter().flatten();
    let objects = values.filter_map(|value| resource::of(value, file).ok());
    objects.flatten().collect()
}

/// What a kustomization makes.
#[derive(Debug, Clone, Default)]
pub struct Built {
    /// The kustomization itself.
    pub file: Option<FileId>,
    /// Its objects.
    pub resources: Vec<Resource>,
    /// What was not read.
    pub unread: Vec<Unread>,
    /// The files that it is made of, itself among them.
    pub files: BTreeSet<FileId>,
    /// Whether it could not be read at all.
    pub failed: bool,
    /// The kustomizations among them that it includes.
    pub included: BTreeSet<FileId>,
}
