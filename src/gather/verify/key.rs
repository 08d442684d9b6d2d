//! Public keys and bare signatures: which schemes a key may sign with, and whether it signed some bytes.
//! Knows no certificate, log or payload.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P384_SHA384_ASN1, ED25519, ParsedPublicKey, VerificationAlgorithm,
};
use sigstore_verify::crypto::{KeyAlgorithm, SigningScheme, VerificationKey};
use sigstore_verify::types::{DerPublicKey, SignatureBytes};

/// A key with the schemes that it may sign with.
pub(super) struct Key {
    pub(super) der: DerPublicKey,
    keys: Vec<VerificationKey>,
}

/// Why a key cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum KeyError {
    /// Unreadable, or of another kind than the supported ones.
    #[error("is of a kind that is not supported; ECDSA on P-256 or P-384, RSA and Ed25519 are")]
    Kind,
    /// Numbers that are no key: for ECDSA a point beside the curve.
    #[error("is no key: its numbers are not on its curve")]
    NotOnCurve,
}

impl Key {
    /// Reads a SubjectPublicKeyInfo in DER.
    ///
    /// # Errors
    /// No signature can be verified with it.
    pub(super) fn read(der: &[u8]) -> Result<Self, KeyError> {
        let der = DerPublicKey::from_bytes(der);
        let algorithm = KeyAlgorithm::from_spki(&der).map_err(|_| KeyError::Kind)?;
        let keys: Vec<_> = schemes(algorithm)
            .iter()
            .filter_map(|&scheme| VerificationKey::from_spki_with_scheme(&der, scheme).ok())
            .collect();
        let point = keys.first().ok_or(KeyError::Kind)?.as_bytes();
        // sigstore-crypto says of such a key only that each signature is invalid.
        let is_on_curve =
            curve(algorithm).is_none_or(|curve| ParsedPublicKey::new(curve, point).is_ok());
        if is_on_curve {
            Ok(Self { der, keys })
        } else {
            Err(KeyError::NotOnCurve)
        }
    }

    /// The scheme with which this key signed `message`; `None` when it did not.
    pub(super) fn signed(
        &self,
        message: &[u8],
        signature: &SignatureBytes,
    ) -> Option<SigningScheme> {
        let key = self
            .keys
            .iter()
            .find(|key| key.verify(message, signature).is_ok());
        key.map(VerificationKey::scheme)
    }
}

/// The schemes that cosign's own `verify` tries (SHA-256 for every key but Ed25519, which signs the message
/// itself), and for P-384 also the SHA-384 with which cosign signs when such a key was imported.
const fn schemes(algorithm: KeyAlgorithm) -> &'static [SigningScheme] {
    match algorithm {
        KeyAlgorithm::EcdsaP256 => &[SigningScheme::EcdsaP256Sha256],
        KeyAlgorithm::EcdsaP384 => &[
            SigningScheme::EcdsaP384Sha256,
            SigningScheme::EcdsaP384Sha384,
        ],
        KeyAlgorithm::Rsa => &[SigningScheme::RsaPkcs1Sha256],
        KeyAlgorithm::Ed25519 => &[SigningScheme::Ed25519],
        _ => &[],
    }
}

fn curve(algorithm: KeyAlgorithm) -> Option<&'static dyn VerificationAlgorithm> {
    match algorithm {
        KeyAlgorithm::EcdsaP256 => Some(&ECDSA_P256_SHA256_ASN1),
        KeyAlgorithm::EcdsaP384 => Some(&ECDSA_P384_SHA384_ASN1),
        KeyAlgorithm::Ed25519 => Some(&ED25519),
        _ => None,
    }
}
