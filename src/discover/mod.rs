//! I/O: which files there are, their bytes, and the policy file with what it names.
//!
//! Paths given by a person become [`Input`]s in a fixed order; nothing is left out without being
//! counted, and what cannot be read becomes a problem of that input, never a stop. This folder does
//! not know what stands in a file.
#![expect(
    clippy::disallowed_methods,
    reason = "this folder is where files are found and read"
)]

pub mod exclude;
mod git_index;
mod gitignore;
pub mod include;
pub mod policy_file;
pub mod reach;
pub mod read;
mod repository;
pub mod shown;
mod submodules;
pub mod unused_policy;
mod walk;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::model::caveat::Caveat;
use crate::model::summary::NotLookedAt;

pub use walk::discover;

/// The name under which standard input is shown.
pub const STDIN_NAME: &str = "<stdin>";

/// The argument that stands for standard input.
pub const STDIN_ARGUMENT: &str = "-";

/// What a person asked to look at.
#[derive(Debug)]
pub struct Selection<'a> {
    /// Files, folders, or [`STDIN_ARGUMENT`].
    pub paths: &'a [PathBuf],
    /// Globs that leave files out, each with the folder that it is relative to.
    pub exclude: &'a exclude::Exclude,
    /// Leave out what git ignores.
    pub respect_gitignore: bool,
}

/// One text to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// The name shown to people, see [`shown`].
    pub shown: Arc<str>,
    /// Other names of the same file that were met, which are links.
    pub links: Vec<Arc<str>>,
    /// Where its bytes come from.
    pub place: Place,
}

/// Where the bytes of an [`Input`] come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// Standard input.
    Stdin,
    /// A file.
    File {
        /// The path to open, which is no link.
        path: PathBuf,
        /// The same path without links, for telling whether two are one file.
        identity: PathBuf,
    },
    /// A file or folder that is known to be unreadable already.
    Unreadable(read::ReadError),
}

impl Input {
    /// Whether this input is the file with that [identity](Place::File).
    pub fn is_file(&self, wanted: &Path) -> bool {
        matches!(&self.place, Place::File { identity, .. } if identity == wanted)
    }
}

/// What was found.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Discovered {
    /// Every text once, in the byte order of the shown names.
    pub inputs: Vec<Input>,
    /// What was left out.
    pub left_out: Vec<Caveat>,
    /// The folders that were walked, absolute and without links.
    pub walked: Vec<PathBuf>,
    /// Policy files that were met in them, as shown and without links, in the order of the names.
    pub policies: Vec<(String, PathBuf)>,
    /// Whether something in the folders was left out that another run would look at: by an option, or
    /// since it cannot be read.
    pub incomplete: bool,
}

impl Discovered {
    /// Whether everything in `folder`, absolute and without links, was found that is ever looked at.
    pub fn covers(&self, folder: &Path) -> bool {
        !self.incomplete && self.walks(folder)
    }

    /// Whether `folder` was walked.
    pub fn walks(&self, folder: &Path) -> bool {
        self.walked.iter().any(|walked| folder.starts_with(walked))
    }

    /// Leaves out the input with that index, which has to exist, for a reason that is counted.
    pub fn leave_out(&mut self, index: usize, reason: NotLookedAt) {
        let input = self.inputs.remove(index);
        self.left_out.push(Caveat::of_file(reason, input.shown));
    }
}

/// Why nothing can be looked at.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum DiscoverError {
    /// Paths that do not exist, as shown.
    #[error("{}", missing(.0))]
    Missing(Vec<String>),
}

fn missing(paths: &[String]) -> String {
    let lines: Vec<String> = paths
        .iter()
        .map(|path| format!("`{path}` does not exist"))
        .collect();
    lines.join("\n")
}
