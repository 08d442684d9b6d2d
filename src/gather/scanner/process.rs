//! One run of a scanner: what it prints is read as it comes, and what it takes is bounded.

#![expect(
    clippy::disallowed_methods,
    reason = "a scanner works in a folder of its own"
)]

use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;
use std::{fs, io};

use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::process::{Child, Command};
use tokio::sync::mpsc::{self, Sender};
use tokio::time::timeout;

use super::command::Scanner;
use super::failure::{Ending, Failure};
use super::last_lines::Tail;
use super::pieces::Pieces;
use super::{Limits, variables};
use crate::gather::program::{self, Group};
use crate::gather::scans::format::{self, Report};

/// Bytes that are read at a time, and how many such pieces may wait for the parser.
const PIECE: usize = 64 * 1024;
const WAITING: usize = 8;

/// How long a pipe is read on after the scanner ended, at a time and in all, and how much of it: what the
/// scanner printed is there already (Linux lets a pipe hold 1 MiB), and a process that it left behind may
/// hold the pipe open, and write to it.
const DRAIN: Duration = Duration::from_millis(200);
const DRAIN_WHOLE: Duration = Duration::from_secs(2);
const DRAIN_BYTES: u64 = 1024 * 1024;

/// Runs the program and reads its report. When this is dropped the scanner ends, and on Unix what it started
/// too.
///
/// # Errors
/// Why there is no report.
pub async fn run(
    program: &Path,
    scanner: Scanner,
    target: &str,
    limits: Limits,
) -> Result<Report, Failure> {
    let failed = |error: io::Error| Failure::Run(error.to_string());
    let folder = tempfile::tempdir().map_err(failed)?;
    let command = command(program, scanner, target, folder.path()).map_err(failed)?;
    let mut said = Tail::default();
    match timeout(limits.time, within(command, limits.output, &mut said)).await {
        Ok(Ok((ending, read))) => understood(ending, read, &said),
        Ok(Err(Stopped::Failed(error))) => Err(Failure::Run(error.to_string())),
        Ok(Err(Stopped::TooMuch)) => Err(Failure::TooMuch(limits.output, said.lines())),
        Err(_) => Err(Failure::TooSlow(limits.time, said.lines())),
    }
}

/// What the parser says of the output.
type Read = Result<Report, format::Unreadable>;

/// A scanner may fail because of what it found (`trivy --exit-code`, `grype --fail-on`), and then prints a
/// whole report all the same.
fn understood(ending: Ending, read: Read, said: &Tail) -> Result<Report, Failure> {
    match (ending, read) {
        (Ending::Signal(_), _) => Err(Failure::Signalled(ending, said.lines())),
        (_, Ok(report)) => Ok(report),
        (_, Err(unreadable)) => Err(Failure::NoReport(ending, unreadable, said.lines())),
    }
}

/// Why a scanner was not heard to its end.
enum Stopped {
    Failed(io::Error),
    TooMuch,
}

impl From<io::Error> for Stopped {
    fn from(error: io::Error) -> Self {
        Self::Failed(error)
    }
}

/// The scanner in a part of `folder` that is empty, as everything is that it may look for its settings in.
fn command(program: &Path, scanner: Scanner, target: &str, folder: &Path) -> io::Result<Command> {
    let (work, empty) = (folder.join("work"), folder.join("empty"));
    let no_settings = folder.join("settings.yaml");
    for made in [&work, &empty] {
        fs::create_dir(made)?;
    }
    fs::write(&no_settings, "")?;
    let mut command = Command::new(program);
    // The name of Trivy's command is the first.
    if scanner == Scanner::Trivy {
        command.arg("image");
    }
    command
        .args(scanner.without_settings(&empty, &no_settings))
        .args(scanner.arguments(target))
        .current_dir(&work)
        // A scanner that is stopped leaves its copy of the image behind, which is removed with the folder.
        .env("TMPDIR", &work);
    for name in variables::withheld(scanner) {
        command.env_remove(name);
    }
    Ok(command)
}

async fn within(
    mut command: Command,
    most: u64,
    said: &mut Tail,
) -> Result<(Ending, Read), Stopped> {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = program::owned(&mut command).spawn()?;
    let group = Group::of(&child);
    let (pieces, coming) = mpsc::channel(WAITING);
    let parsing = tokio::task::spawn_blocking(|| format::read_stream(Pieces::new(coming)));
    let report = Output { pieces, left: most };
    let status = heard(&mut child, report, said, group).await?;
    let read = parsing.await.map_err(io::Error::other)?;
    Ok((Ending::of(status), read))
}

/// What goes to the parser.
struct Output {
    pieces: Sender<Vec<u8>>,
    /// Bytes that may still come.
    left: u64,
}

impl Output {
    async fn take(&mut self, piece: &[u8]) -> Result<(), Stopped> {
        let length = u64::try_from(piece.len()).unwrap_or(u64::MAX);
        self.left = self.left.checked_sub(length).ok_or(Stopped::TooMuch)?;
        // A parser that has given up needs no more; the scanner may go on to its end and say why.
        let _ = self.pieces.send(piece.to_vec()).await;
        Ok(())
    }
}

/// Reads until the scanner has ended, not until everybody who holds its pipes has.
async fn heard(
    child: &mut Child,
    mut output: Output,
    said: &mut Tail,
    group: Group,
) -> Result<ExitStatus, Stopped> {
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let (Some(mut stdout), Some(mut stderr)) = (stdout, stderr) else {
        return Err(io::Error::other("it has no output").into());
    };
    let (mut piece, mut words) = (vec![0; PIECE], vec![0; PIECE]);
    let (mut stdout_open, mut stderr_open) = (true, true);
    let status = loop {
        tokio::select! {
            count = stdout.read(&mut piece), if stdout_open => {
                let piece = piece.get(..count?).unwrap_or_default();
                stdout_open = !piece.is_empty();
                output.take(piece).await?;
            }
            count = stderr.read(&mut words), if stderr_open => {
                let words = words.get(..count?).unwrap_or_default();
                stderr_open = !words.is_empty();
                said.push(words);
            }
            status = child.wait() => break status?,
        }
    };
    group.has_ended();
    // Whoever still prints when the time is over is not the scanner.
    let (of_output, _) = tokio::join!(
        timeout(DRAIN_WHOLE, async {
            let mut rest = stdout.take(DRAIN_BYTES);
            while let Some(count) = more(&mut rest, &mut piece).await {
                output.take(piece.get(..count).unwrap_or_default()).await?;
            }
            Ok::<(), Stopped>(())
        }),
        timeout(DRAIN_WHOLE, async {
            let mut rest = stderr.take(DRAIN_BYTES);
            while let Some(count) = more(&mut rest, &mut words).await {
                said.push(words.get(..count).unwrap_or_default());
            }
        }),
    );
    of_output.unwrap_or(Ok(()))?;
    Ok(status)
}

/// What is in the pipe of a scanner that has ended.
async fn more(pipe: &mut (impl AsyncRead + Unpin), buffer: &mut [u8]) -> Option<usize> {
    let count = timeout(DRAIN, pipe.read(buffer)).await;
    count.ok()?.ok().filter(|count| *count > 0)
}
