//! How registries are asked, and what is made of their faults: every one ends as an answer of its own, or
//! succeeds after another attempt, and never as "there is none".
#![expect(
    clippy::expect_used,
    reason = "a test stops where what it stands on is missing"
)]

#[path = "support/registry/mod.rs"]
mod registry;

#[path = "registry/answers.rs"]
mod answers;
#[path = "registry/bounds.rs"]
mod bounds;
#[path = "registry/client.rs"]
mod client;
#[path = "registry/encryption.rs"]
mod encryption;
#[path = "registry/limited.rs"]
mod limited;
#[path = "registry/logins.rs"]
mod logins;
#[path = "registry/proxies.rs"]
mod proxies;
#[path = "registry/redirects.rs"]
mod redirects;
#[path = "registry/referrers.rs"]
mod referrers;
#[path = "registry/retries.rs"]
mod retries;
#[path = "registry/secrets.rs"]
mod secrets;
#[path = "registry/thrift.rs"]
mod thrift;
