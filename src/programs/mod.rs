//! I/O: programs of the user that a run starts: where they are looked for, how they are heard within bounds, and
//! how they end together with what they started. Nothing here knows what a program is for.

#![expect(
    clippy::disallowed_methods,
    reason = "whether a file can be run is asked of the file system"
)]

mod ending;
mod heard;
pub mod interrupt;
mod last_lines;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::{env, fs};

use tokio::process::{Child, Command};

pub use ending::Ending;
pub use heard::{Stopped, heard};
pub use last_lines::{LastLines, Tail, said};

/// The program `name`, in the absolute folders of `path` only: a relative one would run what lies in the
/// folder that is being checked.
pub fn find(path: Option<&OsStr>, name: &str) -> Option<PathBuf> {
    let file = format!("{name}{}", env::consts::EXE_SUFFIX);
    env::split_paths(path.unwrap_or(OsStr::new("")))
        .filter(|folder| folder.is_absolute())
        .map(|folder| folder.join(&file))
        .find(|program| is_program(program))
}

fn is_program(path: &Path) -> bool {
    let Ok(metadata) = fs::metadata(path) else {
        return false;
    };
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        if metadata.permissions().mode() & 0o111 == 0 {
            return false;
        }
    }
    metadata.is_file()
}

/// Makes what `command` starts end when it is dropped, and gives it a process group of its own.
pub fn owned(command: &mut Command) -> &mut Command {
    #[cfg(unix)]
    command.process_group(0);
    command.kill_on_drop(true)
}

/// Holds the program to so many bytes of address space, and with it what it starts from now on. Only Linux lets
/// another process be limited without code of ours in it; elsewhere time and output are what bounds it.
#[cfg(target_os = "linux")]
pub fn hold_to_memory(child: &Child, bytes: u64) {
    use rustix::process::{Pid, Resource, Rlimit, prlimit};
    let id = child.id().and_then(|id| i32::try_from(id).ok());
    let limit = Rlimit {
        current: Some(bytes),
        maximum: Some(bytes),
    };
    if let Some(id) = id.and_then(Pid::from_raw) {
        // It fails when the program has ended already.
        let _ = prlimit(Some(id), Resource::As, limit);
    }
}

/// Nothing holds it.
#[cfg(not(target_os = "linux"))]
pub fn hold_to_memory(_: &Child, _: u64) {}

/// The process group of a program. Dropped before the program has ended, it ends the whole group: programs
/// are often scripts, and what they wait for would stay behind.
pub struct Group {
    #[cfg(unix)]
    leader: Option<rustix::process::Pid>,
}

impl Group {
    /// The group that a child of [`owned`] leads.
    #[cfg(unix)]
    pub fn of(child: &Child) -> Self {
        let id = child.id().and_then(|id| i32::try_from(id).ok());
        let leader = id.and_then(rustix::process::Pid::from_raw);
        Self { leader }
    }

    /// Only Unix has such groups.
    #[cfg(not(unix))]
    pub fn of(_: &Child) -> Self {
        Self {}
    }

    /// Leaves the rest of the group alone: an agent that the program started may serve others. Its number
    /// may soon belong to another process, too.
    #[cfg_attr(not(unix), expect(unused_mut, reason = "nothing is to be forgotten"))]
    pub fn has_ended(mut self) {
        #[cfg(unix)]
        {
            self.leader = None;
        }
    }
}

#[cfg(unix)]
impl Drop for Group {
    fn drop(&mut self) {
        if let Some(leader) = self.leader {
            // It fails only when nobody is left to be ended.
            let _ = rustix::process::kill_process_group(leader, rustix::process::Signal::KILL);
        }
    }
}
