//! Breaks sentences at blanks. Neither a word nor a piece between backticks is ever broken: an image or a
//! command has to be copied in one piece, and a terminal wraps what is too long.

use unicode_width::UnicodeWidthStr;

/// `text` in lines of at most `width` columns; the first line has `first` columns less, the others
/// begin with `indent`.
pub(super) fn wrap(text: &str, width: usize, first: usize, indent: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut used = first;
    let mut empty = true;
    for piece in Pieces(Some(text)) {
        let columns = piece.width();
        if empty {
            empty = false;
        } else if used + 1 + columns > width {
            out.push('\n');
            out.push_str(indent);
            used = indent.width();
        } else {
            out.push(' ');
            used += 1;
        }
        out.push_str(piece);
        used += columns;
    }
    out
}

/// What stands between the blanks at which a text may be broken.
struct Pieces<'t>(Option<&'t str>);

impl<'t> Iterator for Pieces<'t> {
    type Item = &'t str;

    fn next(&mut self) -> Option<&'t str> {
        let text = self.0?;
        let mut quoted = false;
        let blank = text.char_indices().find(|(at, character)| {
            match character {
                '`' if quoted => quoted = false,
                // One without a second is no beginning.
                '`' => quoted = text[at + 1..].contains('`'),
                _ => {}
            }
            *character == ' ' && !quoted
        });
        let Some((at, _)) = blank else {
            return self.0.take();
        };
        self.0 = text.get(at + 1..);
        text.get(..at)
    }
}

#[cfg(test)]
mod tests {
    use super::wrap;

    #[test]
    fn a_text_is_broken_at_the_blanks_before_its_width() {
        assert_eq!(wrap("one two three", 8, 0, "  "), "one two\n  three");
    }

    #[test]
    fn the_first_line_has_what_is_left_of_it() {
        assert_eq!(wrap("one two three", 8, 5, ""), "one\ntwo\nthree");
    }

    #[test]
    fn what_is_longer_than_a_line_stays_whole() {
        assert_eq!(wrap("a bcdefghij k", 4, 0, ""), "a\nbcdefghij\nk");
    }

    #[test]
    fn a_command_between_backticks_stays_whole() {
        assert_eq!(
            wrap("run `sign --key k image` first", 10, 0, ""),
            "run\n`sign --key k image`\nfirst"
        );
    }

    #[test]
    fn a_single_backtick_keeps_nothing_together() {
        assert_eq!(wrap("a ` b c d", 5, 0, ""), "a ` b\nc d");
    }

    #[test]
    fn blanks_in_a_row_are_kept() {
        assert_eq!(wrap("a  b ", 10, 0, ""), "a  b ");
    }
}
