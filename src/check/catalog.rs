//! The one list of rules with what is said about them: one line a rule, in the order of [`Rule::ALL`].
//!
//! The texts stand with the rules; the pages are documentation that `imagegate explain` and the SARIF
//! report show as they are.

use super::rules::{
    ambiguous_yaml, check_vulnerability_scan, disallow_latest_tag, expired_exception,
    invalid_image_reference, invalid_manifest, invalid_suppression, restrict_image_registries,
    unreadable_input, unrendered_template, unused_exception, verify_image_signatures,
};
use crate::model::rule::Rule;

/// What is said about a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RuleText {
    /// The rule.
    pub rule: Rule,
    /// One sentence, without a full stop: what the rule asks for.
    pub summary: &'static str,
    /// Its page in Markdown, `docs/rules/<id>.md`.
    pub page: &'static str,
}

impl RuleText {
    /// Where the page stands in the repository.
    pub fn path(&self) -> String {
        format!("docs/rules/{}.md", self.rule.id())
    }
}

/// Every rule, in the order of [`Rule::ALL`].
pub static CATALOG: [RuleText; 12] = [
    restrict_image_registries::TEXT,
    disallow_latest_tag::TEXT,
    verify_image_signatures::TEXT,
    check_vulnerability_scan::TEXT,
    invalid_image_reference::TEXT,
    invalid_manifest::TEXT,
    unrendered_template::TEXT,
    ambiguous_yaml::TEXT,
    unused_exception::TEXT,
    expired_exception::TEXT,
    invalid_suppression::TEXT,
    unreadable_input::TEXT,
];

/// What is said about `rule`.
pub const fn text(rule: Rule) -> &'static RuleText {
    // The discriminants count from 0 in the order of `Rule::ALL`; a test holds the catalog to it.
    &CATALOG[rule as usize]
}
