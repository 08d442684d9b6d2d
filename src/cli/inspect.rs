//! `imagegate inspect`.

use super::args::InspectArguments;
use super::error::CliError;
use super::evidence::gathering;
use super::exit_code::Verdict;
use super::output::to_stdout;
use super::policy;
use super::terminal::{Stream, style};
use crate::pipeline;
use crate::policy::settings::Policy;
use crate::report::write_inspect;

/// Shows what is stored for images.
///
/// It shows and does not judge: an image without a signature is no failure. What could not be read, or
/// does not exist, is exit code 3.
pub fn run(arguments: &InspectArguments) -> Result<Verdict, CliError> {
    let color = arguments.display.color;
    let (policy, folder, file) = match policy::load(arguments.policy.as_deref(), color)? {
        Some(loaded) => {
            let file = loaded.text.path().to_string();
            (loaded.policy, Some(loaded.folder), Some(file))
        }
        None => (Policy::built_in(), None, None),
    };
    let report = gathering(&arguments.evidence, folder.as_deref(), |gathering| {
        pipeline::inspect(&arguments.images, &policy, file, gathering)
    });
    let style = style(Stream::Stdout, color, false);
    let format = arguments.format.into();
    to_stdout(|out| write_inspect(&report, format, &style, out))?;
    Ok(match report.is_complete() {
        true => Verdict::Clean,
        false => Verdict::NotChecked,
    })
}
