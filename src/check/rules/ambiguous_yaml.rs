//! `ambiguous-yaml`.

use crate::check::catalog::RuleText;
use crate::model::rule::Rule;

/// What is said about the rule.
pub const TEXT: RuleText = RuleText {
    rule: Rule::AmbiguousYaml,
    summary: "Manifests mean the same to every reader of YAML",
    page: include_str!("../../../docs/rules/ambiguous-yaml.md"),
};
