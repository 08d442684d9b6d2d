//! What each engine finds of what is stored.

use imagegate::model::signature::{Candidate, Content, Format, Storage};
use imagegate::report::inspect::engines::{Engine, FACTS, Finds, Kept, finds};

use crate::facts::{APP, attestation, bundle, candidate, facts, repository};

fn legacy() -> Candidate {
    candidate(
        Storage::SignatureTag,
        Format::SimpleSigning,
        Content::Signature,
    )
}

fn bundled() -> Candidate {
    candidate(Storage::Referrer, bundle(), Content::Signature)
}

/// The engines that find the first of `candidates` without being told anything.
fn finders(candidates: Vec<Candidate>) -> Vec<Engine> {
    let facts = facts(candidates);
    let engines = Engine::ALL.into_iter();
    let found = |engine: &Engine| {
        finds(*engine, &facts.candidates[0], &repository(APP), &facts) == Finds::Yes
    };
    engines.filter(found).collect()
}

#[test]
fn every_cell_is_filled_once() {
    for kept in Kept::ALL {
        for engine in Engine::ALL {
            let same = |fact: &&_| {
                let fact: &imagegate::report::inspect::engines::Fact = fact;
                fact.kept == kept && fact.engine == engine
            };
            assert_eq!(FACTS.iter().filter(same).count(), 1, "{kept:?} {engine:?}");
        }
    }
}

#[test]
fn kyvernos_default_sees_no_bundles() {
    let facts = facts(vec![bundled()]);
    let found = finds(
        Engine::KyvernoCosign,
        &facts.candidates[0],
        &repository(APP),
        &facts,
    );
    assert_eq!(found, Finds::No);
}

#[test]
fn cosign_3_passes_over_the_older_tag_as_soon_as_a_bundle_is_there() {
    assert!(finders(vec![legacy()]).contains(&Engine::Cosign3));
    assert!(!finders(vec![legacy(), bundled()]).contains(&Engine::Cosign3));
    assert!(finders(vec![legacy(), bundled()]).contains(&Engine::Cosign2));
    let scan = candidate(Storage::Referrer, bundle(), attestation("vuln"));
    assert!(!finders(vec![legacy(), scan]).contains(&Engine::Cosign3));
}

#[test]
fn what_cannot_be_read_is_found_by_nobody() {
    let malformed = candidate(
        Storage::SignatureTag,
        Format::SimpleSigning,
        Content::Malformed("no JSON".to_owned()),
    );
    assert_eq!(finders(vec![malformed]), []);
}

#[test]
fn another_repository_has_to_be_told() {
    let elsewhere = |mut candidate: Candidate| {
        candidate.place.repository = repository("registry.example.com/signatures");
        candidate
    };
    let of = |engine, candidate| {
        let facts = facts(vec![elsewhere(candidate)]);
        finds(engine, &facts.candidates[0], &repository(APP), &facts)
    };
    assert!(matches!(of(Engine::Cosign2, legacy()), Finds::When(_)));
    assert_eq!(of(Engine::Cosign3, bundled()), Finds::No);
    assert_eq!(of(Engine::KyvernoBundle, bundled()), Finds::No);
}
