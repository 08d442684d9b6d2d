//! imagegate checks every container image in Kubernetes manifests against an image policy before deploy.
//!
//! The data path, one folder a verb:
//!
//! 1. [`discover`] finds and reads files: walk, standard input, the policy file and what it names.
//! 2. [`parse`] turns a text into documents, each a tree of nodes that know their bytes.
//! 3. [`extract`] finds the images in a tree: object, container, role, field, place.
//! 4. [`compose`] puts what several files say together: what a kustomization makes of its bases.
//! 5. [`policy`] turns the policy file into validated settings that know their lines.
//! 6. [`gather`] fetches the evidence that the rules need.
//! 7. [`check`] judges facts and evidence by the policy: findings.
//! 8. [`report`] writes findings in the format that was asked for.
//!
//! Besides these [`render`] runs the user's own helm and kustomize where somebody asks for it; it and [`gather`] start
//! programs by way of [`programs`].
//!
//! [`pipeline`] tells that story in one place, [`model`] holds the nouns that the stages share, and
//! [`cli`] is the command line around it.
#![warn(clippy::disallowed_methods)]

pub mod check;
pub mod cli;
pub mod compose;
pub mod discover;
pub mod extract;
pub mod gather;
pub mod model;
pub mod parse;
pub mod pipeline;
pub mod policy;
pub mod programs;
pub mod render;
pub mod report;
