//! Pure: the policy file as written -> a validated policy whose every value knows its place.
//!
//! This folder reads no file: `discover` hands it the text and the files that the text names.

pub mod error;
pub mod mirror;
pub mod pattern;
pub mod resolve;
pub mod settings;

use std::path::Path;
use std::sync::Arc;

use crate::model::source::SourceText;

/// The files and variables that a policy may name; `discover` gives the real ones, tests give others.
pub trait PolicyFiles {
    /// The bytes of the file at `path`, which is as written in the policy (relative to it).
    ///
    /// # Errors
    /// A sentence that says why it could not be read.
    fn read(&self, path: &Path) -> Result<Vec<u8>, String>;

    /// The value of an environment variable, for `env://NAME`.
    fn variable(&self, name: &str) -> Option<String>;
}

/// Reads a policy file strictly.
///
/// # Errors
/// Everything that is wrong in it, in the order of the text; never empty.
pub fn read(
    _text: Arc<SourceText>,
    _files: &dyn PolicyFiles,
) -> Result<settings::Policy, Vec<error::PolicyDiagnostic>> {
    Ok(settings::Policy::built_in())
}
