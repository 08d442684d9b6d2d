//! Markers in place of the scalars that images may be made of, so that a second rendering says which ones an image
//! is made of. Pure.

use std::collections::HashMap;

use super::chart::with_root;
use crate::model::span::Span;
use crate::parse::tree::{Node, NodeId, Scalar, Style, Tree};

/// A scalar with the marker that stands for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// The number of its file.
    pub file: usize,
    /// Where it stands.
    pub span: Span,
    /// The scalar as YAML decodes it.
    pub text: String,
    /// Whether it is a number, which helm prints as it likes.
    is_number: bool,
    /// What is written in its place.
    pub marker: String,
    /// Whether its keys say that it is about an image: another scalar may happen to have such a text.
    pub is_certain: bool,
}

/// A file that scalars are looked for in.
#[derive(Debug)]
pub struct Candidates<'t> {
    /// Its text.
    pub text: &'t str,
    /// Whether it is the description of a chart, of which versions count alone.
    pub is_chart: bool,
    /// Whether `version` counts too: of a chart that another one depends on it decides which one is taken.
    pub is_top: bool,
}

/// What a piece of an image says of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece {
    Name,
    Tag,
    Digest,
    Whole,
}

/// The first number of a marker: as many digits for all, so that none is the beginning of another.
const FIRST: usize = 10_000;

/// Most scalars that get a marker.
const MOST: usize = 5_000;

/// The scalars whose text is a piece of one of `images`.
pub fn marks(files: &[Candidates<'_>], images: &[&str]) -> Vec<Mark> {
    let pieces = pieces(images);
    let mut marks = Vec::new();
    for (number, file) in files.iter().enumerate() {
        with_root(file.text, |tree, root| {
            Walk {
                tree,
                file,
                number,
                pieces: &pieces,
                marks: &mut marks,
            }
            .below(root, "", false, 0);
        });
    }
    marks.truncate(MOST);
    marks
}

/// The text of a file with its markers.
pub fn marked<'m>(text: &str, marks: impl IntoIterator<Item = &'m Mark>) -> Option<String> {
    let mut marks: Vec<&Mark> = marks.into_iter().collect();
    marks.sort_by_key(|mark| mark.span);
    let mut result = String::with_capacity(text.len() + 32 * marks.len());
    let mut at = 0;
    for mark in marks {
        let (start, end) = (mark.span.start as usize, mark.span.end as usize);
        result.push_str(text.get(at..start)?);
        result.push('"');
        result.push_str(&mark.marker);
        result.push('"');
        at = end;
    }
    result.push_str(text.get(at..)?);
    Some(result)
}

/// The marks in a rendered image, in the order of its text, when it is `wanted` with the scalars put back.
pub fn traced<'m>(
    rendered: &str,
    wanted: &str,
    marks: &'m HashMap<usize, Mark>,
) -> Option<Vec<(usize, &'m Mark)>> {
    let mut found: Vec<(usize, &Mark)> = Vec::new();
    for (at, number) in numbers(rendered) {
        let Some(mark) = marks.get(&number) else {
            continue;
        };
        let from = mark.marker.find(&number.to_string())?;
        let start = at.checked_sub(from)?;
        let is_whole = rendered
            .get(start..)
            .is_some_and(|rest| rest.starts_with(&mark.marker));
        // A marker holds its number several times.
        let is_known = found
            .last()
            .is_some_and(|(last, known)| start < last + known.marker.len());
        if is_whole && !is_known {
            found.push((start, mark));
        }
    }
    let mut restored = String::new();
    let mut end = 0;
    for (number, (start, mark)) in found.iter().enumerate() {
        restored.push_str(rendered.get(end..*start)?);
        end = start + mark.marker.len();
        if !mark.is_number {
            restored.push_str(&mark.text);
            continue;
        }
        // As helm printed it the first time: what stands between what is around it.
        let rest = found
            .get(number + 1)
            .map_or(rendered.len(), |(next, _)| *next);
        let behind = rendered.get(end..rest)?;
        let printed = wanted.strip_prefix(restored.as_str())?;
        let length = match behind.is_empty() {
            true => printed.len(),
            false => printed.find(behind)?,
        };
        restored.push_str(
            printed
                .get(..length)
                .filter(|printed| !printed.is_empty())?,
        );
    }
    restored.push_str(rendered.get(end..)?);
    (restored == wanted).then_some(found)
}

/// Runs of exactly as many digits as the number of a marker has, wherever they stand.
fn numbers(text: &str) -> Vec<(usize, usize)> {
    let digits = FIRST.to_string().len();
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let run = bytes[at..]
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        if run == digits
            && let Some(number) = text.get(at..at + run).and_then(|run| run.parse().ok())
        {
            found.push((at, number));
        }
        at += run.max(1);
    }
    found
}

/// Everything that one scalar could say of these images.
fn pieces(images: &[&str]) -> HashMap<String, Piece> {
    let mut pieces = HashMap::new();
    for image in images {
        let (named, digest) = image.split_once('@').unwrap_or((image, ""));
        let slash = named.rfind('/').map_or(0, |at| at + 1);
        let colon = named.get(slash..).and_then(|last| last.find(':'));
        let (name, tag) = match colon {
            Some(at) => (&named[..slash + at], &named[slash + at + 1..]),
            None => (named, ""),
        };
        let mut put = |text: &str, piece| {
            if !text.is_empty() {
                pieces.entry(text.to_owned()).or_insert(piece);
            }
        };
        let segments: Vec<&str> = name.split('/').collect();
        for first in 0..segments.len() {
            for last in first..segments.len() {
                let run = segments[first..=last].join("/");
                if last + 1 == segments.len() {
                    put(&format!("{run}:{tag}"), Piece::Whole);
                    put(&format!("{run}@{digest}"), Piece::Whole);
                    put(&format!("{run}:{tag}@{digest}"), Piece::Whole);
                }
                put(&run, Piece::Name);
            }
        }
        // `operator` and `-generic`, `1.2` and `-alpine`, `v` and `1.2`.
        for run in runs(segments.last().copied().unwrap_or_default()) {
            put(run, Piece::Name);
        }
        put(&format!("{tag}@{digest}"), Piece::Tag);
        put(tag, Piece::Tag);
        for run in runs(tag) {
            put(run, Piece::Tag);
            put(run.strip_prefix('v').unwrap_or_default(), Piece::Tag);
        }
        put(digest, Piece::Digest);
        put(
            digest.strip_prefix("sha256:").unwrap_or_default(),
            Piece::Digest,
        );
    }
    pieces
}

/// The parts between dashes, and what begins or ends at one.
fn runs(text: &str) -> Vec<&str> {
    let dashes = text.match_indices(['-', '_']).take(8);
    let mut runs = Vec::new();
    for (at, _) in dashes {
        runs.extend([&text[..at], &text[at + 1..], &text[at..]]);
    }
    runs
}

/// Every scalar of a text that is the value of a key, with that key.
pub fn scalars(text: &str) -> Vec<(String, String, Span)> {
    fn below(
        tree: &Tree<'_>,
        at: NodeId,
        key: &str,
        depth: usize,
        all: &mut Vec<(String, String, Span)>,
    ) {
        match tree.node(at) {
            Node::Scalar(scalar) => {
                all.push((key.to_owned(), scalar.value.to_owned(), scalar.span))
            }
            Node::Sequence if depth < 64 => {
                for item in tree.items(at) {
                    below(tree, item, key, depth + 1, all);
                }
            }
            Node::Mapping if depth < 64 => {
                for (key, value) in tree.own_entries(at) {
                    let key = tree.scalar(tree.resolve(key)).map_or("", |key| key.value);
                    below(tree, value, key, depth + 1, all);
                }
            }
            Node::Sequence | Node::Mapping | Node::Alias(_) => {}
        }
    }
    let mut all = Vec::new();
    with_root(text, |tree, root| below(tree, root, "", 0, &mut all));
    all
}

/// Keys that say that a scalar is about an image.
const WORDS: [&str; 11] = [
    "image", "repo", "tag", "registry", "digest", "hub", "version", "sha", "hash", "prefix", "path",
];

struct Walk<'w, 't> {
    tree: &'t Tree<'t>,
    file: &'w Candidates<'w>,
    number: usize,
    pieces: &'w HashMap<String, Piece>,
    marks: &'w mut Vec<Mark>,
}

impl Walk<'_, '_> {
    fn below(&mut self, at: NodeId, key: &str, is_certain: bool, depth: usize) {
        // Values of charts are not that deep.
        if depth > 64 {
            return;
        }
        match self.tree.node(at) {
            Node::Scalar(scalar) => self.scalar(key, &scalar, is_certain),
            Node::Sequence => {
                for item in self.tree.items(at).collect::<Vec<_>>() {
                    self.below(item, key, is_certain, depth + 1);
                }
            }
            Node::Mapping => {
                for (key, value) in self.tree.own_entries(at).collect::<Vec<_>>() {
                    let key = self.tree.scalar(self.tree.resolve(key));
                    let key = key.map(|key| key.value).unwrap_or_default();
                    let lower = key.to_ascii_lowercase();
                    let is_about = WORDS.iter().any(|word| lower.contains(word));
                    self.below(value, key, is_certain || is_about, depth + 1);
                }
            }
            // What has the anchor gets the marker.
            Node::Alias(_) => {}
        }
    }

    fn scalar(&mut self, key: &str, scalar: &Scalar<'_>, is_certain: bool) {
        let file = self.file;
        let of_chart = key == "appVersion" || key == "version" && file.is_top;
        if scalar.style == Style::Block || file.is_chart && !of_chart {
            return;
        }
        let text = scalar.value;
        let lower = key.to_ascii_lowercase();
        let is_version = ["tag", "version", "sha", "digest"]
            .iter()
            .any(|word| lower.contains(word));
        let is_number = scalar.style == Style::Plain
            && text.starts_with(|c: char| c.is_ascii_digit() || c == '.')
            && text
                .bytes()
                .all(|c| c.is_ascii_hexdigit() || matches!(c, b'.' | b'_' | b'+' | b'x'))
            && (text.parse::<f64>().is_ok() || text.starts_with("0x"));
        let bare = text.trim_matches('/').trim_end_matches(':');
        let piece = match is_number {
            true if is_version => Some(Piece::Tag),
            true => None,
            false => self.pieces.get(bare).copied(),
        };
        let is_word = matches!(
            text,
            "true" | "false" | "null" | "~" | "yes" | "no" | "on" | "off"
        );
        let Some(piece) = piece.filter(|_| !is_word) else {
            return;
        };
        let piece = match piece {
            Piece::Name if is_version && !text.contains('/') => Piece::Tag,
            other => other,
        };
        let number = FIRST + self.marks.len();
        let inner = marker(bare, piece, number);
        self.marks.push(Mark {
            file: self.number,
            span: scalar.span,
            text: text.to_owned(),
            is_number,
            marker: text.replacen(bare, &inner, 1),
            is_certain: is_certain || file.is_chart,
        });
    }
}

/// What the number of a mark is.
pub fn number(mark: &Mark) -> usize {
    numbers(&mark.marker)
        .first()
        .map_or(0, |(_, number)| *number)
}

/// A text of the same form that nothing else in a chart says: a host where there is one, a version for a tag.
fn marker(text: &str, piece: Piece, number: usize) -> String {
    let hex = |number: usize| format!("{:a>64}", format!("f{number}f"));
    match piece {
        Piece::Digest => match text.strip_prefix("sha256:") {
            Some(_) => format!("sha256:{}", hex(number)),
            None => hex(number),
        },
        Piece::Tag => {
            let (tag, digest) = text.split_once('@').unwrap_or((text, ""));
            let v = if tag.starts_with('v') { "v" } else { "" };
            // Between dashes stands a part of a tag.
            let dash = if tag.starts_with(['-', '_']) { "-" } else { "" };
            match digest {
                "" => format!("{dash}{v}99.{number}.0"),
                _ => format!("{v}99.{number}.0@sha256:{}", hex(number)),
            }
        }
        Piece::Name => name(text, number),
        Piece::Whole => {
            let (named, digest) = text.split_once('@').unwrap_or((text, ""));
            let slash = named.rfind('/').map_or(0, |at| at + 1);
            let end = named[slash..]
                .find(':')
                .map_or(named.len(), |at| slash + at);
            let mut marker = name(&named[..end], number);
            if end < named.len() {
                marker.push_str(&format!(":99.{number}.0"));
            }
            if !digest.is_empty() {
                marker.push_str(&format!("@sha256:{}", hex(number)));
            }
            marker
        }
    }
}

fn name(text: &str, number: usize) -> String {
    let mut segments = text.split('/');
    let first = segments.next().unwrap_or_default();
    let count = segments.count();
    let is_host = first.contains(['.', ':']) || first == "localhost";
    let dash = if first.starts_with(['-', '_']) {
        "-"
    } else {
        ""
    };
    match (is_host, count) {
        (true, 0) => format!("m{number}.example.com"),
        (true, 1) => format!("m{number}.example.com/m{number}-name"),
        (true, _) => format!("m{number}.example.com/m{number}-path/x"),
        (false, 0) => format!("{dash}m{number}-name"),
        (false, _) => format!("{dash}m{number}-path/x"),
    }
}
