//! Days as people write them in policies and suppressions.

use jiff::civil::Date;

/// A day written `YYYY-MM-DD`, and in no other of the forms that ISO 8601 knows; `None` when it is written
/// otherwise or is not in the calendar.
pub fn day(text: &str) -> Option<Date> {
    let digit_or_dash = text.bytes().enumerate().all(|(at, byte)| match at {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    });
    (digit_or_dash && text.len() == 10)
        .then(|| text.parse().ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::day;

    #[test]
    fn a_day_of_the_calendar_is_read() {
        assert_eq!(day("2028-02-29").map(|day| day.day()), Some(29));
    }

    #[test]
    fn other_forms_and_days_that_are_none_are_refused() {
        for text in [
            "2027-02-29",
            "2027-13-01",
            "20270131",
            "2027-1-31",
            "2027-031",
            "2027-W04-7",
            "2027-01-31T00",
            "+2027-01-31",
            "2027-01-3１",
            "",
        ] {
            assert_eq!(day(text), None, "{text}");
        }
    }
}
