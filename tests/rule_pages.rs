//! The pages under `docs/rules`: `imagegate explain` and the SARIF report show them, so what they promise
//! has to hold.
#![expect(
    clippy::unwrap_used,
    reason = "what a test sets up must work, or the test fails"
)]

use std::io::Write as _;
use std::process::{Command, Stdio};

use imagegate::check::catalog::{self, CATALOG};
use imagegate::model::rule::Rule;
use serde_json::Value;

const SECTIONS: [&str; 7] = [
    "What it does",
    "Why",
    "Example",
    "Use instead",
    "Configuration",
    "What it cannot see",
    "Which cluster policy it mirrors",
];

/// The text under a heading of the page.
fn section(rule: Rule, heading: &str) -> &'static str {
    let page = catalog::text(rule).page;
    let (_, rest) = page.split_once(&format!("\n## {heading}\n")).unwrap();
    rest.split("\n## ").next().unwrap()
}

/// The first block of YAML under a heading.
fn yaml(rule: Rule, heading: &str) -> Option<&'static str> {
    let (_, rest) = section(rule, heading).split_once("```yaml\n")?;
    rest.split("```").next()
}

#[test]
fn every_page_has_its_title_its_summary_and_all_sections_in_order() {
    for text in &CATALOG {
        let id = text.rule.id();
        let beginning = format!("# {id}\n\n{}.\n\n## {}\n", text.summary, SECTIONS[0]);
        assert!(text.page.starts_with(&beginning), "{id}");
        let headings: Vec<&str> = text
            .page
            .lines()
            .filter_map(|line| line.strip_prefix("## "))
            .collect();
        assert_eq!(headings, SECTIONS, "{id}");
        for heading in SECTIONS {
            assert!(
                !section(text.rule, heading).trim().is_empty(),
                "{id}: {heading}"
            );
        }
    }
}

#[test]
fn every_configuration_is_one_of_the_rule() {
    for rule in Rule::ALL {
        let block = yaml(rule, "Configuration").unwrap();
        assert!(block.contains(&format!("\n  {rule}:\n")), "{rule}");
    }
}

/// How many images a block of containers has, and how many of them violate the rule under the policy of
/// its own page.
fn violations(rule: Rule, heading: &str) -> (usize, usize) {
    let containers = yaml(rule, heading).unwrap();
    assert!(containers.starts_with("containers:\n"), "{rule}: {heading}");
    let mut pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: page}\nspec:\n".to_owned();
    for line in containers.lines() {
        pod.push_str(&format!("  {line}\n"));
    }
    let folder = tempfile::tempdir().unwrap();
    let policy = folder.path().join("imagegate.yaml");
    let configuration = yaml(rule, "Configuration").unwrap();
    // An input rule stands beside one about images, or nothing would be judged.
    let beside = match Rule::IMAGE_POLICIES.contains(&rule) {
        true => "",
        false => "  disallow-latest-tag: {action: audit}\n",
    };
    let policy_text = format!("version: 1\n{configuration}{beside}");
    std::fs::write(&policy, policy_text).unwrap();
    let mut program = Command::new(env!("CARGO_BIN_EXE_imagegate"))
        .args(["check", "-", "--format", "json", "--policy"])
        .arg(&policy)
        .current_dir(folder.path())
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = program.stdin.take().unwrap();
    input.write_all(pod.as_bytes()).unwrap();
    drop(input);
    let output = program.wait_with_output().unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let found = report["findings"].as_array().unwrap();
    let of_rule = found.iter().filter(|finding| finding["rule"] == rule.id());
    let images = containers.matches("image: ").count();
    (images, of_rule.count())
}

#[test]
fn every_image_of_an_example_is_found_and_none_that_is_to_be_used_instead() {
    for rule in [
        Rule::RestrictImageRegistries,
        Rule::DisallowLatestTag,
        Rule::InvalidImageReference,
    ] {
        let (images, found) = violations(rule, "Example");
        assert_eq!(found, images, "{rule}");
        assert_eq!(violations(rule, "Use instead").1, 0, "{rule}");
    }
    let (images, found) = violations(Rule::UnrenderedTemplate, "Example");
    assert_eq!(found, images);
}
