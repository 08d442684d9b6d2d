//! `invalid-suppression`: an inline suppression names rules that exist and gives a reason. One that does
//! not suppresses nothing.

use crate::check::catalog::RuleText;
use crate::check::verdict::Complaint;
use crate::check::wording::quoted;
use crate::model::directive::IgnoreFault;
use crate::model::rule::Rule;

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

/// What is said about a suppression with a fault.
pub fn fault(fault: &IgnoreFault) -> Complaint {
    match fault {
        IgnoreFault::NoReason => {
            complaint("this suppression has no effect: it gives no reason", FORM)
        }
        IgnoreFault::UnknownRule(name) => complaint(
            &format!(
                "this suppression has no effect: there is no rule {}",
                quoted(name)
            ),
            "`imagegate explain` lists the rules",
        ),
        IgnoreFault::Malformed => complaint(
            "this suppression has no effect: it is not of the form `ignore[rule-id] reason`",
            FORM,
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
