//! The rules as SARIF describes them: text from the rule pages, ratings from the table here.

use super::model::{Configuration, Help, RuleDescriptor, RuleProperties, Text};
use crate::check::catalog::{self, RuleText};
use crate::model::rule::Rule;
use crate::report::links::rule_page;

/// How code scanning sorts a rule.
struct Rating {
    rule: Rule,
    /// The level of a finding under the rule's default action.
    level: &'static str,
    /// GitHub's `security-severity`, 0.1 to 10.0, read as CVSS: above 9.0 critical, from 7.0 high, from
    /// 4.0 medium. Rules about the input instead of the image have none and show their level.
    security_severity: Option<&'static str>,
}

const fn rating(rule: Rule, level: &'static str, severity: Option<&'static str>) -> Rating {
    Rating {
        rule,
        level,
        security_severity: severity,
    }
}

static RATINGS: [Rating; 12] = [
    rating(Rule::RestrictImageRegistries, "error", Some("7.5")),
    rating(Rule::DisallowLatestTag, "error", Some("5.0")),
    rating(Rule::VerifyImageSignatures, "error", Some("8.0")),
    rating(Rule::CheckVulnerabilityScan, "error", Some("8.0")),
    rating(Rule::InvalidImageReference, "error", None),
    rating(Rule::InvalidManifest, "error", None),
    rating(Rule::UnrenderedTemplate, "warning", None),
    rating(Rule::AmbiguousYaml, "error", None),
    rating(Rule::UnusedException, "warning", None),
    rating(Rule::ExpiredException, "error", None),
    rating(Rule::InvalidSuppression, "error", None),
    rating(Rule::UnreadableInput, "error", None),
];

/// Every rule, in the order of [`Rule::ALL`].
pub(super) fn descriptors() -> Vec<RuleDescriptor> {
    RATINGS.iter().map(descriptor).collect()
}

/// The rule's place in [`descriptors`].
pub(super) fn index(rule: Rule) -> usize {
    // The discriminants count from 0 in the order of `Rule::ALL`; a test holds the table to it.
    rule as usize
}

fn descriptor(rating: &Rating) -> RuleDescriptor {
    let RuleText { summary, page, .. } = *catalog::text(rating.rule);
    let uri = rule_page(rating.rule);
    RuleDescriptor {
        id: rating.rule.id(),
        short_description: Text {
            text: format!("{summary}."),
        },
        full_description: Text {
            text: format!("{summary}."),
        },
        help: Help {
            text: format!("{summary}. See {uri}"),
            markdown: page,
        },
        help_uri: uri,
        default_configuration: Configuration {
            level: rating.level,
        },
        properties: RuleProperties {
            tags: match rating.security_severity {
                Some(_) => &["kubernetes", "security"],
                None => &["kubernetes"],
            },
            security_severity: rating.security_severity,
        },
    }
}
