//! Public keys and bare signatures: with which schemes a key may sign, and whether it signed some bytes.
//! Knows no certificate, log or payload.
//!
//! A signature does not say which hash it was made over, so each safe one is tried: SHA-256, SHA-384 and
//! SHA-512. Nothing else is a scheme; SHA-1 and SHA-224 are looked for only to name them.

use aws_lc_rs::signature as aws;
use aws_lc_rs::signature::{ParsedPublicKey, UnparsedPublicKey, VerificationAlgorithm};
use const_oid::db::rfc5912::{
    ID_EC_PUBLIC_KEY, RSA_ENCRYPTION, SECP_256_R_1, SECP_384_R_1, SECP_521_R_1,
};
use const_oid::db::rfc8410::ID_ED_25519;
use sigstore_verify::crypto::{SigningScheme as Known, validate_raw_public_key};
use sigstore_verify::types::{DerPublicKey, SignatureBytes};
use spki::SubjectPublicKeyInfoRef;
use spki::der::Decode as _;

use super::message::Hash::{self, Sha256, Sha384, Sha512};
use super::message::Message;

/// Largest message, in bytes, for which a scheme that does not count is looked for, to name it. What signs an
/// image is far smaller.
const MOST_NAMED: usize = 1024 * 1024;

/// Bytes of each signature by an Ed25519 key (RFC 8032, section 5.1.6).
const ED25519_BYTES: usize = 64;

/// How a kind of key signs: its algorithm over one hash.
#[derive(Debug)]
pub(super) struct Scheme {
    /// Its name in a sentence.
    pub(super) name: &'static str,
    algorithm: &'static dyn VerificationAlgorithm,
    /// `None` where the message itself is signed.
    hash: Option<Hash>,
    /// What sigstore-verify calls it; `None` where it knows no such scheme.
    pub(super) sigstore: Option<Known>,
}

/// A kind of key.
struct Kind {
    /// Those that count, the usual one first.
    schemes: &'static [Scheme],
    /// Those that are known by name and do not count.
    refused: &'static [(&'static str, &'static dyn VerificationAlgorithm)],
    /// Whether there is a way to sign a hash with it that is not verified here: Ed25519ph.
    has_prehashed: bool,
}

const fn scheme(
    name: &'static str,
    algorithm: &'static dyn VerificationAlgorithm,
    hash: Hash,
    sigstore: Option<Known>,
) -> Scheme {
    Scheme {
        name,
        algorithm,
        hash: Some(hash),
        sigstore,
    }
}

#[rustfmt::skip]
static P256: Kind = Kind {
    schemes: &[
        scheme("ECDSA on P-256 over SHA-256", &aws::ECDSA_P256_SHA256_ASN1, Sha256, Some(Known::EcdsaP256Sha256)),
        scheme("ECDSA on P-256 over SHA-384", &aws::ECDSA_P256_SHA384_ASN1, Sha384, Some(Known::EcdsaP256Sha384)),
        scheme("ECDSA on P-256 over SHA-512", &aws::ECDSA_P256_SHA512_ASN1, Sha512, None),
    ],
    refused: &[("ECDSA over SHA-1", &aws::ECDSA_P256_SHA1_ASN1)],
    has_prehashed: false,
};

#[rustfmt::skip]
static P384: Kind = Kind {
    schemes: &[
        scheme("ECDSA on P-384 over SHA-384", &aws::ECDSA_P384_SHA384_ASN1, Sha384, Some(Known::EcdsaP384Sha384)),
        scheme("ECDSA on P-384 over SHA-256", &aws::ECDSA_P384_SHA256_ASN1, Sha256, Some(Known::EcdsaP384Sha256)),
        scheme("ECDSA on P-384 over SHA-512", &aws::ECDSA_P384_SHA512_ASN1, Sha512, None),
    ],
    refused: &[],
    has_prehashed: false,
};

#[rustfmt::skip]
static P521: Kind = Kind {
    schemes: &[
        scheme("ECDSA on P-521 over SHA-512", &aws::ECDSA_P521_SHA512_ASN1, Sha512, None),
        scheme("ECDSA on P-521 over SHA-256", &aws::ECDSA_P521_SHA256_ASN1, Sha256, None),
        scheme("ECDSA on P-521 over SHA-384", &aws::ECDSA_P521_SHA384_ASN1, Sha384, None),
    ],
    refused: &[
        ("ECDSA over SHA-1", &aws::ECDSA_P521_SHA1_ASN1),
        ("ECDSA over SHA-224", &aws::ECDSA_P521_SHA224_ASN1),
    ],
    has_prehashed: false,
};

#[rustfmt::skip]
static RSA: Kind = Kind {
    schemes: &[
        scheme("RSA over SHA-256", &aws::RSA_PKCS1_2048_8192_SHA256, Sha256, Some(Known::RsaPkcs1Sha256)),
        scheme("RSA over SHA-384", &aws::RSA_PKCS1_2048_8192_SHA384, Sha384, Some(Known::RsaPkcs1Sha384)),
        scheme("RSA over SHA-512", &aws::RSA_PKCS1_2048_8192_SHA512, Sha512, Some(Known::RsaPkcs1Sha512)),
    ],
    refused: &[
        ("RSA over SHA-1", &aws::RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY),
        // cosign has no option for it either: only a key service that makes such signatures verifies them.
        ("RSA-PSS over SHA-256", &aws::RSA_PSS_2048_8192_SHA256),
        ("RSA-PSS over SHA-384", &aws::RSA_PSS_2048_8192_SHA384),
        ("RSA-PSS over SHA-512", &aws::RSA_PSS_2048_8192_SHA512),
    ],
    has_prehashed: false,
};

static ED25519: Kind = Kind {
    schemes: &[Scheme {
        name: "Ed25519",
        algorithm: &aws::ED25519,
        hash: None,
        sigstore: Some(Known::Ed25519),
    }],
    refused: &[],
    has_prehashed: true,
};

/// A key with the schemes that it may sign with.
pub(super) struct Key {
    pub(super) der: DerPublicKey,
    kind: &'static Kind,
    /// The key alone: a point of the curve, or an RSAPublicKey.
    bytes: Vec<u8>,
}

/// Why a key cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum KeyError {
    /// Unreadable, or of another kind than the supported ones.
    #[error(
        "is of a kind that is not supported; ECDSA on P-256, P-384 or P-521, RSA and Ed25519 are"
    )]
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
        let key = SubjectPublicKeyInfoRef::from_der(der).map_err(|_| KeyError::Kind)?;
        let bytes = key.subject_public_key.as_bytes().ok_or(KeyError::Kind)?;
        let algorithm = &key.algorithm;
        let kind = match (algorithm.oid, algorithm.parameters) {
            (ID_EC_PUBLIC_KEY, Some(_)) => match algorithm.parameters_oid() {
                Ok(SECP_256_R_1) => &P256,
                Ok(SECP_384_R_1) => &P384,
                Ok(SECP_521_R_1) => &P521,
                _ => return Err(KeyError::Kind),
            },
            (RSA_ENCRYPTION, parameters) if parameters.is_none_or(|any| any.is_null()) => &RSA,
            (ID_ED_25519, None) => &ED25519,
            _ => return Err(KeyError::Kind),
        };
        // What aws-lc reads is wider: other forms of a point, and a whole SubjectPublicKeyInfo.
        let is_strict = match algorithm.oid {
            ID_EC_PUBLIC_KEY => bytes.first() == Some(&4),
            RSA_ENCRYPTION => validate_raw_public_key(Known::RsaPkcs1Sha256, bytes).is_ok(),
            _ => true,
        };
        if !is_strict {
            return Err(KeyError::Kind);
        }
        let usual = kind.schemes.first().ok_or(KeyError::Kind)?;
        // The verification says of such a key only that each signature is invalid.
        ParsedPublicKey::new(usual.algorithm, bytes).map_err(|_| KeyError::NotOnCurve)?;
        Ok(Self {
            der: DerPublicKey::from_bytes(der),
            kind,
            bytes: bytes.to_vec(),
        })
    }

    /// The scheme with which this key signed `message`; `None` when it did not.
    pub(super) fn signed(
        &self,
        message: &Message<'_>,
        signature: &SignatureBytes,
    ) -> Option<&'static Scheme> {
        let signature = signature.as_bytes();
        self.kind.schemes.iter().find(|scheme| {
            let key = UnparsedPublicKey::new(scheme.algorithm, &self.bytes);
            let verified = match scheme.hash {
                Some(hash) => key.verify_digest(message.hash(hash), signature),
                None => key.verify(message.bytes, signature),
            };
            verified.is_ok()
        })
    }

    /// The name of the scheme with which this key did sign `message`, and which does not count.
    pub(super) fn signed_in_vain(
        &self,
        message: &Message<'_>,
        signature: &SignatureBytes,
    ) -> Option<&'static str> {
        if message.bytes.len() > MOST_NAMED {
            return None;
        }
        let mut refused = self.kind.refused.iter();
        let found = refused.find(|(_, algorithm)| {
            let key = UnparsedPublicKey::new(*algorithm, &self.bytes);
            key.verify(message.bytes, signature.as_bytes()).is_ok()
        });
        found.map(|(name, _)| *name)
    }

    /// Whether a signature that this key does not verify may be Ed25519ph by it, which nobody can tell here.
    pub(super) fn may_have_signed_prehashed(&self, signature: &SignatureBytes) -> bool {
        self.kind.has_prehashed && signature.as_bytes().len() == ED25519_BYTES
    }
}
