//! Which documents a reader of YAML 1.2 may understand otherwise than Kubernetes does, told by their
//! characters: a document without any of these is read once. What is deployed does not hang on it; it
//! decides where the two are compared, so that a difference is said.

use super::split::{BYTE_ORDER_MARK, break_length};

/// Whether the two may differ. `is_text`: whether the byte at that offset is part of a scalar for Kubernetes.
/// There no reader has met anything but text yet: where two part, it is at a mark that is none. Scripts and
/// patterns such as `"*"` are full of these characters.
pub fn may_differ(text: &str, is_text: &dyn Fn(usize) -> bool) -> bool {
    let bytes = text.as_bytes();
    let property = |at: usize| begins_token(bytes, at) && is_unusual_property(&bytes[at..]);
    let key = |at: usize| {
        begins_token(bytes, at)
            && !matches!(bytes.get(at + 1), None | Some(b' ' | b'\t' | b'\n' | b'\r'))
    };
    let comment = |at: usize| {
        let before = at.checked_sub(1).map(|before| bytes[before]);
        matches!(before, Some(b'[' | b']' | b'{' | b'}' | b','))
    };
    let mark = |at: usize| match bytes[at] {
        b'?' => key(at),
        b'#' => comment(at),
        _ => at == 0 || matches!(bytes[at - 1], b'\n' | b'\r'),
    };
    memchr::memchr3_iter(b'&', b'*', b'!', bytes).any(|at| property(at) && !is_text(at))
        || memchr::memchr3_iter(b'?', b'#', b'%', bytes).any(|at| mark(at) && !is_text(at))
        || !text.is_ascii() && has_unusual_break(bytes)
}

/// Whether a token can begin at byte `at`.
fn begins_token(text: &[u8], at: usize) -> bool {
    let before = at.checked_sub(1).map(|before| text[before]);
    matches!(
        before,
        None | Some(
            b' ' | b'\t' | b'\n' | b'\r' | b'[' | b'{' | b',' | b':' | b'?' | b'"' | b'\'' | 0x80..
        )
    )
}

/// Whether the anchor, alias or tag there holds a character at which one of the readers ends it.
fn is_unusual_property(text: &[u8]) -> bool {
    let is_tag = text[0] == b'!';
    let usual = |byte: u8| {
        byte.is_ascii_alphanumeric()
            || matches!(byte, b'_' | b'-')
            || is_tag && matches!(byte, b'!' | b':' | b'/' | b'.')
    };
    let mut word = text[1..].iter().copied();
    word.find(|&byte| !usual(byte))
        .is_some_and(|end| !end.is_ascii_whitespace())
}

/// Whether a line break that only YAML 1.1 knows, or a byte-order mark, stands in the text.
fn has_unusual_break(text: &[u8]) -> bool {
    memchr::memchr3_iter(0xC2, 0xE2, 0xEF, text).any(|at| {
        let rest = &text[at..];
        break_length(rest) > 0 || rest.starts_with(BYTE_ORDER_MARK)
    })
}
