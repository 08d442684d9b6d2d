//! `vars`: values of objects that take the place of `$(NAME)`, where `configurations` say so.

use std::sync::Arc;

use super::build::{State, Work};
use super::field_path;
use super::field_specs;
use super::fields;
use super::resource::Id;
use super::steps::Steps;
use super::{Unread, Why};
use crate::compose::tree::{History, Kind, Node, Place, Scalar};
use crate::model::origin::PartRole;

/// Most variables of one kustomization.
const VARS: usize = 1_000;

/// Most bytes of a text that variables make.
const TEXT: usize = 64 << 10;

/// A variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Var {
    name: String,
    api_version: String,
    kind: String,
    object: String,
    namespace: String,
    field: String,
    place: Place,
}

/// Remembers the variables of a kustomization: they are looked up at the end.
pub(super) fn collect(work: &mut Work<'_, '_>) {
    let node = work.at.node.clone();
    for entry in fields::list(&node, "vars") {
        let text = |keys: &[&str]| {
            let value = keys
                .iter()
                .try_fold(entry, |node, key| fields::field(node, key));
            value.and_then(Node::as_text).unwrap_or_default().to_owned()
        };
        let field = text(&["fieldref", "fieldpath"]);
        if work.state.vars.len() >= VARS {
            return work.unread(Why::TooLarge, work.at.place, "it has too many variables");
        }
        work.state.vars.push(Var {
            name: text(&["name"]),
            api_version: text(&["objref", "apiVersion"]),
            kind: text(&["objref", "kind"]),
            object: text(&["objref", "name"]),
            namespace: text(&["objref", "namespace"]),
            field: if field.is_empty() {
                "metadata.name".to_owned()
            } else {
                field
            },
            place: entry.place().unwrap_or(work.at.place),
        });
    }
}

/// Takes over the variables of a base.
pub(super) fn take(to: &mut Vec<Var>, from: &[Var]) {
    for var in from {
        if to.len() <= VARS && !to.contains(var) {
            to.push(var.clone());
        }
    }
}

/// Puts the values of variables into the fields that `configurations` name. The built-in fields, which are
/// arguments and variables of containers, hold no image.
pub(super) fn resolve(state: &mut State, steps: &Steps, place: Place) {
    if state.vars.is_empty() || state.var_specs.is_empty() {
        return;
    }
    let values: Vec<Option<Scalar>> = state.vars.iter().map(|var| value(state, var)).collect();
    let mut missing = None;
    let (vars, specs) = (&state.vars, &state.var_specs);
    let mut apply = |scalar: &Scalar| {
        let mut made: Option<Scalar> = None;
        if !scalar.text.contains("$(") {
            return None;
        }
        for (var, value) in vars.iter().zip(&values) {
            let marker = format!("$({})", var.name);
            let current = made.as_ref().unwrap_or(scalar);
            if !current.text.contains(&marker) {
                continue;
            }
            match value {
                Some(value) if fits(current, &marker, value) => {
                    made = Some(with_value(current, &marker, value));
                }
                _ => missing = Some(var.place),
            }
        }
        made
    };
    let mut is_too_much = false;
    for resource in &mut state.built.resources {
        let about: Vec<&field_specs::FieldSpec> = specs
            .iter()
            .filter(|spec| spec.is_about(&resource.node))
            .collect();
        for spec in about {
            match field_specs::map(&resource.node, &spec.path, &mut apply, steps) {
                Some(Some(node)) => {
                    resource.node = node;
                    resource.changed = true;
                }
                Some(None) => {}
                None => is_too_much = true,
            }
        }
    }
    if is_too_much {
        let detail = "it asks for too much work".into();
        let why = Why::TooLarge;
        state.built.unread.push(Unread { why, place, detail });
    }
    if let Some(place) = missing {
        let detail = "the value of a variable is not there".into();
        let why = Why::NotRead;
        state.built.unread.push(Unread { why, place, detail });
    }
}

fn value(state: &State, var: &Var) -> Option<Scalar> {
    let is_meant = |id: Id| {
        let api_version = match id.group.is_empty() {
            true => id.version.to_string(),
            false => format!("{}/{}", id.group, id.version),
        };
        let fits = |wanted: &str, is: &str| wanted.is_empty() || wanted == is;
        let is_named = *id.kind == *var.kind && *id.name == *var.object;
        is_named && fits(&var.api_version, &api_version) && fits(&var.namespace, &id.namespace)
    };
    let resources = state.built.resources.iter();
    let mut meant = resources.filter(|resource| resource.ids().any(is_meant));
    let (Some(object), None) = (meant.next(), meant.next()) else {
        return None;
    };
    let value = field_path::find(&object.node, &field_path::parts(&var.field))?;
    value.as_scalar().cloned()
}

fn fits(scalar: &Scalar, marker: &str, value: &Scalar) -> bool {
    let times = scalar.text.matches(marker).count();
    scalar.text.len() + times * value.text.len() <= TEXT
}

/// The text with the value in place of the marker.
fn with_value(scalar: &Scalar, marker: &str, value: &Scalar) -> Scalar {
    let is_whole = *scalar.text == *marker;
    let mut replaced = scalar.replaced().to_vec();
    replaced.push(scalar.piece(PartRole::Image));
    let (name, rest) = match is_whole {
        true => (value.pieces(), Vec::new()),
        false => (scalar.pieces(), value.pieces()),
    };
    Scalar {
        text: scalar.text.replace(marker, &value.text).into(),
        kind: Kind::Text,
        place: value.place,
        history: Some(Arc::new(History {
            name,
            rest,
            replaced,
        })),
    }
}
