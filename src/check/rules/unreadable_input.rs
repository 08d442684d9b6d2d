//! `unreadable-input`: every file, folder and document could be looked at in full.
//!
//! What could not be is found and worded where it was to be read; here stands only what is said about
//! the rule.

use crate::check::catalog::RuleText;
use crate::model::rule::Rule;

/// What is said about the rule.
pub const TEXT: RuleText = RuleText {
    rule: Rule::UnreadableInput,
    summary: "Files, folders and documents can be read in full",
    page: include_str!("../../../docs/rules/unreadable-input.md"),
};
