//! Facts about images, made by hand.

use std::sync::Arc;

use imagegate::check::alone::SignatureVerdict;
use imagegate::model::digest::Digest;
use imagegate::model::evidence::{AnsweredBy, Evidence, ResolvedImage};
use imagegate::model::reference::ImageReference;
use imagegate::model::repository::Repository;
use imagegate::model::signature::{
    Anchor, Candidate, Content, Format, Gap, Identity, Place, Proof, Refusal, RefusalKind,
    SignatureFacts, Storage, Trial,
};
use imagegate::report::inspect::{InspectReport, InspectedImage};

pub const APP: &str = "registry.example.com/shop/app";
pub const RELEASE: &str =
    "https://github.com/acme/app/.github/workflows/release.yml@refs/tags/v1.4.2";
pub const ACTIONS: &str = "https://token.actions.githubusercontent.com";

/// A digest of one digit.
pub fn digest(digit: char) -> Digest {
    let hex: String = std::iter::repeat_n(digit, 64).collect();
    Digest::parse(&format!("sha256:{hex}")).unwrap()
}

pub fn repository(name: &str) -> Repository {
    Repository::parse(name).unwrap()
}

pub fn key(number: u8) -> Anchor {
    Anchor::Key(Arc::from([number]))
}

pub fn signers() -> Vec<(Anchor, String)> {
    let authority = Anchor::Authority(Arc::from([vec![7]]));
    vec![
        (key(1), "key `keys/cosign.pub`".to_owned()),
        (key(2), "key `keys/old.pub`".to_owned()),
        (authority, "authority `certs/ca.pem`".to_owned()),
        (Anchor::Sigstore, "the Sigstore trusted root".to_owned()),
    ]
}

/// A candidate in the image's own repository, refused by every signer as being by somebody else.
pub fn candidate(storage: Storage, format: Format, content: Content) -> Candidate {
    let refused = |anchor: &Anchor, log| {
        let trial = Trial {
            anchor: anchor.clone(),
            log,
        };
        let reason = match anchor {
            Anchor::Key(_) => "the signature is not by that key",
            _ => "it carries no certificate",
        };
        (trial, Err(refusal(RefusalKind::OtherSigner, reason)))
    };
    let signers = signers();
    let anchors = signers.iter().map(|(anchor, _)| anchor);
    Candidate {
        place: Place {
            repository: repository(APP),
            storage,
            manifest: digest('c'),
            layer: 0,
        },
        format,
        content,
        claimed: None,
        trials: anchors
            .flat_map(|anchor| [refused(anchor, true), refused(anchor, false)])
            .collect(),
    }
}

pub fn refusal(kind: RefusalKind, reason: &str) -> Refusal {
    Refusal {
        kind,
        reason: reason.to_owned(),
    }
}

/// The candidate, with another outcome of one trial.
pub fn tried(
    mut candidate: Candidate,
    anchor: Anchor,
    log: bool,
    outcome: Result<Proof, Refusal>,
) -> Candidate {
    let trial = Trial { anchor, log };
    let place = candidate.trials.iter_mut().find(|(made, _)| *made == trial);
    place.expect("one of the signers").1 = outcome;
    candidate
}

pub fn proof() -> Proof {
    Proof {
        identity: None,
        signed_at: None,
        annotations: Vec::new(),
    }
}

pub fn identity(subject: &str, issuer: &str) -> Identity {
    Identity {
        subject: subject.to_owned(),
        other_names: Vec::new(),
        issuer: Some(issuer.to_owned()),
    }
}

pub fn attestation(predicate_type: &str) -> Content {
    Content::Attestation {
        predicate_type: predicate_type.to_owned(),
    }
}

pub fn bundle() -> Format {
    Format::Bundle("0.3".to_owned())
}

/// Signed with a key, without a log.
pub fn keyed() -> Candidate {
    let signature = candidate(
        Storage::SignatureTag,
        Format::SimpleSigning,
        Content::Signature,
    );
    let proof = Proof {
        annotations: vec![("env".to_owned(), "prod".to_owned())],
        ..proof()
    };
    tried(signature, key(1), false, Ok(proof))
}

/// Signed by a workflow, in a log.
pub fn keyless() -> Candidate {
    let signer = identity(RELEASE, ACTIONS);
    let proof = Proof {
        identity: Some(signer.clone()),
        signed_at: Some("2026-11-20T10:15:00Z".parse().unwrap()),
        ..proof()
    };
    let signature = candidate(Storage::Referrer, bundle(), Content::Signature);
    Candidate {
        claimed: Some(signer),
        ..tried(signature, Anchor::Sigstore, true, Ok(proof))
    }
}

/// An attestation that says who made it and is not by them.
pub fn forged() -> Candidate {
    let attestation = candidate(
        Storage::AttestationTag,
        Format::Envelope,
        attestation("https://slsa.dev/provenance/v1"),
    );
    let refusal = refusal(
        RefusalKind::UntrustedCertificate,
        "its certificate is by no authority of the trusted root",
    );
    let attestation = tried(attestation, Anchor::Sigstore, true, Err(refusal.clone()));
    Candidate {
        claimed: Some(identity(RELEASE, ACTIONS)),
        ..tried(attestation, Anchor::Sigstore, false, Err(refusal))
    }
}

/// Something that is not what its media type says.
pub fn malformed() -> Candidate {
    let mut malformed = candidate(
        Storage::ReferrersTag,
        bundle(),
        Content::Malformed("the bundle is no JSON (line 1, column 1)".to_owned()),
    );
    malformed.trials.clear();
    malformed.place.layer = 1;
    malformed
}

pub fn facts(candidates: Vec<Candidate>) -> SignatureFacts {
    SignatureFacts {
        candidates,
        gaps: Vec::new(),
        asked: vec![repository(APP)],
        elsewhere: None,
    }
}

pub fn gap() -> Gap {
    Gap {
        repository: repository(APP),
        storage: Some(Storage::Referrer),
        reason: "GET https://registry.example.com/v2/shop/app/referrers/sha256:aaaa: \
                 429 Too Many Requests, 5 times; try again later"
            .into(),
    }
}

pub fn resolved() -> ResolvedImage {
    ResolvedImage {
        digest: digest('a'),
        answered_by: AnsweredBy::Registry,
        tag_points_to: None,
        unlisted: None,
        platforms: Vec::new(),
    }
}

pub fn image(text: &str, facts: SignatureFacts) -> InspectedImage {
    InspectedImage {
        reference: ImageReference::parse(text).unwrap(),
        digest: Evidence::Known(resolved()),
        signatures: Evidence::Known(Arc::new(facts)),
        verdict: None,
        scans: Vec::new(),
        unread_scans: Vec::new(),
    }
}

pub fn report(images: Vec<InspectedImage>) -> InspectReport {
    InspectReport {
        images,
        signers: signers(),
        policy_file: Some("imagegate.yaml".to_owned()),
    }
}

/// One image of each kind: everything is there, unsigned, not fully read, not there, not reached.
pub fn everything() -> InspectReport {
    let mut full = image(
        &format!("{APP}:1.4.2"),
        facts(vec![keyed(), keyless(), forged(), malformed()]),
    );
    full.digest = Evidence::Known(ResolvedImage {
        answered_by: AnsweredBy::Layout("evidence/".to_owned()),
        tag_points_to: Some(digest('b')),
        unlisted: None,
        platforms: vec![
            (digest('d'), "linux/amd64".to_owned()),
            (digest('e'), "linux/arm64/v8".to_owned()),
        ],
        ..resolved()
    });
    full.verdict = Some(SignatureVerdict::Pass);
    let mut unsigned = image("registry.example.com/shop/unsigned:1", facts(Vec::new()));
    unsigned.verdict = Some(SignatureVerdict::Violation(
        "`registry.example.com/shop/unsigned:1` carries no signature".to_owned(),
    ));
    let mut half = facts(Vec::new());
    half.gaps.push(gap());
    let mut half = image("registry.example.com/shop/half:1", half);
    half.verdict = Some(SignatureVerdict::NotChecked(
        "could not check who signed `registry.example.com/shop/half:1`".to_owned(),
    ));
    let absent = InspectedImage {
        digest: Evidence::Absent,
        signatures: Evidence::Absent,
        ..image("registry.example.com/shop/absent:1", facts(Vec::new()))
    };
    let reason = "GET https://registry.example.net/v2/: no answer within 10 s";
    let unreached = InspectedImage {
        digest: Evidence::Unavailable(reason.into()),
        signatures: Evidence::Unavailable(reason.into()),
        verdict: Some(SignatureVerdict::NothingRequired),
        ..image("registry.example.net/app:1", facts(Vec::new()))
    };
    report(vec![full, unsigned, half, absent, unreached])
}
