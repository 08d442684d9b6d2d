//! JSON with comments and commas behind the last item, as editors and their tools keep settings
//! (`devcontainer.json`, `tsconfig.json`). Kubernetes refuses it, whatever it says.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// What an object or a list of objects says of itself.
const OF_AN_OBJECT: [&str; 3] = ["apiVersion", "kind", "items"];

/// Whether the text is JSON with comments whose outermost value says nothing that an object has to say, so
/// that nobody can have meant it as a manifest. Of a text with a NUL it is not known what others read.
pub fn is_no_object(text: &str) -> bool {
    if memchr::memchr(0, text.as_bytes()).is_some() {
        return false;
    }
    let begins = text.trim_start().trim_start_matches('\u{feff}');
    if !begins.starts_with(['{', '[', '/']) {
        return false;
    }
    let plain = plain(text);
    serde_json::from_str::<Outermost>(&plain).is_ok_and(|outermost| !outermost.is_object)
}

/// The text as JSON: without comments, and without commas behind last items.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.trim_start().trim_start_matches('\u{feff}');
    // Where in `plain` a comma stands behind which only white space came so far.
    let mut comma = None;
    while let Some(next) = rest.chars().next() {
        let token = &rest[..token_length(rest, next)];
        rest = &rest[token.len()..];
        if token.starts_with("//") || token.starts_with("/*") || next.is_whitespace() {
            plain.push(' ');
            continue;
        }
        if matches!(next, '}' | ']')
            && let Some(at) = comma.take()
        {
            plain.replace_range(at..=at, " ");
        }
        comma = (next == ',').then_some(plain.len());
        plain.push_str(token);
    }
    plain
}

/// The length of the text, comment or character that begins there with `first`.
fn token_length(text: &str, first: char) -> usize {
    if first == '"' {
        return text_length(text);
    }
    if text.starts_with("//") {
        return text.find(['\n', '\r']).unwrap_or(text.len());
    }
    if let Some(inner) = text.strip_prefix("/*") {
        return inner.find("*/").map_or(text.len(), |at| at + 4);
    }
    first.len_utf8()
}

/// The length of the text in quotes that begins there.
fn text_length(text: &str) -> usize {
    let mut is_escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// The outermost value.
struct Outermost {
    is_object: bool,
}

impl<'de> Deserialize<'de> for Outermost {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Keys)
    }
}

/// Looks at the keys of the outermost value.
struct Keys;

impl<'de> Visitor<'de> for Keys {
    type Value = Outermost;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object or a list")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Outermost, A::Error> {
        let mut is_object = false;
        while let Some((key, IgnoredAny)) = map.next_entry::<String, IgnoredAny>()? {
            is_object |= OF_AN_OBJECT.iter().any(|of| of.eq_ignore_ascii_case(&key));
        }
        Ok(Outermost { is_object })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Outermost, A::Error> {
        while let Some(IgnoredAny) = list.next_element::<IgnoredAny>()? {}
        Ok(Outermost { is_object: false })
    }
}
