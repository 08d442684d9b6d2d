//! The path of a field inside its object, and following a path that somebody wrote down.

use std::fmt::Write as _;

use super::fields::{Place, Reader};
use crate::model::shorten::shorten;

/// Longest beginning and longest end of a path that are written when it is longer than both, in bytes; about
/// the characters of a key that are written.
const PATH_HALF_BYTES: usize = 300;

/// One step from a node to a node below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Segment<'a> {
    /// A key of a mapping.
    Key(&'a str),
    /// An item of a list, from 0.
    Index(usize),
}

/// Writes a path as `spec.containers[0].image`; a key that this form cannot hold is quoted:
/// `metadata.annotations["example.com/image"]`. Of a very long path the middle is left out.
pub(super) fn written(segments: &[Segment<'_>]) -> String {
    let mut path = String::with_capacity(segments.len() * 10);
    for segment in segments {
        // Writing to a string cannot fail.
        let _ = match segment {
            Segment::Index(index) => write!(path, "[{index}]"),
            Segment::Key(key) => {
                let key = shorten(key, PATH_HALF_BYTES);
                match is_simple(&key) {
                    false => write!(path, "[{key:?}]"),
                    true if path.is_empty() => write!(path, "{key}"),
                    true => write!(path, ".{key}"),
                }
            }
        };
    }
    without_middle(path)
}

/// Writes a path as an entry of `custom-resources` has it: `[*]` in place of the number of an item, and nothing
/// that a text in single quotes cannot hold.
pub(super) fn of_every_item(segments: &[Segment<'_>]) -> String {
    let mut path = String::new();
    for segment in segments {
        match segment {
            Segment::Index(_) => path.push_str("[*]"),
            key @ Segment::Key(_) => {
                let key = written(&[*key]);
                let dot = if path.is_empty() || key.starts_with('[') {
                    ""
                } else {
                    "."
                };
                path.push_str(dot);
                path.push_str(&key.replace('\'', "''"));
            }
        }
    }
    without_middle(path)
}

/// A path as it is kept: a key of a megabyte above a thousand containers must not be kept a thousand times.
pub(super) fn without_middle(path: String) -> String {
    if path.len() <= 2 * PATH_HALF_BYTES {
        return path;
    }
    let (mut head, mut tail) = (PATH_HALF_BYTES, path.len() - PATH_HALF_BYTES);
    while !path.is_char_boundary(head) {
        head -= 1;
    }
    while !path.is_char_boundary(tail) {
        tail += 1;
    }
    format!("{}…{}", &path[..head], &path[tail..])
}

fn is_simple(key: &str) -> bool {
    let special = |character: char| {
        matches!(character, '.' | '[' | ']' | '"' | '\\')
            || character.is_whitespace()
            || character.is_control()
    };
    !key.is_empty() && !key.contains(special)
}

/// One step of a path to follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step<'p> {
    /// The value of that key.
    Key(&'p str),
    /// Every item of a list, or every value of a mapping.
    Each,
    /// One item of a list, from 0.
    Index(u32),
}

/// Where a followed path ended.
pub(super) struct End<'a, 's> {
    /// The node there.
    pub(super) value: Place,
    /// The innermost list item on the way.
    pub(super) item: Option<Place>,
    /// The way taken.
    pub(super) path: &'s [Segment<'a>],
}

/// Follows `steps` from the object at `from`, every duplicate of a key included, and hands each end to
/// `visit`.
pub(super) fn follow<'a>(
    reader: Reader<'a>,
    from: Place,
    steps: &[Step<'a>],
    visit: &mut dyn FnMut(End<'a, '_>),
) {
    Follower {
        reader,
        path: Vec::new(),
        visit,
    }
    .walk(from, None, steps);
}

struct Follower<'a, 's> {
    reader: Reader<'a>,
    path: Vec<Segment<'a>>,
    visit: &'s mut dyn FnMut(End<'a, '_>),
}

impl<'a> Follower<'a, '_> {
    fn walk(&mut self, at: Place, item: Option<Place>, steps: &[Step<'a>]) {
        let Some((step, rest)) = steps.split_first() else {
            (self.visit)(End {
                value: at,
                item,
                path: &self.path,
            });
            return;
        };
        let reader = self.reader;
        match *step {
            Step::Key(key) => {
                for value in reader.named(at, key) {
                    self.step(Segment::Key(key), value, item, rest);
                }
            }
            Step::Each => {
                for (index, value) in reader.items(at).enumerate() {
                    self.step(Segment::Index(index), value, Some(value), rest);
                }
                for field in reader.fields(at) {
                    if let Some(name) = field.name {
                        self.step(Segment::Key(name), field.value, item, rest);
                    }
                }
            }
            Step::Index(index) => {
                let index = index as usize;
                if let Some(value) = reader.items(at).nth(index) {
                    self.step(Segment::Index(index), value, Some(value), rest);
                }
            }
        }
    }

    fn step(&mut self, segment: Segment<'a>, at: Place, item: Option<Place>, rest: &[Step<'a>]) {
        self.path.push(segment);
        self.walk(at, item, rest);
        self.path.pop();
    }
}
