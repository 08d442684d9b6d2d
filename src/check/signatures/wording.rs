//! The words of a finding about signatures: who signed, since when, in which format, and why it does not
//! count. What certificates and registries say is hostile text; it is shortened here and escaped by the
//! report.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::entry::{Holding, Miss, MissReason};
use super::wanted::Wanted;
use crate::check::wording::{listed, quoted, shortened};
use crate::model::evidence::AnsweredBy;
use crate::model::shorten::shorten;
use crate::model::signature::{Candidate, Content, Format, Identity, Proof, RefusalKind, Storage};
use crate::policy::settings::{SignatureRequirement, Signer, Spanned};

/// What stands in the place of a path for a key that the policy holds itself.
pub const INLINE_KEY: &str = "inline key";

/// Longest reason that a sentence repeats, in characters.
const REASON_CHARACTERS: usize = 400;

/// Most signatures that a sentence describes; the others are counted, and the details have them.
const DESCRIBED: usize = 3;

/// A signer as the policy names it.
pub fn signer(signer: &Signer) -> String {
    match signer {
        Signer::Key { written, .. } if written == INLINE_KEY => format!("the {written}"),
        Signer::Key { written, .. } => format!("key {}", quoted(written)),
        Signer::Keyless { issuer, subject } => format!(
            "identity {} (issuer {})",
            quoted(subject.as_str()),
            quoted(issuer.as_str())
        ),
        Signer::Certificate {
            written,
            subject,
            issuer,
            ..
        } => {
            let by = match issuer.matches_everything() {
                true => String::new(),
                false => format!(", issuer {}", quoted(issuer.as_str())),
            };
            let subject = quoted(subject.as_str());
            format!(
                "certificate of {subject} (authority {}{by})",
                quoted(written)
            )
        }
    }
}

/// Whose signatures the entry wants: `key a and key b`, `2 of these: …`.
pub fn wanted(holding: &Holding<'_>) -> String {
    let wanted = holding.entry.wanted.iter();
    let signers: Vec<String> = wanted.map(|wanted| signer(wanted.signer)).collect();
    let whom = match at_least(holding.entry.requirement) {
        count if count >= signers.len() => listed(&signers),
        1 => format!("one of these: {}", listed(&signers)),
        count => format!("{count} of these: {}", listed(&signers)),
    };
    let annotations = &holding.entry.requirement.annotations;
    match annotations.is_empty() {
        true => whom,
        false => format!("{whom}, with {}", pairs(annotations)),
    }
}

fn at_least(requirement: &SignatureRequirement) -> usize {
    requirement.at_least.value as usize
}

/// What a violated entry says about the image, as the end of a sentence that begins with it. `answered_by`
/// tells who said which image it is, and so who was asked for what is stored beside it.
pub fn violated(holding: &Holding<'_>, answered_by: Option<&AnsweredBy>) -> String {
    let found = found(holding);
    if !holding.signed.is_empty() {
        let also = match found {
            Some(found) => format!("; found besides: {found}"),
            None => String::new(),
        };
        let by = holding.signed.iter();
        let by = by.filter_map(|number| holding.entry.wanted.get(*number));
        let by: Vec<String> = by.map(|wanted| signer(wanted.signer)).collect();
        return format!(
            "is signed by {} of {} wanted signers, {}{also}",
            by.len(),
            at_least(holding.entry.requirement),
            listed(&by)
        );
    }
    if let Some(found) = found {
        let by_others = holding
            .misses
            .first()
            .is_some_and(|miss| miss.reason.is_by_somebody_else());
        let how = match by_others {
            true => "by a wanted signer",
            false => "as wanted",
        };
        return format!("is not signed {how}; found: {found}");
    }
    if !holding.attestations.is_empty() {
        return format!(
            "is unsigned: {}, and an attestation is no signature",
            attested(&holding.attestations)
        );
    }
    let repositories = holding.entry.repositories.iter();
    let mut repositories: Vec<String> =
        repositories.map(|name| quoted(&name.to_string())).collect();
    if let (Some(own), Some(AnsweredBy::Layout(path))) = (repositories.first_mut(), answered_by) {
        own.push_str(&format!(" (layout {})", quoted(path)));
    }
    format!(
        "is unsigned: no signature of it was found in {}",
        listed(&repositories)
    )
}

/// `2 attestations are beside it (vuln)`.
fn attested(attestations: &[&Candidate]) -> String {
    let mut types: Vec<String> = Vec::new();
    for attestation in attestations {
        if let Content::Attestation { predicate_type } = &attestation.content {
            let shown = quoted(predicate_type);
            if !types.contains(&shown) {
                types.push(shown);
            }
        }
    }
    let count = match attestations.len() {
        1 => "1 attestation is".to_owned(),
        count => format!("{count} attestations are"),
    };
    format!("{count} beside it ({})", listed(&types))
}

/// The signatures by none of the wanted signers as one list, equal ones once; `None` without any.
pub fn found(holding: &Holding<'_>) -> Option<String> {
    let wanted = &holding.entry.wanted;
    let mut described: Vec<(String, usize)> = Vec::new();
    let mut others = 0;
    for miss in &holding.misses {
        let words = missed(miss, wanted);
        match described.iter().position(|(known, _)| *known == words) {
            Some(at) => described[at].1 += 1,
            None if described.len() < DESCRIBED => described.push((words, 1)),
            None => others += 1,
        }
    }
    let parts = described.into_iter().map(|(words, times)| match times {
        1 => words,
        times => format!("{words}, {times} times"),
    });
    let mut parts: Vec<String> = parts.collect();
    match others {
        0 => {}
        1 => parts.push("1 more signature".to_owned()),
        others => parts.push(format!("{others} more signatures")),
    }
    (!parts.is_empty()).then(|| parts.join("; "))
}

/// A signature that does not count, and why.
fn missed(miss: &Miss<'_>, wanted: &[Wanted<'_>]) -> String {
    let candidate = miss.candidate;
    let what = match miss.reason {
        MissReason::OtherAnnotations(number, proof) => {
            let by = wanted.get(number).map(|wanted| signer(wanted.signer));
            format!(
                "a signature by {}{} with {}",
                by.unwrap_or_default(),
                since(proof.signed_at),
                carried(proof)
            )
        }
        MissReason::OtherIdentity(proof) => {
            let by = proof.identity.as_ref().map_or_else(
                || "an unnamed certificate".to_owned(),
                |identity| format!("identity {}", named(identity)),
            );
            format!("a signature by {by}{}", since(proof.signed_at))
        }
        MissReason::Malformed(reason) => format!(
            "what cannot be read as a signature: {}",
            shorten(reason, REASON_CHARACTERS)
        ),
        MissReason::Refused(refusal) => {
            let seen = since(signed_at(candidate));
            let claimed = candidate.claimed.as_ref().map(named);
            match (refusal.kind, claimed) {
                (RefusalKind::OtherSigner, Some(claimed)) => {
                    format!("a signature that claims to be by {claimed}{seen}, no wanted signer")
                }
                (RefusalKind::OtherSigner, None) => format!("a signature{seen} {}", not_by(wanted)),
                (_, claimed) => {
                    let by = claimed.map(|claimed| format!(" that claims to be by {claimed}"));
                    let by = by.unwrap_or_default();
                    let reason = shorten(&refusal.reason, REASON_CHARACTERS);
                    format!("a signature{by}{seen}, but {reason}")
                }
            }
        }
    };
    format!("{what} ({})", place(candidate))
}

/// What is said of a signature without a certificate that nobody wanted has made. One by another key
/// cannot be told from one that was altered.
fn not_by(wanted: &[Wanted<'_>]) -> &'static str {
    let signers = wanted.iter().map(|wanted| wanted.signer);
    let mut keys = signers.filter(|signer| matches!(signer, Signer::Key { .. }));
    match (keys.clone().next(), keys.any(Signer::is_ed25519_key)) {
        (None, _) => "without the certificate that a wanted signer has",
        (Some(_), false) => "that no wanted key verifies",
        (Some(_), true) => "that no wanted key verifies (Ed25519ph is not supported)",
    }
}

/// `` `subject` (issuer `issuer`) ``, with the other names of a certificate that has several.
pub fn named(identity: &Identity) -> String {
    let names = identity.other_names.iter();
    let names: Vec<String> = names.map(|name| quoted(name)).collect();
    let mut said = Vec::new();
    if !names.is_empty() {
        said.push(format!("also {}", listed(&names)));
    }
    let issuer = identity.issuer.iter();
    said.extend(issuer.map(|issuer| format!("issuer {}", quoted(issuer))));
    let subject = quoted(&identity.subject);
    match said.is_empty() {
        true => subject,
        false => format!("{subject} ({})", said.join("; ")),
    }
}

fn since(signed_at: Option<Timestamp>) -> String {
    match signed_at {
        Some(time) => format!(" since {}", time.to_zoned(TimeZone::UTC).date()),
        None => String::new(),
    }
}

/// When the signature was seen, by any proof of it.
pub fn signed_at(candidate: &Candidate) -> Option<Timestamp> {
    let proofs = candidate.trials.iter();
    let mut proofs = proofs.filter_map(|(_, outcome)| outcome.as_ref().ok());
    proofs.find_map(|proof| proof.signed_at)
}

/// The annotations that a payload carries.
fn carried(proof: &Proof) -> String {
    let pairs = proof.annotations.iter();
    let pairs: Vec<String> = pairs
        .map(|(key, value)| quoted(&format!("{key}: {value}")))
        .collect();
    match pairs.is_empty() {
        true => "no annotations".to_owned(),
        false => format!("the annotations {}", listed(&pairs)),
    }
}

/// The annotations that an entry wants.
fn pairs(annotations: &[(Spanned<String>, Spanned<String>)]) -> String {
    let pairs = annotations.iter();
    let pairs: Vec<String> = pairs
        .map(|(key, value)| quoted(&format!("{}: {}", key.value, value.value)))
        .collect();
    match pairs.len() {
        1 => format!("the annotation {}", listed(&pairs)),
        _ => format!("the annotations {}", listed(&pairs)),
    }
}

/// Format and place: `simple signing, .sig tag`.
fn place(candidate: &Candidate) -> String {
    let format = match &candidate.format {
        Format::SimpleSigning => "simple signing".to_owned(),
        Format::Envelope => "DSSE envelope".to_owned(),
        Format::Bundle(version) => format!("Sigstore bundle {}", shortened(version)),
        Format::Unknown(media_type) => quoted(media_type),
    };
    let storage = match candidate.place.storage {
        Storage::Referrer => "referrer",
        Storage::ReferrersTag => "referrers tag",
        Storage::SignatureTag => ".sig tag",
        Storage::AttestationTag => ".att tag",
    };
    format!("{format}, {storage}")
}
