//! RFC 3161 timestamps of a signature: which time a trusted authority signed, and why none did.

use cms::content_info::ContentInfo;
use cms::signed_data::{SignedData, SignerIdentifier};
use jiff::Timestamp;
use sigstore_verify::tsa::{Error, verify_timestamp_for_authority};
use sigstore_verify::types::SignatureBytes;
use sigstore_verify::types::bundle::Rfc3161Timestamp;
use x509_cert::der::asn1::AnyRef;
use x509_cert::der::{Decode as _, Encode as _, Reader as _, SliceReader};

use super::refusal::{At, quoted, refuse};
use super::trusted_root::Root;
use crate::model::signature::{Refusal, RefusalKind};

/// The time of a timestamp over `signature` by an authority of the root.
///
/// # Errors
/// No authority of the root made it, or not over this signature.
pub(super) fn verified(
    stamp: &Rfc3161Timestamp,
    signature: &SignatureBytes,
    root: &Root,
) -> Result<Timestamp, Refusal> {
    let mut refusal = None;
    for authority in &root.timestamp_authorities {
        match verify_timestamp_for_authority(&stamp.signed_timestamp, signature, authority) {
            Ok(time) => return Ok(time),
            Err(Error::TimestampOutsideValidity { time }) => {
                refusal = Some(refuse(
                    RefusalKind::UnknownToTrustedRoot,
                    format!(
                        "its timestamp is of {}, for which its authority is not trusted by {}",
                        At(time),
                        root.with_age
                    ),
                ));
            }
            Err(Error::HashMismatch { .. }) => {
                refusal = refusal.or_else(|| {
                    Some(refuse(
                        RefusalKind::BadLogEntry,
                        "its timestamp is of another signature",
                    ))
                });
            }
            Err(_) => {}
        }
    }
    Err(refusal.unwrap_or_else(|| {
        let by = signer(stamp.signed_timestamp.as_bytes());
        let by = by.map_or_else(
            || "an authority".to_owned(),
            |name| format!("the authority {}", quoted(&name)),
        );
        refuse(
            RefusalKind::UnknownToTrustedRoot,
            format!("its timestamp is by {by} that is not in {}", root.with_age),
        )
    }))
}

/// The times of all of them.
///
/// # Errors
/// One does not hold.
pub(super) fn all_verified(
    stamps: &[Rfc3161Timestamp],
    signature: &SignatureBytes,
    root: &Root,
) -> Result<Vec<Timestamp>, Refusal> {
    let stamps = stamps.iter();
    stamps
        .map(|stamp| verified(stamp, signature, root))
        .collect()
}

/// Who says to have made a timestamp; nothing of it is verified. The token stands alone or in the answer of
/// an authority, behind its status.
fn signer(token: &[u8]) -> Option<String> {
    let alone = ContentInfo::from_der(token).ok();
    let token = alone.or_else(|| answered(token))?;
    let signed: SignedData = SignedData::from_der(&token.content.to_der().ok()?).ok()?;
    let signer = signed.signer_infos.0.iter().next()?;
    let certificates = signed.certificates.iter().flat_map(|set| set.0.iter());
    let subject = certificates
        .filter_map(|choice| match choice {
            cms::cert::CertificateChoices::Certificate(one) => Some(&one.tbs_certificate),
            _ => None,
        })
        .find(|one| match &signer.sid {
            SignerIdentifier::IssuerAndSerialNumber(of) => {
                of.issuer == one.issuer && of.serial_number == one.serial_number
            }
            SignerIdentifier::SubjectKeyIdentifier(_) => false,
        })
        .map(|one| one.subject.to_string());
    // Without its certificate only the authority above it is named.
    let issuer = match &signer.sid {
        SignerIdentifier::IssuerAndSerialNumber(of) => Some(of.issuer.to_string()),
        SignerIdentifier::SubjectKeyIdentifier(_) => None,
    };
    subject.filter(|name| !name.is_empty()).or(issuer)
}

fn answered(response: &[u8]) -> Option<ContentInfo> {
    let mut reader = SliceReader::new(response).ok()?;
    let token = reader.sequence(|inner| {
        let _status: AnyRef<'_> = inner.decode()?;
        inner.decode::<ContentInfo>()
    });
    token.ok()
}
