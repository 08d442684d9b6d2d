//! Image references and the patterns over them, through the public interface.

#[path = "references/mirrors.rs"]
mod mirrors;
#[path = "references/patterns.rs"]
mod patterns;
