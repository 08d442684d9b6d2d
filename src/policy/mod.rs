//! Pure: the policy file as written -> a validated policy whose every value knows its place.
//!
//! This folder reads no file: `discover` hands it the text and the files that the text names.

pub mod duration;
pub mod error;
mod keys;
mod lint;
pub mod mirror;
pub mod pattern;
mod read;
pub mod resolve;
mod schema;
pub mod settings;
mod starter;

pub use lint::{exposures, lint};
pub use read::read;
pub use schema::schema;
pub use starter::{starter, starter_with_names};

use std::path::Path;

/// Largest policy file, in bytes.
pub const MAX_POLICY_BYTES: u64 = 1 << 20;

/// The files and variables that a policy may name; `discover` gives the real ones, tests give others.
pub trait PolicyFiles {
    /// The bytes of the file at `path`, which is as written in the policy (relative to it). A file of
    /// unreasonable size is an error like one that is not there.
    ///
    /// # Errors
    /// A sentence that says why it could not be read.
    fn read(&self, path: &Path) -> Result<Vec<u8>, String>;

    /// The value of an environment variable, for `env://NAME`.
    fn variable(&self, name: &str) -> Option<String>;

    /// What is wrong with a Sigstore trusted root, as far as whoever verifies with it can tell: the policy
    /// knows only that it is JSON.
    fn trusted_root_fault(&self, _json: &[u8]) -> Option<String> {
        None
    }
}
