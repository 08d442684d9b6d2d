//! `verify-image-signatures`: a wanted signer's signature is on the image that would be deployed.
//!
//! What signatures there are is for `gather` to find out; here only whether they are wanted and there.

use crate::check::catalog::RuleText;
use crate::check::subject::{Image, Subject};
use crate::check::verdict::{Complaint, Verdict};
use crate::check::wording::{listed, quoted};
use crate::model::evidence::{Evidence, Gathered, Needs};
use crate::model::repository::Repository;
use crate::model::rule::Rule;
use crate::model::signature::{Anchor, Trial};
use crate::model::summary::NotLookedAt;
use crate::policy::settings::{SignatureRequirement, Signer, VerifyImageSignatures};

/// What is said about the rule.
pub const TEXT: RuleText = RuleText {
    rule: Rule::VerifyImageSignatures,
    summary: "Images are signed by a wanted signer",
    page: include_str!("../../../docs/rules/verify-image-signatures.md"),
};

/// What stands in the place of a path for a key that the policy holds itself.
const INLINE_KEY: &str = "inline key";

/// Names what [`judge`] will ask for.
pub fn needs(settings: &VerifyImageSignatures, subject: Subject<'_>, needs: &mut Needs) {
    let Image::Full(reference) = subject.image else {
        return;
    };
    let mut requirements = matching(settings, subject).peekable();
    if requirements.peek().is_none() {
        return;
    }
    needs.digests.insert(reference.clone());
    let need = needs.signatures.entry(reference.clone()).or_default();
    for requirement in requirements {
        let repository = requirement.repository.as_ref();
        let repository = repository.and_then(|name| Repository::parse(&name.value));
        need.repositories.extend(repository);
        let log = requirement.transparency_log.value;
        let signers = requirement.signers.iter();
        need.trials
            .extend(signers.map(|signer| trial(&signer.value, log)));
    }
}

/// What a signature by the signer is held against.
fn trial(signer: &Signer, log: bool) -> Trial {
    let anchor = match signer {
        Signer::Key { der, .. } => Anchor::Key(der.as_slice().into()),
        Signer::Keyless { .. } => Anchor::Sigstore,
        Signer::Certificate { chain, .. } => Anchor::Authority(chain.as_slice().into()),
    };
    Trial { anchor, log }
}

/// Judges one image.
pub fn judge(
    settings: &VerifyImageSignatures,
    subject: Subject<'_>,
    evidence: &Gathered,
) -> Verdict {
    let image = quoted(&subject.used.text);
    let Some(requirement) = matching(settings, subject).next() else {
        if !settings.unmatched_is_violation.value {
            return Verdict::NotApplicable(NotLookedAt::NothingRequired(
                Rule::VerifyImageSignatures,
            ));
        }
        let message = format!("no entry of `require` says who has to sign {image}");
        return Verdict::Violation(
            Complaint::new(message)
                .help("add an entry whose `images` match it, or write `unmatched: allow`")
                .decided_by(settings.unmatched_is_violation.span),
        );
    };
    let Image::Full(reference) = subject.image else {
        return Verdict::NotApplicable(NotLookedAt::PlaceholderImage);
    };
    let explained = |message: String| {
        Complaint::new(message)
            .help(format!("wanted is a signature by {}", wanted(requirement)))
            .decided_by(requirement.span)
    };
    if reference.digest.is_none() && evidence.digest(reference) == Evidence::Absent {
        let message = format!("could not check who signed {image}: there is no such image");
        return Verdict::NotChecked(explained(message));
    }
    match evidence.signatures(reference) {
        Evidence::Known(_) => Verdict::NotChecked(explained("not judged yet".to_owned())),
        Evidence::Absent => {
            let message = format!("{image} carries no signature");
            Verdict::Violation(explained(message))
        }
        Evidence::Unavailable(reason) => {
            let message = format!("could not check who signed {image}: {reason}");
            Verdict::NotChecked(explained(message).detail("reason", reason))
        }
    }
}

/// The entries that could concern the image; one without `images` concerns every image.
fn matching<'s>(
    settings: &'s VerifyImageSignatures,
    subject: Subject<'_>,
) -> impl Iterator<Item = &'s SignatureRequirement> {
    settings.require.iter().filter(move |entry| {
        let mut images = entry.images.iter();
        entry.images.is_empty() || images.any(|pattern| subject.image.may_match(&pattern.value))
    })
}

fn wanted(requirement: &SignatureRequirement) -> String {
    let signers = requirement.signers.iter();
    let signers: Vec<String> = signers.map(|signer| described(&signer.value)).collect();
    match requirement.at_least.value as usize {
        count if count == signers.len() => listed(&signers),
        1 => format!("one of these: {}", listed(&signers)),
        count => format!("{count} of these: {}", listed(&signers)),
    }
}

fn described(signer: &Signer) -> String {
    match signer {
        Signer::Key { written, .. } if written == INLINE_KEY => format!("the {written}"),
        Signer::Key { written, .. } => format!("key {}", quoted(written)),
        Signer::Keyless { subject, .. } => format!("identity {}", quoted(subject)),
        Signer::Certificate { subject, .. } => format!("certificate of {}", quoted(subject)),
    }
}
