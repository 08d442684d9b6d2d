//! The README: its command runs on the demo, shows what it says, and the demo shows what it is for.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use imagegate::model::rule::Rule;
use serde_json::Value;

use crate::sandbox::Run;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn readme() -> String {
    std::fs::read_to_string(root().join("README.md")).unwrap()
}

/// The arguments behind `cargo run --locked --` in the README.
fn demo_arguments() -> Vec<String> {
    let readme = readme();
    let mut lines = readme.lines();
    let command = lines.find_map(|line| line.strip_prefix("cargo run --locked -- "));
    command.unwrap().split(' ').map(str::to_owned).collect()
}

fn run(arguments: &[String]) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_imagegate"));
    command.args(arguments).current_dir(root()).env_clear();
    Run::from(command.output().unwrap())
}

fn without_exit_zero() -> Vec<String> {
    let mut arguments = demo_arguments();
    arguments.retain(|argument| argument != "--exit-zero");
    arguments
}

#[test]
fn the_two_commands_stand_in_the_first_ten_lines() {
    let readme = readme();
    let beginning: Vec<&str> = readme.lines().take(10).collect();
    let stands = |start: &str| beginning.iter().any(|line| line.starts_with(start));
    assert!(stands("cargo run --locked -- check testdata/demo"));
    assert!(stands("cargo test --locked"));
}

#[test]
fn the_demo_succeeds_as_the_readme_runs_it() {
    assert_eq!(run(&demo_arguments()).code, 0);
}

#[test]
fn the_demo_is_a_violation_when_it_is_asked() {
    assert_eq!(run(&without_exit_zero()).code, 1);
}

#[test]
fn the_readme_shows_what_the_demo_prints() {
    let readme = readme();
    let sample = readme.split("```text\n").nth(1).unwrap();
    let sample = sample.split("```").next().unwrap();
    let printed = run(&demo_arguments()).stdout;
    for part in sample.split("\n\n") {
        let part = part.trim_end();
        assert!(printed.contains(part), "not in the demo's output:\n{part}");
    }
}

#[test]
fn the_demo_shows_a_finding_of_every_rule_that_text_in_a_repository_can_have() {
    let arguments = [without_exit_zero(), vec!["--format=json".to_owned()]].concat();
    let report: Value = serde_json::from_str(&run(&arguments).stdout).unwrap();
    let findings = report["findings"].as_array().unwrap();
    let shown: BTreeSet<&str> = findings
        .iter()
        .map(|finding| finding["rule"].as_str().unwrap())
        .collect();
    let wanted: BTreeSet<&str> = Rule::ALL
        .into_iter()
        // A file that cannot be read does not survive a checkout.
        .filter(|rule| *rule != Rule::UnreadableInput)
        .map(Rule::id)
        .collect();
    assert_eq!(shown, wanted);
}

#[test]
fn the_demo_has_images_that_pass() {
    let arguments = [without_exit_zero(), vec!["--format=json".to_owned()]].concat();
    let report: Value = serde_json::from_str(&run(&arguments).stdout).unwrap();
    let findings = report["findings"].as_array().unwrap();
    let in_storefront = findings
        .iter()
        .filter(|finding| finding["path"] == "testdata/demo/shop/storefront.yaml");
    assert_eq!(in_storefront.count(), 0);
}
