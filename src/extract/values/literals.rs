//! Images that stand in the template of a chart as they are deployed: lines without an action of the template. The
//! template itself is no YAML, so this reads lines.

use std::sync::Arc;

use super::file::{Charts, is_template};
use super::named_object;
use crate::extract::template;
use crate::extract::uses::Uses;
use crate::model::image_use::{ImageUse, Role};
use crate::model::reference::ImageReference;
use crate::model::source::SourceText;
use crate::model::span::Span;
use crate::parse::document::Document;

/// Takes the images of such lines in a document of a chart's template, as uses of object `number`. Returns where
/// the lines begin, in order.
pub(in crate::extract) fn literals(
    uses: &mut Uses,
    source: &SourceText,
    charts: &Charts,
    document: &Document<'_>,
    number: u32,
) -> Vec<u32> {
    let mut taken = Vec::new();
    let Some(file) = is_template(source.path(), charts) else {
        return taken;
    };
    let span = document.span;
    let range = span.start as usize..span.end as usize;
    let text = source.text().get(range).unwrap_or_default();
    let object = named_object("chart", file.chart.as_deref());
    for (offset, line) in template::image_lines(text) {
        let before = text.get(..offset).unwrap_or_default();
        let Some((at, image)) = template::literal(before, line) else {
            continue;
        };
        let start = span.start + (offset + at) as u32;
        let length = image.len() as u32;
        let Ok(reference) = ImageReference::parse(image) else {
            continue;
        };
        let place = Span::new(start, start + length);
        if !uses.has_room(source, None, place) {
            break;
        }
        uses.found.push(ImageUse {
            text: uses.kept.text(image),
            reference: Arc::new(Ok(reference)),
            location: source.location(place),
            used_through: None,
            document: document.index,
            object: Arc::clone(&object),
            object_index: number,
            container: None,
            role: Role::Container,
            field: "image".into(),
            origin: None,
        });
        taken.push(span.start + offset as u32);
    }
    taken
}
