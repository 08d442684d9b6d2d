//! What cryptography says about stored signatures: real ones, forged ones, altered ones, junk.
#![expect(
    clippy::expect_used,
    reason = "a test that cannot read its fixture has failed"
)]

#[path = "signatures_verify/stored.rs"]
mod stored;
#[path = "signatures_verify/verdicts.rs"]
mod verdicts;
