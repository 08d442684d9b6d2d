//! Words of a policy in messages: what was probably meant, and long text cut short.

use crate::model::shorten::shorten;

pub(super) use crate::model::spelling::nearest;

/// Characters of written text that a message repeats at most.
const SHOWN_CHARACTERS: usize = 60;

/// `text` in backquotes, cut after 60 characters.
pub(super) fn quoted(text: &str) -> String {
    format!("`{}`", shorten(text, SHOWN_CHARACTERS))
}

/// Words with commas between them, such as `enforce, audit, off`.
pub(super) fn listed(words: &[&str]) -> String {
    words.join(", ")
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn long_text_is_cut_at_a_character() {
        let long = "ä".repeat(1_000);
        assert_eq!(quoted(&long), format!("`{}…`", "ä".repeat(60)));
    }
}
