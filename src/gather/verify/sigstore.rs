//! The one place where sigstore-verify's verifier is called: what was taken apart is put together in its
//! terms, and what it says is asserted.

use jiff::Timestamp;
use sigstore_verify::crypto::{SigningScheme, sha256, sha384};
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
use super::key::Key;
use super::material::{Material, Signed};
use super::refusal::{of_error, refuse};
use super::trusted_root::Root;
use crate::model::digest::Digest;
use crate::model::signature::{Refusal, RefusalKind};

/// A call of the verifier. The signature itself has been verified with `scheme` before, so that a refusal
/// here is about what came with it.
pub(super) struct Call<'c> {
    pub(super) root: &'c Root,
    pub(super) material: &'c Material<'c>,
    pub(super) subject: &'c Digest,
    pub(super) scheme: SigningScheme,
    /// The entries and timestamps that are to count.
    pub(super) entries: &'c [TransparencyLogEntry],
    pub(super) timestamps: &'c [Rfc3161Timestamp],
    /// Whether the entries have to prove that the signature is in a log.
    pub(super) log: bool,
}

impl Call<'_> {
    /// The times at which trusted logs and timestamp authorities saw the signature by `key`.
    pub(super) fn by_key(&self, key: &Key) -> Result<Vec<Timestamp>, Refusal> {
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
            .map_err(|error| of_error(&error, self.root))?;
        self.times(&result)
    }

    /// The same for the signature by a certificate of the Sigstore trusted root; its chain, its entry in a
    /// certificate log (SCT) and its validity at each of the times are verified.
    pub(super) fn by_sigstore_certificate(
        &self,
        signer: &Signer,
    ) -> Result<Vec<Timestamp>, Refusal> {
        let result = self.by_certificate(VerificationPolicy::any_identity(), signer)?;
        if result.certificate_verified() && result.sct_verified() {
            self.certain_times(&result)
        } else {
            Err(not_done())
        }
    }

    /// The same for the signature by a certificate of another authority; its chain is not verified here.
    pub(super) fn by_other_certificate(&self, signer: &Signer) -> Result<Vec<Timestamp>, Refusal> {
        let policy = VerificationPolicy::any_identity().skip_certificate_chain();
        let result = self.by_certificate(policy, signer)?;
        self.certain_times(&result)
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
            of_error(&error, self.root)
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
            Signed::Payload { payload, signature } => {
                let message = MessageSignature::new(signature.clone());
                // The algorithm of the digest is how sigstore-verify is told which scheme was used.
                let digest = match self.scheme.hash_algorithm() {
                    Some(HashAlgorithm::Sha2384) => MessageDigest::new(
                        HashAlgorithm::Sha2384,
                        DigestBytes::new(sha384(payload).as_slice().to_vec()),
                    ),
                    _ => MessageDigest::new(
                        HashAlgorithm::Sha2256,
                        DigestBytes::new(sha256(payload).as_slice().to_vec()),
                    ),
                };
                Ok(SignatureContent::MessageSignature(
                    message.with_message_digest(digest),
                ))
            }
            // For an envelope it takes the first scheme of the kind of key, which for P-384 is SHA-384.
            Signed::Envelope(_) if self.scheme == SigningScheme::EcdsaP384Sha256 => Err(refuse(
                RefusalKind::Unsupported,
                "it is a statement signed with P-384 and SHA-256, whose log entry this version does not verify",
            )),
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
