//! Certificate chains and authorities: every certificate of a PEM file.

use x509_cert::Certificate;
use x509_cert::der::Decode as _;

use super::pem::{self, PemError};

/// Why a file is not a list of certificates.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CertificateError {
    /// No text in it.
    #[error("it is empty")]
    Empty,
    /// Not PEM.
    #[error("it is not PEM, the text format with `-----BEGIN CERTIFICATE-----`")]
    NotPem,
    /// A block without an end, or with content that is not base64.
    #[error("a PEM block in it is damaged")]
    Damaged,
    /// A private key, which does not belong beside a policy.
    #[error("it holds a private key; a policy needs the certificates alone")]
    PrivateKey,
    /// Another kind of block.
    #[error("it holds a block that is not a certificate")]
    OtherBlock,
    /// The certificate with this number, from 1, cannot be read.
    #[error("certificate {0} in it cannot be read")]
    Unreadable(usize),
}

/// The certificates of a PEM file in DER, in the order of the file; at least one.
///
/// # Errors
/// When the file holds anything else.
pub fn read(file: &[u8]) -> Result<Vec<Vec<u8>>, CertificateError> {
    if file.trim_ascii().is_empty() {
        return Err(CertificateError::Empty);
    }
    let text = std::str::from_utf8(file).map_err(|_| CertificateError::NotPem)?;
    let blocks = pem::blocks(text).map_err(|error| match error {
        PemError::None => CertificateError::NotPem,
        PemError::Unfinished => CertificateError::Damaged,
    })?;
    let mut certificates = Vec::new();
    for (at, block) in blocks.into_iter().enumerate() {
        if block.label.contains("PRIVATE KEY") {
            return Err(CertificateError::PrivateKey);
        }
        if block.label != "CERTIFICATE" {
            return Err(CertificateError::OtherBlock);
        }
        let der = block.content.ok_or(CertificateError::Damaged)?;
        if Certificate::from_der(&der).is_err() {
            return Err(CertificateError::Unreadable(at + 1));
        }
        certificates.push(der);
    }
    Ok(certificates)
}
