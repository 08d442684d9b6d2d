//! Single values: text, booleans, numbers, words of a fixed set, dates, durations, globs.
//!
//! The type of a plain scalar is the one of the YAML 1.2 core schema: `off` is text, `true` is not.

use jiff::civil::Date;

use crate::model::calendar::day;
use crate::model::directive::is_reason;
use crate::parse::tree::{Node, ScalarTag, Style};
use crate::policy::duration;
use crate::policy::error::PolicyDiagnostic;
use crate::policy::pattern::NamePattern;
use crate::policy::settings::Spanned;

use super::decode::{Reader, Value};
use super::spelling::{listed, nearest, quoted};

impl Reader<'_> {
    /// What a value is, in words.
    pub(super) fn kind(&self, value: &Value) -> &'static str {
        let tree = self.tree();
        match tree.node(tree.resolve(value.node)) {
            Node::Sequence => "a list",
            Node::Mapping => "a map",
            Node::Alias(_) => "an alias without an anchor",
            Node::Scalar(scalar) => match scalar.tag {
                ScalarTag::Other | ScalarTag::Own | ScalarTag::Binary | ScalarTag::Merge => TAGGED,
                ScalarTag::String | ScalarTag::NonSpecific => "text",
                ScalarTag::None if scalar.style != Style::Plain => "text",
                ScalarTag::None => plain_kind(scalar.value),
            },
        }
    }

    pub(super) fn is_null(&self, value: &Value) -> bool {
        self.kind(value) == NOTHING
    }

    /// Text that is not blank, as YAML decodes it.
    pub(super) fn text(&mut self, value: &Value) -> Option<Spanned<String>> {
        let scalar = match (self.kind(value), self.scalar(value)) {
            (TEXT, Some(scalar)) => scalar.value,
            (BOOLEAN | NUMBER, Some(scalar)) => {
                let help = format!("write it in quotes: \"{}\"", scalar.value);
                self.wrong_type(value, TEXT, Some(help));
                return None;
            }
            _ => {
                self.wrong_type(value, TEXT, None);
                return None;
            }
        };
        self.spend(scalar.len(), value.span)?;
        if scalar.trim().is_empty() {
            let message = format!("{} is empty", value.what);
            self.report(PolicyDiagnostic::new(value.span, message, "no text in it"));
            return None;
        }
        Some(Spanned {
            value: scalar.to_owned(),
            span: value.span,
        })
    }

    /// Why something is excepted.
    pub(super) fn reason(&mut self, value: &Value) -> Option<Spanned<String>> {
        self.checked_text(value, "a reason", |text| {
            if is_reason(text) {
                return Ok(text.to_owned());
            }
            Err("say why, best with the ticket where it was agreed".to_owned())
        })
    }

    /// Text that `check` accepts; its error is a sentence, and becomes the help.
    pub(super) fn checked_text<T>(
        &mut self,
        value: &Value,
        noun: &str,
        check: impl Fn(&str) -> Result<T, String>,
    ) -> Option<Spanned<T>> {
        let text = match (self.kind(value), self.scalar(value)) {
            // `7` for a duration is no number that lacks quotes but a duration that lacks its unit.
            (BOOLEAN | NUMBER, Some(scalar)) => match check(scalar.value) {
                Ok(_) => self.text(value)?.value,
                Err(help) => {
                    self.not_a(value, noun, scalar.value, help);
                    return None;
                }
            },
            _ => self.text(value)?.value,
        };
        match check(&text) {
            Ok(read) => Some(Spanned {
                value: read,
                span: value.span,
            }),
            Err(help) => {
                self.not_a(value, noun, &text, help);
                None
            }
        }
    }

    fn not_a(&mut self, value: &Value, noun: &str, written: &str, help: String) {
        let message = format!("{} is not {noun}", quoted(written));
        let label = format!("in {}", value.what);
        self.report(PolicyDiagnostic::new(value.span, message, label).with_help(help));
    }

    /// `true` or `false`.
    pub(super) fn boolean(&mut self, value: &Value) -> Option<Spanned<bool>> {
        let read = match (self.kind(value), self.scalar(value)) {
            (BOOLEAN, Some(scalar)) => scalar.value.eq_ignore_ascii_case("true"),
            _ => {
                self.wrong_type(value, "true or false", None);
                return None;
            }
        };
        Some(Spanned {
            value: read,
            span: value.span,
        })
    }

    /// A whole number from 0, in decimal digits.
    pub(super) fn whole_number(&mut self, value: &Value) -> Option<Spanned<u32>> {
        let number = match (self.kind(value), self.scalar(value)) {
            (NUMBER, Some(scalar)) => scalar.value.parse().ok(),
            _ => None,
        };
        let Some(number) = number else {
            self.wrong_type(value, "a whole number", None);
            return None;
        };
        Some(Spanned {
            value: number,
            span: value.span,
        })
    }

    /// One word of a fixed set.
    pub(super) fn choice<T: Copy>(
        &mut self,
        value: &Value,
        choices: &[(&'static str, T)],
    ) -> Option<Spanned<T>> {
        let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
        let known = format!("one of {}", listed(&words));
        if self.kind(value) != TEXT {
            self.wrong_type(value, &known, None);
            return None;
        }
        let text = self.text(value)?.value;
        if let Some((_, choice)) = choices.iter().find(|(word, _)| *word == text) {
            return Some(Spanned {
                value: *choice,
                span: value.span,
            });
        }
        let message = format!("{} must be {known}, not {}", value.what, quoted(&text));
        let mut diagnostic = PolicyDiagnostic::new(value.span, message, "not one of them");
        if let Some(meant) = nearest(&text, &words) {
            diagnostic = diagnostic.with_help(format!("did you mean `{meant}`?"));
        }
        self.report(diagnostic);
        None
    }

    /// A day of the calendar, `YYYY-MM-DD`.
    pub(super) fn date(&mut self, value: &Value) -> Option<Spanned<Date>> {
        self.checked_text(value, "a date", |text| {
            day(text).ok_or_else(|| "write a day of the calendar, such as 2027-01-31".to_owned())
        })
    }

    /// A duration, in seconds.
    pub(super) fn seconds(&mut self, value: &Value) -> Option<Spanned<u64>> {
        self.checked_text(value, "a duration", |text| {
            let duration = duration::parse(text).map_err(|error| error.to_string());
            duration.map(|duration| duration.as_secs())
        })
    }

    /// A glob over paths, as written.
    pub(super) fn path_glob(&mut self, value: &Value) -> Option<Spanned<String>> {
        self.checked_text(value, "a glob", |text| {
            if text.chars().count() > LONGEST_GLOB {
                return Err(format!("a glob has at most {LONGEST_GLOB} characters"));
            }
            let glob = globset::GlobBuilder::new(text)
                .literal_separator(true)
                .build();
            match glob {
                Ok(_) => Ok(text.to_owned()),
                Err(error) => Err(error.kind().to_string()),
            }
        })
    }

    /// A pattern over namespaces.
    pub(super) fn namespace_pattern(&mut self, value: &Value) -> Option<Spanned<NamePattern>> {
        self.label_pattern(value, "a pattern over namespaces", "a namespace")
    }

    /// A pattern over the names of containers.
    pub(super) fn container_pattern(&mut self, value: &Value) -> Option<Spanned<NamePattern>> {
        self.label_pattern(value, "a pattern over containers", "a container's name")
    }

    /// A pattern over names that are labels of DNS, as Kubernetes has them.
    fn label_pattern(
        &mut self,
        value: &Value,
        wanted: &str,
        noun: &str,
    ) -> Option<Spanned<NamePattern>> {
        self.checked_text(value, wanted, |text| {
            let sound = text.len() <= 63
                && text
                    .bytes()
                    .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'*' | b'?'));
            if sound {
                return Ok(NamePattern::new(text));
            }
            Err(format!(
                "{noun} has at most 63 lower-case letters, digits and `-`; `*` and `?` are wildcards"
            ))
        })
    }

    /// A pattern over tags.
    pub(super) fn tag_pattern(&mut self, value: &Value) -> Option<Spanned<NamePattern>> {
        self.checked_text(value, "a pattern over tags", |text| {
            let sound = text.len() <= 128
                && !text.starts_with(['.', '-'])
                && text.bytes().all(|byte| {
                    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-' | b'*' | b'?')
                });
            if sound {
                return Ok(NamePattern::new(text));
            }
            Err("a tag has at most 128 letters, digits, `_`, `.` and `-`, and begins with none of the last two; `*` and `?` are wildcards".to_owned())
        })
    }
}

/// Longest glob, in characters; the schema says the same.
const LONGEST_GLOB: usize = 1024;

pub(super) const TAGGED: &str = "a value with a tag";
const NOTHING: &str = "nothing";
const TEXT: &str = "text";
const BOOLEAN: &str = "a boolean";
const NUMBER: &str = "a number";

/// What the YAML 1.2 core schema (specification 1.2.2, section 10.3.2) makes of a plain scalar.
fn plain_kind(scalar: &str) -> &'static str {
    match scalar {
        "" | "~" | "null" | "Null" | "NULL" => NOTHING,
        "true" | "True" | "TRUE" | "false" | "False" | "FALSE" => BOOLEAN,
        _ if is_number(scalar) => NUMBER,
        _ => TEXT,
    }
}

fn is_number(scalar: &str) -> bool {
    let radix = |prefix: &str, base: u32| {
        scalar.strip_prefix(prefix).is_some_and(|digits| {
            !digits.is_empty() && digits.chars().all(|digit| digit.is_digit(base))
        })
    };
    if radix("0o", 8) || radix("0x", 16) || matches!(scalar, ".nan" | ".NaN" | ".NAN") {
        return true;
    }
    let unsigned = scalar.strip_prefix(['-', '+']).unwrap_or(scalar);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") {
        return true;
    }
    if !unsigned.starts_with(|first: char| first.is_ascii_digit() || first == '.') {
        return false;
    }
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let exponent = exponent.is_none_or(|exponent| {
        let exponent = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        !exponent.is_empty() && digits(exponent)
    });
    !(whole.is_empty() && fraction.is_empty()) && digits(whole) && digits(fraction) && exponent
}

#[cfg(test)]
mod tests {
    use super::{is_number, plain_kind};

    #[test]
    fn numbers_of_the_core_schema_are_numbers() {
        for number in [
            "0", "-7", "+1", "1.10", ".5", "1.", "1e3", "1.5E-3", "0x1F", "0o17", "-.inf", ".NaN",
        ] {
            assert!(is_number(number), "{number}");
        }
    }

    #[test]
    fn versions_dates_and_old_booleans_are_text() {
        for text in [
            "1.2.3",
            "2027-01-31",
            "off",
            "yes",
            "1_000",
            "e3",
            "-",
            ".",
            "0x",
            "1e",
            "v1",
            "7d",
        ] {
            assert_eq!(plain_kind(text), "text", "{text}");
        }
    }
}
