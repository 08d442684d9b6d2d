//! File names as URI references (RFC 3986).

use std::borrow::Cow;

/// The name without leading `./`: GitHub compares it with names from the repository's root.
pub fn repository_path(path: &str) -> &str {
    let mut rest = path;
    while let Some(shorter) = rest.strip_prefix("./") {
        rest = shorter.trim_start_matches('/');
    }
    if rest.is_empty() { path } else { rest }
}

/// A relative reference for a relative name, `file:///…` for an absolute one. Everything outside the
/// unreserved characters is percent-encoded byte by byte, `:` too: before the first `/` it would end a
/// scheme.
pub fn reference(path: &str) -> Cow<'_, str> {
    let path = repository_path(path);
    let drive = matches!(path.as_bytes(), [letter, b':', b'/', ..] if letter.is_ascii_alphabetic());
    let prefix = match path.starts_with('/') {
        true => "file://",
        false if drive => "file:///",
        false => "",
    };
    if prefix.is_empty() && path.bytes().all(is_plain) {
        return Cow::Borrowed(path);
    }
    let mut out = String::with_capacity(prefix.len() + path.len() + 16);
    out.push_str(prefix);
    for (at, byte) in path.bytes().enumerate() {
        if is_plain(byte) || (drive && at == 1) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    Cow::Owned(out)
}

/// The unreserved characters of RFC 3986 section 2.3, and `/` between segments.
const fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'/')
}
