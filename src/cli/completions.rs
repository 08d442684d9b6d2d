//! `imagegate completions`.

use clap::CommandFactory as _;
use clap_complete::Shell as Generator;

use super::args::{Arguments, CompletionsArguments, Shell};
use super::error::CliError;
use super::exit_code::Verdict;
use super::output::to_stdout;

impl From<Shell> for Generator {
    fn from(shell: Shell) -> Self {
        match shell {
            Shell::Bash => Self::Bash,
            Shell::Zsh => Self::Zsh,
            Shell::Fish => Self::Fish,
            Shell::Powershell => Self::PowerShell,
        }
    }
}

/// Prints the script of one shell.
pub fn run(arguments: &CompletionsArguments) -> Result<Verdict, CliError> {
    // The generator panics when its writer fails, so it writes to memory.
    let mut script = Vec::new();
    clap_complete::generate(
        Generator::from(arguments.shell),
        &mut Arguments::command(),
        "imagegate",
        &mut script,
    );
    to_stdout(|out| out.write_all(&script))?;
    Ok(Verdict::Clean)
}
