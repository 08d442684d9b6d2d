//! The order of the sources, and what is asked of them.

use super::*;

fn both() -> String {
    accepting(&[&attested_by(0), REPORTS], &[])
}

fn silent() -> Evidence<ScanFacts> {
    Evidence::Unavailable("the registry did not answer".into())
}

fn report_of(scan: Scan) -> Evidence<ScanFacts> {
    Evidence::Known(facts([report("scans/a.json", scan)]))
}

#[test]
fn the_second_source_decides_where_the_first_has_no_scan() {
    let policy = both();
    let other = unproven(&policy, RefusalKind::OtherSigner, "");
    let by_other = Evidence::Known(facts([attestation(other, failing())]));
    for first in [Evidence::Absent, by_other] {
        let pass = judged_by(&policy, answers([first.clone(), report_of(scan([]))]));
        assert_eq!(ends(&pass), None);
        let fail = judged_by(&policy, answers([first, report_of(failing())]));
        assert_eq!(ends(&fail), Some(Outcome::Violation));
    }
}

#[test]
fn a_failing_first_source_is_not_overruled() {
    let policy = both();
    let first = Evidence::Known(facts([wanted(&policy, failing())]));
    let judged = judged_by(&policy, answers([first, report_of(scan([]))]));
    assert_eq!(ends(&judged), Some(Outcome::Violation));
}

#[test]
fn behind_an_unread_source_a_later_one_may_fail_the_image_and_not_pass_it() {
    let judged = judged_by(&both(), answers([silent(), report_of(scan([]))]));
    assert_eq!(ends(&judged), Some(Outcome::NotChecked));
    let judged = judged_by(&both(), answers([silent(), report_of(failing())]));
    assert_eq!(ends(&judged), Some(Outcome::Violation));
}

#[test]
fn no_scan_names_where_it_was_looked_and_the_way_out() {
    let judged = judged_by(&both(), answers([Evidence::Absent, Evidence::Absent]));
    let finding = about_image(&judged);
    assert_eq!(finding.outcome, Outcome::Violation);
    holds(
        &finding.message,
        "was found in its attestations and the scan reports (`scans/*.json`)",
    );
    let help = finding.help.as_deref().unwrap_or_default();
    let target = format!("registry.example.com/shop/cart@{}", own());
    holds(
        help,
        &format!("trivy image --format cosign-vuln --output scan.json {target}"),
    );
    holds(
        help,
        &format!("cosign attest --type vuln --predicate scan.json --key … {target}"),
    );
}

#[test]
fn a_pattern_that_matches_no_file_is_named() {
    let asked = ScanFacts {
        asked: vec!["`scans/*.json`, which matches no file".to_owned()],
        ..facts([])
    };
    let message = fails(&reports(&[]), asked);
    holds(
        &message,
        "was found in the scan reports (`scans/*.json`, which matches no file)",
    );
}

#[test]
fn what_every_source_needs_is_asked_for() {
    let digest = "0123456789abcdef".repeat(4);
    for text in [IMAGE.to_owned(), format!("{IMAGE}@sha256:{digest}")] {
        let run = Run::with_policy(&both()).image(&text);
        let needs = imagegate::check::needs(&run.facts(), run.policy(), None);
        assert_eq!(
            (
                needs.digests.len(),
                needs.scans.len(),
                needs.attestations.len()
            ),
            (1, 2, 1)
        );
    }
}
