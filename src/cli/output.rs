//! Where reports go: checked before the work starts, written whole or not at all.

use std::collections::HashSet;
use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

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
    if targets
        .iter()
        .filter(|target| target.file.is_none())
        .count()
        > 1
    {
        return Err(CliError::SeveralToStdout);
    }
    let mut files = HashSet::new();
    let mut sinks = Vec::new();
    for target in targets {
        let sink = match &target.file {
            None => Sink::Stdout,
            Some(path) => {
                let pending = PendingFile::create(path)?;
                if !files.insert(pending.place.clone()) {
                    return Err(pending.refused("two reports are to be written to it"));
                }
                if run.policy_file.as_ref() == Some(&pending.place) {
                    return Err(pending.refused("it is the policy file"));
                }
                let input = run.found.inputs.iter();
                let input = input
                    .enumerate()
                    .find(|(_, input)| input.is_file(&pending.place));
                if let Some((index, _)) = input {
                    if !is_earlier_report(&pending.place) {
                        return Err(pending.refused(
                            "it is one of the files to check; write the report elsewhere, or leave \
                             the file out with --exclude",
                        ));
                    }
                    run.found.leave_out(index, NotLookedAt::EarlierReport);
                }
                Sink::File(pending)
            }
        };
        sinks.push((target.format, sink));
    }
    Ok(sinks)
}

/// Whether a report of an earlier run stands there. A file that cannot be read is none.
fn is_earlier_report(place: &Path) -> bool {
    fs::File::open(place)
        .and_then(|mut file| is_report(&mut file))
        .unwrap_or(false)
}

/// A file that takes its place when it is complete.
#[derive(Debug)]
pub struct PendingFile {
    shown: String,
    /// Where it goes, without links.
    place: PathBuf,
    file: NamedTempFile,
}

impl PendingFile {
    /// Begins a file that will stand at `path`, in the same folder.
    ///
    /// # Errors
    /// The folder does not exist or cannot be written to; something that is no file stands there.
    pub fn create(path: &Path) -> Result<Self, CliError> {
        let failed = |reason: String| CliError::Target {
            path: shown(path),
            reason,
        };
        // A link comes with the files that are checked as often as not: whoever wrote it would choose what
        // the report replaces.
        if fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_symlink()) {
            return Err(failed(
                "a link stands there; name the file that it leads to".to_owned(),
            ));
        }
        let (place, permissions) = match fs::canonicalize(path) {
            Ok(place) => {
                let metadata = fs::metadata(&place).map_err(|error| failed(reason(&error)))?;
                if !metadata.is_file() {
                    return Err(failed("what stands there is not a file".to_owned()));
                }
                if metadata.permissions().readonly() {
                    return Err(failed("the file that stands there is read-only".to_owned()));
                }
                (place, Some(metadata.permissions()))
            }
            Err(_) => (new_place(path).map_err(failed)?, None),
        };
        let folder = place.parent().unwrap_or(Path::new("."));
        let mut builder = tempfile::Builder::new();
        builder.prefix(".imagegate-").suffix(".tmp");
        #[cfg(unix)]
        {
            // A temporary file is private by default; a report is like any new file (0666 less umask).
            use std::os::unix::fs::PermissionsExt as _;
            builder.permissions(fs::Permissions::from_mode(0o666));
        }
        let file = builder
            .tempfile_in(folder)
            .map_err(|error| failed(reason(&error)))?;
        if let Some(permissions) = permissions {
            file.as_file()
                .set_permissions(permissions)
                .map_err(|error| failed(reason(&error)))?;
        }
        Ok(Self {
            shown: shown(path),
            place,
            file,
        })
    }

    /// Writes the content and puts the file in its place.
    ///
    /// # Errors
    /// What the operating system says; the old file, if any, is untouched then.
    pub fn write(
        mut self,
        content: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), CliError> {
        let written = {
            let mut out = BufWriter::new(&mut self.file);
            content(&mut out).and_then(|()| out.flush())
        };
        if let Err(error) = written {
            return Err(self.refused(&reason(&error)));
        }
        let Self { shown, place, file } = self;
        match file.persist(&place) {
            Ok(_) => Ok(()),
            Err(error) => Err(CliError::Target {
                path: shown,
                reason: reason(&error.error),
            }),
        }
    }

    /// Writes the content and puts the file in its place unless something stands there.
    ///
    /// # Errors
    /// What the operating system says, `AlreadyExists` included.
    pub fn write_new(mut self, content: &[u8]) -> io::Result<()> {
        self.file.write_all(content)?;
        self.file.flush()?;
        match self.file.persist_noclobber(&self.place) {
            Ok(_) => Ok(()),
            Err(error) => Err(error.error),
        }
    }

    fn refused(&self, reason: &str) -> CliError {
        CliError::Target {
            path: self.shown.clone(),
            reason: reason.to_owned(),
        }
    }
}

/// Where a file that does not exist yet will stand.
fn new_place(path: &Path) -> Result<PathBuf, String> {
    let Some(name) = path.file_name() else {
        return Err("it does not name a file".to_owned());
    };
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    match fs::canonicalize(folder) {
        Ok(folder) => Ok(folder.join(name)),
        Err(error) => Err(format!("its folder cannot be used: {}", reason(&error))),
    }
}

/// Writes to standard output. A reader that has gone away is no error: it has seen what it wanted.
///
/// # Errors
/// Everything else that the operating system says, such as a full disk.
pub fn to_stdout(content: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), CliError> {
    let mut out = BufWriter::new(io::stdout().lock());
    match content(&mut out).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            // What is still buffered would fail again when dropped, silently.
            let _ = out.into_parts();
            Err(CliError::Stdout(reason(&error)))
        }
        Err(_) => {
            let _ = out.into_parts();
            Ok(())
        }
        Ok(()) => Ok(()),
    }
}
