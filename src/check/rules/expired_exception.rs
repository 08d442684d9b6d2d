//! `expired-exception`: the last day of a suppression or exception has not passed. After it the finding
//! is back, and this one says why.

use jiff::civil::Date;

use crate::check::catalog::RuleText;
use crate::check::verdict::Complaint;
use crate::check::wording::{quoted, shortened};
use crate::model::rule::Rule;

/// What is said about the rule.
pub const TEXT: RuleText = RuleText {
    rule: Rule::ExpiredException,
    summary: "Suppressions and exceptions have not expired",
    page: include_str!("../../../docs/rules/expired-exception.md"),
};

/// Whether a suppression has ended: its last day is still its own.
pub fn is_over(last_day: Date, today: Date) -> bool {
    today > last_day
}

/// What is said about a suppression (`what`, such as `this suppression`) that has ended. `key` is how
/// its end is written there: `until` or `expires`.
pub fn complaint(what: &str, reason: &str, key: &str, last_day: Date, today: Date) -> Complaint {
    let days = today.duration_since(last_day).as_hours() / 24;
    let ago = match days {
        1 => "1 day ago".to_owned(),
        days => format!("{days} days ago"),
    };
    let message = format!(
        "{what} ({}) expired {ago}, on {last_day}, and has no effect any more",
        shortened(reason)
    );
    Complaint::new(message)
        .help(format!(
            "fix what it was for and delete it, or agree on a new {}",
            quoted(key)
        ))
        .detail("expired", last_day.to_string())
        .detail("days", days)
}
