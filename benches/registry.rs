//! What signatures cost: whole runs of the program against a registry on loopback that waits 30 ms before
//! each answer.
//!
//! `cargo bench --bench registry` prints time, requests and peak memory of each run. Nothing is asserted
//! here: counts of requests are held by `tests/signatures/requests.rs`.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a measurement stops where it cannot be made, and prints what it found"
)]

#[path = "../tests/support/registry/mod.rs"]
mod registry;
#[path = "../tests/support/signed.rs"]
mod signed;

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use registry::login::{Login, TokenServer};
use registry::{Setup, TestRegistry};
use serde_json::json;
use signed::SignedImages;

/// Added to every answer.
const LATENCY: Duration = Duration::from_millis(30);

fn main() {
    let images = SignedImages::new(100);
    println!(
        "{:46} {:>4} {:>9} {:>9} {:>9}",
        "run", "exit", "ms", "requests", "peak MB"
    );
    for (name, login) in [
        ("100 images, cold, open", Login::Anonymous),
        (
            "100 images, cold, token",
            Login::Bearer(TokenServer::default()),
        ),
    ] {
        let registry = start(&images, login);
        let folder = tempfile::tempdir().unwrap();
        Run::new(&registry, &images, 1, false).measure(name, folder.path(), &["--no-cache"]);
    }
    let registry = start(&images, Login::Anonymous);
    let folder = tempfile::tempdir().unwrap();
    let pinned = Run::new(&registry, &images, 1, true);
    pinned.measure("100 images by digest, cold", folder.path(), &[]);
    pinned.measure("100 images by digest, from the cache", folder.path(), &[]);
    let offline = &["--offline", "--no-cache"];
    pinned.measure(
        "100 images, offline and without cache",
        folder.path(),
        offline,
    );
    let half = SignedImages::new(50);
    let registry = start(&half, Login::Anonymous);
    for (name, uses) in [("50 images, used once", 1), ("50 images, 1,000 uses", 20)] {
        Run::new(&registry, &half, uses, false).measure(name, folder.path(), &["--no-cache"]);
    }
}

fn start(images: &SignedImages, login: Login) -> TestRegistry {
    TestRegistry::start(Setup {
        content: images.content.clone(),
        login,
        latency: LATENCY,
        ..Setup::default()
    })
}

struct Run<'a> {
    registry: &'a TestRegistry,
    policy: String,
    pod: String,
}

impl<'a> Run<'a> {
    fn new(registry: &'a TestRegistry, images: &SignedImages, uses: usize, pinned: bool) -> Self {
        let name = registry.name();
        let named = images.repositories.iter().zip(&images.digests);
        let all: Vec<String> = named
            .map(|(repository, digest)| match pinned {
                true => format!("{name}/{repository}@{digest}"),
                false => format!("{name}/{repository}:v1"),
            })
            .collect();
        let uses = all.iter().cycle().take(all.len() * uses).enumerate();
        let containers = uses
            .map(|(number, image)| json!({ "name": format!("c{number}"), "image": image }))
            .collect::<Vec<_>>();
        let pod = json!({
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": { "name": "all" },
            "spec": { "containers": containers },
        });
        let rule = json!({
            "require": [{ "signers": [{ "key": images.key }], "transparency-log": "ignore" }],
        });
        let policy = json!({ "version": 1, "rules": { "verify-image-signatures": rule } });
        Self {
            registry,
            policy: policy.to_string(),
            pod: pod.to_string(),
        }
    }

    fn measure(&self, name: &str, folder: &Path, arguments: &[&str]) {
        std::fs::write(folder.join("imagegate.yaml"), &self.policy).unwrap();
        std::fs::write(folder.join("pod.yaml"), &self.pod).unwrap();
        let before = self.registry.seen().len();
        let start = Instant::now();
        let mut child = Command::new(env!("CARGO_BIN_EXE_imagegate"))
            .args(["check", "pod.yaml", "--policy", "imagegate.yaml"])
            .args(arguments)
            .current_dir(folder)
            .env_clear()
            .env("XDG_CACHE_HOME", folder.join("cache"))
            .env("HOME", folder)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program");
        let mut peak = None;
        let status = loop {
            peak = peak_megabytes(child.id()).or(peak);
            match child.try_wait().expect("the program") {
                Some(status) => break status,
                None => std::thread::sleep(Duration::from_millis(1)),
            }
        };
        let took = start.elapsed().as_millis();
        let requests = self.registry.seen().len() - before;
        let code = status.code().unwrap_or(-1);
        let peak = peak.map_or("-".to_owned(), |peak| peak.to_string());
        println!("{name:46} {code:>4} {took:>9} {requests:>9} {peak:>9}");
    }
}

/// The most memory that a process has used so far, where the system tells it (Linux).
fn peak_megabytes(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kilobytes / 1024)
}
