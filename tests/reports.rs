//! What the formats print for a report that is built by hand, and what holds for any report.
//!
//! Expected outputs are files under `testdata/reports` and the schemas under `docs/schema`; after a
//! change that is meant, `UPDATE_EXPECTED=1 cargo test --test reports` writes them anew.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on says where; clippy knows only functions marked #[test]"
)]

#[path = "reports/escapes.rs"]
mod escapes;
#[path = "reports/expected.rs"]
mod expected;
#[path = "reports/formats.rs"]
mod formats;
#[path = "reports/hostile.rs"]
mod hostile;
#[path = "reports/images.rs"]
mod images;
#[path = "reports/log_commands.rs"]
mod log_commands;
#[path = "reports/origins.rs"]
mod origins;
#[path = "reports/policy_errors.rs"]
mod policy_errors;
#[path = "reports/sarif.rs"]
mod sarif;
#[path = "reports/scene.rs"]
mod scene;
#[path = "reports/text.rs"]
mod text;
