//! What each engine finds of what is stored.

use imagegate::model::signature::{Candidate, Content, Format, Storage};
use imagegate::report::inspect::engines::{Engine, FACTS, Fact, Finder, Finds, Kept};

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

/// What an engine finds of the first of `candidates`.
fn found(engine: Engine, candidates: Vec<Candidate>) -> Finds {
    let facts = facts(candidates);
    let finder = Finder::new(repository(APP), &facts);
    finder.finds(engine, &facts.candidates[0])
}

#[test]
fn every_cell_is_filled_once() {
    for kept in Kept::ALL {
        for engine in Engine::ALL {
            let same = |fact: &&Fact| fact.kept == kept && fact.engine == engine;
            assert_eq!(FACTS.iter().filter(same).count(), 1, "{kept:?} {engine:?}");
        }
    }
}

#[test]
fn kyvernos_default_sees_no_bundles() {
    assert_eq!(found(Engine::KyvernoCosign, vec![bundled()]), Finds::No);
}

#[test]
fn cosign_3_passes_over_the_older_tag_as_soon_as_a_bundle_is_there() {
    let scan = candidate(Storage::Referrer, bundle(), attestation("vuln"));
    assert_eq!(found(Engine::Cosign3, vec![legacy()]), Finds::Yes);
    assert_eq!(found(Engine::Cosign3, vec![legacy(), bundled()]), Finds::No);
    assert_eq!(found(Engine::Cosign3, vec![legacy(), scan]), Finds::No);
    assert_eq!(
        found(Engine::Cosign2, vec![legacy(), bundled()]),
        Finds::Yes
    );
}

#[test]
fn the_referrers_tag_is_as_good_as_the_api() {
    let by_tag = candidate(Storage::ReferrersTag, bundle(), Content::Signature);
    for engine in Engine::ALL {
        assert_eq!(
            found(engine, vec![by_tag.clone()]),
            found(engine, vec![bundled()])
        );
    }
}

#[test]
fn what_cannot_be_read_is_found_by_nobody() {
    let malformed = candidate(
        Storage::SignatureTag,
        Format::SimpleSigning,
        Content::Malformed("no JSON".to_owned()),
    );
    for engine in Engine::ALL {
        assert_eq!(found(engine, vec![malformed.clone()]), Finds::No);
    }
}

#[test]
fn another_repository_has_to_be_told() {
    let elsewhere = |mut candidate: Candidate| {
        candidate.place.repository = repository("registry.example.com/signatures");
        vec![candidate]
    };
    let told = found(Engine::Cosign2, elsewhere(legacy()));
    assert!(matches!(told, Finds::When(_)), "{told:?}");
    assert_eq!(found(Engine::Cosign3, elsewhere(bundled())), Finds::No);
    assert_eq!(found(Engine::KyvernoBundle, elsewhere(legacy())), Finds::No);
}
