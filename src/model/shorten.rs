//! Long text cut short. Input may hold a word of megabytes, and a sentence repeats only its beginning.

use std::borrow::Cow;

/// At most `limit` characters of `text`, with `…` in place of the rest. Takes time in `limit`, not in the
/// length of the text.
pub fn shorten(text: &str, limit: usize) -> Cow<'_, str> {
    match text.char_indices().nth(limit) {
        Some((end, _)) => Cow::Owned(format!("{}…", &text[..end])),
        None => Cow::Borrowed(text),
    }
}
