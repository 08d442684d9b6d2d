//! What kustomizations deploy, read without running anything.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test stops where something is not as it expects"
)]

#[path = "compose/images.rs"]
mod images;
#[path = "compose/limits.rs"]
mod limits;
#[path = "compose/patches.rs"]
mod patches;
#[path = "compose/places.rs"]
mod places;
#[path = "compose/repository.rs"]
mod repository;
#[path = "compose/sources.rs"]
mod sources;
#[path = "compose/values.rs"]
mod values;
