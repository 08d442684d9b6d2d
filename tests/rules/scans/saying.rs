//! What a finding says.

use super::*;

fn seven() -> Scan {
    let numbers = 1..=5;
    let high = numbers.map(|n| vulnerability(&format!("CVE-2026-{n}"), Severity::High));
    let critical = unfixed("CVE-2026-9", Severity::Critical);
    let other = Scan {
        ..scan([vulnerability("CVE-2026-0", Severity::Critical)])
    };
    scan(high.chain([critical]).chain(other.vulnerabilities))
}

fn finding(scan: Scan) -> Finding {
    let judged = judged(&reports(&[]), facts([report("scans/cart.json", scan)]));
    about_image(&judged).clone()
}

#[test]
fn the_message_names_image_counts_worst_age_and_scanner() {
    assert_eq!(
        &*finding(seven()).message,
        "`registry.example.com/shop/cart:1.4.2` has 7 vulnerabilities of severity high or above (2 critical, \
         5 high; 6 with a fix), the worst is CVE-2026-0 in openssl 1.1.1-r0 (critical, fixed in 1.1.1-r9); \
         scanned 2 days ago by Trivy 0.58.0, says the report `scans/cart.json`"
    );
}

#[test]
fn five_are_listed_and_the_others_counted() {
    let notes = finding(seven()).notes;
    assert_eq!(
        notes[0],
        "CVE-2026-0 (critical): openssl 1.1.1-r0 -> 1.1.1-r9, https://avd.example.com/CVE-2026-0"
    );
    holds(
        &notes[1],
        "CVE-2026-9 (critical): openssl 1.1.1-r0 -> no fix",
    );
    assert_eq!(notes[5], "and 2 more (--format json lists all)");
    assert_eq!(notes.len(), 6);
}

#[test]
fn help_says_what_to_upgrade() {
    let mut scan = seven();
    scan.vulnerabilities[0].fixed_in = Some("1.1.1-r4".into());
    let help = finding(scan).help.unwrap_or_default();
    holds(
        &help,
        "upgrade 1 package: openssl to the latest of 1.1.1-r9 and 1.1.1-r4",
    );
    holds(&help, "`ignore` with the reason");
}

#[test]
fn help_for_an_old_scan_is_the_command_that_makes_a_new_one() {
    let old = at("2026-10-01T00:00:00Z", scan([]));
    let judged = judged(&reports(&["max-age: 7d"]), facts([report("a.json", old)]));
    let finding = about_image(&judged);
    let help = finding.help.as_deref().unwrap_or_default();
    let target = format!("registry.example.com/shop/cart@{}", own());
    holds(
        help,
        &format!("scan it again: `trivy image --format json {target}`"),
    );
    let line = finding.decided_by.as_ref().map(|at| at.position.line);
    assert_eq!(line, Some(6), "the line of max-age");
}

#[test]
fn hostile_text_of_any_length_gives_a_sentence() {
    let mut scan = failing();
    let long = "\u{202e}x".repeat(100_000);
    scan.vulnerabilities[0].id = long.as_str().into();
    scan.vulnerabilities[0].package = long.as_str().into();
    scan.vulnerabilities[0].link = Some("[".repeat(100_000).into());
    scan.scanner = "T".repeat(100_000);
    let finding = finding(scan);
    let help = finding.help.unwrap_or_default();
    let longest = finding
        .notes
        .iter()
        .map(String::len)
        .chain([finding.message.len(), help.len()])
        .max();
    assert!(longest < Some(3_000), "{longest:?}");
}

#[test]
fn caveats_of_a_pass_are_counted() {
    let scan = Scan {
        end_of_life: true,
        ignored: vec![vulnerability("CVE-2026-2", Severity::Critical)],
        ..scan([vulnerability("CVE-2026-3", Severity::Unknown)])
    };
    let judged = judged(&reports(&[]), facts([report("a.json", scan)]));
    assert_eq!(ends(&judged), None);
    assert_eq!(judged.count(&NotLookedAt::ScanOfUnsupportedSystem), 1);
    assert_eq!(judged.count(&NotLookedAt::ScanWithIgnoredFindings), 1);
    assert_eq!(judged.count(&NotLookedAt::ScanWithUnknownSeverities), 1);
    assert_eq!(judged.count(&NotLookedAt::ScanByUnsignedReport), 1);
    assert_eq!(judged.count(&NotLookedAt::ScanBoundByTag), 0);
    assert_eq!(judged.count(&NotLookedAt::ScanByVex), 0);
}

#[test]
fn what_a_scanner_left_out_and_would_not_fail_is_no_caveat() {
    let ignored = [
        vulnerability("CVE-2026-1", Severity::Medium),
        vulnerability("CVE-2026-2", Severity::High),
    ];
    let scan = Scan {
        ignored: ignored.to_vec(),
        ..scan([])
    };
    let rules = reports(&["ignore: [{id: CVE-2026-2, reason: SEC-1}]"]);
    let judged = judged(&rules, facts([report("a.json", scan)]));
    assert_eq!(ends(&judged), None);
    assert_eq!(judged.count(&NotLookedAt::ScanWithIgnoredFindings), 0);
}

#[test]
fn the_digest_that_was_judged_is_named() {
    assert_eq!(finding(failing()).digest, Some(own().to_string()));
}

#[test]
fn uses_of_one_image_share_the_scan() {
    let evidence = answers([Evidence::Known(facts([report("a.json", failing())]))]);
    let judged = Run::with_policy(&reports(&[]))
        .file("a.yaml", pod("shop", IMAGE))
        .file("b.yaml", pod("shop", IMAGE))
        .evidence(evidence)
        .judge();
    let found = judged.of(Rule::CheckVulnerabilityScan);
    assert_eq!(found.len(), 2);
    assert!(std::sync::Arc::ptr_eq(
        &found[0].scans[0],
        &found[1].scans[0]
    ));
}

#[test]
fn what_a_statement_does_not_name_is_said_and_left_out_of_the_advice() {
    let mut scan = failing();
    for found in &mut scan.vulnerabilities {
        found.package = "".into();
        found.fixed_in = Some("".into());
    }
    let finding = finding(scan);
    holds(&finding.message, "a package that is not named");
    holds(&finding.message, "a fix is not named");
    let help = finding.help.unwrap_or_default();
    assert!(
        help.starts_with("deploy a newer image: the scan does not name the fixed versions"),
        "{help}"
    );
}
