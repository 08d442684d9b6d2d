//! What is wrong with an input, in words, and how much of it is listed.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::object::Object;
use crate::model::problem::InputProblem;
use crate::model::rule::Rule;
use crate::model::span::Location;
use crate::parse::document::{AmbiguityKind, YamlError};

use super::ambiguity_words::{RENDER, Words};

/// Most problems of one file that are listed; the rest is told as a number. A hostile file of ten
/// megabytes can hold a million of them.
const LISTED: usize = 500;

/// The problems of one file.
#[derive(Debug, Default)]
pub(super) struct Problems {
    listed: Vec<InputProblem>,
    /// How many more there are: by rule, whether not checked, whether audit at most.
    more: BTreeMap<(Rule, bool, bool), u32>,
}

impl Problems {
    /// Takes one more.
    pub(super) fn push(&mut self, problem: InputProblem) {
        if self.listed.len() < LISTED {
            self.listed.push(problem);
        } else {
            self.push_unlisted(problem.rule, problem.not_checked, problem.audit_at_most, 1);
        }
    }

    /// Takes `count` more of which nothing else is known.
    pub(super) fn push_unlisted(
        &mut self,
        rule: Rule,
        not_checked: bool,
        audit_at_most: bool,
        count: u32,
    ) {
        let more = self.more.entry((rule, not_checked, audit_at_most));
        let more = more.or_default();
        *more = more.saturating_add(count);
    }

    /// All of them; what is not listed follows as one problem of the whole file for each rule.
    pub(super) fn into_vec(mut self) -> Vec<InputProblem> {
        for ((rule, not_checked, audit_at_most), count) in self.more {
            let message =
                format!("{count} more problems of this kind are in the file; the first are listed");
            self.listed.push(InputProblem {
                not_checked,
                audit_at_most,
                ..InputProblem::new(rule, message)
            });
        }
        self.listed
    }
}

/// A document that could not be parsed. `claims_manifest`: it mentions `apiVersion` and `kind`.
pub(super) fn unreadable(error: &YamlError, at: Location, claims_manifest: bool) -> InputProblem {
    let message = format!(
        "this document is not valid YAML, so no image in it was checked, though kubectl may read it: {}",
        error.message
    );
    InputProblem {
        help: Some(
            "correct the document at this place, or move it out of the checked paths".to_owned(),
        ),
        label: "reading stopped here".to_owned(),
        location: Some(at),
        audit_at_most: !claims_manifest,
        ..InputProblem::new(Rule::InvalidManifest, message)
    }
}

/// A document that could not be parsed since an action of a template stands in it.
pub(super) fn template(error: &YamlError, at: Location, claims_manifest: bool) -> InputProblem {
    let message = format!(
        "this document is a template that was not rendered, so its images were not checked ({})",
        error.message
    );
    InputProblem {
        help: Some(RENDER.to_owned()),
        label: "reading stopped here".to_owned(),
        location: Some(at),
        audit_at_most: !claims_manifest,
        ..InputProblem::new(Rule::UnrenderedTemplate, message)
    }
}

/// A document that was not looked at since it is too large.
pub(super) fn too_large(error: &YamlError, at: Location) -> InputProblem {
    not_checked(
        format!("this document was not checked: {}", error.message),
        "split it into smaller documents, nested less deeply",
        "too large from here",
        at,
    )
}

/// Aliases and merges lead to more than is looked at.
pub(super) fn too_many_aliases(at: Location) -> InputProblem {
    not_checked(
        "aliases and merge keys multiply this document beyond what is looked at, so some of its \
         images may not have been checked"
            .to_owned(),
        "write the repeated parts out, or share less of them",
        "this document",
        at,
    )
}

/// There are more images than are listed.
pub(super) fn too_many_images(at: Location) -> InputProblem {
    not_checked(
        "this file uses more images than are looked at; the ones from here on were not checked"
            .to_owned(),
        "split the file",
        "the first image that was not checked",
        at,
    )
}

fn not_checked(message: String, help: &str, label: &str, at: Location) -> InputProblem {
    InputProblem {
        help: Some(help.to_owned()),
        label: label.to_owned(),
        location: Some(at),
        not_checked: true,
        ..InputProblem::new(Rule::UnreadableInput, message)
    }
}

/// A place that two readers understand differently, or that Kubernetes refuses. `object`: the one that
/// the document is, when it is one; `is_manifest`: whether it is an object or a list of them.
pub(super) fn ambiguous(
    kind: &AmbiguityKind,
    at: Location,
    object: Option<Arc<Object>>,
    is_manifest: bool,
) -> InputProblem {
    let words = Words::of(kind);
    InputProblem {
        help: Some(words.help.to_owned()),
        label: words.label.to_owned(),
        location: Some(at),
        object,
        audit_at_most: !is_manifest,
        ..InputProblem::new(words.rule, words.message.into_owned())
    }
}
