//! How old a scan may be.

use super::*;

fn dated(time: &str) -> ScanFacts {
    facts([report("scans/a.json", at(time, scan([])))])
}

#[test]
fn a_scan_as_old_as_allowed_passes_and_one_second_more_does_not() {
    let policy = reports(&["max-age: 7d"]);
    passes(&policy, dated("2026-11-17T12:00:00Z"));
    let message = fails(&policy, dated("2026-11-17T11:59:59Z"));
    holds(
        &message,
        "has a scan that is 7 days and 1 second old, 7 days allowed",
    );
}

#[test]
fn an_old_scan_is_named_with_its_age() {
    let message = fails(&reports(&["max-age: 7d"]), dated("2026-11-12T11:00:00Z"));
    holds(&message, "12 days old, 7 days allowed");
}

#[test]
fn without_a_maximum_any_age_passes() {
    passes(&reports(&[]), dated("1999-01-01T00:00:00Z"));
    passes(
        &reports(&[]),
        facts([report("scans/a.json", undated(scan([])))]),
    );
}

#[test]
fn a_scan_without_a_time_could_not_be_checked_where_its_age_matters() {
    let policy = reports(&["max-age: 7d"]);
    let message = unknown(&policy, facts([report("scans/a.json", undated(scan([])))]));
    holds(&message, "does not say when the scan was made");
}

#[test]
fn a_scan_of_the_future_is_no_answer_where_its_age_matters() {
    let policy = reports(&["max-age: 7d"]);
    let message = unknown(&policy, dated("2026-11-24T12:05:01Z"));
    holds(&message, "still to come");
    passes(&policy, dated("2026-11-24T12:05:00Z"));
}

#[test]
fn a_failing_scan_without_a_time_still_fails() {
    let policy = reports(&["max-age: 7d"]);
    fails(&policy, facts([report("scans/a.json", undated(failing()))]));
}

#[test]
fn a_scan_that_this_run_has_made_may_end_after_the_run_began() {
    let policy = accepting(&["scanner: trivy"], &["max-age: 1h"]);
    let scan = at("2026-11-24T12:40:00Z", scan([]));
    passes(&policy, facts([scanned_by("trivy", scan)]));
}

#[test]
fn an_old_scan_that_fails_says_both() {
    let old = at("2026-10-01T00:00:00Z", failing());
    let message = fails(
        &reports(&["max-age: 7d"]),
        facts([report("scans/a.json", old)]),
    );
    holds(&message, "has 1 vulnerability");
    holds(&message, "its scan is 54 days old, 7 days allowed");
}
