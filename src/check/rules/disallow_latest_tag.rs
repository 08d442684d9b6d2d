//! `disallow-latest-tag`.

use crate::check::catalog::RuleText;
use crate::model::rule::Rule;

/// What is said about the rule.
pub const TEXT: RuleText = RuleText {
    rule: Rule::DisallowLatestTag,
    summary: "Images name a specific tag or a digest",
    page: include_str!("../../../docs/rules/disallow-latest-tag.md"),
};
