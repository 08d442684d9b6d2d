//! Which of several scans decides.

use super::*;

const EARLIER: &str = "2026-11-01T00:00:00Z";

fn two(first: Scan, second: Scan) -> ScanFacts {
    facts([
        report("scans/first.json", first),
        report("scans/second.json", second),
    ])
}

#[test]
fn the_newer_report_decides_and_the_text_says_which() {
    passes(&reports(&[]), two(at(EARLIER, failing()), scan([])));
    let judged = judged(&reports(&[]), two(failing(), at(EARLIER, scan([]))));
    let finding = about_image(&judged);
    let notes = finding.notes.join("\n");
    holds(&notes, "the newer of 2 scans decides");
    holds(
        &notes,
        "`scans/first.json` of 2026-11-22, not the report `scans/second.json` of 2026-11-01",
    );
}

#[test]
fn of_two_scans_of_one_time_both_have_to_pass() {
    fails(&reports(&[]), two(scan([]), failing()));
    fails(&reports(&[]), two(failing(), scan([])));
}

#[test]
fn a_scan_without_a_time_among_several_leaves_open_which_is_the_newest() {
    for facts in [
        two(undated(failing()), scan([])),
        two(undated(scan([])), scan([]).aged()),
    ] {
        let message = unknown(&reports(&[]), facts);
        holds(&message, "which of 2 scans is the newest is not known");
    }
}

#[test]
fn when_all_fail_it_does_not_matter_which_is_the_newest() {
    fails(&reports(&[]), two(undated(failing()), failing()));
}

#[test]
fn a_scan_of_the_future_does_not_hide_a_failing_one() {
    unknown(
        &reports(&[]),
        two(at("2027-01-01T00:00:00Z", scan([])), failing()),
    );
}

#[test]
fn every_statement_has_to_pass_where_the_policy_says_so() {
    let newest = accepting(&[&attested_by(0)], &[]);
    let every = accepting(&[&attested_by(0)], &["statements: every"]);
    let found = |policy: &str| {
        facts([
            wanted(policy, scan([])),
            wanted(policy, at(EARLIER, failing())),
        ])
    };
    passes(&newest, found(&newest));
    fails(&every, found(&every));
}

#[test]
fn a_failing_scan_is_not_overruled_by_another_scanner() {
    let newer = || by_grype(at("2026-11-23T00:00:00Z", scan([])));
    let judged = judged(&reports(&[]), two(failing(), newer()));
    let finding = about_image(&judged);
    assert_eq!(finding.outcome, Outcome::Violation);
    let notes = finding.notes.join("\n");
    holds(
        &notes,
        "Trivy in the report `scans/first.json` does not pass and Grype in the report `scans/second.json` \
         passes",
    );
    let help = finding.help.as_deref().unwrap_or_default();
    holds(help, "scan it again: `trivy image");
    fails(&reports(&[]), two(newer(), failing()));
    passes(&reports(&[]), two(scan([]), newer()));
}

#[test]
fn a_scanner_is_the_same_in_every_version_and_case() {
    let mut older = at(EARLIER, failing());
    older.version = Some("0.1.0".to_owned());
    older.scanner = "trivy ".to_owned();
    passes(&reports(&[]), two(scan([]), older));
}

#[test]
fn only_the_newest_scan_of_all_has_to_be_young_enough() {
    let policy = reports(&["max-age: 7d"]);
    passes(&policy, two(by_grype(scan([])), at(EARLIER, scan([]))));
    fails(&policy, two(by_grype(scan([])), at(EARLIER, failing())));
    let old = || at(EARLIER, scan([]));
    let message = fails(&policy, two(old(), by_grype(old())));
    holds(&message, "7 days allowed");
}

#[test]
fn a_scan_of_the_tag_gives_way_to_one_of_the_digest_by_the_same_scanner_only() {
    let of_tag = || by_tag(failing());
    passes(&reports(&[]), two(scan([]), of_tag()));
    fails(&reports(&[]), two(by_grype(scan([])), of_tag()));
}

trait Aged {
    fn aged(self) -> Self;
}

impl Aged for Scan {
    /// Another scan than the one it is made of.
    fn aged(self) -> Self {
        at(EARLIER, self)
    }
}
