//! Where the pages that a report points to are published.

use crate::model::rule::Rule;

/// The project's page.
pub const PROJECT: &str = "https://github.com/imagegate/imagegate";

/// The page of a rule, the same text as `imagegate explain RULE`.
pub fn rule_page(rule: Rule) -> String {
    format!("{PROJECT}/blob/main/docs/rules/{rule}.md")
}
