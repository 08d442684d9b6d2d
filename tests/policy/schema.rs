//! The schema and the reader say the same.

use std::path::Path;

use imagegate::policy;

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
