//! Policies that write images into other objects: the parts of them that a policy engine deploys.
//!
//! Kyverno generates and mutates, Gatekeeper assigns, and so does the API server by a
//! MutatingAdmissionPolicy. What such a policy only compares with (validation, verification) is no part.

use crate::parse::document::Body;
use crate::parse::tree::Tree;
use crate::parse::{ParseSettings, documents};

use super::fields::{Place, Reader};
use super::objects::{ObjectNode, Type};
use super::path::{End, Segment, follow};
use super::shapes::{Candidate, Shapes};

/// What of a policy is deployed.
pub(super) enum Part<'a, 's> {
    /// An object, or a piece that is merged into one.
    Object(End<'a, 's>),
    /// The value of the field `key` of other objects.
    Field(&'a str, End<'a, 's>),
    /// An image put together from several fields, of which this is one.
    Composed(String, End<'a, 's>),
    /// A JSON patch (RFC 6902) as text.
    Patches(End<'a, 's>),
    /// An expression whose value is deployed.
    Expression(Place),
}

/// The kinds of policies of which something is deployed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Engine {
    /// Rules of Kyverno, with `generate`, `mutate`, and others that only compare.
    Rules,
    /// Expressions of Kyverno or the API server.
    Expressions,
    Assign,
    AssignImage,
    ModifySet,
}

fn engine(of: Type<'_>) -> Option<Engine> {
    match (of.group_and_version().0, of.kind) {
        ("kyverno.io", "ClusterPolicy" | "Policy") => Some(Engine::Rules),
        (
            "policies.kyverno.io",
            "MutatingPolicy"
            | "NamespacedMutatingPolicy"
            | "GeneratingPolicy"
            | "NamespacedGeneratingPolicy",
        )
        | ("admissionregistration.k8s.io", "MutatingAdmissionPolicy") => Some(Engine::Expressions),
        ("mutations.gatekeeper.sh", "Assign") => Some(Engine::Assign),
        ("mutations.gatekeeper.sh", "AssignImage") => Some(Engine::AssignImage),
        ("mutations.gatekeeper.sh", "ModifySet") => Some(Engine::ModifySet),
        _ => None,
    }
}

/// What a rule of Kyverno deploys.
const DEPLOYED: [&str; 2] = ["spec.rules[*].generate", "spec.rules[*].mutate"];

/// What it only compares with.
const COMPARED: [&str; 2] = ["spec.rules[*].validate", "spec.rules[*].verifyImages"];

/// What of the policy only describes images; `None` when all of it is deployed.
pub(super) fn compared(reader: Reader<'_>, object: &ObjectNode<'_>) -> Option<Place> {
    let engines: Vec<Engine> = object.types.iter().copied().filter_map(engine).collect();
    match engines.first() {
        None => Some(object.at),
        Some(Engine::Rules) => {
            let first = |path| {
                let mut found = None;
                walk(reader, object.at, path, &mut |end| {
                    found = found.or(Some(end.value));
                });
                found
            };
            let compared = COMPARED.iter().copied().find_map(first);
            let is_deployed = DEPLOYED.iter().copied().find_map(first).is_some();
            compared.or((!is_deployed).then_some(object.at))
        }
        Some(_) => None,
    }
}

/// Hands each part of the policy that is deployed to `visit`.
pub(super) fn parts<'a>(
    reader: Reader<'a>,
    object: &ObjectNode<'a>,
    visit: &mut dyn FnMut(Part<'a, '_>),
) {
    let mut engines: Vec<Engine> = object.types.iter().copied().filter_map(engine).collect();
    engines.dedup();
    for engine in engines {
        match engine {
            Engine::Rules => rules(reader, object.at, visit),
            Engine::Expressions => {
                for path in [
                    "spec.mutations[*].applyConfiguration.expression",
                    "spec.mutations[*].jsonPatch.expression",
                    "spec.generate[*].expression",
                ] {
                    walk(reader, object.at, path, &mut |end| {
                        visit(Part::Expression(end.value));
                    });
                }
            }
            Engine::Assign => assign(reader, object.at, "spec.parameters.assign", visit),
            Engine::ModifySet => {
                let removes = Some("prune");
                let operation = |at| reader.text(at, "operation");
                let mut keeps = true;
                walk(reader, object.at, "spec.parameters", &mut |end| {
                    keeps = operation(end.value) != removes;
                });
                if keeps {
                    assign(reader, object.at, "spec.parameters.values", visit);
                }
            }
            Engine::AssignImage => {
                walk(reader, object.at, "spec.parameters", &mut |end| {
                    composed(reader, end, visit);
                });
            }
        }
    }
}

fn walk<'a>(
    reader: Reader<'a>,
    from: Place,
    path: &'static str,
    visit: &mut dyn FnMut(End<'a, '_>),
) {
    follow(reader, from, &super::resources::built_in_steps(path), visit);
}

/// The rules of a Kyverno policy.
fn rules<'a>(reader: Reader<'a>, object: Place, visit: &mut dyn FnMut(Part<'a, '_>)) {
    for path in DEPLOYED {
        walk(reader, object, path, &mut |end| visit(Part::Object(end)));
    }
    for path in [
        "spec.rules[*].mutate.patchesJson6902",
        "spec.rules[*].mutate.foreach[*].patchesJson6902",
        "spec.rules[*].mutate.foreach[*].foreach[*].patchesJson6902",
    ] {
        walk(reader, object, path, &mut |end| visit(Part::Patches(end)));
    }
}

/// What Gatekeeper puts at `spec.location`; it stands at `parameters`.
fn assign<'a>(
    reader: Reader<'a>,
    object: Place,
    parameters: &'static str,
    visit: &mut dyn FnMut(Part<'a, '_>),
) {
    let spec = reader.winner(object, "spec");
    let location = spec.and_then(|spec| reader.text(spec, "location"));
    let Some(key) = location.and_then(last_key) else {
        return;
    };
    for (value, is_known) in [("value", true), ("fromList", true), ("externalData", false)] {
        walk(reader, object, parameters, &mut |end| {
            for at in reader.named(end.value, value) {
                let mut path = end.path.to_vec();
                path.push(Segment::Key(value));
                let end = End {
                    value: at,
                    item: None,
                    path: &path,
                };
                visit(match is_known {
                    true => Part::Field(key, end),
                    false => Part::Expression(at),
                });
            }
        });
    }
}

/// The last key of a location such as `spec.containers[name:*].image`.
fn last_key(location: &str) -> Option<&str> {
    let location = location.trim();
    let keys = match location.strip_suffix(']') {
        Some(list) => list.rsplit_once('[')?.0,
        None => location,
    };
    let key = keys.rsplit('.').next()?.trim();
    Some(key.trim_matches(['"', '\''])).filter(|key| !key.is_empty())
}

/// The image that AssignImage puts together. What it leaves out stays as it is in the Pod.
fn composed<'a>(reader: Reader<'a>, end: End<'a, '_>, visit: &mut dyn FnMut(Part<'a, '_>)) {
    let field = |key| {
        let at = reader.winner(end.value, key)?;
        Some((key, at, reader.text(end.value, key)?))
    };
    let fields = ["assignDomain", "assignPath", "assignTag"].map(field);
    let Some((key, at, _)) = fields.into_iter().flatten().next() else {
        return;
    };
    let text = |number: usize, own: &'static str| fields[number].map_or(own, |(_, _, text)| text);
    let (domain, path, tag) = (text(0, "<domain>"), text(1, "<path>"), text(2, "<tag>"));
    let mut way = end.path.to_vec();
    way.push(Segment::Key(key));
    let end = End {
        value: at,
        item: None,
        path: &way,
    };
    visit(Part::Composed(format!("{domain}/{path}{tag}"), end));
}

/// The images that a JSON patch puts into an object; `None` when the text could not be read.
pub(super) fn patched(text: &str) -> Option<Vec<String>> {
    let mut images = Some(Vec::new());
    documents(
        text,
        &ParseSettings::default(),
        &mut |document| match &document.body {
            Body::Empty => {}
            Body::Tree(tree) => {
                if let Some(images) = &mut images {
                    of_operations(tree, images);
                }
                if tree.is_exhausted() {
                    images = None;
                }
            }
            Body::Skipped | Body::Broken(_) | Body::TooLarge(_) => images = None,
        },
    );
    images
}

fn of_operations(tree: &Tree<'_>, images: &mut Vec<String>) {
    let reader = Reader { tree };
    let Some(root) = tree.root() else { return };
    let mut visit = |candidate: Candidate<'_, '_>| {
        let text = reader.tree.scalar(candidate.value.node);
        images.extend(text.map(|text| text.value.to_owned()));
    };
    for operation in reader.items(reader.place(root, None)) {
        let adds = !matches!(reader.text(operation, "op"), Some("remove" | "test"));
        let Some(path) = reader.text(operation, "path").filter(|_| adds) else {
            continue;
        };
        let is_index = |key: &&str| *key == "-" || key.bytes().all(|byte| byte.is_ascii_digit());
        let Some(key) = path.rsplit('/').find(|key| !is_index(key)) else {
            continue;
        };
        for value in reader.named(operation, "value") {
            Shapes {
                reader,
                path: Vec::new(),
                anchors: true,
                scope: None,
                visit: &mut visit,
            }
            .of_field(key, value);
        }
    }
}
