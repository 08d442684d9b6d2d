//! `replacements`: a value of one object, or a part of it, put into fields of others.

use std::sync::Arc;

use super::build::Work;
use super::field_path::{self, Part};
use super::resource::{Id, Resource};
use super::selector::{Exact, SELECTION};
use super::{Found, Why, fields};
use crate::compose::tree::{History, Kind, Node, Piece, Place, Scalar};
use crate::model::origin::PartRole;

/// Most nodes inside of each other in a value that is copied, with the path to it.
const DEPTH: usize = 128;

/// Most bytes of a text that is put together.
const TEXT: usize = 64 << 10;

/// Runs the replacements of a kustomization, or of the configuration of a transformer.
pub(super) fn run(work: &mut Work<'_, '_>, node: &Node) {
    for entry in fields::list(node, "replacements") {
        let place = entry.place().unwrap_or(work.at.place);
        let Some(path) = fields::text(entry, "path") else {
            one(work, entry, place);
            continue;
        };
        let Some(Found::File(_, values)) = work.find(path, place) else {
            continue;
        };
        for value in values.iter() {
            match value {
                Ok(value) => match &value.node {
                    Node::List(items) => items.iter().for_each(|item| one(work, item, place)),
                    item => one(work, item, place),
                },
                Err(error) => work.unread(Why::Broken, place, &error.why),
            }
        }
    }
}

fn one(work: &mut Work<'_, '_>, entry: &Node, place: Place) {
    if work.spend_on_all(SELECTION).is_none() {
        return work.too_much();
    }
    let value = match source(work, entry) {
        Ok(value) => value,
        Err(why) => {
            for target in fields::list(entry, "targets") {
                uncertain(work, target);
            }
            return work.unread(Why::NotRead, place, why);
        }
    };
    for target in fields::list(entry, "targets") {
        if work.spend_on_all(SELECTION).is_none() {
            return work.too_much();
        }
        if let Err(why) = into(work, target, &value) {
            uncertain(work, target);
            work.unread(Why::NotRead, place, why);
        }
    }
}

/// The objects of a target get a value that is not known.
fn uncertain(work: &mut Work<'_, '_>, target: &Node) {
    let Some(Ok(select)) = fields::field(target, "select").map(Exact::read) else {
        return work.uncertain(None);
    };
    for resource in &mut work.state.built.resources {
        resource.uncertain |= select.selects(resource);
    }
}

/// The value that is put elsewhere.
fn source(work: &Work<'_, '_>, entry: &Node) -> Result<Node, &'static str> {
    if let Some(value) = fields::field(entry, "sourceValue") {
        return Ok(value.clone());
    }
    let source = fields::field(entry, "source").ok_or("a replacement has no source")?;
    let wanted = |name| fields::text(source, name).unwrap_or_default();
    let is_meant = |id: Id| {
        let fits = |name, is: &str| wanted(name).is_empty() || wanted(name) == is;
        fits("group", &id.group)
            && fits("version", &id.version)
            && fits("kind", &id.kind)
            && fits("name", &id.name)
            && fits("namespace", &id.namespace)
    };
    let resources = work.state.built.resources.iter();
    let mut found = resources.filter(|resource| resource.ids().any(is_meant));
    let (Some(object), None) = (found.next(), found.next()) else {
        return Err("the source of a replacement is not exactly one object");
    };
    let path = fields::text(source, "fieldPath").unwrap_or("metadata.name");
    let value = field_path::find(&object.node, &field_path::parts(path));
    let value = value.ok_or("the source of a replacement has no such field")?;
    match (fields::field(source, "options"), value) {
        (_, Node::Pruned) => Err("the source of a replacement is not read"),
        (Some(options), Node::Scalar(scalar)) => part_of(options, scalar),
        (Some(_), _) => Err("the source of a replacement is no text"),
        (None, value) => Ok(value.clone()),
    }
}

fn part_of(options: &Node, scalar: &Scalar) -> Result<Node, &'static str> {
    if fields::field(options, "encoding").is_some() {
        return Err("an encoding of a replacement is not read");
    }
    let Some(delimiter) = fields::text(options, "delimiter").filter(|it| !it.is_empty()) else {
        return Ok(Node::Scalar(Arc::new(scalar.clone())));
    };
    let index = index(options).and_then(|index| usize::try_from(index).ok());
    let part = index.and_then(|index| scalar.text.split(delimiter).nth(index));
    let part = part.ok_or("the source of a replacement has no such part")?;
    Ok(Node::Scalar(Arc::new(Scalar {
        text: part.into(),
        kind: Kind::Text,
        ..scalar.clone()
    })))
}

fn index(options: &Node) -> Option<i64> {
    match fields::field(options, "index").and_then(Node::as_scalar) {
        Some(index) => index.text.parse().ok(),
        None => Some(0),
    }
}

/// Puts a value into the objects of a target.
fn into(work: &mut Work<'_, '_>, target: &Node, value: &Node) -> Result<(), &'static str> {
    let select =
        fields::field(target, "select").ok_or("a target of a replacement selects nothing")?;
    let select = Exact::read(select)?;
    let rejects = fields::list(target, "reject").iter().map(Exact::read);
    let rejects: Vec<Exact> = rejects.collect::<Result<_, _>>()?;
    let options = fields::field(target, "options");
    let paths = fields::list(target, "fieldPaths").iter().map(Node::as_text);
    let mut paths: Vec<&str> = paths
        .collect::<Option<_>>()
        .ok_or("a field path of a replacement is no string")?;
    if paths.is_empty() {
        paths.push("metadata.name");
    }
    let create = options.is_some_and(|options| fields::is_set(options, "create"));
    let steps = &work.builder.steps;
    let depth = steps
        .depth(value, DEPTH)
        .ok_or("the value of a replacement is too deep")?;
    for resource in &mut work.state.built.resources {
        if !select.selects(resource) || rejects.iter().any(|reject| reject.rejects(resource)) {
            continue;
        }
        for path in &paths {
            let parts = field_path::parts(path);
            if depth + parts.len() > DEPTH {
                return Err("the value of a replacement is too deep");
            }
            put(resource, &parts, create, options, value, steps)?;
        }
    }
    Ok(())
}

fn put(
    resource: &mut Resource,
    parts: &[Part],
    create: bool,
    options: Option<&Node>,
    value: &Node,
    steps: &super::steps::Steps,
) -> Result<(), &'static str> {
    let mut wrong = None;
    let mut with = |before: &Node| match replaced(before, value, options) {
        Ok(node) => node,
        Err(why) => {
            wrong = Some(why);
            before.clone()
        }
    };
    resource.keep_id();
    resource.changed = true;
    let changed = field_path::change(&mut resource.node, parts, create, &mut with, steps);
    let failed = match (wrong, changed) {
        (Some(why), _) => why,
        (None, None) => "it asks for too much work",
        (None, Some(changed)) if changed.unsure => {
            "a field path of a replacement may mean further items"
        }
        (None, Some(changed)) if changed.times == 0 => {
            "a target of a replacement has no such field"
        }
        _ => return Ok(()),
    };
    resource.uncertain = true;
    Err(failed)
}

fn replaced(before: &Node, value: &Node, options: Option<&Node>) -> Result<Node, &'static str> {
    if options.is_some_and(|options| fields::field(options, "encoding").is_some()) {
        return Err("an encoding of a replacement is not read");
    }
    let delimiter = options.and_then(|options| fields::text(options, "delimiter"));
    let (Some(delimiter), Some(options)) = (delimiter.filter(|it| !it.is_empty()), options) else {
        return Ok(match (before, value) {
            (Node::Scalar(before), Node::Scalar(after)) => {
                Node::Scalar(Arc::new(after.in_place_of(before)))
            }
            _ => value.clone(),
        });
    };
    let (Node::Scalar(before), Node::Scalar(value)) = (before, value) else {
        return Err("a part of what is no text is replaced");
    };
    let index = index(options).ok_or("an index of a replacement is no number")?;
    let mut parts: Vec<&str> = before.text.split(delimiter).collect();
    let position = usize::try_from(index);
    match position {
        Err(_) => parts.insert(0, &value.text),
        Ok(position) if position >= parts.len() => parts.push(&value.text),
        Ok(position) => parts[position] = &value.text,
    }
    if parts
        .iter()
        .map(|part| part.len() + delimiter.len())
        .sum::<usize>()
        > TEXT
    {
        return Err("a text of a replacement is too long");
    }
    let is_first = position.is_err() || position == Ok(0);
    Ok(Node::Scalar(Arc::new(Scalar {
        text: parts.join(delimiter).into(),
        kind: Kind::Text,
        place: value.place,
        history: Some(Arc::new(part_history(before, value, delimiter, is_first))),
    })))
}

/// What the text is made of: what was there, and the part that is new.
fn part_history(before: &Scalar, value: &Scalar, delimiter: &str, is_first: bool) -> History {
    let role = match (is_first, delimiter) {
        (false, ":") => PartRole::Tag,
        (false, "@") => PartRole::Digest,
        _ => PartRole::Repository,
    };
    let new: Vec<Piece> = value
        .pieces()
        .into_iter()
        .map(|piece| Piece { role, ..piece })
        .collect();
    let mut replaced = before.replaced().to_vec();
    if before
        .history
        .as_ref()
        .is_none_or(|made| made.name.is_empty() && made.rest.is_empty())
    {
        replaced.push(before.piece(PartRole::Image));
    }
    let (name, rest) = match is_first {
        true => (new, before.pieces()),
        false => (before.pieces(), new),
    };
    History {
        name,
        rest,
        replaced,
    }
}
