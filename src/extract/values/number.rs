//! Numbers as a template prints them. Helm reads values as JSON, in which every number is a 64 bit float, and
//! Go prints that: `1.10` is `1.1`, `20240115` is `2.0240115e+07`, `012` is `10`.

/// The text that a template makes of a number or boolean of YAML.
pub(super) fn printed(text: &str) -> String {
    if let Some(boolean) = boolean(text) {
        return boolean.to_string();
    }
    number(text).map_or_else(|| text.to_owned(), go)
}

/// The words of YAML 1.1 for yes and no.
pub(super) fn boolean(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "y" | "yes" | "on" | "true" => Some(true),
        "n" | "no" | "off" | "false" => Some(false),
        _ => None,
    }
}

/// The number as go-yaml reads it: prefixes for other bases, `_` between digits.
fn number(text: &str) -> Option<f64> {
    let digits = text.replace('_', "");
    let (sign, unsigned) = match digits.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, digits.strip_prefix('+').unwrap_or(&digits)),
    };
    let lower = unsigned.to_ascii_lowercase();
    let in_base = |prefix: &str, base: u32| {
        let rest = lower.strip_prefix(prefix)?;
        u64::from_str_radix(rest, base).ok()
    };
    let whole = in_base("0x", 16)
        .or_else(|| in_base("0b", 2))
        .or_else(|| in_base("0o", 8))
        .or_else(|| in_base("0", 8));
    let value = match whole {
        Some(whole) => whole as f64,
        None => lower.parse().ok()?,
    };
    Some(sign * value)
}

/// `%v` of Go for a float: the shortest digits that give the number back, with an exponent where that is below -4
/// or above 5.
fn go(value: f64) -> String {
    let scientific = format!("{value:e}");
    let Some((digits, exponent)) = scientific.split_once('e') else {
        return scientific;
    };
    let exponent: i32 = exponent.parse().unwrap_or_default();
    if (-4..6).contains(&exponent) {
        return value.to_string();
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}e{sign}{:02}", exponent.unsigned_abs())
}
