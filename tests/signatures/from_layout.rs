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
