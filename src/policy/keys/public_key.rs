//! Public keys: a PEM file with one SubjectPublicKeyInfo (RFC 5280, section 4.1) of a kind that cosign
//! signs with: ECDSA on P-256, P-384 or P-521, RSA of 2048 to 4096 bits, Ed25519.

use const_oid::ObjectIdentifier;
use const_oid::db::DB;
use const_oid::db::rfc5912::{
    ID_EC_PUBLIC_KEY, RSA_ENCRYPTION, SECP_256_R_1, SECP_384_R_1, SECP_521_R_1,
};
use const_oid::db::rfc8410::ID_ED_25519;
use spki::SubjectPublicKeyInfoRef;
use spki::der::asn1::{AnyRef, UintRef};
use spki::der::{Decode as _, Reader as _, SliceReader};

use super::pem::{self, Block, PemError};

/// Why a file is not a usable public key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// No text in it.
    #[error("it is empty")]
    Empty,
    /// Not PEM.
    #[error("it is not PEM, the text format with `-----BEGIN PUBLIC KEY-----`")]
    NotPem,
    /// A block without an end, or with content that is not base64.
    #[error("the PEM block in it is damaged")]
    Damaged,
    /// More than one block.
    #[error("it holds {0} PEM blocks, and a signer has one key")]
    SeveralBlocks(usize),
    /// A private key, encrypted or not.
    #[error("it holds a private key, and a policy needs the public one")]
    PrivateKey,
    /// The private key that `cosign generate-key-pair` or `import-key-pair` writes.
    #[error("it holds a private key of cosign, and a policy needs the public one")]
    CosignPrivateKey,
    /// A certificate.
    #[error("it holds a certificate in place of a public key")]
    Certificate,
    /// `RSA PUBLIC KEY`, the older format without the algorithm.
    #[error("it holds an RSA key in the PKCS #1 format")]
    Pkcs1,
    /// Another kind of block.
    #[error("it holds a block that is not a public key")]
    OtherBlock,
    /// The content is not a SubjectPublicKeyInfo.
    #[error("the key in it cannot be read")]
    Unreadable,
    /// A point on a curve in the short form, which cosign and Go do not read either. One form for each key
    /// makes two keys the same when their bytes are.
    #[error("it holds a key in the compressed form")]
    Compressed,
    /// An algorithm or curve that is not supported, by name or identifier.
    #[error(
        "it holds a key of the kind {0}; ECDSA on P-256, P-384 or P-521, RSA and Ed25519 are supported"
    )]
    UnsupportedKind(String),
    /// RSA with a modulus of so many bits.
    #[error("it holds an RSA key of {0} bits; 2048 to 4096 are supported")]
    RsaSize(usize),
}

impl KeyError {
    /// What to do about it.
    pub const fn help(&self) -> Option<&'static str> {
        match self {
            Self::PrivateKey => Some(
                "name the public half, as `openssl pkey -in FILE -pubout` writes it; take the private key out of the \
                 reach of the policy",
            ),
            Self::CosignPrivateKey => Some(
                "name the public half, as `cosign public-key --key FILE > cosign.pub` writes it; take the private \
                 key out of the reach of the policy",
            ),
            Self::Certificate => Some(
                "use a signer `certificate: { chain: … }`, or take the key out with `openssl x509 -pubkey -noout`",
            ),
            Self::Pkcs1 => Some("convert it with `openssl rsa -RSAPublicKey_in -in FILE -pubout`"),
            Self::Compressed => {
                Some("convert it with `openssl ec -pubin -in FILE -pubout -conv_form uncompressed`")
            }
            Self::SeveralBlocks(_) => Some("write one signer for each key"),
            _ => None,
        }
    }
}

/// The key of a PEM file as SubjectPublicKeyInfo in DER.
///
/// # Errors
/// When the file holds anything but one usable public key.
pub fn read(file: &[u8]) -> Result<Vec<u8>, KeyError> {
    if file.trim_ascii().is_empty() {
        return Err(KeyError::Empty);
    }
    let text = std::str::from_utf8(file).map_err(|_| KeyError::NotPem)?;
    let blocks = pem::blocks(text).map_err(|error| match error {
        PemError::None => KeyError::NotPem,
        PemError::Unfinished => KeyError::Damaged,
    })?;
    let mut private = blocks.iter().map(|block| block.label);
    if let Some(label) = private.find(|label| label.contains("PRIVATE KEY")) {
        // cosign `pkg/cosign/keys.go`: `ENCRYPTED SIGSTORE PRIVATE KEY`, before 2.0 `ENCRYPTED COSIGN PRIVATE KEY`.
        let is_of_cosign = label.contains("SIGSTORE") || label.contains("COSIGN");
        return Err(match is_of_cosign {
            true => KeyError::CosignPrivateKey,
            false => KeyError::PrivateKey,
        });
    }
    let count = blocks.len();
    let mut blocks = blocks.into_iter();
    let Some(Block { label, content }) = blocks.next().filter(|_| count == 1) else {
        return Err(KeyError::SeveralBlocks(count));
    };
    match label {
        "PUBLIC KEY" => {}
        "RSA PUBLIC KEY" => return Err(KeyError::Pkcs1),
        "CERTIFICATE" | "TRUSTED CERTIFICATE" | "X509 CERTIFICATE" => {
            return Err(KeyError::Certificate);
        }
        _ => return Err(KeyError::OtherBlock),
    }
    let der = content.ok_or(KeyError::Damaged)?;
    usable(&der)?;
    Ok(der)
}

/// Whether a SubjectPublicKeyInfo is that of an Ed25519 key. cosign signs with an imported one as Ed25519ph,
/// which neither its own `verify` nor imagegate takes.
pub fn is_ed25519(der: &[u8]) -> bool {
    let key = SubjectPublicKeyInfoRef::from_der(der);
    key.is_ok_and(|key| key.algorithm.oid == ID_ED_25519)
}

fn usable(der: &[u8]) -> Result<(), KeyError> {
    let key = SubjectPublicKeyInfoRef::from_der(der).map_err(|_| KeyError::Unreadable)?;
    let bytes = key
        .subject_public_key
        .as_bytes()
        .ok_or(KeyError::Unreadable)?;
    let sound = match key.algorithm.oid {
        ID_EC_PUBLIC_KEY => {
            let curve = key.algorithm.parameters.ok_or(KeyError::Unreadable)?;
            let curve = curve
                .decode_as::<ObjectIdentifier>()
                .map_err(|_| KeyError::UnsupportedKind("ECDSA with its own curve".to_owned()))?;
            let field_bytes = match curve {
                SECP_256_R_1 => 32,
                SECP_384_R_1 => 48,
                SECP_521_R_1 => 66,
                other => return Err(KeyError::UnsupportedKind(name(other))),
            };
            is_point(bytes, field_bytes)?
        }
        RSA_ENCRYPTION => {
            let parameters = key.algorithm.parameters;
            // RFC 3279, section 2.3.1: the parameters are NULL, and are written.
            parameters.is_some_and(AnyRef::is_null) && is_rsa(bytes)?
        }
        ID_ED_25519 => key.algorithm.parameters.is_none() && bytes.len() == 32,
        other => return Err(KeyError::UnsupportedKind(name(other))),
    };
    if sound {
        Ok(())
    } else {
        Err(KeyError::Unreadable)
    }
}

/// The name of an algorithm or curve in the registry, or its number.
fn name(identifier: ObjectIdentifier) -> String {
    DB.by_oid(&identifier)
        .map_or_else(|| identifier.to_string(), str::to_owned)
}

/// Whether `bytes` have the shape of a curve point (SEC 1, section 2.3.3). That the point lies on the
/// curve is found by the verification, which fails for one that does not.
fn is_point(bytes: &[u8], field_bytes: usize) -> Result<bool, KeyError> {
    match bytes.first() {
        Some(4) => Ok(bytes.len() == 1 + 2 * field_bytes),
        Some(2 | 3) if bytes.len() == 1 + field_bytes => Err(KeyError::Compressed),
        _ => Ok(false),
    }
}

/// Whether `bytes` are an RSAPublicKey (RFC 8017, appendix A.1.1) with odd numbers above 1.
fn is_rsa(bytes: &[u8]) -> Result<bool, KeyError> {
    let numbers = || -> spki::der::Result<(UintRef<'_>, UintRef<'_>)> {
        let mut reader = SliceReader::new(bytes)?;
        let numbers = reader.sequence(|inner| Ok((inner.decode()?, inner.decode()?)))?;
        reader.finish(numbers)
    };
    let (modulus, exponent) = numbers().map_err(|_| KeyError::Unreadable)?;
    let modulus = modulus.as_bytes();
    let leading = modulus
        .first()
        .map_or(0, |first| first.leading_zeros() as usize);
    let bits = modulus.len() * 8 - leading;
    if !(2048..=4096).contains(&bits) {
        return Err(KeyError::RsaSize(bits));
    }
    let odd = |bytes: &[u8]| bytes.last().is_some_and(|last| last % 2 == 1);
    Ok(odd(modulus) && odd(exponent.as_bytes()) && exponent.as_bytes() != [1])
}
