//! `invalid-suppression`.

use crate::check::catalog::RuleText;
use crate::model::rule::Rule;

/// What is said about the rule.
pub const TEXT: RuleText = RuleText {
    rule: Rule::InvalidSuppression,
    summary: "Suppressions name a rule and give a reason",
    page: include_str!("../../../docs/rules/invalid-suppression.md"),
};
