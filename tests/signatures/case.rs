//! One case: what is in the table, and a run of the program over it.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

/// The registry that the images of the cases name.
const REGISTRY: &str = "registry.example.com";

/// One row of the table.
pub struct Case(Value);

/// How a run is set up.
pub struct Setup<'a> {
    /// What the registry of the images is called: itself, or where it is served.
    pub registry: &'a str,
    /// The `registries` of the policy.
    pub registries: Value,
    /// The folder of docker's configuration.
    pub docker_config: &'a Path,
}

/// The cases of one rule.
pub fn cases(rule: &str) -> Vec<Case> {
    let text = std::fs::read_to_string(testdata().join("cases.json")).unwrap();
    let cases: Vec<Value> = serde_json::from_str(&text).unwrap();
    let cases = cases.into_iter().filter(|case| case["rule"] == rule);
    cases.map(Case).collect()
}

/// `testdata/signatures`.
pub fn testdata() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/signatures")
}

impl Case {
    fn accepts(&self, outcome: &str) -> bool {
        let others = self.0["also_accepted"].as_array();
        self.0["want"] == outcome
            || others.is_some_and(|others| others.iter().any(|other| other == outcome))
    }

    /// Its name.
    pub fn name(&self) -> &str {
        self.0["name"].as_str().unwrap()
    }

    /// What is wrong with the answer of the program; `None` when it is right.
    pub fn wrong(&self, setup: &Setup<'_>) -> Option<String> {
        let (code, report) = self.run(setup);
        let outcome = outcome(code);
        let message = &report["findings"][0]["message"];
        (!self.accepts(outcome)).then(|| {
            let (name, want, why) = (self.name(), &self.0["want"], &self.0["why"]);
            format!("{name}: {outcome} instead of {want} ({why}): {message}")
        })
    }

    /// How a run over it ends, in the words of the table.
    pub fn outcome(&self, setup: &Setup<'_>) -> &'static str {
        outcome(self.run(setup).0)
    }

    fn run(&self, setup: &Setup<'_>) -> (Option<i32>, Value) {
        let folder = tempfile::tempdir().unwrap();
        let renamed = |value: &Value| value.to_string().replace(REGISTRY, setup.registry);
        let mut rule = self.0["require"].clone();
        absolute(&mut rule);
        let rule = match self.0["rule"].as_str().unwrap() {
            "verify-image-signatures" => json!({ "require": [rule] }),
            _ => rule,
        };
        let rule_id = self.0["rule"].as_str().unwrap();
        let mut policy = json!({
            "version": 1,
            "registries": setup.registries,
            "rules": { rule_id: rule },
        });
        if let Some(root) = self.0["trusted_root"].as_str() {
            policy["trusted-root"] = json!(testdata().join(root));
        }
        let pod = json!({
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": { "name": "case" },
            "spec": { "containers": [{ "name": "case", "image": self.0["image"] }] },
        });
        std::fs::write(folder.path().join("imagegate.yaml"), renamed(&policy)).unwrap();
        std::fs::write(folder.path().join("pod.yaml"), renamed(&pod)).unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_imagegate"))
            .args(["check", "pod.yaml", "--policy", "imagegate.yaml"])
            .args(["--format", "json", "--no-cache"])
            .current_dir(folder.path())
            .env_clear()
            .env("DOCKER_CONFIG", setup.docker_config)
            .output()
            .unwrap();
        let report = serde_json::from_slice(&output.stdout).unwrap_or_else(
            |_| json!({ "findings": [{ "message": String::from_utf8_lossy(&output.stderr) }] }),
        );
        (output.status.code(), report)
    }
}

fn outcome(code: Option<i32>) -> &'static str {
    match code {
        Some(0) => "pass",
        Some(1) => "violation",
        Some(3) => "not-checked",
        _ => "no answer",
    }
}

/// Keys are named relative to the table, and policies relative to themselves.
fn absolute(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                match (name.as_str(), &value) {
                    ("key", Value::String(path)) => *value = json!(testdata().join(path)),
                    _ => absolute(value),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(absolute),
        _ => {}
    }
}
