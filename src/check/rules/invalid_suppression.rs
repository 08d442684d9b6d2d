//! `invalid-suppression`: an inline suppression names rules that exist and gives a reason. One that does
//! not suppresses nothing.

use crate::check::catalog::RuleText;
use crate::check::verdict::Complaint;
use crate::check::wording::quoted;
use crate::model::directive::{IgnoreFault, IgnoreScope, InlineIgnore};
use crate::model::rule::Rule;
use crate::model::spelling::nearest;

/// What is said about the rule.
pub const TEXT: RuleText = RuleText {
    rule: Rule::InvalidSuppression,
    summary: "Suppressions name a rule and give a reason",
    page: include_str!("../../../docs/rules/invalid-suppression.md"),
};

/// The rules about suppressions, which no suppression reaches: it could hide itself.
pub const ABOUT_SUPPRESSIONS: [Rule; 3] = [
    Rule::UnusedException,
    Rule::ExpiredException,
    Rule::InvalidSuppression,
];

const FORM: &str = "write `# imagegate: ignore[rule-id] reason`, or as an annotation `imagegate.dev/ignore.rule-id: \"reason\"`";

/// What is said about the fault of a suppression.
pub fn fault(fault: &IgnoreFault, written: &InlineIgnore) -> Complaint {
    match fault {
        IgnoreFault::NoReason => {
            complaint("this suppression has no effect: it gives no reason", FORM)
        }
        IgnoreFault::UnknownRule(name) => complaint(
            &format!(
                "this suppression has no effect: there is no rule {}",
                quoted(name)
            ),
            &match nearest(name, &Rule::ALL.map(Rule::id)) {
                Some(meant) => {
                    format!("did you mean `{meant}`? `imagegate explain` lists the rules")
                }
                None => "`imagegate explain` lists the rules".to_owned(),
            },
        ),
        IgnoreFault::Malformed => complaint(
            match written.scope {
                IgnoreScope::Line(_) => {
                    "this suppression has no effect: it is not of the form `imagegate: ignore[rule-id] reason`"
                }
                IgnoreScope::Object(_) => {
                    "this suppression has no effect: it is not of the form `imagegate.dev/ignore.rule-id: \"reason\"`"
                }
            },
            &form_of(written),
        ),
        IgnoreFault::Misplaced => complaint(
            "this suppression has no effect: it stands in no `annotations` of a `metadata`",
            "write it below `metadata.annotations` of the object or of its pod template",
        ),
        IgnoreFault::BadDate(date) => complaint(
            &format!(
                "this suppression has no effect: {} is not a day",
                quoted(date)
            ),
            "write the last day on which it holds as `until=2027-01-31`",
        ),
        IgnoreFault::LateUntil => complaint(
            "this suppression has no effect: `until=` stands behind the reason, where it would end nothing",
            "write `until=2027-01-31` before the reason",
        ),
        IgnoreFault::UnicodeLineBreak => complaint(
            "this suppression has no effect: a Unicode line break stands on its line, so nobody can see what it reaches",
            "replace U+0085, U+2028 and U+2029 by ordinary line breaks or spaces",
        ),
    }
}

/// How to write what was probably meant.
fn form_of(written: &InlineIgnore) -> String {
    let rules: Vec<&str> = written.rules.iter().map(|rule| rule.id()).collect();
    match (written.scope, rules.as_slice()) {
        (_, []) => FORM.to_owned(),
        (IgnoreScope::Line(_), rules) => {
            format!("write `# imagegate: ignore[{}] reason`", rules.join(", "))
        }
        (IgnoreScope::Object(_), [rule, ..]) => {
            format!("write `imagegate.dev/ignore.{rule}: \"reason\"`")
        }
    }
}

/// What is said about a suppression of a rule that none reaches.
pub fn out_of_reach(rule: Rule) -> Complaint {
    let rule = quoted(rule.id());
    complaint(
        &format!("this suppression has no effect: {rule} is about suppressions and heeds none"),
        &format!("set the action of {rule} under `rules` in the policy"),
    )
}

/// What is said about a suppression that the policy does not allow.
pub fn forbidden() -> Complaint {
    complaint(
        "this suppression has no effect: the policy forbids them in manifests",
        "ask for an exception in the policy file",
    )
}

fn complaint(message: &str, help: &str) -> Complaint {
    Complaint::new(message.to_owned()).help(help)
}
