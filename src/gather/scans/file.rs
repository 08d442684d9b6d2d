//! The bytes of a report: bounded, and never from a pipe that nobody writes to.
#![expect(
    clippy::disallowed_methods,
    reason = "reports are evidence, and gathering reads it from disk"
)]

use std::fs::{self, File};
use std::io::Read as _;
use std::path::Path;

use super::format::{self, Report};
use crate::gather::disk::{reason, special_kind};

/// Largest report, in bytes.
const MAX_BYTES: u64 = 1024 * 1024 * 1024;

/// Up to this size, in bytes, a report is read into memory, which is several times faster to parse than a
/// stream.
const IN_MEMORY: u64 = 8 * 1024 * 1024;

/// Reads the report at `path`. `buffer` is only there to be used again.
///
/// # Errors
/// Why it cannot be read; a sentence part.
pub(super) fn report(path: &Path, buffer: &mut Vec<u8>) -> Result<Report, String> {
    let (file, size) = open(path, MAX_BYTES)?;
    let read = if size > IN_MEMORY {
        // A file that grows meanwhile is cut, and so is no JSON any more.
        format::read_stream(file.take(MAX_BYTES))
    } else {
        whole(file, IN_MEMORY, buffer)?;
        format::read(buffer)
    };
    read.map_err(|unreadable| unreadable.to_string())
}

/// Reads a file of at most `cap` bytes.
///
/// # Errors
/// Why it cannot be read; a sentence part.
pub(super) fn bytes(path: &Path, cap: u64) -> Result<Vec<u8>, String> {
    let (file, _) = open(path, cap)?;
    let mut buffer = Vec::new();
    whole(file, cap, &mut buffer)?;
    Ok(buffer)
}

fn open(path: &Path, cap: u64) -> Result<(File, u64), String> {
    let failed = |error| reason(&error);
    // Opening a pipe blocks until somebody writes to it: ask before.
    let metadata = fs::metadata(path).map_err(failed)?;
    if let Some(kind) = special_kind(&metadata) {
        return Err(format!("it is {kind}, not a file"));
    }
    if metadata.len() > cap {
        return Err(too_large(cap));
    }
    Ok((File::open(path).map_err(failed)?, metadata.len()))
}

fn whole(file: File, cap: u64, buffer: &mut Vec<u8>) -> Result<(), String> {
    buffer.clear();
    let read = file.take(cap + 1).read_to_end(buffer);
    read.map_err(|error| reason(&error))?;
    match buffer.len() as u64 > cap {
        true => Err(too_large(cap)),
        false => Ok(()),
    }
}

fn too_large(cap: u64) -> String {
    format!("it is larger than {} MiB", cap / (1024 * 1024))
}
