//! Runs that end without a scan, each with what the user needs to know, and none of them endless.

use std::fs;
use std::time::Duration;

use imagegate::gather::scanner::Scanners;
use imagegate::model::evidence::Evidence;

use super::setting::{
    IMPATIENCE, PATIENCE, Setting, digest, image, plain, report, run, said_by_child, scans,
};

/// What a scanner does, and what is said about it.
const FAILURES: &[(&str, &str)] = &[
    (
        "exit 1",
        "it ended with exit code 1 and printed no report; it said nothing",
    ),
    ("exit 0", "it ended with exit code 0 and printed no report"),
    (
        "echo 'FATAL no such image' >&2; exit 1",
        "exit code 1 and printed no report; it said `FATAL no such image`",
    ),
    (
        "report | head -c 200",
        "exit code 0, and of what it printed: it ends too early",
    ),
    (
        "report | head -c 200; exit 1",
        "exit code 1, and of what it printed: it ends too early",
    ),
    ("report; report", "more follows behind its first object"),
    ("report; echo Done.", "more follows behind its first object"),
    (
        "echo 'Scanning...'; report",
        "lines of text stand before the JSON",
    ),
    ("echo '{}'", "it is no report by Trivy or Grype"),
    ("echo '[]'", "it is a list"),
    ("report | gzip", "it is compressed with gzip"),
    ("report; kill -9 $$", "it was ended by signal 9"),
    ("report; kill -15 $$", "it was ended by signal 15"),
];

#[test]
fn a_scanner_that_gives_no_whole_report_says_why() {
    for (script, wanted) in FAILURES {
        let setting = Setting::new(script);
        let reason = setting.reason();
        assert!(reason.contains(wanted), "{script}: {reason}");
        let target = format!("`trivy` gave no scan of ghcr.io/acme/app@{}", digest('a'));
        assert!(reason.starts_with(&target), "{script}: {reason}");
    }
}

#[test]
fn a_report_on_another_image_is_no_scan() {
    let setting = Setting::new("report");
    setting.file("report", &report(&digest('b')));
    let reason = setting.reason();
    let wanted = format!("it reported on another image, {}", digest('b'));
    assert!(reason.contains(&wanted), "{reason}");
}

#[test]
fn a_report_that_names_no_package_is_no_vulnerability_scan() {
    let setting = Setting::new("report");
    setting.file("report", &report(&digest('a')).replace("os-pkgs", "secret"));
    let Evidence::Known(facts) = setting.scan() else {
        panic!("nothing is known");
    };
    let reason = facts.found[0].scan.as_ref().unwrap_err();
    assert!(
        reason.reason.contains("no vulnerability scan"),
        "{reason:?}"
    );
}

#[test]
fn a_scanner_that_hangs_is_stopped() {
    for script in [
        "sleep 60",
        "exec sleep 60",
        "trap '' TERM INT HUP; while :; do sleep 1; done",
        "exec >&- 2>&-; sleep 60",
        "report; sleep 60",
    ] {
        let mut setting = Setting::new(script);
        setting.limits.time = IMPATIENCE;
        let reason = setting.reason();
        assert!(
            reason.contains("it did not end within 0.3 s and was stopped"),
            "{script}: {reason}"
        );
    }
}

#[test]
fn a_scanner_that_hangs_is_quoted() {
    let mut setting = Setting::new("echo 'downloading the database' >&2; sleep 60");
    setting.limits.time = Duration::from_secs(2);
    let reason = setting.reason();
    assert!(reason.contains("downloading the database"), "{reason}");
}

#[test]
fn a_scanner_that_floods_is_stopped() {
    for script in ["yes", "yes ' '", r#"printf '{"matches":['; yes '"a",'"#] {
        let mut setting = Setting::new(script);
        setting.limits.output = 1024 * 1024;
        let reason = setting.reason();
        assert!(
            reason.contains("it printed more than 1048576 bytes and was stopped"),
            "{script}: {reason}"
        );
    }
}

#[test]
fn a_flood_on_standard_error_leaves_its_end() {
    let setting = Setting::new("yes noise | head -n 500000 >&2; echo 'the end' >&2; exit 3");
    let reason = setting.reason();
    assert!(reason.contains("exit code 3"), "{reason}");
    assert!(reason.contains("`the end`"), "{reason}");
    assert!(reason.len() < 5000, "{}", reason.len());
}

#[test]
fn only_the_last_lines_are_repeated_and_no_secret_of_an_address() {
    let setting = Setting::new(
        "echo 'password topsecret' >&2; seq 1 30 >&2
         echo 'GET https://user:topsecret@example.com/v2/app?sig=topsecret: refused' >&2
         exit 1",
    );
    let reason = setting.reason();
    assert!(!reason.contains("topsecret"), "{reason}");
    assert!(
        reason.contains("`GET https://…@example.com/v2/app?…"),
        "{reason}"
    );
    assert!(
        reason.contains("`30`") && !reason.contains("`11`"),
        "{reason}"
    );
}

#[test]
fn what_a_stopped_scanner_started_is_stopped_too() {
    for flood in [":", "yes"] {
        let script = format!(r#"(sleep 15; echo survived) >"$here/pipe" & sleep 1; {flood}; wait"#);
        let mut setting = Setting::new(&script);
        setting.limits.time = Duration::from_secs(2);
        setting.limits.output = 1024;
        let said = said_by_child(&setting);
        setting.reason();
        assert_eq!(
            said.recv_timeout(PATIENCE / 2).as_deref(),
            Ok(""),
            "{flood}"
        );
    }
}

#[test]
fn a_scanner_that_nobody_waits_for_any_more_is_stopped() {
    let setting = Setting::new(r#"(sleep 15; echo survived) >"$here/pipe" & wait"#);
    let said = said_by_child(&setting);
    let scanners = setting.scanners();
    run(async {
        let (app, resolved) = (image("acme/app"), plain('a'));
        let scan = scanners.scan("trivy", &app, &resolved);
        let waited = tokio::time::timeout(Duration::from_secs(2), scan).await;
        assert!(waited.is_err());
    });
    assert_eq!(said.recv_timeout(PATIENCE / 2).as_deref(), Ok(""));
}

#[test]
fn a_child_that_outlives_the_scanner_and_holds_its_output_is_neither_waited_for_nor_stopped() {
    for script in [
        "sleep 60 & echo $! >\"$here/child\"; report",
        "(while echo noise >&2; do sleep 0.01; done) & echo $! >\"$here/child\"; report",
    ] {
        let mut setting = Setting::new(script);
        setting.limits.time = Duration::from_secs(10);
        assert_eq!(scans(&setting.scan()).len(), 1, "{script}");
        let child = setting.left("child");
        let ended = std::process::Command::new("kill")
            .arg(child.trim())
            .status();
        assert!(ended.unwrap().success(), "{script}: the child was stopped");
    }
}

#[test]
fn a_child_that_outlives_the_scanner_and_goes_on_printing_is_not_waited_for() {
    let mut setting =
        Setting::new(r#"(while echo noise; do sleep 0.01; done) & echo $! >"$here/child"; report"#);
    setting.limits.time = Duration::from_secs(10);
    let reason = setting.reason();
    assert!(reason.contains("of what it printed"), "{reason}");
    let child = setting.left("child");
    // It ends by itself, too, when nobody reads.
    let _ = std::process::Command::new("kill")
        .arg(child.trim())
        .status();
}

#[test]
fn a_scanner_that_is_not_there_or_no_program_is_said_with_what_to_do() {
    let setting = Setting::new("report");
    fs::remove_file(setting.path("trivy")).unwrap();
    let missing = "`trivy` is no program in an absolute folder of PATH: install it, or remove \
                   `scanner: trivy` from the policy";
    assert_eq!(setting.reason(), missing);
    fs::create_dir(setting.path("trivy")).unwrap();
    assert_eq!(setting.reason(), missing);
    fs::remove_dir(setting.path("trivy")).unwrap();
    setting.file("trivy", "#!/bin/sh\nexit 0\n");
    setting.set_mode("trivy", 0o644);
    assert_eq!(setting.reason(), missing);
}

#[test]
fn a_scanner_in_a_relative_folder_of_path_is_not_run() {
    let setting = Setting::new("report");
    let up = "../".repeat(30);
    let relative = format!("{up}{}", setting.path("").display());
    assert!(std::path::Path::new(&relative).join("trivy").exists());
    let scanners = Scanners::new(Some(relative.into()), setting.limits);
    let found = run(scanners.scan("trivy", &image("acme/app"), &plain('a')));
    let Evidence::Unavailable(reason) = found else {
        panic!("{found:?}");
    };
    assert!(reason.contains("PATH"), "{reason}");
}

#[test]
fn a_file_that_cannot_be_executed_is_said() {
    let setting = Setting::new("report");
    setting.file("trivy", "#!/nowhere/at/all\n");
    setting.set_mode("trivy", 0o755);
    let reason = setting.reason();
    assert!(reason.contains("it could not be run: "), "{reason}");
}
