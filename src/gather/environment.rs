//! Folders of the user, as the environment names them. The user database is not asked: a process whose
//! environment was emptied is to find nothing of the user's, and to leave nothing there.

#![expect(
    clippy::disallowed_methods,
    reason = "what is gathered from, and kept, lies where the environment says"
)]

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;

/// A variable; an empty one counts as not set.
pub fn variable(name: &str) -> Option<OsString> {
    env::var_os(name).filter(|value| !value.is_empty())
}

/// The home folder: `HOME`, or `USERPROFILE` on Windows.
pub fn home() -> Option<PathBuf> {
    let name = match cfg!(windows) {
        true => "USERPROFILE",
        false => "HOME",
    };
    variable(name).map(PathBuf::from)
}
