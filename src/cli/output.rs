//! Where reports go: checked before the work starts, written whole or not at all.

mod folder;
mod pending;
mod place;
mod stream;

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

pub use pending::PendingFile;
use stream::{Stream, stream};

use super::error::CliError;
use super::format::{CheckTarget, CheckTargets};
use super::input::Resolved;
use crate::discover::read::reason;
use crate::discover::shown::shown;
use crate::model::summary::NotLookedAt;
use crate::report::CheckFormat;
use crate::report::recognise::is_report;

/// Where one report goes.
#[derive(Debug)]
pub enum Sink {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
    /// A pipe that the caller opened.
    Pipe(File),
    /// A file.
    File(PendingFile),
}

/// Opens every report of a run, so that nothing is checked in vain. A report that an earlier run left in
/// the same place, among the files to check, is not one of them.
///
/// # Errors
/// Two reports for one place, a report in place of an input or of the policy, a place that cannot be written to.
pub fn open(
    asked: &[CheckTargets],
    run: &mut Resolved,
) -> Result<Vec<(CheckFormat, Sink)>, CliError> {
    let targets: Vec<&CheckTarget> = asked.iter().flat_map(|targets| &targets.0).collect();
    let mut files = HashSet::new();
    let mut sinks = Vec::new();
    for target in targets {
        let sink = match &target.file {
            None => Sink::Stdout,
            Some(path) => match stream(path) {
                Some(stream) => of_stream(stream, path)?,
                None => Sink::File(file(path, run, &mut files)?),
            },
        };
        sinks.push((target.format, sink));
    }
    let to_stdout = sinks
        .iter()
        .filter(|(_, sink)| matches!(sink, Sink::Stdout));
    match to_stdout.count() {
        0 | 1 => Ok(sinks),
        _ => Err(CliError::SeveralToStdout),
    }
}

fn of_stream(stream: Result<Stream, String>, path: &Path) -> Result<Sink, CliError> {
    match stream {
        Ok(Stream::Stdout) => Ok(Sink::Stdout),
        Ok(Stream::Stderr) => Ok(Sink::Stderr),
        Ok(Stream::Pipe(file)) => Ok(Sink::Pipe(file)),
        Err(reason) => Err(CliError::Target {
            path: shown(path),
            reason,
        }),
    }
}

/// Begins the file of a report; `files` are those of the other reports.
fn file(
    path: &Path,
    run: &mut Resolved,
    files: &mut HashSet<PathBuf>,
) -> Result<PendingFile, CliError> {
    let pending = PendingFile::create(path)?;
    if !files.insert(pending.path().to_owned()) {
        return Err(pending.refused("two reports are to be written to it"));
    }
    if run.policy_file.as_deref() == Some(pending.path()) {
        return Err(pending.refused("it is the policy file"));
    }
    let mut inputs = run.found.inputs.iter();
    if let Some(index) = inputs.position(|input| input.is_file(pending.path())) {
        if !is_earlier_report(pending.path()) {
            return Err(pending.refused(
                "it is one of the files to check; write the report elsewhere, or leave the file out \
                 with --exclude",
            ));
        }
        run.found.leave_out(index, NotLookedAt::EarlierReport);
    }
    Ok(pending)
}

/// Whether a report of an earlier run stands there. A file that cannot be read is none.
fn is_earlier_report(place: &Path) -> bool {
    File::open(place)
        .and_then(|mut file| is_report(&mut file))
        .unwrap_or(false)
}

/// Writes to standard output. A reader that has gone away is no error: it has seen what it wanted.
///
/// # Errors
/// Everything else that the operating system says, such as a full disk.
pub fn to_stdout(content: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), CliError> {
    to_stream(io::stdout().lock(), content).map_err(CliError::Stdout)
}

/// The same to another stream.
///
/// # Errors
/// What the operating system says, a sentence part.
pub fn to_stream(
    out: impl Write,
    content: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), String> {
    let mut out = BufWriter::new(out);
    match content(&mut out).and_then(|()| out.flush()) {
        Err(error) => {
            // What is still buffered would fail again when dropped, silently.
            let _ = out.into_parts();
            match error.kind() {
                io::ErrorKind::BrokenPipe => Ok(()),
                _ => Err(reason(&error)),
            }
        }
        Ok(()) => Ok(()),
    }
}
