//! Image references and the patterns over them, through the public interface.

#[path = "references/grammar.rs"]
mod grammar;
#[path = "references/mirrors.rs"]
mod mirrors;
#[path = "references/pattern_placeholders.rs"]
mod pattern_placeholders;
#[path = "references/pattern_properties.rs"]
mod pattern_properties;
#[path = "references/patterns.rs"]
mod patterns;
#[path = "references/placeholders.rs"]
mod placeholders;
#[path = "references/text_patterns.rs"]
mod text_patterns;
