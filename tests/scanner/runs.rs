//! Runs that end with a scan: how a scanner is called, how often, and what its report is tied to.

use std::env;

use imagegate::model::evidence::{Evidence, ResolvedImage};
use imagegate::model::scan::Binding;
use tokio::join;

use super::setting::{Setting, digest, image, plain, report, run, scans};

#[test]
fn a_report_is_bound_to_the_digest_that_the_scanner_was_called_with() {
    let setting = Setting::new("report");
    let found = setting.scan();
    let [scan] = scans(&found)[..] else {
        panic!("{found:?}");
    };
    assert_eq!(scan.bound_by, Binding::Digest(digest('a')));
    assert_eq!(scan.vulnerabilities.len(), 1);
}

#[test]
fn trivy_is_called_with_name_and_digest_behind_its_options() {
    let setting = Setting::new(r#"printf '%s\n' "$@" >"$here/called"; report"#);
    setting.scan();
    let called = setting.left("called");
    let called: Vec<&str> = called.lines().collect();
    let target = format!("ghcr.io/acme/app@{}", digest('a'));
    assert_eq!(called.first(), Some(&"image"));
    assert!(!called.iter().any(|option| option.starts_with("--config")));
    assert_eq!(called[called.len() - 2..], ["--", &target]);
    assert!(called.contains(&"--scanners=vuln"), "{called:?}");
}

#[test]
fn grype_is_called_with_the_registry_as_source() {
    let setting = Setting::new(r#"printf '%s\n' "$@" >"$here/called"; report"#);
    setting.scan_with("grype", &plain('a'));
    let called = setting.left("called");
    let target = format!("registry:ghcr.io/acme/app@{}", digest('a'));
    assert_eq!(called.lines().last(), Some(&*target));
}

#[test]
fn every_severity_is_asked_for_whatever_the_environment_narrows() {
    let setting = Setting::new(r#"printf '%s\n' "$@" >"$here/called"; report"#);
    setting.scan();
    let called = setting.left("called");
    for option in [
        "--severity=UNKNOWN,LOW,MEDIUM,HIGH,CRITICAL",
        "--ignore-unfixed=false",
    ] {
        assert!(called.lines().any(|line| line == option), "{called}");
    }
}

#[test]
fn a_scanner_does_not_work_in_the_folder_that_is_checked() {
    let setting = Setting::new(r#"pwd >"$here/folder"; ls -A >>"$here/folder"; report"#);
    scans(&setting.scan());
    let folder = setting.left("folder");
    let checked = env::current_dir().unwrap();
    assert_eq!(folder.lines().count(), 1, "something lies there: {folder}");
    assert_ne!(folder.trim_end(), checked.to_str().unwrap());
}

#[test]
fn what_a_scanner_leaves_in_its_temporary_folder_is_removed() {
    let setting = Setting::new(
        r#"echo left >"$TMPDIR/layer"; printf %s "$TMPDIR/layer" >"$here/layer"; report"#,
    );
    scans(&setting.scan());
    let layer = setting.left("layer");
    assert!(layer.ends_with("/layer"), "{layer}");
    assert!(!std::path::Path::new(&layer).exists());
}

#[test]
fn a_scanner_that_fails_because_of_what_it_found_has_scanned() {
    let setting = Setting::new("report; echo 'found something' >&2; exit 1");
    assert_eq!(scans(&setting.scan()).len(), 1);
}

#[test]
fn a_report_larger_than_any_pipe_is_read_whole() {
    let setting = Setting::new("report");
    let padding = format!("{{{}", " ".repeat(3 * 1024 * 1024));
    setting.file("report", &report(&digest('a')).replacen('{', &padding, 1));
    assert_eq!(scans(&setting.scan()).len(), 1);
}

#[test]
fn a_report_that_comes_in_pieces_is_read_whole() {
    let setting = Setting::new(
        r#"echo; sleep 0.2; head -c 9 "$here/report"; sleep 0.2; tail -c +10 "$here/report""#,
    );
    assert_eq!(scans(&setting.scan()).len(), 1);
}

#[test]
fn a_digest_is_scanned_once_under_whatever_names_it_is_asked_for() {
    let setting = Setting::new(r#"echo run >>"$here/runs"; sleep 0.2; report"#);
    let scanners = setting.scanners();
    let (one, other) = (image("ghcr.io/acme/app:1.0"), image("ghcr.io/acme/app:2.0"));
    let resolved = plain('a');
    run(async {
        let both = join!(
            scanners.scan("trivy", &one, &resolved),
            scanners.scan("trivy", &other, &resolved),
        );
        assert_eq!(both.0, both.1);
        scans(&scanners.scan("trivy", &one, &resolved).await);
    });
    assert_eq!(setting.left("runs"), "run\n");
}

#[test]
fn a_failure_is_not_tried_again() {
    let setting = Setting::new(r#"echo run >>"$here/runs"; exit 1"#);
    let scanners = setting.scanners();
    run(async {
        for _ in 0..3 {
            let found = scanners
                .scan("trivy", &image("acme/app"), &plain('a'))
                .await;
            assert!(matches!(found, Evidence::Unavailable(_)), "{found:?}");
        }
    });
    assert_eq!(setting.left("runs"), "run\n");
}

/// Prints a report on the digest that it is called with.
const OBEDIENT: &str =
    r#"for target; do :; done; sed "s/sha256:a*/${target##*@}/g" "$here/report""#;

#[test]
fn several_images_are_scanned_at_the_same_time_but_never_more_than_allowed() {
    let script = format!(r#"echo + >>"$here/log"; sleep 0.3; {OBEDIENT}; echo - >>"$here/log""#);
    let setting = Setting::new(&script);
    let scanners = setting.scanners();
    let app = image("ghcr.io/acme/app");
    let images = ['1', '2', '3', '4', '5'].map(plain);
    run(async {
        let all = images
            .each_ref()
            .map(|one| scanners.scan("trivy", &app, one));
        for found in futures_util::future::join_all(all).await {
            scans(&found);
        }
    });
    let mut running = 0_i32;
    let mut most = 0;
    for line in setting.left("log").lines() {
        running += if line == "+" { 1 } else { -1 };
        most = most.max(running);
    }
    assert_eq!(most, 2);
}

/// An index of two platforms.
fn index() -> ResolvedImage {
    ResolvedImage {
        platforms: vec![
            (digest('b'), "linux/amd64".to_owned()),
            (digest('c'), "linux/arm64".to_owned()),
        ],
        ..plain('a')
    }
}

#[test]
fn each_platform_of_an_image_is_scanned() {
    let setting = Setting::new(OBEDIENT);
    let found = setting.scan_with("trivy", &index());
    let bound: Vec<&Binding> = scans(&found).iter().map(|scan| &scan.bound_by).collect();
    let wanted = [digest('b'), digest('c')].map(Binding::Digest);
    assert_eq!(bound, wanted.iter().collect::<Vec<_>>());
}

#[test]
fn a_platform_that_cannot_be_scanned_is_told_beside_those_that_can() {
    let script =
        format!(r#"case "$*" in *ccc*) echo 'no arm here' >&2; exit 1;; esac; {OBEDIENT}"#);
    let setting = Setting::new(&script);
    let found = setting.scan_with("trivy", &index());
    assert_eq!(scans(&found).len(), 1);
    let Evidence::Known(facts) = found else {
        unreachable!()
    };
    assert_eq!(facts.unread.len(), 1);
    assert!(facts.unread[0].contains("no arm here"), "{facts:?}");
}
