//! The program with a policy that names a scanner; the image lies in a layout.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use imagegate::model::digest::Digest;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

use super::setting::{PATIENCE, Setting, report, said_by_child};

const IMAGE: &str = "registry.example.com/team/v2-keyed";
const DIGEST: &str = "sha256:ffa1b2a9c48582465364dc7806b424a2a9cb7946927f7000e9977ca75c424ef7";

/// Variables that filter what a scanner finds, or print something else.
const WITHHELD: &[&str] = &[
    "TRIVY_CONFIG",
    "TRIVY_IGNOREFILE",
    "TRIVY_IGNORE_POLICY",
    "TRIVY_IGNORE_STATUS",
    "TRIVY_IGNORE_UNFIXED",
    "TRIVY_MODULE_DIR",
    "TRIVY_OUTPUT",
    "TRIVY_PKG_TYPES",
    "TRIVY_PLATFORM",
    "TRIVY_SEVERITY",
    "TRIVY_SKIP_DIRS",
    "TRIVY_VEX",
    "GRYPE_CONFIG",
    "GRYPE_EXCLUDE",
    "GRYPE_IGNORE_WONTFIX",
    "GRYPE_ONLY_FIXED",
    "GRYPE_PROFILE",
    "GRYPE_VEX_DOCUMENTS",
];

/// Those by which a scanner reaches its database and registries.
const KEPT: &[&str] = &[
    "TRIVY_CACHE_DIR",
    "TRIVY_DB_REPOSITORY",
    "TRIVY_PASSWORD",
    "TRIVY_USERNAME",
    "GRYPE_DB_CACHE_DIR",
    "GRYPE_DB_UPDATE_URL",
    "GRYPE_REGISTRY_AUTH_PASSWORD",
    "NO_PROXY",
    "XDG_CACHE_HOME",
];

/// Starts a check of a pod with the image, by its tag.
fn start(setting: &Setting, arguments: &[&str]) -> Child {
    start_with(setting, &json!([{ "scanner": "trivy" }]), arguments)
}

/// The same with these sources of scans.
fn start_with(setting: &Setting, accept: &Value, arguments: &[&str]) -> Child {
    let layout = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/signatures/layout");
    let policy = json!({
        "version": 1,
        "registries": { "registry.example.com": { "layout": layout } },
        "rules": { "check-vulnerability-scan": { "accept": accept } },
    });
    let pod = json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": { "name": "app" },
        "spec": { "containers": [{ "name": "app", "image": format!("{IMAGE}:v1") }] },
    });
    setting.file("imagegate.yaml", &policy.to_string());
    setting.file("pod.yaml", &pod.to_string());
    setting.file("report", &report(&Digest::parse(DIGEST).unwrap()));
    let folder = setting.path("");
    Command::new(env!("CARGO_BIN_EXE_imagegate"))
        .args(["check", "pod.yaml"])
        .args(arguments)
        .current_dir(&folder)
        .env_clear()
        .envs(WITHHELD.iter().chain(KEPT).map(|name| (name, "x")))
        .env("HOME", &folder)
        .env("PATH", format!("{}:/usr/bin:/bin", folder.display()))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

fn check(setting: &Setting, arguments: &[&str]) -> (Option<i32>, String) {
    told(start(setting, arguments).wait_with_output().unwrap())
}

fn told(output: Output) -> (Option<i32>, String) {
    let text = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(text).unwrap())
}

#[test]
fn what_the_scanner_finds_in_the_digest_of_the_tag_is_judged() {
    let setting = Setting::new(r#"echo "$*" >"$here/called"; report"#);
    let (code, said) = check(&setting, &[]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("CVE-2026-0001"), "{said}");
    assert!(
        setting
            .left("called")
            .ends_with(&format!("{IMAGE}@{DIGEST}\n"))
    );
}

#[test]
fn a_scanner_gets_no_variable_that_filters_and_all_by_which_it_reaches_its_database() {
    let setting = Setting::new(r#"env >"$here/variables"; report"#);
    for (scanner, prefix) in [("trivy", "TRIVY_"), ("grype", "GRYPE_")] {
        let run = start_with(&setting, &json!([{ "scanner": scanner }]), &[]);
        let (code, said) = told(run.wait_with_output().unwrap());
        assert_eq!(code, Some(1), "{said}");
        let given = setting.left("variables");
        let has = |name: &str| given.lines().any(|line| line == format!("{name}=x"));
        for name in WITHHELD.iter().filter(|name| name.starts_with(prefix)) {
            assert!(!has(name), "{name}");
        }
        for name in KEPT {
            assert!(has(name), "{name}");
        }
    }
}

#[test]
fn grype_reads_an_empty_configuration_in_place_of_the_users() {
    let script = r#"
        test "$1" = --config && test -f "$2" && ! test -s "$2" && touch "$here/empty"
        report"#;
    let setting = Setting::new(script);
    setting.file(".grype.yaml", "ignore: [{ vulnerability: CVE-2026-0001 }]");
    start_with(&setting, &json!([{ "scanner": "grype" }]), &[])
        .wait_with_output()
        .unwrap();
    assert!(setting.path("empty").exists());
}

#[test]
fn trivy_looks_for_modules_in_an_empty_folder() {
    let script = r#"
        test "$2" = --module-dir && test -d "$3" && test -z "$(ls -A "$3")" && touch "$here/empty"
        report"#;
    let setting = Setting::new(script);
    check(&setting, &[]);
    assert!(setting.path("empty").exists());
}

#[test]
fn the_last_words_of_grype_without_a_database_come_with_what_helps() {
    let script = r#"
        case "$*" in *--quiet*) exit 1;; esac
        echo '[0000] ERROR failed to load vulnerability db: database does not exist' >&2
        exit 1"#;
    let setting = Setting::new(script);
    let run = start_with(&setting, &json!([{ "scanner": "grype" }]), &[]);
    let (code, said) = told(run.wait_with_output().unwrap());
    assert_eq!(code, Some(3), "{said}");
    for words in [
        "database does not exist",
        "grype db update",
        "GRYPE_DB_AUTO_UPDATE",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
}

#[test]
fn the_last_words_of_trivy_without_a_database_come_with_what_helps() {
    let script = r#"
        echo 'FATAL Fatal error init error: DB error: failed to download vulnerability DB' >&2
        exit 1"#;
    let setting = Setting::new(script);
    let (code, said) = check(&setting, &[]);
    assert_eq!(code, Some(3), "{said}");
    for words in [
        "failed to download",
        "TRIVY_SKIP_DB_UPDATE",
        "TRIVY_DB_REPOSITORY",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
}

#[test]
fn an_image_in_which_the_scanner_finds_nothing_that_counts_passes() {
    let setting = Setting::new(r#"sed 's/"HIGH"/"LOW"/' "$here/report""#);
    let (code, said) = check(&setting, &[]);
    assert_eq!(code, Some(0), "{said}");
}

#[test]
fn a_scanner_is_not_run_where_a_report_answers_before_it() {
    let setting = Setting::new(r#"echo "$*" >"$here/called"; report"#);
    let digest = Digest::parse(DIGEST).unwrap();
    let passing = report(&digest).replace("HIGH", "LOW");
    setting.file("scan.json", &passing);
    let accept = json!([{ "report": { "files": ["scan.json"] } }, { "scanner": "trivy" }]);
    let run = start_with(&setting, &accept, &[]);
    let (code, said) = told(run.wait_with_output().unwrap());
    assert_eq!(code, Some(0), "{said}");
    assert!(!Path::new(&setting.path("called")).exists(), "it was run");
}

#[test]
fn a_scanner_that_fails_leaves_the_image_unchecked() {
    let setting = Setting::new("echo 'no space left' >&2; exit 1");
    let (code, said) = check(&setting, &[]);
    assert_eq!(code, Some(3), "{said}");
    assert!(said.contains("no space left"), "{said}");
}

#[test]
fn no_scanner_is_run_offline() {
    let setting = Setting::new(r#"touch "$here/called"; report"#);
    let (code, said) = check(&setting, &["--offline"]);
    assert_eq!(code, Some(3), "{said}");
    assert!(said.contains("is not run with --offline"), "{said}");
    assert!(!setting.path("called").exists());
}

/// Hangs, and so does its child, which holds `$here/pipe`.
const HANGS: &str = r#"(sleep 30; echo survived) >"$here/pipe" & touch "$here/called"; wait"#;

#[test]
fn the_time_limit_of_the_run_ends_the_scanner() {
    let setting = Setting::new(HANGS);
    let child = said_by_child(&setting);
    let (code, said) = check(&setting, &["--timeout", "2s"]);
    assert_eq!(code, Some(3), "{said}");
    assert!(said.contains("time limit of 2 s"), "{said}");
    assert_eq!(child.recv_timeout(PATIENCE).as_deref(), Ok(""));
}

#[test]
fn ctrl_c_ends_the_scanner_and_is_reported() {
    let setting = Setting::new(HANGS);
    let child = said_by_child(&setting);
    let running = start(&setting, &[]);
    while !fs::exists(setting.path("called")).unwrap() {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let id = Pid::from_raw(running.id().try_into().unwrap()).unwrap();
    kill_process(id, Signal::INT).unwrap();
    let (code, said) = told(running.wait_with_output().unwrap());
    assert_eq!(code, Some(3), "{said}");
    assert!(said.contains("stopped by Ctrl-C"), "{said}");
    assert_eq!(child.recv_timeout(PATIENCE).as_deref(), Ok(""));
}
