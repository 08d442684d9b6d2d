//! The command line: arguments to a run, a report to standard output, a verdict to an exit code.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use crate::report::{CheckFormat, Style};

/// Runs the program.
pub fn run(arguments: impl Iterator<Item = std::ffi::OsString>) -> ExitCode {
    let paths: Vec<PathBuf> = arguments.skip(2).map(PathBuf::from).collect();
    let policy = crate::policy::settings::Policy::built_in();
    let today = jiff::Zoned::now().date();
    let report = crate::pipeline::check(&paths, &policy, today);
    let mut out = std::io::stdout().lock();
    let style = Style {
        color: false,
        links: false,
        width: 100,
        show_suppressed: false,
    };
    let _ = crate::report::write_check(&report, CheckFormat::Concise, &style, &mut out);
    let _ = out.flush();
    ExitCode::from(u8::from(!report.findings.is_empty()))
}
