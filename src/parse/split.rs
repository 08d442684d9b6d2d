//! Where the documents of a text begin and end, found without parsing.
//!
//! `---` and `...` at the start of a line, followed by a blank, a line break or the end, are markers
//! everywhere in YAML: a scalar that runs into one is an error. So a split by text is sound, and a broken
//! document cannot hide the next. kubectl splits by text too, but only at `---` after an LF, and there also
//! where a comment or white space that only Go knows follows; what it does not see is marked here.

use memchr::memmem;

/// A document's place in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece {
    /// Where its text begins: at its directives or marker, or at its first line.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// The first byte after its `---`; `start` when it has none.
    pub after_marker: usize,
    /// Its first byte that is neither white space nor comment (nor directive, when there is a marker).
    pub content: Option<usize>,
    /// Whether content stands on the line of the marker.
    pub content_on_marker_line: bool,
    /// Whether kubectl reads another document first and ignores this one.
    pub ignored_by_kubernetes: bool,
    /// Where Kubernetes begins to read it: kubectl drops the line of its marker with the directives
    /// before it, unless that is the first line that it has of the document.
    pub read_from: usize,
}

/// The directive that says what tags mean.
pub const TAG_DIRECTIVE: &str = "%TAG";

impl Piece {
    /// The first [`TAG_DIRECTIVE`] before the document's marker.
    pub fn tag_directive(&self, text: &str) -> Option<usize> {
        let prologue = text.get(self.start..self.after_marker.checked_sub(MARKER)?)?;
        let found = prologue.match_indices(TAG_DIRECTIVE);
        let mut places = found.map(|(at, _)| self.start + at);
        places.find(|&at| at == 0 || ends_with_break(&text.as_bytes()[..at]))
    }
}

/// The documents of a text, in order.
#[derive(Debug)]
pub struct Pieces<'t> {
    text: &'t [u8],
    beginning: usize,
    dashes: Finder<'t>,
    dots: Finder<'t>,
    /// The marker at which the next segment begins; `None` at the text's start.
    opened_by: Option<Marker>,
    /// Directives that wait for their `---`.
    prologue: Option<usize>,
    /// Whether the part of the text that kubectl takes as one document held one already.
    document_seen: bool,
    /// Behind the line of the last marker, when kubectl dropped that line.
    dropped_up_to: Option<usize>,
    done: bool,
}

/// The document markers.
#[derive(Debug, Clone, Copy)]
enum Marker {
    /// `---` at this byte.
    Dashes(usize),
    /// `...` at this byte.
    Dots(usize),
}

/// Length of both markers.
const MARKER: usize = 3;

impl<'t> Pieces<'t> {
    /// The documents of `text`; before byte `undivided` there are no markers.
    pub fn new(text: &'t str, undivided: usize) -> Self {
        let beginning = beginning(text);
        let text = text.as_bytes();
        Self {
            text,
            beginning,
            dashes: Finder::new(text, b"---", undivided),
            dots: Finder::new(text, b"...", undivided),
            opened_by: None,
            prologue: None,
            document_seen: false,
            dropped_up_to: None,
            done: false,
        }
    }

    /// Takes the segment up to the next marker; `None` when it is no document.
    fn segment(&mut self) -> Option<Piece> {
        let opened_by = self.opened_by;
        let (next, end) = match (self.dashes.peek(), self.dots.peek()) {
            (Some(dashes), Some(dots)) if dots < dashes => (Some(Marker::Dots(dots)), dots),
            (Some(dashes), _) => (Some(Marker::Dashes(dashes)), dashes),
            (None, Some(dots)) => (Some(Marker::Dots(dots)), dots),
            (None, None) => (None, self.text.len()),
        };
        match next {
            Some(Marker::Dashes(_)) => self.dashes.advance(),
            Some(Marker::Dots(_)) => self.dots.advance(),
            None => self.done = true,
        }
        self.opened_by = next;
        match opened_by {
            Some(Marker::Dashes(at)) => Some(self.marked(at, end)),
            Some(Marker::Dots(at)) => self.bare(at + MARKER, end),
            None => self.bare(self.beginning, end),
        }
    }

    fn marked(&mut self, marker: usize, end: usize) -> Piece {
        let is_cut = marker == 0 || self.text[marker - 1] == b'\n';
        if is_cut {
            self.document_seen = false;
        }
        let line_end = memchr::memchr(b'\n', &self.text[marker..end]).map_or(end, |at| marker + at);
        let is_kept = !is_cut || self.is_kept(marker, line_end);
        if !is_followed_as_marker(&self.text[marker + MARKER..]) {
            // A marker for kubectl alone: to the parser its line would be text.
            self.prologue = None;
            return self.below_line(line_end, end, false);
        }
        let after_marker = marker + MARKER;
        let content = first_content(self.text, after_marker, end);
        let on_line = content.is_some_and(|at| at < line_end);
        let comment = is_comment(&self.text[after_marker..line_end]);
        let has_below = first_content(self.text, line_end, end).is_some();
        if on_line && comment && has_below && !is_kept {
            // A lone carriage return ends the comment for YAML, not for kubectl, which drops the line up
            // to its line feed. What it reads is read; that something is dropped is said.
            self.prologue = None;
            return self.below_line(line_end, end, true);
        }
        let start = self.prologue.take().unwrap_or(marker);
        let may_be_dropped = is_cut && self.may_follow_json(marker);
        let read_from = match (is_kept, on_line) {
            (true, _) if !is_cut => start,
            (true, _) | (false, true) => marker,
            (false, false) => end.min(line_end + 1),
        };
        self.piece(Piece {
            start,
            end,
            after_marker,
            content,
            content_on_marker_line: on_line && (!comment || may_be_dropped),
            ignored_by_kubernetes: false,
            read_from,
        })
    }

    /// What stands below the line of a marker that ends at byte `line_end`.
    fn below_line(&mut self, line_end: usize, end: usize, dropped_content: bool) -> Piece {
        let content = first_content(self.text, line_end, end);
        self.piece(Piece {
            start: line_end,
            end,
            after_marker: line_end,
            content,
            content_on_marker_line: dropped_content,
            ignored_by_kubernetes: false,
            read_from: end.min(line_end + 1),
        })
    }

    /// Whether the line of the marker there is the first that kubectl has of a document, so that it keeps
    /// it: at the start of the text, or right behind another marker whose line it dropped. The line ends at
    /// byte `line_end`.
    fn is_kept(&mut self, marker: usize, line_end: usize) -> bool {
        let is_kept = marker == 0 || self.dropped_up_to == Some(marker);
        self.dropped_up_to = (!is_kept).then_some(line_end + 1);
        is_kept
    }

    /// Whether JSON may stand before the marker, behind which kubectl begins anew.
    fn may_follow_json(&self, marker: usize) -> bool {
        self.text[..marker].trim_ascii_start().starts_with(b"{")
    }

    fn bare(&mut self, start: usize, end: usize) -> Option<Piece> {
        let content = first_content(self.text, start, end)?;
        let before_dashes = matches!(self.opened_by, Some(Marker::Dashes(_)));
        if before_dashes && only_directives(self.text, content, end) {
            self.prologue = Some(start);
            return None;
        }
        Some(self.piece(Piece {
            start,
            end,
            after_marker: start,
            content: Some(content),
            content_on_marker_line: false,
            ignored_by_kubernetes: false,
            read_from: start,
        }))
    }

    fn piece(&mut self, piece: Piece) -> Piece {
        let ignored_by_kubernetes = self.document_seen;
        self.document_seen = true;
        Piece {
            ignored_by_kubernetes,
            ..piece
        }
    }
}

impl Iterator for Pieces<'_> {
    type Item = Piece;

    fn next(&mut self) -> Option<Piece> {
        while !self.done {
            if let Some(piece) = self.segment() {
                return Some(piece);
            }
        }
        None
    }
}

/// The places of one kind of marker, one ahead.
#[derive(Debug)]
struct Finder<'t> {
    text: &'t [u8],
    found: memmem::FindIter<'t, 'static>,
    undivided: usize,
    next: Option<usize>,
}

impl<'t> Finder<'t> {
    fn new(text: &'t [u8], marker: &'static [u8; MARKER], undivided: usize) -> Self {
        let mut finder = Self {
            text,
            found: memmem::find_iter(text, marker),
            undivided,
            next: None,
        };
        finder.advance();
        finder
    }

    fn peek(&self) -> Option<usize> {
        self.next
    }

    fn advance(&mut self) {
        let (text, undivided) = (self.text, self.undivided);
        self.next = self.found.by_ref().find(|&at| {
            let after = &text[at + MARKER..];
            let before = &text[..at];
            let is_marker = (before.is_empty() || ends_with_break(before))
                && is_followed_as_marker(after)
                || text[at] == b'-' && separates_for_kubectl(before, after);
            is_marker && at >= undivided
        });
    }
}

/// Whether a marker may stand before this.
fn is_followed_as_marker(after: &[u8]) -> bool {
    matches!(after.first(), None | Some(b' ' | b'\t' | b'\n' | b'\r')) || break_length(after) > 0
}

/// Whether kubectl begins a document at `---` between these: at the start of a line that goes on with
/// nothing but white space, as Go knows it, or a comment, which needs no blank before it
/// (`YAMLReader.Read` of k8s.io/apimachinery).
fn separates_for_kubectl(before: &[u8], after: &[u8]) -> bool {
    if !matches!(before.last(), None | Some(b'\n')) {
        return false;
    }
    let end = memchr::memchr(b'\n', after).unwrap_or(after.len());
    std::str::from_utf8(&after[..end]).is_ok_and(|line| {
        let line = line.trim_start();
        line.is_empty() || line.starts_with('#')
    })
}

/// Where the text begins: kubectl looks for the `{` of JSON behind all white space that Go knows, and
/// drops what it skipped when the text turns out to be YAML.
fn beginning(text: &str) -> usize {
    let trimmed = text.trim_start();
    if trimmed.starts_with('{') {
        text.len() - trimmed.len()
    } else {
        0
    }
}

/// Length in bytes of the line break that `text` begins with, 0 when there is none. CR LF counts as two
/// breaks, which makes no difference here.
pub fn break_length(text: &[u8]) -> usize {
    match text {
        [b'\n' | b'\r', ..] => 1,
        [0xC2, 0x85, ..] => 2,
        [0xE2, 0x80, 0xA8 | 0xA9, ..] => 3,
        _ => 0,
    }
}

fn ends_with_break(text: &[u8]) -> bool {
    matches!(
        text,
        [.., b'\n' | b'\r'] | [.., 0xC2, 0x85] | [.., 0xE2, 0x80, 0xA8 | 0xA9]
    )
}

/// The byte-order mark in UTF-8.
pub const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// The first byte in `start..end` that is neither white space, line break, byte-order mark nor comment.
pub fn first_content(text: &[u8], start: usize, end: usize) -> Option<usize> {
    let mut at = start;
    while at < end {
        let rest = &text[at..end];
        at += match rest[0] {
            b' ' | b'\t' | b'\n' | b'\r' => 1,
            b'#' => {
                let length = comment_length(rest);
                if let Some(mark) = memmem::find(&rest[..length], BYTE_ORDER_MARK) {
                    return Some(at + mark);
                }
                length
            }
            _ if rest.starts_with(BYTE_ORDER_MARK) && begins_document(text, start, at) => {
                BYTE_ORDER_MARK.len()
            }
            _ => match break_length(rest) {
                0 => return Some(at),
                length => length,
            },
        };
    }
    None
}

/// Whether the document whose text begins at `start` begins at `at` for Kubernetes: there, or below the
/// line of its marker. A byte-order mark anywhere else is content.
fn begins_document(text: &[u8], start: usize, at: usize) -> bool {
    let line = memchr::memchr(b'\n', &text[start..at]);
    let behind_marker = text[..start].ends_with(b"---") || line == Some(0);
    at == start || behind_marker && line.is_some_and(|line| start + line + 1 == at)
}

/// Whether nothing but directives, comments and white space stands in `start..end`; `start` is content.
fn only_directives(text: &[u8], start: usize, end: usize) -> bool {
    let mut next = Some(start);
    while let Some(at) = next {
        let at_line_start = at == 0 || ends_with_break(&text[..at]);
        if text[at] != b'%' || !at_line_start {
            return false;
        }
        next = first_content(text, at + comment_length(&text[at..end]), end);
    }
    true
}

/// Bytes up to the next line break.
fn comment_length(text: &[u8]) -> usize {
    let mut at = 0;
    while at < text.len() && break_length(&text[at..]) == 0 {
        at += 1;
    }
    at
}

fn is_comment(line: &[u8]) -> bool {
    let line = String::from_utf8_lossy(line);
    line.trim_start().starts_with('#')
}
