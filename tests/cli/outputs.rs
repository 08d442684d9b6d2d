//! Where reports go.

use std::io::Read as _;
use std::process::Stdio;

use serde_json::Value;

use crate::sandbox::{Sandbox, pod};

#[test]
fn several_reports_in_one_run() {
    let sandbox = Sandbox::new().folder("out").file("pod.yaml", pod("nginx"));
    let run = sandbox.run(&[
        "check",
        "--format",
        "sarif=out/r.sarif",
        "--format",
        "concise",
        "--format",
        "json=r.txt",
        "pod.yaml",
    ]);
    assert_eq!(run.code, 1);
    assert!(run.stdout.starts_with("pod.yaml:8:12: "), "{}", run.stdout);
    assert!(sandbox.read("out/r.sarif").contains("\"2.1.0\""));
    assert!(sandbox.read("r.txt").contains("\"findings\""));
    let left: Vec<_> = std::fs::read_dir(sandbox.join("out")).unwrap().collect();
    assert_eq!(left.len(), 1, "{left:?}");
}

#[test]
fn targets_are_checked_before_the_work_starts() {
    let sandbox = Sandbox::new()
        .folder("folder")
        .file("pod.yaml", pod("nginx"))
        .file("old.txt", "old");
    for (formats, reason) in [
        (["json=gone/r.json", "text"], "its folder"),
        (["json=folder", "text"], "not a file"),
        (["json=old.txt", "sarif=./old.txt"], "two reports"),
        (["json", "text"], "only one --format"),
        (["json=./pod.yaml", "text"], "one of the files to check"),
    ] {
        let [first, second] = formats;
        let run = sandbox.run(&["check", ".", "-f", first, "-f", second]);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{formats:?}");
        assert!(run.stderr.contains(reason), "{formats:?}: {}", run.stderr);
    }
    assert_eq!(sandbox.read("old.txt"), "old");
    assert_eq!(sandbox.read("pod.yaml"), pod("nginx"));
}

#[test]
fn no_report_is_written_over_the_policy() {
    let sandbox = Sandbox::new()
        .file(
            "imagegate.yaml",
            "version: 1\nrules: {disallow-latest-tag: {}}\n",
        )
        .file("app/pod.yaml", pod("nginx"));
    let run = sandbox.run(&["check", "app", "--format", "json=./app/../imagegate.yaml"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("the policy file"), "{}", run.stderr);
    assert_eq!(
        sandbox.read("imagegate.yaml"),
        "version: 1\nrules: {disallow-latest-tag: {}}\n"
    );
}

#[test]
fn a_report_of_an_earlier_run_is_replaced_and_counted() {
    let sandbox = Sandbox::new().file("pod.yaml", pod("nginx"));
    let run = || sandbox.run(&["check", ".", "-f", "json=report.json"]);
    assert_eq!((run().code, run().code), (1, 1));
    let report: Value = serde_json::from_str(&sandbox.read("report.json")).unwrap();
    let left_out = &report["summary"]["not_evaluated"];
    let left_out = left_out.as_array().unwrap().iter();
    let counts: Vec<&Value> = left_out
        .filter(|entry| entry["reason"] == "earlier-report")
        .map(|entry| &entry["count"])
        .collect();
    assert_eq!(counts, [1]);
}

#[test]
fn a_manifest_is_not_taken_for_a_report() {
    let sandbox = Sandbox::new().file("pod.yaml", pod("nginx"));
    sandbox.run(&["check", ".", "-f", "json=report.json"]);
    let report = sandbox.read("report.json");
    let object = r#"{"apiVersion": "v1", "kind": "Pod", "#;
    for manifest in [
        report.replacen('{', object, 1),
        format!("{report}---\n{}", pod("nginx")),
        format!("{report}{object}\"metadata\": {{}}}}"),
    ] {
        std::fs::write(sandbox.join("report.json"), &manifest).unwrap();
        let run = sandbox.run(&["check", ".", "-f", "json=report.json"]);
        assert_eq!(run.code, 2);
        assert_eq!(sandbox.read("report.json"), manifest);
    }
}

#[cfg(unix)]
#[test]
fn a_report_keeps_the_permissions_of_the_file_it_replaces() {
    use std::os::unix::fs::PermissionsExt as _;
    let sandbox = Sandbox::new()
        .file("pod.yaml", pod("nginx"))
        .file("r.txt", "old");
    let report = sandbox.join("r.txt");
    std::fs::set_permissions(&report, std::fs::Permissions::from_mode(0o640)).unwrap();
    sandbox.run(&["check", "-f", "json=r.txt", "pod.yaml"]);
    assert!(sandbox.read("r.txt").contains("findings"));
    let mode = std::fs::metadata(report).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o640);
}

#[cfg(unix)]
#[test]
fn a_report_is_not_written_through_a_link() {
    let sandbox = Sandbox::new()
        .file("pod.yaml", pod("nginx"))
        .file("precious.txt", "old");
    std::os::unix::fs::symlink("precious.txt", sandbox.join("link.txt")).unwrap();
    let run = sandbox.run(&["check", "-f", "json=link.txt", "pod.yaml"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("a link stands there"), "{}", run.stderr);
    assert_eq!(sandbox.read("precious.txt"), "old");
}

/// A pull request makes a folder of the path a link to a folder outside.
#[cfg(unix)]
#[test]
fn a_report_is_not_written_through_a_link_among_the_folders_of_its_path() {
    use std::os::unix::fs::symlink;
    for repository in [true, false] {
        let mut sandbox = Sandbox::new()
            .file("here/pod.yaml", pod("nginx"))
            .file("outside/r.json", "old")
            .folder("here/deep");
        if repository {
            sandbox = sandbox.folder("here/.git");
        }
        symlink("../outside", sandbox.join("here/reports")).unwrap();
        symlink("../../outside", sandbox.join("here/deep/reports")).unwrap();
        let absolute = sandbox.join("here/reports/r.json");
        for path in [
            "reports/r.json",
            "./deep/../reports/r.json",
            "deep/reports/r.json",
            "reports/new.json",
            absolute.to_str().unwrap(),
        ] {
            let format = format!("json={path}");
            let run = sandbox.run_in("here", &["check", "pod.yaml", "-f", &format]);
            assert_eq!(run.code, 2, "{path}");
            assert!(run.stderr.contains("is a link"), "{path}: {}", run.stderr);
        }
        assert_eq!(sandbox.read("outside/r.json"), "old");
        let left = std::fs::read_dir(sandbox.join("outside")).unwrap().count();
        assert_eq!(left, 1);
    }
}

/// Such as `/tmp` of macOS: who set up the machine made it.
#[cfg(unix)]
#[test]
fn a_link_outside_of_what_is_checked_may_lead_to_the_folder_of_a_report() {
    let sandbox = Sandbox::new()
        .file("here/pod.yaml", pod("nginx"))
        .folder("outside");
    std::os::unix::fs::symlink("outside", sandbox.join("reports")).unwrap();
    let run = sandbox.run_in(
        "here",
        &["check", "pod.yaml", "-f", "json=../reports/r.json"],
    );
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(sandbox.read("outside/r.json").contains("findings"));
}

#[cfg(target_os = "linux")]
#[test]
fn a_report_may_go_to_a_standard_stream_by_its_path() {
    let sandbox = Sandbox::new().file("pod.yaml", pod("nginx"));
    for stderr in ["/dev/stderr", "/dev/fd/2", "/proc/self/fd/2"] {
        let format = format!("json={stderr}");
        let run = sandbox.run(&["check", "pod.yaml", "-f", &format, "-f", "concise"]);
        assert_eq!(run.code, 1, "{}", run.stderr);
        assert!(run.stderr.starts_with('{'), "{}", run.stderr);
        assert!(run.stdout.starts_with("pod.yaml:8:12"), "{}", run.stdout);
    }
    let run = sandbox.run(&["check", "pod.yaml", "-f", "json=/dev/stdout"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(run.stdout.starts_with('{'), "{}", run.stdout);
    let twice = ["check", "pod.yaml", "-f", "json=/dev/stdout", "-f", "text"];
    assert!(sandbox.run(&twice).stderr.contains("only one --format"));
    for path in ["/dev/stdin", "/dev/fd/0", "/dev/null", "/dev/fd/9"] {
        let format = format!("json={path}");
        let run = sandbox.run(&["check", "pod.yaml", "-f", &format]);
        assert_eq!(run.code, 2, "{path}");
    }
}

#[cfg(unix)]
#[test]
fn a_new_report_is_as_readable_as_any_new_file() {
    use std::os::unix::fs::PermissionsExt as _;
    let sandbox = Sandbox::new().file("pod.yaml", pod("nginx"));
    sandbox.run(&["check", "-f", "json=r.txt", "pod.yaml"]);
    let mode = |name| {
        let metadata = std::fs::metadata(sandbox.join(name)).unwrap();
        metadata.permissions().mode() & 0o777
    };
    assert_eq!(mode("r.txt"), mode("pod.yaml"));
}

#[test]
fn a_closed_pipe_is_quiet_and_keeps_the_verdict() {
    // More than a pipe holds, so that the program is still writing when the reader goes away.
    let many: String = (0..1000).map(|_| pod("nginx") + "---\n").collect();
    let sandbox = Sandbox::new().file("pods.yaml", many);
    for (format, extra, code) in [
        ("concise", "--allow-empty", 1),
        ("json", "--allow-empty", 1),
        ("text", "--allow-empty", 1),
        ("github", "--exit-zero", 0),
    ] {
        let mut child = sandbox
            .command("", &["check", "-f", format, extra, "pods.yaml"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let mut stderr = String::new();
        let mut pipe = child.stderr.take().unwrap();
        pipe.read_to_string(&mut stderr).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(code), "{format}");
        assert_eq!(stderr, "", "{format}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_2_and_says_so() {
    let sandbox = Sandbox::new().file("pod.yaml", pod("nginx:1.27.3"));
    let full = std::fs::File::options().write(true).open("/dev/full");
    let output = sandbox
        .command("", &["check", "-f", "json", "pod.yaml"])
        .stdout(full.unwrap())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(stderr.contains("standard output"), "{stderr}");
}

#[test]
fn exit_zero_turns_findings_off_and_nothing_else() {
    let sandbox = Sandbox::new().file("pod.yaml", pod("nginx"));
    assert_eq!(sandbox.run(&["check", "--exit-zero", "pod.yaml"]).code, 0);
    assert_eq!(sandbox.run(&["check", "--exit-zero", "gone"]).code, 2);
    let empty = Sandbox::new();
    assert_eq!(empty.run(&["check", "--exit-zero"]).code, 4);
}

#[test]
fn fail_on_warning_makes_audit_violations_count() {
    let policy = "version: 1\nrules:\n  disallow-latest-tag: { action: audit }\n";
    let sandbox = Sandbox::new()
        .file("imagegate.yaml", policy)
        .file("pod.yaml", pod("nginx"));
    assert_eq!(sandbox.run(&["check", "pod.yaml"]).code, 0);
    let strict = ["check", "pod.yaml", "--fail-on", "warning"];
    assert_eq!(sandbox.run(&strict).code, 1);
}

/// One finding of every kind, several images on a line, and names that the formats give a meaning to.
#[test]
fn every_format_tells_of_the_same_findings_and_the_summary_adds_them_up() {
    let policy = "version: 1
rules:
  restrict-image-registries: { allow: [\"quay.io/**\"] }
  disallow-latest-tag: { action: audit }
  check-vulnerability-scan: { accept: [{ scanner: trivy }] }
exceptions:
  - { rules: [restrict-image-registries], images: [redis], reason: \"OPS-1\" }
";
    let pods = "apiVersion: v1
kind: Pod
spec: {containers: [{image: nginx}, {image: redis}, {image: \"a b\"}, {image: \"quay.io/x:${TAG}\"}]}
---
apiVersion: v1
kind: [
";
    let sandbox = Sandbox::new()
        .file("imagegate.yaml", policy)
        .file("pods,::error::.yaml", pods);
    let lines = |format: &str| {
        let run = sandbox.run(&["check", "--format", format]);
        run.stdout.lines().count()
    };
    let checked = sandbox.check(&[]);
    let report = &checked.report;
    let findings = report["findings"].as_array().unwrap();
    let (live, suppressed): (Vec<_>, Vec<_>) = findings
        .iter()
        .partition(|finding| finding["suppressed"].is_null());
    let number = |outcome: &str, action: &str| {
        let of_kind = |finding: &&&serde_json::Value| {
            finding["outcome"] == outcome && finding["action"] == action
        };
        live.iter().filter(of_kind).count()
    };
    let summary = &report["summary"];
    let audit = number("violation", "audit") + number("not-checked", "audit");
    for (key, wanted) in [
        ("violations", number("violation", "enforce")),
        ("audit", audit),
        ("not_checked", number("not-checked", "enforce")),
        ("suppressed", suppressed.len()),
    ] {
        assert!(wanted > 0, "no finding for `{key}`");
        assert_eq!(summary[key], wanted, "{key}");
    }
    assert_eq!(lines("concise"), live.len());
    assert_eq!(lines("github"), live.len());
    let sarif = sandbox.run(&["check", "--format", "sarif"]).stdout;
    let sarif: serde_json::Value = serde_json::from_str(&sarif).unwrap();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    assert_eq!(results.len(), live.len());
}
