//! A folder of its own for one run of the program, and what came out of it.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// A temporary folder with files, in which the program runs.
pub struct Sandbox {
    folder: tempfile::TempDir,
    variables: Vec<(String, String)>,
}

/// How a run ended.
pub struct Run {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Sandbox {
    pub fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            variables: Vec::new(),
        }
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn join(&self, path: &str) -> PathBuf {
        self.path().join(path)
    }

    /// Adds a file, and the folders above it.
    pub fn file(self, path: &str, content: impl AsRef<[u8]>) -> Self {
        let path = self.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
        self
    }

    pub fn folder(self, path: &str) -> Self {
        std::fs::create_dir_all(self.join(path)).unwrap();
        self
    }

    pub fn variable(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.join(path)).unwrap()
    }

    /// The program with `arguments`, in `folder` of the sandbox.
    pub fn command(&self, folder: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_imagegate"));
        command
            .args(arguments)
            .current_dir(self.join(folder))
            .env_clear()
            .stdin(Stdio::null());
        for (name, value) in &self.variables {
            command.env(name, value);
        }
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Run {
        self.run_in("", arguments)
    }

    pub fn run_in(&self, folder: &str, arguments: &[&str]) -> Run {
        Run::from(self.command(folder, arguments).output().unwrap())
    }

    pub fn run_with_input(&self, arguments: &[&str], input: &[u8]) -> Run {
        let mut child = self
            .command("", arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input).unwrap();
        Run::from(child.wait_with_output().unwrap())
    }

    /// `check --format json` with more arguments.
    pub fn check(&self, arguments: &[&str]) -> Checked {
        self.check_in("", arguments)
    }

    /// The same in `folder` of the sandbox.
    pub fn check_in(&self, folder: &str, arguments: &[&str]) -> Checked {
        let all: Vec<&str> = ["check", "--format", "json"]
            .into_iter()
            .chain(arguments.iter().copied())
            .collect();
        let run = self.run_in(folder, &all);
        Checked {
            report: serde_json::from_str(&run.stdout)
                .unwrap_or_else(|error| panic!("{error}: {}{}", run.stdout, run.stderr)),
            code: run.code,
        }
    }
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().expect("ended by a signal"),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

/// A check whose report is at hand.
pub struct Checked {
    pub report: Value,
    pub code: i32,
}

impl Checked {
    /// `rule outcome action` of every finding, in the order of the report.
    pub fn findings(&self) -> Vec<String> {
        let findings = self.report["findings"].as_array().unwrap();
        findings
            .iter()
            .map(|finding| {
                let text = |key: &str| finding[key].as_str().unwrap().to_owned();
                format!("{} {} {}", text("rule"), text("outcome"), text("action"))
            })
            .collect()
    }

    pub fn summary(&self, key: &str) -> u64 {
        self.report["summary"][key].as_u64().unwrap()
    }

    /// The reasons for which something was not judged.
    pub fn not_evaluated(&self) -> String {
        self.report["summary"]["not_evaluated"].to_string()
    }

    /// Something was counted for that reason, alone or among others.
    #[track_caller]
    pub fn assert_counts(&self, reason: &str) {
        let counted = self.report["summary"].to_string();
        assert!(counted.contains(&format!("\"{reason}\"")), "{counted}");
    }

    #[track_caller]
    pub fn assert_passes(&self) {
        assert_eq!(self.findings(), [""; 0], "{}", self.report);
        assert_eq!(self.code, 0);
    }

    /// Whether so many things were not judged for this reason.
    pub fn counts(&self, reason: &str, count: u64) -> bool {
        let counted = self.report["summary"]["not_evaluated"].as_array().unwrap();
        let mut of_reason = counted.iter().filter(|entry| entry["reason"] == reason);
        of_reason.any(|entry| entry["count"] == count)
    }

    /// One finding, of this rule and enforced, whose message has the words.
    #[track_caller]
    pub fn assert_ends(&self, rule: &str, outcome: &str, code: i32, words: &str) {
        let finding = format!("{rule} {outcome} enforce");
        assert_eq!(self.findings(), [finding], "{}", self.report);
        let message = self.report["findings"][0]["message"].as_str().unwrap();
        assert!(message.contains(words), "{message}");
        assert_eq!(self.code, code);
    }
}

/// A Pod with one container; `image` is the text behind `image: `.
pub fn pod(image: &str) -> String {
    pod_in(None, image)
}

/// A Pod with one container in a namespace.
pub fn pod_in(namespace: Option<&str>, image: &str) -> String {
    let namespace = namespace.map_or(String::new(), |name| format!("  namespace: {name}\n"));
    format!(
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n{namespace}spec:\n  containers:\n  \
         - name: app\n    image: {image}\n"
    )
}
