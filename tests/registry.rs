//! How registries are asked, and what is made of their faults.

#[path = "support/registry/mod.rs"]
mod registry;
