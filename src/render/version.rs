//! Versions of charts in the ranges that charts ask for. Of the forms of ranges those are known that charts mostly use; a
//! version is in no other one. Pure.

/// Whether the version is in the range: `1.2.3`, `^1.2`, `~1.2.3`, `1.x`, `1.*`, `>=1.2`.
pub fn is_in(version: &str, range: &str) -> bool {
    let Some(version) = parts(version).filter(|version| version.len() == 3) else {
        return false;
    };
    let range = range.trim();
    let split = range.find(|c: char| c.is_ascii_digit()).unwrap_or(0);
    let (sign, wanted) = range.split_at(split);
    let Some(wanted) = parts(wanted).filter(|wanted| !wanted.is_empty()) else {
        return false;
    };
    let fixed = match sign.trim().trim_end_matches('v') {
        "" | "=" => wanted.len(),
        "~" => wanted.len().min(2),
        // The first part that is not 0 may not change.
        "^" => wanted
            .iter()
            .position(|part| *part != 0)
            .map_or(wanted.len(), |at| at + 1),
        ">=" => 0,
        _ => return false,
    };
    version.get(..fixed) == wanted.get(..fixed) && version >= wanted
}

/// The numbers before a wildcard or a suffix; `None` where something else stands, such as a second condition.
fn parts(text: &str) -> Option<Vec<u64>> {
    let text = text.trim().trim_start_matches('v');
    let mut numbers = Vec::new();
    for part in text.split('.') {
        match part {
            "x" | "X" | "*" if !numbers.is_empty() => break,
            _ => numbers.push(part.parse().ok()?),
        }
    }
    (numbers.len() <= 3).then_some(numbers)
}

#[cfg(test)]
mod tests {
    use super::is_in;

    #[test]
    fn ranges_are_those_of_helm() {
        for (version, range, is_inside) in [
            ("1.2.3", "1.2.3", true),
            ("1.2.4", "1.2.3", false),
            ("0.80.6", "^0.80.5", true),
            ("0.81.0", "^0.80.5", false),
            ("1.61.3", "^1.48.0", true),
            ("2.0.0", "^1.48.0", false),
            ("1.2.9", "~1.2.3", true),
            ("1.3.0", "~1.2.3", false),
            ("4.9.1", "4.x.x", true),
            ("5.0.0", "4.x.x", false),
            ("2.1.0", ">=2.0.0", true),
            ("1.9.0", ">=2.0.0", false),
            ("1.2.3", ">=1.0.0 <2.0.0", false),
            ("1.2.3-rc1", "1.2.3", false),
        ] {
            assert_eq!(is_in(version, range), is_inside, "{version} {range}");
        }
    }
}
