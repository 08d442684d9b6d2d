//! A limit on how often a test registry is asked: a bucket of turns that fills again with time.

use std::sync::Mutex;
use std::time::Instant;

use super::fault::Action;

/// So many requests a second, after a first burst of as many; the others are refused.
pub struct Rate {
    per_second: f64,
    refusal: Action,
    bucket: Mutex<Bucket>,
}

struct Bucket {
    turns: f64,
    filled: Instant,
    refused: usize,
}

impl Rate {
    /// Beyond `per_second` a request gets `refusal`.
    pub fn new(per_second: u32, refusal: Action) -> Self {
        let per_second = f64::from(per_second);
        let bucket = Bucket {
            turns: per_second,
            filled: Instant::now(),
            refused: 0,
        };
        Self {
            per_second,
            refusal,
            bucket: Mutex::new(bucket),
        }
    }

    /// What a request gets that comes now; `None` when it is answered.
    pub(super) fn take_turn(&self) -> Option<Action> {
        let mut bucket = self.bucket.lock().expect("the bucket");
        let now = Instant::now();
        let more = (now - bucket.filled).as_secs_f64() * self.per_second;
        bucket.turns = self.per_second.min(bucket.turns + more);
        bucket.filled = now;
        if bucket.turns < 1.0 {
            bucket.refused += 1;
            return Some(self.refusal.clone());
        }
        bucket.turns -= 1.0;
        None
    }

    pub(super) fn refused(&self) -> usize {
        self.bucket.lock().expect("the bucket").refused
    }
}
