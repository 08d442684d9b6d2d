//! Changing the facts of a file after it was read: images that are taken out, lines that are shown besides.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::tree::Place;
use crate::model::caveat::Caveat;
use crate::model::file_facts::FileFacts;
use crate::model::object::Object;
use crate::model::shorten::shorten;
use crate::model::source::SourceText;
use crate::model::span::Location;
use crate::model::summary::NotLookedAt;

/// Most characters of a text from the input that are kept beside a place.
const TEXT: usize = 100;

/// The object with annotations that are placed where the image is: the text in which they were found is no
/// file.
pub(super) fn at_place(object: &Arc<Object>, location: Location) -> Arc<Object> {
    let Some(annotations) = object
        .pod_annotations
        .as_ref()
        .filter(|all| !all.is_empty())
    else {
        return Arc::clone(object);
    };
    let mut annotations = annotations.clone();
    for annotation in &mut annotations {
        annotation.location = location;
    }
    Arc::new(Object {
        pod_annotations: Some(annotations),
        ..(**object).clone()
    })
}

/// Takes out the images that are deployed by nobody as they are written, by their numbers; those that are said
/// are counted.
pub(super) fn leave_out(facts: &mut FileFacts, numbers: &BTreeMap<usize, bool>) {
    let mut number = 0;
    let path = Arc::clone(&facts.source.path);
    let caveats = &mut facts.caveats;
    facts.uses.retain(|used| {
        let gone = numbers.get(&number).copied();
        number += 1;
        if gone == Some(true) {
            caveats.push(Caveat {
                object: Some(Arc::clone(&used.object)),
                image: Some(shorten(&used.text, TEXT).into()),
                ..Caveat::at(
                    NotLookedAt::ReplacedImage,
                    Arc::clone(&path),
                    used.location.start,
                )
            });
        }
        gone.is_none()
    });
}

/// Keeps the lines of further places, and puts the uses in the order of the text.
pub(super) fn show(facts: &mut FileFacts, source: &SourceText, places: &[Place]) {
    let known = std::mem::take(&mut facts.source.lines);
    let is_shown = |location: &Location| {
        let number = location.start.line;
        known
            .binary_search_by_key(&number, |line| line.number)
            .is_ok()
    };
    let uses = facts
        .uses
        .iter()
        .flat_map(|used| Some(used.location).into_iter().chain(used.used_through));
    let problems = facts.problems.iter().filter_map(|problem| problem.location);
    let ignores = facts.ignores.iter().map(|ignore| ignore.location);
    let mut locations: Vec<_> = uses
        .chain(problems)
        .chain(ignores)
        .filter(is_shown)
        .collect();
    locations.extend(places.iter().map(|place| source.location(place.span)));
    facts.source = source.excerpt(&locations);
    facts.uses.sort_by_key(|used| {
        let through = used.used_through.unwrap_or(used.location);
        (through.span.start, used.location.span.start)
    });
}
