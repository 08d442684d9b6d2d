//! The names of kustomizations, and what is kept of those of Flux.

use std::sync::Arc;

/// The names by which kustomize takes a file for a kustomization.
pub const KUSTOMIZATION_NAMES: [&str; 3] =
    ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// A Kustomization of Flux that puts what stands below a path into a namespace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FluxTarget {
    /// Where the object begins in its file.
    pub start: u32,
    /// `spec.path`: a folder of the repository that the source names, as written; empty for all of it.
    pub path: Arc<str>,
    /// `spec.targetNamespace`.
    pub namespace: Arc<str>,
}
