//! The entries of `ignore`: what they take away, and what is said of those that do not.

use super::*;

const ID: &str = "CVE-2026-1";

fn ignoring(entry: &str) -> String {
    reports(&[&format!("ignore: [{{{entry}, reason: not reachable}}]")])
}

fn found(vulnerability: imagegate::model::scan::Vulnerability) -> ScanFacts {
    facts([report("scans/a.json", scan([vulnerability]))])
}

fn one() -> ScanFacts {
    found(vulnerability(ID, Severity::High))
}

#[test]
fn an_entry_takes_its_vulnerability_away_and_no_other() {
    passes(&ignoring("id: CVE-2026-1"), one());
    fails(&ignoring("id: CVE-2026-10"), one());
    fails(&ignoring("id: CVE-2026"), one());
}

#[test]
fn the_case_of_an_id_does_not_matter() {
    passes(&ignoring("id: cve-2026-1"), one());
}

#[test]
fn an_entry_may_name_an_alias() {
    let mut aliased = vulnerability("GHSA-aaaa-bbbb-cccc", Severity::High);
    aliased.aliases.push(ID.into());
    passes(&ignoring("id: CVE-2026-1"), found(aliased));
}

#[test]
fn an_entry_with_a_package_is_about_that_package() {
    passes(&ignoring("id: CVE-2026-1, package: openssl"), one());
    fails(&ignoring("id: CVE-2026-1, package: openss"), one());
    fails(&ignoring("id: CVE-2026-1, package: OpenSSL"), one());
}

#[test]
fn an_entry_with_images_is_about_those_images() {
    passes(
        &ignoring("id: CVE-2026-1, images: [\"registry.example.com/**\"]"),
        one(),
    );
    fails(&ignoring("id: CVE-2026-1, images: [\"ghcr.io/**\"]"), one());
}

#[test]
fn the_last_day_of_an_entry_is_its_own() {
    passes(&ignoring("id: CVE-2026-1, expires: 2026-11-24"), one());
    let judged = judged(&ignoring("id: CVE-2026-1, expires: 2026-11-23"), one());
    assert_eq!(ends(&judged), Some(Outcome::Violation));
    let expired = judged.only(Rule::ExpiredException);
    holds(
        &expired.message,
        "the entry of `ignore` for `CVE-2026-1` (not reachable) expired 1 day ago",
    );
    assert!(judged.of(Rule::UnusedException).is_empty());
}

#[test]
fn an_entry_without_effect_is_a_finding_when_a_folder_was_checked() {
    let policy = ignoring("id: CVE-2026-2, package: zlib");
    let unused = judged(&policy, one());
    let finding = unused.only(Rule::UnusedException);
    holds(
        &finding.message,
        "`CVE-2026-2` in `zlib` (not reachable) takes away no vulnerability",
    );
    let line = finding.location.map(|location| location.start.line);
    assert_eq!(line, Some(6), "the line of the entry");
    let evidence = answers([Evidence::Known(one())]);
    let run = Run::with_policy(&policy).image(IMAGE).evidence(evidence);
    let of_files = run.list_of_files().judge();
    assert!(of_files.of(Rule::UnusedException).is_empty());
}

#[test]
fn an_entry_for_what_would_not_fail_has_no_effect() {
    let low = found(vulnerability(ID, Severity::Low));
    judged(&ignoring("id: CVE-2026-1"), low).only(Rule::UnusedException);
}

#[test]
fn an_entry_that_is_needed_is_no_finding() {
    let judged = judged(&ignoring("id: CVE-2026-1"), one());
    assert!(judged.findings().is_empty(), "{}", judged.lines());
}

#[test]
fn an_entry_may_be_needed_by_an_image_that_no_scan_judged() {
    let policy = ignoring("id: CVE-2026-9");
    for facts in [with_unread([], "`scans/a.json` is cut"), facts([])] {
        let judged = judged(&policy, facts);
        assert!(
            judged.of(Rule::UnusedException).is_empty(),
            "{}",
            judged.lines()
        );
    }
}

#[test]
fn an_entry_that_concerns_none_of_the_images_left_open_is_unused() {
    let policy = ignoring("id: CVE-2026-9, images: [\"ghcr.io/**\"]");
    let judged = judged(&policy, with_unread([], "`scans/a.json` is cut"));
    judged.only(Rule::UnusedException);
}

#[test]
fn both_of_two_entries_that_reach_a_vulnerability_are_used() {
    let entries =
        "ignore: [{id: CVE-2026-1, reason: a}, {id: CVE-2026-1, package: openssl, reason: b}]";
    let judged = judged(&reports(&[entries]), one());
    assert!(judged.findings().is_empty(), "{}", judged.lines());
}
