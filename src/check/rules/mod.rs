//! One file per rule: what is said about it, and how it judges. No rule reads a file, asks a network or
//! knows how a finding is shown.

pub mod ambiguous_yaml;
pub mod check_vulnerability_scan;
pub mod disallow_latest_tag;
pub mod expired_exception;
pub mod invalid_image_reference;
pub mod invalid_manifest;
pub mod invalid_suppression;
pub mod restrict_image_registries;
pub mod unreadable_input;
pub mod unrendered_template;
pub mod unused_exception;
pub mod verify_image_signatures;
