//! Escapes hostile text, one function per context. Text from a manifest, a file name or a policy may
//! hold anything; what leaves this module can neither drive a terminal, nor end a line, nor make text
//! read differently from how it is stored.
//!
//! JSON needs no function here for its syntax (serde_json does it); the deceptive characters that JSON
//! lets through are escaped by the formatter in `json::writer`.

use std::borrow::Cow;

/// Whether a character acts on a terminal, breaks a line, or is not seen although it is there: controls
/// (C0, DEL, C1), bidirectional controls, zero-width characters and fillers, line separators, byte
/// order mark, tags, supplementary variation selectors.
///
/// Sources: Unicode Standard Annex 9 (bidirectional controls) and the `Default_Ignorable_Code_Point`
/// property, without U+034F and U+FE00–FE0F, which stand in ordinary text and emoji.
pub const fn is_deceptive(character: char) -> bool {
    matches!(character,
        '\0'..='\u{1f}'
        | '\u{7f}'..='\u{9f}'
        | '\u{ad}'
        | '\u{61c}'
        | '\u{115f}'..='\u{1160}'
        | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{3164}'
        | '\u{feff}'
        | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}'
        | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}')
}

/// Text for a terminal or a line of plain text: deceptive characters become `\n`, `\r`, `\t` or
/// `\u{202e}`, so the result is a single line.
pub fn terminal(text: &str) -> Cow<'_, str> {
    replace(text, is_deceptive, push_visible)
}

/// The data part of a GitHub workflow command, after `::`. Line breaks survive as `%0A`, which GitHub
/// shows as line breaks; other deceptive characters become visible first.
///
/// Source: `escapeData` in `actions/toolkit`, `packages/core/src/command.ts`.
pub fn github_data(text: &str) -> Cow<'_, str> {
    replace(
        text,
        |character| character == '%' || is_deceptive(character),
        |out, character| match character {
            '%' => out.push_str("%25"),
            '\r' => out.push_str("%0D"),
            '\n' => out.push_str("%0A"),
            other => push_visible(out, other),
        },
    )
}

/// The value of a property of a GitHub workflow command, such as `file=` or `title=`.
///
/// Source: `escapeProperty` in `actions/toolkit`, `packages/core/src/command.ts`.
pub fn github_property(text: &str) -> Cow<'_, str> {
    replace(
        text,
        |character| matches!(character, '%' | ':' | ',') || is_deceptive(character),
        |out, character| match character {
            '%' => out.push_str("%25"),
            ':' => out.push_str("%3A"),
            ',' => out.push_str("%2C"),
            '\r' => out.push_str("%0D"),
            '\n' => out.push_str("%0A"),
            other => push_visible(out, other),
        },
    )
}

/// A plain-text message of SARIF: `[`, `]` and `\` are escaped, so that no text from an input becomes
/// an embedded link (specification 3.11.6), and braces around digits are doubled, so that none becomes
/// a placeholder (3.11.5). Other braces stay single: they are no placeholder, and viewers, GitHub's
/// among them, show a doubled one doubled. Deceptive characters become visible.
pub fn sarif_message(text: &str) -> Cow<'_, str> {
    let placeholder = has_placeholder(text);
    replace(
        text,
        |character| {
            matches!(character, '[' | ']' | '\\')
                || (placeholder && matches!(character, '{' | '}'))
                || is_deceptive(character)
        },
        |out, character| match character {
            '[' | ']' | '\\' => out.extend(['\\', character]),
            '{' | '}' => out.extend([character, character]),
            '\n' => out.push('\n'),
            other => {
                // The backslash of an escape is itself a character of the message.
                out.push('\\');
                push_visible(out, other);
            }
        },
    )
}

/// Whether `{`, digits, `}` occur in this order.
fn has_placeholder(text: &str) -> bool {
    text.split('{').skip(1).any(|rest| {
        rest.split_once('}')
            .is_some_and(|(inner, _)| inner.bytes().all(|byte| byte.is_ascii_digit()))
    })
}

/// Writes a deceptive character so that it is seen, in ASCII without line breaks.
fn push_visible(out: &mut String, character: char) {
    match character {
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        other => out.push_str(&format!("\\u{{{:x}}}", u32::from(other))),
    }
}

/// Replaces the characters that `special` names; text without any is returned as it is.
fn replace<'a>(
    text: &'a str,
    special: impl Fn(char) -> bool,
    push: impl Fn(&mut String, char),
) -> Cow<'a, str> {
    let Some(first) = text.find(&special) else {
        return Cow::Borrowed(text);
    };
    let (clean, rest) = text.split_at(first);
    let mut out = String::with_capacity(text.len() + 16);
    out.push_str(clean);
    for character in rest.chars() {
        if special(character) {
            push(&mut out, character);
        } else {
            out.push(character);
        }
    }
    Cow::Owned(out)
}
