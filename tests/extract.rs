//! Extraction: from the text of a file to the images, problems and suppressions in it.

#[path = "extract/read.rs"]
mod read;

#[path = "extract/caveats.rs"]
mod caveats;
#[path = "extract/chart_values.rs"]
mod chart_values;
#[path = "extract/custom.rs"]
mod custom;
#[path = "extract/held_values.rs"]
mod held_values;
#[path = "extract/helm_shapes.rs"]
mod helm_shapes;
#[path = "extract/ignores.rs"]
mod ignores;
#[path = "extract/limits.rs"]
mod limits;
#[path = "extract/lists.rs"]
mod lists;
#[path = "extract/places.rs"]
mod places;
#[path = "extract/problems.rs"]
mod problems;
#[path = "extract/rendered.rs"]
mod rendered;
#[path = "extract/sharing.rs"]
mod sharing;
#[path = "extract/sources.rs"]
mod sources;
#[path = "extract/values.rs"]
mod values;
#[path = "extract/workloads.rs"]
mod workloads;
