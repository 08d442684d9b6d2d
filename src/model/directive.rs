//! Suppressions that stand in manifests: comments and annotations that ask to ignore a finding.

use std::sync::Arc;

use super::rule::Rule;
use super::span::Location;

/// One inline suppression as it was found, sound or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InlineIgnore {
    /// The rules named, without duplicates, in the order written; in a malformed one those that it seems to
    /// name.
    pub rules: Vec<Rule>,
    /// `until=YYYY-MM-DD`: the last day on which it holds.
    pub until: Option<jiff::civil::Date>,
    /// The reason, trimmed; one without a letter or digit comes with a fault.
    pub reason: Arc<str>,
    /// Where the comment (from its `#`) or the annotation's key stands.
    pub location: Location,
    /// What it reaches.
    pub scope: IgnoreScope,
    /// The field of the object below which the images stand that it reaches; `None`: all that is in scope.
    pub below: Option<Arc<str>>,
    /// Why it is not a sound suppression; such a one suppresses nothing.
    pub fault: Option<IgnoreFault>,
}

/// What an inline suppression reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IgnoreScope {
    /// Findings whose image stands on this line (from 1) of the same file.
    Line(u32),
    /// Findings of the object with this number, see [`super::image_use::ImageUse::object_index`].
    Object(u32),
}

/// What is wrong with an inline suppression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IgnoreFault {
    /// No reason is written.
    NoReason,
    /// The rule is not one of ours, as written.
    UnknownRule(String),
    /// It is not of the form `imagegate: ignore[rule, …] …`, though it looks like a suppression.
    Malformed,
    /// An annotation that stands in no `annotations` of a `metadata`.
    Misplaced,
    /// `until=` is not a date of the calendar, as written.
    BadDate(String),
    /// `until=` stands within the reason, where it would end nothing.
    LateUntil,
    /// U+0085, U+2028 or U+2029 stands on the comment's line or the one that it reaches: what is one line
    /// for an editor is several for Kubernetes, so a person cannot see what would be suppressed.
    UnicodeLineBreak,
}

/// Whether a text gives a reason: it holds a letter or digit, and not only signs or characters that
/// nobody sees.
pub fn is_reason(text: &str) -> bool {
    // The fillers of Hangul are letters by their category, and blank.
    let filler = |c: char| matches!(c, '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}');
    text.chars().any(|c| c.is_alphanumeric() && !filler(c))
}
