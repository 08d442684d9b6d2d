//! What is said about files that cannot be read. Opens nothing.

use std::fs::Metadata;
use std::io;

/// What the operating system says, in words that do not depend on the platform where they are common.
pub fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::PermissionDenied => "permission is denied".to_owned(),
        io::ErrorKind::NotFound => "it does not exist".to_owned(),
        io::ErrorKind::NotADirectory => "it is a file, not a folder".to_owned(),
        _ => error.to_string(),
    }
}

/// What stands at the place of a file, when it is none.
pub fn special_kind(metadata: &Metadata) -> Option<&'static str> {
    match metadata {
        file if file.is_file() => None,
        folder if folder.is_dir() => Some("a folder"),
        _ => Some("a pipe, socket or device"),
    }
}
