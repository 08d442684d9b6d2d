//! One realistic report in every format.

use imagegate::model::finding::Finding;
use imagegate::model::rule::Rule;
use imagegate::model::summary::NotLookedAt;
use imagegate::report::{CheckFormat, Style, json};

use crate::expected::assert_matches_file;
use crate::scene::{PLAIN, Scene, finding, print, shop};

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
fn json_lists_the_aliases_that_use_the_text() {
    let mut scene = Scene::default();
    let source = scene.file("a.yaml", "a: &i nginx\nb: *i\n");
    let location = scene.place(source, "nginx");
    let alias = scene.place(source, "*i");
    scene.findings.push(Finding {
        also_at: vec![alias],
        ..finding(Rule::DisallowLatestTag, source, location, "no tag")
    });
    let text = print(&scene.report(), CheckFormat::Json, &PLAIN);
    let report: serde_json::Value = serde_json::from_str(&text).unwrap();
    let wanted = serde_json::json!([{"line": 2, "column": 4, "end_line": 2, "end_column": 6}]);
    assert_eq!(report["findings"][0]["also_at"], wanted);
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

#[test]
fn the_samples_of_the_documentation_are_printed_like_that() {
    let documentation = include_str!("../../docs/outputs.md").replace("\r\n", "\n");
    let printed = [
        include_str!("../../testdata/reports/shop.txt"),
        include_str!("../../testdata/reports/shop-concise.txt"),
        include_str!("../../testdata/reports/shop-github.txt"),
        include_str!("../../testdata/reports/images.txt"),
    ];
    let samples = documentation.split("```text\n").skip(1);
    let lines = samples.flat_map(|rest| rest.split("```").next().unwrap_or_default().lines());
    let mut count = 0;
    for line in lines {
        let shown = printed
            .iter()
            .any(|text| text.lines().any(|other| other == line));
        assert!(shown, "no format prints: {line}");
        count += 1;
    }
    assert!(count > 15, "only {count} lines of samples were found");
}

#[test]
fn the_documentation_lists_every_reason() {
    let documentation = include_str!("../../docs/outputs.md");
    let reasons = [
        NotLookedAt::TemplateDocument,
        NotLookedAt::TemplateImageLine,
        NotLookedAt::PlaceholderImage,
        NotLookedAt::ExcludedPath,
        NotLookedAt::EarlierReport,
        NotLookedAt::GitIgnoredPath,
        NotLookedAt::Link,
        NotLookedAt::ExemptNamespace,
        NotLookedAt::UnknownNamespace,
        NotLookedAt::NotDeployed,
        NotLookedAt::KustomizeImage,
        NotLookedAt::RuleNotConfigured(Rule::VerifyImageSignatures),
        NotLookedAt::RuleOff(Rule::VerifyImageSignatures),
        NotLookedAt::NothingRequired(Rule::VerifyImageSignatures),
        NotLookedAt::ScanClaimedByAnnotation,
    ];
    let mut scene = shop();
    scene.summary.not_looked_at = reasons.map(|reason| (reason, 1)).to_vec();
    let text = print(&scene.report(), CheckFormat::Json, &PLAIN);
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    for count in value["summary"]["not_evaluated"].as_array().unwrap() {
        let name = count["reason"].as_str().unwrap();
        assert!(documentation.contains(&format!("`{name}`")), "{name}");
    }
}
