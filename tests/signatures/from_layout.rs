//! From the layout on disk: no network at all.

use serde_json::json;

use crate::case::{Setup, cases, testdata};

#[test]
fn every_case_about_signatures_is_right() {
    let cases = cases("verify-image-signatures");
    let setup = Setup {
        registry: "registry.example.com",
        registries: json!({ "registry.example.com": { "layout": testdata().join("layout") } }),
        docker_config: &testdata(),
    };
    let wrong: Vec<String> = cases.iter().filter_map(|case| case.wrong(&setup)).collect();
    assert!(cases.len() > 60, "only {} cases", cases.len());
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn signatures_in_a_layout_without_the_image_are_judged_by_its_digest() {
    let setup = Setup {
        registry: "registry.example.com",
        registries: json!({ "registry.example.com": { "layout": testdata().join("layout") } }),
        docker_config: &testdata(),
    };
    let cases = cases("verify-image-signatures");
    let real: Vec<_> = cases
        .iter()
        .filter(|case| case.name().starts_with("real-"))
        .collect();
    let outcomes: Vec<(&str, &str)> = real
        .iter()
        .map(|case| (case.name(), case.outcome(&setup)))
        .collect();
    assert_eq!(
        outcomes,
        [
            ("real-keyless-gha", "pass"),
            ("real-keyless-gha/other-owner", "violation"),
            ("real-keyless-gha/other-root", "violation"),
            ("real-keyed-cosign-v3.0.4-legacy", "pass"),
            ("real-keyed-public-rekor", "pass"),
        ]
    );
}

#[test]
fn every_case_about_scans_is_right() {
    let setup = Setup {
        registry: "registry.example.com",
        registries: json!({ "registry.example.com": { "layout": testdata().join("layout") } }),
        docker_config: &testdata(),
    };
    let cases = cases("check-vulnerability-scan");
    let wrong: Vec<String> = cases.iter().filter_map(|case| case.wrong(&setup)).collect();
    assert!(cases.len() > 10, "only {} cases", cases.len());
    assert!(wrong.is_empty(), "{wrong:#?}");
}
