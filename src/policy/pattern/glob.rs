//! Sequences with `*`: matching, inclusion and overlap, over characters as well as over path segments.
//! Knows nothing of images.

use std::fmt::{self, Write as _};

/// One place of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Item<T> {
    /// Exactly one element.
    One(T),
    /// Any run of elements, the empty one too.
    Run,
}

/// Whether `pattern` matches the whole of `text`; `one` says whether a single place matches. Takes at
/// most the product of both lengths: going back to the last run is enough, because an earlier run could
/// only leave less of the text to what follows.
pub(super) fn matches<T, S>(pattern: &[Item<T>], text: &[S], one: impl Fn(&T, &S) -> bool) -> bool {
    let (mut at, mut in_text) = (0, 0);
    let mut last_run: Option<(usize, usize)> = None;
    while let Some(element) = text.get(in_text) {
        match pattern.get(at) {
            Some(Item::Run) => {
                last_run = Some((at, in_text));
                at += 1;
            }
            Some(Item::One(wanted)) if one(wanted, element) => {
                at += 1;
                in_text += 1;
            }
            _ => {
                let Some((run, taken)) = last_run else {
                    return false;
                };
                last_run = Some((run, taken + 1));
                at = run + 1;
                in_text = taken + 1;
            }
        }
    }
    pattern
        .get(at..)
        .is_some_and(|rest| rest.iter().all(|item| matches!(item, Item::Run)))
}

/// Whether `wide` matches everything that `narrow` matches. A yes is certain, a no may be wrong.
pub(super) fn covers<T>(
    wide: &[Item<T>],
    narrow: &[Item<T>],
    one: impl Fn(&T, &T) -> bool,
) -> bool {
    matches(wide, narrow, |wanted, item| match item {
        Item::One(element) => one(wanted, element),
        Item::Run => false,
    })
}

/// Whether some sequence matches both patterns; `one` says whether two places can agree. Takes the
/// product of both lengths.
pub(super) fn overlap<T>(
    left: &[Item<T>],
    right: &[Item<T>],
    one: impl Fn(&T, &T) -> bool,
) -> bool {
    let width = right.len() + 1;
    // reachable[j]: left[..i] and right[..j] can be read as the same sequence.
    let mut reachable = vec![false; width];
    reachable[0] = true;
    for i in 0..=left.len() {
        let mut next = vec![false; width];
        for j in 0..width {
            if !reachable[j] {
                continue;
            }
            let (a, b) = (left.get(i), right.get(j));
            let (a_runs, b_runs) = (matches!(a, Some(Item::Run)), matches!(b, Some(Item::Run)));
            // A run takes one more place of the other side, or ends.
            if b_runs || (a_runs && b.is_some()) {
                reachable[j + 1] = true;
            }
            if a_runs || (b_runs && a.is_some()) {
                next[j] = true;
            }
            if let (Some(Item::One(x)), Some(Item::One(y))) = (a, b)
                && one(x, y)
            {
                next[j + 1] = true;
            }
        }
        if i == left.len() {
            break;
        }
        reachable = next;
    }
    reachable[right.len()]
}

/// A pattern over one label, segment, tag or digest; `*` is any run of characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Glob(Vec<Item<u8>>);

impl Glob {
    /// Takes `*` as a run and everything else as itself.
    pub(super) fn new(text: &str) -> Self {
        let item = |byte| match byte {
            b'*' => Item::Run,
            byte => Item::One(byte),
        };
        Self(text.bytes().map(item).collect())
    }

    /// Matches that text only.
    pub(super) fn literal(text: &str) -> Self {
        Self(text.bytes().map(Item::One).collect())
    }

    /// Matches every text that begins so.
    pub(super) fn beginning_with(text: &str) -> Self {
        let mut glob = Self::literal(text);
        glob.0.push(Item::Run);
        glob
    }

    /// Whether the whole of `text` matches.
    pub(super) fn matches(&self, text: &str) -> bool {
        matches(&self.0, text.as_bytes(), |wanted, byte| wanted == byte)
    }

    /// See [`covers`].
    pub(super) fn covers(&self, other: &Self) -> bool {
        covers(&self.0, &other.0, |a, b| a == b)
    }

    /// See [`overlap`].
    pub(super) fn overlaps(&self, other: &Self) -> bool {
        overlap(&self.0, &other.0, |a, b| a == b)
    }
}

impl fmt::Display for Glob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|item| match item {
            Item::One(byte) => f.write_char(char::from(*byte)),
            Item::Run => f.write_char('*'),
        })
    }
}
