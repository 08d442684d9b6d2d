//! Ways through a JSON value, and through a schema along with it.

use std::collections::BTreeSet;

use serde_json::Value;

/// JSON pointers of all maps in `value`.
pub fn maps(value: &Value) -> Vec<String> {
    let mut all = places(value);
    all.retain(|place| value.pointer(place).is_some_and(Value::is_object));
    all
}

/// JSON pointers of all values in `value`, itself included.
pub fn places(value: &Value) -> Vec<String> {
    fn walk(value: &Value, at: &str, found: &mut Vec<String>) {
        found.push(at.to_owned());
        match value {
            Value::Object(map) => {
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
pub fn properties(schema: &Value, pointer: &str) -> Option<Vec<String>> {
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

pub fn collect_properties(value: &Value, found: &mut BTreeSet<String>) {
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
