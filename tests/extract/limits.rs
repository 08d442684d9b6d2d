//! Hostile input: bounded work and memory, and an answer that says what was not looked at.

use imagegate::model::file_facts::FileFacts;
use imagegate::model::rule::Rule;

use crate::read::{facts, rules};

/// Whether a problem says that not everything was checked.
fn says_not_checked(found: &FileFacts) -> bool {
    let mut problems = found.problems.iter();
    problems.any(|problem| problem.rule == Rule::UnreadableInput && problem.not_checked)
}

#[test]
fn a_billion_uses_through_aliases_end_with_a_problem() {
    let mut text = "apiVersion: v1\nkind: List\na0: &a0 {apiVersion: v1, kind: Pod, spec: {containers: [{image: a}]}}\n".to_owned();
    for level in 1..10 {
        let items = vec![format!("*a{}", level - 1); 10].join(", ");
        text.push_str(&format!(
            "a{level}: &a{level} {{apiVersion: v1, kind: List, items: [{items}]}}\n"
        ));
    }
    text.push_str("items: [*a9]\n");
    let found = facts(&text);
    assert!(says_not_checked(&found));
    assert!(found.uses.len() <= 10_000);
}

#[test]
fn a_billion_nodes_in_a_custom_resource_end_with_a_problem() {
    let mut text = "apiVersion: example.com/v1\nkind: Widget\na0: &a0 [image]\n".to_owned();
    for level in 1..10 {
        let items = vec![format!("*a{}", level - 1); 10].join(", ");
        text.push_str(&format!("a{level}: &a{level} [{items}]\n"));
    }
    assert!(says_not_checked(&facts(&text)));
}

#[test]
fn a_billion_merges_end_with_a_problem_or_an_answer() {
    let mut text = "apiVersion: example.com/v1\nkind: Widget\na0: &a0 {image: x}\n".to_owned();
    for level in 1..20 {
        let before = level - 1;
        text.push_str(&format!(
            "a{level}: &a{level} {{<<: [*a{before}, *a{before}, *a{before}, *a{before}]}}\n"
        ));
    }
    text.push_str("spec: {containers: [{<<: *a19}]}\n");
    let found = facts(&text);
    assert!(found.uses.len() == 1 || says_not_checked(&found));
}

#[test]
fn more_images_than_anyone_deploys_are_cut_with_a_problem() {
    let mut text = "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n".to_owned();
    text.push_str(&"  - {name: a-container-of-the-shop, image: registry.example.com/shop/cart:1.4.2, imagePullPolicy: Always}\n".repeat(100_001));
    let found = facts(&text);
    assert_eq!(found.uses.len(), 100_000);
    assert_eq!(rules(&found), [Rule::UnreadableInput]);
    let line = found.problems[0].location.map(|at| at.start.line);
    assert_eq!(line, Some(100_005));
}

#[test]
fn more_images_than_their_text_is_worth_are_cut_with_a_problem() {
    let mut text = "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n".to_owned();
    text.push_str(&"  - image: a\n".repeat(50_000));
    let found = facts(&text);
    assert_eq!(found.uses.len(), 12_000 + text.len() / 100);
    assert_eq!(rules(&found), [Rule::UnreadableInput]);
}

#[test]
fn thousands_of_broken_documents_are_listed_in_part_and_counted_in_full() {
    let found = facts(&"image: [\n---\n".repeat(3_000));
    assert!(found.problems.len() < 1_000);
    let last = found.problems.last();
    let told = last.is_some_and(|problem| problem.message.starts_with("2500 more"));
    assert!(told, "{last:?}");
}

#[test]
fn thousands_of_suppressions_are_read_in_part_and_told() {
    let text = "# imagegate: ignore[disallow-latest-tag] why\n".repeat(10_001);
    let found = facts(&text);
    assert_eq!(found.ignores.len(), 10_000);
    assert_eq!(rules(&found), [Rule::InvalidSuppression]);
}

#[test]
fn many_images_in_one_line_keep_at_most_about_twice_the_text() {
    let items = vec![r#"{"image":"registry.example.com/shop/cart:1"}"#; 20_000].join(",");
    let text = format!(r#"{{"apiVersion":"v1","kind":"Pod","spec":{{"containers":[{items}]}}}}"#);
    let found = facts(&text);
    assert_eq!(found.uses.len(), 20_000);
    let kept: usize = found.source.lines.iter().map(|line| line.text.len()).sum();
    assert!(kept < 3 * text.len(), "{kept} of {}", text.len());
    for used in &found.uses {
        let start = used.location.start;
        let line = found.source.line_at(start).expect("its line is kept");
        let column = (start.column - line.first_column) as usize;
        assert!(line.text[column..].starts_with(r#""registry.example.com"#));
    }
}

#[test]
fn annotations_shared_by_very_many_objects_end_with_a_problem() {
    let mut text = "apiVersion: v1\nkind: List\nx: &a\n".to_owned();
    for number in 0..1000 {
        text.push_str(&format!("  imagegate.dev/ignore.r{number}: x\n"));
    }
    text.push_str("items:\n");
    text.push_str(
        &"- {apiVersion: v1, kind: Pod, metadata: {annotations: *a}, spec: {containers: [{image: x}]}}\n"
            .repeat(2_000),
    );
    let found = facts(&text);
    assert!(says_not_checked(&found));
    let kept = |used: &imagegate::model::image_use::ImageUse| {
        used.object.pod_annotations.as_ref().map_or(0, Vec::len)
    };
    assert!(found.uses.iter().map(kept).sum::<usize>() < 50_000);
}

#[test]
fn containers_shared_by_many_objects_are_all_listed_up_to_the_limit() {
    let mut text = "apiVersion: v1\nkind: List\nx: &c\n".to_owned();
    for number in 0..20 {
        text.push_str(&format!("- {{name: c{number}, image: a:{number}}}\n"));
    }
    text.push_str("items:\n");
    text.push_str(&"- {apiVersion: v1, kind: Pod, spec: {containers: *c}}\n".repeat(450));
    let found = facts(&text);
    assert_eq!(found.uses.len(), 20 * 450);
    assert!(!says_not_checked(&found));
}
