//! The list of images for a person: one line a place, in columns.

use std::io::{self, Write};

use unicode_width::UnicodeWidthStr;

use super::paint::{Look, paint};
use super::{group, summary};
use crate::check::wording::label;
use crate::model::image_use::ImageUse;
use crate::report::escape::terminal;
use crate::report::{ImagesReport, Style, origin};

/// A longer cell pushes the rest of its line to the right instead of widening the whole list.
const WIDEST_PLACE: usize = 60;
const WIDEST_IMAGE: usize = 80;

pub(in crate::report) fn write(
    report: &ImagesReport,
    style: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    let rows: Vec<[String; 3]> = report
        .images
        .iter()
        .map(|(source, used)| {
            let position = Some(used.location.start);
            let place = group::place(&report.sources, *source, position);
            let user = label(used, used.object.namespace.as_deref());
            [place, image(used), terminal(&user).into_owned()]
        })
        .collect();
    let way = |used: &ImageUse| used.origin.as_deref().map_or(Vec::new(), origin::way);
    let ways: Vec<Vec<String>> = match report.with_ways {
        true => report.images.iter().map(|(_, used)| way(used)).collect(),
        false => Vec::new(),
    };
    let widest = |cell: usize, limit: usize| {
        let widths = rows.iter().map(|row| row[cell].width());
        widths.filter(|&width| width <= limit).max().unwrap_or(0)
    };
    let (place_width, image_width) = (widest(0, WIDEST_PLACE), widest(1, WIDEST_IMAGE));
    let nothing = Vec::new();
    for (at, [place, image, user]) in rows.iter().enumerate() {
        let way = ways.get(at).unwrap_or(&nothing);
        let place_pad = " ".repeat(place_width.saturating_sub(place.width()));
        let image_pad = " ".repeat(image_width.saturating_sub(image.width()));
        writeln!(
            out,
            "{place}{place_pad}  {}{image_pad}  {}",
            paint(style, Look::Strong, image),
            paint(style, Look::Faint, user)
        )?;
        for step in way {
            writeln!(out, "  {}", paint(style, Look::Faint, step))?;
        }
    }
    if !rows.is_empty() {
        writeln!(out)?;
    }
    out.write_all(summary::images(report, style).as_bytes())
}

/// The normalised reference, or the text as it stands with the reason why it is none.
fn image(used: &ImageUse) -> String {
    match used.reference.as_ref() {
        Ok(reference) => terminal(&reference.to_string()).into_owned(),
        Err(error) => format!(
            "{} ({})",
            terminal(&used.text),
            terminal(&error.to_string())
        ),
    }
}
