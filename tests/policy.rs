//! The policy file through the public interface: what is read, what is refused and how, that the schema
//! says the same, what is advised, and what a first policy looks like.

#![expect(
    clippy::unwrap_used,
    reason = "a test stops where its preparation fails"
)]
#[path = "policy/advice.rs"]
mod advice;
#[path = "policy/documentation.rs"]
mod documentation;
#[path = "policy/hostile.rs"]
mod hostile;
#[path = "policy/reading.rs"]
mod reading;
#[path = "policy/schema.rs"]
mod schema;
#[path = "policy/schema_walk.rs"]
mod schema_walk;
#[path = "policy/settings.rs"]
mod settings;
#[path = "policy/starter.rs"]
mod starter;
#[path = "policy/support.rs"]
mod support;
