//! `invalid-manifest`: a document that is, or claims to be, a manifest can be read.
//!
//! What is wrong is found and worded while the file is read; here stands only what is said about the rule.

use crate::check::catalog::RuleText;
use crate::model::rule::Rule;

/// What is said about the rule.
pub const TEXT: RuleText = RuleText {
    rule: Rule::InvalidManifest,
    summary: "Manifests can be read",
    page: include_str!("../../../docs/rules/invalid-manifest.md"),
};
