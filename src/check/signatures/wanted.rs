//! One wanted signer against one stored signature.

use std::collections::HashSet;

use crate::model::signature::{Anchor, Candidate, Identity, Proof, Refusal, Trial};
use crate::policy::settings::{SignatureRequirement, Signer, Spanned};

/// A signer that an entry of `require` wants.
#[derive(Debug)]
pub struct Wanted<'a> {
    /// The signer.
    pub signer: &'a Signer,
    /// What a signature by that signer has to pass.
    pub trial: Trial,
}

impl<'a> Wanted<'a> {
    /// The signers of the entry, each once.
    pub fn by(requirement: &'a SignatureRequirement) -> Vec<Self> {
        Self::each(&requirement.signers, requirement.transparency_log.value)
    }

    /// The signers, each once; `log`: a transparency log has to have seen the signature.
    pub fn each(signers: &'a [Spanned<Signer>], log: bool) -> Vec<Self> {
        let signers = different(signers).into_iter();
        let wanted = signers.map(|signer| Self {
            signer,
            trial: trial(signer, log),
        });
        wanted.collect()
    }
}

/// Each signer once, the first time that it is named.
fn different(signers: &[Spanned<Signer>]) -> Vec<&Signer> {
    #[derive(PartialEq, Eq, Hash)]
    enum Same<'a> {
        Key(&'a [u8]),
        Other(&'a Signer),
    }
    let mut known = HashSet::new();
    let signers = signers.iter().map(|signer| &signer.value);
    let different = signers.filter(|signer| {
        known.insert(match signer {
            Signer::Key { der, .. } => Same::Key(der),
            other => Same::Other(other),
        })
    });
    different.collect()
}

/// What a signature by the signer is held against.
pub fn trial(signer: &Signer, log: bool) -> Trial {
    let anchor = match signer {
        Signer::Key { der, .. } => Anchor::Key(der.as_slice().into()),
        Signer::Keyless { .. } => Anchor::Sigstore,
        Signer::Certificate { chain, .. } => Anchor::Authority(chain.as_slice().into()),
    };
    Trial { anchor, log }
}

/// Who made a signature, as far as it was proven. A certificate's identity is the same whichever
/// authority it was traced to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Who<'a> {
    /// The owner of a key, in DER.
    Key(&'a [u8]),
    /// The owner of a certificate.
    Identity(&'a Identity),
}

/// How a stored signature stands to a wanted signer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing<'a> {
    /// It is by that signer.
    Counts(Who<'a>),
    /// It is by that signer, and lacks an annotation that is wanted.
    OtherAnnotations(&'a Proof),
    /// It is proven, and by somebody whom the patterns do not name.
    OtherIdentity(&'a Proof),
    /// It is not proven.
    Refused(&'a Refusal),
    /// It was not held against that signer. This says nothing.
    NotTried,
}

impl<'a> Standing<'a> {
    /// Of `candidate` to `wanted`, with the annotations that the entry wants.
    pub fn of(
        candidate: &'a Candidate,
        wanted: &'a Wanted<'_>,
        annotations: &[(Spanned<String>, Spanned<String>)],
    ) -> Self {
        let mut trials = candidate.trials.iter();
        let proof = match trials.find(|(made, _)| *made == wanted.trial) {
            Some((_, Ok(proof))) => proof,
            Some((_, Err(refusal))) => return Self::Refused(refusal),
            None => return Self::NotTried,
        };
        let Some(who) = signed_by(wanted.signer, proof) else {
            return Self::OtherIdentity(proof);
        };
        let mut annotations = annotations.iter();
        match annotations.all(|(key, value)| carries(proof, &key.value, &value.value)) {
            true => Self::Counts(who),
            false => Self::OtherAnnotations(proof),
        }
    }
}

/// Who signed, when it is the signer.
fn signed_by<'a>(signer: &'a Signer, proof: &'a Proof) -> Option<Who<'a>> {
    let identity = proof.identity.as_ref();
    match signer {
        Signer::Key { der, .. } => Some(Who::Key(der)),
        Signer::Keyless { issuer, subject } => {
            let identity = identity?;
            let by_issuer = issuer.matches(identity.issuer.as_deref()?);
            (by_issuer && subject.matches(&identity.subject)).then_some(Who::Identity(identity))
        }
        Signer::Certificate {
            issuer, subject, ..
        } => {
            let identity = identity?;
            let by_issuer = match &identity.issuer {
                Some(written) => issuer.matches(written),
                None => issuer.matches_everything(),
            };
            let is_named = identity.names().any(|name| subject.matches(name));
            (by_issuer && is_named).then_some(Who::Identity(identity))
        }
    }
}

/// Whether the payload says so, and says nothing else under the same key.
pub fn carries(proof: &Proof, key: &str, value: &str) -> bool {
    let mut values = proof
        .annotations
        .iter()
        .filter(|(written, _)| written == key)
        .map(|(_, value)| value)
        .peekable();
    values.peek().is_some() && values.all(|written| written == value)
}
