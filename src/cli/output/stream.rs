//! Streams that are open already and have a path: `/dev/stdout`, `/dev/stderr`, the pipe of `>(command)`.

use std::fs::File;
use std::path::Path;

use crate::discover::read::{open_descriptor, reason};

/// A stream of this process.
#[derive(Debug)]
pub enum Stream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
    /// A pipe or terminal that was opened for this process.
    Pipe(File),
}

/// The stream at `path`; `None` when the path is that of a file.
///
/// # Errors
/// A sentence part that says why it cannot be written to.
pub fn stream(path: &Path) -> Option<Result<Stream, String>> {
    if path == Path::new("/dev/stderr") {
        return Some(Ok(Stream::Stderr));
    }
    if path == Path::new("/dev/stdout") {
        return Some(Ok(Stream::Stdout));
    }
    match open_descriptor(path)? {
        0 => Some(Err("it is standard input".to_owned())),
        1 => Some(Ok(Stream::Stdout)),
        2 => Some(Ok(Stream::Stderr)),
        _ => Some(pipe(path)),
    }
}

/// A file has a name of its own, and would be written over from its start here.
#[cfg(unix)]
fn pipe(path: &Path) -> Result<Stream, String> {
    use std::os::unix::fs::{FileTypeExt as _, OpenOptionsExt as _};
    let kind = std::fs::metadata(path).map_err(|error| reason(&error))?;
    let kind = kind.file_type();
    if !kind.is_fifo() && !kind.is_char_device() {
        return Err("it is neither a pipe nor a terminal; name the file itself".to_owned());
    }
    // Opening a pipe without a reader blocks: ask before.
    let mut options = File::options();
    options.write(true);
    let asked = options
        .clone()
        .custom_flags(rustix::fs::OFlags::NONBLOCK.bits() as i32)
        .open(path);
    asked.map_err(|error| reason(&error))?;
    let opened = options.open(path).map_err(|error| reason(&error))?;
    Ok(Stream::Pipe(opened))
}

#[cfg(not(unix))]
fn pipe(path: &Path) -> Result<Stream, String> {
    let opened = File::options().write(true).open(path);
    opened.map(Stream::Pipe).map_err(|error| reason(&error))
}
