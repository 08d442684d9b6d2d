//! `unrendered-template`: what is checked is what will be deployed, not the template it is made from.
//!
//! Documents that could not be parsed are found while reading; here stands what is said about an image
//! with a placeholder in it. What is certain of such an image is judged by the other rules.

use crate::check::catalog::RuleText;
use crate::check::verdict::Complaint;
use crate::check::wording::quoted;
use crate::model::reference::PartialReference;
use crate::model::rule::Rule;

/// What is said about the rule.
pub const TEXT: RuleText = RuleText {
    rule: Rule::UnrenderedTemplate,
    summary: "Manifests are rendered before they are checked",
    page: include_str!("../../../docs/rules/unrendered-template.md"),
};

/// What is said about the image `text`.
pub fn complaint(text: &str, partial: &PartialReference) -> Complaint {
    let placeholder = partial.placeholder.as_str();
    let message = if text == placeholder {
        format!(
            "the image is the placeholder {}, so what will run is not known",
            quoted(text)
        )
    } else {
        format!(
            "{} in the image {} is a placeholder, so what will run is known only in part",
            quoted(placeholder),
            quoted(text)
        )
    };
    Complaint::new(message)
        .help(help(placeholder))
        .detail("placeholder", placeholder)
}

fn help(placeholder: &str) -> &'static str {
    if placeholder.starts_with("{{") {
        "check what the template renders to, such as `helm template CHART | imagegate check -`"
    } else if placeholder.starts_with("ko://") {
        "check what ko resolves: `ko resolve -f FILE | imagegate check -`"
    } else if placeholder.starts_with('$') {
        "check the text after substitution: `envsubst < FILE | imagegate check -`"
    } else {
        "check the manifest after the placeholder is filled in"
    }
}
