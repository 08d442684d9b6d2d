//! `configMapGenerator` and `secretGenerator`: objects of which replacements may take values.

use std::sync::Arc;

use super::build::Work;
use super::patches::{inline, text_of};
use super::{Found, Resource, Why, fields, paths};
use crate::compose::tree::{FileId, Node, Place};
use crate::model::span::Span;

/// Runs the generators of a kustomization.
pub(super) fn run(work: &mut Work<'_, '_>) {
    let node = work.at.node.clone();
    for (name, kind) in [
        ("configMapGenerator", "ConfigMap"),
        ("secretGenerator", "Secret"),
    ] {
        for entry in fields::list(&node, name) {
            let name = fields::field(entry, "name").cloned();
            generate(work, entry, kind, name);
        }
    }
    for entry in fields::list(&node, "generators") {
        external(work, entry);
    }
}

fn external(work: &mut Work<'_, '_>, entry: &Node) {
    for (node, place) in entries(work, entry) {
        let kind = node.text(&["kind"]).unwrap_or_default().to_owned();
        let made = match (node.text(&["apiVersion"]), kind.as_str()) {
            (Some("builtin"), "ConfigMapGenerator") => "ConfigMap",
            (Some("builtin"), "SecretGenerator") => "Secret",
            (Some("builtin"), "HelmChartInflationGenerator") => {
                work.unread(Why::HelmChart, place, "`HelmChartInflationGenerator`");
                continue;
            }
            _ => {
                work.unread(Why::Plugin, place, &format!("`{kind}`"));
                continue;
            }
        };
        let name = node.at(&["metadata", "name"]).cloned();
        generate(work, &node, made, name);
    }
}

/// The objects that configure generators or transformers: in a file, a folder, or inline.
pub(super) fn entries(work: &mut Work<'_, '_>, entry: &Node) -> Vec<(Node, Place)> {
    let Some((text, place)) = work.entry(entry) else {
        return Vec::new();
    };
    if text.contains('\n') || text.contains(": ") {
        let nodes = inline(work, entry).into_iter();
        return nodes.map(|node| (node, place)).collect();
    }
    match work.find(&text, place) {
        Some(Found::File(_, values)) => {
            let mut nodes = Vec::new();
            for value in values.iter() {
                match value {
                    Ok(value) => nodes.push((value.node.clone(), place)),
                    Err(error) => work.unread(Why::Broken, place, &error.why),
                }
            }
            nodes
        }
        Some(_) => {
            work.unread(Why::NotRead, place, "a folder of plugins");
            Vec::new()
        }
        None => Vec::new(),
    }
}

fn generate(work: &mut Work<'_, '_>, entry: &Node, kind: &'static str, name: Option<Node>) {
    let place = entry.place().unwrap_or(work.at.place);
    let Some(name) = name.filter(|name| name.as_text().is_some()) else {
        return work.unread(Why::Broken, place, "a generator has no name");
    };
    let mut data: Vec<(Arc<str>, Node)> = Vec::new();
    for literal in fields::list(entry, "literals") {
        data.extend(text_of(literal).and_then(|(text, place)| pair(&text, place)));
    }
    for file in fields::list(entry, "files") {
        data.extend(text_of(file).and_then(|(text, _)| file_of(work, &text)));
    }
    let envs = fields::list(entry, "envs").iter();
    for file in envs.chain(fields::field(entry, "env")) {
        if let Some((text, _)) = text_of(file) {
            environment(work, &text, &mut data);
        }
    }
    let data = unique(data);
    match fields::text(entry, "behavior") {
        Some("merge" | "replace") => merge(work, kind, &name, &data, place),
        _ => {
            let text = |text: &str| Node::text_at(text, place);
            let mut metadata = vec![(Arc::from("name"), name)];
            if let Some(namespace) = fields::field(entry, "namespace") {
                metadata.push(("namespace".into(), namespace.clone()));
            }
            let object = Node::mapping(vec![
                ("apiVersion".into(), text("v1")),
                ("kind".into(), text(kind)),
                ("metadata".into(), Node::mapping(metadata)),
                ("data".into(), Node::mapping(data)),
            ]);
            let resource = Resource {
                generated: true,
                ..Resource::new(object, place.file, place.span.start)
            };
            work.add(vec![resource]);
        }
    }
}

fn unique(data: Vec<(Arc<str>, Node)>) -> Vec<(Arc<str>, Node)> {
    let mut kept: Vec<(Arc<str>, Node)> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for (key, value) in data {
        if seen.insert(Arc::clone(&key)) {
            kept.push((key, value));
        }
    }
    kept
}

/// Changes an object that is there already.
fn merge(
    work: &mut Work<'_, '_>,
    kind: &str,
    name: &Node,
    data: &[(Arc<str>, Node)],
    place: Place,
) {
    let name = name.as_text().unwrap_or_default();
    let mut resources = work.state.built.resources.iter_mut();
    let found = resources.find(|resource| {
        resource
            .ids()
            .any(|id| &*id.kind == kind && &*id.name == name)
    });
    match found {
        Some(resource) => {
            for (key, value) in data {
                resource.node.set(&["data", &**key], value.clone());
            }
        }
        None => work.unread(Why::Broken, place, "a generator merges into nothing"),
    }
}

/// `key=value`. The value is what stands there, but its place is that of the whole.
fn pair(text: &str, place: Place) -> Option<(Arc<str>, Node)> {
    let (key, value) = text.split_once('=')?;
    let value = value.trim_matches(|mark| mark == '"' || mark == '\'');
    Some((key.into(), Node::text_at(value, place)))
}

/// `file`, or `key=file`: its content, which stands at its beginning.
fn file_of(work: &mut Work<'_, '_>, entry: &str) -> Option<(Arc<str>, Node)> {
    let (key, path) = match entry.split_once('=') {
        Some((key, path)) => (key, path),
        None => (entry.rsplit('/').next().unwrap_or(entry), entry),
    };
    let node = match quietly(work, path) {
        Some((file, text)) => Node::text_at(&text, whole(file, &text)),
        None => Node::Pruned,
    };
    Some((key.into(), node))
}

/// A file that a generator names. One that is not there is often made before kustomize runs; a replacement that
/// needs it says so.
fn quietly(work: &mut Work<'_, '_>, entry: &str) -> Option<(FileId, Arc<str>)> {
    let path = paths::normal(&work.at.folder, entry);
    let Found::File(file, _) = work.files().find(&path) else {
        return None;
    };
    work.state.built.files.insert(file);
    Some((file, work.files().text(file)?))
}

fn whole(file: FileId, text: &str) -> Place {
    Place {
        file,
        span: Span::new(0, text.len() as u32),
    }
}

/// A file of lines `key=value`.
fn environment(work: &mut Work<'_, '_>, entry: &str, data: &mut Vec<(Arc<str>, Node)>) {
    let Some((file, text)) = quietly(work, entry) else {
        return;
    };
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let content = line.trim();
        if !content.starts_with('#')
            && let Some((key, value)) = content.split_once('=')
        {
            let at = start + line.find(content).unwrap_or(0) + key.len() + 1;
            let span = Span::new(at as u32, (at + value.len()) as u32);
            data.push((key.into(), Node::text_at(value, Place { file, span })));
        }
        start += line.len();
    }
}
