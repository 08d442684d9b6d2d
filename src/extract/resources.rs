//! Custom resources whose image is a bare field: the built-in table, and how it and the policy's own
//! entries are followed. Containers by shape need no entry, wherever they stand (see [`super::shapes`]).

use crate::policy::settings::{CustomResource, FieldStep};

use super::kustomize::TARGET_NAMESPACE;
use super::not_deployed::group_matches;
use super::objects::Type;
use super::path::Step;
use super::resource_table::RESOURCES;

/// One kind, or all kinds of a group, and where their images stand.
#[derive(Debug)]
pub(super) struct Resource {
    /// API group; `*.example.com` stands for every group below.
    pub(super) group: &'static str,
    /// `kind`; empty for every kind of the group.
    pub(super) kinds: &'static [&'static str],
    /// Paths as in a policy, `[*]` for every item of a list or value of a mapping.
    pub(super) paths: &'static [&'static str],
}

/// The paths of the built-in table for that type.
pub(super) fn built_in(of: Type<'_>) -> impl Iterator<Item = &'static str> {
    let (group, _) = of.group_and_version();
    RESOURCES
        .iter()
        .filter(move |entry| {
            group_matches(entry.group, group)
                && (entry.kinds.is_empty() || entry.kinds.contains(&of.kind))
        })
        .flat_map(|entry| entry.paths.iter().copied())
}

/// Whether the policy's entry is about that type.
pub(super) fn applies(entry: &CustomResource, of: Type<'_>) -> bool {
    let (group, version) = of.group_and_version();
    let fits = |pattern: &str, text: &str| pattern == "*" || pattern == text;
    fits(&entry.group, group) && fits(&entry.version, version) && fits(&entry.kind, of.kind)
}

/// The steps of a path of the built-in table.
pub(super) fn built_in_steps(path: &'static str) -> Vec<Step<'static>> {
    let mut steps = Vec::new();
    for part in path.split('.') {
        let key = part.strip_suffix("[*]");
        steps.push(Step::Key(key.unwrap_or(part)));
        if key.is_some() {
            steps.push(Step::Each);
        }
    }
    steps
}

/// The steps of a path of the policy.
pub(super) fn policy_steps(path: &[FieldStep]) -> Vec<Step<'_>> {
    path.iter()
        .map(|step| match step {
            FieldStep::Key(key) => Step::Key(key),
            FieldStep::Each => Step::Each,
            FieldStep::Index(index) => Step::Index(*index),
        })
        .collect()
}

/// The words without one of which no document can hold an image, or say into which namespace Flux puts one:
/// `image`, `targetNamespace`, and of every path that has no
/// key with that word the last key. `None` when a path has no key at all, so that any document may.
pub(super) fn wanted_words(custom: &[CustomResource]) -> Option<Vec<String>> {
    let built_in = RESOURCES
        .iter()
        .flat_map(|entry| entry.paths)
        .map(|path| built_in_steps(path));
    let paths = custom.iter().flat_map(|entry| &entry.paths);
    let custom = paths.map(|path| policy_steps(&path.value.0));
    // Comments and annotations of ours hold `imagegate`, and so `image`.
    let mut words = vec!["image".to_owned(), TARGET_NAMESPACE.to_owned()];
    for steps in built_in.chain(custom) {
        let keys: Vec<&str> = steps
            .iter()
            .filter_map(|step| match step {
                Step::Key(key) => Some(*key),
                Step::Each | Step::Index(_) => None,
            })
            .collect();
        let covered = keys
            .iter()
            .any(|key| words.iter().any(|word| key.contains(word.as_str())));
        if !covered {
            words.push((*keys.last()?).to_owned());
        }
    }
    Some(words)
}
