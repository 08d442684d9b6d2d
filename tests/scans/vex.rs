//! OpenVEX files.

use imagegate::gather::scans::vex::read;
use imagegate::model::scan::{VexFacts, VexProduct, VexStatement, VexStatus};
use serde_json::{Value, json};

use crate::digest;

fn document() -> Value {
    json!({
        "@context": "https://openvex.dev/ns/v0.2.0",
        "@id": "https://openvex.dev/docs/example/1",
        "author": "Acme",
        "timestamp": "2026-11-01T10:00:00Z",
        "version": 1,
        "statements": [{
            "vulnerability": { "name": "CVE-2026-0001", "aliases": ["GHSA-aaaa-bbbb-cccc"] },
            "products": [{
                "@id": "pkg:oci/app@sha256%3Aabc",
                "identifiers": { "purl": "pkg:oci/app" },
                "hashes": { "sha-256": "AB".repeat(32) },
                "subcomponents": [{ "@id": "pkg:apk/alpine/openssl@3.1.0-r0" }],
            }],
            "status": "not_affected",
            "justification": "component_not_present",
        }],
    })
}

fn read_text(text: impl AsRef<[u8]>) -> VexFacts {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.json"), text).unwrap();
    read(folder.path(), &["*.json"])
}

fn statement(change: impl FnOnce(&mut Value)) -> VexFacts {
    let mut json = document();
    change(&mut json["statements"][0]);
    read_text(json.to_string())
}

/// Nothing counts of a document that is refused; returns why.
fn refused(facts: VexFacts) -> String {
    assert_eq!(facts.statements, []);
    let [reason] = facts.unread.try_into().expect("one reason");
    let reason = reason.strip_prefix("`a.json` could not be read: ");
    reason.expect("the file is named").to_owned()
}

#[test]
fn a_statement_is_read_with_its_products_and_their_identifiers() {
    let wanted = VexStatement {
        path: "a.json".into(),
        ids: vec!["CVE-2026-0001".to_owned(), "GHSA-aaaa-bbbb-cccc".to_owned()],
        products: vec![VexProduct {
            identifiers: vec![
                "pkg:oci/app@sha256%3Aabc".to_owned(),
                "pkg:oci/app".to_owned(),
                format!("sha256:{}", "ab".repeat(32)),
            ],
            subcomponents: vec![vec!["pkg:apk/alpine/openssl@3.1.0-r0".to_owned()]],
        }],
        subcomponents: Vec::new(),
        status: VexStatus::NotAffected,
        time: Some("2026-11-01T10:00:00Z".parse().unwrap()),
    };
    let facts = read_text(document().to_string());
    assert_eq!(facts.statements, [wanted]);
    assert_eq!(facts.unread, [""; 0]);
}

#[test]
fn each_status_is_read() {
    for (word, status) in [
        ("affected", VexStatus::Affected),
        ("fixed", VexStatus::Fixed),
        ("under_investigation", VexStatus::UnderInvestigation),
    ] {
        let facts = statement(|one| one["status"] = json!(word));
        assert_eq!(facts.statements[0].status, status);
    }
}

#[test]
fn the_time_of_a_statement_counts_before_that_of_its_document() {
    let facts = statement(|one| one["timestamp"] = json!("2026-11-02T10:00:00Z"));
    let wanted = "2026-11-02T10:00:00Z".parse().unwrap();
    assert_eq!(facts.statements[0].time, Some(wanted));
}

#[test]
fn a_document_with_one_incomplete_statement_is_refused_as_a_whole() {
    for (change, reason) in [
        (
            (|one| one["status"] = json!("harmless")) as fn(&mut Value),
            "its statement 1 has a status that OpenVEX does not have",
        ),
        (
            |one| one["justification"] = json!(""),
            "its statement 1 says `not_affected` without a justification or an impact statement",
        ),
        (
            |one| one["products"] = json!([]),
            "its statement 1 has no product, or one without an identifier",
        ),
        (
            |one| one["products"] = json!([{}]),
            "its statement 1 has no product, or one without an identifier",
        ),
        (
            |one| one["products"][0]["subcomponents"] = json!([{}]),
            "its statement 1 has no product, or one without an identifier",
        ),
        (
            |one| one["vulnerability"]["name"] = json!(""),
            "its statement 1 names no vulnerability",
        ),
    ] {
        assert_eq!(refused(statement(change)), reason);
    }
}

#[test]
fn values_of_another_type_are_refused() {
    for change in [
        (|one| one["vulnerability"] = json!(["CVE-2026-0001"])) as fn(&mut Value),
        |one| one["products"] = json!([5]),
        |one| one["products"] = json!("pkg:oci/app"),
        |one| one["status"] = json!(5),
        |one| one["timestamp"] = json!("yesterday"),
        |one| one["products"][0]["hashes"] = json!({ "sha-256": 5 }),
    ] {
        let reason = refused(statement(change));
        assert!(
            reason.starts_with("a value is missing or of another type"),
            "{reason}"
        );
    }
}

/// OpenVEX 0.0.1, "Statement".
#[test]
fn the_old_form_says_the_same_in_texts() {
    let facts = statement(|one| {
        *one = json!({
            "vulnerability": "CVE-2026-0001",
            "products": ["pkg:oci/app@sha256%3Aabc", "pkg:oci/other@sha256%3Aabc"],
            "subcomponents": ["pkg:apk/alpine/openssl@3.1.0-r0"],
            "status": "not_affected",
            "justification": "component_not_present",
        });
    });
    let product = |name: &str| VexProduct {
        identifiers: vec![name.to_owned()],
        subcomponents: Vec::new(),
    };
    let wanted = [
        product("pkg:oci/app@sha256%3Aabc"),
        product("pkg:oci/other@sha256%3Aabc"),
    ];
    assert_eq!(facts.unread, [""; 0]);
    let [statement] = &*facts.statements else {
        panic!("{} statements", facts.statements.len());
    };
    assert_eq!(statement.ids, ["CVE-2026-0001"]);
    assert_eq!(statement.products, wanted);
    assert_eq!(
        statement.subcomponents,
        [["pkg:apk/alpine/openssl@3.1.0-r0"]]
    );
}

#[test]
fn what_is_too_short_to_name_an_image_or_a_package_is_not_kept() {
    let facts = statement(|one| {
        one["products"] = json!(["a", "pkg:oci/a"]);
        one["subcomponents"] = json!(["b", "pkg:a/b"]);
    });
    let [statement] = &*facts.statements else {
        panic!("{} statements", facts.statements.len());
    };
    assert_eq!(statement.products.len(), 1);
    // That there is a component which cannot be compared counts.
    assert_eq!(statement.subcomponents, [vec![], vec!["pkg:a/b"]]);
}

#[test]
fn a_name_written_twice_is_refused() {
    for (once, twice) in [
        ("\"status\":", "\"status\":\"fixed\",\"status\":"),
        ("\"purl\":", "\"purl\":\"pkg:oci/other\",\"purl\":"),
    ] {
        let text = document().to_string().replacen(once, twice, 1);
        let reason = refused(read_text(text));
        assert!(reason.contains("twice"), "{reason}");
    }
}

#[test]
fn what_is_no_openvex_document_is_refused() {
    for text in [
        "{}",
        "[]",
        r#"{"@context":"https://openvex.dev/nsx","statements":[]}"#,
    ] {
        assert_eq!(
            refused(read_text(text)),
            "it is no OpenVEX document",
            "{text}"
        );
    }
    for (text, wanted) in [
        (
            r#"{"bomFormat":"CycloneDX"}"#.to_owned(),
            "it is a CycloneDX document, not an OpenVEX document",
        ),
        (crate::trivy().to_string(), "it is the report of a scanner"),
        (crate::grype().to_string(), "it is the report of a scanner"),
    ] {
        let reason = refused(read_text(text));
        assert!(reason.starts_with(wanted), "{reason}");
    }
    let reason = refused(read_text(r#"{"@context":"https://openvex.dev/ns"}"#));
    assert_eq!(reason, "it has no statements");
}

#[test]
fn a_document_that_is_cut_short_is_refused() {
    let text = document().to_string();
    for end in 0..text.len() {
        assert!(!refused(read_text(&text[..end])).is_empty());
    }
}

#[test]
fn a_glob_that_matches_no_file_and_a_named_file_that_is_absent_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let facts = read(folder.path(), &["vex/*.json", "vex/a.json"]);
    let wanted = [
        "`vex/*.json` matches no file",
        "`vex/a.json` could not be read: it does not exist",
    ];
    assert_eq!(facts.unread, wanted);
}

#[test]
fn a_file_that_two_globs_name_is_read_once() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.json"), document().to_string()).unwrap();
    let facts = read(folder.path(), &["a.json", "*.json"]);
    assert_eq!(facts.statements.len(), 1);
}

#[test]
fn a_digest_of_an_image_is_written_as_images_write_it() {
    let facts = statement(|one| {
        one["products"] = json!([{ "hashes": { "sha-256": &digest('a')[7..], "md5": "00112233445566778899aabbccddeeff" } }]);
    });
    let wanted = [
        digest('a'),
        "md5:00112233445566778899aabbccddeeff".to_owned(),
    ];
    assert_eq!(facts.statements[0].products[0].identifiers, wanted);
}
