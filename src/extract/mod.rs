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
mod in_text;
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
mod values;
mod workloads;

use crate::parse::ParseSettings;
use crate::policy::settings::CustomResource;

/// What is the same for every file of a run.
#[derive(Debug, Clone)]
pub struct ExtractSettings {
    custom_resources: Vec<CustomResource>,
    parse: ParseSettings,
    /// The folders of the charts among the files of the run.
    charts: values::Charts,
    /// Whether values of charts are judged.
    values: bool,
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
            charts: values::Charts::new(),
            values: true,
        }
    }

    /// The same without values of charts, and what objects put in place of images.
    #[must_use]
    pub const fn without_values(mut self) -> Self {
        self.values = false;
        self
    }

    /// The same for a run over the files of these names, as shown to people: what lies in the folder of a chart is
    /// known by that.
    #[must_use]
    pub fn with_files<'p>(mut self, files: impl IntoIterator<Item = &'p str>) -> Self {
        let charts = files.into_iter().filter_map(|path| {
            let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
            (name == "Chart.yaml").then(|| folder.to_owned())
        });
        self.charts = charts.collect();
        self
    }
}

impl Default for ExtractSettings {
    fn default() -> Self {
        Self::new(Vec::new(), ParseSettings::default())
    }
}
