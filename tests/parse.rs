//! Reading YAML and JSON, through the public interface.
#![expect(
    clippy::expect_used,
    reason = "a test may stop at what it did not expect"
)]

#[path = "parse/encodings.rs"]
mod encodings;
#[path = "parse/hostile.rs"]
mod hostile;
#[path = "parse/json.rs"]
mod json;
#[path = "parse/kubernetes.rs"]
mod kubernetes;
#[path = "parse/lookup.rs"]
mod lookup;
#[path = "parse/prefilter.rs"]
mod prefilter;
#[path = "parse/properties.rs"]
mod properties;
#[path = "parse/reading.rs"]
mod reading;
#[path = "parse/spans.rs"]
mod spans;
#[path = "parse/splitting.rs"]
mod splitting;
#[path = "parse/tabs.rs"]
mod tabs;
