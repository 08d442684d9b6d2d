//! Which entries of one list another entry of it makes pointless.

use crate::policy::pattern::{ImagePattern, NamePattern};
use crate::policy::settings::Spanned;

use super::Linter;

/// Patterns of one kind that can be compared.
pub(super) trait Pattern {
    /// As written.
    fn written(&self) -> &str;
    /// Whether everything that `other` matches is matched too; a yes is certain.
    fn holds(&self, other: &Self) -> bool;
}

impl Pattern for ImagePattern {
    fn written(&self) -> &str {
        self.as_str()
    }

    fn holds(&self, other: &Self) -> bool {
        self.covers(other)
    }
}

impl Pattern for NamePattern {
    fn written(&self) -> &str {
        self.as_str()
    }

    /// Read as text, the other pattern's `*` is taken by a `*` of this one only, unless this one has a
    /// `?`, which would take it too.
    fn holds(&self, other: &Self) -> bool {
        let certain = !self.as_str().contains('?') || !other.as_str().contains('*');
        certain && self.matches(other.as_str())
    }
}

/// Advises about entries of `list` that match nothing that another one does not match. Of two that are
/// equal the second is pointless.
pub(super) fn pointless<P: Pattern>(linter: &mut Linter<'_>, list: &[Spanned<P>], what: &str) {
    for (at, entry) in list.iter().enumerate() {
        for (other_at, other) in list.iter().enumerate() {
            if at == other_at {
                continue;
            }
            if !linter.may_compare(entry.span) {
                return;
            }
            if !other.value.holds(&entry.value)
                || (other_at > at && entry.value.holds(&other.value))
            {
                continue;
            }
            let (written, holder) = (entry.value.written(), other.value.written());
            let line = linter.line(other.span);
            linter.advise(
                entry.span,
                format!("`{written}` in {what} matches nothing that `{holder}` does not match"),
                "without effect",
                format!("leave it out; `{holder}` stands on line {line}"),
            );
            break;
        }
    }
}
