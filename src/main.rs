//! The `imagegate` program: arguments in, exit code out.

use std::process::ExitCode;

fn main() -> ExitCode {
    imagegate::cli::run(std::env::args_os())
}
