//! A run of the program over images in registries. It is ended when it takes far longer than its time
//! limit, so that a run that hangs fails its test.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

/// No run of these tests may take so long.
const FAR_TOO_LONG: Duration = Duration::from_secs(60);

/// A folder with a policy that wants one key, and a pod with images.
pub struct Program {
    folder: TempDir,
    arguments: Vec<String>,
    environment: Vec<(String, String)>,
}

/// A run that is going on.
pub struct Running<'a> {
    folder: &'a Path,
    pub child: Child,
}

/// How a run ended.
pub struct Ended {
    /// The exit code; `None` when it was ended.
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Program {
    /// Images in any order, each with the name of its registry; `registries` as in a policy.
    pub fn over(images: &[String], key: &str, registries: &Value) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let policy = json!({
            "version": 1,
            "registries": registries,
            "rules": { "verify-image-signatures": {
                "require": [{ "signers": [{ "key": key }], "transparency-log": "ignore" }],
            } },
        });
        let containers = images.iter().enumerate();
        let containers = containers
            .map(|(number, image)| json!({ "name": format!("c{number}"), "image": image }));
        let pod = json!({
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": { "name": "all" },
            "spec": { "containers": containers.collect::<Vec<_>>() },
        });
        fs::write(folder.path().join("imagegate.yaml"), policy.to_string()).unwrap();
        fs::write(folder.path().join("pod.yaml"), pod.to_string()).unwrap();
        let home = folder.path().to_string_lossy().into_owned();
        Self {
            environment: vec![("HOME".to_owned(), home)],
            folder,
            arguments: vec!["--format".to_owned(), "json".to_owned()],
        }
    }

    /// With these arguments behind those that every run has.
    pub fn with(mut self, arguments: &[&str]) -> Self {
        let arguments = arguments.iter().copied().map(str::to_owned);
        self.arguments.extend(arguments);
        self
    }

    /// With a variable of the environment, which is empty otherwise.
    pub fn environment(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Where it runs, and keeps its cache.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Starts it.
    pub fn start(&self) -> Running<'_> {
        self.start_to(self.output("stdout").into())
    }

    /// Starts it with another standard output.
    pub fn start_to(&self, stdout: Stdio) -> Running<'_> {
        let child = Command::new(env!("CARGO_BIN_EXE_imagegate"))
            .args(["check", "pod.yaml", "--policy", "imagegate.yaml"])
            .args(&self.arguments)
            .current_dir(self.folder())
            .env_clear()
            .envs(self.environment.iter().cloned())
            .stdin(Stdio::null())
            .stdout(stdout)
            .stderr(self.output("stderr"))
            .spawn()
            .unwrap();
        let folder = self.folder();
        Running { folder, child }
    }

    /// Runs it to its end.
    pub fn run(&self) -> Ended {
        self.start().end()
    }

    fn output(&self, name: &str) -> File {
        File::create(self.folder().join(name)).unwrap()
    }
}

impl Running<'_> {
    /// Waits for its end.
    pub fn end(self) -> Ended {
        self.end_watched(|| ())
    }

    /// Waits for its end; with the most memory that it took, in KiB.
    #[cfg(target_os = "linux")]
    pub fn end_and_memory(self) -> (Ended, u64) {
        let mut most = 0;
        let status = format!("/proc/{}/status", self.child.id());
        let ended = self.end_watched(|| {
            // Empty once the process has ended.
            let status = fs::read_to_string(&status).unwrap_or_default();
            let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            let taken = line.and_then(|line| line.trim().strip_suffix(" kB"));
            most = taken.map_or(most, |taken| taken.parse().unwrap());
        });
        assert!(most > 0, "the memory of a process");
        (ended, most)
    }

    fn end_watched(mut self, mut watch: impl FnMut()) -> Ended {
        let started = Instant::now();
        let status = loop {
            watch();
            match self.child.try_wait().unwrap() {
                Some(status) => break Some(status),
                None if started.elapsed() > FAR_TOO_LONG => {
                    self.child.kill().unwrap();
                    self.child.wait().unwrap();
                    break None;
                }
                None => thread::sleep(Duration::from_millis(5)),
            }
        };
        let read = |name| {
            let bytes = fs::read(self.folder.join(name)).unwrap_or_default();
            String::from_utf8(bytes).unwrap()
        };
        Ended {
            code: status.and_then(|status| status.code()),
            stdout: read("stdout"),
            stderr: read("stderr"),
        }
    }
}

impl Ended {
    /// The report.
    pub fn report(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| {
            panic!("{error}: {:?} {} {}", self.code, self.stdout, self.stderr)
        })
    }

    /// The outcome and the message of the finding about an image; `None` when there is none.
    pub fn finding(&self, image: &str) -> Option<(String, String)> {
        let report = self.report();
        let findings = report["findings"].as_array().unwrap();
        let mut about = findings.iter().filter(|finding| finding["image"] == image);
        let finding = about.next()?;
        assert!(about.next().is_none(), "{image}: one finding");
        let text = |name: &str| finding[name].as_str().unwrap().to_owned();
        Some((text("outcome"), text("message")))
    }
}
