//! The page of the rule keeps its promise: its example, judged by its own configuration, reads as it shows.

use imagegate::check::catalog;
use imagegate::model::reference::ImageReference;

use super::*;

fn section(heading: &str) -> &'static str {
    let page = catalog::text(SCAN).page;
    let (_, rest) = page
        .split_once(&format!("\n## {heading}\n"))
        .expect("a heading");
    rest.split("\n## ").next().expect("a section")
}

fn yaml(heading: &str) -> &'static str {
    let (_, rest) = section(heading).split_once("```yaml\n").expect("YAML");
    rest.split("```").next().expect("a block")
}

#[test]
fn the_example_reads_as_the_page_shows() {
    let (_, text) = yaml("Example").split_once("image: ").expect("an image");
    let image = ImageReference::parse(text.trim()).expect("a reference");
    let found = scan([
        unfixed("CVE-2026-1001", Severity::High),
        vulnerability("CVE-2026-1000", Severity::Critical),
    ]);
    let report = Evidence::Known(facts([report("scans/cart.json", found)]));
    let judged = Run::with_policy(yaml("Configuration"))
        .image(&image.to_string())
        .evidence(about(&image, [Evidence::Absent, report]))
        .judge();
    let quoted = section("Example")
        .lines()
        .filter_map(|line| line.strip_prefix("> "));
    let quoted = quoted.collect::<Vec<_>>().join(" ");
    assert_eq!(*about_image(&judged).message, *quoted);
}
