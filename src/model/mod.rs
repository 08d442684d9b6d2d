//! The nouns that every stage shares. Nothing here imports from another folder of the crate, reads a
//! file, asks the clock or knows how a finding is shown.

pub mod calendar;
pub mod caveat;
pub mod digest;
pub mod directive;
pub mod evidence;
pub mod file_facts;
pub mod finding;
pub mod image_use;
pub mod kustomization;
pub mod object;
pub mod origin;
pub mod problem;
pub mod reason;
pub mod reference;
pub mod repository;
pub mod rule;
pub mod scan;
pub mod shorten;
pub mod signature;
pub mod source;
pub mod span;
pub mod spelling;
pub mod strict;
pub mod summary;
