//! Content digests, as the OCI image specification writes them ("Descriptors", section "Digests").

use std::fmt;

/// The registered algorithms with the number of hex digits that belongs to each.
const ALGORITHMS: [(&str, usize); 3] = [("sha256", 64), ("sha384", 96), ("sha512", 128)];

/// A digest such as `sha256:0123…`: a registered algorithm with the hex length that belongs to it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Digest(Box<str>);

impl Digest {
    /// Reads `algorithm:encoded`. The registered algorithms `sha256`, `sha384` and `sha512` must have
    /// 64, 96 or 128 lower-case hex digits; any other algorithm is refused, since no registry could be
    /// asked for it and no engine would accept it.
    pub fn parse(text: &str) -> Option<Self> {
        let (algorithm, encoded) = text.split_once(':')?;
        let &(_, wanted) = ALGORITHMS.iter().find(|(name, _)| *name == algorithm)?;
        let sound = encoded.len() == wanted && encoded.bytes().all(is_hex_digit);
        sound.then(|| Self(text.into()))
    }

    /// Whether digests of that algorithm are read at all.
    pub fn is_registered(algorithm: &str) -> bool {
        ALGORITHMS.iter().any(|(name, _)| *name == algorithm)
    }

    /// The digest as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether the byte is a hex digit as digests have them, in lower case.
pub const fn is_hex_digit(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'a'..=b'f')
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
