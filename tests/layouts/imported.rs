//! The test data itself: no byte of it was changed on the way, but those that are changed on purpose.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use imagegate::model::digest::Digest;
use serde_json::Value;

use crate::testdata;

/// The payload of `broken-payload-altered`.
const ALTERED: &str = "182a01d01f5fcf98b83ece502198f9ae319d5eb6cb8b751066cb103db45cb915";

fn layouts() -> Vec<PathBuf> {
    let tools = fs::read_dir(testdata().join("tool-layouts")).unwrap();
    let mut layouts: Vec<_> = tools.map(|entry| entry.unwrap().path()).collect();
    layouts.push(testdata().join("layout"));
    layouts
}

fn blobs(layout: &Path) -> Vec<PathBuf> {
    let blobs = fs::read_dir(layout.join("blobs/sha256")).unwrap();
    blobs.map(|entry| entry.unwrap().path()).collect()
}

#[test]
fn every_blob_but_one_is_what_its_name_says() {
    let mut altered = Vec::new();
    for path in layouts().iter().flat_map(|layout| blobs(layout)) {
        let hex = path.file_name().unwrap().to_str().unwrap().to_owned();
        let named = Digest::parse(&format!("sha256:{hex}")).unwrap();
        if !named.is_of(&fs::read(&path).unwrap()) {
            altered.push(hex);
        }
    }
    assert_eq!(altered, [ALTERED]);
}

#[test]
fn each_case_has_a_name_of_its_own() {
    let cases: Vec<Value> =
        serde_json::from_slice(&fs::read(testdata().join("cases.json")).unwrap()).unwrap();
    let names: BTreeSet<_> = cases
        .iter()
        .map(|case| case["name"].as_str().unwrap())
        .collect();
    assert_eq!((cases.len(), names.len()), (93, 93));
}
