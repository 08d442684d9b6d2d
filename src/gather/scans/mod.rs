//! Scans of images: what report files, statements and scanners wrote, as facts. Nothing here knows which
//! scan is good enough, and nothing here verifies who signed a statement.

mod file;
pub mod format;
mod pattern;
mod related;
pub mod reports;
mod shelf;
mod shelved;
pub mod sources;
mod subject;
pub mod vex;
