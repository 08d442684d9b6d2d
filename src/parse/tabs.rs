//! Tabs before the lines inside brackets and braces: to YAML 1.2 no indentation and so an error where the
//! brackets stand in a block; Kubernetes takes them for white space, as in JSON that people paste.

use super::split::break_length;
use super::tree::{Shape, Tree};

/// A copy of `text` with blanks in place of the tabs that begin a line of content, and where those lines
/// begin; `None` when no line begins with a tab.
///
/// The lines of a text block inside something begin with a blank, so their tabs stay.
pub fn replaced(text: &str) -> Option<(String, Vec<u32>)> {
    let mut copy = text.as_bytes().to_vec();
    let mut lines = Vec::new();
    for tab in memchr::memchr_iter(b'\t', text.as_bytes()) {
        let begins_line = matches!(
            tab.checked_sub(1).map(|at| copy[at]),
            None | Some(b'\n' | b'\r')
        );
        if !begins_line {
            continue;
        }
        let blanks = copy[tab..]
            .iter()
            .take_while(|byte| matches!(byte, b' ' | b'\t'))
            .count();
        let content = &copy[tab + blanks..];
        if !matches!(content.first(), None | Some(b'#')) && break_length(content) == 0 {
            copy[tab..tab + blanks].fill(b' ');
            lines.push(tab as u32);
        }
    }
    let copy = String::from_utf8(copy).ok()?;
    (!lines.is_empty()).then_some((copy, lines))
}

/// Whether every one of the lines, which begin at these bytes of the tree's text, stands inside brackets,
/// braces or a scalar.
pub fn are_within_flow(tree: &Tree<'_>, lines: &[u32]) -> bool {
    let text = tree.text.as_bytes();
    let flows = tree.records.iter().filter_map(|record| {
        let is_collection = matches!(record.shape, Shape::Sequence | Shape::Mapping);
        let (start, end) = (record.span.start - tree.base, record.span.end - tree.base);
        let first = text.get(start as usize);
        (is_collection && matches!(first, Some(b'[' | b'{'))).then_some((start, end))
    });
    let mut flows = flows.peekable();
    let mut reached = 0;
    lines.iter().all(|&line| {
        while let Some((_, end)) = flows.next_if(|&(start, _)| start <= line) {
            reached = reached.max(end);
        }
        line < reached || tree.is_inside_scalar(tree.base + line)
    })
}
