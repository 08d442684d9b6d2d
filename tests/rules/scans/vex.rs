//! OpenVEX statements: about which image and package they speak, and which of several counts.

use imagegate::model::scan::{VexFacts, VexStatement, VexStatus};

use super::*;

const ID: &str = "CVE-2026-1";

fn taken_away(statements: impl IntoIterator<Item = VexStatement>) -> bool {
    ends(&judged_with(failing(), statements)).is_none()
}

fn about(product: &str) -> VexStatement {
    VexStatement {
        products: vec![super::product(product, &[])],
        ..statement(ID, VexStatus::NotAffected, &[])
    }
}

#[test]
fn only_not_affected_and_fixed_take_a_vulnerability_away() {
    for (status, away) in [
        (VexStatus::NotAffected, true),
        (VexStatus::Fixed, true),
        (VexStatus::Affected, false),
        (VexStatus::UnderInvestigation, false),
    ] {
        assert_eq!(taken_away([statement(ID, status, &[])]), away, "{status:?}");
    }
}

#[test]
fn a_statement_is_about_its_vulnerability() {
    assert!(taken_away([statement("cve-2026-1", VexStatus::Fixed, &[])]));
    assert!(!taken_away([statement(
        "CVE-2026-2",
        VexStatus::Fixed,
        &[]
    )]));
}

#[test]
fn a_product_is_the_image_by_its_digest() {
    let hex = own().hex().to_owned();
    let other = digest(0x77);
    for (product, is_it) in [
        (format!("sha256:{hex}"), true),
        (format!("sha-256:{hex}"), true),
        (format!("pkg:oci/cart@sha256:{hex}"), true),
        (
            format!("pkg:oci/cart@sha256%3A{hex}?repository_url=ghcr.io%2Facme%2Fcart"),
            true,
        ),
        (format!("registry.example.com/shop/cart@sha256:{hex}"), true),
        (format!("pkg:oci/cart@{other}"), false),
        (format!("pkg:generic/cart@sha256:{hex}"), false),
        (other.to_string(), false),
        (hex, false),
        ("pkg:oci/cart".to_owned(), false),
        (
            "pkg:oci/cart?repository_url=registry.example.com/shop/cart".to_owned(),
            false,
        ),
        ("pkg:oci/cart@1.4.2".to_owned(), false),
        (IMAGE.to_owned(), false),
        ("pkg:apk/alpine/openssl@1.1.1-r0".to_owned(), false),
        (String::new(), false),
    ] {
        assert_eq!(taken_away([about(&product)]), is_it, "{product}");
    }
}

#[test]
fn a_subcomponent_is_the_package_by_its_purl() {
    for (package, is_it) in [
        ("pkg:apk/alpine/openssl", true),
        ("pkg:apk/alpine/openssl@1.1.1-r0", true),
        ("pkg:apk/alpine/openssl@1.1.1-r0?arch=x86_64", true),
        ("pkg:apk/alpine/openssl@1.1.1-r1", false),
        ("pkg:apk/alpine/zlib", false),
        ("openssl", false),
    ] {
        let statement = statement(ID, VexStatus::NotAffected, &[package]);
        assert_eq!(taken_away([statement]), is_it, "{package}");
    }
}

#[test]
fn a_package_without_a_purl_is_no_subcomponent() {
    let mut scan = failing();
    scan.vulnerabilities[0].purl = None;
    let statement = statement(ID, VexStatus::NotAffected, &["pkg:apk/alpine/openssl"]);
    let judged = judged_with(scan, [statement]);
    assert_eq!(ends(&judged), Some(Outcome::Violation));
}

#[test]
fn a_correction_counts_where_its_packages_cannot_be_compared() {
    let earlier = VexStatement {
        time: Some("2026-11-01T00:00:00Z".parse().expect("a time")),
        ..statement(ID, VexStatus::NotAffected, &[])
    };
    let correction = |package| statement(ID, VexStatus::Affected, &[package]);
    let mut without_purl = failing();
    without_purl.vulnerabilities[0].purl = None;
    for (scan, package, away) in [
        (without_purl, "pkg:apk/alpine/openssl", false),
        (failing(), "cpe:2.3:a:openssl:openssl:1.1.1", false),
        (failing(), "pkg:apk/alpine/openssl", false),
        (failing(), "pkg:apk/alpine/zlib", true),
    ] {
        let judged = judged_with(scan, [earlier.clone(), correction(package)]);
        assert_eq!(ends(&judged).is_none(), away, "{package}");
    }
}

#[test]
fn the_later_statement_counts_whatever_its_place() {
    let earlier = |status| VexStatement {
        time: Some("2026-11-01T00:00:00Z".parse().expect("a time")),
        ..statement(ID, status, &[])
    };
    let later = |status| statement(ID, status, &[]);
    let (away, stays) = (VexStatus::NotAffected, VexStatus::Affected);
    assert!(taken_away([earlier(stays), later(away)]));
    assert!(taken_away([later(away), earlier(stays)]));
    assert!(!taken_away([earlier(away), later(stays)]));
    assert!(!taken_away([later(stays), earlier(away)]));
}

#[test]
fn where_several_could_be_the_latest_none_may_speak_against() {
    let undated = |status| VexStatement {
        time: None,
        ..statement(ID, status, &[])
    };
    let dated = |status| statement(ID, status, &[]);
    let (away, stays) = (VexStatus::NotAffected, VexStatus::UnderInvestigation);
    assert!(taken_away([undated(away)]));
    assert!(taken_away([undated(away), dated(away)]));
    assert!(!taken_away([undated(stays), dated(away)]));
    assert!(!taken_away([undated(away), dated(stays)]));
    assert!(!taken_away([dated(away), dated(stays)]));
}

#[test]
fn a_statement_of_a_time_to_come_outweighs_no_other() {
    let to_come = |status| VexStatement {
        time: Some("2099-01-01T00:00:00Z".parse().expect("a time")),
        ..statement(ID, status, &[])
    };
    let made = |status| statement(ID, status, &[]);
    let (away, stays) = (VexStatus::NotAffected, VexStatus::Affected);
    assert!(!taken_away([to_come(away), made(stays)]));
    assert!(!taken_away([made(away), to_come(stays)]));
    assert!(taken_away([to_come(away)]));
}

#[test]
fn a_statement_about_a_platform_speaks_of_the_scan_of_that_platform() {
    let platform = digest(0x01);
    let found = facts([report("a.json", of_digest(platform.clone(), failing()))]);
    let mut evidence = answers([Evidence::Known(found)]);
    let index = Evidence::Known(resolved(&[(platform.clone(), "linux/amd64")]));
    evidence.digests.insert(image(), index);
    evidence.vex.statements = vec![about(platform.as_str())];
    let policy = reports(&["vex: [\"vex/*.json\"]"]);
    assert_eq!(ends(&judged_by(&policy, evidence.clone())), None);
    evidence.vex.statements = vec![about(digest(0x02).as_str())];
    assert_eq!(
        ends(&judged_by(&policy, evidence)),
        Some(Outcome::Violation)
    );
}

#[test]
fn an_unread_file_takes_nothing_away_and_is_named() {
    let mut evidence = answers([Evidence::Known(facts([report("a.json", failing())]))]);
    evidence.vex = VexFacts {
        statements: Vec::new(),
        unread: vec!["`vex/cart.json` is no OpenVEX document".to_owned()],
    };
    let judged = judged_by(&reports(&["vex: [\"vex/*.json\"]"]), evidence);
    assert_eq!(ends(&judged), Some(Outcome::Violation));
    let found = judged.of(SCAN);
    let named = found
        .iter()
        .find(|finding| finding.image.is_none())
        .expect("a second finding");
    assert_eq!(named.action, Action::Audit);
    holds(
        &named.message,
        "what is unread takes nothing away: `vex/cart.json`",
    );
}

#[test]
fn a_pass_by_statements_is_not_known_beside_an_unread_file() {
    let judged_beside = |scan| {
        let mut evidence = answers([Evidence::Known(facts([report("a.json", scan)]))]);
        evidence.vex = VexFacts {
            statements: vec![statement(ID, VexStatus::NotAffected, &[])],
            unread: vec!["`vex/later.json` could not be read: it is empty".to_owned()],
        };
        judged_by(&reports(&["vex: [\"vex/*.json\"]"]), evidence)
    };
    let message = ended(judged_beside(failing()), Outcome::NotChecked);
    holds(&message, "a file of `vex` that could not be read may take");
    assert_eq!(ends(&judged_beside(scan([]))), None);
}

#[test]
fn an_entry_of_ignore_for_what_a_statement_takes_away_too_is_used() {
    let policy = reports(&[
        "vex: [\"vex/*.json\"]",
        "ignore: [{id: CVE-2026-1, reason: a}]",
    ]);
    let mut evidence = answers([Evidence::Known(facts([report("a.json", failing())]))]);
    evidence.vex.statements = vec![statement(ID, VexStatus::Fixed, &[])];
    let judged = judged_by(&policy, evidence);
    assert!(judged.findings().is_empty(), "{}", judged.lines());
}

/// Judges a failing scan by a statement about that product.
fn by_product(product: &str, accepts: bool) -> Judged {
    let further = match accepts {
        true => &["vex: [\"vex/*.json\"]", "vex-products: repository"][..],
        false => &["vex: [\"vex/*.json\"]"],
    };
    let mut evidence = answers([Evidence::Known(facts([report("a.json", failing())]))]);
    evidence.vex.statements = vec![about(product)];
    judged_by(&reports(further), evidence)
}

const REPOSITORY: &str = "pkg:oci/cart?repository_url=registry.example.com/shop/cart";

#[test]
fn a_pass_by_statements_is_counted() {
    let judged = judged_with(failing(), [statement(ID, VexStatus::Fixed, &[])]);
    assert_eq!(ends(&judged), None);
    assert_eq!(judged.count(&NotLookedAt::ScanByVex), 1);
    assert_eq!(judged.count(&NotLookedAt::ScanByVexOfRepository), 0);
}

#[test]
fn a_statement_about_the_repository_counts_only_where_the_policy_says_so() {
    let judged = by_product(REPOSITORY, true);
    assert_eq!(ends(&judged), None);
    assert_eq!(judged.count(&NotLookedAt::ScanByVexOfRepository), 1);
    assert_eq!(judged.count(&NotLookedAt::ScanByVex), 0);

    let judged = by_product(REPOSITORY, false);
    let finding = about_image(&judged);
    holds(
        &finding.notes.join("\n"),
        "1 of them has an OpenVEX statement in `vex/cart.json` that does not count",
    );
    let help = finding.help.as_deref().unwrap_or_default();
    holds(help, "`vex-products: repository` accepts");
}

#[test]
fn a_repository_is_the_same_one_and_a_written_tag_the_images() {
    for (product, is_it) in [
        (REPOSITORY, true),
        (
            "pkg:oci/cart?repository_url=registry.example.com/shop",
            true,
        ),
        (
            "pkg:oci/cart?repository_url=registry.example.com%2Fshop%2Fcart&tag=1.4.2",
            true,
        ),
        (
            "pkg:oci/cart@1.4.2?repository_url=registry.example.com/shop/cart",
            true,
        ),
        (
            "pkg:oci/cart?repository_url=registry.example.com/shop/cart&tag=1.4.3",
            false,
        ),
        (
            "pkg:oci/cart?repository_url=registry.example.com/shop/cart&arch=arm64",
            false,
        ),
        (
            "pkg:oci/cart?repository_url=registry.example.com/other/cart",
            false,
        ),
        ("pkg:oci/cart?repository_url=ghcr.io/shop/cart", false),
        ("pkg:oci/cart", false),
        ("registry.example.com/shop/cart", false),
    ] {
        assert_eq!(
            ends(&by_product(product, true)).is_none(),
            is_it,
            "{product}"
        );
    }
}

#[test]
fn a_statement_that_names_no_registry_is_named_and_never_counts() {
    for accepts in [false, true] {
        let judged = by_product("pkg:oci/cart", accepts);
        let notes = about_image(&judged).notes.join("\n");
        holds(&notes, "does not count");
    }
    let judged = by_product("pkg:oci/other", false);
    let notes = about_image(&judged).notes.join("\n");
    assert!(!notes.contains("OpenVEX"), "{notes}");
}

#[test]
fn a_statement_about_the_repository_does_not_outweigh_one_about_the_digest() {
    let of_digest = VexStatement {
        time: Some("2026-11-01T00:00:00Z".parse().expect("a time")),
        ..statement(ID, VexStatus::Affected, &[])
    };
    let mut evidence = answers([Evidence::Known(facts([report("a.json", failing())]))]);
    evidence.vex.statements = vec![of_digest, about(REPOSITORY)];
    let policy = reports(&["vex: [\"vex/*.json\"]", "vex-products: repository"]);
    let judged = judged_by(&policy, evidence);
    assert_eq!(ends(&judged), Some(Outcome::Violation));
}
