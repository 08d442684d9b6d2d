//! The schema and the reader say the same: about each file of testdata, and key by key.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Map, Value, json};

use imagegate::policy;

use super::support::{self, fixtures, to_json};

fn schema() -> Value {
    serde_json::from_str(&policy::schema()).unwrap()
}

fn validator() -> jsonschema::Validator {
    jsonschema::draft202012::new(&schema()).unwrap()
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
        false,
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

/// JSON pointers of all maps in `value`.
fn maps(value: &Value) -> Vec<String> {
    fn walk(value: &Value, at: &str, found: &mut Vec<String>) {
        match value {
            Value::Object(map) => {
                found.push(at.to_owned());
                for (key, value) in map {
                    let key = key.replace('~', "~0").replace('/', "~1");
                    walk(value, &format!("{at}/{key}"), found);
                }
            }
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    walk(item, &format!("{at}/{index}"), found);
                }
            }
            _ => {}
        }
    }
    let mut found = Vec::new();
    walk(value, "", &mut found);
    found
}

/// The keys that the schema knows for the map at `pointer`; `None` for a map with free keys.
fn properties(schema: &Value, pointer: &str) -> Option<Vec<String>> {
    let mut at = vec![schema];
    for step in pointer.split('/').skip(1) {
        let step = step.replace("~1", "/").replace("~0", "~");
        at = at
            .iter()
            .flat_map(|one| alternatives(schema, one))
            .filter_map(|one| {
                let property = one.get("properties").and_then(|all| all.get(&step));
                property.or_else(|| one.get("items")).or_else(|| {
                    one.get("additionalProperties")
                        .filter(|more| more.is_object())
                })
            })
            .collect();
    }
    let all: Vec<&Value> = at
        .iter()
        .flat_map(|one| alternatives(schema, one))
        .collect();
    if all.iter().any(|one| {
        one.get("additionalProperties")
            .is_some_and(Value::is_object)
    }) {
        return None;
    }
    let keys = all
        .iter()
        .filter_map(|one| one.get("properties")?.as_object());
    Some(keys.flat_map(|map| map.keys().cloned()).collect())
}

/// The schema behind references and `oneOf`.
fn alternatives<'v>(schema: &'v Value, one: &'v Value) -> Vec<&'v Value> {
    if let Some(reference) = one.get("$ref").and_then(Value::as_str) {
        let target = schema.pointer(reference.trim_start_matches('#')).unwrap();
        return alternatives(schema, target);
    }
    match one.get("oneOf").and_then(Value::as_array) {
        Some(all) => all
            .iter()
            .flat_map(|one| alternatives(schema, one))
            .collect(),
        None => vec![one],
    }
}

fn collect_properties(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => {
            if let Some(properties) = map.get("properties").and_then(Value::as_object) {
                found.extend(properties.keys().cloned());
            }
            map.values()
                .for_each(|value| collect_properties(value, found));
        }
        Value::Array(items) => items
            .iter()
            .for_each(|item| collect_properties(item, found)),
        _ => {}
    }
}
