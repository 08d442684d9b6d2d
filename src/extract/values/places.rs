//! Where values stand in the file that is reported. Those of a text in a block scalar (`values: |`) are parsed as
//! YAML of their own, and each of their bytes has a place in the lines of the block.

use crate::model::span::Span;
use crate::parse::tree::{Scalar, Style};

/// How places of a parsed text become places of the file.
#[derive(Debug)]
pub(in crate::extract) enum Places<'p> {
    /// They are the same.
    Own,
    /// The text is the content of a block: for each of its lines, where it begins in the text and in what holds
    /// the block.
    Block(Vec<(u32, u32)>, &'p Places<'p>),
    /// Only the scalar is known that holds it.
    Whole(Span),
}

impl<'p> Places<'p> {
    /// The places of the text of a scalar; `source` is what the scalar stands in, whose places are `outer`.
    pub(in crate::extract) fn of(scalar: &Scalar<'_>, source: &str, outer: &'p Places<'p>) -> Self {
        let lines = (scalar.style == Style::Block).then(|| lines(scalar, source));
        match lines.flatten() {
            Some(lines) => Self::Block(lines, outer),
            None => Self::Whole(outer.span(scalar.span)),
        }
    }

    /// The place in the file.
    pub(in crate::extract) fn span(&self, span: Span) -> Span {
        match self {
            Self::Own => span,
            Self::Whole(whole) => *whole,
            Self::Block(lines, outer) => {
                // The end belongs to the line of the last character: what follows may be the next line.
                let at = |offset: u32, inside: u32| {
                    let after = lines.partition_point(|(start, _)| *start <= inside);
                    let line = after.checked_sub(1).and_then(|line| lines.get(line));
                    line.map_or(offset, |(start, there)| there + (offset - start))
                };
                let last = span.end.saturating_sub(1).max(span.start);
                outer.span(Span::new(at(span.start, span.start), at(span.end, last)))
            }
        }
    }
}

/// Where the lines of a literal block (`|`) stand; `None` where the text is not that of its lines.
fn lines(scalar: &Scalar<'_>, source: &str) -> Option<Vec<(u32, u32)>> {
    let written = source.get(scalar.span.start as usize..scalar.span.end as usize)?;
    if !written.starts_with('|') {
        return None;
    }
    let header = written.find('\n')? + 1;
    let mut at = scalar.span.start + header as u32;
    let mut rest = written.get(header..)?;
    let mut start = 0;
    let mut lines = Vec::new();
    for line in scalar.value.split_inclusive('\n') {
        let end = rest.find('\n').map_or(rest.len(), |end| end + 1);
        let there = rest.get(..end)?;
        let bare = line.trim_end_matches(['\n', '\r']);
        let shown = there.trim_end_matches(['\n', '\r']);
        // A line of blanks may be shorter than the indentation.
        let indent = match bare.is_empty() {
            true => 0,
            false => shown.strip_suffix(bare)?.len(),
        };
        lines.push((start, at + indent as u32));
        start += line.len() as u32;
        at += end as u32;
        rest = rest.get(end..)?;
    }
    Some(lines)
}
