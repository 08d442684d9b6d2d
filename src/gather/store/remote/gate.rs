//! The gate before one registry: how many requests run at the same time, and when the next one may start.
//!
//! A registry that never refuses is asked by as many as may at once, and nobody waits. After a refusal
//! (429, 503) a few ask at a time, no earlier than the registry wishes, and no faster than it answered
//! before; good answers speed it up again, step by step. Who waits here holds no permit.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Mutex as Turn, Semaphore};
use tokio::time::{Instant, sleep_until};

use super::limits::{AFTER_REFUSAL, LONGEST_REST, REFUSALS, REQUESTS_PER_REGISTRY};
use super::pause::scattered;

/// By how much a refusal lowers the rate: little, since the rate that was measured is near the limit.
const SLOWER: f64 = 0.7;

/// By how much each good answer raises the rate, in requests a second: by a tenth within a second.
const FASTER: f64 = 0.1;

/// The lowest rate, in requests a second. Whoever allows less is waited for by pauses that grow.
const SLOWEST: f64 = 2.0;

/// The least that the first refusal is taken for: there may have been no answer to measure.
const FIRST_RATE: f64 = 10.0;

/// The shortest time over which the rate is measured. Most limits are given for a second and let a burst
/// pass, which is no measure.
const MEASURED: Duration = Duration::from_secs(1);

/// The gate before one registry.
pub(super) struct Gate {
    /// Held by the one that is next; the others wait in line behind it.
    door: Turn<()>,
    permits: Semaphore,
    state: Mutex<State>,
}

struct State {
    /// Permits that there are, taken or not. More than `most` only until they are given back.
    total: usize,
    /// Most requests at the same time.
    most: usize,
    /// Good answers since `most` was last changed.
    round: usize,
    /// Rounds of refusals without a good answer between them.
    refusals: u32,
    /// When the last round of refusals began.
    refused_at: Option<Instant>,
    /// No request starts before.
    next: Option<Instant>,
    /// Requests a second; `None` as long as nothing was refused.
    rate: Option<f64>,
    /// When the first request started, and how many were answered since: a measure of the first rate.
    since: Option<Instant>,
    answers: u32,
}

/// The right to make one request; given back when dropped.
pub(super) struct Pass<'a> {
    gate: &'a Gate,
    started: Instant,
}

impl Gate {
    pub(super) fn new() -> Self {
        Self {
            door: Turn::default(),
            permits: Semaphore::new(REQUESTS_PER_REGISTRY),
            state: Mutex::new(State {
                total: REQUESTS_PER_REGISTRY,
                most: REQUESTS_PER_REGISTRY,
                round: 0,
                refusals: 0,
                refused_at: None,
                next: None,
                rate: None,
                since: None,
                answers: 0,
            }),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until a request may start, first come, first served.
    pub(super) async fn enter(&self) -> Pass<'_> {
        let _first_in_line = self.door.lock().await;
        loop {
            let next = self.state().next;
            if let Some(next) = next.filter(|next| *next > Instant::now()) {
                sleep_until(next).await;
                continue;
            }
            // Fails when the semaphore is closed, which it never is.
            if let Ok(permit) = self.permits.acquire().await {
                permit.forget();
            }
            let started = Instant::now();
            let pass = Pass {
                gate: self,
                started,
            };
            // A refusal may have come while there was no permit.
            if self.state().start(started) {
                return pass;
            }
        }
    }
}

impl State {
    /// Notes that a request starts; `false` when it may not yet.
    fn start(&mut self, now: Instant) -> bool {
        if self.next.is_some_and(|next| next > now) {
            return false;
        }
        self.since.get_or_insert(now);
        self.next = self
            .rate
            .map(|rate| now + Duration::from_secs_f64(1.0 / rate));
        true
    }

    /// Lowers the rate; the first time, that of the answers so far.
    fn slow_down(&mut self, now: Instant) {
        let rate = self.rate.unwrap_or_else(|| {
            let since = self.since.map_or(MEASURED, |since| now - since);
            let measured = f64::from(self.answers) / since.max(MEASURED).as_secs_f64();
            measured.max(FIRST_RATE)
        });
        self.rate = Some((rate * SLOWER).max(SLOWEST));
    }
}

impl Pass<'_> {
    /// The registry answered: the next ones may be asked a little faster.
    pub(super) fn answered(&self) {
        let mut state = self.gate.state();
        state.refusals = 0;
        state.answers = state.answers.saturating_add(1);
        let Some(rate) = &mut state.rate else {
            return;
        };
        *rate += FASTER;
        state.round += 1;
        if state.round >= state.most && state.most < REQUESTS_PER_REGISTRY {
            state.round = 0;
            state.most += 1;
            if state.total < state.most {
                state.total += 1;
                self.gate.permits.add_permits(1);
            }
        }
    }

    /// The registry refused the request and wishes to be left alone for so long. Makes all requests to it
    /// wait; `false` when there is no sense in asking again: it refused too often without an answer
    /// between, or more time would pass than is `left`. Then nobody else is made to wait for it either.
    pub(super) fn refused(&self, wish: Option<Duration>, pause: Duration, left: Duration) -> bool {
        let now = Instant::now();
        let mut state = self.gate.state();
        // Those that were under way when the first of them was refused say the same once more.
        let known = state.refused_at.is_some_and(|at| self.started <= at);
        let mut rest = wish.unwrap_or_default();
        if !known {
            if state.refusals == 0 {
                state.slow_down(now);
            }
            state.refusals = state.refusals.saturating_add(1);
            state.refused_at = Some(now);
            state.round = 0;
            state.most = AFTER_REFUSAL;
            let surplus = state.total.saturating_sub(state.most);
            state.total -= self.gate.permits.forget_permits(surplus);
            let grown = pause.saturating_mul(2_u32.saturating_pow(state.refusals - 1));
            // A wish for no pause at all would only be refused again.
            rest = rest.max(scattered(grown.min(LONGEST_REST)));
        }
        if state.refusals >= REFUSALS || rest >= left {
            return false;
        }
        state.next = state.next.max(Some(now + rest));
        true
    }
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        let mut state = self.gate.state();
        match state.total > state.most {
            true => state.total -= 1,
            false => self.gate.permits.add_permits(1),
        }
    }
}
