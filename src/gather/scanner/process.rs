//! One run of a scanner: what it prints is read as it comes, and what it takes is bounded.

#![expect(
    clippy::disallowed_methods,
    reason = "a scanner works in a folder of its own"
)]

use std::path::Path;
use std::process::Stdio;
use std::{fs, io};

use tokio::process::Command;
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::command::Scanner;
use super::failure::Failure;
use super::pieces::Pieces;
use super::{Limits, variables};
use crate::gather::scans::format::{self, Report};
use crate::programs::{self, Ending, Group, Stopped, Tail, heard};

/// How many pieces of the output may wait for the parser.
const WAITING: usize = 8;

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
    let mut child = programs::owned(&mut command).spawn()?;
    let group = Group::of(&child);
    let (pieces, coming) = mpsc::channel(WAITING);
    let parsing = tokio::task::spawn_blocking(|| format::read_stream(Pieces::new(coming)));
    // A parser that has given up needs no more; the scanner may go on to its end and say why.
    let mut output = async |piece: &[u8]| {
        let _ = pieces.send(piece.to_vec()).await;
    };
    let status = heard(&mut child, group, most, &mut output, said).await?;
    drop(pieces);
    let read = parsing.await.map_err(io::Error::other)?;
    Ok((Ending::of(status), read))
}
