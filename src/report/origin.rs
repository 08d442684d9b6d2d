//! What stands behind an image that is put together or replaced, in words for a person.

use super::escape::terminal;
use super::text::group::position;
use crate::model::origin::{Deployment, Origin, Part, Written};

/// Names that are listed in full; of more, the first ones and the count of the rest.
const NAMED: usize = 3;

/// What a reader of a finding has to know: which image stands in the manifest, what deploys the one that was
/// judged, and that a switch may keep it away. Escaped for a terminal.
pub(super) fn remarks(origin: &Origin) -> Vec<String> {
    let mut remarks = Vec::new();
    if !origin.in_place_of.is_empty() {
        let replaced = origin.in_place_of.iter().map(|written| {
            let place = place(written);
            format!("`{}` of {place}", terminal(&written.text))
        });
        remarks.push(format!("in place of {}", listed(replaced)));
    }
    if !origin.deployed_by.is_empty() {
        let places = origin.deployed_by.iter();
        let mut places: Vec<String> = places.map(|by| position(&by.path, by.position)).collect();
        places.dedup();
        remarks.push(format!("deployed by {}", listed(places.into_iter())));
    }
    if let Some(switch) = &origin.switch {
        remarks.push(format!(
            "below `{}`, which a chart need not obey",
            terminal(switch)
        ));
    }
    remarks
}

/// The way of an image, one step a line: the scalars that it is made of, the images in whose place it is, and what
/// deploys it. Escaped for a terminal.
pub(super) fn way(origin: &Origin) -> Vec<String> {
    let part = |part: &Part| {
        let (role, text) = (part.role.as_str(), terminal(&part.written.text));
        format!("{role} `{text}` of {}", place(&part.written))
    };
    let replaced = |written: &Written| {
        let text = terminal(&written.text);
        format!("in place of `{text}` of {}", place(written))
    };
    let deployed = |by: &Deployment| {
        let place = position(&by.path, by.position);
        format!("deployed by {place}{}", into(by))
    };
    let switch = origin.switch.iter();
    let parts = origin.parts.iter().map(part);
    let replaced = origin.in_place_of.iter().map(replaced);
    let deployed = origin.deployed_by.iter().map(deployed);
    let switch = switch.map(|switch| format!("below `{}`", terminal(switch)));
    parts
        .chain(replaced)
        .chain(deployed)
        .chain(switch)
        .collect()
}

fn into(by: &Deployment) -> String {
    use crate::model::origin::Destination;
    match &by.namespace {
        Destination::Named(namespace) => format!(" into {}", terminal(namespace)),
        Destination::Unnamed => String::new(),
        Destination::Unknown => " into a namespace that is not known".to_owned(),
    }
}

fn place(written: &Written) -> String {
    position(&written.path, Some(written.location.start))
}

/// `a, b and c`, or `a, b and 4 more`.
fn listed(items: impl Iterator<Item = String>) -> String {
    let items: Vec<String> = items.collect();
    match items.as_slice() {
        [] => String::new(),
        [only] => only.clone(),
        all if all.len() > NAMED => {
            let (first, rest) = all.split_at(NAMED - 1);
            format!("{} and {} more", first.join(", "), rest.len())
        }
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
