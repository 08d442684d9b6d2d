//! A folder on PATH with a scanner that is a script, and images for it to scan.

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::time::Duration;

use imagegate::gather::scanner::{Limits, Scanners};
use imagegate::model::digest::Digest;
use imagegate::model::evidence::{AnsweredBy, Evidence, ResolvedImage};
use imagegate::model::reference::ImageReference;
use imagegate::model::scan::{Scan, ScanFacts};
use serde_json::json;
use tempfile::TempDir;

/// Long enough for any script here that ends by itself.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// For scripts that never end.
pub const IMPATIENCE: Duration = Duration::from_millis(300);

/// A script that is written while another thread starts a process may be "busy" when it is run.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// The scanner's folder. The script finds there what [`Setting::file`] wrote, and may leave files, under
/// `$here`.
pub struct Setting {
    root: TempDir,
    pub limits: Limits,
    _alone: MutexGuard<'static, ()>,
}

impl Setting {
    /// `trivy` and `grype` run `script`; `report` prints a report on the image of `a`s.
    pub fn new(script: &str) -> Self {
        let alone = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
        let setting = Self {
            root: tempfile::tempdir().unwrap(),
            limits: Limits {
                time: PATIENCE,
                ..Limits::default()
            },
            _alone: alone,
        };
        setting.file("report", &report(&digest('a')));
        let script =
            format!("#!/bin/sh\nhere=${{0%/*}}\nreport() {{ cat \"$here/report\"; }}\n{script}\n");
        for name in ["trivy", "grype"] {
            setting.file(name, &script);
            setting.set_mode(name, 0o755);
        }
        setting
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    pub fn file(&self, name: &str, content: &str) {
        fs::write(self.path(name), content).unwrap();
    }

    pub fn set_mode(&self, name: &str, mode: u32) {
        let permissions = fs::Permissions::from_mode(mode);
        fs::set_permissions(self.path(name), permissions).unwrap();
    }

    /// What the scripts left under this name; empty when nothing.
    pub fn left(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_default()
    }

    pub fn scanners(&self) -> Scanners {
        let path = Some(OsString::from(self.root.path()));
        Scanners::new(path, self.limits)
    }

    /// What Trivy says of the image of `a`s.
    pub fn scan(&self) -> Evidence<Arc<ScanFacts>> {
        self.scan_with("trivy", &plain('a'))
    }

    pub fn scan_with(&self, scanner: &str, resolved: &ResolvedImage) -> Evidence<Arc<ScanFacts>> {
        let scanners = self.scanners();
        run(scanners.scan(scanner, &image("ghcr.io/acme/app:1.0"), resolved))
    }

    /// The reason why there is no scan.
    pub fn reason(&self) -> String {
        match self.scan() {
            Evidence::Unavailable(reason) => reason.to_string(),
            other => panic!("a scan: {other:?}"),
        }
    }
}

/// Runs to the end in a runtime of its own, which waits for nothing that is left behind.
pub fn run<T>(task: impl Future<Output = T>) -> T {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    let runtime = builder.worker_threads(2).enable_all().build().unwrap();
    let done = runtime.block_on(task);
    runtime.shutdown_background();
    done
}

pub fn image(text: &str) -> ImageReference {
    ImageReference::parse(text).unwrap()
}

/// A digest of one repeated hex digit.
pub fn digest(digit: char) -> Digest {
    let text = format!("sha256:{}", String::from(digit).repeat(64));
    Digest::parse(&text).unwrap()
}

/// An image of one platform.
pub fn plain(digit: char) -> ResolvedImage {
    ResolvedImage {
        digest: digest(digit),
        answered_by: AnsweredBy::Registry,
        tag_points_to: None,
        unlisted: None,
        platforms: Vec::new(),
    }
}

/// A report by Trivy of one vulnerability.
pub fn report(digest: &Digest) -> String {
    let report = json!({
        "SchemaVersion": 2,
        "CreatedAt": "2026-11-20T10:00:00Z",
        "ArtifactName": format!("ghcr.io/acme/app@{digest}"),
        "ArtifactType": "container_image",
        "Metadata": { "RepoDigests": [format!("ghcr.io/acme/app@{digest}")] },
        "Results": [{
            "Class": "os-pkgs",
            "Vulnerabilities": [{
                "VulnerabilityID": "CVE-2026-0001",
                "PkgName": "openssl",
                "InstalledVersion": "3.1.0-r0",
                "Severity": "HIGH",
            }],
        }],
    });
    report.to_string()
}

/// The scans that were understood.
pub fn scans(found: &Evidence<Arc<ScanFacts>>) -> Vec<&Scan> {
    let Evidence::Known(facts) = found else {
        panic!("no scan: {found:?}");
    };
    let scans = facts.found.iter();
    scans.map(|found| &**found.scan.as_ref().unwrap()).collect()
}

/// What the scanner's child writes to the pipe `$here/pipe` until nobody has it open for writing.
pub fn said_by_child(setting: &Setting) -> mpsc::Receiver<String> {
    let pipe = setting.path("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.unwrap().success());
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || sender.send(fs::read_to_string(pipe).unwrap()));
    receiver
}
