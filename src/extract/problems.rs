//! What is wrong with an input, in words, and how much of it is listed.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::object::Object;
use crate::model::problem::InputProblem;
use crate::model::rule::Rule;
use crate::model::span::Location;
use crate::parse::document::{AmbiguityKind, YamlError};

/// Most problems of one file that are listed; the rest is told as a number. A hostile file of ten
/// megabytes can hold a million of them.
const LISTED: usize = 500;

/// Longest piece of a key that a message repeats, in characters.
const KEY_CHARACTERS: usize = 60;

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
            self.listed.push(InputProblem {
                rule,
                message: format!(
                    "{count} more problems of this kind are in the file; the first are listed"
                ),
                help: None,
                label: String::new(),
                location: None,
                object: None,
                object_index: None,
                not_checked,
                audit_at_most,
            });
        }
        self.listed
    }
}

/// A document that could not be parsed. `claims_manifest`: it mentions `apiVersion` and `kind`.
pub(super) fn unreadable(error: &YamlError, at: Location, claims_manifest: bool) -> InputProblem {
    InputProblem {
        rule: Rule::InvalidManifest,
        message: format!(
            "this document is not valid YAML, so no image in it was checked, though kubectl may read it: {}",
            error.message
        ),
        help: Some(
            "correct the document at this place, or move it out of the checked paths".to_owned(),
        ),
        label: "reading stopped here".to_owned(),
        location: Some(at),
        object: None,
        object_index: None,
        not_checked: false,
        audit_at_most: !claims_manifest,
    }
}

/// A document that could not be parsed since an action of a template stands in it.
pub(super) fn template(error: &YamlError, at: Location, claims_manifest: bool) -> InputProblem {
    InputProblem {
        rule: Rule::UnrenderedTemplate,
        message: format!(
            "this document is a template that was not rendered, so its images were not checked ({})",
            error.message
        ),
        help: Some(RENDER.to_owned()),
        label: "reading stopped here".to_owned(),
        location: Some(at),
        object: None,
        object_index: None,
        not_checked: false,
        audit_at_most: !claims_manifest,
    }
}

const RENDER: &str = "check what it renders to: helm template CHART | imagegate check -";

/// A document that was not looked at since it is too large.
pub(super) fn too_large(error: &YamlError, at: Location) -> InputProblem {
    not_checked(
        format!("this document was not checked: {}", error.message),
        "split it into smaller documents, or raise the limit",
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
        rule: Rule::UnreadableInput,
        message,
        help: Some(help.to_owned()),
        label: label.to_owned(),
        location: Some(at),
        object: None,
        object_index: None,
        not_checked: true,
        audit_at_most: false,
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
        rule: words.rule,
        message: words.message,
        help: Some(words.help.to_owned()),
        label: words.label.to_owned(),
        location: Some(at),
        object,
        object_index: None,
        not_checked: false,
        audit_at_most: !is_manifest,
    }
}

struct Words {
    rule: Rule,
    message: String,
    help: &'static str,
    label: &'static str,
}

impl Words {
    fn of(kind: &AmbiguityKind) -> Self {
        let (rule, message, help, label) = match kind {
            AmbiguityKind::DuplicateKey(key) => return Self::duplicate_key(key),
            AmbiguityKind::BinaryTag => (
                Rule::AmbiguousYaml,
                "the text is tagged `!!binary`: Kubernetes decodes it, so what is deployed is not what is read here",
                "write the decoded text",
                "decoded by Kubernetes",
            ),
            AmbiguityKind::UnicodeLineBreak => (
                Rule::AmbiguousYaml,
                "a Unicode line break stands here: Kubernetes begins a new line at it, other readers and editors do not, so what looks like a comment may be deployed",
                "replace U+0085, U+2028 and U+2029 by ordinary line breaks or spaces",
                "a line break for Kubernetes",
            ),
            AmbiguityKind::ContentOnMarkerLine => (
                Rule::AmbiguousYaml,
                "content stands on the line of a document marker `---`: kubectl refuses the file, other readers take the content",
                "move the content to the next line",
                "on the marker's line",
            ),
            AmbiguityKind::IgnoredByKubernetes => (
                Rule::AmbiguousYaml,
                "kubectl does not read this document and says nothing, since no `---` on a line of its own stands before it",
                "begin the document with a line `---`",
                "ignored from here on",
            ),
            AmbiguityKind::KeyIndicatorWithoutBlank => (
                Rule::AmbiguousYaml,
                "Kubernetes reads the `?` here as the mark of a key and drops it, other readers take it for a part of the key",
                "leave the `?` out, or quote the key with it",
                "no part of the key for Kubernetes",
            ),
            AmbiguityKind::PropertyEndsElsewhere => (
                Rule::AmbiguousYaml,
                "this anchor or tag ends at another place for Kubernetes than for other readers, so the value is another one in the cluster",
                "put a blank after the anchor or tag, and use letters and digits only",
                "ends elsewhere for Kubernetes",
            ),
            AmbiguityKind::TextAfterContent => (
                Rule::AmbiguousYaml,
                "the document is complete before this place: Kubernetes takes what stands before and ignores the rest without a word",
                "begin a new document with a line `---`, or correct the indentation",
                "ignored from here on",
            ),
            AmbiguityKind::ComplexKey => (
                Rule::InvalidManifest,
                "a mapping or list stands here as a key, so Kubernetes refuses the document",
                "write a text as the key, in quotes if it holds brackets or braces",
                "not a text",
            ),
            AmbiguityKind::TemplateAction => (
                Rule::UnrenderedTemplate,
                "a mapping or list stands here as a key, as YAML reads an unquoted `{{ … }}`: Kubernetes refuses the document until the template is rendered",
                RENDER,
                "not a text",
            ),
            AmbiguityKind::UnresolvedAlias => (
                Rule::InvalidManifest,
                "no anchor of this name stands before this alias, so Kubernetes refuses the document",
                "mark the value that is meant with `&name`, in the same document, or quote the text",
                "leads nowhere",
            ),
            AmbiguityKind::RecursiveAlias => (
                Rule::InvalidManifest,
                "the value that this alias names holds the alias itself, so Kubernetes refuses the document",
                "write the value out",
                "leads into itself",
            ),
        };
        Self {
            rule,
            message: message.to_owned(),
            help,
            label,
        }
    }

    fn duplicate_key(key: &str) -> Self {
        let mut shown: String = key.chars().take(KEY_CHARACTERS).collect();
        if shown.len() < key.len() {
            shown.push('…');
        }
        Self {
            rule: Rule::AmbiguousYaml,
            message: format!(
                "the key `{shown}` is written again in the same mapping: kubectl takes the last one and drops the others without a word, other readers take the first or refuse the file"
            ),
            help: "keep one of them",
            label: "written again",
        }
    }
}
