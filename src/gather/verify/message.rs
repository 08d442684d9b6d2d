//! The bytes under a signature, with their hashes.

use std::cell::OnceCell;

use aws_lc_rs::digest::{self, Digest, SHA256, SHA384, SHA512};

/// A hash over which signatures are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hash {
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    /// By the name that an entry of a transparency log writes: `sha512` in Rekor 1, `SHA2_512` in Rekor 2.
    pub(super) fn named(name: &str) -> Option<Self> {
        match name {
            "sha256" | "SHA2_256" => Some(Self::Sha256),
            "sha384" | "SHA2_384" => Some(Self::Sha384),
            "sha512" | "SHA2_512" => Some(Self::Sha512),
            _ => None,
        }
    }

    pub(super) fn of(self, bytes: &[u8]) -> Digest {
        let algorithm = match self {
            Self::Sha256 => &SHA256,
            Self::Sha384 => &SHA384,
            Self::Sha512 => &SHA512,
        };
        digest::digest(algorithm, bytes)
    }
}

/// What is signed. Each hash of it is made once, however many keys are tried.
pub(super) struct Message<'m> {
    pub(super) bytes: &'m [u8],
    hashes: [OnceCell<Digest>; 3],
}

impl<'m> Message<'m> {
    pub(super) fn new(bytes: &'m [u8]) -> Self {
        Self {
            bytes,
            hashes: Default::default(),
        }
    }

    pub(super) fn hash(&self, hash: Hash) -> &Digest {
        let [sha256, sha384, sha512] = &self.hashes;
        let made = match hash {
            Hash::Sha256 => sha256,
            Hash::Sha384 => sha384,
            Hash::Sha512 => sha512,
        };
        made.get_or_init(|| hash.of(self.bytes))
    }
}
