//! An own certificate authority: whether a certificate chains to it at a given time. sigstore-verify cannot
//! be asked, since it trusts every certificate of an authority as much as its root, wants the code-signing
//! usage of intermediates too, and knows no time but that of a log or timestamp.

use std::time::Duration;

use const_oid::db::rfc5280::ID_KP_CODE_SIGNING;
use jiff::Timestamp;
use rustls_pki_types::{CertificateDer, TrustAnchor, UnixTime};
use sigstore_verify::crypto::WEBPKI_VERIFICATION_ALGS;
use sigstore_verify::types::DerCertificate;
use webpki::{EndEntityCert, KeyUsage, anchor_from_trusted_cert};
use x509_cert::Certificate;
use x509_cert::der::Decode as _;
use x509_cert::ext::pkix::{BasicConstraints, ExtendedKeyUsage};

use super::refusal::{At, refuse};
use crate::model::signature::{Refusal, RefusalKind};

/// The certificates of a policy's file, told apart.
pub(super) struct Authority {
    roots: Vec<Root>,
    intermediates: Vec<CertificateDer<'static>>,
}

struct Root {
    anchor: TrustAnchor<'static>,
    not_before: Timestamp,
    not_after: Timestamp,
}

impl Authority {
    /// Tells roots and intermediates apart: roots are the self-issued certificates of the file, or, without
    /// one, its last certificate, as for `cosign verify --certificate-chain`.
    ///
    /// # Errors
    /// No certificate of the file may issue others.
    pub(super) fn read(chain: &[Vec<u8>]) -> Result<Self, Refusal> {
        let mut roots = Vec::new();
        let mut intermediates: Vec<CertificateDer<'static>> = Vec::new();
        for (at, der) in chain.iter().enumerate() {
            let certificate = Certificate::from_der(der).map_err(|_| unusable())?;
            let is_last_chance = at + 1 == chain.len() && roots.is_empty();
            let tbs = &certificate.tbs_certificate;
            if tbs.issuer == tbs.subject || is_last_chance {
                // A signer's own certificate in that file must not become an authority.
                if is_authority(&certificate) {
                    roots.push(Root::read(der, &certificate)?);
                }
            } else {
                intermediates.push(CertificateDer::from(der.clone()));
            }
        }
        if roots.is_empty() {
            return Err(unusable());
        }
        Ok(Self {
            roots,
            intermediates,
        })
    }

    /// Whether the first of `certificates` chains to a root at `time`, with the rest of them and the file's
    /// intermediates on the way.
    ///
    /// # Errors
    /// It does not.
    pub(super) fn verify(
        &self,
        certificates: &[DerCertificate],
        time: Timestamp,
    ) -> Result<(), Refusal> {
        let Some((signer, rest)) = certificates.split_first() else {
            return Err(untrusted("it carries no certificate".to_owned()));
        };
        may_sign(signer)?;
        let anchors: Vec<_> = self
            .roots
            .iter()
            .filter(|root| root.not_before <= time && time <= root.not_after)
            .map(|root| root.anchor.clone())
            .collect();
        if anchors.is_empty() {
            let time = At(time);
            return Err(untrusted(format!(
                "the policy's authority is not valid at {time}"
            )));
        }
        let sent = rest.iter().map(|one| CertificateDer::from(one.as_bytes()));
        let intermediates: Vec<_> = self.intermediates.iter().cloned().chain(sent).collect();
        let seconds = u64::try_from(time.as_second())
            .map_err(|_| untrusted("it was signed before 1970".to_owned()))?;
        let der = CertificateDer::from(signer.as_bytes());
        let signer = EndEntityCert::try_from(&der).map_err(|error| of_error(&error, time))?;
        signer
            .verify_for_usage(
                WEBPKI_VERIFICATION_ALGS,
                &anchors,
                &intermediates,
                UnixTime::since_unix_epoch(Duration::from_secs(seconds)),
                KeyUsage::required_if_present(ID_KP_CODE_SIGNING.as_bytes()),
                None,
                None,
            )
            .map_err(|error| of_error(&error, time))?;
        Ok(())
    }
}

impl Root {
    fn read(der: &[u8], certificate: &Certificate) -> Result<Self, Refusal> {
        let validity = &certificate.tbs_certificate.validity;
        let time = |time: x509_cert::time::Time| {
            Timestamp::try_from(time.to_system_time()).map_err(|_| unusable())
        };
        let anchor = anchor_from_trusted_cert(&CertificateDer::from(der))
            .map_err(|_| unusable())?
            .to_owned();
        Ok(Self {
            anchor,
            not_before: time(validity.not_before)?,
            not_after: time(validity.not_after)?,
        })
    }
}

fn is_authority(certificate: &Certificate) -> bool {
    let constraints = certificate.tbs_certificate.get::<BasicConstraints>();
    matches!(
        constraints,
        Ok(Some((_, BasicConstraints { ca: true, .. })))
    )
}

/// The signer's certificate must be made for code signing, as cosign demands
/// (`cosign.TrustedCert`, `ExtKeyUsageCodeSigning`). Go takes a certificate without any extended usage for
/// one of every usage; here the usage has to be written, as in Sigstore's own profile.
fn may_sign(signer: &DerCertificate) -> Result<(), Refusal> {
    let unreadable = || refuse(RefusalKind::Unsupported, "its certificate cannot be read");
    let certificate = Certificate::from_der(signer.as_bytes()).map_err(|_| unreadable())?;
    let usage = certificate.tbs_certificate.get::<ExtendedKeyUsage>();
    match usage.map_err(|_| unreadable())? {
        Some((_, usage)) if usage.0.contains(&ID_KP_CODE_SIGNING) => Ok(()),
        _ => Err(untrusted(
            "its certificate is not made for code signing (extended key usage)".to_owned(),
        )),
    }
}

fn unusable() -> Refusal {
    refuse(
        RefusalKind::UntrustedCertificate,
        "the policy's file holds no certificate of an authority (`CA:TRUE`) that can be used",
    )
}

fn untrusted(reason: String) -> Refusal {
    refuse(RefusalKind::UntrustedCertificate, reason)
}

fn of_error(error: &webpki::Error, time: Timestamp) -> Refusal {
    let time = At(time);
    untrusted(match error {
        webpki::Error::CertExpired { .. } => {
            format!("its certificate, or one that it rests on, had expired at {time}")
        }
        webpki::Error::CertNotValidYet { .. } => {
            format!("its certificate, or one that it rests on, was not valid yet at {time}")
        }
        webpki::Error::UnknownIssuer => {
            "its certificate is not by the policy's authority".to_owned()
        }
        webpki::Error::CaUsedAsEndEntity => {
            "its certificate is that of an authority, not of a signer".to_owned()
        }
        webpki::Error::UnsupportedCriticalExtension => {
            "its certificate has a critical extension that this version does not know".to_owned()
        }
        _ => "its certificate does not chain to the policy's authority".to_owned(),
    })
}
