//! How long, how often and how much: every bound on what a registry can make a run do.

use std::time::Duration;

/// Most requests to one registry at the same time.
pub(super) const REQUESTS_PER_REGISTRY: usize = 16;

/// Most attempts at one request.
pub(super) const ATTEMPTS: u32 = 5;

/// Most requests to one registry at the same time after it refused one (429, 503).
pub(super) const AFTER_REFUSAL: usize = 2;

/// A question is given up when it was refused so often, or when the registry refused everything so often
/// without an answer between.
pub(super) const REFUSALS: u32 = 10;

/// The longest pause after a refusal that names none.
pub(super) const LONGEST_REST: Duration = Duration::from_secs(5);

/// Most redirects that one request follows.
pub(super) const REDIRECTS: usize = 5;

/// Most pages of one list of referrers.
pub(super) const PAGES: usize = 100;

/// Most bytes of answers that are being read at the same time, of all registries together.
pub(super) const BYTES_IN_FLIGHT: u64 = 64 * 1024 * 1024;

/// Largest answer of a token server, in bytes.
pub(super) const TOKEN_BYTES: u64 = 1024 * 1024;

/// Most bytes that are read of an answer that says what went wrong.
pub(super) const ERROR_BYTES: u64 = 64 * 1024;

/// Largest answer that is remembered for the run, in bytes.
pub(super) const REMEMBERED_ANSWER_BYTES: usize = 1024 * 1024;

/// Most bytes of answers of one kind (manifests, blobs) that are remembered for the run.
pub(super) const REMEMBERED_BYTES: usize = 16 * 1024 * 1024;

/// How long things may take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// For opening a connection.
    pub connect: Duration,
    /// For one attempt at a request, redirects and body included.
    pub request: Duration,
    /// For everything. A refusal with a wish to wait longer than what is left of it is final.
    pub run: Duration,
    /// For one question, with all attempts, pages and pauses between them; not counted is the time
    /// until it is its turn, also after a refusal, and the time that a token takes.
    pub question: Duration,
    /// The first pause before another attempt; each further one is twice as long.
    pub pause: Duration,
    /// The longest `Retry-After` that is waited for, except that of a refusal (429, 503).
    pub longest_pause: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            request: Duration::from_secs(30),
            run: Duration::from_secs(300),
            question: Duration::from_secs(60),
            pause: Duration::from_millis(200),
            longest_pause: Duration::from_secs(30),
        }
    }
}

/// The time that is left for a question.
#[derive(Debug, Clone, Copy)]
pub(super) struct Budget(Duration);

impl Budget {
    pub(super) const fn new(time: Duration) -> Self {
        Self(time)
    }

    pub(super) const fn left(self) -> Duration {
        self.0
    }

    pub(super) const fn spend(&mut self, time: Duration) {
        self.0 = self.0.saturating_sub(time);
    }
}
