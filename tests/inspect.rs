//! What `inspect` shows of facts that are made by hand, and the table of what engines find.
//!
//! Expected outputs are files under `testdata/inspect` and the schema under `docs/schema`; after a change
//! that is meant, `UPDATE_EXPECTED=1 cargo test --test inspect` writes them anew.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on says where; clippy knows only functions marked #[test]"
)]

#[path = "inspect/engines.rs"]
mod engines;
#[path = "reports/expected.rs"]
mod expected;
#[path = "inspect/facts.rs"]
mod facts;
#[path = "inspect/formats.rs"]
mod formats;
#[path = "inspect/page.rs"]
mod page;
#[path = "inspect/policies.rs"]
mod policies;
