//! `render`: what the user's own tools render for a check.

use super::Spanned;

/// What is rendered; nothing by default, since a tool runs only where somebody asks for it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Render {
    /// `helm`: charts for `helm template`.
    pub helm: Option<RenderHelm>,
    /// `kustomize`: folders for `kustomize build`, relative to the policy file.
    pub kustomize: Vec<Spanned<String>>,
}

/// `render.helm`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenderHelm {
    /// `charts`: folders, relative to the policy file; not empty.
    pub charts: Vec<Spanned<String>>,
    /// `values`: files that each of these charts is rendered with, in this order, relative to the policy file.
    pub values: Vec<Spanned<String>>,
}
