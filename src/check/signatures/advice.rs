//! What to do about an image that is not signed as the policy wants.

use super::entry::{Holding, MissReason};
use super::near;
use super::wanted::Wanted;
use super::wording;
use crate::check::wording::quoted;
use crate::model::digest::Digest;
use crate::model::evidence::{AnsweredBy, ResolvedImage};
use crate::model::reference::ImageReference;
use crate::model::signature::{Elsewhere, RefusalKind};
use crate::policy::settings::{SignatureRequirement, Signer};

/// An image that is not signed as wanted, with what is known of it.
pub struct Unsigned<'a> {
    /// As it is written.
    pub image: &'a ImageReference,
    /// The digest that was judged.
    pub digest: &'a Digest,
    /// What the image stands for.
    pub resolved: Option<&'a ResolvedImage>,
    /// Where signatures are that were perhaps meant for it.
    pub elsewhere: Option<&'a Elsewhere>,
}

/// Help for a violated entry.
pub fn violated(holding: &Holding<'_>, unsigned: &Unsigned<'_>) -> String {
    // The nearest signature says best what is missing; where somebody has signed already, one by a
    // stranger says nothing.
    let signed = !holding.signed.is_empty();
    let mut misses = holding.misses.iter().take(1);
    let nearest = misses.find(|miss| !(signed && miss.reason.is_by_somebody_else()));
    let nearest = nearest.and_then(|miss| about(holding, miss.reason));
    let mut advice: Vec<String> = nearest.into_iter().collect();
    let mut says_who = false;
    if let Some(elsewhere) = unsigned.elsewhere.filter(|_| advice.is_empty()) {
        advice.push(sign_this_one(elsewhere, unsigned));
    } else if advice.is_empty() {
        let missing = holding.entry.wanted.iter().enumerate();
        let mut missing = missing.filter(|(number, _)| !holding.signed.contains(number));
        if let Some((_, wanted)) = missing.next() {
            let requirement = holding.entry.requirement;
            advice.push(sign(wanted, requirement, unsigned.image, unsigned.digest));
            says_who = holding.entry.wanted.len() == 1 && requirement.annotations.is_empty();
        }
    }
    let resolved = unsigned.resolved;
    if holding.misses.is_empty() && resolved.is_some_and(is_from_a_layout) {
        advice.push(
            "if it is signed in its registry, copy it with its signatures, as `cosign save` does"
                .to_owned(),
        );
    }
    let pins_a_platform =
        unsigned.image.digest.is_some() && resolved.is_some_and(|r| r.platforms.is_empty());
    let may_be_signed_above = holding.misses.is_empty() && holding.signed.is_empty();
    if pins_a_platform && may_be_signed_above && unsigned.elsewhere.is_none() {
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

/// What to do where the image itself is unsigned, and another digest is signed as wanted.
fn sign_this_one(elsewhere: &Elsewhere, unsigned: &Unsigned<'_>) -> String {
    let name = unsigned.image.name();
    match elsewhere {
        Elsewhere::Platforms => format!(
            "each of its platforms is signed as wanted, and the index itself is not: sign \
             `{name}@{}` too, with `cosign sign --recursive`, or pin the digest of a platform",
            unsigned.digest
        ),
        Elsewhere::Index(index) => format!(
            "the index {index}, to which the tag points, is signed as wanted, and this platform of it is not: pin \
             `{name}@{index}`, or sign the index with `cosign sign --recursive`"
        ),
    }
}

fn is_from_a_layout(image: &ResolvedImage) -> bool {
    matches!(image.answered_by, AnsweredBy::Layout(_))
}

/// The last part of a help that does not say it already.
pub fn wanted(holding: &Holding<'_>) -> String {
    format!("wanted is a signature by {}", wording::wanted(holding))
}

fn about(holding: &Holding<'_>, reason: MissReason<'_>) -> Option<String> {
    let hint = match reason {
        MissReason::OtherIdentity(proof) => {
            let identity = proof.identity.as_ref()?;
            let wanted = holding.entry.wanted.iter();
            let mut near = wanted.filter_map(|wanted| near::differs(wanted.signer, identity));
            near.next().unwrap_or_else(|| format!(
                "if {} may sign it, add that identity to `signers`",
                quoted(&identity.subject)
            ))
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
            RefusalKind::NoCertificateLog => {
                "if a private Fulcio without a log of certificates made it, write the signer as `certificate` with \
                 the chain of that Fulcio, its issuer and its subject: no such timestamp is asked for there"
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
    let mut further = "";
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
            if !requirement.transparency_log.value {
                further = "; with a timestamp by an authority of `trusted-root` (`--timestamp-server-url …`) it counts \
                           after its certificate has expired, too";
            }
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
    format!("sign it: `{command}` with {with}{further}")
}

fn is_plain(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._/:@-".contains(&byte);
    !text.is_empty() && text.len() <= 100 && text.bytes().all(plain)
}
