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
fn a_file_that_a_link_leads_to_is_read_once_under_its_own_name() {
    use std::os::unix::fs::symlink;
    let sandbox = Sandbox::new()
        .file("k8s/b.yaml", pod("nginx"))
        .file("elsewhere/c.yaml", pod("nginx"));
    symlink("b.yaml", sandbox.join("k8s/a.yaml")).unwrap();
    symlink("../elsewhere/c.yaml", sandbox.join("k8s/d.yaml")).unwrap();
    symlink("../elsewhere", sandbox.join("k8s/folder")).unwrap();
    symlink(".", sandbox.join("k8s/loop")).unwrap();
    assert_eq!(places(&sandbox, &["k8s"]), ["k8s/b.yaml", "k8s/d.yaml"]);
    assert_eq!(places(&sandbox, &["k8s/a.yaml"]), ["k8s/a.yaml"]);
    let walked = sandbox.check(&["k8s"]);
    assert!(
        walked.counts("symbolic-link", 2),
        "{}",
        walked.not_evaluated()
    );
    assert_eq!(places(&sandbox, &["k8s/folder"]), ["k8s/folder/c.yaml"]);
}

/// A secret of the machine, and ways in which a change could have a report show it.
#[cfg(target_os = "linux")]
#[test]
fn no_link_shows_a_secret_of_the_machine() {
    use std::os::unix::fs::symlink;
    let secret = "image: [registry.example.com, c2VjcmV0\n";
    let sandbox = Sandbox::new()
        .file("outside/secret", secret)
        .file("repo/.git/config", secret)
        .file("repo/good.yaml", pod("nginx:1.27.3"))
        .variable("IMAGE", "c2VjcmV0")
        .variable("TOKEN", "image: [c2VjcmV0");
    let outside = sandbox.join("outside/secret");
    for (link, target) in [
        ("environ.yaml", "/proc/self/environ"),
        ("thread.yaml", "/proc/thread-self/environ"),
        ("absolute.yaml", outside.to_str().unwrap()),
        ("relative.yaml", "../outside/secret"),
        ("chain.yaml", "relative.yaml"),
        ("config.yaml", ".git/config"),
        ("folder", "../outside"),
        ("process", "/proc/self"),
        ("descriptor.yaml", "/dev/fd/0"),
    ] {
        symlink(target, sandbox.join(&format!("repo/{link}"))).unwrap();
    }
    for path in [
        ".",
        "environ.yaml",
        "thread.yaml",
        "absolute.yaml",
        "relative.yaml",
        "chain.yaml",
        "config.yaml",
        "folder/secret",
        "process/environ",
        "process/cwd/../outside/secret",
        "descriptor.yaml",
        "/proc/self/environ",
        "/dev/fd/../environ",
    ] {
        for format in ["text", "json", "sarif"] {
            let run = sandbox.run_in("repo", &["check", path, "-f", format]);
            assert!(!run.stdout.contains("c2VjcmV0"), "{path}: {}", run.stdout);
            assert_eq!(run.code, 3, "{path}: {}{}", run.stdout, run.stderr);
        }
    }
}

#[test]
fn no_line_of_a_document_that_is_no_text_is_shown() {
    for bytes in [
        &b"apiVersion: v1\nkind: Pod\nimage: a c2VjcmV0 \0 b\n"[..],
        b"image: {\x01 c2VjcmV0\n",
        b"image: c2VjcmV0 \xff\n",
        b"TOKEN=c2VjcmV0\0IMAGE=image: [c2VjcmV0\0",
    ] {
        let both = [bytes, b"\n---\n", pod("nginx").as_bytes()].concat();
        let sandbox = Sandbox::new().file("a.yaml", both);
        for format in ["text", "json", "sarif", "github", "concise"] {
            let run = sandbox.run(&["check", "a.yaml", "-f", format]);
            assert!(!run.stdout.contains("c2VjcmV0"), "{}", run.stdout);
            assert_eq!(run.code, 1);
        }
        // The other document is shown.
        let text = sandbox.run(&["check", "a.yaml"]).stdout;
        assert!(text.contains("image: nginx"), "{text}");
    }
}

#[cfg(unix)]
#[test]
fn without_a_repository_a_link_may_lead_anywhere_in_the_current_folder() {
    use std::os::unix::fs::symlink;
    let sandbox = Sandbox::new()
        .file("here/parts/a.txt", pod("nginx"))
        .file("there/a.yaml", pod("nginx"))
        .folder("here/k8s");
    symlink("../parts/a.txt", sandbox.join("here/k8s/in.yaml")).unwrap();
    symlink("../../there/a.yaml", sandbox.join("here/k8s/out.yaml")).unwrap();
    let latest = "disallow-latest-tag violation enforce";
    let unreadable = "unreadable-input not-checked enforce";
    let run = |paths: &[&str]| sandbox.check_in("here", paths).findings();
    assert_eq!(run(&["k8s"]), [latest, unreadable]);
    assert_eq!(run(&["k8s/in.yaml"]), [latest]);
    assert_eq!(run(&["k8s/out.yaml"]), [unreadable]);
    // From elsewhere, nothing but its own folder belongs to a file that is named.
    let elsewhere = sandbox.check_in("there", &["../here/k8s/in.yaml"]);
    assert_eq!(elsewhere.findings(), [unreadable]);
}

#[test]
fn a_glob_that_matches_nothing_is_said() {
    let policy = "version: 1\nrules:\n  disallow-latest-tag: {}\nexclude: [a.yaml, gone/]\n";
    let sandbox = Sandbox::new()
        .file("imagegate.yaml", policy)
        .file("a.yaml", pod("nginx"))
        .file("app/b.yaml", pod("nginx"))
        .file("templates/test/c.yaml", pod("nginx"));
    let run = |arguments: &[&str]| sandbox.run(&[&["check"], arguments].concat());
    let all = run(&[
        ".",
        "--exclude",
        "/templates/test/**",
        "--exclude",
        "**/x/**",
        "--exclude",
        "app",
    ]);
    assert_eq!(all.code, 4, "{}{}", all.stdout, all.stderr);
    assert!(
        all.stderr.contains("--exclude **/x/** matches nothing"),
        "{}",
        all.stderr
    );
    assert!(!all.stderr.contains("templates"), "{}", all.stderr);
    assert!(
        all.stderr.contains("imagegate.yaml:4: the entry `gone/`"),
        "{}",
        all.stderr
    );
    // Where only a part is looked at, an entry of the policy may be about the rest.
    assert_eq!(run(&["app"]).stderr, "");
    assert_eq!(run(&["app/b.yaml", "--exclude", "x"]).stderr, "");
}

#[test]
fn an_annotation_of_a_whole_file_stands_at_its_first_line() {
    let sandbox = Sandbox::new().file("big.yaml", vec![b' '; 64 * 1024 * 1024 + 1]);
    let run = sandbox.run(&["check", "big.yaml", "-f", "github"]);
    assert!(
        run.stdout
            .starts_with("::warning file=big.yaml,line=1,title="),
        "{}",
        run.stdout
    );
    assert_eq!(run.code, 3);
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
