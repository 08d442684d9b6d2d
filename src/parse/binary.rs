//! What `!!binary` hides.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{GeneralPurpose, GeneralPurposeConfig};

/// As Go's `base64.StdEncoding`, which go-yaml uses: padding is required, bits left over are ignored.
const GO: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true),
);

/// The text in `value`, with U+FFFD for what is not UTF-8, as in the JSON that Kubernetes makes of it.
/// `None` when it is not base64; Kubernetes refuses such a document.
pub fn decode(value: &str) -> Option<String> {
    let without_breaks: Vec<u8> = value
        .bytes()
        .filter(|byte| !matches!(byte, b'\n' | b'\r'))
        .collect();
    let decoded = GO.decode(without_breaks).ok()?;
    Some(String::from_utf8_lossy(&decoded).into_owned())
}
