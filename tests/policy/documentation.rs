//! docs/policy.md and the pages of the rules: their examples are accepted, and no key is left out.

use std::collections::BTreeSet;
use std::path::Path;

use imagegate::model::rule::Rule;
use imagegate::policy::pattern::ImagePattern;

use super::schema;
use super::support::valid;

const PAGE: &str = include_str!("../../docs/policy.md");

/// The fenced YAML blocks of a page that are policies: their first line is a key of the policy file.
/// `version: 1` is added where an example leaves it out, and a rule where it has none about images.
fn examples(page: &str) -> Vec<String> {
    let blocks = page.split("```yaml\n").skip(1);
    let blocks = blocks.filter_map(|rest| rest.split_once("```"));
    let blocks = blocks.map(|(block, _)| with_a_rule(block));
    let policies = blocks.filter_map(|block| match block.split_once(':')?.0 {
        "version" => Some(block),
        key if schema::top_level_keys().contains(key) => Some(format!("version: 1\n{block}")),
        _ => None,
    });
    policies.collect()
}

/// An example shows one thing; a whole policy has a rule about images.
fn with_a_rule(block: &str) -> String {
    let mut ids = Rule::IMAGE_POLICIES.iter().map(|rule| rule.id());
    if ids.any(|id| block.contains(&format!("{id}:"))) {
        return block.to_owned();
    }
    let rule = "disallow-latest-tag: {}";
    match block.starts_with("rules:\n") || block.contains("\nrules:\n") {
        true => block.replacen("rules:\n", &format!("rules:\n  {rule}\n"), 1),
        false => format!("{block}rules: {{ {rule} }}\n"),
    }
}

#[test]
fn every_example_is_a_valid_policy() {
    let examples = examples(PAGE);
    assert_eq!(examples.len(), PAGE.matches("```yaml\n").count());
    for example in examples {
        valid(&example);
    }
}

#[test]
fn every_configuration_on_a_page_of_a_rule_is_a_valid_policy() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rules");
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let examples = examples(&std::fs::read_to_string(&path).unwrap());
        assert!(!examples.is_empty(), "{}", path.display());
        for example in examples {
            valid(&example);
        }
    }
}

#[test]
fn every_pattern_in_the_table_of_patterns_can_be_read() {
    let (_, section) = PAGE.split_once("## Image patterns").unwrap();
    let (section, _) = section.split_once("## ").unwrap();
    let rows = section.lines().filter_map(|line| line.strip_prefix("| `"));
    let cells: Vec<&str> = rows.filter_map(|row| row.split(" |").next()).collect();
    assert!(cells.len() > 5, "{cells:?}");
    for pattern in cells.iter().flat_map(|cell| cell.split("`, `")) {
        let pattern = pattern.trim_end_matches('`');
        assert!(ImagePattern::parse(pattern).is_ok(), "{pattern}");
    }
}

#[test]
fn every_key_is_documented() {
    let documented: BTreeSet<&str> = PAGE.split('`').skip(1).step_by(2).collect();
    for key in schema::known_keys() {
        assert!(documented.contains(key.as_str()), "`{key}`");
    }
}
