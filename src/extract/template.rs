//! Documents that could not be parsed since they are templates: what their text gives away.

use memchr::memmem;

/// Where lines look like an image: `image:` with anything behind it, as an entry or a list's item. Each
/// with the offset of that word and the line from there on. This is for people, not a reading of the text.
pub(super) fn image_lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let starts = memmem::find_iter(text.as_bytes(), b"image");
    starts
        .filter(|&at| begins_line(&text[..at]) && has_value(&text[at + 5..]))
        .map(|at| (at, text[at..].lines().next().unwrap_or_default()))
}

/// Whether nothing stands between the line's start and the end of `before` but what may stand before a key.
fn begins_line(before: &str) -> bool {
    let blank = |character: &char| matches!(character, ' ' | '\t' | '-' | '"' | '\'');
    let first = before.chars().rev().find(|character| !blank(character));
    first.is_none_or(|character| matches!(character, '\n' | '\r'))
}

/// Whether `after` goes on as `: value` on the same line.
fn has_value(after: &str) -> bool {
    let blank = |character: char| matches!(character, ' ' | '\t');
    let after = after.trim_start_matches(['"', '\'']);
    let value = after.trim_start_matches(blank).strip_prefix(':');
    value.is_some_and(|value| {
        let next = value.trim_start_matches(blank).chars().next();
        next.is_some_and(|character| !matches!(character, '\n' | '\r'))
    })
}

/// The value of such a line, with its offset, where that is a text as it will be rendered: no action of a template
/// stands in the line. `before` is the text before it, in which a comment of the template may be open.
pub(super) fn literal<'t>(before: &str, line: &'t str) -> Option<(usize, &'t str)> {
    let is_comment = before.rfind("/*") > before.rfind("*/");
    let (_, value) = line.split_once(':')?;
    let value = value.trim_start();
    let at = line.len() - value.len();
    if is_comment || line.contains("{{") {
        return None;
    }
    let quote = value
        .chars()
        .next()
        .filter(|first| matches!(first, '"' | '\''));
    match quote {
        Some(quote) => {
            let inner = value.get(1..)?;
            Some((at, inner.get(..inner.find(quote)?)?))
        }
        None => {
            let end = value.find(|character: char| character.is_whitespace() || character == ',');
            let text = value.get(..end.unwrap_or(value.len()))?;
            (!text.starts_with(['&', '*', '!', '|', '>', '[', '{', '#'])).then_some((at, text))
        }
    }
}
