//! The 93 cases of `testdata/signatures/cases.json` through the program: images signed by real cosign and
//! forged ones, from an OCI image layout and from registries on loopback that serve the same content.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "what a test sets up must work, or the test fails"
)]

#[path = "signatures/bounds.rs"]
mod bounds;
#[path = "signatures/case.rs"]
mod case;
#[path = "signatures/encryption.rs"]
mod encryption;
#[path = "signatures/faults.rs"]
mod faults;
#[path = "signatures/forged_cache.rs"]
mod forged_cache;
#[path = "signatures/from_layout.rs"]
mod from_layout;
#[path = "signatures/from_registry.rs"]
mod from_registry;
#[path = "signatures/places.rs"]
mod places;
#[path = "signatures/program.rs"]
mod program;
#[path = "signatures/reach.rs"]
mod reach;
#[path = "support/registry/mod.rs"]
mod registry;
#[path = "signatures/remembered.rs"]
mod remembered;
#[path = "signatures/requests.rs"]
mod requests;
#[path = "signatures/scans.rs"]
mod scans;
#[cfg(unix)]
#[path = "signatures/secrets.rs"]
mod secrets;
#[path = "support/signed.rs"]
mod signed;
#[cfg(unix)]
#[path = "signatures/stopping.rs"]
mod stopping;
