//! The verdict table for what stands among the checked files and is no plain manifest: links, pointers,
//! submodules, what git ignores. Row by row: which situation ends as which outcome and exit code.

use crate::sandbox::{Checked, Sandbox, pod};

const LATEST: &str = "disallow-latest-tag violation enforce";
const UNREADABLE: &str = "unreadable-input not-checked enforce";

/// A repository beside a file that is not part of it.
fn repository() -> Sandbox {
    Sandbox::new()
        .folder("repo/.git")
        .file("repo/deploy/good.yaml", pod("nginx:1.27.3"))
        .file("outside/evil.yaml", pod("nginx"))
}

fn check(sandbox: &Sandbox, arguments: &[&str]) -> Checked {
    sandbox.check_in("repo", arguments)
}

#[cfg(unix)]
fn link(sandbox: &Sandbox, path: &str, target: &str) {
    std::os::unix::fs::symlink(target, sandbox.join(path)).unwrap();
}

#[test]
fn a_file_that_is_named_like_an_ending_is_read() {
    for name in [".yaml", ".YML", ".json"] {
        let sandbox = repository().file(&format!("repo/deploy/{name}"), pod("nginx"));
        assert_eq!(check(&sandbox, &["deploy"]).findings(), [LATEST], "{name}");
    }
}

#[cfg(unix)]
#[test]
fn a_link_to_a_file_of_the_repository_is_read() {
    let sandbox = repository().file("repo/parts/evil.txt", pod("nginx"));
    link(&sandbox, "repo/deploy/evil.yaml", "../parts/evil.txt");
    link(&sandbox, "repo/deploy/chain.yaml", "evil.yaml");
    for path in [".", "deploy", "deploy/evil.yaml", "deploy/chain.yaml"] {
        let run = check(&sandbox, &[path]);
        assert_eq!(run.findings(), [LATEST], "{path}");
        assert_eq!(run.code, 1, "{path}");
    }
}

#[cfg(unix)]
#[test]
fn a_link_out_of_the_repository_could_not_be_checked() {
    let sandbox = repository();
    link(&sandbox, "repo/deploy/evil.yaml", "../../outside/evil.yaml");
    link(&sandbox, "repo/chain.txt", "deploy/evil.yaml");
    link(&sandbox, "repo/folder", "../outside");
    for path in [
        ".",
        "deploy",
        "deploy/evil.yaml",
        "chain.txt",
        "folder/evil.yaml",
        "folder",
    ] {
        let run = check(&sandbox, &[path]);
        assert_eq!(run.findings(), [UNREADABLE], "{path}");
        assert_eq!(run.code, 3, "{path}");
    }
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_nowhere_could_not_be_checked() {
    let sandbox = repository();
    link(&sandbox, "repo/deploy/evil.yaml", "gone.yaml");
    link(&sandbox, "repo/deploy/round.yaml", "round.yaml");
    for path in ["deploy/evil.yaml", "deploy/round.yaml"] {
        assert_eq!(check(&sandbox, &[path]).findings(), [UNREADABLE], "{path}");
    }
    let run = check(&sandbox, &["."]);
    assert_eq!((run.findings().len(), run.code), (2, 3));
}

#[cfg(unix)]
#[test]
fn a_link_to_a_folder_is_not_followed_and_counted() {
    let sandbox = repository().file("repo/base/evil.yaml", pod("nginx"));
    link(&sandbox, "repo/deploy/base", "../base");
    let run = check(&sandbox, &["deploy"]);
    assert_eq!((run.code, run.summary("files")), (0, 1));
    assert!(run.counts("symbolic-link", 1), "{}", run.not_evaluated());
    // As kubectl does, a link that is named is followed.
    assert_eq!(check(&sandbox, &["deploy/base"]).findings(), [LATEST]);
}

#[test]
fn a_pointer_of_git_lfs_could_not_be_checked() {
    let pointer = "version https://git-lfs.github.com/spec/v1\n\
                   oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\n\
                   size 12345\n";
    let sandbox = repository()
        .file("repo/deploy/evil.yaml", pointer)
        .file("repo/deploy/crlf.yaml", pointer.replace('\n', "\r\n"));
    for path in ["deploy/evil.yaml", "deploy/crlf.yaml"] {
        let run = check(&sandbox, &[path]);
        assert_eq!(run.findings(), [UNREADABLE]);
        assert_eq!(run.code, 3);
    }
    let input = sandbox.run_with_input(&["check", "-"], pointer.as_bytes());
    assert_eq!(input.code, 3);
}

#[test]
fn an_empty_folder_of_a_submodule_could_not_be_checked() {
    let modules =
        "[submodule \"base\"]\n\tpath = libs/base\n\turl = https://git.example.com/base\n";
    let declared = repository()
        .folder("repo/libs/base")
        .file("repo/.gitmodules", modules);
    let tracked = repository()
        .folder("repo/libs/base")
        .file("repo/.git/index", index("version-2"));
    let pointer = "gitdir: ../../.git/modules/libs/base\n";
    let without_files = repository()
        .file("repo/.gitmodules", modules)
        .file("repo/libs/base/.git", pointer);
    for sandbox in [declared, tracked, without_files] {
        for path in [".", "libs", "libs/base"] {
            let run = check(&sandbox, &[path, "--allow-empty"]);
            assert_eq!(run.findings(), [UNREADABLE], "{path}");
            assert_eq!(run.code, 3, "{path}");
        }
        let excluded = check(&sandbox, &[".", "--exclude", "libs/base/**"]);
        assert!(excluded.counts("excluded-path", 1));
        assert_eq!(excluded.code, 0);
    }
    // Any other empty folder is one.
    assert_eq!(check(&repository().folder("repo/empty"), &["."]).code, 0);
}

/// An index as git writes it, see testdata/README.md.
fn index(name: &str) -> Vec<u8> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/git-index");
    std::fs::read(folder.join(name)).unwrap()
}

/// A repository that ignores four files.
fn ignoring() -> Sandbox {
    repository()
        .file("repo/.gitignore", "*.gen.yaml\n/build/\n")
        .file("repo/deploy/tracked.gen.yaml", pod("nginx"))
        .file("repo/deploy/loose.gen.yaml", pod("nginx"))
        .file("repo/build/tracked.yaml", pod("nginx"))
        .file("repo/build/loose.yaml", pod("nginx"))
}

const SHARED_INDEX: &str = "sharedindex.72c6ca6924151c3c5426e11ef6241a8af5bf9135";

#[test]
fn a_file_that_git_tracks_is_checked_although_it_would_ignore_it() {
    for version in ["version-2", "version-3", "version-4", "sha256", "split"] {
        let sandbox = ignoring()
            .file("repo/.git/index", index(version))
            .file(&format!("repo/.git/{SHARED_INDEX}"), index(SHARED_INDEX));
        let run = check(&sandbox, &[".", "--respect-gitignore"]);
        assert_eq!(run.findings(), [LATEST; 2], "{version}");
        assert!(run.counts("git-ignored-path", 2), "{version}");
        assert_eq!(run.code, 1);
    }
}

#[test]
fn nothing_is_ignored_where_the_index_of_git_cannot_be_read() {
    let cut = &index("version-2")[..100];
    let missing_half = index("split");
    for broken in [cut, b"DIRC\0\0\0\x09\0\0\0\0", &missing_half] {
        let sandbox = ignoring().file("repo/.git/index", broken);
        let run = check(&sandbox, &[".", "--respect-gitignore"]);
        assert_eq!(run.findings(), [LATEST; 4]);
        assert_eq!(run.code, 1);
    }
}

#[test]
fn a_git_folder_below_the_top_is_counted() {
    let sandbox = repository()
        .file("repo/deploy/.git/evil.yaml", pod("nginx"))
        .file("repo/.git/HEAD", "ref: refs/heads/main\n")
        .file("repo/.git/objects/x", "");
    let run = check(&sandbox, &["."]);
    assert!(run.counts("git-folder", 1), "{}", run.not_evaluated());
    assert_eq!(run.code, 0);
    // At the top, it is counted when git did not make it.
    assert!(check(&sandbox, &["deploy"]).counts("git-folder", 1));
}

#[test]
fn a_jsonnet_file_is_counted() {
    let sandbox = repository().file("repo/deploy/evil.jsonnet", "{}");
    let run = check(&sandbox, &["deploy"]);
    assert!(run.counts("jsonnet", 1), "{}", run.not_evaluated());
    assert_eq!(run.code, 0);
}

#[cfg(unix)]
#[test]
fn a_policy_file_that_is_a_link_out_of_the_repository_is_2() {
    let secret = "auths: { registry.example.com: { auth: c2VjcmV0 } }\n";
    let sandbox = repository().file("outside/config.json", secret);
    link(&sandbox, "repo/imagegate.yaml", "../outside/config.json");
    for arguments in [
        &["check", "."][..],
        &["check", ".", "--policy", "imagegate.yaml"],
    ] {
        let run = sandbox.run_in("repo", arguments);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""));
        assert!(!run.stderr.contains("c2VjcmV0"), "{}", run.stderr);
        assert!(
            run.stderr.contains("leads out of the repository"),
            "{}",
            run.stderr
        );
    }
}

const UNUSED: &str = "version: 1\nrules:\n  disallow-latest-tag: {}\nexceptions:\n\
                      - { rules: [disallow-latest-tag], images: [redis], reason: OPS-1 }\n";

/// What is said about the exception, which nothing in `deploy` needs.
fn about_the_exception(sandbox: Sandbox, arguments: &[&str]) -> bool {
    let sandbox = sandbox.file("repo/imagegate.yaml", UNUSED);
    let findings = check(&sandbox, arguments).findings();
    findings.contains(&"unused-exception violation audit".to_owned())
}

#[test]
fn an_exception_without_effect_is_a_finding_when_all_that_the_policy_is_for_was_checked() {
    assert!(about_the_exception(repository(), &["."]));
    assert!(about_the_exception(repository(), &["deploy", ".."]));
}

#[test]
fn an_exception_is_not_called_unused_when_only_a_part_was_checked() {
    for part in [&["deploy"][..], &["deploy/good.yaml", "imagegate.yaml"]] {
        assert!(!about_the_exception(repository(), part), "{part:?}");
    }
    let redis = || repository().file("repo/cache/redis.yaml", pod("redis"));
    assert!(!about_the_exception(redis(), &[".", "--exclude", "cache"]));
    let ignored = redis().file("repo/.gitignore", "/cache/\n");
    assert!(!about_the_exception(ignored, &[".", "--respect-gitignore"]));
    let unread = repository().file("repo/big.yaml", vec![b' '; 64 * 1024 * 1024 + 1]);
    assert!(!about_the_exception(unread, &["."]));
}
