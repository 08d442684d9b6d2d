//! Content digests, as the OCI image specification writes them ("Descriptors", section "Digests").

use std::fmt;
use std::fmt::Write as _;

use sha2::Digest as _;

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

    /// The SHA-256 digest of `bytes`.
    pub fn sha256(bytes: &[u8]) -> Self {
        Self::computed("sha256", bytes)
    }

    /// The digest of `bytes`, with the algorithm of this one.
    pub fn of_same_algorithm(&self, bytes: &[u8]) -> Self {
        Self::computed(self.algorithm(), bytes)
    }

    fn computed(algorithm: &str, bytes: &[u8]) -> Self {
        let hash = match algorithm {
            "sha512" => sha2::Sha512::digest(bytes).to_vec(),
            "sha384" => sha2::Sha384::digest(bytes).to_vec(),
            _ => sha2::Sha256::digest(bytes).to_vec(),
        };
        let mut text = format!("{algorithm}:");
        for byte in hash {
            // Writing to a string cannot fail.
            let _ = write!(text, "{byte:02x}");
        }
        Self(text.into())
    }

    /// Whether this is the digest of `bytes`.
    pub fn is_of(&self, bytes: &[u8]) -> bool {
        self.of_same_algorithm(bytes) == *self
    }

    /// The algorithm: `sha256`, `sha384` or `sha512`.
    pub fn algorithm(&self) -> &str {
        self.0
            .split_once(':')
            .map_or("", |(algorithm, _)| algorithm)
    }

    /// The hex digits behind the algorithm.
    pub fn hex(&self) -> &str {
        self.0.split_once(':').map_or("", |(_, hex)| hex)
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

#[cfg(test)]
mod tests {
    use super::Digest;

    /// The digests of `abc` in FIPS 180-4's examples.
    const OF_ABC: [&str; 3] = [
        "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        "sha384:cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7",
        "sha512:ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
    ];

    #[test]
    fn each_registered_algorithm_knows_its_own_content() {
        for text in OF_ABC {
            let digest = Digest::parse(text).unwrap();
            assert!(digest.is_of(b"abc"), "{digest}");
            assert!(!digest.is_of(b"abd"), "{digest}");
        }
    }
}
