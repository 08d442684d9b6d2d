//! `invalid-image-reference`.

use crate::check::catalog::RuleText;
use crate::model::rule::Rule;

/// What is said about the rule.
pub const TEXT: RuleText = RuleText {
    rule: Rule::InvalidImageReference,
    summary: "Images are references that a container runtime can read",
    page: include_str!("../../../docs/rules/invalid-image-reference.md"),
};
