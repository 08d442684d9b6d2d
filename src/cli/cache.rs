//! `imagegate cache`.

use std::path::PathBuf;

use super::error::CliError;
use super::exit_code::Verdict;
use super::output::to_stdout;
use crate::gather::cache;
use crate::report::escape;

/// The variables that name the folder, as an error lists them.
pub const VARIABLES: &str = match cfg!(windows) {
    true => "LOCALAPPDATA nor USERPROFILE",
    false => "XDG_CACHE_HOME nor HOME",
};

/// Prints the folder, byte by byte as it is: scripts pass it on.
pub fn path() -> Result<Verdict, CliError> {
    let folder = folder()?;
    to_stdout(|out| {
        out.write_all(folder.as_os_str().as_encoded_bytes())?;
        writeln!(out)
    })?;
    Ok(Verdict::Clean)
}

/// Empties the cache and says what was removed.
pub fn clear() -> Result<Verdict, CliError> {
    let folder = folder()?;
    let cleared = cache::clear::clear(&folder)?;
    let shown = folder.display().to_string();
    to_stdout(|out| {
        let (files, bytes) = (cleared.files, cleared.bytes);
        let shown = escape::terminal(&shown);
        let noun = if files == 1 { "file" } else { "files" };
        writeln!(out, "removed {files} {noun}, {bytes} bytes, from {shown}")
    })?;
    Ok(Verdict::Clean)
}

fn folder() -> Result<PathBuf, CliError> {
    cache::default_folder().ok_or(CliError::NoCacheFolder)
}
