//! An own certificate authority: whether a certificate chains to it at a given time. sigstore-verify cannot
//! be asked, since it trusts every certificate of an authority as much as its root, wants the code-signing
//! usage of intermediates too, and knows no time but that of a log or timestamp.

use std::time::Duration;

use const_oid::db::rfc5280::ID_KP_CODE_SIGNING;
use jiff::Timestamp;
use rustls_pki_types::{CertificateDer, TrustAnchor, UnixTime};
use sigstore_verify::types::DerCertificate;
use webpki::{ALL_VERIFICATION_ALGS, EndEntityCert, KeyUsage, anchor_from_trusted_cert};
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

/// The time for which a certificate has to be valid.
#[derive(Clone, Copy)]
pub(super) enum Moment {
    /// Something trusted says that it was signed then.
    Signed(Timestamp),
    /// Nothing says when it was signed.
    Now(Timestamp),
}

impl Moment {
    const fn time(self) -> Timestamp {
        match self {
            Self::Signed(time) | Self::Now(time) => time,
        }
    }
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

    /// Whether the first of `certificates` chains to a root at that moment, with the rest of them and the file's
    /// intermediates on the way.
    ///
    /// # Errors
    /// It does not.
    pub(super) fn verify(
        &self,
        certificates: &[DerCertificate],
        moment: Moment,
    ) -> Result<(), Refusal> {
        let Some((der, rest)) = certificates.split_first() else {
            return Err(untrusted("it carries no certificate".to_owned()));
        };
        let own_end = may_sign(der)?;
        let time = moment.time();
        let valid = |root: &&Root| root.not_before <= time && time <= root.not_after;
        let anchors: Vec<_> = self
            .roots
            .iter()
            .filter(valid)
            .map(|root| root.anchor.clone())
            .collect();
        if anchors.is_empty() {
            return Err(self.not_valid(moment));
        }
        let sent = rest.iter().map(|one| CertificateDer::from(one.as_bytes()));
        let intermediates: Vec<_> = self.intermediates.iter().cloned().chain(sent).collect();
        let seconds = u64::try_from(time.as_second())
            .map_err(|_| untrusted("it was signed before 1970".to_owned()))?;
        let der = CertificateDer::from(der.as_bytes());
        let refused = |error| of_error(&error, own_end, moment);
        let signer = EndEntityCert::try_from(&der).map_err(refused)?;
        signer
            .verify_for_usage(
                ALL_VERIFICATION_ALGS,
                &anchors,
                &intermediates,
                UnixTime::since_unix_epoch(Duration::from_secs(seconds)),
                KeyUsage::required_if_present(ID_KP_CODE_SIGNING.as_bytes()),
                None,
                None,
            )
            .map_err(refused)?;
        Ok(())
    }

    /// The refusal when no root is valid.
    fn not_valid(&self, moment: Moment) -> Refusal {
        let whose = "the policy's authority";
        let last = self.roots.iter().map(|root| root.not_after).max();
        let first = self.roots.iter().map(|root| root.not_before).min();
        match (first, last) {
            (_, Some(last)) if last < moment.time() => expired(whose, last, moment),
            (Some(first), _) if moment.time() < first => not_yet_valid(whose, first, moment),
            // Between two of them.
            _ => untrusted(format!("{whose} is not valid at {}", At(moment.time()))),
        }
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
/// one of every usage; here the usage has to be written, as in Sigstore's own profile. Gives its last second.
fn may_sign(signer: &DerCertificate) -> Result<i64, Refusal> {
    let unreadable = || refuse(RefusalKind::Unsupported, "its certificate cannot be read");
    let certificate = Certificate::from_der(signer.as_bytes()).map_err(|_| unreadable())?;
    let tbs = certificate.tbs_certificate;
    match tbs.get::<ExtendedKeyUsage>().map_err(|_| unreadable())? {
        Some((_, usage)) if usage.0.contains(&ID_KP_CODE_SIGNING) => {
            let end = tbs.validity.not_after.to_unix_duration().as_secs();
            i64::try_from(end).map_err(|_| unreadable())
        }
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

fn expired(whose: &str, end: Timestamp, moment: Moment) -> Refusal {
    let end = At(end);
    untrusted(match moment {
        Moment::Signed(time) => {
            format!(
                "{whose} expired at {end}, before it was signed ({})",
                At(time)
            )
        }
        Moment::Now(_) => {
            format!("{whose} expired at {end}, and nothing trusted says that it was signed before")
        }
    })
}

fn not_yet_valid(whose: &str, start: Timestamp, moment: Moment) -> Refusal {
    let start = At(start);
    untrusted(match moment {
        Moment::Signed(time) => {
            format!(
                "{whose} is valid from {start} on, and it was signed before ({})",
                At(time)
            )
        }
        Moment::Now(_) => format!("{whose} is not valid before {start}"),
    })
}

/// `own_end` is the last second of the signer's certificate, by which it is told from those above it.
fn of_error(error: &webpki::Error, own_end: i64, moment: Moment) -> Refusal {
    let seconds = |time: &UnixTime| i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
    let at = |time: &UnixTime| Timestamp::from_second(seconds(time)).ok();
    let reason = match error {
        webpki::Error::CertExpired { not_after, .. } => {
            let whose = match seconds(not_after) == own_end {
                true => "its certificate",
                false => "a certificate that its own rests on",
            };
            match at(not_after) {
                Some(end) => return expired(whose, end, moment),
                None => "its certificate, or one that it rests on, has expired",
            }
        }
        webpki::Error::CertNotValidYet { not_before, .. } => match at(not_before) {
            Some(start) => {
                let whose = "its certificate, or one that it rests on,";
                return not_yet_valid(whose, start, moment);
            }
            None => "its certificate, or one that it rests on, is not valid yet",
        },
        webpki::Error::UnknownIssuer => "its certificate is not by the policy's authority",
        webpki::Error::CaUsedAsEndEntity => {
            "its certificate is that of an authority, not of a signer"
        }
        webpki::Error::UnsupportedCriticalExtension => {
            "its certificate has a critical extension that this version does not know"
        }
        webpki::Error::UnsupportedSignatureAlgorithmContext(_)
        | webpki::Error::UnsupportedSignatureAlgorithmForPublicKeyContext(_) => {
            let reason = "its certificate, or one that it rests on, is signed with an algorithm that this \
                          version does not verify";
            return refuse(RefusalKind::Unsupported, reason);
        }
        _ => "its certificate does not chain to the policy's authority",
    };
    untrusted(reason.to_owned())
}
