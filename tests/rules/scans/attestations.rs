//! Whose attestations count.

use super::*;

fn policy() -> String {
    accepting(&[&attested_by(0)], &[])
}

#[test]
fn a_scan_by_a_wanted_signer_decides() {
    let policy = policy();
    passes(&policy, facts([wanted(&policy, scan([]))]));
    let message = fails(&policy, facts([wanted(&policy, failing())]));
    holds(&message, "says the attestation by the inline key");
}

#[test]
fn a_scan_by_somebody_else_is_no_scan_whatever_it_says() {
    let policy = policy();
    for scan in [scan([]), failing()] {
        let other = unproven(&policy, RefusalKind::OtherSigner, "not by that key");
        let message = fails(&policy, facts([attestation(other, scan)]));
        holds(&message, "no scan of ");
        holds(&message, "found instead: an attestation by somebody else");
    }
}

#[test]
fn a_replayed_or_unlogged_scan_is_no_scan_and_the_reason_is_named() {
    let policy = policy();
    for (kind, reason) in [
        (RefusalKind::OtherImage, "it speaks of another image"),
        (
            RefusalKind::NoLogEntry,
            "no entry of a transparency log came with it",
        ),
    ] {
        let found = attestation(unproven(&policy, kind, reason), scan([]));
        holds(&fails(&policy, facts([found])), reason);
    }
}

#[test]
fn a_keyless_scan_counts_by_its_identity() {
    let policy = accepting(&[&attested_by_identity("https://github.com/acme/**")], &[]);
    let by = |subject: &str| imagegate::model::signature::Proof {
        identity: Some(identity(subject)),
        ..proof()
    };
    passes(
        &policy,
        facts([attestation(proven(&policy, &by(WORKFLOW)), scan([]))]),
    );
    let stranger = proven(&policy, &by("https://github.com/stranger/x"));
    let message = fails(&policy, facts([attestation(stranger, scan([]))]));
    holds(
        &message,
        "an attestation by `https://github.com/stranger/x`",
    );
}

#[test]
fn cosigns_word_and_type_mean_its_type_with_and_without_scheme_and_no_other() {
    let typed = policy().replace("predicate: vuln", &format!("predicate: {VULN}"));
    for policy in [policy(), typed] {
        for (predicate_type, counts) in [
            (VULN, true),
            ("cosign.sigstore.dev/attestation/vuln/v1", true),
            ("http://cosign.sigstore.dev/attestation/vuln/v1", false),
            ("https://in-toto.io/attestation/vulns/v0.1", false),
            ("https://slsa.dev/provenance/v1", false),
            ("vuln", false),
        ] {
            let mut candidate = proven(&policy, &proof());
            candidate.content = Content::Attestation {
                predicate_type: predicate_type.to_owned(),
            };
            let judged = judged(&policy, facts([attestation(candidate, scan([]))]));
            assert_eq!(ends(&judged).is_none(), counts, "{predicate_type}");
        }
    }
}

#[test]
fn another_predicate_is_met_exactly() {
    let policy = policy().replace(
        "predicate: vuln",
        "predicate: https://grype.anchore.io/scan",
    );
    let found = |predicate_type: &str| {
        let mut candidate = proven(&policy, &proof());
        candidate.content = Content::Attestation {
            predicate_type: predicate_type.to_owned(),
        };
        facts([attestation(candidate, scan([]))])
    };
    passes(&policy, found("https://grype.anchore.io/scan"));
    fails(&policy, found(VULN));
}

#[test]
fn an_unreadable_scan_by_a_wanted_signer_is_not_passed_over() {
    let policy = policy();
    let mut unreadable = wanted(&policy, scan([]));
    unreadable.scan = Err("its predicate is no JSON object".into());
    let message = unknown(&policy, facts([unreadable, wanted(&policy, scan([]))]));
    holds(&message, "its predicate is no JSON object");
}

#[test]
fn an_unreadable_scan_by_somebody_else_is_passed_over() {
    let policy = policy();
    let other = unproven(&policy, RefusalKind::OtherSigner, "");
    let mut unreadable = attestation(other, scan([]));
    unreadable.scan = Err("its predicate is no JSON object".into());
    passes(&policy, facts([unreadable, wanted(&policy, scan([]))]));
}

#[test]
fn a_scan_that_was_not_held_against_the_signers_says_nothing() {
    let policy = policy();
    let mut candidate = proven(&policy, &proof());
    candidate.trials.clear();
    unknown(&policy, facts([attestation(candidate, scan([]))]));
}

#[test]
fn a_report_handed_on_as_an_attestation_is_no_pass() {
    unknown(&policy(), facts([report("scans/a.json", scan([]))]));
}

#[test]
fn an_attestation_is_asked_for_with_the_trials_of_its_signers() {
    let trials = trials(&policy());
    assert_eq!(trials.len(), 1);
    assert!(trials[0].log);
}

/// A passing attestation, and one that cannot be read.
fn beside_unreadable(policy: &str, unusable: imagegate::model::scan::Unusable) -> ScanFacts {
    let mut unreadable = wanted(policy, scan([]));
    unreadable.scan = Err(unusable);
    facts([unreadable, wanted(policy, scan([]))])
}

#[test]
fn an_older_attestation_that_cannot_be_read_does_not_stop_the_image_for_ever() {
    let older = unreadable(&at("2026-11-01T00:00:00Z", scan([])));
    let newest = accepting(&[&attested_by(0)], &[]);
    passes(&newest, beside_unreadable(&newest, older.clone()));
    let every = accepting(&[&attested_by(0)], &["statements: every"]);
    unknown(&every, beside_unreadable(&every, older));
}

#[test]
fn an_attestation_that_cannot_be_read_and_may_be_the_newest_of_its_scanner_is_not_passed_over() {
    let policy = policy();
    let older = at("2026-11-01T00:00:00Z", scan([]));
    for unusable in [
        unreadable(&at("2026-11-23T00:00:00Z", scan([]))),
        unreadable(&scan([])),
        unreadable(&at("2027-01-01T00:00:00Z", scan([]))),
        unreadable(&undated(scan([]))),
        unreadable(&by_grype(older.clone())),
        imagegate::model::scan::Unusable {
            scanner: None,
            ..unreadable(&older)
        },
    ] {
        let message = unknown(&policy, beside_unreadable(&policy, unusable));
        holds(&message, "it ends in its middle");
    }
}

#[test]
fn a_failing_attestation_is_not_overruled_by_another_scanner() {
    let policy = policy();
    let newer = by_grype(at("2026-11-23T00:00:00Z", scan([])));
    let found = [wanted(&policy, failing()), wanted(&policy, newer)];
    fails(&policy, facts(found));
}

#[test]
fn a_pass_by_an_attestation_has_no_reservation() {
    let policy = policy();
    let judged = judged(&policy, facts([wanted(&policy, scan([]))]));
    assert_eq!(judged.count(&NotLookedAt::ScanByUnsignedReport), 0);
}
