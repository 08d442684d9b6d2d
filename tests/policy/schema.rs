//! The schema and the reader say the same: about each file of testdata, and key by key.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::LazyLock;

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use imagegate::policy;

use super::schema_walk::{collect_properties, maps, places, properties};
use super::support::{self, fixtures, to_json};

fn schema() -> Value {
    serde_json::from_str(&policy::schema()).unwrap()
}

fn validator() -> &'static jsonschema::Validator {
    static VALIDATOR: LazyLock<jsonschema::Validator> =
        LazyLock::new(|| jsonschema::draft202012::new(&schema()).unwrap());
    &VALIDATOR
}

#[test]
fn the_committed_schema_is_the_one_that_is_printed() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/schema/policy.schema.json");
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        committed == policy::schema(),
        "docs/schema/policy.schema.json is stale: \
         cargo run -- policy schema > docs/schema/policy.schema.json"
    );
}

#[test]
fn the_schema_is_one_of_its_draft() {
    assert!(jsonschema::draft202012::meta::is_valid(&schema()));
}

#[test]
fn the_schema_accepts_every_valid_file() {
    let validator = validator();
    for (path, text) in fixtures("valid") {
        let wrong: Vec<String> = validator
            .iter_errors(&to_json(&text))
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(wrong.is_empty(), "{}: {wrong:#?}", path.display());
    }
}

/// The first line of each invalid file says whether a schema can know; the reader refuses all of them.
#[test]
fn the_schema_refuses_every_invalid_file_that_a_schema_can_refuse() {
    let validator = validator();
    for (path, text) in fixtures("invalid") {
        if text.starts_with("# schema: refuses\n") {
            assert!(!validator.is_valid(&to_json(&text)), "{}", path.display());
        } else {
            assert!(
                text.starts_with("# schema: cannot say ("),
                "{}",
                path.display()
            );
        }
    }
}

/// One small error each, in a policy that is otherwise valid, that both must see; and small changes
/// that both must accept.
#[test]
fn the_schema_and_the_reader_agree_about_single_values() {
    let validator = validator();
    for (place, value, accepted) in SINGLE_VALUES {
        let value: Value = serde_json::from_str(value).unwrap();
        let mut policy = full();
        let shown = format!("{place} = {value}");
        *policy.pointer_mut(place).unwrap() = value;
        assert_eq!(validator.is_valid(&policy), *accepted, "schema: {shown}");
        assert_eq!(
            support::read(&policy.to_string()).is_ok(),
            *accepted,
            "reader: {shown}"
        );
    }
}

const SINGLE_VALUES: &[(&str, &str, bool)] = &[
    ("/version", "2", false),
    ("/version", "\"1\"", false),
    ("/version", "null", false),
    ("/namespaces/default", "\"a-\"", false),
    ("/namespaces/default", "\"web\"", true),
    ("/namespaces/exempt", "[]", true),
    ("/namespaces/unknown", "\"own\"", true),
    ("/namespaces/unknown", "\"loosest\"", false),
    ("/strict", "true", true),
    ("/strict", "[]", false),
    ("/strict", "\"true\"", false),
    ("/strict", "\"symbolic-link\"", false),
    ("/strict", "[\"symbolic-link\"]", true),
    ("/strict", "[\"symbolic-links\"]", false),
    ("/namespaces/exempt", "[\"Kube\"]", false),
    ("/registries/localhost:5000", "{}", false),
    ("/registries/localhost:5000/http", "\"true\"", false),
    ("/rules/disallow-latest-tag", "\"audit\"", false),
    ("/rules/disallow-latest-tag", "{}", true),
    ("/rules/disallow-latest-tag/action", "\"off\"", true),
    ("/rules/disallow-latest-tag/action", "\"warn\"", false),
    ("/rules/disallow-latest-tag/action", "false", false),
    ("/rules/disallow-latest-tag/tags", "[]", false),
    ("/rules/disallow-latest-tag/tags/0", "\".a\"", false),
    ("/rules/disallow-latest-tag/tags/0", "1.1", false),
    ("/rules/restrict-image-registries/allow", "[]", false),
    ("/rules/restrict-image-registries/allow/0", "\"a b\"", false),
    ("/rules/restrict-image-registries/allow/0", "\" \"", false),
    ("/rules/restrict-image-registries", "{\"deny\": []}", false),
    (
        "/rules/restrict-image-registries",
        "{\"deny\": [\"nginx\"]}",
        true,
    ),
    (
        "/rules/restrict-image-registries",
        "{\"action\": \"off\"}",
        true,
    ),
    ("/rules/verify-image-signatures/require", "[]", false),
    (
        "/rules/verify-image-signatures/require/0/signers",
        "[]",
        false,
    ),
    (
        "/rules/verify-image-signatures/require/0/signers/0",
        "{}",
        false,
    ),
    (
        "/rules/verify-image-signatures/require/0/at-least",
        "0",
        false,
    ),
    (
        "/rules/verify-image-signatures/require/0/at-least",
        "1.5",
        false,
    ),
    (
        "/rules/verify-image-signatures/require/0/at-least",
        "3",
        true,
    ),
    (
        "/rules/verify-image-signatures/require/0/annotations",
        "{}",
        false,
    ),
    (
        "/rules/verify-image-signatures/require/0/annotations/env",
        "1",
        false,
    ),
    (
        "/rules/verify-image-signatures/unmatched",
        "\"deny\"",
        false,
    ),
    ("/rules/check-vulnerability-scan/accept", "[]", false),
    (
        "/rules/check-vulnerability-scan/accept/0/attestation/predicate",
        "\"spdx\"",
        false,
    ),
    (
        "/rules/check-vulnerability-scan/accept/1/report/files",
        "[]",
        false,
    ),
    (
        "/rules/check-vulnerability-scan/accept/2/annotation/value",
        "true",
        false,
    ),
    (
        "/rules/check-vulnerability-scan/accept/3/scanner",
        "\"clair\"",
        false,
    ),
    ("/rules/check-vulnerability-scan/fail-on", "\"HIGH\"", false),
    ("/rules/check-vulnerability-scan/max-age", "\"07d\"", false),
    (
        "/rules/check-vulnerability-scan/max-age",
        "\"1234567890s\"",
        false,
    ),
    ("/rules/check-vulnerability-scan/max-age", "\"90d\"", true),
    ("/rules/check-vulnerability-scan/vex", "[]", true),
    (
        "/rules/check-vulnerability-scan/ignore/0/reason",
        "\"\"",
        false,
    ),
    (
        "/rules/check-vulnerability-scan/ignore/0/expires",
        "\"31.1.2027\"",
        false,
    ),
    ("/overrides/0/namespaces", "[]", false),
    ("/overrides/2/rules", "[]", false),
    ("/overrides/2/rules/0", "\"latest\"", false),
    ("/exceptions/0/objects/0", "\"Deployment\"", false),
    ("/exceptions/0/objects/0", "\"Deployment/a/b\"", false),
    ("/exceptions/0/rules", "[]", false),
    ("/inline-ignores", "\"forbid\"", true),
    ("/inline-ignores", "true", false),
    ("/exclude", "\"vendor\"", false),
    ("/custom-resources/0/kind", "\"Widget\"", false),
    ("/custom-resources/0/kind", "\"v1/Widget\"", true),
    ("/custom-resources/0/kind", "\"a/b/c/Widget\"", false),
    ("/custom-resources/0/paths", "[]", false),
];

/// Leaves each key of the complete policy out in turn: both must agree whether it is required.
#[test]
fn the_schema_and_the_reader_require_the_same_keys() {
    let validator = validator();
    let mut required = 0;
    for map in maps(&full()) {
        let keys: Vec<String> = object(&full(), &map).keys().cloned().collect();
        for key in keys {
            let mut policy = full();
            policy
                .pointer_mut(&map)
                .unwrap()
                .as_object_mut()
                .unwrap()
                .remove(&key);
            let by_schema = validator.is_valid(&policy);
            let said = match support::read(&policy.to_string()) {
                Ok(_) => Vec::new(),
                Err(wrong) => wrong,
            };
            // That an override then names a rule without settings is beyond a schema.
            let by_reader = said
                .iter()
                .all(|found| found.message.contains("not configured"));
            assert_eq!(by_schema, by_reader, "{map}/{key}: {said:?}");
            required += usize::from(!by_schema);
        }
    }
    assert!(required > 15, "{required}");
}

/// Values of every type in places where another one belongs.
const REPLACEMENTS: [&str; 9] = [
    "null",
    "true",
    "7",
    "\"\"",
    "\"x\"",
    "[]",
    "{}",
    "[\"x\"]",
    "{\"x\":1}",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_the_schema_refuses_the_reader_refuses(
        place in prop::sample::select(places(&full())),
        replacement in prop::sample::select(&REPLACEMENTS[..]),
    ) {
        let mut policy = full();
        *policy.pointer_mut(&place).unwrap() = serde_json::from_str(replacement).unwrap();
        if !validator().is_valid(&policy) {
            prop_assert!(support::read(&policy.to_string()).is_err(), "{place} = {replacement}");
        }
    }
}

/// Adds an unknown key to each map of the complete policy: the reader lists the known ones.
#[test]
fn the_schema_and_the_reader_know_the_same_keys() {
    let (schema, mut compared) = (schema(), 0);
    for map in maps(&full()) {
        let Some(by_schema) = properties(&schema, &map) else {
            continue;
        };
        let mut policy = full();
        let object = policy.pointer_mut(&map).unwrap().as_object_mut().unwrap();
        object.insert("zzzzzzzzzz".to_owned(), json!({}));
        let said = support::refused(&policy.to_string());
        let help = said
            .lines()
            .find_map(|line| line.split_once("known here: "));
        let (_, known) = help.unwrap_or_else(|| panic!("{map}: {said}"));
        let by_reader: BTreeSet<&str> = known.split(", ").collect();
        let by_schema: BTreeSet<&str> = by_schema.iter().map(String::as_str).collect();
        assert_eq!(by_reader, by_schema, "{map}");
        compared += 1;
    }
    assert!(compared > 25, "{compared}");
}

/// Every key that the schema knows stands in the complete policy, so that the two tests above reach it.
#[test]
fn the_complete_policy_uses_every_key() {
    let (schema, full) = (schema(), full());
    let mut used = BTreeSet::new();
    for map in maps(&full) {
        if properties(&schema, &map).is_some() {
            used.extend(object(&full, &map).keys().cloned());
        }
    }
    assert_eq!(used, known_keys());
}

/// The keys of the file itself.
pub fn top_level_keys() -> BTreeSet<String> {
    properties(&schema(), "").into_iter().flatten().collect()
}

/// Every key that the schema knows.
pub fn known_keys() -> BTreeSet<String> {
    let mut known = BTreeSet::new();
    collect_properties(&schema(), &mut known);
    known
}

/// testdata/policy/valid/full.yaml
fn full() -> Value {
    to_json(include_str!("../../testdata/policy/valid/full.yaml"))
}

fn object<'v>(policy: &'v Value, map: &str) -> &'v Map<String, Value> {
    policy.pointer(map).unwrap().as_object().unwrap()
}
