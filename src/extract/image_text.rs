//! What a node says where an image belongs: text, a number, nothing.
//!
//! Which plain scalars are text was measured with sigs.k8s.io/yaml 1.6 (go-yaml v2 inside), since the API
//! server refuses a number or boolean: `image: 1_000` is the number 1000, `image: 190:20` is text.

use crate::model::reference::{ImageReference, ReferenceError};
use crate::model::shorten::shorten;
use crate::parse::tree::{Node, Scalar, ScalarTag, Style};

use super::fields::{Place, Reader};

/// Longest piece of a collection that is taken as the text of an image, in characters.
const COLLECTION_CHARACTERS: usize = 256;

/// An image as written, and what it refers to.
pub(super) type Reading = (String, Result<ImageReference, ReferenceError>);

/// What a collection (a list or mapping) means where an image is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Collection {
    /// The field holds an image by definition; a collection there is a mistake.
    Mistake,
    /// The field looks like an image; a collection there is something else.
    SomethingElse,
}

/// Reads the node as an image; `None` when there is none: null, or a collection where it may be.
/// `source` is the text that the tree was made from. An unquoted `{{ … }}` is a mapping for YAML and a
/// placeholder for us, wherever it stands.
pub(super) fn read(
    reader: Reader<'_>,
    at: Place,
    collection: Collection,
    source: &str,
) -> Option<Reading> {
    match reader.tree.node(at.node) {
        Node::Scalar(scalar) => read_scalar(&scalar),
        Node::Alias(_) => None,
        Node::Mapping | Node::Sequence => {
            let span = reader.tree.span(at.node);
            let written = source.get(span.start as usize..span.end as usize)?;
            let line = written.lines().next().unwrap_or_default();
            let placeholder = written.starts_with("{{");
            if collection == Collection::SomethingElse && !placeholder {
                return None;
            }
            let text = shorten(line, COLLECTION_CHARACTERS).into_owned();
            let reference = match ImageReference::parse(&text) {
                Err(error @ ReferenceError::Placeholder(_)) if placeholder => Err(error),
                _ => Err(ReferenceError::NotText),
            };
            Some((text, reference))
        }
    }
}

fn read_scalar(scalar: &Scalar<'_>) -> Option<Reading> {
    let text = scalar.value;
    let reference = match kind(scalar) {
        ScalarKind::Null => return None,
        ScalarKind::NotText => Err(ReferenceError::NotText),
        ScalarKind::Text => ImageReference::parse(text),
    };
    Some((text.to_owned(), reference))
}

/// What a scalar is for Kubernetes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ScalarKind {
    /// A string.
    Text,
    /// A number or boolean.
    NotText,
    /// Nothing.
    Null,
}

/// What Kubernetes takes the scalar for.
pub(super) fn kind(scalar: &Scalar<'_>) -> ScalarKind {
    let text = scalar.value;
    match (scalar.tag, scalar.style) {
        (ScalarTag::String | ScalarTag::Own | ScalarTag::NonSpecific | ScalarTag::Binary, _)
        | (ScalarTag::None, Style::Quoted | Style::Block) => ScalarKind::Text,
        (ScalarTag::Other | ScalarTag::Merge, _) if is_null(text) => ScalarKind::Null,
        (ScalarTag::Other | ScalarTag::Merge, _) => ScalarKind::NotText,
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
