//! Durations as policies write them: `30s`, `5m`, `12h`, `7d`.

use std::time::Duration;

/// Why a text is not a duration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a duration is a whole number above 0 with s, m, h or d behind it, such as 30s, 5m, 12h, 7d"
)]
pub struct DurationError;

/// Reads a whole number of at most nine digits, without a leading zero, and its unit.
///
/// # Errors
/// When the text is anything else.
pub fn parse(text: &str) -> Result<Duration, DurationError> {
    let digits = text.trim_end_matches(|unit: char| !unit.is_ascii_digit());
    let seconds = match &text[digits.len()..] {
        "s" => 1,
        "m" => 60,
        "h" => 60 * 60,
        "d" => 24 * 60 * 60,
        _ => return Err(DurationError),
    };
    let sound = (1..=9).contains(&digits.len())
        && !digits.starts_with('0')
        && digits.bytes().all(|digit| digit.is_ascii_digit());
    let count: u64 = digits.parse().map_err(|_| DurationError)?;
    if sound {
        Ok(Duration::from_secs(count * seconds))
    } else {
        Err(DurationError)
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn each_unit_is_read() {
        let seconds = |text| parse(text).map(|duration| duration.as_secs());
        assert_eq!(seconds("30s"), Ok(30));
        assert_eq!(seconds("5m"), Ok(300));
        assert_eq!(seconds("12h"), Ok(43_200));
        assert_eq!(seconds("7d"), Ok(604_800));
        assert_eq!(seconds("999999999d"), Ok(86_399_999_913_600));
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "",
            "7",
            "d",
            "0d",
            "07d",
            "-7d",
            "+7d",
            "7 d",
            "7D",
            "7w",
            "1.5h",
            "7dd",
            "1h30m",
            "1000000000s",
            "７d",
            "7d ",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
