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
fn the_hooks_ask_for_yaml_json_and_links_once_a_commit() {
    let hooks = hooks();
    assert_eq!(hooks.matches(r"files: '(?i)\.(ya?ml|json)$'").count(), 2);
    // Without it, pre-commit hands over regular files only.
    assert_eq!(hooks.matches("  types: []\n").count(), 2);
    assert_eq!(hooks.matches("require_serial: true").count(), 2);
}

/// A commit may hold a link to nothing, which is no reason to check none of the other files.
#[cfg(unix)]
#[test]
fn a_link_to_nothing_does_not_keep_the_other_files_from_being_checked() {
    let sandbox = Sandbox::new().file("pod.yaml", pod("nginx"));
    std::os::unix::fs::symlink("gone.yaml", sandbox.join("link.yaml")).unwrap();
    let run = sandbox.run(&[
        "check",
        "--allow-empty",
        "-f",
        "concise",
        "link.yaml",
        "pod.yaml",
    ]);
    assert_eq!(run.code, 1);
    let rules = ["unreadable-input", "disallow-latest-tag"];
    assert!(
        rules.iter().all(|rule| run.stdout.contains(rule)),
        "{}",
        run.stdout
    );
}
