//! Bytes to facts: what cryptography says about a stored signature. All of it is done by sigstore-verify
//! and its crates, which only this folder knows. Pure but for the clock: nothing here does I/O.
//!
//! `material` takes a stored signature apart, `claims` reads what was signed, `trial` holds it against what
//! the policy trusts. Who is *wanted* is not known here.

mod authority;
mod bundle;
mod certificate;
mod claims;
mod direct;
mod entry;
mod inclusion;
mod key;
mod legacy;
mod log;
mod material;
mod message;
mod refusal;
mod sigstore;
mod timestamps;
mod trial;
mod trusted_root;
mod unambiguous;

use std::collections::BTreeSet;

use self::certificate::Signer;
use self::claims::Claims;
use self::material::Material;
use self::message::Message;
use self::refusal::refuse;
use self::trial::Examined;
use self::trusted_root::Root;
use super::stored::StoredSignature;
use crate::model::digest::Digest;
use crate::model::shorten::shorten;
use crate::model::signature::{Candidate, Content, Identity, Proof, Refusal, RefusalKind, Trial};

pub use self::trusted_root::TrustedRootError;

/// Longest part of an unverified identity that is kept, in characters.
const MAX_CLAIMED: usize = 1000;

/// Verifies signatures against one trusted root.
pub struct Verifier {
    root: Root,
}

impl Verifier {
    /// With a trusted root (JSON); `None` for the public-good one that is built in.
    ///
    /// # Errors
    /// It cannot be used.
    pub fn new(trusted_root: Option<&[u8]>) -> Result<Self, TrustedRootError> {
        let root = Root::read(trusted_root)?;
        Ok(Self { root })
    }

    /// The SHA-256 of the trusted root's JSON, in hex: the same for the same file.
    pub fn fingerprint(&self) -> &str {
        &self.root.fingerprint
    }

    /// What `stored` is, and what comes of each trial for the image with the digest `subject`.
    pub fn examine(
        &self,
        stored: &StoredSignature,
        subject: &Digest,
        trials: &BTreeSet<Trial>,
    ) -> Candidate {
        self.examine_statement(stored, subject, trials).0
    }

    /// The same, with the bytes of the statement when it is an attestation that a trial proved: nobody has
    /// to read what nobody signed.
    pub fn examine_statement(
        &self,
        stored: &StoredSignature,
        subject: &Digest,
        trials: &BTreeSet<Trial>,
    ) -> (Candidate, Option<Vec<u8>>) {
        let read = Material::read(stored);
        let signer = read
            .as_ref()
            .ok()
            .and_then(|material| material.certificates.first())
            .map(Signer::read);
        let examined = read.and_then(|material| {
            let claims = material.claims(subject)?;
            Ok((material, claims))
        });
        let (content, outcomes) = match &examined {
            Ok((material, claims)) => (
                claims.content.clone(),
                self.outcomes(material, claims, subject, signer.as_ref(), trials),
            ),
            Err(reason) => (Content::Malformed(reason.clone()), unread(reason, trials)),
        };
        let is_proven = outcomes.iter().any(|(_, outcome)| outcome.is_ok());
        let statement = match (examined, &content) {
            (Ok((material, _)), Content::Attestation { .. }) if is_proven => {
                material.signed.into_statement()
            }
            _ => None,
        };
        let candidate = Candidate {
            place: stored.place.clone(),
            format: stored.format.clone(),
            content,
            claimed: signer.and_then(claimed),
            trials: outcomes,
        };
        (candidate, statement)
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "a certificate without a signing time has to be valid now; gathering has the clock"
    )]
    fn outcomes(
        &self,
        material: &Material<'_>,
        claims: &Claims,
        subject: &Digest,
        signer: Option<&Result<Signer, Refusal>>,
        trials: &BTreeSet<Trial>,
    ) -> Vec<(Trial, Result<Proof, Refusal>)> {
        let bytes = material.signed.message();
        let message = Message::new(&bytes);
        let examined = Examined {
            root: &self.root,
            material,
            claims,
            subject,
            message: &message,
            signer,
            now: jiff::Timestamp::now(),
        };
        let outcomes = trials
            .iter()
            .map(|trial| (trial.clone(), examined.holds(trial)));
        outcomes.collect()
    }
}

/// For people only, so long names are cut: anybody can write a certificate with a name of 60 KB.
fn claimed(signer: Result<Signer, Refusal>) -> Option<Identity> {
    let identity = signer.ok()?.plain_identity?;
    let short = |text: &str| shorten(text, MAX_CLAIMED).into_owned();
    Some(Identity {
        subject: short(&identity.subject),
        other_names: Vec::new(),
        issuer: identity.issuer.as_deref().map(short),
    })
}

fn unread(reason: &str, trials: &BTreeSet<Trial>) -> Vec<(Trial, Result<Proof, Refusal>)> {
    let refusal = refuse(RefusalKind::Unsupported, reason);
    let outcomes = trials
        .iter()
        .map(|trial| (trial.clone(), Err(refusal.clone())));
    outcomes.collect()
}
