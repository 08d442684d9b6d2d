//! `restrict-image-registries`.

use crate::check::catalog::RuleText;
use crate::model::rule::Rule;

/// What is said about the rule.
pub const TEXT: RuleText = RuleText {
    rule: Rule::RestrictImageRegistries,
    summary: "Images come from approved registries and repositories",
    page: include_str!("../../../docs/rules/restrict-image-registries.md"),
};
