//! Our own JSON, version 1: one object, snake_case, keys only ever added. Lines and columns count from
//! 1, columns in Unicode characters. The structs here are the format; internal types never reach it.

use std::io::{self, Write};

use super::inspect::InspectReport;
use super::{CheckReport, ImagesReport};

mod check;
mod details;
mod images;
mod inspect;
mod origin;
mod resolved;
mod summary;
mod writer;

/// The version of each of the formats.
const VERSION: u32 = 1;

/// The JSON Schema of what `check --format json` prints, as committed in
/// `docs/schema/check.schema.json`.
pub fn check_schema() -> serde_json::Value {
    schema::<check::Check<'_>>("imagegate check --format json")
}

/// The JSON Schema of what `images --format json` prints, as committed in
/// `docs/schema/images.schema.json`.
pub fn images_schema() -> serde_json::Value {
    schema::<images::Images<'_>>("imagegate images --format json")
}

/// The JSON Schema of what `inspect --format json` prints, as committed in
/// `docs/schema/inspect.schema.json`.
pub fn inspect_schema() -> serde_json::Value {
    schema::<inspect::Inspection<'_>>("imagegate inspect --format json")
}

fn schema<T: schemars::JsonSchema>(title: &str) -> serde_json::Value {
    // What is printed is described, so a key that is always written is required even when it is null.
    let settings = schemars::generate::SchemaSettings::draft2020_12().for_serialize();
    let mut schema = settings.into_generator().into_root_schema_for::<T>();
    schema.insert("title".to_owned(), title.into());
    schema.to_value()
}

pub(super) fn write_check(report: &CheckReport, out: &mut dyn Write) -> io::Result<()> {
    writer::write(&check::Check::of(report), out)
}

pub(super) fn write_images(report: &ImagesReport, out: &mut dyn Write) -> io::Result<()> {
    writer::write(&images::Images::of(report), out)
}

pub(super) fn write_inspect(report: &InspectReport, out: &mut dyn Write) -> io::Result<()> {
    writer::write(&inspect::Inspection::of(report), out)
}

pub(super) use check::Summary as CheckSummary;
pub(super) use details::Details;
pub(super) use origin::Origin;
pub(super) use resolved::{Resolved, resolved};
pub(super) use writer::write as write_json;
