//! The one place where sigstore-verify's verifier is called: what was taken apart is put together in its
//! terms, and what it says is asserted. What has no terms there goes another way ([`super::direct`]).

use jiff::Timestamp;
use sigstore_verify::crypto::SigningScheme;
use sigstore_verify::types::{
    Artifact, ArtifactDigest, Bundle, CertificateContent, DigestBytes, HashAlgorithm, MediaType,
    MessageDigest, MessageSignature, PublicKeyIdentifier, Rfc3161Timestamp, SignatureContent,
    TimestampVerificationData, TransparencyLogEntry, VerificationMaterial,
    VerificationMaterialContent, X509Certificate,
};
use sigstore_verify::{
    CertificateError, Error, PublicKeyVerificationPolicy, VerificationPolicy, VerificationResult,
};

use super::certificate::Signer;
use super::direct;
use super::entry::{self, Maker};
use super::key::{Key, Scheme};
use super::material::{Material, Signed};
use super::message::{Hash, Message};
use super::refusal::{of_error, refuse};
use super::timestamps;
use super::trusted_root::Root;
use crate::model::digest::Digest;
use crate::model::signature::{Refusal, RefusalKind};

/// A call of the verifier. The signature itself has been verified with `scheme` before, so that a refusal
/// here is about what came with it.
pub(super) struct Call<'c> {
    pub(super) root: &'c Root,
    pub(super) material: &'c Material<'c>,
    pub(super) subject: &'c Digest,
    pub(super) message: &'c Message<'c>,
    pub(super) scheme: &'static Scheme,
    /// The entries and timestamps that are to count.
    pub(super) entries: &'c [TransparencyLogEntry],
    pub(super) timestamps: &'c [Rfc3161Timestamp],
    /// Whether the entries have to prove that the signature is in a log.
    pub(super) log: bool,
    pub(super) now: Timestamp,
}

impl Call<'_> {
    /// The times at which trusted logs and timestamp authorities saw the signature by `key`.
    pub(super) fn by_key(&self, key: &Key) -> Result<Vec<Timestamp>, Refusal> {
        if self.is_known() {
            self.by_known_key(key)
        } else {
            direct::times(self, Maker::Key(&key.der), None)
        }
    }

    pub(super) fn by_known_key(&self, key: &Key) -> Result<Vec<Timestamp>, Refusal> {
        let mut policy = PublicKeyVerificationPolicy::new(key.der.clone());
        if !self.log {
            policy = policy.skip_tlog_unsafe();
        }
        let hint = VerificationMaterialContent::PublicKey(PublicKeyIdentifier::new(String::new()));
        let bundle = self.bundle(hint)?;
        let result = self
            .root
            .verifier
            .verify(self.artifact()?, &bundle, &policy)
            .map_err(|error| self.refusal(&error))?;
        self.times(&result)
    }

    /// The same for the signature by a certificate of the Sigstore trusted root; its chain, its entry in a
    /// certificate log (SCT) and its validity at each of the times are verified.
    pub(super) fn by_sigstore_certificate(
        &self,
        signer: &Signer,
    ) -> Result<Vec<Timestamp>, Refusal> {
        if !self.is_known() {
            let name = self.scheme.name;
            return Err(refuse(
                RefusalKind::Unsupported,
                format!(
                    "it is made with {name}, which this version verifies with a key or an own authority, and \
                     not yet keyless"
                ),
            ));
        }
        let result = self.by_certificate(VerificationPolicy::any_identity(), signer)?;
        if result.certificate_verified() && result.sct_verified() {
            self.certain_times(&result)
        } else {
            Err(not_done())
        }
    }

    /// The same for the signature by a certificate of another authority; its chain is not verified here.
    pub(super) fn by_other_certificate(&self, signer: &Signer) -> Result<Vec<Timestamp>, Refusal> {
        if !self.is_known() {
            let certificate = self.material.certificates.first().ok_or_else(not_done)?;
            return direct::times(self, Maker::Certificate(certificate), Some(signer));
        }
        self.by_known_certificate(signer)
    }

    pub(super) fn by_known_certificate(&self, signer: &Signer) -> Result<Vec<Timestamp>, Refusal> {
        let policy = VerificationPolicy::any_identity().skip_certificate_chain();
        let result = self.by_certificate(policy, signer)?;
        self.certain_times(&result)
    }

    /// The refusal for an error. Of timestamps sigstore-verify does not say whose they are.
    fn refusal(&self, error: &Error) -> Refusal {
        let stamped = match error {
            Error::Timestamp(_) => self.stamped().err(),
            _ => None,
        };
        stamped.unwrap_or_else(|| of_error(error, self.root))
    }

    /// The times of the timestamps, each of which has to hold.
    pub(super) fn stamped(&self) -> Result<Vec<Timestamp>, Refusal> {
        let signature = self.material.signed.signature();
        timestamps::all_verified(self.timestamps, signature, self.root)
    }

    /// Whether sigstore-verify has terms for the scheme and for each log entry. Of a statement it tries the
    /// usual hash of the key alone.
    pub(super) fn is_known(&self) -> bool {
        let Some(scheme) = self.scheme.sigstore else {
            return false;
        };
        let is_tried = match &self.material.signed {
            Signed::Payload { .. } => true,
            Signed::Envelope(_) => scheme == scheme.key_algorithm().default_signing_scheme(),
        };
        is_tried && self.entries.iter().all(entry::is_usual)
    }

    fn by_certificate(
        &self,
        mut policy: VerificationPolicy,
        signer: &Signer,
    ) -> Result<VerificationResult, Refusal> {
        if !self.log {
            policy = policy.skip_tlog_unsafe();
        }
        let bundle = self.bundle(self.certificates()?)?;
        let result = self
            .root
            .verifier
            .verify(self.artifact()?, &bundle, &policy);
        result.map_err(|error| {
            let error = self.expired(&error, signer).unwrap_or(error);
            match error {
                Error::Certificate(CertificateError::Sct(_)) if !signer.is_in_certificate_log => {
                    not_in_a_certificate_log()
                }
                error => self.refusal(&error),
            }
        })
    }

    /// sigstore-verify reports an expired certificate as one that does not chain, without saying why. When
    /// it comes to the chain, it has verified the times of the promises.
    fn expired(&self, error: &Error, signer: &Signer) -> Option<Error> {
        if !matches!(error, Error::Certificate(CertificateError::ChainInvalid(_))) {
            return None;
        }
        let promised = self
            .entries
            .iter()
            .filter(|entry| entry.inclusion_promise.is_some())
            .filter_map(|entry| entry.integrated_time);
        promised
            .filter_map(|time| signer.not_valid_at(time))
            .next()
            .map(Error::Certificate)
    }

    fn times(&self, result: &VerificationResult) -> Result<Vec<Timestamp>, Refusal> {
        if self.log && !result.tlog_verified() {
            return Err(not_done());
        }
        Ok(result.verified_timestamps().to_vec())
    }

    /// A certificate is worth something at a time only, so there has to be one.
    fn certain_times(&self, result: &VerificationResult) -> Result<Vec<Timestamp>, Refusal> {
        let times = self.times(result)?;
        if times.is_empty() {
            return Err(not_done());
        }
        Ok(times)
    }

    fn artifact(&self) -> Result<Artifact<'_>, Refusal> {
        match &self.material.signed {
            Signed::Payload { payload, .. } => Ok(Artifact::from_blob(payload)),
            Signed::Envelope(_) => {
                let (algorithm, hex) = self.subject.as_str().split_once(':').unwrap_or_default();
                let digest = algorithm.parse().ok().zip(bytes_of(hex));
                let digest: Option<ArtifactDigest> =
                    digest.and_then(|(algorithm, bytes): (HashAlgorithm, Vec<u8>)| {
                        ArtifactDigest::new(algorithm, DigestBytes::new(bytes)).ok()
                    });
                digest.map(Artifact::from_digest).ok_or_else(|| {
                    refuse(
                        RefusalKind::Unsupported,
                        "the image's digest is of a kind that statements are not verified for",
                    )
                })
            }
        }
    }

    fn bundle(&self, signer: VerificationMaterialContent) -> Result<Bundle, Refusal> {
        let timestamps = TimestampVerificationData::new(self.timestamps.to_vec());
        let material = VerificationMaterial::new(signer)
            .with_tlog_entries(self.entries.to_vec())
            .with_timestamp_verification_data(timestamps);
        Ok(Bundle::new(self.version(), material, self.content()?))
    }

    /// Version 0.1 demands a promise. Where the entries are left aside the next one says the same without.
    fn version(&self) -> MediaType {
        match self.material.version {
            MediaType::Bundle0_1 if self.entries.is_empty() => MediaType::Bundle0_2,
            other => other,
        }
    }

    fn content(&self) -> Result<SignatureContent, Refusal> {
        match &self.material.signed {
            Signed::Payload { signature, .. } => {
                // The algorithm of the digest is how sigstore-verify is told which scheme was used.
                let (algorithm, hash) = match self.scheme.sigstore {
                    Some(SigningScheme::RsaPkcs1Sha512) => (HashAlgorithm::Sha2512, Hash::Sha512),
                    Some(
                        SigningScheme::EcdsaP256Sha384
                        | SigningScheme::EcdsaP384Sha384
                        | SigningScheme::RsaPkcs1Sha384,
                    ) => (HashAlgorithm::Sha2384, Hash::Sha384),
                    _ => (HashAlgorithm::Sha2256, Hash::Sha256),
                };
                let digest = DigestBytes::new(self.message.hash(hash).as_ref().to_vec());
                let message = MessageSignature::new(signature.clone());
                let message = message.with_message_digest(MessageDigest::new(algorithm, digest));
                Ok(SignatureContent::MessageSignature(message))
            }
            Signed::Envelope(envelope) => Ok(SignatureContent::DsseEnvelope(envelope.clone())),
        }
    }

    fn certificates(&self) -> Result<VerificationMaterialContent, Refusal> {
        let certificates = &self.material.certificates;
        match (certificates.as_slice(), self.material.version) {
            ([], _) => Err(not_done()),
            ([one], MediaType::Bundle0_3) => Ok(VerificationMaterialContent::Certificate(
                CertificateContent::new(one.clone()),
            )),
            (chain, _) => {
                let chain = chain.iter().cloned().map(X509Certificate::new);
                Ok(VerificationMaterialContent::X509CertificateChain {
                    certificates: chain.collect(),
                })
            }
        }
    }
}

/// As a private Fulcio makes it that is set up without such a log.
fn not_in_a_certificate_log() -> Refusal {
    refuse(
        RefusalKind::NoCertificateLog,
        "its certificate has no timestamp (SCT) of a log of certificates, which a keyless signature has to have",
    )
}

/// sigstore-verify passed what it was not told to pass over; nothing may rest on that.
fn not_done() -> Refusal {
    refuse(
        RefusalKind::Unsupported,
        "not everything that the policy wants was verified",
    )
}

fn bytes_of(hex: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = hex
        .chars()
        .map(|digit| {
            digit
                .to_digit(16)
                .and_then(|digit| u8::try_from(digit).ok())
        })
        .collect();
    Some(
        digits?
            .chunks(2)
            .map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit))
            .collect(),
    )
}
