//! The contract in `docs/verdicts.md` and the tests that hold it name each other.

use std::collections::BTreeSet;
use std::path::Path;

pub fn text_of(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

#[test]
fn every_row_of_the_contract_has_its_test_and_every_test_its_row() {
    let page = text_of("docs/verdicts.md");
    let rows: BTreeSet<&str> = page
        .lines()
        .filter_map(|line| line.strip_suffix("` |"))
        .filter_map(|line| line.rsplit('`').next())
        .collect();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli");
    let files = std::fs::read_dir(folder).unwrap();
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    let of_verdicts = |name: &String| name.starts_with("verdict_") && name != "verdict_page.rs";
    let sources: Vec<String> = names
        .filter(of_verdicts)
        .map(|name| text_of(&format!("tests/cli/{name}")))
        .collect();
    assert!(sources.len() > 3, "only {} files", sources.len());
    let tests: BTreeSet<&str> = sources
        .iter()
        .flat_map(|source| source.split("#[test]\n").skip(1))
        .filter_map(|test| test.split_once("fn ")?.1.split('(').next())
        .collect();
    assert_eq!(rows, tests);
}
