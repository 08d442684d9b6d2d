//! Merge patches: what kustomize makes of an object and a patch that looks like a part of it.

use std::sync::Arc;

use super::steps::Steps;
use crate::compose::tree::{Mapping, Node};

/// What a patch says of the place where it stands, in place of values.
const DIRECTIVE: &str = "$patch";

/// The lists of built-in kinds that are merged item by item, and the key by which.
const MERGED_BY: [(&str, &str); 12] = [
    ("containers", "name"),
    ("initContainers", "name"),
    ("ephemeralContainers", "name"),
    ("volumes", "name"),
    ("env", "name"),
    ("imagePullSecrets", "name"),
    ("secrets", "name"),
    ("ports", "containerPort"),
    ("volumeMounts", "mountPath"),
    ("volumeDevices", "devicePath"),
    ("hostAliases", "ip"),
    ("topologySpreadConstraints", "topologyKey"),
];

/// The API groups of built-in kinds: of their lists kustomize knows how they merge.
const BUILT_IN: [&str; 12] = [
    "",
    "apps",
    "batch",
    "extensions",
    "policy",
    "autoscaling",
    "networking.k8s.io",
    "rbac.authorization.k8s.io",
    "storage.k8s.io",
    "admissionregistration.k8s.io",
    "apiextensions.k8s.io",
    "apiregistration.k8s.io",
];

/// Why a patch could not be followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failed {
    /// It holds something that is not read.
    NotRead(&'static str),
    /// It asks for too much.
    TooMuch,
}

/// Whether lists of objects with that `apiVersion` merge.
pub fn is_built_in(api_version: &str) -> bool {
    let (group, _) = api_version.rsplit_once('/').unwrap_or(("", api_version));
    BUILT_IN.contains(&group)
}

/// Whether the patch takes the whole object away.
pub fn deletes(patch: &Node) -> bool {
    patch.text(&[DIRECTIVE]) == Some("delete")
}

/// Merges objects of one kind.
#[derive(Debug, Clone, Copy)]
pub struct Merge<'a> {
    /// Whether lists merge by their keys.
    pub built_in: bool,
    /// The steps that are left.
    pub steps: &'a Steps,
}

impl Merge<'_> {
    /// Merges a patch into what stands there. `None` when it takes that away.
    ///
    /// # Errors
    /// Why it could not be followed.
    pub fn node(
        self,
        before: Option<&Node>,
        patch: &Node,
        name: &str,
    ) -> Result<Option<Node>, Failed> {
        self.steps.spend(0).ok_or(Failed::TooMuch)?;
        match patch {
            Node::Mapping(patch) => self.mapping(before, patch),
            Node::List(items) => self.list(before, items, name).map(Some),
            Node::Scalar(_) if patch.is_null() => Ok(None),
            Node::Scalar(scalar) => Ok(Some(match before {
                Some(Node::Scalar(before)) => Node::Scalar(Arc::new(scalar.in_place_of(before))),
                _ => patch.clone(),
            })),
            Node::Pruned => Ok(Some(Node::Pruned)),
        }
    }

    fn mapping(self, before: Option<&Node>, patch: &Mapping) -> Result<Option<Node>, Failed> {
        let directive = patch.get(DIRECTIVE);
        let mut mapping = match directive.map(Node::as_text) {
            Some(Some("delete")) => return Ok(None),
            Some(Some("replace")) => Mapping::default(),
            Some(Some("merge")) | None => {
                let before = before.and_then(Node::as_mapping);
                before.cloned().unwrap_or_default()
            }
            Some(_) => return Err(Failed::NotRead("a patch has an unknown `$patch`")),
        };
        self.steps
            .spend(mapping.entries().len() * (1 + patch.entries().len() / 16))
            .ok_or(Failed::TooMuch)?;
        for (key, value) in patch.entries() {
            if &**key == DIRECTIVE {
                continue;
            }
            match self.node(mapping.get(key), value, key)? {
                Some(value) => mapping.set(Arc::clone(key), value),
                None => {
                    mapping.remove(key);
                }
            }
        }
        Ok(Some(Node::Mapping(Arc::new(mapping))))
    }

    fn list(self, before: Option<&Node>, patch: &[Node], name: &str) -> Result<Node, Failed> {
        let replaces = |item: &Node| item.text(&[DIRECTIVE]) == Some("replace");
        let merged_by = MERGED_BY.iter().find(|(list, _)| *list == name);
        let plain = || {
            let items = patch.iter().filter(|item| !replaces(item));
            let items = items.map(|item| self.node(None, item, ""));
            let items: Result<Vec<Option<Node>>, Failed> = items.collect();
            items.map(|items| Node::List(Arc::new(items.into_iter().flatten().collect())))
        };
        let is_merged = self.built_in && !patch.iter().any(replaces);
        let (Some((_, key)), true) = (merged_by, is_merged) else {
            return plain();
        };
        let before = before.map_or(&[][..], Node::items);
        let value_of = |item: &Node| {
            let scalar = item.get(key)?.as_scalar()?;
            Some(scalar.text.clone())
        };
        let mut merged = Vec::new();
        let mut done = Vec::new();
        for item in patch {
            let Some(value) = value_of(item) else {
                return Err(Failed::NotRead(
                    "an item of a patch does not say which item it changes",
                ));
            };
            self.steps.spend(before.len()).ok_or(Failed::TooMuch)?;
            let mut known = before.iter().enumerate();
            let known = known.find(|(_, item)| value_of(item).as_ref() == Some(&value));
            done.extend(known.map(|(at, _)| at));
            merged.extend(self.node(known.map(|(_, item)| item), item, "")?);
        }
        let rest = before.iter().enumerate();
        let rest = rest.filter(|(at, _)| !done.contains(at));
        merged.extend(rest.map(|(_, item)| item.clone()));
        Ok(Node::List(Arc::new(merged)))
    }
}
