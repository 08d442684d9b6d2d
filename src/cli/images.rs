//! `imagegate images`.

use super::args::ImagesArguments;
use super::error::CliError;
use super::exit_code::Verdict;
use super::output::to_stdout;
use super::terminal::{Stream, style};
use super::{NO_MANIFEST, input, problems, remark};
use crate::model::image_use::ImageUse;
use crate::model::reference::ImageReference;
use crate::model::source::SourceId;
use crate::pipeline;
use crate::report::{Listing, write_images};

/// Lists images.
///
/// What could not be read is said on standard error and is exit code 3: the list is then not known to
/// be complete. A list that is empty because no manifest is there is exit code 4.
pub fn run(arguments: &ImagesArguments) -> Result<Verdict, CliError> {
    let color = arguments.display.color;
    let resolved = input::resolve(&arguments.input, color)?;
    let listing = match arguments.input.show_not_judged {
        true => Listing::All,
        false => Listing::None,
    };
    let settings = resolved.settings(None, &listing);
    let (mut report, unread) = pipeline::images(&resolved.found, &settings);
    report.listing = listing;
    if let Some(image) = &arguments.why {
        report.with_ways = true;
        keep(&mut report.images, image);
        if report.images.is_empty() {
            remark(&format!("no manifest uses `{image}`"));
        }
    }
    let style = style(Stream::Stdout, color, false);
    let format = arguments.format.into();
    to_stdout(|out| write_images(&report, format, &style, out))?;
    let incomplete = problems::say(&report.sources, &unread);
    Ok(if incomplete {
        Verdict::NotChecked
    } else if report.summary.is_empty() && !arguments.input.allow_empty {
        remark(NO_MANIFEST);
        Verdict::NoManifest
    } else {
        Verdict::Clean
    })
}

/// Keeps the places of one image: the same registry and repository, and the tag and digest when they
/// are asked for. A text that is no reference stands for itself.
fn keep(images: &mut Vec<(SourceId, ImageUse)>, image: &str) {
    let wanted = ImageReference::parse(image);
    images.retain(|(_, used)| match (&wanted, used.reference.as_ref()) {
        (Ok(wanted), Ok(reference)) => {
            let given = |asked: bool, same: bool| !asked || same;
            wanted.registry == reference.registry
                && wanted.repository == reference.repository
                && given(wanted.tag.is_some(), wanted.tag == reference.tag)
                && given(wanted.digest.is_some(), wanted.digest == reference.digest)
        }
        _ => *used.text == *image,
    });
}
