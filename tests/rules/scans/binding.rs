//! What of an image a scan speaks of.

use super::*;

fn platforms() -> [(imagegate::model::digest::Digest, &'static str); 2] {
    [(digest(0x01), "linux/amd64"), (digest(0x02), "linux/arm64")]
}

fn of_index(found: ScanFacts) -> Gathered {
    let mut evidence = answers([Evidence::Known(found)]);
    let index = Evidence::Known(resolved(&platforms()));
    evidence.digests.insert(image(), index);
    evidence
}

#[test]
fn a_scan_bound_by_tag_passes_and_is_counted() {
    let judged = judged(
        &reports(&[]),
        facts([report("scans/a.json", by_tag(scan([])))]),
    );
    assert_eq!(ends(&judged), None);
    assert_eq!(judged.count(&NotLookedAt::ScanBoundByTag), 1);
}

#[test]
fn a_scan_bound_by_tag_that_fails_says_that_a_tag_can_move() {
    let judged = judged(
        &reports(&[]),
        facts([report("scans/a.json", by_tag(failing()))]),
    );
    assert_eq!(judged.count(&NotLookedAt::ScanBoundByTag), 1);
    holds(
        &about_image(&judged).message,
        "bound by the tag `registry.example.com/shop/cart:1.4.2`, which can move",
    );
}

#[test]
fn a_scan_of_the_digest_outweighs_a_newer_one_of_the_tag() {
    let newer = by_tag(at("2026-11-23T00:00:00Z", scan([])));
    let found = [
        report("scans/tag.json", newer),
        report("scans/digest.json", failing()),
    ];
    fails(&reports(&[]), facts(found));
}

#[test]
fn a_scan_of_another_digest_is_never_a_pass() {
    let stranger = of_digest(digest(0x77), scan([]));
    let message = unknown(&reports(&[]), facts([report("scans/a.json", stranger)]));
    holds(&message, "a fault of imagegate");
}

#[test]
fn a_scan_of_the_index_speaks_for_its_platforms() {
    let found = facts([report("scans/a.json", scan([]))]);
    assert_eq!(ends(&judged_by(&reports(&[]), of_index(found))), None);
}

#[test]
fn scans_of_every_platform_are_a_scan_of_the_image() {
    let found = platforms().map(|(digest, name)| report(name, of_digest(digest, scan([]))));
    assert_eq!(
        ends(&judged_by(&reports(&[]), of_index(facts(found)))),
        None
    );
}

#[test]
fn a_platform_without_a_scan_is_named() {
    let found = facts([report("scans/a.json", of_digest(digest(0x01), scan([])))]);
    let judged = judged_by(&reports(&[]), of_index(found));
    let message = ended(judged, Outcome::Violation);
    holds(&message, "no scan of ");
    holds(
        &message,
        "found instead: a scan of linux/amd64 but none of linux/arm64",
    );
}

#[test]
fn a_failing_scan_of_one_platform_is_enough() {
    let found = facts([report("scans/a.json", of_digest(digest(0x02), failing()))]);
    let judged = judged_by(&reports(&[]), of_index(found));
    let message = ended(judged, Outcome::Violation);
    holds(&message, "scanned for linux/arm64 2 days ago");
}

#[test]
fn an_image_that_does_not_exist_is_never_passed_nor_called_not_scanned() {
    for answer in [
        Evidence::Known(facts([report("a", scan([]))])),
        Evidence::Absent,
    ] {
        let mut evidence = answers([answer]);
        evidence.digests.insert(image(), Evidence::Absent);
        let message = ended(judged_by(&reports(&[]), evidence), Outcome::NotChecked);
        holds(&message, "there is no such image");
    }
}

#[test]
fn a_failing_scan_of_a_platform_stands_beside_a_passing_one_of_the_index() {
    let of_platform = of_digest(digest(0x02), failing());
    for whole in [scan([]), by_tag(scan([])), undated(scan([]))] {
        let found = [
            report("scans/index.json", whole),
            report("scans/arm64.json", of_platform.clone()),
        ];
        let judged = judged_by(&reports(&[]), of_index(facts(found)));
        holds(
            &ended(judged, Outcome::Violation),
            "scanned for linux/arm64",
        );
    }
}

#[test]
fn a_scan_of_a_platform_gives_way_to_a_newer_one_of_the_index() {
    let found = [
        report("scans/index.json", at("2026-11-23T00:00:00Z", scan([]))),
        report("scans/arm64.json", of_digest(digest(0x02), failing())),
    ];
    let judged = judged_by(&reports(&[]), of_index(facts(found)));
    assert_eq!(ends(&judged), None);
}

#[test]
fn a_scan_of_a_platform_does_not_give_way_to_another_scanner() {
    let newer = by_grype(at("2026-11-23T00:00:00Z", scan([])));
    let found = [
        report("scans/index.json", newer),
        report("scans/arm64.json", of_digest(digest(0x02), failing())),
    ];
    let judged = judged_by(&reports(&[]), of_index(facts(found)));
    ended(judged, Outcome::Violation);
}

/// A clean scan of the image, which may have other digests, and one of another digest.
fn beside(own: Scan, other: Scan) -> Gathered {
    let other = of_digest(digest(0x02), other);
    let found = ScanFacts {
        possible: vec![report("scans/arm64.json", other)],
        ..facts([report("scans/index.json", own)])
    };
    let mut evidence = answers([Evidence::Known(found)]);
    let mut index = resolved(&[]);
    index.unlisted = Some("the registry is silent".to_owned());
    evidence.digests.insert(image(), Evidence::Known(index));
    evidence
}

#[test]
fn a_failing_scan_that_may_be_of_a_platform_leaves_the_answer_open() {
    let judged = judged_by(&reports(&[]), beside(scan([]), failing()));
    let finding = about_image(&judged);
    assert_eq!(finding.outcome, Outcome::NotChecked);
    holds(
        &finding.message,
        "the report `scans/arm64.json` does not pass and is of another digest of the same repository",
    );
    holds(&finding.message, "the registry is silent");
    let help = finding.help.as_deref().unwrap_or_default();
    holds(help, "let its registry answer");
}

#[test]
fn a_scan_that_may_be_of_a_platform_matters_only_where_it_would_decide() {
    let newer = at("2026-11-23T00:00:00Z", scan([]));
    for (own, other) in [
        (scan([]), scan([])),
        (newer.clone(), failing()),
        (scan([]), at("2026-10-01T00:00:00Z", scan([]))),
    ] {
        let judged = judged_by(&reports(&["max-age: 7d"]), beside(own, other));
        assert_eq!(ends(&judged), None, "{}", judged.lines());
    }
    let other_scanner = judged_by(&reports(&[]), beside(by_grype(newer), failing()));
    assert_eq!(ends(&other_scanner), Some(Outcome::NotChecked));
    let fails_anyway = judged_by(&reports(&[]), beside(failing(), failing()));
    assert_eq!(ends(&fails_anyway), Some(Outcome::Violation));
}

#[test]
fn a_scan_that_may_be_of_an_unresolved_tag_leaves_the_answer_open_whatever_its_age() {
    let older = at("2026-10-01T00:00:00Z", failing());
    let mut evidence = beside(by_tag(scan([])), older);
    let silent = Evidence::Unavailable("the registry is silent".into());
    evidence.digests.insert(image(), silent);
    let judged = judged_by(&reports(&[]), evidence);
    let finding = about_image(&judged);
    assert_eq!(finding.outcome, Outcome::NotChecked);
    let help = finding.help.as_deref().unwrap_or_default();
    holds(help, "write the digest of the image");
}

#[test]
fn where_not_all_platforms_are_known_those_that_were_scanned_are_not_all() {
    let found = facts([report("a.json", of_digest(digest(0x01), scan([])))]);
    let mut evidence = of_index(found);
    let mut index = resolved(&[(digest(0x01), "linux/amd64")]);
    index.unlisted = Some("an index in it is not there".to_owned());
    evidence.digests.insert(image(), Evidence::Known(index));
    let message = ended(judged_by(&reports(&[]), evidence), Outcome::NotChecked);
    holds(&message, "which images the index holds is not known");
}

#[test]
fn a_scanner_that_ran_for_the_known_platforms_does_not_speak_for_others() {
    let found = facts([scanned_by("trivy", scan([]))]);
    let mut evidence = answers([Evidence::Known(found)]);
    let mut index = resolved(&[]);
    index.unlisted = Some("an index in it is not there".to_owned());
    evidence.digests.insert(image(), Evidence::Known(index));
    let judged = judged_by(&accepting(&["scanner: trivy"], &[]), evidence);
    ended(judged, Outcome::NotChecked);
}
