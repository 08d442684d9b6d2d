//! Pure: the nodes of a document to image uses.
//!
//! Knows which kinds hold images and where; knows nothing about how a file was found, and of a policy
//! only its `custom-resources`.

pub mod file;
pub mod rendered;

mod ambiguity_words;
mod annotations;
mod by_key;
mod caveats;
mod engines;
mod fields;
mod forms;
mod ignore_reach;
mod ignore_words;
mod ignores;
mod image_text;
mod injected;
mod kept;
mod key_rules;
mod kustomize;
mod not_deployed;
mod objects;
mod parameters;
mod passed;
mod path;
mod problems;
mod reference_table;
mod resource_table;
mod resources;
pub mod scalar_kind;
mod shapes;
mod sources;
mod template;
mod unlisted;
mod uses;
mod workloads;

use crate::parse::ParseSettings;
use crate::policy::settings::CustomResource;

/// What is the same for every file of a run.
#[derive(Debug, Clone)]
pub struct ExtractSettings {
    custom_resources: Vec<CustomResource>,
    parse: ParseSettings,
}

impl ExtractSettings {
    /// `custom_resources` of the policy are added to the built-in table. Of `parse` the limits count;
    /// the words by which documents are skipped follow from what is looked for.
    pub fn new(custom_resources: Vec<CustomResource>, parse: ParseSettings) -> Self {
        // No words at all: every document is parsed.
        let wanted_words = resources::wanted_words(&custom_resources).unwrap_or_default();
        Self {
            custom_resources,
            parse: ParseSettings {
                wanted_words,
                ..parse
            },
        }
    }
}

impl Default for ExtractSettings {
    fn default() -> Self {
        Self::new(Vec::new(), ParseSettings::default())
    }
}
