//! `unused-exception`: a suppression or exception takes a finding away. One that does not is a door that
//! stands open for the next violation.

use crate::check::catalog::RuleText;
use crate::check::verdict::Complaint;
use crate::check::wording::{listed, quoted, shortened};
use crate::model::rule::Rule;
use crate::policy::settings::Exception;

/// What is said about the rule.
pub const TEXT: RuleText = RuleText {
    rule: Rule::UnusedException,
    summary: "Suppressions and exceptions have an effect",
    page: include_str!("../../../docs/rules/unused-exception.md"),
};

/// What is said about an inline suppression of which `rules` found nothing; `all`: it names no others.
pub fn inline(rules: &[Rule], all: bool) -> Complaint {
    let names: Vec<String> = rules.iter().map(|rule| quoted(rule.id())).collect();
    let names = listed(&names);
    let message =
        format!("nothing here is a finding of {names}, so this suppression has no effect");
    Complaint::new(message).help(if all {
        "delete it".to_owned()
    } else {
        format!("take {names} out of it")
    })
}

/// What is said about a comment that reaches a line without an image; `next`: the line of the next image.
pub fn beside_no_image(rules: &[Rule], next: Option<u32>) -> Complaint {
    let names: Vec<String> = rules.iter().map(|rule| quoted(rule.id())).collect();
    let message = format!(
        "this comment stands beside no image, so it suppresses nothing of {}",
        listed(&names)
    );
    let places =
        "on the line of the image, or alone on the line above the image or above its list item";
    Complaint::new(message).help(match next {
        Some(line) => {
            format!("write it {places} (the next image stands on line {line}), or delete it")
        }
        None => format!("write it {places}, or delete it"),
    })
}

/// What is said about an exception of the policy.
pub fn exception(exception: &Exception) -> Complaint {
    let names: Vec<String> = exception
        .rules
        .iter()
        .map(|rule| quoted(rule.value.id()))
        .collect();
    let message = format!(
        "the exception from {} ({}) takes away no finding",
        listed(&names),
        shortened(&exception.reason.value)
    );
    Complaint::new(message)
        .help("delete it, or correct the images, objects, namespaces or containers it names")
}

/// What is said about an entry of `ignore`: `named` is the vulnerability.
pub fn ignored(named: &str, reason: &str) -> Complaint {
    let message = format!(
        "the entry of `ignore` for {named} ({reason}) takes away no vulnerability that would fail"
    );
    Complaint::new(message).help("delete it, or correct the id, package or images it names")
}
