//! `ambiguous-yaml`: Kubernetes and every other reader of YAML see the same in a manifest.
//!
//! What is ambiguous is found and worded while the file is read; here stands only what is said about
//! the rule.

use crate::check::catalog::RuleText;
use crate::model::rule::Rule;

/// What is said about the rule.
pub const TEXT: RuleText = RuleText {
    rule: Rule::AmbiguousYaml,
    summary: "Manifests mean the same to every reader of YAML",
    page: include_str!("../../../docs/rules/ambiguous-yaml.md"),
};
