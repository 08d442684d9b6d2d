//! `verify-image-signatures`.

use crate::check::catalog::RuleText;
use crate::model::rule::Rule;

/// What is said about the rule.
pub const TEXT: RuleText = RuleText {
    rule: Rule::VerifyImageSignatures,
    summary: "Images are signed by a wanted signer",
    page: include_str!("../../../docs/rules/verify-image-signatures.md"),
};
