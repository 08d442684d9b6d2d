//! Breaks sentences at blanks. A word is never broken: an image has to be copied in one piece, and a
//! terminal wraps what is too long.

use unicode_width::UnicodeWidthStr;

/// `text` in lines of at most `width` columns; the first line has `first` columns less, the others
/// begin with `indent`.
pub(super) fn wrap(text: &str, width: usize, first: usize, indent: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut used = first;
    let mut empty = true;
    for word in text.split(' ') {
        let columns = word.width();
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
        out.push_str(word);
        used += columns;
    }
    out
}
