//! Pods that policy engines judge differently, one for each way to write an image, through the program:
//! what imagegate says to each, and that `docs/compatibility.md` tells the truth about all of them.
//!
//! The clusters' engines are not run here: `testdata/probe/engines.tsv` holds what they said.
#![expect(
    clippy::unwrap_used,
    reason = "what a test sets up must work, or the test fails"
)]

#[path = "probe/compatibility.rs"]
mod compatibility;
#[path = "probe/verdicts.rs"]
mod verdicts;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::process::{Command, Stdio};

use serde_json::Value;

const PODS: &str = include_str!("../testdata/probe/probe.yaml");

/// What the program says to the probe under the policy beside it.
struct Judged {
    code: i32,
    /// Rule and action by Pod and container.
    findings: BTreeMap<(String, String), BTreeSet<(String, String)>>,
    summary: Value,
}

/// Judges the Pods as if they stood in `namespace`.
fn judge(namespace: &str) -> Judged {
    let pods = PODS.replace("production-web", namespace);
    let mut program = Command::new(env!("CARGO_BIN_EXE_imagegate"))
        .args(["check", "-", "--format", "json", "--policy"])
        .arg("testdata/probe/imagegate.yaml")
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut input = program.stdin.take().unwrap();
    input.write_all(pods.as_bytes()).unwrap();
    drop(input);
    let output = program.wait_with_output().unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let mut findings: BTreeMap<(String, String), BTreeSet<(String, String)>> = BTreeMap::new();
    for finding in report["findings"].as_array().unwrap() {
        assert_eq!(finding["outcome"], "violation", "{finding}");
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let place = (
            text(&finding["object"]["name"]),
            text(&finding["container"]),
        );
        let said = (text(&finding["rule"]), text(&finding["action"]));
        findings.entry(place).or_default().insert(said);
    }
    Judged {
        code: output.status.code().unwrap(),
        findings,
        summary: report["summary"].clone(),
    }
}

/// The rules that each container of the table violates, by Pod and container.
fn table() -> BTreeMap<(String, String), BTreeSet<String>> {
    include_str!("../testdata/probe/verdicts.tsv")
        .lines()
        .skip(1)
        .map(|line| {
            let columns: Vec<&str> = line.split('\t').collect();
            let rules = columns[2].split(' ').filter(|rule| *rule != "-");
            (
                (columns[0].to_owned(), columns[1].to_owned()),
                rules.map(str::to_owned).collect(),
            )
        })
        .collect()
}
