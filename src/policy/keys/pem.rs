//! Blocks between `-----BEGIN …-----` and `-----END …-----` (RFC 7468), read as leniently as the Go
//! tools do that wrote most of these files: text around blocks and any line width are accepted.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// One block.
pub(super) struct Block<'t> {
    /// The words after `BEGIN`, such as `PUBLIC KEY`.
    pub(super) label: &'t str,
    /// The decoded content; `None` when it is not base64.
    pub(super) content: Option<Vec<u8>>,
}

/// Why a text holds no list of blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PemError {
    /// No `-----BEGIN` in it.
    None,
    /// A block that does not end, or ends with another label.
    Unfinished,
}

/// The blocks of `text`, in order; at least one.
pub(super) fn blocks(text: &str) -> Result<Vec<Block<'_>>, PemError> {
    let mut blocks = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("-----BEGIN ") {
        let (label, after) = after.split_once("-----").ok_or(PemError::Unfinished)?;
        let (body, after) = after.split_once("-----END ").ok_or(PemError::Unfinished)?;
        let (end, after) = after.split_once("-----").ok_or(PemError::Unfinished)?;
        if label != end || body.contains("-----") {
            return Err(PemError::Unfinished);
        }
        let compact: String = body.split_ascii_whitespace().collect();
        blocks.push(Block {
            label,
            content: STANDARD.decode(compact).ok(),
        });
        rest = after;
    }
    if blocks.is_empty() {
        return Err(PemError::None);
    }
    Ok(blocks)
}
