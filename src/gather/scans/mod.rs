//! Scans of images: what report files, statements and scanners wrote, as facts. Nothing here knows which
//! scan is good enough, and nothing here verifies who signed a statement.

mod file;
pub mod format;
mod pattern;
pub mod reports;
mod shelf;
pub mod sources;
pub mod vex;
