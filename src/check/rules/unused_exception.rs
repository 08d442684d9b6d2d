//! `unused-exception`.

use crate::check::catalog::RuleText;
use crate::model::rule::Rule;

/// What is said about the rule.
pub const TEXT: RuleText = RuleText {
    rule: Rule::UnusedException,
    summary: "Suppressions and exceptions have an effect",
    page: include_str!("../../../docs/rules/unused-exception.md"),
};
