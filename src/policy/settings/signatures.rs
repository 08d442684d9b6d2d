//! `verify-image-signatures` as validated, and signers.

use crate::model::span::Span;
use crate::policy::keys::public_key::is_ed25519;
use crate::policy::pattern::{ImagePattern, TextPattern};

use super::Spanned;

/// `verify-image-signatures`.
#[derive(Debug, Clone)]
pub struct VerifyImageSignatures {
    /// `require`, not empty: every entry whose images match must hold.
    pub require: Vec<SignatureRequirement>,
    /// `unmatched: violation`.
    pub unmatched_is_violation: Spanned<bool>,
}

/// One entry of `require`.
#[derive(Debug, Clone)]
pub struct SignatureRequirement {
    /// The first line of the entry.
    pub span: Span,
    /// `images`; every image when not written.
    pub images: Vec<Spanned<ImagePattern>>,
    /// `signers`, not empty.
    pub signers: Vec<Spanned<Signer>>,
    /// `at-least`, from 1 to the number of signers.
    pub at_least: Spanned<u32>,
    /// `annotations` that the signed payload must carry.
    pub annotations: Vec<(Spanned<String>, Spanned<String>)>,
    /// `transparency-log: ignore` is false.
    pub transparency_log: Spanned<bool>,
    /// `repository` where signatures live, when not beside the image.
    pub repository: Option<Spanned<String>>,
}

/// Who may sign.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Signer {
    /// `key`: public keys in DER (SubjectPublicKeyInfo), with what was written (never the key itself).
    Key {
        /// A path, `env://NAME` or the words `inline key`.
        written: String,
        /// SubjectPublicKeyInfo.
        der: Vec<u8>,
    },
    /// `keyless`: patterns over the certificate's issuer and subject.
    Keyless {
        /// OIDC issuer.
        issuer: TextPattern,
        /// Subject alternative name.
        subject: TextPattern,
    },
    /// `certificate`: an own certificate authority.
    Certificate {
        /// The path as written.
        written: String,
        /// Certificates in DER, as in the file.
        chain: Vec<Vec<u8>>,
        /// Pattern over the subject.
        subject: TextPattern,
        /// Pattern over the issuer.
        issuer: TextPattern,
    },
}

impl Signer {
    /// Whether both mean the same signer, which counts once: the same key does, wherever it was found.
    pub fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Key { der, .. }, Self::Key { der: other, .. }) => der == other,
            _ => self == other,
        }
    }

    /// Whether it is a key that cosign signs with in two ways, of which one is not verified (Ed25519ph).
    pub fn is_ed25519_key(&self) -> bool {
        matches!(self, Self::Key { der, .. } if is_ed25519(der))
    }
}
