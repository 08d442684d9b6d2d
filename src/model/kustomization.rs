//! What is kept of a kustomization: as much as it takes to know where its objects end up.

use std::sync::Arc;

/// The names by which kustomize takes a file for a kustomization.
pub const KUSTOMIZATION_NAMES: [&str; 3] =
    ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// A kustomization that names a namespace or other files.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Kustomization {
    /// `namespace`: it replaces that of every object which the kustomization brings in.
    pub namespace: Option<Arc<str>>,
    /// Whether it may put them into another namespace in a way that is not followed: by a transformer, a JSON
    /// patch or a replacement.
    pub moves: bool,
    /// What it brings in: files and folders beside it, as written (`resources`, `bases`, `components`).
    pub resources: Vec<Arc<str>>,
}

/// A Kustomization of Flux that puts what stands below a path into a namespace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FluxTarget {
    /// `spec.path`: a folder of the repository that the source names, as written; empty for all of it.
    pub path: Arc<str>,
    /// `spec.targetNamespace`.
    pub namespace: Arc<str>,
}

impl Kustomization {
    /// The namespaces into which it puts its objects; `None` for one that is not known.
    pub fn namespaces(&self) -> impl Iterator<Item = Option<&str>> {
        let named = self.namespace.as_deref().map(Some);
        named.into_iter().chain(self.moves.then_some(None))
    }
}
