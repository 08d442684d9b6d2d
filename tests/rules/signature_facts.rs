//! Facts about signatures as `gather` records them, built by hand, and a policy to judge them by.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use imagegate::check;
use imagegate::model::digest::Digest;
use imagegate::model::evidence::{AnsweredBy, Evidence, Gathered, ResolvedImage};
use imagegate::model::reference::ImageReference;
use imagegate::model::repository::Repository;
use imagegate::model::signature::{
    Anchor, Candidate, Content, Format, Gap, Identity, Place, Proof, Refusal, RefusalKind,
    SignatureFacts, Storage, Trial,
};
use imagegate::policy::settings::Policy;

use crate::run::{Judged, Run};

pub const IMAGE: &str = "registry.example.com/shop/cart:1.4.2";
pub const REPOSITORY: &str = "registry.example.com/shop/cart";
pub const ELSEWHERE: &str = "registry.example.com/signatures";
pub const ISSUER: &str = "https://token.actions.githubusercontent.com";
pub const WORKFLOW: &str =
    "https://github.com/acme/cart/.github/workflows/release.yml@refs/tags/v1";

/// The public keys that policies name here.
const KEYS: [&str; 3] = [
    include_str!("../../testdata/signatures/keys/cosign-v2.pub"),
    include_str!("../../testdata/signatures/keys/cosign-v3.pub"),
    include_str!("../../testdata/signatures/keys/other.pub"),
];

/// `key: …` of a signer, with one of the keys.
pub fn key(number: usize) -> String {
    format!("{{key: {:?}}}", KEYS[number])
}

/// `keyless: …` of a signer.
pub fn keyless(issuer: &str, subject: &str) -> String {
    format!("{{keyless: {{issuer: {issuer:?}, subject: {subject:?}}}}}")
}

/// An entry of `require` with these signers, and what else is written in it.
pub fn entry(signers: &[String], further: &str) -> String {
    format!("      - {{signers: [{}]{further}}}\n", signers.join(", "))
}

/// A policy with these entries of `require`.
pub fn requiring(entries: &[String]) -> String {
    format!(
        "rules:\n  verify-image-signatures:\n    require:\n{}",
        entries.concat()
    )
}

pub fn image() -> ImageReference {
    ImageReference::parse(IMAGE).expect("a reference")
}

pub fn digest(of: u8) -> Digest {
    Digest::parse(&format!("sha256:{}", format!("{of:02x}").repeat(32))).expect("a digest")
}

pub fn repository(name: &str) -> Repository {
    Repository::parse(name).expect("a repository")
}

/// What the policy holds every signature of [`IMAGE`] against. Asked for by every candidate, so each
/// policy is read once.
pub fn trials(policy: &str) -> Vec<Trial> {
    static KNOWN: Mutex<BTreeMap<String, Vec<Trial>>> = Mutex::new(BTreeMap::new());
    let mut known = KNOWN.lock().expect("no test panics in here");
    let asked = known.entry(policy.to_owned());
    let trials = asked.or_insert_with(|| {
        let run = match policy.starts_with("version:") {
            true => Run::with_policy_file(policy).image(IMAGE),
            false => Run::with_policy(policy).image(IMAGE),
        };
        let needs = check::needs(&run.facts(), run.policy(), None);
        let needs = needs.signatures.into_values();
        needs.flat_map(|need| need.trials).collect()
    });
    trials.clone()
}

/// The policy itself.
pub fn policy(text: &str) -> Policy {
    Run::with_policy(text).policy().clone()
}

/// The anchor of one of the keys.
pub fn anchor(number: usize) -> Anchor {
    let policy = requiring(&[entry(&[key(number)], "")]);
    trials(&policy).remove(0).anchor
}

pub fn identity(subject: &str) -> Identity {
    Identity {
        subject: subject.to_owned(),
        other_names: Vec::new(),
        issuer: Some(ISSUER.to_owned()),
    }
}

pub fn refusal(kind: RefusalKind, reason: &str) -> Refusal {
    Refusal {
        kind,
        reason: reason.to_owned(),
    }
}

/// A signature in the image's own repository, refused in every trial of the policy.
pub fn refused(policy: &str, kind: RefusalKind, reason: &str) -> Candidate {
    let outcome = |trial| (trial, Err(refusal(kind, reason)));
    Candidate {
        place: Place {
            repository: repository(REPOSITORY),
            storage: Storage::SignatureTag,
            manifest: digest(0xee),
            layer: 0,
        },
        format: Format::SimpleSigning,
        content: Content::Signature,
        claimed: None,
        trials: trials(policy).into_iter().map(outcome).collect(),
    }
}

/// A signature by somebody whom the policy does not name.
pub fn by_another_key(policy: &str) -> Candidate {
    refused(
        policy,
        RefusalKind::OtherSigner,
        "the signature is not by that key",
    )
}

/// A signature that passes the trials of `anchor`.
pub fn proven(policy: &str, anchor: &Anchor, proof: &Proof) -> Candidate {
    let mut candidate = by_another_key(policy);
    candidate.claimed.clone_from(&proof.identity);
    for (trial, outcome) in &mut candidate.trials {
        if trial.anchor == *anchor {
            *outcome = Ok(proof.clone());
        }
    }
    candidate
}

pub fn proof() -> Proof {
    Proof {
        identity: None,
        signed_at: None,
        annotations: Vec::new(),
    }
}

/// A signature by one of the keys.
pub fn by_key(policy: &str, number: usize) -> Candidate {
    proven(policy, &anchor(number), &proof())
}

/// A keyless signature.
pub fn by_identity(policy: &str, subject: &str) -> Candidate {
    let proof = Proof {
        identity: Some(identity(subject)),
        signed_at: Some("2026-02-03T12:00:00Z".parse().expect("a time")),
        ..proof()
    };
    proven(policy, &Anchor::Sigstore, &proof)
}

/// An attestation that passes every trial: it must never count.
pub fn attestation(policy: &str, predicate_type: &str) -> Candidate {
    let mut candidate = by_key(policy, 0);
    candidate.place.storage = Storage::AttestationTag;
    candidate.format = Format::Envelope;
    candidate.content = Content::Attestation {
        predicate_type: predicate_type.to_owned(),
    };
    candidate
}

pub fn gap(repository_name: &str, reason: &str) -> Gap {
    Gap {
        repository: repository(repository_name),
        storage: Some(Storage::Referrer),
        reason: reason.into(),
    }
}

/// What was found when every place of every repository answered.
pub fn facts(candidates: impl IntoIterator<Item = Candidate>) -> SignatureFacts {
    SignatureFacts {
        candidates: candidates.into_iter().collect(),
        gaps: Vec::new(),
        asked: vec![repository(REPOSITORY), repository(ELSEWHERE)],
        elsewhere: None,
    }
}

pub fn resolved(digest: Digest) -> ResolvedImage {
    ResolvedImage {
        digest,
        answered_by: AnsweredBy::Registry,
        tag_points_to: None,
        unlisted: None,
        platforms: Vec::new(),
    }
}

/// The answers about one image.
pub fn evidence(image: &ImageReference, facts: SignatureFacts) -> Gathered {
    let digest = image.digest.clone().unwrap_or_else(|| digest(0xab));
    let mut gathered = Gathered::default();
    let known = Evidence::Known(resolved(digest));
    gathered.digests.insert(image.clone(), known);
    let known = Evidence::Known(Arc::new(facts));
    gathered.signatures.insert(image.clone(), known);
    gathered
}

/// Judges [`IMAGE`] by the policy.
pub fn judged(policy: &str, facts: SignatureFacts) -> Judged {
    judged_by(policy, evidence(&image(), facts))
}

/// Judges [`IMAGE`] by the policy with these answers.
pub fn judged_by(policy: &str, evidence: Gathered) -> Judged {
    Run::with_policy(policy)
        .image(IMAGE)
        .evidence(evidence)
        .judge()
}

/// The answers about the images of `testdata/rules/verify-image-signatures`, by the path of each: its
/// policy wants a key or an identity, both with a log entry.
pub fn recorded(policy: &str) -> Gathered {
    let key = trials(policy).into_iter().map(|trial| trial.anchor);
    let key = key
        .into_iter()
        .find(|anchor| matches!(anchor, Anchor::Key(_)));
    let by_key = || proven(policy, key.as_ref().expect("a key"), &proof());
    let with = |kind, reason| refused(policy, kind, reason);
    let mut bundle = with(
        RefusalKind::UnknownToTrustedRoot,
        "its log is none of the trusted root of 2026-03-01",
    );
    bundle.claimed = Some(identity(WORKFLOW));
    bundle.format = Format::Bundle("0.3".to_owned());
    bundle.place.storage = Storage::Referrer;
    let no_log = with(
        RefusalKind::NoLogEntry,
        "no entry of a transparency log came with it",
    );
    let stranger = by_identity(
        policy,
        "https://github.com/stranger/cart/.github/workflows/x.yml@refs/heads/main",
    );
    let known = [
        ("signed", vec![by_key()]),
        ("keyless", vec![by_identity(policy, WORKFLOW)]),
        ("unsigned", vec![]),
        (
            "attested",
            vec![attestation(policy, "https://example.com/scan")],
        ),
        ("other-key", vec![by_another_key(policy); 3]),
        ("other-identity", vec![by_another_key(policy), stranger]),
        ("no-log", vec![no_log]),
        ("other-log", vec![bundle]),
        (
            "junk",
            vec![with(
                RefusalKind::BadSignature,
                "the signature is no base64",
            )],
        ),
    ];
    let mut gathered = Gathered::default();
    let images = known.into_iter().map(|(name, found)| (name, facts(found)));
    let silent = SignatureFacts {
        gaps: vec![Gap {
            repository: repository("registry.example.com/shop/silent"),
            ..gap(
                REPOSITORY,
                "GET https://registry.example.com/v2/shop/silent/referrers/…: 429 Too Many Requests, 5 times; try again later",
            )
        }],
        ..facts([])
    };
    for (name, mut found) in images.chain([("silent", silent)]) {
        let own = repository(&format!("registry.example.com/shop/{name}"));
        for candidate in &mut found.candidates {
            candidate.place.repository = own.clone();
        }
        found.asked = vec![own.clone()];
        let image = ImageReference::parse(&format!("{own}:1.4.2")).expect("a reference");
        let answers = evidence(&image, found);
        gathered.digests.extend(answers.digests);
        gathered.signatures.extend(answers.signatures);
    }
    let gone = ImageReference::parse("registry.example.com/shop/gone:1.4.2").expect("a reference");
    gathered.digests.insert(gone.clone(), Evidence::Absent);
    gathered.signatures.insert(gone, Evidence::Absent);
    gathered
}
