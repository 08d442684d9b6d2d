//! Whether the scans of an image are good enough: facts against `accept`, `fail-on`, `max-age`, `ignore`
//! and `vex`, and the words for what is wrong.
//!
//! A scan counts for what it says of this image and for nothing else: one that nobody wanted has signed,
//! that speaks of another digest or that cannot be read is never a pass. Nothing here reads a report,
//! verifies a signature, or knows the clock.

pub mod advice;
mod age;
pub mod annotation;
pub mod answer;
pub mod caveats;
mod coverage;
mod decide;
pub mod ignores;
mod open;
mod product;
mod purl;
pub mod run;
mod statements;
pub mod vex;
mod weigh;
pub mod wording;
