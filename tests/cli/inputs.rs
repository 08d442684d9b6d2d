//! Which files are read, and how they are shown.

use crate::sandbox::{Sandbox, pod};

/// The places in a concise report.
fn places(sandbox: &Sandbox, arguments: &[&str]) -> Vec<String> {
    let all: Vec<&str> = ["check", "--format", "concise"]
        .into_iter()
        .chain(arguments.iter().copied())
        .collect();
    let run = sandbox.run(&all);
    let path = |line: &str| line.split(':').next().unwrap_or_default().to_owned();
    run.stdout.lines().map(path).collect()
}

#[test]
fn standard_input_is_shown_by_its_name() {
    let run = Sandbox::new().run_with_input(
        &["check", "--format", "concise", "-"],
        pod("nginx").as_bytes(),
    );
    assert!(run.stdout.starts_with("<stdin>:8:12: "), "{}", run.stdout);
    assert_eq!(run.code, 1);
}

#[test]
fn utf_16_is_read_and_a_byte_that_is_no_text_hides_only_its_document() {
    let utf_16: Vec<u8> = ("\u{feff}".to_owned() + &pod("nginx"))
        .encode_utf16()
        .flat_map(u16::to_be_bytes)
        .collect();
    let mut broken = b"apiVersion: v1\nkind: Pod\nimage: a # \xff\n---\n".to_vec();
    broken.extend(pod("nginx").into_bytes());
    let sandbox = Sandbox::new().file("a.yaml", utf_16).file("b.yaml", broken);
    let latest = "disallow-latest-tag violation enforce";
    assert_eq!(sandbox.check(&["a.yaml"]).findings(), [latest]);
    let findings = sandbox.check(&["b.yaml"]).findings();
    assert_eq!(findings, ["invalid-manifest violation enforce", latest]);
}

#[test]
fn empty_standard_input_holds_no_manifest() {
    assert_eq!(Sandbox::new().run_with_input(&["check", "-"], b"").code, 4);
}

#[test]
fn a_walk_takes_manifests_by_name_in_hidden_folders_too_but_not_in_git() {
    let sandbox = Sandbox::new()
        .file("b.yaml", pod("nginx"))
        .file("B.YML", pod("nginx"))
        .file("a/c.json", pod("nginx"))
        .file(".hidden/d.yaml", pod("nginx"))
        .file(".git/e.yaml", pod("nginx"))
        .file("f.txt", pod("nginx"));
    assert_eq!(
        places(&sandbox, &[]),
        [".hidden/d.yaml", "B.YML", "a/c.json", "b.yaml"]
    );
}

#[test]
fn a_file_that_is_named_is_read_whatever_it_is_called() {
    let sandbox = Sandbox::new().file("f.txt", pod("nginx"));
    assert_eq!(places(&sandbox, &["f.txt"]), ["f.txt"]);
}

#[test]
fn a_file_that_is_reached_twice_is_read_once() {
    let sandbox = Sandbox::new().file("a/b.yaml", pod("nginx"));
    let absolute = sandbox.join("a/b.yaml");
    let arguments = [
        "a",
        "a/b.yaml",
        "./a//b.yaml",
        "a/../a",
        absolute.to_str().unwrap(),
    ];
    assert_eq!(places(&sandbox, &arguments).len(), 1);
}

#[cfg(unix)]
#[test]
fn links_in_a_walk_are_counted_and_links_that_are_named_are_read() {
    use std::os::unix::fs::symlink;
    let sandbox = Sandbox::new()
        .file("k8s/a.yaml", pod("nginx:1.27.3"))
        .file("elsewhere/b.yaml", pod("nginx"));
    symlink("../elsewhere/b.yaml", sandbox.join("k8s/link.yaml")).unwrap();
    symlink("../elsewhere", sandbox.join("k8s/folder")).unwrap();
    symlink(".", sandbox.join("k8s/loop")).unwrap();

    let walked = sandbox.check(&["k8s"]);
    assert_eq!((walked.code, walked.summary("files")), (0, 1));
    assert!(
        walked.not_evaluated().contains("\"count\":3"),
        "{}",
        walked.not_evaluated()
    );

    assert_eq!(places(&sandbox, &["k8s/link.yaml"]), ["k8s/link.yaml"]);
    assert_eq!(places(&sandbox, &["k8s/folder"]), ["k8s/folder/b.yaml"]);
}

#[test]
fn excluded_files_are_counted_also_when_they_are_named() {
    let policy = "version: 1\nrules:\n  disallow-latest-tag: {}\nexclude: ['vendor/**']\n";
    let sandbox = Sandbox::new()
        .folder(".git")
        .file("imagegate.yaml", policy)
        .file("vendor/a.yaml", pod("nginx"))
        .file("app/vendor/b.yaml", pod("nginx"))
        .file("app/c.yaml", pod("nginx"));
    assert_eq!(
        places(&sandbox, &["."]),
        ["app/c.yaml", "app/vendor/b.yaml"]
    );
    assert_eq!(
        places(&sandbox, &[".", "--exclude", "app/vendor"]),
        ["app/c.yaml"]
    );
    let named = sandbox.check(&["vendor/a.yaml", "app/c.yaml"]);
    assert_eq!(named.summary("files"), 1);
    assert!(
        named.not_evaluated().contains("exclude"),
        "{}",
        named.not_evaluated()
    );
    // With nothing left, a hook passes and a person is told.
    assert_eq!(sandbox.check(&["vendor/a.yaml"]).code, 4);
    assert_eq!(sandbox.check(&["vendor/a.yaml", "--allow-empty"]).code, 0);
}

#[test]
fn globs_of_the_policy_are_relative_to_it_and_options_to_the_current_folder() {
    let policy = "version: 1\nrules:\n  disallow-latest-tag: {}\nexclude: ['app/a.yaml']\n";
    let sandbox = Sandbox::new()
        .folder(".git")
        .file("imagegate.yaml", policy)
        .file("app/a.yaml", pod("nginx"))
        .file("app/b.yaml", pod("nginx"))
        .file("app/c.yaml", pod("nginx"));
    let run = sandbox.run_in("app", &["check", "-f", "concise", "--exclude", "b.yaml"]);
    assert!(run.stdout.starts_with("c.yaml:"), "{}", run.stdout);
    assert_eq!(run.stdout.lines().count(), 1, "{}", run.stdout);
}

#[test]
fn what_git_ignores_is_read_unless_that_is_asked_for() {
    let sandbox = Sandbox::new()
        .folder(".git/info")
        .file(".git/info/exclude", "local.yaml\n")
        .file(".gitignore", "/build/\n*.gen.yaml\n")
        .file("app/.gitignore", "!keep.gen.yaml\n")
        .file("app/keep.gen.yaml", pod("nginx"))
        .file("app/drop.gen.yaml", pod("nginx"))
        .file("app/build/in.yaml", pod("nginx"))
        .file("build/out.yaml", pod("nginx"))
        .file("local.yaml", pod("nginx"));
    assert_eq!(places(&sandbox, &["."]).len(), 5);
    let option = "--respect-gitignore";
    assert_eq!(
        places(&sandbox, &[option]),
        ["app/build/in.yaml", "app/keep.gen.yaml"]
    );
    // Named on the command line, it is read all the same.
    assert_eq!(places(&sandbox, &[option, "build", "local.yaml"]).len(), 2);
    assert_eq!(places(&sandbox, &[option, ".", "build"]).len(), 3);
    let counted = sandbox.check(&[option]).not_evaluated();
    assert!(counted.contains("\"count\":3"), "{counted}");
}

#[cfg(unix)]
#[test]
fn a_fifo_does_not_block() {
    let sandbox = Sandbox::new().file("good.yaml", pod("nginx:1.27.3"));
    let made = std::process::Command::new("mkfifo")
        .arg(sandbox.join("pipe.yaml"))
        .status();
    assert!(made.unwrap().success());
    for arguments in [["."], ["pipe.yaml"]] {
        let run = sandbox.check(&arguments);
        assert_eq!(run.findings(), ["unreadable-input not-checked enforce"]);
        assert_eq!(run.code, 3);
    }
}

#[cfg(unix)]
#[test]
fn a_file_that_could_not_be_read_is_not_counted_as_read() {
    let sandbox = Sandbox::new().file("good.yaml", pod("nginx:1.27.3"));
    std::os::unix::net::UnixListener::bind(sandbox.join("socket.yaml")).unwrap();
    assert_eq!(sandbox.check(&["."]).summary("files"), 1);
    let list = sandbox.run(&["images", "."]);
    assert!(
        list.stdout.ends_with("in 1 manifest, 1 file\n"),
        "{}",
        list.stdout
    );
}

#[cfg(target_os = "linux")]
#[test]
fn the_pipe_of_a_process_substitution_is_read() {
    let run = Sandbox::new().run_with_input(
        &["check", "--format", "concise", "/dev/fd/0"],
        pod("nginx").as_bytes(),
    );
    assert!(run.stdout.starts_with("/dev/fd/0:8:12: "), "{}", run.stdout);
}

#[cfg(target_os = "linux")]
#[test]
fn names_that_are_not_unicode_are_checked_and_told_apart() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;
    let sandbox = Sandbox::new();
    for name in [b"a\xfe.yaml".as_slice(), b"a\xff.yaml"] {
        std::fs::write(sandbox.path().join(OsStr::from_bytes(name)), pod("nginx")).unwrap();
    }
    assert_eq!(places(&sandbox, &["."]), ["a\\xfe.yaml", "a\\xff.yaml"]);
}

#[test]
fn names_in_messages_cannot_steer_the_terminal() {
    let run = Sandbox::new().run(&["check", "a\u{1b}[2J\u{202e}b\nc"]);
    assert_eq!(run.code, 2);
    assert!(
        !run.stderr.contains(['\u{1b}', '\u{202e}']),
        "{}",
        run.stderr
    );
}

#[test]
fn the_order_of_arguments_and_the_number_of_threads_change_no_byte() {
    let mut sandbox = Sandbox::new();
    for number in 0..40 {
        sandbox = sandbox.file(&format!("{}/{number}.yaml", number % 3), pod("nginx"));
    }
    sandbox = sandbox.file("0/broken.yaml", "apiVersion: v1\nkind: Pod\nimage: {\n");
    for format in ["text", "concise", "json", "sarif", "github"] {
        let run = |paths: [&str; 4], jobs| {
            let [a, b, c, d] = paths;
            let run = sandbox.run(&["check", "-f", format, "--jobs", jobs, a, b, c, d]);
            (run.code, run.stdout)
        };
        let first = run(["0", "1", "2", "1/1.yaml"], "1");
        assert_eq!(first, run(["1/1.yaml", "2", "0", "1"], "7"), "{format}");
        assert_eq!(first, run(["2", "1", "1/1.yaml", "0"], "2"), "{format}");
    }
}
