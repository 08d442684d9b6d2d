//! What is wrong with an input, found while reading it and independent of any policy.

use std::sync::Arc;

use super::object::Object;
use super::rule::Rule;
use super::span::Location;

/// A finding of one of the input rules, before the policy says how much it matters.
#[derive(Debug, Clone, PartialEq)]
pub struct InputProblem {
    /// The input rule that it belongs to.
    pub rule: Rule,
    /// The sentence that says what is wrong; enough to act on without the snippet.
    pub message: String,
    /// What to write instead.
    pub help: Option<String>,
    /// The words beside the marked text in a snippet.
    pub label: String,
    /// Where; `None` when the whole file is meant (it could not be read).
    pub location: Option<Location>,
    /// The object it concerns, when one is known.
    pub object: Option<Arc<Object>>,
    /// That object's number in the file, see [`super::image_use::ImageUse::object_index`].
    pub object_index: Option<u32>,
    /// The text could not be looked at: the outcome is *could not check*, not a violation.
    pub not_checked: bool,
    /// Nothing says that a manifest is concerned: at most audit, whatever the policy says.
    pub audit_at_most: bool,
}

impl InputProblem {
    /// A problem of the whole file of which nothing is said but the sentence.
    pub fn new(rule: Rule, message: String) -> Self {
        Self {
            rule,
            message,
            help: None,
            label: String::new(),
            location: None,
            object: None,
            object_index: None,
            not_checked: false,
            audit_at_most: false,
        }
    }
}
