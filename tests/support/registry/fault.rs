//! What a test registry does wrong.

use std::ops::RangeBounds;
use std::sync::Mutex;

use super::wire::{Reply, Request};

/// One way to misbehave.
pub struct Fault {
    part: Part,
    /// Turns to let pass, and turns to misbehave.
    turns: Mutex<(usize, usize)>,
    action: Action,
}

/// Of which requests.
enum Part {
    /// Those that have this in their path or query.
    Within(String),
    /// Those whose path ends so.
    AtEnd(String),
}

/// What goes wrong.
#[derive(Debug, Clone)]
pub enum Action {
    /// Another answer instead.
    Instead(Reply),
    /// The right answer with this header in addition, or with this value of it.
    Header(&'static str, String),
    /// The right headers with these bytes behind them.
    Body(Vec<u8>),
    /// The connection is reset before an answer.
    Reset,
    /// The connection is closed before an answer.
    Close,
    /// No answer ever comes.
    Stall,
    /// Half of the body comes, then nothing.
    StallInBody,
    /// Half of the body comes, then the connection is closed.
    Truncate,
    /// One bit of the body is another.
    Flip,
    /// `Content-Length` says this, and the body goes on that long.
    Length(u64),
    /// A chunked body without end.
    Endless,
    /// Header lines without end.
    EndlessHeaders,
}

impl Action {
    /// A status without a body.
    pub fn status(status: u16) -> Self {
        Self::Instead(Reply::new(status))
    }

    /// A status with an error document of the distribution specification.
    pub fn error(status: u16, code: &str) -> Self {
        Self::Instead(Reply::error(status, code))
    }

    /// A redirect.
    pub fn redirect(location: &str) -> Self {
        Self::Instead(Reply::new(307).with("Location", location))
    }
}

impl Fault {
    /// For every request whose path or query has `part` in it.
    pub fn always(part: &str, action: Action) -> Self {
        Self::at(part, .., action)
    }

    /// For those of them whose number, from 0, is in `turns`.
    pub fn at(part: &str, turns: impl RangeBounds<usize>, action: Action) -> Self {
        use std::ops::Bound::{Excluded, Included, Unbounded};
        let first = match turns.start_bound() {
            Included(first) => *first,
            Excluded(before) => before + 1,
            Unbounded => 0,
        };
        let end = match turns.end_bound() {
            Included(last) => last + 1,
            Excluded(end) => *end,
            Unbounded => usize::MAX,
        };
        Self {
            part: Part::Within(part.to_owned()),
            turns: Mutex::new((first, end.saturating_sub(first))),
            action,
        }
    }

    /// For those only whose path ends with `part`, in the turns of [`Self::at`].
    pub fn at_end(part: &str, turns: impl RangeBounds<usize>, action: Action) -> Self {
        Self {
            part: Part::AtEnd(part.to_owned()),
            ..Self::at("", turns, action)
        }
    }

    pub(super) fn fits(&self, request: &Request) -> bool {
        match &self.part {
            Part::Within(part) => request.target.contains(part),
            Part::AtEnd(part) => request.path().ends_with(part),
        }
    }

    /// What to do for one more request that fits.
    pub(super) fn take_turn(&self) -> Option<Action> {
        let mut turns = self.turns.lock().expect("the turns");
        let (pass, act) = &mut *turns;
        if *pass > 0 {
            *pass -= 1;
            return None;
        }
        *act = act.checked_sub(1)?;
        Some(self.action.clone())
    }
}
