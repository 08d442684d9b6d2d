//! The facts of a finding about signatures, for machines. The keys are stable; docs/outputs.md lists them.
//! What certificates and registries say is shortened, since every use of an image carries it.

use serde_json::{Value, json};

use super::entry::{Ending, Holding};
use super::wanted::Standing;
use super::wording;
use crate::check::verdict::Complaint;
use crate::model::evidence::ResolvedImage;
use crate::model::shorten::shorten;
use crate::model::signature::{Candidate, Content, SignatureFacts};

/// Most signatures and attestations that a finding carries; the others are counted. `inspect` has all.
const CANDIDATES: usize = 50;

/// Longest text that is repeated, in characters.
const TEXT_CHARACTERS: usize = 500;

/// Adds what was found and how each entry ends.
pub fn of_facts(
    complaint: Complaint,
    facts: &SignatureFacts,
    holdings: &[Holding<'_>],
) -> Complaint {
    let shown = facts.candidates.iter().take(CANDIDATES);
    let candidates: Vec<Value> = shown.map(|found| candidate(found, holdings)).collect();
    let left_out = facts.candidates.len() - candidates.len();
    let gaps = facts.gaps.iter().take(CANDIDATES).map(|gap| {
        json!({
            "repository": gap.repository.to_string(),
            "storage": gap.storage.map(|storage| storage.name()),
            "reason": text(&gap.reason),
        })
    });
    let asked = facts.asked.iter().map(|repository| repository.to_string());
    complaint
        .detail("asked", asked.collect::<Vec<_>>())
        .detail("gaps", gaps.collect::<Vec<_>>())
        .detail("candidates", candidates)
        .detail("candidates_left_out", left_out)
        .detail("wanted", holdings.iter().map(wanted).collect::<Vec<_>>())
}

/// Adds what the image stands for.
pub fn of_digest(mut complaint: Complaint, resolved: &ResolvedImage) -> Complaint {
    complaint.digest = Some(resolved.digest.to_string());
    complaint
        .detail("digest", resolved.digest.as_str())
        .detail("answered_by", resolved.answered_by.name())
        .detail("layout", resolved.answered_by.layout())
}

fn candidate(candidate: &Candidate, holdings: &[Holding<'_>]) -> Value {
    let (content, predicate_type, unreadable) = match &candidate.content {
        Content::Signature => ("signature", None, None),
        Content::Attestation { predicate_type } => {
            ("attestation", Some(text(predicate_type)), None)
        }
        Content::Malformed(reason) => ("malformed", None, Some(text(reason))),
    };
    let claimed = candidate.claimed.as_ref().map(|identity| {
        json!({
            "subject": text(&identity.subject),
            "issuer": identity.issuer.as_deref().map(text),
        })
    });
    let (counts_for, refused) = match &candidate.content {
        Content::Signature => judged(candidate, holdings),
        _ => (Vec::new(), Vec::new()),
    };
    json!({
        "repository": candidate.place.repository.to_string(),
        "storage": candidate.place.storage.name(),
        "manifest": candidate.place.manifest.as_str(),
        "layer": candidate.place.layer,
        "format": text(&candidate.format.name()),
        "content": content,
        "predicate_type": predicate_type,
        "unreadable": unreadable,
        "claimed": claimed,
        "signed_at": wording::signed_at(candidate).map(|time| time.to_string()),
        "counts_for": counts_for,
        "refused": refused,
    })
}

/// The signers for whom the signature counts, and why not for each of the others.
fn judged(candidate: &Candidate, holdings: &[Holding<'_>]) -> (Vec<String>, Vec<Value>) {
    let mut counts_for: Vec<String> = Vec::new();
    let mut refused: Vec<Value> = Vec::new();
    for holding in holdings {
        let entry = holding.entry;
        if !entry.repositories.contains(&candidate.place.repository) {
            continue;
        }
        for wanted in &entry.wanted {
            let signer = wording::signer(wanted.signer);
            let annotations = &entry.requirement.annotations;
            let (kind, reason) = match Standing::of(candidate, wanted, annotations) {
                Standing::Counts(_) => {
                    if !counts_for.contains(&signer) {
                        counts_for.push(signer);
                    }
                    continue;
                }
                Standing::OtherAnnotations(_) => ("other-annotations", None),
                Standing::OtherIdentity(_) => ("other-identity", None),
                Standing::Refused(refusal) => (refusal.kind.name(), Some(text(&refusal.reason))),
                Standing::NotTried => ("not-tried", None),
            };
            let value = json!({ "signer": signer, "kind": kind, "reason": reason });
            if refused.len() < CANDIDATES && !refused.contains(&value) {
                refused.push(value);
            }
        }
    }
    (counts_for, refused)
}

fn wanted(holding: &Holding<'_>) -> Value {
    let entry = holding.entry;
    let requirement = entry.requirement;
    let patterns = requirement.images.iter();
    let signers = entry
        .wanted
        .iter()
        .map(|wanted| wording::signer(wanted.signer));
    let signed = holding.signed.iter();
    let signed = signed.filter_map(|number| entry.wanted.get(*number));
    let annotations = requirement.annotations.iter();
    let annotations: serde_json::Map<String, Value> = annotations
        .map(|(key, value)| (key.value.clone(), value.value.clone().into()))
        .collect();
    json!({
        "images": patterns.map(|pattern| pattern.value.as_str()).collect::<Vec<_>>(),
        "signers": signers.collect::<Vec<_>>(),
        "at_least": requirement.at_least.value,
        "annotations": annotations,
        "transparency_log": match requirement.transparency_log.value {
            true => "require",
            false => "ignore",
        },
        "repository": requirement.repository.as_ref().map(|name| name.value.as_str()),
        "signed_by": signed.map(|wanted| wording::signer(wanted.signer)).collect::<Vec<_>>(),
        "outcome": match holding.ending {
            Ending::Satisfied => "pass",
            Ending::Violated => "violation",
            Ending::NotKnown => "not-checked",
        },
    })
}

fn text(text: &str) -> String {
    shorten(text, TEXT_CHARACTERS).into_owned()
}
