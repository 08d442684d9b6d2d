//! Pure: the facts of several files to what they deploy together.
//!
//! A manifest says what it deploys by itself; a kustomization says it of other files. Here values of several
//! files are put together as the tools do it, and each scalar keeps its place, so that an image is judged
//! where its text stands. Knows nothing about policies and findings, and reads no file itself: it asks
//! [`kustomize::Files`] for them.

pub mod deploy;
mod facts;
pub mod flux;
pub mod gitops;
mod json;
pub mod kustomize;
pub mod read;
mod schemas;
pub mod tree;
