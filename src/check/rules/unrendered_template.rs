//! `unrendered-template`.

use crate::check::catalog::RuleText;
use crate::model::rule::Rule;

/// What is said about the rule.
pub const TEXT: RuleText = RuleText {
    rule: Rule::UnrenderedTemplate,
    summary: "Manifests are rendered before they are checked",
    page: include_str!("../../../docs/rules/unrendered-template.md"),
};
