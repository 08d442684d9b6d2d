//! One entry of `require` against everything that was found beside an image.

use super::matching;
use super::signatories::Signatories;
use super::wanted::{Standing, Wanted};
use crate::model::reason::Reason;
use crate::model::reference::ImageReference;
use crate::model::repository::Repository;
use crate::model::signature::{Candidate, Content, Proof, Refusal, RefusalKind, SignatureFacts};
use crate::policy::settings::SignatureRequirement;

/// An entry of `require` with what follows from it for one image.
#[derive(Debug)]
pub struct Entry<'a> {
    /// The entry as it is in the policy.
    pub requirement: &'a SignatureRequirement,
    /// The repositories whose signatures count: the image's own, and the one that the entry names.
    pub repositories: Vec<Repository>,
    /// Its signers, each once.
    pub wanted: Vec<Wanted<'a>>,
}

/// How an entry ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Enough of its signers have signed.
    Satisfied,
    /// Too few have, and nothing is unknown.
    Violated,
    /// Too few are known to have, and something is unknown.
    NotKnown,
}

/// What was found, held against an entry.
#[derive(Debug)]
pub struct Holding<'a> {
    /// The entry.
    pub entry: &'a Entry<'a>,
    /// How it ends.
    pub ending: Ending,
    /// The signers who signed, by their number in the entry.
    pub signed: Vec<usize>,
    /// The signatures by none of the signers, those that come nearest first.
    pub misses: Vec<Miss<'a>>,
    /// What is there and no signature.
    pub attestations: Vec<&'a Candidate>,
    /// Why a wanted signature may be there that nobody saw.
    pub unknown: Vec<Reason>,
}

/// A signature by none of the wanted signers.
#[derive(Debug)]
pub struct Miss<'a> {
    /// The signature.
    pub candidate: &'a Candidate,
    /// What kept it from counting for the signer that it comes nearest to.
    pub reason: MissReason<'a>,
}

/// What keeps a signature from counting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MissReason<'a> {
    /// The signer with that number made it, and it lacks an annotation.
    OtherAnnotations(usize, &'a Proof),
    /// It is proven to be by somebody else.
    OtherIdentity(&'a Proof),
    /// It is not proven.
    Refused(&'a Refusal),
    /// It cannot be read.
    Malformed(&'a str),
}

impl<'a> Entry<'a> {
    /// For `image`, which the entry concerns.
    pub fn new(requirement: &'a SignatureRequirement, image: &ImageReference) -> Self {
        let own = Repository::of(image);
        let named = requirement.repository.as_ref();
        let named = named.and_then(|name| Repository::parse(&name.value));
        let named = named.filter(|repository| *repository != own);
        Self {
            requirement,
            repositories: [Some(own), named].into_iter().flatten().collect(),
            wanted: Wanted::by(requirement),
        }
    }

    /// Whether enough signers have signed, whatever else is or is not known.
    pub fn is_satisfied(&self, facts: &SignatureFacts) -> bool {
        self.is_enough(self.signed(facts).len())
    }

    /// Everything that can be said about the entry.
    pub fn hold<'f>(&'f self, facts: &'f SignatureFacts) -> Holding<'f> {
        let signed = self.signed(facts);
        let mut holding = Holding {
            entry: self,
            ending: Ending::Satisfied,
            misses: Vec::new(),
            attestations: Vec::new(),
            unknown: Vec::new(),
            signed,
        };
        for candidate in self.candidates(facts) {
            match &candidate.content {
                Content::Attestation { .. } => holding.attestations.push(candidate),
                Content::Malformed(reason) => holding.misses.push(Miss {
                    candidate,
                    reason: MissReason::Malformed(reason),
                }),
                Content::Signature => self.miss(candidate, &mut holding),
            }
        }
        // Stable: among equals the order of the facts stays.
        holding.misses.sort_by_key(|miss| miss.reason.distance());
        holding.unknown.extend(self.not_answered(facts));
        holding.ending = match (
            self.is_enough(holding.signed.len()),
            holding.unknown.is_empty(),
        ) {
            (true, _) => Ending::Satisfied,
            (false, true) => Ending::Violated,
            (false, false) => Ending::NotKnown,
        };
        holding
    }

    fn is_enough(&self, signed: usize) -> bool {
        signed >= self.requirement.at_least.value as usize
    }

    /// What lies where signatures count.
    fn candidates<'f>(&self, facts: &'f SignatureFacts) -> impl Iterator<Item = &'f Candidate> {
        facts
            .candidates
            .iter()
            .filter(|candidate| self.repositories.contains(&candidate.place.repository))
    }

    fn standings<'f>(&'f self, candidate: &'f Candidate) -> impl Iterator<Item = Standing<'f>> {
        let annotations = &self.requirement.annotations;
        let wanted = self.wanted.iter();
        wanted.map(move |wanted| Standing::of(candidate, wanted, annotations))
    }

    /// The numbers of the signers who signed, no two of them by the same identity.
    fn signed(&self, facts: &SignatureFacts) -> Vec<usize> {
        let mut signatories = Signatories::default();
        let mut accepted: Vec<Vec<usize>> = vec![Vec::new(); self.wanted.len()];
        let signatures = self.candidates(facts);
        for candidate in signatures.filter(|found| found.content == Content::Signature) {
            for (standing, accepted) in self.standings(candidate).zip(&mut accepted) {
                let Standing::Counts(who) = standing else {
                    continue;
                };
                let number = signatories.number(who);
                if !accepted.contains(&number) {
                    accepted.push(number);
                }
            }
        }
        for accepted in &mut accepted {
            for number in accepted.iter_mut() {
                *number = signatories.owner(*number);
            }
            accepted.sort_unstable();
            accepted.dedup();
        }
        let pairs = matching::pairs(&accepted, signatories.len());
        let pairs = pairs.into_iter().enumerate();
        pairs
            .filter_map(|(signer, who)| who.map(|_| signer))
            .collect()
    }

    /// Notes the signature where it counts for no signer.
    fn miss<'f>(&'f self, candidate: &'f Candidate, holding: &mut Holding<'f>) {
        let mut nearest: Option<MissReason<'f>> = None;
        let mut counts = false;
        let mut untried = false;
        for (number, standing) in self.standings(candidate).enumerate() {
            let reason = match standing {
                Standing::Counts(_) => {
                    counts = true;
                    continue;
                }
                Standing::NotTried => {
                    untried = true;
                    continue;
                }
                Standing::OtherAnnotations(proof) => MissReason::OtherAnnotations(number, proof),
                Standing::OtherIdentity(proof) => MissReason::OtherIdentity(proof),
                Standing::Refused(refusal) => MissReason::Refused(refusal),
            };
            if nearest.is_none_or(|known| reason.distance() < known.distance()) {
                nearest = Some(reason);
            }
        }
        if untried {
            let manifest = &candidate.place.manifest;
            let fault = format!(
                "the signature in {manifest} was not held against every wanted signer, which is a fault of \
                 imagegate"
            );
            holding.unknown.push(fault.into());
        }
        if let (Some(reason), false) = (nearest, counts) {
            holding.misses.push(Miss { candidate, reason });
        }
    }

    /// The places of the entry's repositories that gave no answer.
    fn not_answered(&self, facts: &SignatureFacts) -> Vec<Reason> {
        let mut reasons: Vec<Reason> = Vec::new();
        for gap in &facts.gaps {
            if self.repositories.contains(&gap.repository) && !reasons.contains(&gap.reason) {
                reasons.push(gap.reason.clone());
            }
        }
        let silent = self.repositories.iter();
        let silent = silent.filter(|wanted| {
            let mut gaps = facts.gaps.iter();
            !facts.asked.contains(wanted) && !gaps.any(|gap| gap.repository == **wanted)
        });
        reasons.extend(silent.map(|repository| {
            format!("{repository} was not asked for signatures, which is a fault of imagegate")
                .into()
        }));
        reasons
    }
}

impl MissReason<'_> {
    /// Whether nothing is wrong with the signature but who made it.
    pub fn is_by_somebody_else(self) -> bool {
        match self {
            Self::OtherIdentity(_) => true,
            Self::Refused(refusal) => refusal.kind == RefusalKind::OtherSigner,
            Self::OtherAnnotations(..) | Self::Malformed(_) => false,
        }
    }

    /// How far the signature is from counting, the nearest first: it decides which reason is told.
    fn distance(self) -> u8 {
        match self {
            Self::OtherAnnotations(..) => 0,
            Self::OtherIdentity(_) => 1,
            Self::Refused(refusal) => match refusal.kind {
                RefusalKind::NoLogEntry => 2,
                RefusalKind::UnknownToTrustedRoot => 3,
                RefusalKind::BadLogEntry => 4,
                RefusalKind::NoCertificateLog => 5,
                RefusalKind::UntrustedCertificate => 6,
                RefusalKind::OtherImage => 7,
                RefusalKind::BadSignature => 8,
                RefusalKind::Unsupported => 9,
                RefusalKind::OtherSigner => 10,
            },
            Self::Malformed(_) => 11,
        }
    }
}
