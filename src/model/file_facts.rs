//! Everything that one file says, before any policy is asked.

use std::sync::Arc;

use super::caveat::Caveat;
use super::directive::InlineIgnore;
use super::image_use::ImageUse;
use super::kustomization::FluxTarget;
use super::origin::Destination;
use super::problem::InputProblem;
use super::source::Source;

/// What was read, parsed and extracted from one file.
#[derive(Debug, Clone)]
pub struct FileFacts {
    /// The file's name and the lines that findings may show.
    pub source: Source,
    /// YAML documents that hold content.
    pub documents: u32,
    /// Of these, the ones that are (or claim to be) Kubernetes objects: `apiVersion` and `kind`.
    pub manifests: u32,
    /// Images in the order of their fields in the text.
    pub uses: Vec<ImageUse>,
    /// The namespaces into which kustomizations put what the file holds, all of them, besides its own.
    pub put_into: Vec<Destination>,
    /// Where objects of Flux in the file put others.
    pub flux_targets: Vec<FluxTarget>,
    /// Whether a ConfigMap or Secret is in it, of which values may be filled in elsewhere.
    pub has_settings: bool,
    /// Links to the file that were met too: a kustomization may bring it in by such a name.
    pub links: Vec<Arc<str>>,
    /// What is wrong with the input itself.
    pub problems: Vec<InputProblem>,
    /// Suppressions found in comments and annotations.
    pub ignores: Vec<InlineIgnore>,
    /// What was passed over, in the order in which it was met.
    pub caveats: Vec<Caveat>,
}

impl FileFacts {
    /// A file of which nothing is known but its name and lines.
    pub const fn empty(source: Source) -> Self {
        Self {
            source,
            documents: 0,
            manifests: 0,
            uses: Vec::new(),
            put_into: Vec::new(),
            flux_targets: Vec::new(),
            has_settings: false,
            links: Vec::new(),
            problems: Vec::new(),
            ignores: Vec::new(),
            caveats: Vec::new(),
        }
    }
}
