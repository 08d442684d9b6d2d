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
