//! `invalid-manifest`.

use crate::check::catalog::RuleText;
use crate::model::rule::Rule;

/// What is said about the rule.
pub const TEXT: RuleText = RuleText {
    rule: Rule::InvalidManifest,
    summary: "Manifests can be read",
    page: include_str!("../../../docs/rules/invalid-manifest.md"),
};
