//! `imagegate check`.

use super::args::CheckArguments;
use super::error::CliError;
use super::evidence::gathering;
use super::exit_code::{Verdict, Weighing, verdict};
use super::output::{Sink, open, to_stdout, to_stream};
use super::terminal::{Stream, file_style, style};
use super::{NO_MANIFEST, complain, input, remark};
use crate::model::strict::Strict;
use crate::pipeline::{self, Settings};
use crate::report::{CheckFormat, CheckReport, Listing, unsaid, write_check};

/// Checks and reports.
pub fn run(arguments: &CheckArguments) -> Result<Verdict, CliError> {
    let mut resolved = input::resolve(&arguments.input, arguments.display.color)?;
    resolved.rendering.timeout = arguments.evidence.timeout;
    let sinks = open(&arguments.format, &mut resolved)?;
    let mut strict = resolved.policy.strict.value.clone();
    if arguments.strict {
        strict = strict.and(Strict::plain());
    }
    let listing = match arguments.input.show_not_judged {
        true => Listing::All,
        false => Listing::of_strict(&strict),
    };
    let settings = Settings {
        all_evidence: arguments.refused.all_evidence,
        ..resolved.settings(arguments.namespace.as_deref(), &listing)
    };
    let folder = resolved.policy_folder.as_deref();
    let report = gathering(&arguments.evidence, folder, |gathering| {
        pipeline::check(&resolved.found, &settings, gathering)
    });
    let report = CheckReport {
        strict,
        listing,
        ..report
    };
    let shown = sinks.iter();
    let mut shown = shown.filter(|(_, sink)| matches!(sink, Sink::Stdout));
    let shown = shown.next().map(|(format, _)| *format);
    // One report that cannot be written does not keep the others from being written.
    let mut unwritten = false;
    for (format, sink) in sinks {
        if let Err(error) = write(&report, format, sink, arguments) {
            complain(&error.to_string());
            unwritten = true;
        }
    }
    if unwritten {
        return Ok(Verdict::Usage);
    }
    let weighing = Weighing {
        fail_on: arguments.fail_on,
        exit_zero: arguments.exit_zero,
        allow_empty: arguments.input.allow_empty,
    };
    for line in unsaid(&report, shown) {
        remark(&line);
    }
    let verdict = verdict(&report, weighing);
    if verdict == Verdict::NoManifest {
        remark(NO_MANIFEST);
    }
    Ok(verdict)
}

fn write(
    report: &CheckReport,
    format: CheckFormat,
    sink: Sink,
    arguments: &CheckArguments,
) -> Result<(), CliError> {
    let suppressed = arguments.show_suppressed;
    match sink {
        Sink::Stdout => {
            let style = style(Stream::Stdout, arguments.display.color, suppressed);
            to_stdout(|out| write_check(report, format, &style, out))
        }
        Sink::Stderr => {
            let style = style(Stream::Stderr, arguments.display.color, suppressed);
            let out = std::io::stderr().lock();
            to_stream(out, |out| write_check(report, format, &style, out)).map_err(CliError::Stderr)
        }
        Sink::Pipe(pipe) => {
            let style = file_style(suppressed);
            to_stream(pipe, |out| write_check(report, format, &style, out)).map_err(CliError::Pipe)
        }
        Sink::File(file) => {
            file.write(|out| write_check(report, format, &file_style(suppressed), out))
        }
    }
}
