//! Which attestations are scans by a wanted signer. Whoever can push can lay an attestation beside an
//! image: unsigned, by somebody else, or of another kind it is no answer, whatever it says.

use crate::check::signatures::wanted::{Standing, Wanted};
use crate::check::signatures::wording::{named, signer};
use crate::check::wording::shortened;
use crate::model::signature::{Candidate, Content, RefusalKind};
use crate::policy::settings::{Signer, Spanned};

/// cosign's own predicate type: version 2 and 3 write it with the scheme, others without. A policy that names
/// one of them means both, or the newest scan could be one that is passed over.
const COSIGN: [&str; 2] = [
    "https://cosign.sigstore.dev/attestation/vuln/v1",
    "cosign.sigstore.dev/attestation/vuln/v1",
];

/// Its short word in a policy.
const SHORT: &str = "vuln";

/// What an `attestation` of `accept` wants.
#[derive(Debug)]
pub struct Statements<'a> {
    predicate: &'a str,
    wanted: Vec<Wanted<'a>>,
}

/// How an attestation stands to it.
#[derive(Debug, PartialEq, Eq)]
pub enum Counting {
    /// It is by this signer, as the policy names it.
    By(String),
    /// It is of another kind, so nothing needs to be said.
    OtherKind,
    /// It is a scan that does not count; what is said of it, such as `by somebody else`.
    Refused(String),
    /// It was not held against every signer. This says nothing about it.
    NotTried,
}

impl<'a> Statements<'a> {
    /// With the settings of the source.
    pub fn new(predicate: &'a str, signers: &'a [Spanned<Signer>], log: bool) -> Self {
        Self {
            predicate,
            wanted: Wanted::each(signers, log),
        }
    }

    /// Whether the attestation counts.
    pub fn counting(&self, candidate: &Candidate) -> Counting {
        match &candidate.content {
            Content::Attestation { predicate_type } if self.is_of_kind(predicate_type) => {}
            _ => return Counting::OtherKind,
        }
        let mut refused: Option<(u8, String)> = None;
        let mut not_tried = false;
        for wanted in &self.wanted {
            let (distance, words) = match Standing::of(candidate, wanted, &[]) {
                Standing::Counts(_) => return Counting::By(signer(wanted.signer)),
                Standing::NotTried => {
                    not_tried = true;
                    continue;
                }
                // No annotations are wanted.
                Standing::OtherAnnotations(_) => continue,
                Standing::OtherIdentity(proof) => {
                    let by = proof.identity.as_ref().map(named);
                    let by = by.unwrap_or_else(|| "an unnamed certificate".to_owned());
                    (0, format!("by {by}"))
                }
                Standing::Refused(refusal) if refusal.kind == RefusalKind::OtherSigner => {
                    (2, "by somebody else".to_owned())
                }
                Standing::Refused(refusal) => (
                    1,
                    format!("that does not hold: {}", shortened(&refusal.reason)),
                ),
            };
            if refused
                .as_ref()
                .is_none_or(|(nearest, _)| distance < *nearest)
            {
                refused = Some((distance, words));
            }
        }
        match (not_tried, refused) {
            (false, Some((_, words))) => Counting::Refused(words),
            (true, _) | (false, None) => Counting::NotTried,
        }
    }

    fn is_of_kind(&self, predicate_type: &str) -> bool {
        match self.predicate == SHORT || COSIGN.contains(&self.predicate) {
            true => COSIGN.contains(&predicate_type),
            false => self.predicate == predicate_type,
        }
    }
}
