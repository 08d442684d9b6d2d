//! One signature held against what a policy trusts: a key, the Sigstore trusted root, an own authority.
//!
//! The order is always the same: the signature itself over the exact bytes, then the image that those bytes
//! speak of, then log, timestamps and certificate. Only the end of that way makes a [`Proof`].

use jiff::Timestamp;
use sigstore_verify::types::{Rfc3161Timestamp, TransparencyLogEntry};

use super::authority::{Authority, Moment};
use super::certificate::Signer;
use super::claims::Claims;
use super::key::{Key, Scheme};
use super::log;
use super::material::Material;
use super::message::Message;
use super::refusal::{no_time, quoted, refuse};
use super::sigstore::Call;
use super::timestamps;
use super::trusted_root::Root;
use crate::model::digest::Digest;
use crate::model::signature::{Anchor, Identity, Proof, Refusal, RefusalKind, Trial};

/// What a signature by an Ed25519 key may be that the key does not verify. cosign makes such ones with
/// imported keys, and its own `verify` does not take them.
const OR_PREHASHED: &str = ", or is Ed25519ph, which is not verified";

/// A signature that was read, ready to be held against any trial.
pub(super) struct Examined<'e> {
    pub(super) root: &'e Root,
    pub(super) material: &'e Material<'e>,
    pub(super) claims: &'e Claims,
    pub(super) subject: &'e Digest,
    /// The bytes under the signature.
    pub(super) message: &'e Message<'e>,
    /// The certificate that came with it, when one did.
    pub(super) signer: Option<&'e Result<Signer, Refusal>>,
    /// The time for which a certificate counts that nothing else gives a time for.
    pub(super) now: Timestamp,
}

impl Examined<'_> {
    /// Holds the signature against `trial`.
    ///
    /// # Errors
    /// It does not pass; the refusal says why.
    pub(super) fn holds(&self, trial: &Trial) -> Result<Proof, Refusal> {
        match &trial.anchor {
            Anchor::Key(key) => self.by_key(key, trial.log),
            Anchor::Sigstore => self.by_sigstore(trial.log),
            Anchor::Authority(chain) => self.by_authority(chain, trial.log),
        }
    }

    fn by_key(&self, key: &[u8], log: bool) -> Result<Proof, Refusal> {
        let key = Key::read(key).map_err(|error| {
            refuse(
                RefusalKind::Unsupported,
                format!("the policy's key {error}"),
            )
        })?;
        let scheme = key
            .signed(self.message, self.material.signed.signature())
            .ok_or_else(|| self.not_with(&key))?;
        let annotations = self.annotations()?;
        let times = if log {
            let entries = self.logged()?;
            self.call(scheme, entries, &self.material.timestamps, true)
                .by_key(&key)?
        } else {
            self.timestamps()
        };
        Ok(proof(None, &times, annotations))
    }

    fn by_sigstore(&self, log: bool) -> Result<Proof, Refusal> {
        let (signer, scheme) = self.signed_with_certificate()?;
        let annotations = self.annotations()?;
        let identity = signer.identity.clone().ok_or_else(names_nobody)?;
        let verified = |entries: &[TransparencyLogEntry], timestamps: &[Rfc3161Timestamp]| {
            self.call(scheme, entries, timestamps, log)
                .by_sigstore_certificate(signer)
        };
        let times = if log {
            verified(self.logged()?, &self.material.timestamps)?
        } else {
            self.first_of_times(verified)?
        };
        Ok(proof(Some(identity), &times, annotations))
    }

    fn by_authority(&self, chain: &[Vec<u8>], log: bool) -> Result<Proof, Refusal> {
        let authority = Authority::read(chain)?;
        let (signer, scheme) = self.signed_with_certificate()?;
        let annotations = self.annotations()?;
        let identity = signer.plain_identity.clone().ok_or_else(names_nobody)?;
        let verified = |entries: &[TransparencyLogEntry], timestamps: &[Rfc3161Timestamp]| {
            let times = self
                .call(scheme, entries, timestamps, log)
                .by_other_certificate(signer)?;
            for &time in &times {
                authority.verify(&self.material.certificates, Moment::Signed(time))?;
            }
            Ok(times)
        };
        let times = if log {
            verified(self.logged()?, &self.material.timestamps)?
        } else {
            self.first_of_times(verified).or_else(|no_time| {
                // As cosign does without a log: nothing says when it was signed, so the certificate has to
                // be valid now. Whoever could add a time could also leave it out, so no refusal is lost here.
                let now = Moment::Now(self.now);
                let valid = authority.verify(&self.material.certificates, now);
                valid
                    .map(|()| Vec::new())
                    .map_err(|refusal| not_valid_now(refusal, no_time))
            })?
        };
        Ok(proof(Some(identity), &times, annotations))
    }

    /// Where no log is asked for, a log entry still is a time, and so is a timestamp; but neither may make
    /// a signature worse than one from which it was taken away. So they are tried together, then the
    /// timestamps alone.
    fn first_of_times(
        &self,
        verified: impl Fn(
            &[TransparencyLogEntry],
            &[Rfc3161Timestamp],
        ) -> Result<Vec<Timestamp>, Refusal>,
    ) -> Result<Vec<Timestamp>, Refusal> {
        let timestamps = self.material.timestamps.as_slice();
        let entries = self.material.entries.as_deref().unwrap_or_default();
        let mut outcome = Err(no_time());
        if !entries.is_empty() {
            outcome = verified(entries, timestamps);
        }
        if outcome.is_err() && !timestamps.is_empty() {
            outcome = verified(&[], timestamps);
        }
        outcome
    }

    /// The times of the timestamps that hold. A key needs none, so those that do not hold are passed over.
    fn timestamps(&self) -> Vec<Timestamp> {
        let signature = self.material.signed.signature();
        let stamps = self.material.timestamps.iter();
        stamps
            .filter_map(|stamp| timestamps::verified(stamp, signature, self.root).ok())
            .collect()
    }

    fn signed_with_certificate(&self) -> Result<(&Signer, &'static Scheme), Refusal> {
        let signer = self.signer.ok_or_else(|| {
            refuse(
                RefusalKind::OtherSigner,
                "it is made with a key, not with a certificate",
            )
        })?;
        let signer = signer.as_ref().map_err(Clone::clone)?;
        let signature = self.material.signed.signature();
        let scheme = signer.key.signed(self.message, signature).ok_or_else(|| {
            self.in_vain(&signer.key, "the key in its certificate")
                .unwrap_or_else(|| {
                    let prehashed = signer.key.may_have_signed_prehashed(signature);
                    let or = if prehashed { OR_PREHASHED } else { "" };
                    let reason =
                        format!("it is no valid signature by the key in its certificate{or}");
                    refuse(RefusalKind::BadSignature, reason)
                })
        })?;
        Ok((signer, scheme))
    }

    fn annotations(&self) -> Result<Vec<(String, String)>, Refusal> {
        self.claims
            .annotations
            .clone()
            .ok_or_else(|| refuse(RefusalKind::OtherImage, "it speaks of another image"))
    }

    /// The log entries, each of which can count.
    fn logged(&self) -> Result<&[TransparencyLogEntry], Refusal> {
        let entries = self
            .material
            .entries
            .as_deref()
            .map_err(|reason| refuse(RefusalKind::BadLogEntry, reason.clone()))?;
        log::required(entries, self.root)?;
        Ok(entries)
    }

    fn call<'c>(
        &'c self,
        scheme: &'static Scheme,
        entries: &'c [TransparencyLogEntry],
        timestamps: &'c [Rfc3161Timestamp],
        log: bool,
    ) -> Call<'c> {
        Call {
            root: self.root,
            material: self.material,
            subject: self.subject,
            message: self.message,
            scheme,
            entries,
            timestamps,
            log,
            now: self.now,
        }
    }

    /// Why a key does not verify the signature.
    fn not_with(&self, key: &Key) -> Refusal {
        let refused = self.in_vain(key, "that key");
        refused.unwrap_or_else(|| self.other_key(key))
    }

    /// The refusal of a signature that the key did make, in a way that does not count.
    fn in_vain(&self, key: &Key, named: &str) -> Option<Refusal> {
        let signature = self.material.signed.signature();
        let scheme = key.signed_in_vain(self.message, signature)?;
        let reason = format!(
            "it is made with {named} as {scheme}, which does not count; sign with SHA-256 (RSA: PKCS #1 v1.5)"
        );
        Some(refuse(RefusalKind::Unsupported, reason))
    }

    fn other_key(&self, key: &Key) -> Refusal {
        let named = self
            .signer
            .and_then(|signer| signer.as_ref().ok())
            .and_then(|signer| signer.plain_identity.as_ref());
        let reason = match named {
            Some(identity) => format!(
                "it is not made with that key, but with a certificate for {}",
                quoted(&identity.subject)
            ),
            None => {
                let signature = self.material.signed.signature();
                let prehashed = key.may_have_signed_prehashed(signature);
                let or = if prehashed { OR_PREHASHED } else { "" };
                format!("it is not made with that key, or was altered afterwards{or}")
            }
        };
        refuse(RefusalKind::OtherSigner, reason)
    }
}

/// The refusal of a certificate that is not valid now, with what is wrong with the times that came with it:
/// one that holds says more than the present does, and one that does not is what has to be mended.
fn not_valid_now(now: Refusal, time: Refusal) -> Refusal {
    match time.kind {
        RefusalKind::NoLogEntry => now,
        RefusalKind::UntrustedCertificate => time,
        kind => Refusal {
            kind: match kind {
                RefusalKind::UnknownToTrustedRoot => kind,
                _ => now.kind,
            },
            reason: format!("{}; {}", now.reason, time.reason),
        },
    }
}

fn names_nobody() -> Refusal {
    refuse(
        RefusalKind::UntrustedCertificate,
        "its certificate names nobody: no alternative name and no common name that counts",
    )
}

fn proof(
    identity: Option<Identity>,
    times: &[Timestamp],
    annotations: Vec<(String, String)>,
) -> Proof {
    Proof {
        identity,
        signed_at: times.iter().min().copied(),
        annotations,
    }
}
