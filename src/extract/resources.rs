//! Custom resources whose image is a bare field: the built-in table, and how it and the policy's own
//! entries are followed. Containers by shape need no entry, wherever they stand (see [`super::shapes`]).

use crate::policy::settings::{CustomResource, FieldStep};

use super::kustomize::TARGET_NAMESPACE;
use super::not_deployed::group_matches;
use super::objects::Type;
use super::path::Step;
use super::reference_table::{ADDRESSES, NAMES};
use super::resource_table::RESOURCES;
use super::shapes::Form;

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

/// The built-in tables, by how the texts in their fields say an image.
const TABLES: [(Form, &[Resource]); 3] = [
    (Form::Reference, RESOURCES),
    (Form::Address, ADDRESSES),
    (Form::Name, NAMES),
];

/// The paths of the built-in tables for that type, and how an image is said there.
pub(super) fn built_in(of: Type<'_>) -> impl Iterator<Item = (Form, &'static str)> {
    let (group, _) = of.group_and_version();
    let entries = TABLES
        .iter()
        .flat_map(|(form, table)| table.iter().map(|entry| (*form, entry)));
    entries
        .filter(move |(_, entry)| {
            group_matches(entry.group, group)
                && (entry.kinds.is_empty() || entry.kinds.contains(&of.kind))
        })
        .flat_map(|(form, entry)| entry.paths.iter().map(move |path| (form, *path)))
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

/// Words in the keys by which images are found where no table names a field, beside `image`.
const KEY_WORDS: [&str; 3] = ["Image", "repository", "bundle"];

/// The words without one of which no document can hold an image, or say into which namespace Flux puts one:
/// `image`, `targetNamespace`, those of the key rules, and of every path that has no key with such a word the
/// group of its kind, or for a path of the policy the last key. `None` when that has no key at all, so that any
/// document may.
pub(super) fn wanted_words(custom: &[CustomResource]) -> Option<Vec<String>> {
    // Comments and annotations of ours hold `imagegate`, and so `image`.
    let mut words = vec!["image".to_owned(), TARGET_NAMESPACE.to_owned()];
    words.extend(KEY_WORDS.map(str::to_owned));
    let entries = TABLES.iter().flat_map(|(_, table)| table.iter());
    for entry in entries {
        for path in entry.paths {
            let group = entry.group.trim_start_matches("*.");
            add_word(&mut words, &built_in_steps(path), Some(group))?;
        }
    }
    for path in custom.iter().flat_map(|entry| &entry.paths) {
        add_word(&mut words, &policy_steps(&path.value.0), None)?;
    }
    Some(words)
}

/// Adds what a document with that path has to hold, unless a key of it holds a word already.
fn add_word(words: &mut Vec<String>, steps: &[Step<'_>], group: Option<&str>) -> Option<()> {
    let keys: Vec<&str> = steps
        .iter()
        .filter_map(|step| match step {
            Step::Key(key) => Some(*key),
            Step::Each | Step::Index(_) => None,
        })
        .collect();
    let mut texts = keys.iter().copied().chain(group);
    let covered = texts.any(|text| words.iter().any(|word| text.contains(word.as_str())));
    if !covered {
        let word = group.or_else(|| keys.last().copied())?;
        words.push(word.to_owned());
    }
    Some(())
}
