//! Signing certificates: whom they name, and the key in them. Whether a certificate is to be trusted is not
//! known here.

use std::net::{Ipv4Addr, Ipv6Addr};

use const_oid::ObjectIdentifier;
use const_oid::db::rfc4519::COMMON_NAME;
use jiff::Timestamp;
use sigstore_verify::CertificateError;
use sigstore_verify::types::DerCertificate;
use x509_cert::Certificate;
use x509_cert::der::asn1::{Ia5StringRef, PrintableStringRef, TeletexStringRef, Utf8StringRef};
use x509_cert::der::{Decode as _, Encode as _};
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::ext::pkix::{SignedCertificateTimestampList, SubjectAltName};
use x509_cert::name::Name;
use x509_cert::time::Time;

use super::key::Key;
use super::refusal::refuse;
use crate::model::signature::{Identity, Refusal, RefusalKind};

/// The name that Fulcio gives to users without an e-mail address (`fulcio/docs/oid-info.md`).
const FULCIO_USER_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.57264.1.7");

/// The issuer of the token for which Fulcio made the certificate, as UTF8String (same page).
const FULCIO_ISSUER: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.57264.1.8");

/// The same in certificates before 2023: the text alone.
const FULCIO_OLD_ISSUER: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.57264.1.1");

/// A signer's certificate.
pub(super) struct Signer {
    /// As Fulcio writes it; `None` when it names nobody.
    pub(super) identity: Option<Identity>,
    /// As an own authority writes it: every alternative name, or the common name where there is none; and
    /// where Fulcio's issuer is missing the distinguished name of the authority.
    pub(super) plain_identity: Option<Identity>,
    pub(super) key: Key,
    /// Whether a log of certificates has left its timestamp (SCT) in it.
    pub(super) is_in_certificate_log: bool,
    pub(super) not_after: Timestamp,
    not_before: Timestamp,
}

impl Signer {
    /// Reads a certificate.
    ///
    /// # Errors
    /// It cannot be read, or its key is of a kind that is not verified.
    pub(super) fn read(der: &DerCertificate) -> Result<Self, Refusal> {
        let unreadable = || refuse(RefusalKind::Unsupported, "its certificate cannot be read");
        let certificate = Certificate::from_der(der.as_bytes()).map_err(|_| unreadable())?;
        let tbs = &certificate.tbs_certificate;
        let key = tbs.subject_public_key_info.to_der();
        let key = Key::read(&key.map_err(|_| unreadable())?).map_err(|error| {
            refuse(
                RefusalKind::Unsupported,
                format!("the key in its certificate {error}"),
            )
        })?;
        let time =
            |time: Time| Timestamp::try_from(time.to_system_time()).map_err(|_| unreadable());
        let names = alternative_names(&certificate).ok_or_else(unreadable)?;
        let issuer = fulcio_issuer(&certificate).map_err(|()| unreadable())?;
        let scts = tbs.get::<SignedCertificateTimestampList>();
        Ok(Self {
            identity: names.as_deref().and_then(|names| {
                let by_fulcio = |(sort, _): &&(Sort, String)| *sort <= Sort::User;
                let (_, subject) = names.iter().find(by_fulcio)?;
                Some(Identity {
                    subject: subject.clone(),
                    other_names: Vec::new(),
                    issuer: issuer.clone(),
                })
            }),
            plain_identity: plain_names(&certificate, names).map(|(subject, other_names)| {
                Identity {
                    subject,
                    other_names,
                    issuer: issuer.or_else(|| Some(tbs.issuer.to_string())),
                }
            }),
            key,
            // Which is not readable is for the verification to say.
            is_in_certificate_log: !matches!(scts, Ok(None)),
            not_before: time(tbs.validity.not_before)?,
            not_after: time(tbs.validity.not_after)?,
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

/// The sort of an alternative name. The first one that a certificate has is what messages call the signer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Sort {
    /// An e-mail address or a URI, in the order of the certificate.
    EmailOrUri,
    /// Fulcio's name of a user.
    User,
    /// A DNS name.
    Host,
    /// An IP address.
    Address,
}

/// The alternative names, sorted; the outer `None`: they cannot be read, the inner: there are none. These are
/// the sorts that cosign compares with the wanted subject (`cryptoutils.GetSubjectAlternateNames`).
fn alternative_names(certificate: &Certificate) -> Option<Option<Vec<(Sort, String)>>> {
    let Some((_, names)) = certificate.tbs_certificate.get::<SubjectAltName>().ok()? else {
        return Some(None);
    };
    let mut sorted: Vec<(Sort, String)> = names.0.iter().filter_map(alternative_name).collect();
    sorted.sort_by_key(|(sort, _)| *sort);
    Some(Some(sorted))
}

fn alternative_name(name: &GeneralName) -> Option<(Sort, String)> {
    match name {
        GeneralName::Rfc822Name(text) | GeneralName::UniformResourceIdentifier(text) => {
            Some((Sort::EmailOrUri, text.to_string()))
        }
        GeneralName::OtherName(other) if other.type_id == FULCIO_USER_NAME => {
            let text = other.value.decode_as::<Utf8StringRef<'_>>().ok()?;
            Some((Sort::User, text.as_str().to_owned()))
        }
        GeneralName::DnsName(text) => Some((Sort::Host, text.to_string())),
        GeneralName::IpAddress(bytes) => {
            let bytes = bytes.as_bytes();
            let four = <[u8; 4]>::try_from(bytes).map(|bytes| Ipv4Addr::from(bytes).to_string());
            let sixteen = || <[u8; 16]>::try_from(bytes).map(|b| Ipv6Addr::from(b).to_string());
            Some((Sort::Address, four.or_else(|_| sixteen()).ok()?))
        }
        _ => None,
    }
}

/// Whom an own authority names: the first alternative name and the others; or the common name, where no
/// alternative name stands beside it (RFC 6125, section 6.4.4): an authority that vouches for a host name in
/// the one may have let anything pass in the other.
fn plain_names(
    certificate: &Certificate,
    names: Option<Vec<(Sort, String)>>,
) -> Option<(String, Vec<String>)> {
    match names {
        None => Some((
            common_name(&certificate.tbs_certificate.subject)?,
            Vec::new(),
        )),
        Some(names) => {
            let mut names = names.into_iter().map(|(_, name)| name);
            Some((names.next()?, names.collect()))
        }
    }
}

/// The issuer of the token; an error when the current extension is there and cannot be read.
fn fulcio_issuer(certificate: &Certificate) -> Result<Option<String>, ()> {
    let extensions = certificate.tbs_certificate.extensions.iter().flatten();
    let value = |wanted: ObjectIdentifier| {
        let mut extensions = extensions.clone();
        let found = extensions.find(|one| one.extn_id == wanted);
        found.map(|one| one.extn_value.as_bytes())
    };
    let encoded = |bytes: &[u8]| {
        let text = Utf8StringRef::from_der(bytes).ok()?;
        Some(text.as_str().to_owned())
    };
    if let Some(bytes) = value(FULCIO_ISSUER) {
        return encoded(bytes).map(Some).ok_or(());
    }
    let Some(bytes) = value(FULCIO_OLD_ISSUER) else {
        return Ok(None);
    };
    let plain = || std::str::from_utf8(bytes).ok().map(str::to_owned);
    encoded(bytes).or_else(plain).map(Some).ok_or(())
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
