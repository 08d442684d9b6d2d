//! What Kubernetes takes a scalar for: text, a number or boolean, nothing.
//!
//! Which plain scalars are text was measured with sigs.k8s.io/yaml 1.6 (go-yaml v2 inside): `1_000` is the
//! number 1000, `190:20` is text. The policy file, which no cluster reads, has the types of YAML 1.2 instead.

use crate::parse::tree::{Scalar, ScalarTag, Style};

use super::fields::{Place, Reader};

/// What a scalar is for Kubernetes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScalarKind {
    /// A string.
    Text,
    /// A number or boolean.
    NotText,
    /// Nothing.
    Null,
}

/// What Kubernetes takes the scalar for.
pub fn of(scalar: &Scalar<'_>) -> ScalarKind {
    let text = scalar.value;
    match (scalar.tag, scalar.style) {
        (
            ScalarTag::String
            | ScalarTag::Own
            | ScalarTag::NonSpecific
            | ScalarTag::Binary
            | ScalarTag::Merge,
            _,
        )
        | (ScalarTag::None, Style::Quoted | Style::Block) => ScalarKind::Text,
        (ScalarTag::Other, _) if is_null(text) => ScalarKind::Null,
        (ScalarTag::Other, _) => ScalarKind::NotText,
        (ScalarTag::None, Style::Plain) if is_null(text) => ScalarKind::Null,
        (ScalarTag::None, Style::Plain) if is_boolean(text) || is_number(text) => {
            ScalarKind::NotText
        }
        (ScalarTag::None, Style::Plain) => ScalarKind::Text,
    }
}

fn is_null(text: &str) -> bool {
    matches!(text, "" | "~" | "null" | "Null" | "NULL")
}

fn is_boolean(text: &str) -> bool {
    const WORDS: [&str; 22] = [
        "y", "Y", "yes", "Yes", "YES", "on", "On", "ON", "true", "True", "TRUE", "n", "N", "no",
        "No", "NO", "off", "Off", "OFF", "false", "False", "FALSE",
    ];
    WORDS.contains(&text)
}

/// Integers with Go's prefixes, and floats; `_` may stand anywhere behind the first character. A number
/// that begins with `.` is read as it stands.
fn is_number(text: &str) -> bool {
    const SPECIAL: [&str; 12] = [
        ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF", ".nan",
        ".NaN", ".NAN",
    ];
    if SPECIAL.contains(&text) {
        return true;
    }
    match text.bytes().next() {
        Some(b'.') => is_float(text),
        Some(b'+' | b'-' | b'0'..=b'9') => {
            let digits = text.replace('_', "");
            is_prefixed_integer(&digits) || is_float(&digits)
        }
        _ => false,
    }
}

fn is_prefixed_integer(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text).as_bytes();
    let [b'0', letter, digits @ ..] = unsigned else {
        return false;
    };
    let valid: fn(&u8) -> bool = match letter.to_ascii_lowercase() {
        b'x' => u8::is_ascii_hexdigit,
        b'o' => |byte| matches!(byte, b'0'..=b'7'),
        b'b' => |byte| matches!(byte, b'0' | b'1'),
        _ => return false,
    };
    !digits.is_empty() && digits.iter().all(valid)
}

/// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`, and not too large for a 64 bit float.
fn is_float(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let mantissa_is_number = match mantissa.split_once('.') {
        Some((whole, fraction)) => all_digits(whole) && all_digits(fraction) && mantissa.len() > 1,
        None => all_digits(mantissa) && !mantissa.is_empty(),
    };
    let exponent_is_number = exponent.is_none_or(|exponent| {
        let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        !digits.is_empty() && all_digits(digits)
    });
    mantissa_is_number && exponent_is_number && text.parse::<f64>().is_ok_and(f64::is_finite)
}

/// The text there; `None` when something else stands there than a string.
pub(super) fn text<'a>(reader: Reader<'a>, at: Place) -> Option<&'a str> {
    let scalar = reader.tree.scalar(at.node)?;
    (of(&scalar) == ScalarKind::Text).then_some(scalar.value)
}
