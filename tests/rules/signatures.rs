//! `verify-image-signatures` on recorded facts: what passes, what is violated, what could not be checked.

use imagegate::check::signatures_suffice;
use imagegate::model::evidence::Evidence;
use imagegate::model::finding::Outcome;
use imagegate::model::reference::ImageReference;
use imagegate::model::rule::Rule;
use imagegate::model::signature::{
    Anchor, Candidate, Content, Identity, Proof, RefusalKind, SignatureFacts,
};

use crate::run::{Judged, Run};
use crate::signature_facts::*;

const RULE: Rule = Rule::VerifyImageSignatures;

/// How the rule ends; `None` for a pass.
fn ends(judged: &Judged) -> Option<Outcome> {
    match judged.of(RULE).as_slice() {
        [] => None,
        [only] => Some(only.outcome),
        several => panic!("{several:#?}"),
    }
}

fn outcome(policy: &str, candidates: impl IntoIterator<Item = Candidate>) -> Option<Outcome> {
    ends(&judged(policy, facts(candidates)))
}

fn one_key() -> String {
    requiring(&[entry(&[key(0)], "")])
}

#[test]
fn a_signature_by_the_wanted_key_passes() {
    let policy = one_key();
    assert_eq!(outcome(&policy, [by_key(&policy, 0)]), None);
}

#[test]
fn a_signature_by_another_key_is_a_violation() {
    let policy = one_key();
    let found = outcome(&policy, [by_another_key(&policy)]);
    assert_eq!(found, Some(Outcome::Violation));
}

#[test]
fn an_image_without_any_signature_is_a_violation() {
    assert_eq!(outcome(&one_key(), []), Some(Outcome::Violation));
}

#[test]
fn an_attestation_never_counts_as_a_signature() {
    let policy = one_key();
    let found = outcome(&policy, [attestation(&policy, "https://example.com/scan")]);
    assert_eq!(found, Some(Outcome::Violation));
}

#[test]
fn what_cannot_be_read_never_counts_as_a_signature() {
    let policy = one_key();
    let mut candidate = by_key(&policy, 0);
    candidate.content = Content::Malformed("it is no JSON".to_owned());
    assert_eq!(outcome(&policy, [candidate]), Some(Outcome::Violation));
}

#[test]
fn a_proof_without_a_log_entry_does_not_pass_where_one_is_required() {
    let required = one_key();
    let ignored = requiring(&[entry(&[key(0)], ", transparency-log: ignore")]);
    let both = requiring(&[
        entry(&[key(0)], ", transparency-log: ignore"),
        entry(&[key(0)], ""),
    ]);
    let mut candidate = by_key(&both, 0);
    for (trial, outcome) in &mut candidate.trials {
        if trial.log {
            *outcome = Err(refusal(RefusalKind::NoLogEntry, "no entry came with it"));
        }
    }
    assert_eq!(outcome(&ignored, [candidate.clone()]), None);
    assert_eq!(
        outcome(&required, [candidate.clone()]),
        Some(Outcome::Violation)
    );
    assert_eq!(outcome(&both, [candidate]), Some(Outcome::Violation));
}

#[test]
fn both_issuer_and_subject_have_to_match() {
    let own = "https://github.com/acme/*/.github/workflows/release.yml@refs/tags/*";
    for (issuer, subject, passes) in [
        (ISSUER, own, true),
        ("**", own, true),
        ("https://issuer.example.com", own, false),
        (ISSUER, "https://github.com/other/**", false),
        (ISSUER, "https://github.com/acme/*", false),
        (ISSUER, "https://github.com/acme/cart", false),
        (ISSUER, "HTTPS://GITHUB.COM/**", false),
    ] {
        let policy = requiring(&[entry(&[keyless(issuer, subject)], "")]);
        let found = outcome(&policy, [by_identity(&policy, WORKFLOW)]);
        assert_eq!(found.is_none(), passes, "{issuer} {subject}");
    }
}

#[test]
fn a_keyless_identity_without_issuer_matches_no_pattern() {
    let policy = requiring(&[entry(&[keyless("**", "**")], "")]);
    let nobody = Proof {
        identity: Some(Identity {
            subject: WORKFLOW.to_owned(),
            other_names: Vec::new(),
            issuer: None,
        }),
        ..proof()
    };
    let without_identity = proven(&policy, &Anchor::Sigstore, &proof());
    let without_issuer = proven(&policy, &Anchor::Sigstore, &nobody);
    for candidate in [without_identity, without_issuer] {
        assert_eq!(outcome(&policy, [candidate]), Some(Outcome::Violation));
    }
}

#[test]
fn a_certificate_of_an_own_authority_counts_by_subject_and_issuer() {
    let own = |issuer: &str| {
        let signer = format!(
            "{{certificate: {{chain: certs/signing-ca.pem, subject: \"*@acme.example\"{issuer}}}}}"
        );
        requiring(&[entry(&[signer], "")])
    };
    let passes = |policy: &str, subject: &str, issuer: Option<&str>| {
        let proof = Proof {
            identity: Some(Identity {
                subject: subject.to_owned(),
                other_names: Vec::new(),
                issuer: issuer.map(str::to_owned),
            }),
            ..proof()
        };
        let authority = trials(policy).remove(0).anchor;
        assert!(matches!(authority, Anchor::Authority(_)));
        outcome(policy, [proven(policy, &authority, &proof)]).is_none()
    };
    let (by_any, by_one) = (own(""), own(", issuer: \"CN=Acme *\""));
    let build = "build@acme.example";
    assert!(passes(&by_any, build, Some("CN=Acme Signing CA")));
    assert!(passes(&by_any, build, None));
    assert!(!passes(&by_any, "build@other.example", None));
    assert!(passes(&by_one, build, Some("CN=Acme Signing CA")));
    assert!(!passes(&by_one, build, Some("CN=Other CA")));
    assert!(!passes(&by_one, build, None));
}

/// A signature by a certificate of the wanted authority that gives these names.
fn by_names(policy: &str, names: &[&str]) -> Candidate {
    let proof = Proof {
        identity: Some(Identity {
            subject: names[0].to_owned(),
            other_names: names[1..].iter().map(|name| (*name).to_owned()).collect(),
            issuer: Some("CN=Acme Signing CA".to_owned()),
        }),
        ..proof()
    };
    proven(policy, &trials(policy).remove(0).anchor, &proof)
}

fn certificate(subject: &str) -> String {
    format!("{{certificate: {{chain: certs/signing-ca.pem, subject: \"{subject}\"}}}}")
}

#[test]
fn a_certificate_counts_by_each_of_its_names() {
    let policy = requiring(&[entry(&[certificate("*.acme.example")], "")]);
    let passes = |names: &[&str]| outcome(&policy, [by_names(&policy, names)]).is_none();
    assert!(passes(&["ci@acme.example", "build.acme.example"]));
    assert!(passes(&["build.acme.example"]));
    assert!(!passes(&["ci@acme.example", "build.other.example"]));
}

#[test]
fn an_owner_of_two_certificates_that_share_a_name_counts_once() {
    let signers = [
        certificate("ci@acme.example"),
        certificate("build.acme.example"),
    ];
    let policy = requiring(&[entry(&signers, ", at-least: 2")]);
    let ends = |all: &[&[&str]]| {
        let candidates: Vec<_> = all.iter().map(|names| by_names(&policy, names)).collect();
        outcome(&policy, candidates)
    };
    let both: &[&str] = &["ci@acme.example", "build.acme.example"];
    assert_eq!(
        ends(&[both, &["build.acme.example"]]),
        Some(Outcome::Violation)
    );
    assert_eq!(ends(&[both]), Some(Outcome::Violation));
    assert_eq!(ends(&[&["ci@acme.example"], &["build.acme.example"]]), None);
}

#[test]
fn a_claimed_identity_proves_nothing() {
    let policy = requiring(&[entry(&[keyless(ISSUER, "**")], "")]);
    let mut candidate = refused(&policy, RefusalKind::UntrustedCertificate, "own authority");
    candidate.claimed = Some(identity(WORKFLOW));
    assert_eq!(outcome(&policy, [candidate]), Some(Outcome::Violation));
}

fn with_annotations(policy: &str, pairs: &[(&str, &str)]) -> Candidate {
    let annotations = pairs.iter();
    let proof = Proof {
        annotations: annotations
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect(),
        ..proof()
    };
    proven(policy, &anchor(0), &proof)
}

#[test]
fn every_wanted_annotation_has_to_be_in_the_same_payload() {
    let policy = requiring(&[entry(&[key(0)], ", annotations: {env: prod, team: shop}")]);
    let passes = |pairs: &[&[(&str, &str)]]| {
        let candidates = pairs.iter().map(|pairs| with_annotations(&policy, pairs));
        outcome(&policy, candidates).is_none()
    };
    let (env, team) = (("env", "prod"), ("team", "shop"));
    assert!(passes(&[&[env, team, ("more", "is fine")]]));
    assert!(!passes(&[&[env], &[team]]));
    assert!(!passes(&[&[("env", "production"), team]]));
    assert!(!passes(&[&[("Env", "prod"), team]]));
    assert!(!passes(&[&[env, ("env", "dev"), team]]));
}

#[test]
fn a_threshold_wants_that_many_signers() {
    let policy = requiring(&[entry(&[key(0), key(1), key(2)], ", at-least: 2")]);
    let (first, third) = (by_key(&policy, 0), by_key(&policy, 2));
    let violation = Some(Outcome::Violation);
    assert_eq!(outcome(&policy, [first.clone()]), violation);
    assert_eq!(outcome(&policy, [first.clone(), first.clone()]), violation);
    assert_eq!(outcome(&policy, [first, third]), None);
}

#[test]
fn a_signer_that_is_listed_twice_counts_once() {
    let wide = keyless(ISSUER, "https://github.com/acme/**");
    let policy = requiring(&[entry(&[wide.clone(), wide, key(0)], ", at-least: 2")]);
    let candidates = [WORKFLOW, "https://github.com/acme/other"];
    let candidates = candidates.map(|subject| by_identity(&policy, subject));
    let found = outcome(&policy, candidates);
    assert_eq!(found, Some(Outcome::Violation));
}

#[test]
fn one_identity_does_not_satisfy_two_patterns() {
    let wide = keyless(ISSUER, "https://github.com/acme/**");
    let narrow = keyless(ISSUER, "https://github.com/acme/cart/**");
    let policy = requiring(&[entry(&[wide, narrow], ", at-least: 2")]);
    let cart = by_identity(&policy, WORKFLOW);
    let mut again = cart.clone();
    again.place.layer = 1;
    let other = by_identity(&policy, "https://github.com/acme/other");
    let violation = Some(Outcome::Violation);
    assert_eq!(outcome(&policy, [cart.clone(), again]), violation);
    // The wide pattern leaves the narrow one the only identity that it accepts, in either order.
    assert_eq!(outcome(&policy, [cart.clone(), other.clone()]), None);
    assert_eq!(outcome(&policy, [other, cart]), None);
}

#[test]
fn every_entry_that_concerns_the_image_has_to_hold() {
    let policy = requiring(&[entry(&[key(0)], ""), entry(&[key(1)], "")]);
    let (first, second) = (by_key(&policy, 0), by_key(&policy, 1));
    let violation = Some(Outcome::Violation);
    assert_eq!(outcome(&policy, [first.clone()]), violation);
    assert_eq!(outcome(&policy, [second.clone()]), violation);
    assert_eq!(outcome(&policy, [first, second]), None);
}

#[test]
fn an_entry_about_other_images_is_not_asked() {
    let policy = requiring(&[
        entry(&[key(0)], ""),
        entry(&[key(1)], ", images: [\"ghcr.io/**\"]"),
    ]);
    assert_eq!(outcome(&policy, [by_key(&policy, 0)]), None);
}

#[test]
fn a_signature_counts_only_in_a_repository_that_the_entry_names() {
    let here = one_key();
    let elsewhere = requiring(&[entry(&[key(0)], &format!(", repository: {ELSEWHERE}"))]);
    for (policy, own, other) in [(&here, true, false), (&elsewhere, true, true)] {
        let mut candidate = by_key(policy, 0);
        assert_eq!(outcome(policy, [candidate.clone()]).is_none(), own);
        candidate.place.repository = repository(ELSEWHERE);
        assert_eq!(outcome(policy, [candidate]).is_none(), other);
    }
}

fn with_gap(policy: &str, candidates: Vec<Candidate>, at: &str) -> Option<Outcome> {
    let facts = SignatureFacts {
        gaps: vec![gap(at, "GET referrers: 429 Too Many Requests")],
        ..facts(candidates)
    };
    ends(&judged(policy, facts))
}

#[test]
fn a_place_without_an_answer_is_passed_over_only_where_the_entry_is_satisfied() {
    let policy = one_key();
    let unchecked = Some(Outcome::NotChecked);
    assert_eq!(with_gap(&policy, vec![], REPOSITORY), unchecked);
    let other = by_another_key(&policy);
    assert_eq!(with_gap(&policy, vec![other], REPOSITORY), unchecked);
    let wanted = by_key(&policy, 0);
    assert_eq!(with_gap(&policy, vec![wanted], REPOSITORY), None);
}

#[test]
fn a_gap_in_a_repository_where_the_entry_does_not_look_hides_nothing() {
    let found = with_gap(&one_key(), vec![], ELSEWHERE);
    assert_eq!(found, Some(Outcome::Violation));
}

#[test]
fn a_violated_entry_weighs_more_than_one_that_could_not_be_checked() {
    let policy = requiring(&[
        entry(&[key(0)], &format!(", repository: {ELSEWHERE}")),
        entry(&[key(1)], ""),
    ]);
    let found = with_gap(&policy, vec![], ELSEWHERE);
    assert_eq!(found, Some(Outcome::Violation));
}

#[test]
fn a_repository_that_nobody_asked_could_not_be_checked() {
    let facts = SignatureFacts {
        asked: Vec::new(),
        ..facts([])
    };
    assert_eq!(ends(&judged(&one_key(), facts)), Some(Outcome::NotChecked));
}

#[test]
fn a_signature_that_was_not_held_against_the_signer_could_not_be_checked() {
    let policy = one_key();
    let mut candidate = by_another_key(&policy);
    candidate.trials.clear();
    assert_eq!(outcome(&policy, [candidate]), Some(Outcome::NotChecked));
}

#[test]
fn an_image_that_does_not_exist_is_not_called_unsigned() {
    let mut evidence = evidence(&image(), facts([]));
    evidence.digests.insert(image(), Evidence::Absent);
    let unsigned = evidence.clone();
    evidence.signatures.insert(image(), Evidence::Absent);
    for evidence in [evidence, unsigned] {
        let judged = judged_by(&one_key(), evidence);
        let finding = judged.only(RULE);
        assert_eq!(finding.outcome, Outcome::NotChecked);
        assert!(
            finding.message.contains("no such image"),
            "{}",
            finding.message
        );
    }
}

#[test]
fn facts_do_not_pass_an_image_whose_tag_could_not_be_resolved() {
    let policy = one_key();
    let facts = facts([by_key(&policy, 0)]);
    for answer in [Evidence::Absent, Evidence::Unavailable("no answer".into())] {
        let mut evidence = evidence(&image(), facts.clone());
        evidence.digests.insert(image(), answer);
        let judged = judged_by(&policy, evidence);
        assert_eq!(ends(&judged), Some(Outcome::NotChecked));
    }
}

fn pinned() -> ImageReference {
    ImageReference::parse(&format!("{IMAGE}@{}", digest(0xcd))).expect("a reference")
}

fn judged_pinned(
    policy: &str,
    found: SignatureFacts,
    answer: Evidence<imagegate::model::evidence::ResolvedImage>,
) -> Option<Outcome> {
    let mut evidence = evidence(&pinned(), found);
    evidence.digests.insert(pinned(), answer);
    let run = Run::with_policy(policy).image(&pinned().to_string());
    ends(&run.evidence(evidence).judge())
}

#[test]
fn a_written_digest_passes_by_its_signature_where_only_that_is_kept() {
    let policy = one_key();
    let signed = facts([by_key(&policy, 0)]);
    assert_eq!(judged_pinned(&policy, signed, Evidence::Absent), None);
    let unsigned = judged_pinned(&policy, facts([]), Evidence::Absent);
    assert_eq!(unsigned, Some(Outcome::NotChecked));
    let silent = Evidence::Unavailable("no answer".into());
    let unsigned = judged_pinned(&policy, facts([]), silent);
    assert_eq!(unsigned, Some(Outcome::NotChecked));
}

#[test]
fn an_answer_about_another_digest_than_the_written_one_passes_nothing() {
    let policy = one_key();
    let signed = facts([by_key(&policy, 0)]);
    let other = Evidence::Known(resolved(digest(0xab)));
    let found = judged_pinned(&policy, signed, other);
    assert_eq!(found, Some(Outcome::NotChecked));
}

#[test]
fn facts_suffice_exactly_when_the_image_passes_by_them() {
    let policy_text = requiring(&[
        entry(&[key(0)], ""),
        entry(&[key(1)], ", images: [\"registry.example.com/shop/**\"]"),
        entry(&[key(2)], ", images: [\"ghcr.io/**\"]"),
    ]);
    let policy = policy(&policy_text);
    let (first, second) = (by_key(&policy_text, 0), by_key(&policy_text, 1));
    let suffices = |candidates: Vec<Candidate>| {
        let found = SignatureFacts {
            gaps: vec![gap(REPOSITORY, "not asked yet")],
            ..facts(candidates)
        };
        signatures_suffice(&policy, &image(), &found)
    };
    assert!(!suffices(vec![]));
    assert!(!suffices(vec![first.clone()]));
    assert!(suffices(vec![first, second]));
}
