//! Which policy decides.

use crate::sandbox::{Sandbox, pod};

const AUDIT: &str = "version: 1\nrules:\n  disallow-latest-tag: { action: audit }\n";

#[test]
fn a_policy_in_a_parent_folder_of_the_repository_decides() {
    let sandbox = Sandbox::new()
        .folder(".git")
        .file("imagegate.yaml", AUDIT)
        .file("app/k8s/pod.yaml", pod("nginx"));
    let run = sandbox.run_in("app", &["check", "-f", "json", "k8s"]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    assert!(run.stdout.contains("../imagegate.yaml"), "{}", run.stdout);
}

#[test]
fn a_policy_above_the_repository_does_not_decide() {
    let sandbox = Sandbox::new()
        .folder("app/.git")
        .file("imagegate.yaml", AUDIT)
        .file("app/pod.yaml", pod("nginx"));
    let run = sandbox.run_in("app", &["check"]);
    assert_eq!((run.code, run.stderr.as_str()), (1, ""));
}

#[test]
fn a_policy_above_without_a_repository_is_not_taken_silently() {
    let sandbox = Sandbox::new()
        .file("imagegate.yaml", AUDIT)
        .file("app/pod.yaml", pod("nginx"));
    let run = sandbox.run_in("app", &["check"]);
    assert_eq!(run.code, 1);
    assert!(
        run.stderr.contains("`../imagegate.yaml` is not used"),
        "{}",
        run.stderr
    );
    let named = ["check", "--policy", "../imagegate.yaml"];
    assert_eq!(sandbox.run_in("app", &named).code, 0);
}

#[test]
fn a_policy_that_is_named_decides_instead_of_the_one_found() {
    let sandbox = Sandbox::new()
        .file(
            "imagegate.yaml",
            "version: 1\nrules:\n  disallow-latest-tag: {}\n",
        )
        .file("relaxed.yaml", AUDIT)
        .file("k8s/pod.yaml", pod("nginx"));
    assert_eq!(sandbox.run(&["check", "k8s"]).code, 1);
    let named = ["check", "k8s", "--policy", "relaxed.yaml"];
    assert_eq!(sandbox.run(&named).code, 0);
}

#[test]
fn a_policy_that_cannot_be_read_is_2() {
    let sandbox = Sandbox::new()
        .folder("folder")
        .file("bytes.yaml", b"version: 1 # \xff\n")
        .file("pod.yaml", pod("nginx:1.27.3"));
    for (policy, reason) in [
        ("gone.yaml", "does not exist"),
        ("folder", "a folder"),
        ("bytes.yaml", "UTF-8"),
    ] {
        let run = sandbox.run(&["check", "pod.yaml", "--policy", policy]);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{policy}");
        assert!(run.stderr.contains(reason), "{}", run.stderr);
    }
}

#[test]
fn two_policy_files_in_one_folder_are_2() {
    let sandbox = Sandbox::new()
        .file("imagegate.yaml", AUDIT)
        .file("imagegate.yml", AUDIT)
        .file("k8s/pod.yaml", pod("nginx"));
    let run = sandbox.run(&["check", "k8s"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("both exist"), "{}", run.stderr);
}

#[test]
fn keys_are_read_relative_to_the_policy_and_from_variables() {
    let key = "-----BEGIN PUBLIC KEY-----\n\
               MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEcivpNnvIt8PHjYoYn5ybJ8c9eJKu\n\
               -----END PUBLIC KEY-----\n";
    let policy = "version: 1\nrules:\n  verify-image-signatures:\n    require:\n    - signers:\n      \
                  - key: keys/a.pub\n      - key: env://SIGNING_KEY\n";
    // Both keys are found (and found to be too short); a name that leads nowhere says something else.
    let sandbox = Sandbox::new()
        .folder(".git")
        .file("policy/imagegate.yaml", policy)
        .file("policy/keys/a.pub", key)
        .file("pod.yaml", pod("nginx:1.27.3"))
        .variable("SIGNING_KEY", key);
    let run = sandbox.run(&["check", "pod.yaml", "--policy", "policy/imagegate.yaml"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("2 errors"), "{}", run.stderr);
    assert!(!run.stderr.contains("does not exist"), "{}", run.stderr);
    assert!(!run.stderr.contains("MFkwEwYHKoZI"), "{}", run.stderr);
}

#[test]
fn a_policy_that_stands_before_another_one_is_named() {
    let sandbox = Sandbox::new()
        .folder(".git")
        .file("imagegate.yaml", AUDIT)
        .file("app/imagegate.yaml", AUDIT)
        .file("app/k8s/pod.yaml", pod("nginx"));
    let run = sandbox.run_in("app/k8s", &["check", "."]);
    let note =
        "note: `../imagegate.yaml` stands before `../../imagegate.yaml`, which is not used\n";
    assert_eq!((run.code, run.stderr.as_str()), (0, note));
}

#[test]
fn a_policy_with_the_checked_files_that_is_not_used_is_named() {
    let sandbox = Sandbox::new()
        .folder(".git")
        .file("team/imagegate.yaml", AUDIT)
        .file("team/a/imagegate.yml", AUDIT)
        .file("team/a/k8s/pod.yaml", pod("nginx:1.27.3"));
    for path in ["team/a", "team/a/k8s", "team/a/k8s/pod.yaml", "."] {
        let run = sandbox.run(&["check", path]);
        assert_eq!(run.code, 0);
        for policy in ["`team/imagegate.yaml`", "`team/a/imagegate.yml`"] {
            assert!(run.stderr.contains(policy), "{path}: {}", run.stderr);
        }
    }
    // What a person named is used, and excluded files are nobody's business.
    for arguments in [
        ["--policy", "team/imagegate.yaml"],
        ["--exclude", "team/**/imagegate.y*ml"],
    ] {
        let run = sandbox.run(&[&["check", "."], &arguments[..]].concat());
        assert_eq!(run.stderr, "");
    }
}

#[test]
fn the_policy_that_is_used_is_not_called_unused() {
    let sandbox = Sandbox::new()
        .folder(".git")
        .file("imagegate.yaml", AUDIT)
        .file("k8s/pod.yaml", pod("nginx"));
    for (folder, path) in [("", "."), ("", "k8s"), ("k8s", "."), ("k8s", "..")] {
        assert_eq!(sandbox.run_in(folder, &["check", path]).stderr, "");
    }
}

#[test]
fn no_line_of_a_policy_that_is_no_text_is_shown() {
    let sandbox = Sandbox::new()
        .file(
            "imagegate.yaml",
            b"version: 1\nTOKEN=c2VjcmV0\0X: [c2VjcmV0\0",
        )
        .file("pod.yaml", pod("nginx"));
    let run = sandbox.run(&["check", "pod.yaml"]);
    assert_eq!(run.code, 2);
    assert!(!run.stderr.contains("c2VjcmV0"), "{}", run.stderr);
}

#[cfg(unix)]
#[test]
fn a_file_that_the_policy_names_and_that_is_a_link_out_of_the_repository_is_not_quoted() {
    let sandbox = Sandbox::new()
        .file("outside/secret.json", "{\"mediaType\": \"c2VjcmV0\"}")
        .file(
            "repo/imagegate.yaml",
            "version: 1\ntrusted-root: root.json\n",
        )
        .file("repo/pod.yaml", pod("nginx"))
        .folder("repo/.git");
    let link = sandbox.join("repo/root.json");
    std::os::unix::fs::symlink("../outside/secret.json", link).unwrap();
    let run = sandbox.run_in("repo", &["check", "pod.yaml"]);
    assert_eq!(run.code, 2);
    assert!(!run.stderr.contains("c2VjcmV0"), "{}", run.stderr);
    assert!(
        run.stderr.contains("leads out of the repository"),
        "{}",
        run.stderr
    );
}
