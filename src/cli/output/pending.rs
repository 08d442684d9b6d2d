//! A file that takes its place when it is complete: whole or not at all.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use tempfile::NamedTempFile;

use super::place::Place;
use crate::cli::error::CliError;
use crate::discover::read::reason;
use crate::discover::shown::shown;

/// A file that takes its place when it is complete.
#[derive(Debug)]
pub struct PendingFile {
    shown: String,
    /// Where it goes.
    place: Place,
    file: NamedTempFile<File>,
}

impl PendingFile {
    /// Begins a file that will stand at `path`, in the same folder.
    ///
    /// # Errors
    /// The folder does not exist or cannot be written to, or there is a link in the path; something that is no
    /// file stands there.
    pub fn create(path: &Path) -> Result<Self, CliError> {
        let failed = |reason: String| CliError::Target {
            path: shown(path),
            reason,
        };
        let place = Place::of(path).map_err(failed)?;
        // A link comes with the files that are checked as often as not: whoever wrote it would choose what
        // the report replaces.
        let permissions = match fs::symlink_metadata(&place.path) {
            Ok(link) if link.is_symlink() => {
                let reason = "a link stands there; name the file that it leads to";
                return Err(failed(reason.to_owned()));
            }
            Ok(old) if !old.is_file() => {
                return Err(failed("what stands there is not a file".to_owned()));
            }
            Ok(old) if old.permissions().readonly() => {
                return Err(failed("the file that stands there is read-only".to_owned()));
            }
            Ok(old) => Some(old.permissions()),
            Err(_) => None,
        };
        let folder = place.path.parent().unwrap_or(Path::new("."));
        let file = tempfile::Builder::new()
            .prefix(".imagegate-")
            .suffix(".tmp")
            .make_in(folder, |path| place.folder.create(path))
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

    /// Where it goes, without links.
    pub fn path(&self) -> &Path {
        &self.place.path
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
        let put = written.and_then(|()| self.place.folder.replace(self.file.path(), self.path()));
        if let Err(error) = put {
            return Err(self.refused(&reason(&error)));
        }
        self.file.disable_cleanup(true);
        Ok(())
    }

    /// Writes the content and puts the file in its place unless something stands there.
    ///
    /// # Errors
    /// What the operating system says, `AlreadyExists` included.
    pub fn write_new(mut self, content: &[u8]) -> io::Result<()> {
        self.file.write_all(content)?;
        self.file.flush()?;
        match self.file.persist_noclobber(&self.place.path) {
            Ok(_) => Ok(()),
            Err(error) => Err(error.error),
        }
    }

    /// The error that it cannot be written, for a reason that is a sentence part.
    pub fn refused(&self, reason: &str) -> CliError {
        CliError::Target {
            path: self.shown.clone(),
            reason: reason.to_owned(),
        }
    }
}
