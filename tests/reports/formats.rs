//! One realistic report in every format.

use imagegate::report::{CheckFormat, Style, json};

use crate::expected::assert_matches_file;
use crate::scene::{PLAIN, print, shop};

#[test]
fn text_for_a_wide_terminal() {
    let text = print(&shop().report(), CheckFormat::Text, &PLAIN);
    assert_matches_file("testdata/reports/shop.txt", &text);
}

#[test]
fn text_for_a_narrow_terminal() {
    let style = Style { width: 40, ..PLAIN };
    let text = print(&shop().report(), CheckFormat::Text, &style);
    assert_matches_file("testdata/reports/shop-narrow.txt", &text);
}

#[test]
fn text_with_suppressed_findings_colours_and_links() {
    let style = Style {
        color: true,
        links: true,
        show_suppressed: true,
        ..PLAIN
    };
    let text = print(&shop().report(), CheckFormat::Text, &style);
    let visible = text.replace('\u{1b}', "␛");
    assert_matches_file("testdata/reports/shop-colour.txt", &visible);
}

#[test]
fn concise() {
    let text = print(&shop().report(), CheckFormat::Concise, &PLAIN);
    assert_matches_file("testdata/reports/shop-concise.txt", &text);
}

#[test]
fn github() {
    let text = print(&shop().report(), CheckFormat::Github, &PLAIN);
    assert_matches_file("testdata/reports/shop-github.txt", &text);
}

#[test]
fn json() {
    let text = print(&shop().report(), CheckFormat::Json, &PLAIN);
    let version = concat!("\"version\": \"", env!("CARGO_PKG_VERSION"), "\"");
    let text = text.replace(version, "\"version\": \"VERSION\"");
    assert_matches_file("testdata/reports/shop.json", &text);
}

#[test]
fn json_is_what_its_schema_says() {
    let report = print(&shop().report(), CheckFormat::Json, &PLAIN);
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    let schema = jsonschema::validator_for(&json::check_schema()).unwrap();
    let errors: Vec<String> = schema.iter_errors(&report).map(|e| e.to_string()).collect();
    assert_eq!(errors, Vec::<String>::new());
}

#[test]
fn committed_schema_of_check_is_fresh() {
    let schema = serde_json::to_string_pretty(&json::check_schema()).unwrap();
    assert_matches_file("docs/schema/check.schema.json", &format!("{schema}\n"));
}

#[test]
fn committed_schema_of_images_is_fresh() {
    let schema = serde_json::to_string_pretty(&json::images_schema()).unwrap();
    assert_matches_file("docs/schema/images.schema.json", &format!("{schema}\n"));
}
