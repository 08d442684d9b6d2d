//! What could not be read is never a pass.

use super::*;

#[test]
fn an_unread_file_beside_a_report_that_answers_is_named_and_stops_nothing() {
    for found in [
        with_unread(
            [report("a.json", scan([]))],
            "`scans/b.json` ends in its middle",
        ),
        facts([report("a.json", scan([])), unusable_report("scans/b.json")]),
    ] {
        let judged = judged(&reports(&[]), found);
        let finding = judged.only(SCAN);
        assert_eq!(
            (finding.action, finding.outcome),
            (Action::Audit, Outcome::NotChecked)
        );
        assert_eq!(finding.image, None);
        holds(&finding.message, "scans/b.json");
        assert_eq!(judged.judgement.summary.not_checked, 0);
    }
}

#[test]
fn an_unread_file_is_named_once_for_all_images() {
    let facts = || with_unread([report("a.json", scan([]))], "`scans/b.json` is cut");
    let other = "registry.example.com/shop/cart:2";
    let reference = imagegate::model::reference::ImageReference::parse(other).expect("one");
    let mut evidence = answers([Evidence::Known(facts())]);
    let more = about(&reference, [Evidence::Known(facts())]);
    evidence.digests.extend(more.digests);
    let of_first = evidence.scans.entry(0).or_default();
    of_first.extend(more.scans.into_values().flatten());
    let judged = Run::with_policy(&reports(&[]))
        .file("a.yaml", pod("shop", IMAGE))
        .file("b.yaml", pod("shop", other))
        .evidence(evidence)
        .judge();
    assert_eq!(judged.of(SCAN).len(), 1, "{}", judged.lines());
}

#[test]
fn a_report_that_names_the_image_and_cannot_be_used_is_no_pass() {
    let message = unknown(&reports(&[]), facts([unusable_report("scans/a.json")]));
    holds(
        &message,
        "the report `scans/a.json` cannot be used: it is no vulnerability scan",
    );
}

#[test]
fn an_unread_file_leaves_open_whether_there_is_a_scan() {
    unknown(&reports(&[]), with_unread([], "`scans/b.json` is cut"));
}

#[test]
fn an_unread_file_may_hold_the_scan_of_a_platform_that_has_none() {
    let mut evidence = answers([Evidence::Known(with_unread(
        [report("a", of_digest(digest(0x01), scan([])))],
        "`scans/b.json` is cut",
    ))]);
    let platforms = [(digest(0x01), "linux/amd64"), (digest(0x02), "linux/arm64")];
    let index = Evidence::Known(resolved(&platforms));
    evidence.digests.insert(image(), index);
    ended(judged_by(&reports(&[]), evidence), Outcome::NotChecked);
}

#[test]
fn a_place_with_attestations_that_gave_no_answer_may_hold_a_newer_one() {
    let policy = accepting(&[&attested_by(0)], &[]);
    let found = with_unread([wanted(&policy, scan([]))], "GET …: 429 Too Many Requests");
    holds(&unknown(&policy, found), "429");
    let found = with_unread([wanted(&policy, failing())], "GET …: 429 Too Many Requests");
    fails(&policy, found);
}
