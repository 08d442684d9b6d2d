//! What holds for `verify-image-signatures` whatever was found: more evidence never turns a pass into
//! something else, less evidence or a stricter policy never makes one.

use imagegate::check::signatures_suffice;
use imagegate::model::finding::Outcome;
use imagegate::model::rule::Rule;
use imagegate::model::signature::{Candidate, Content, Gap, Proof, RefusalKind, SignatureFacts};
use proptest::prelude::*;

use crate::signature_facts::*;

/// Subjects that the patterns of [`policies`] tell apart.
const SUBJECTS: [&str; 3] = [
    WORKFLOW,
    "https://github.com/acme/other/.github/workflows/release.yml@refs/tags/v1",
    "https://github.com/stranger/cart",
];

/// Entries of `require` that differ in everything that decides.
fn entries() -> Vec<String> {
    let wide = || keyless(ISSUER, "https://github.com/acme/**");
    let narrow = || keyless(ISSUER, "https://github.com/acme/cart/**");
    vec![
        entry(&[key(0)], ""),
        entry(&[key(0), key(1)], ", at-least: 2"),
        entry(
            &[wide(), narrow()],
            ", at-least: 2, transparency-log: ignore",
        ),
        entry(&[wide(), key(1)], ", annotations: {env: prod}"),
        entry(&[key(1)], &format!(", repository: {ELSEWHERE}")),
        entry(&[key(2)], ", images: [\"ghcr.io/**\"]"),
    ]
}

/// A candidate before the policy is known, whose trials it is held against.
#[derive(Debug, Clone)]
struct Sketch {
    signer: usize,
    elsewhere: bool,
    attestation: bool,
    annotated: bool,
    logged: bool,
}

impl Sketch {
    fn candidate(&self, policy: &str) -> Candidate {
        let proof = Proof {
            annotations: match self.annotated {
                true => vec![("env".to_owned(), "prod".to_owned())],
                false => Vec::new(),
            },
            ..proof()
        };
        let mut candidate = match (self.signer, self.signer.checked_sub(2)) {
            (number, None) => proven(policy, &anchor(number), &proof),
            (_, Some(number)) if number < SUBJECTS.len() => {
                let mut candidate = by_identity(policy, SUBJECTS[number]);
                for (_, outcome) in &mut candidate.trials {
                    if let Ok(found) = outcome {
                        found.annotations.clone_from(&proof.annotations);
                    }
                }
                candidate
            }
            _ => by_another_key(policy),
        };
        for (trial, outcome) in &mut candidate.trials {
            if trial.log && !self.logged {
                *outcome = Err(refusal(RefusalKind::NoLogEntry, "no entry"));
            }
        }
        if self.elsewhere {
            candidate.place.repository = repository(ELSEWHERE);
        }
        if self.attestation {
            candidate.content = Content::Attestation {
                predicate_type: "https://example.com/scan".to_owned(),
            };
        }
        candidate
    }
}

prop_compose! {
    fn sketch()(
        signer in 0_usize..6,
        elsewhere in prop::bool::weighted(0.2),
        attestation in prop::bool::weighted(0.1),
        annotated in any::<bool>(),
        logged in prop::bool::weighted(0.8),
    ) -> Sketch {
        Sketch { signer, elsewhere, attestation, annotated, logged }
    }
}

prop_compose! {
    fn some_gap()(elsewhere in any::<bool>(), reason in "[a-z]{1,5}") -> Gap {
        gap(if elsewhere { ELSEWHERE } else { REPOSITORY }, &reason)
    }
}

/// What was found, and the entries of the policy by their numbers.
type Case = (Vec<Sketch>, Vec<Gap>, Vec<usize>);

fn case() -> impl Strategy<Value = Case> {
    (
        prop::collection::vec(sketch(), 0..5),
        prop::collection::vec(some_gap(), 0..2),
        prop::collection::btree_set(0..entries().len(), 1..4)
            .prop_map(|numbers| numbers.into_iter().collect()),
    )
}

fn policy_of(numbers: &[usize]) -> String {
    let entries = entries();
    let chosen: Vec<String> = numbers.iter().map(|at| entries[*at].clone()).collect();
    requiring(&chosen)
}

fn found(policy: &str, sketches: &[Sketch], gaps: &[Gap]) -> SignatureFacts {
    let candidates = sketches.iter().map(|sketch| sketch.candidate(policy));
    SignatureFacts {
        gaps: gaps.to_vec(),
        ..facts(candidates)
    }
}

/// How the rule ends; `None` for a pass.
fn ends(policy: &str, facts: SignatureFacts) -> Option<Outcome> {
    let judged = judged(policy, facts);
    let of_rule = judged.of(Rule::VerifyImageSignatures);
    of_rule.first().map(|finding| finding.outcome)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn one_more_candidate_never_turns_a_pass_into_a_finding(
        (sketches, gaps, numbers) in case(),
        more in sketch(),
        at in any::<prop::sample::Index>(),
    ) {
        let policy = policy_of(&numbers);
        let before = ends(&policy, found(&policy, &sketches, &gaps));
        let mut sketches = sketches;
        sketches.insert(at.index(sketches.len() + 1), more);
        let after = ends(&policy, found(&policy, &sketches, &gaps));
        prop_assert!(before.is_some() || after.is_none());
    }

    #[test]
    fn one_more_gap_never_makes_a_pass_nor_a_violation_of_what_was_not_known(
        (sketches, gaps, numbers) in case(),
        more in some_gap(),
    ) {
        let policy = policy_of(&numbers);
        let before = ends(&policy, found(&policy, &sketches, &gaps));
        let mut gaps = gaps;
        gaps.push(more);
        let after = ends(&policy, found(&policy, &sketches, &gaps));
        prop_assert_eq!(before.is_none(), after.is_none());
        prop_assert!(before != Some(Outcome::NotChecked) || after == before);
    }

    #[test]
    fn one_more_entry_never_makes_a_pass(
        (sketches, gaps, numbers) in case(),
        more in 0..entries().len(),
    ) {
        let mut stricter = numbers.clone();
        stricter.push(more);
        // The same facts for both: held against everything that the stricter policy asks for.
        let facts = found(&policy_of(&stricter), &sketches, &gaps);
        let before = ends(&policy_of(&numbers), facts.clone());
        let after = ends(&policy_of(&stricter), facts);
        prop_assert!(before.is_none() || after.is_some());
        prop_assert!(before != Some(Outcome::Violation) || after == before);
    }

    #[test]
    fn a_proof_less_never_makes_a_pass(
        (sketches, gaps, numbers) in case(),
        one in any::<prop::sample::Index>(),
    ) {
        let policy = policy_of(&numbers);
        let mut facts = found(&policy, &sketches, &gaps);
        let before = ends(&policy, facts.clone());
        let trials = facts.candidates.iter_mut().flat_map(|candidate| &mut candidate.trials);
        let mut proofs: Vec<_> = trials.filter(|(_, outcome)| outcome.is_ok()).collect();
        if !proofs.is_empty() {
            let at = one.index(proofs.len());
            proofs[at].1 = Err(refusal(RefusalKind::BadSignature, "it does not hold"));
        }
        let after = ends(&policy, facts);
        prop_assert!(before.is_none() || after.is_some());
    }

    #[test]
    fn the_order_of_what_was_found_does_not_decide(
        (sketches, gaps, numbers) in case(),
    ) {
        let policy = policy_of(&numbers);
        let forward = ends(&policy, found(&policy, &sketches, &gaps));
        let reversed: Vec<Sketch> = sketches.into_iter().rev().collect();
        prop_assert_eq!(forward, ends(&policy, found(&policy, &reversed, &gaps)));
    }

    #[test]
    fn facts_suffice_exactly_when_the_image_passes((sketches, gaps, numbers) in case()) {
        let text = policy_of(&numbers);
        let facts = found(&text, &sketches, &gaps);
        let suffice = signatures_suffice(&policy(&text), &image(), &facts);
        prop_assert_eq!(suffice, ends(&text, facts).is_none());
    }
}

#[test]
fn the_cases_of_the_laws_end_in_every_way() {
    use proptest::strategy::ValueTree as _;
    use proptest::test_runner::TestRunner;

    let mut runner = TestRunner::deterministic();
    let mut seen = std::collections::HashSet::new();
    for _ in 0..200 {
        let (sketches, gaps, numbers) = case().new_tree(&mut runner).expect("a case").current();
        let policy = policy_of(&numbers);
        seen.insert(ends(&policy, found(&policy, &sketches, &gaps)));
    }
    assert_eq!(seen.len(), 3, "{seen:?}");
}
