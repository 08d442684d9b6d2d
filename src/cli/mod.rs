//! The command line: arguments to a run, a report to standard output, a verdict to an exit code.
//!
//! One file a command. Standard output carries the result, standard error everything else. This folder
//! decides nothing about images; it is the only one that knows clap, terminals and the clock.
#![expect(
    clippy::disallowed_methods,
    reason = "this folder is where the environment, the clock and the standard streams are asked"
)]

pub mod args;
mod cache;
mod check;
mod completions;
mod error;
mod evidence;
mod exit_code;
mod explain;
mod format;
mod images;
mod init;
mod input;
mod inspect;
mod logging;
mod manual;
mod output;
mod policy;
mod problems;
mod progress;
mod terminal;

use std::ffi::OsString;
use std::io::Write as _;
use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _};

use args::{Arguments, CacheCommand, Command, PolicyCommand};
use error::CliError;
use exit_code::Verdict;

use crate::report::escape;
use crate::report::log_commands::{Harmless, Notation};

/// Why a run over nothing is not a success.
const NO_MANIFEST: &str =
    "no Kubernetes manifest was found in the paths given; --allow-empty accepts that";

/// Runs the program with the arguments of the process, its name first.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let command = args::without_empty_variables(Arguments::command());
    let parsed = command
        .try_get_matches_from(arguments)
        .and_then(|matches| Arguments::from_arg_matches(&matches));
    let verdict = match parsed {
        Ok(arguments) => {
            logging::start(arguments.log);
            dispatch(arguments.command)
        }
        Err(error) => {
            // Help and version go to standard output; a closed pipe there is not worth a word.
            let _ = error.print();
            return match error.use_stderr() {
                true => Verdict::Usage.into(),
                false => ExitCode::SUCCESS,
            };
        }
    };
    match verdict {
        Ok(verdict) => verdict.into(),
        Err(error) => {
            complain(&error.to_string());
            Verdict::Usage.into()
        }
    }
}

fn dispatch(command: Command) -> Result<Verdict, CliError> {
    match command {
        Command::Check(arguments) => check::run(&arguments),
        Command::Images(arguments) => images::run(&arguments),
        Command::Inspect(arguments) => inspect::run(&arguments),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Init(arguments) => init::run(&arguments),
        Command::Policy(PolicyCommand::Check(arguments)) => policy::check(&arguments),
        Command::Policy(PolicyCommand::Schema) => policy::schema(),
        Command::Cache(CacheCommand::Path) => cache::path(),
        Command::Cache(CacheCommand::Clear) => cache::clear(),
        Command::Completions(arguments) => completions::run(&arguments),
        Command::Man => manual::run(),
    }
}

/// Says on standard error why there is no result.
fn complain(message: &str) {
    say("error: ", message);
}

/// Says on standard error what a person may want to know.
fn remark(message: &str) {
    say("", message);
}

/// Names of files and texts of errors may hold anything, so they are escaped. A standard error that is
/// closed is no reason to change the exit code.
fn say(prefix: &str, message: &str) {
    let mut out = Harmless::new(std::io::stderr().lock(), Notation::Text);
    for line in message.lines() {
        let _ = writeln!(out, "{prefix}{}", escape::terminal(line));
    }
}
