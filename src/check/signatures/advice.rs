//! What to do about an image that is not signed as the policy wants.

use super::entry::{Holding, MissReason};
use super::wanted::Wanted;
use super::wording;
use crate::check::wording::quoted;
use crate::model::digest::Digest;
use crate::model::evidence::{AnsweredBy, ResolvedImage};
use crate::model::reference::ImageReference;
use crate::model::signature::RefusalKind;
use crate::policy::settings::{SignatureRequirement, Signer};

/// Help for a violated entry.
pub fn violated(
    holding: &Holding<'_>,
    image: &ImageReference,
    digest: &Digest,
    resolved: Option<&ResolvedImage>,
) -> String {
    // The nearest signature says best what is missing; where somebody has signed already, one by a
    // stranger says nothing.
    let signed = !holding.signed.is_empty();
    let mut misses = holding.misses.iter().take(1);
    let nearest = misses.find(|miss| !(signed && miss.reason.is_by_somebody_else()));
    let nearest = nearest.and_then(|miss| about(miss.reason));
    let mut advice: Vec<String> = nearest.into_iter().collect();
    let mut says_who = false;
    if advice.is_empty() {
        let missing = holding.entry.wanted.iter().enumerate();
        let mut missing = missing.filter(|(number, _)| !holding.signed.contains(number));
        if let Some((_, wanted)) = missing.next() {
            let requirement = holding.entry.requirement;
            advice.push(sign(wanted, requirement, image, digest));
            says_who = holding.entry.wanted.len() == 1 && requirement.annotations.is_empty();
        }
    }
    if holding.misses.is_empty() && resolved.is_some_and(is_from_a_layout) {
        advice.push(
            "if it is signed in its registry, copy it with its signatures, as `cosign save` does"
                .to_owned(),
        );
    }
    let pins_a_platform =
        image.digest.is_some() && resolved.is_some_and(|r| r.platforms.is_empty());
    if pins_a_platform && holding.misses.is_empty() && holding.signed.is_empty() {
        advice.push(
            "if only a multi-platform index that holds it is signed, pin the digest of the index, or sign \
             with `--recursive`"
                .to_owned(),
        );
    }
    if !says_who {
        advice.push(wanted(holding));
    }
    advice.join("; ")
}

fn is_from_a_layout(image: &ResolvedImage) -> bool {
    matches!(image.answered_by, AnsweredBy::Layout(_))
}

/// The last part of a help that does not say it already.
pub fn wanted(holding: &Holding<'_>) -> String {
    format!("wanted is a signature by {}", wording::wanted(holding))
}

fn about(reason: MissReason<'_>) -> Option<String> {
    let hint = match reason {
        MissReason::OtherIdentity(proof) => {
            let identity = proof.identity.as_ref()?;
            format!(
                "if {} may sign it, add that identity to `signers`",
                quoted(&identity.subject)
            )
        }
        MissReason::OtherAnnotations(..) => {
            "sign it with the annotations that are wanted (`cosign sign -a KEY=VALUE`)".to_owned()
        }
        MissReason::Malformed(_) => return None,
        MissReason::Refused(refusal) => match refusal.kind {
            RefusalKind::NoLogEntry => {
                "sign it with a transparency log, or write `transparency-log: ignore` in the entry if none \
                 is used"
            }
            RefusalKind::UnknownToTrustedRoot => {
                "if that log or authority is yours, name its trusted root as `trusted-root`; if it is a new \
                 one of the public Sigstore, update imagegate"
            }
            RefusalKind::OtherSigner => {
                "sign it with a wanted key or identity; if the signer that was found may sign it, add it to \
                 `signers`"
            }
            RefusalKind::OtherImage => {
                "sign this very digest: a signature of another image does not speak for it"
            }
            RefusalKind::UntrustedCertificate
            | RefusalKind::BadLogEntry
            | RefusalKind::BadSignature
            | RefusalKind::Unsupported => return None,
        }
        .to_owned(),
    };
    Some(hint)
}

/// The command that makes the signature which is missing.
fn sign(
    wanted: &Wanted<'_>,
    requirement: &SignatureRequirement,
    image: &ImageReference,
    digest: &Digest,
) -> String {
    let mut command = String::new();
    if let Some(repository) = &requirement.repository {
        command.push_str(&format!("COSIGN_REPOSITORY={} ", repository.value));
    }
    command.push_str("cosign sign ");
    let with = match wanted.signer {
        Signer::Key { .. } => {
            command.push_str("--key … ");
            format!("the private half of {}", wording::signer(wanted.signer))
        }
        Signer::Keyless { .. } => wording::signer(wanted.signer),
        Signer::Certificate { .. } => {
            command.push_str("--key … --certificate … ");
            format!("a {}", wording::signer(wanted.signer))
        }
    };
    for (key, value) in &requirement.annotations {
        // What a shell would read differently is left to the reader: the entry is named in the finding.
        if is_plain(&key.value) && is_plain(&value.value) {
            command.push_str(&format!("-a {}={} ", key.value, value.value));
        }
    }
    command.push_str(&format!("{}@{digest}", image.name()));
    format!("sign it: `{command}` with {with}")
}

fn is_plain(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._/:@-".contains(&byte);
    !text.is_empty() && text.len() <= 100 && text.bytes().all(plain)
}
