//! Scans of images: what report files, statements and scanners wrote, as facts. Nothing here knows which
//! scan is good enough, and nothing here verifies who signed a statement.

pub mod format;
