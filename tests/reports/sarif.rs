//! SARIF: what the schema cannot say.

use imagegate::model::finding::{Finding, Outcome};
use imagegate::model::rule::Rule;
use imagegate::report::{CheckFormat, Style};
use serde_json::Value;

use crate::expected::assert_matches_file;
use crate::hostile::sarif_errors;
use crate::scene::{PLAIN, Scene, finding, print, shop};

fn sarif(scene: Scene, style: &Style) -> Value {
    serde_json::from_str(&print(&scene.report(), CheckFormat::Sarif, style)).unwrap()
}

fn results(log: &Value) -> &Vec<Value> {
    log["runs"][0]["results"].as_array().unwrap()
}

/// The address that is printed for a file of that name.
fn uri(path: &str) -> String {
    let mut scene = Scene::default();
    let source = scene.file(path, "");
    scene
        .findings
        .push(finding(Rule::InvalidManifest, source, None, "broken"));
    let log = sarif(scene, &PLAIN);
    let place = &results(&log)[0]["locations"][0]["physicalLocation"];
    place["artifactLocation"]["uri"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[test]
fn the_shop_is_as_expected_and_valid() {
    let text = print(&shop().report(), CheckFormat::Sarif, &PLAIN);
    assert_eq!(sarif_errors(&text), Vec::<String>::new());
    let mut log: Value = serde_json::from_str(&text).unwrap();
    let driver = &mut log["runs"][0]["tool"]["driver"];
    driver["version"] = "VERSION".into();
    driver["semanticVersion"] = "VERSION".into();
    // The rules carry their pages, which change with the documentation.
    driver["rules"] = "RULES".into();
    let text = serde_json::to_string_pretty(&log).unwrap();
    assert_matches_file("testdata/reports/shop.sarif", &format!("{text}\n"));
}

#[test]
fn every_rule_is_described_with_its_page() {
    let log = sarif(shop(), &PLAIN);
    let rules = log["runs"][0]["tool"]["driver"]["rules"]
        .as_array()
        .unwrap();
    let ids: Vec<_> = rules
        .iter()
        .map(|rule| rule["id"].as_str().unwrap())
        .collect();
    assert_eq!(ids, Rule::ALL.map(Rule::id));
    for rule in rules {
        let id = rule["id"].as_str().unwrap();
        assert!(
            rule["help"]["markdown"].as_str().unwrap().contains(id),
            "{id}"
        );
        assert!(
            rule["helpUri"]
                .as_str()
                .unwrap()
                .ends_with(&format!("/{id}.md"))
        );
    }
}

#[test]
fn a_result_names_its_rule_by_index() {
    let log = sarif(shop(), &PLAIN);
    let rules = &log["runs"][0]["tool"]["driver"]["rules"];
    for result in results(&log) {
        let index = result["ruleIndex"].as_u64().unwrap() as usize;
        assert_eq!(result["ruleId"], rules[index]["id"]);
    }
}

#[test]
fn could_not_check_is_open_and_not_silent() {
    let mut scene = Scene::default();
    let source = scene.file("a.yaml", "image: a\n");
    let location = scene.place(source, "a");
    scene.findings.push(Finding {
        outcome: Outcome::NotChecked,
        ..finding(Rule::VerifyImageSignatures, source, location, "unknown")
    });
    let log = sarif(scene, &PLAIN);
    assert_eq!(results(&log)[0]["kind"], "open");
    assert_eq!(results(&log)[0]["level"], "warning");
}

#[test]
fn suppressed_findings_are_left_out() {
    let log = sarif(shop(), &PLAIN);
    assert!(
        results(&log)
            .iter()
            .all(|r| r.get("suppressions").is_none())
    );
    assert_eq!(results(&log).len(), shop().findings.len() - 1);
}

#[test]
fn suppressed_findings_are_marked_when_asked_for() {
    let style = Style {
        show_suppressed: true,
        ..PLAIN
    };
    let log = sarif(shop(), &style);
    let marked: Vec<_> = results(&log)
        .iter()
        .filter_map(|r| r.get("suppressions"))
        .collect();
    assert_eq!(marked.len(), 1);
    assert_eq!(marked[0][0]["kind"], "inSource");
    assert_eq!(marked[0][0]["justification"], "vendor image, OPS-12");
}

#[test]
fn file_names_become_relative_references() {
    assert_eq!(uri("./shop/cart.yaml"), "shop/cart.yaml");
    assert_eq!(uri("../shop/a b#c?.yaml"), "../shop/a%20b%23c%3F.yaml");
    assert_eq!(uri("http:evil.yaml"), "http%3Aevil.yaml");
    assert_eq!(uri("100%.yaml"), "100%25.yaml");
    assert_eq!(uri("日.yaml"), "%E6%97%A5.yaml");
    assert_eq!(uri("<stdin>"), "%3Cstdin%3E");
}

#[test]
fn absolute_file_names_become_file_addresses() {
    assert_eq!(uri("/srv/a b.yaml"), "file:///srv/a%20b.yaml");
    assert_eq!(uri("C:/srv/a.yaml"), "file:///C:/srv/a.yaml");
}

#[test]
fn the_schema_notices_what_is_wrong() {
    assert_ne!(
        sarif_errors("{\"version\": \"2.1.0\"}"),
        Vec::<String>::new()
    );
}
