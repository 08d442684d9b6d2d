//! One run of the user's own helm or kustomize: what it can reach and what it may take.
//!
//! What it renders was written by whoever wrote the repository, so it gets nothing that is not needed: no
//! variables, folders of its own in place of the user's, no other program on its `PATH`, no way to a network as
//! far as the system lets us say so, and bounds for time, memory and output. docs/security.md lists what a
//! hostile repository can make it do.
#![expect(
    clippy::disallowed_methods,
    reason = "a tool works in folders of its own, and Windows needs some variables to run anything"
)]

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use std::{env, fs, io};

use tokio::process::Command;
use tokio::time::timeout;

use super::failure::Failure;
use crate::programs::interrupt::Stop;
use crate::programs::{self, Ending, Group, Stopped, Tail, heard};

/// What one run may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How long it may last.
    pub time: Duration,
    /// Most bytes that it may print.
    pub output: u64,
    /// Most bytes of memory, where the system can hold a process to it (Linux).
    pub memory: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            time: Duration::from_secs(60),
            output: 64 * 1024 * 1024,
            memory: 4 * 1024 * 1024 * 1024,
        }
    }
}

/// A proxy at which nobody answers: what asks the environment for one gets nowhere.
const NOWHERE: &str = "http://127.0.0.1:9";

const PROXIES: [&str; 6] = [
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "http_proxy",
    "https_proxy",
    "all_proxy",
];

/// Folders that a tool looks for its settings, plug-ins and caches in.
const FOLDERS: [&str; 10] = [
    "HOME",
    "XDG_CONFIG_HOME",
    "XDG_CACHE_HOME",
    "XDG_DATA_HOME",
    "XDG_STATE_HOME",
    "HELM_CONFIG_HOME",
    "HELM_CACHE_HOME",
    "HELM_DATA_HOME",
    "HELM_PLUGINS",
    "KUSTOMIZE_PLUGIN_HOME",
];

/// Without these nothing runs on Windows.
const OF_SYSTEM: [&str; 2] = ["SystemRoot", "windir"];

/// A tool of the user.
#[derive(Debug, Clone)]
pub struct Tool {
    name: &'static str,
    program: PathBuf,
    /// `unshare`, where it gives a run a network of its own, which leads nowhere.
    unshare: Option<PathBuf>,
    limits: Limits,
}

impl Tool {
    /// The tool of that name in an absolute folder of `path`.
    ///
    /// # Errors
    /// It is not there.
    pub async fn find(
        path: Option<&OsStr>,
        name: &'static str,
        limits: Limits,
    ) -> Result<Self, Failure> {
        let program = programs::find(path, name).ok_or(Failure::Missing)?;
        let unshare = match cfg!(target_os = "linux") {
            true => programs::find(path, "unshare"),
            false => None,
        };
        let unshare = match unshare {
            Some(unshare) if separates(&unshare).await => Some(unshare),
            _ => None,
        };
        Ok(Self {
            name,
            program,
            unshare,
            limits,
        })
    }

    /// Whether what it starts has no network, whatever it asks for.
    pub const fn is_without_network(&self) -> bool {
        self.unshare.is_some()
    }

    /// What it prints when it is called with `arguments`.
    ///
    /// # Errors
    /// Why that is not to be had.
    pub async fn run(&self, arguments: &[OsString], stop: &mut Stop) -> Result<String, Failure> {
        let failed = |error: io::Error| Failure::Run(error.to_string());
        let folder = tempfile::tempdir().map_err(failed)?;
        let command = self.command(arguments, folder.path()).map_err(failed)?;
        tracing::info!(target: "imagegate::render", "{} runs", self.program.display());
        let mut said = Tail::default();
        let ended = tokio::select! {
            ended = timeout(self.limits.time, self.within(command, &mut said)) => ended,
            reason = stop.stopped() => return Err(Failure::Stopped(reason)),
        };
        match ended {
            Ok(Ok((Ending::Success, output))) => {
                String::from_utf8(output).map_err(|_| Failure::NoText)
            }
            Ok(Ok((ending, _))) => Err(Failure::Ended(ending, said.lines())),
            Ok(Err(Stopped::Failed(error))) => Err(failed(error)),
            Ok(Err(Stopped::TooMuch)) => Err(Failure::TooMuch(self.limits.output)),
            Err(_) => Err(Failure::TooSlow(self.limits.time, said.lines())),
        }
    }

    async fn within(
        &self,
        mut command: Command,
        said: &mut Tail,
    ) -> Result<(Ending, Vec<u8>), Stopped> {
        let mut child = programs::owned(&mut command).spawn()?;
        let group = Group::of(&child);
        programs::hold_to_memory(&child, self.limits.memory);
        let mut output = Vec::new();
        let mut take = async |piece: &[u8]| output.extend_from_slice(piece);
        let most = self.limits.output;
        let status = heard(&mut child, group, most, &mut take, said).await?;
        Ok((Ending::of(status), output))
    }

    /// The tool with empty folders below `folder` in place of the user's.
    fn command(&self, arguments: &[OsString], folder: &Path) -> io::Result<Command> {
        let [work, empty, temporary] = ["work", "empty", "tmp"].map(|name| folder.join(name));
        for made in [&work, &empty, &temporary] {
            fs::create_dir(made)?;
        }
        let mut command = match &self.unshare {
            Some(unshare) => {
                let mut command = Command::new(unshare);
                command.args(SEPARATE).arg("--").arg(&self.program);
                command
            }
            None => Command::new(&self.program),
        };
        command.args(arguments).current_dir(&work).env_clear();
        for name in OF_SYSTEM {
            if let Some(value) = env::var_os(name) {
                command.env(name, value);
            }
        }
        command
            .envs(FOLDERS.map(|name| (name, &empty)))
            .envs(PROXIES.map(|name| (name, NOWHERE)))
            .env("NO_PROXY", "")
            .env("KUBECONFIG", empty.join("none"))
            // git, and whatever else a tool may start, is not found.
            .env("PATH", &empty)
            .env("TMPDIR", &temporary)
            .env("TMP", &temporary)
            .env("TEMP", &temporary)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        Ok(command)
    }

    /// Its name.
    pub const fn name(&self) -> &'static str {
        self.name
    }
}

/// What unshare is called with: a network of its own, which an unprivileged user may have in a user namespace of
/// his own.
const SEPARATE: [&str; 3] = ["--user", "--map-root-user", "--net"];

/// How long unshare may take to say that it works.
const PROBE: Duration = Duration::from_secs(5);

/// Whether unshare gives a program a network of its own: systems may forbid it.
async fn separates(unshare: &Path) -> bool {
    let mut command = Command::new(unshare);
    command
        .args(SEPARATE)
        .arg("--")
        .arg(unshare)
        .arg("--version")
        .env_clear()
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true);
    let status = timeout(PROBE, command.status()).await;
    status.is_ok_and(|status| status.is_ok_and(|status| status.success()))
}
