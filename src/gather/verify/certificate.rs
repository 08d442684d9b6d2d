//! Signing certificates: whom they name, and the key in them. Whether a certificate is to be trusted is not
//! known here.

use const_oid::ObjectIdentifier;
use const_oid::db::rfc4519::COMMON_NAME;
use jiff::Timestamp;
use sigstore_verify::CertificateError;
use sigstore_verify::crypto::{CertificateInfo, parse_certificate_info};
use sigstore_verify::types::DerCertificate;
use x509_cert::Certificate;
use x509_cert::der::Decode as _;
use x509_cert::der::asn1::{Ia5StringRef, PrintableStringRef, TeletexStringRef, Utf8StringRef};
use x509_cert::ext::pkix::SubjectAltName;
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::name::Name;

use super::key::Key;
use super::refusal::refuse;
use crate::model::signature::{Identity, Refusal, RefusalKind};

/// The name that Fulcio gives to users without an e-mail address (`fulcio/docs/oid-info.md`).
const FULCIO_USER_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.57264.1.7");

/// A signer's certificate.
pub(super) struct Signer {
    /// As Fulcio writes it; `None` when it names nobody.
    pub(super) identity: Option<Identity>,
    /// As an own authority writes it: where Fulcio's fields are missing, the common name and the
    /// distinguished name of the authority.
    pub(super) plain_identity: Option<Identity>,
    pub(super) key: Key,
    not_before: Timestamp,
    not_after: Timestamp,
}

impl Signer {
    /// Reads a certificate.
    ///
    /// # Errors
    /// It cannot be read, or its key is of a kind that is not verified.
    pub(super) fn read(der: &DerCertificate) -> Result<Self, Refusal> {
        let unreadable = || refuse(RefusalKind::Unsupported, "its certificate cannot be read");
        let certificate = Certificate::from_der(der.as_bytes()).map_err(|_| unreadable())?;
        let info = parse_certificate_info(der).map_err(|_| unreadable())?;
        let key = Key::read(info.public_key.as_bytes()).map_err(|error| {
            refuse(
                RefusalKind::Unsupported,
                format!("the key in its certificate {error}"),
            )
        })?;
        let subject = alternative_name(&certificate, &info);
        let plain_subject = subject.clone().or_else(|| only_name(&certificate));
        let authority = certificate.tbs_certificate.issuer.to_string();
        Ok(Self {
            identity: subject.map(|subject| Identity {
                subject,
                issuer: info.issuer.clone(),
            }),
            plain_identity: plain_subject.map(|subject| Identity {
                subject,
                issuer: info.issuer.or(Some(authority)),
            }),
            key,
            not_before: info.not_before,
            not_after: info.not_after,
        })
    }

    /// Why the certificate is not valid at `time`; `None` when it is.
    pub(super) fn not_valid_at(&self, time: Timestamp) -> Option<CertificateError> {
        let (not_before, not_after) = (self.not_before, self.not_after);
        if time < not_before {
            Some(CertificateError::NotYetValid { time, not_before })
        } else if time > not_after {
            Some(CertificateError::Expired { time, not_after })
        } else {
            None
        }
    }
}

/// The first e-mail address or URI; else Fulcio's name of a user.
fn alternative_name(certificate: &Certificate, info: &CertificateInfo) -> Option<String> {
    if let Some(name) = &info.identity {
        return Some(name.as_str().to_owned());
    }
    let (_, names) = certificate.tbs_certificate.get::<SubjectAltName>().ok()??;
    names.0.iter().find_map(|name| match name {
        GeneralName::OtherName(other) if other.type_id == FULCIO_USER_NAME => {
            let text = other.value.decode_as::<Utf8StringRef<'_>>().ok()?;
            Some(text.as_str().to_owned())
        }
        _ => None,
    })
}

/// The common name where no alternative name stands beside it (RFC 6125, section 6.4.4): an authority that
/// vouches for a host name in the one may have let anything pass in the other.
fn only_name(certificate: &Certificate) -> Option<String> {
    match certificate.tbs_certificate.get::<SubjectAltName>() {
        Ok(None) => common_name(&certificate.tbs_certificate.subject),
        Ok(Some(_)) | Err(_) => None,
    }
}

fn common_name(name: &Name) -> Option<String> {
    let mut parts = name.0.iter().flat_map(|part| part.0.iter());
    let value = &parts.rfind(|part| part.oid == COMMON_NAME)?.value;
    if let Ok(text) = value.decode_as::<Utf8StringRef<'_>>() {
        return Some(text.as_str().to_owned());
    }
    if let Ok(text) = value.decode_as::<PrintableStringRef<'_>>() {
        return Some(text.as_str().to_owned());
    }
    if let Ok(text) = value.decode_as::<Ia5StringRef<'_>>() {
        return Some(text.as_str().to_owned());
    }
    let text = value.decode_as::<TeletexStringRef<'_>>().ok()?;
    Some(text.as_str().to_owned())
}
