//! One realistic report in every format.

use std::collections::BTreeSet;
use std::sync::Arc;

use imagegate::model::caveat::Caveat;
use imagegate::model::finding::{Finding, Outcome};
use imagegate::model::object::Object;
use imagegate::model::reason::Outage;
use imagegate::model::rule::Rule;
use imagegate::model::span::Position;
use imagegate::model::strict::Strict;
use imagegate::model::summary::{Family, NotLookedAt};
use imagegate::report::{CheckFormat, CheckReport, Listing, Style, json};

use crate::expected::assert_matches_file;
use crate::scene::{PLAIN, Scene, finding, print, shop};

#[test]
fn text_for_a_wide_terminal() {
    let text = print(&shop().report(), CheckFormat::Text, &PLAIN);
    assert_matches_file("testdata/reports/shop.txt", &text);
}

#[test]
fn text_says_an_outage_once() {
    let mut scene = Scene::default();
    let outage = Outage {
        registry: Some("registry.example.com".to_owned()),
        answer: "503 Service Unavailable".to_owned(),
        advice: Some("try again when the registry works again".to_owned()),
    };
    let outage = Arc::new(outage);
    for number in 1..=14 {
        let image = format!("registry.example.com/shop/job{number:02}:1.4.2");
        let source = scene.file(
            &format!("shop/job{number:02}.yaml"),
            &format!("- name: job\n  image: {image}\n"),
        );
        let place = scene.place(source, &image);
        scene.findings.push(Finding {
            outcome: Outcome::NotChecked,
            label: "container job of Pod shop/job".into(),
            image: Some(image.into()),
            outage: Some(Arc::clone(&outage)),
            ..finding(Rule::VerifyImageSignatures, source, place, "one of many")
        });
    }
    let text = print(&scene.report(), CheckFormat::Text, &PLAIN);
    assert_matches_file("testdata/reports/outage.txt", &text);
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

/// One place of each family.
fn listed(listing: Listing) -> CheckReport {
    let at = |reason, line, column| {
        let path: Arc<str> = "shop/node.yaml".into();
        Caveat::at(reason, path, Position { line, column })
    };
    let node = Object {
        api_version: "v1".into(),
        kind: "Pod".into(),
        namespace: Some("kube-system".into()),
        name: Some("node".into()),
        pod_annotations: None,
    };
    let mut scene = Scene::default();
    scene.caveats = vec![
        Caveat {
            object: Some(Arc::new(node)),
            ..at(NotLookedAt::ExemptNamespace, 9, 12)
        },
        Caveat {
            image: Some("nginx\u{1b}[31m".into()),
            ..at(NotLookedAt::ScanClaimedByAnnotation, 20, 12)
        },
        Caveat {
            times: 7,
            ..Caveat::of_file(NotLookedAt::TemplateImageLine, "chart/x.yaml".into())
        },
    ];
    scene.listing = listing;
    scene.report()
}

#[test]
fn places_that_were_not_judged_are_listed_in_text_when_they_are_asked_for() {
    let text = print(&listed(Listing::All), CheckFormat::Text, &PLAIN);
    assert_matches_file("testdata/reports/listed.txt", &text);
    let quiet = print(&listed(Listing::None), CheckFormat::Text, &PLAIN);
    assert!(!quiet.contains("node.yaml"), "{quiet}");
}

#[test]
fn places_that_were_not_judged_are_listed_in_json_when_they_are_asked_for() {
    let places = |listing| {
        let text = print(&listed(listing), CheckFormat::Json, &PLAIN);
        let report: serde_json::Value = serde_json::from_str(&text).unwrap();
        let schema = jsonschema::validator_for(&json::check_schema()).unwrap();
        assert!(schema.is_valid(&report));
        report["not_evaluated"].clone()
    };
    assert_eq!(places(Listing::None), serde_json::Value::Null);
    let all = places(Listing::All);
    let strict = Strict::of([NotLookedAt::ExemptNamespace]);
    let some = places(Listing::of_strict(&strict));
    assert_eq!(all.as_array().map(Vec::len), Some(3));
    let wanted = serde_json::json!([{
        "reason": "exempt-namespace", "rule": null, "family": "not-judged",
        "path": "shop/node.yaml", "line": 9, "column": 12,
        "object": {"api_version": "v1", "kind": "Pod", "namespace": "kube-system", "name": "node"},
        "image": null, "detail": null, "count": 1,
    }]);
    assert_eq!(some, wanted);
}

#[test]
fn the_samples_of_the_documentation_are_printed_like_that() {
    let documentation = include_str!("../../docs/outputs.md").replace("\r\n", "\n");
    let printed = [
        include_str!("../../testdata/reports/shop.txt"),
        include_str!("../../testdata/reports/shop-concise.txt"),
        include_str!("../../testdata/reports/shop-github.txt"),
        include_str!("../../testdata/reports/images.txt"),
        include_str!("../../testdata/reports/listed.txt"),
        include_str!("../../testdata/reports/outage.txt"),
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
fn the_documentation_lists_every_reason_and_what_a_strict_run_takes() {
    let documentation = include_str!("../../docs/outputs.md");
    let (_, table) = documentation
        .split_once("| reason | family | `strict: true` |")
        .unwrap();
    let rows = table.lines().filter_map(|line| line.strip_prefix("| `"));
    let documented: BTreeSet<String> = rows
        .map(|row| row.split(" | ").take(3).collect::<Vec<_>>().join(" "))
        .collect();
    let reasons = NotLookedAt::ALL.into_iter().map(|reason| {
        let family = match reason.family() {
            Family::NotJudged => "not judged",
            Family::Reservation => "reservation",
        };
        let strict = if reason.is_strict() { "yes" } else { "no" };
        format!("{}` {family} {strict}", reason.name())
    });
    assert_eq!(documented, reasons.collect());
}
