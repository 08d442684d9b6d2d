//! What is kept of a kustomization: as much as it takes to know where its objects end up.

use std::sync::Arc;

/// A kustomization that names a namespace or other files.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Kustomization {
    /// `namespace`: it replaces that of every object which the kustomization brings in.
    pub namespace: Option<Arc<str>>,
    /// What it brings in: files and folders beside it, as written (`resources`, `bases`, `components`).
    pub resources: Vec<Arc<str>>,
}
