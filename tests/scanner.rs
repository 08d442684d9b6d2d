//! Scanners that imagegate runs, as shell scripts that the tests write: what is taken for a scan, what is
//! not, and what a scanner can do to a run.
#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    reason = "what a test sets up must work, or the test fails"
)]

#[path = "scanner/failures.rs"]
mod failures;
#[path = "scanner/program.rs"]
mod program;
#[path = "scanner/runs.rs"]
mod runs;
#[path = "scanner/setting.rs"]
mod setting;
