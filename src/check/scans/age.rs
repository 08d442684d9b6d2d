//! How old a scan is, and how that is said.

use jiff::Timestamp;

use crate::model::scan::{Scan, ScanOrigin};

/// How far the clock of a scanner may be ahead, in seconds.
const SKEW: i64 = 5 * 60;

/// Units of time in seconds, the largest first.
const UNITS: [(u64, &str, &str); 4] = [
    (24 * 60 * 60, "day", "days"),
    (60 * 60, "hour", "hours"),
    (60, "minute", "minutes"),
    (1, "second", "seconds"),
];

/// Seconds from the end of the scan to the check. `None` when the scan does not say when it ended, or says
/// that it has not ended yet: then neither its age nor its place among other scans is known.
pub fn of(scan: &Scan, origin: &ScanOrigin, now: Timestamp) -> Option<u64> {
    let finished_at = scan.finished_at?;
    let seconds = now.as_second().saturating_sub(finished_at.as_second());
    match origin {
        // It ran after this check had begun.
        ScanOrigin::Scanner(_) => Some(u64::try_from(seconds).unwrap_or(0)),
        _ if seconds < -SKEW => None,
        _ => Some(u64::try_from(seconds).unwrap_or(0)),
    }
}

/// `12 days`, `7 days and 3 hours`: the second unit where it matters.
pub fn words(seconds: u64) -> String {
    in_units(seconds, |largest| largest < 10)
}

/// The age of what is too old, told so that it differs from what is allowed.
pub fn beyond(seconds: u64, allowed: u64) -> String {
    let short = words(seconds);
    match short == words(allowed) {
        true => in_units(seconds, |_| true),
        false => short,
    }
}

/// `3 days ago`.
pub fn ago(seconds: u64) -> String {
    format!("{} ago", in_units(seconds, |_| false))
}

fn in_units(seconds: u64, second_unit: impl FnOnce(u64) -> bool) -> String {
    let mut rest = seconds;
    let mut parts = UNITS.iter().filter_map(|(length, one, many)| {
        let count = rest / length;
        rest %= length;
        (count > 0).then(|| {
            (
                count,
                format!("{count} {}", if count == 1 { one } else { many }),
            )
        })
    });
    let Some((count, largest)) = parts.next() else {
        return "0 seconds".to_owned();
    };
    match parts.next() {
        Some((_, further)) if second_unit(count) => format!("{largest} and {further}"),
        _ => largest,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: u64 = 24 * 60 * 60;

    #[test]
    fn an_age_has_a_second_unit_where_it_matters() {
        assert_eq!(words(12 * DAY + 7_200), "12 days");
        assert_eq!(words(7 * DAY + 3 * 3_600 + 5), "7 days and 3 hours");
        assert_eq!(words(DAY + 1), "1 day and 1 second");
        assert_eq!(words(0), "0 seconds");
        assert_eq!(ago(7 * DAY + 7_200), "7 days ago");
    }

    #[test]
    fn what_is_too_old_never_reads_like_what_is_allowed() {
        assert_eq!(beyond(12 * DAY + 3_600, 7 * DAY), "12 days");
        assert_eq!(beyond(12 * DAY + 3_600, 12 * DAY), "12 days and 1 hour");
        assert_eq!(beyond(12 * DAY + 1, 12 * DAY), "12 days and 1 second");
    }
}
