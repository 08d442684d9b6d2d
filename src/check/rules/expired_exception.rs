//! `expired-exception`.

use crate::check::catalog::RuleText;
use crate::model::rule::Rule;

/// What is said about the rule.
pub const TEXT: RuleText = RuleText {
    rule: Rule::ExpiredException,
    summary: "Suppressions and exceptions have not expired",
    page: include_str!("../../../docs/rules/expired-exception.md"),
};
