//! Pure: the nodes of a document to image uses.
//!
//! Knows which kinds hold images and where; knows nothing about policies or how a file was found.

pub mod file;

use crate::policy::settings::CustomResource;

/// What the extractor must know of the policy.
#[derive(Debug, Clone, Default)]
pub struct ExtractSettings {
    /// `custom-resources` of the policy, added to the built-in table.
    pub custom_resources: Vec<CustomResource>,
}
