//! One signature held against what a policy trusts: a key, the Sigstore trusted root, an own authority.
//!
//! The order is always the same: the signature itself over the exact bytes, then the image that those bytes
//! speak of, then log, timestamps and certificate. Only the end of that way makes a [`Proof`].

use jiff::Timestamp;
use sigstore_verify::crypto::SigningScheme;
use sigstore_verify::tsa::verify_timestamp_for_authority;
use sigstore_verify::types::{Rfc3161Timestamp, TransparencyLogEntry};

use super::authority::Authority;
use super::certificate::Signer;
use super::claims::Claims;
use super::key::Key;
use super::log;
use super::material::Material;
use super::refusal::{no_time, quoted, refuse};
use super::sigstore::Call;
use super::trusted_root::Root;
use crate::model::digest::Digest;
use crate::model::signature::{Anchor, Identity, Proof, Refusal, RefusalKind, Trial};

/// A signature that was read, ready to be held against any trial.
pub(super) struct Examined<'e> {
    pub(super) root: &'e Root,
    pub(super) material: &'e Material<'e>,
    pub(super) claims: &'e Claims,
    pub(super) subject: &'e Digest,
    /// The bytes under the signature.
    pub(super) message: &'e [u8],
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
            .ok_or_else(|| self.other_key())?;
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
                authority.verify(&self.material.certificates, time)?;
            }
            Ok(times)
        };
        let times = if log {
            verified(self.logged()?, &self.material.timestamps)?
        } else if let Ok(times) = self.first_of_times(verified) {
            times
        } else {
            // As cosign does without a log: nothing says when it was signed, so the certificate has to be
            // valid now. Whoever could add a time could also leave it out, so no refusal is lost here.
            authority.verify(&self.material.certificates, self.now)?;
            Vec::new()
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
        let authorities = &self.root.timestamp_authorities;
        let times = self.material.timestamps.iter().filter_map(|stamp| {
            authorities.iter().find_map(|authority| {
                verify_timestamp_for_authority(&stamp.signed_timestamp, signature, authority).ok()
            })
        });
        times.collect()
    }

    fn signed_with_certificate(&self) -> Result<(&Signer, SigningScheme), Refusal> {
        let signer = self.signer.ok_or_else(|| {
            refuse(
                RefusalKind::OtherSigner,
                "it is made with a key, not with a certificate",
            )
        })?;
        let signer = signer.as_ref().map_err(Clone::clone)?;
        let signature = self.material.signed.signature();
        let scheme = signer.key.signed(self.message, signature).ok_or_else(|| {
            refuse(
                RefusalKind::BadSignature,
                "it is no valid signature by the key in its certificate",
            )
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
        scheme: SigningScheme,
        entries: &'c [TransparencyLogEntry],
        timestamps: &'c [Rfc3161Timestamp],
        log: bool,
    ) -> Call<'c> {
        Call {
            root: self.root,
            material: self.material,
            subject: self.subject,
            scheme,
            entries,
            timestamps,
            log,
        }
    }

    fn other_key(&self) -> Refusal {
        let named = self
            .signer
            .and_then(|signer| signer.as_ref().ok())
            .and_then(|signer| signer.plain_identity.as_ref());
        let reason = match named {
            Some(identity) => format!(
                "it is not made with that key, but with a certificate for {}",
                quoted(&identity.subject)
            ),
            None => "it is not made with that key, or was altered afterwards".to_owned(),
        };
        refuse(RefusalKind::OtherSigner, reason)
    }
}

fn names_nobody() -> Refusal {
    refuse(
        RefusalKind::UntrustedCertificate,
        "its certificate names no e-mail address, no URI and nobody else",
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
