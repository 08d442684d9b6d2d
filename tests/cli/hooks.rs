//! What pre-commit runs: the hooks' commands must be commands of this program.

use std::path::Path;

use crate::sandbox::{Sandbox, pod};

fn hooks() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(".pre-commit-hooks.yaml");
    std::fs::read_to_string(path).unwrap()
}

#[test]
fn the_hooks_allow_commits_without_manifests_and_refuse_bad_ones() {
    let hooks = hooks();
    let entries: Vec<&str> = hooks
        .lines()
        .filter_map(|line| line.trim().strip_prefix("entry: "))
        .collect();
    assert_eq!(entries.len(), 2);
    let sandbox = Sandbox::new()
        .file("values.yaml", "replicas: 3\n")
        .file("pod.yaml", pod("nginx"));
    for entry in entries {
        let arguments: Vec<&str> = entry.split(' ').collect();
        let run = |file| sandbox.run(&[&arguments[1..], &[file]].concat()).code;
        assert_eq!(arguments[0], "imagegate");
        assert_eq!((run("values.yaml"), run("pod.yaml")), (0, 1), "{entry}");
    }
}

#[test]
fn the_hooks_ask_for_yaml_and_json_once_a_commit() {
    let hooks = hooks();
    assert_eq!(hooks.matches("types_or: [yaml, json]").count(), 2);
    assert_eq!(hooks.matches("require_serial: true").count(), 2);
}
