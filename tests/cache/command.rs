//! `imagegate cache path` and `imagegate cache clear`.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use imagegate::gather::cache::Cache;

use super::{Asked, digest, files, repository, signature};

fn imagegate(arguments: &[&str], variables: &[(&str, &Path)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_imagegate"));
    command.args(arguments).env_clear();
    for (name, value) in variables {
        command.env(name, value);
    }
    command.output().unwrap()
}

/// `cache clear` of the cache in `home`, which has to succeed.
fn clear(home: &Path) -> String {
    let output = imagegate(&["cache", "clear"], &[("XDG_CACHE_HOME", home)]);
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[cfg(unix)]
#[test]
fn the_folder_is_named_by_the_environment() {
    let home = Path::new("/home/user");
    let cache = Path::new("/var/cache/user");
    let cases: &[(&[(&str, &Path)], &str)] = &[
        (&[("HOME", home)], "/home/user/.cache/imagegate\n"),
        (
            &[("HOME", home), ("XDG_CACHE_HOME", cache)],
            "/var/cache/user/imagegate\n",
        ),
        (
            &[("HOME", home), ("XDG_CACHE_HOME", Path::new("relative"))],
            "/home/user/.cache/imagegate\n",
        ),
        (
            &[("HOME", home), ("XDG_CACHE_HOME", Path::new(""))],
            "/home/user/.cache/imagegate\n",
        ),
    ];
    for (variables, wanted) in cases {
        let output = imagegate(&["cache", "path"], variables);
        assert_eq!(String::from_utf8(output.stdout).unwrap(), *wanted);
        assert_eq!(output.status.code(), Some(0));
    }
}

#[test]
fn without_a_folder_both_commands_say_so() {
    for command in ["path", "clear"] {
        let output = imagegate(&["cache", command], &[]);
        assert_eq!(output.status.code(), Some(2), "{command}");
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains("no folder for a cache"), "{command}: {said}");
    }
}

#[cfg(unix)]
#[test]
fn the_path_is_printed_byte_by_byte() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;
    let folder = Path::new(OsStr::from_bytes(b"/tmp/\xff c"));
    let output = imagegate(&["cache", "path"], &[("XDG_CACHE_HOME", folder)]);
    assert_eq!(output.stdout, b"/tmp/\xff c/imagegate\n");
}

#[test]
fn a_cache_that_was_never_used_is_empty() {
    let home = tempfile::tempdir().unwrap();
    assert!(clear(home.path()).starts_with("removed 0 files, 0 bytes, from "));
    assert!(files(home.path()).is_empty(), "clearing made a folder");
}

#[test]
fn clearing_removes_what_was_kept_and_says_how_much() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("imagegate");
    let cache = Cache::open(&folder).unwrap();
    let asked = Asked::new("ghcr.io/acme/app", 'a');
    cache.keep_evidence(asked.key(), &[signature(&asked.repository, b"1")]);
    let app = repository("ghcr.io/acme/app");
    cache.keep_tag(&app, "1.2", &digest('a'), jiff::Timestamp::UNIX_EPOCH);
    cache.keep_image(&app, &digest('a'), &[]);
    fs::write(folder.join(".new-Xy12ab.tmp"), "cut short").unwrap();
    let paths = files(&folder).into_iter();
    let bytes: u64 = paths.map(|path| path.metadata().unwrap().len()).sum();
    let said = clear(home.path());
    assert!(
        said.starts_with(&format!("removed 4 files, {bytes} bytes, from ")),
        "{said}"
    );
    assert!(files(&folder).is_empty());
}

#[test]
fn clearing_leaves_what_is_not_ours() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("imagegate");
    let inner = folder.join(format!("tag-{}.entry", "b".repeat(64)));
    fs::create_dir_all(&inner).unwrap();
    let others = [
        folder.join("notes.txt"),
        folder.join(format!("other-{}.entry", "a".repeat(64))),
        folder.join(format!("tag-{}.entry", "a".repeat(63))),
        folder.join(format!("tag-{}.entry", "A".repeat(64))),
        folder.join(format!("tag-{}.entry.bak", "a".repeat(64))),
        inner.join(format!("tag-{}.entry", "a".repeat(64))),
    ];
    for path in &others {
        fs::write(path, "precious").unwrap();
    }
    assert!(clear(home.path()).starts_with("removed 0 files"));
    for path in &others {
        assert!(path.exists(), "{} is gone", path.display());
    }
}

#[cfg(unix)]
#[test]
fn clearing_follows_no_link_out_of_the_folder() {
    let home = tempfile::tempdir().unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    let folder = home.path().join("imagegate");
    fs::create_dir(&folder).unwrap();
    let target = elsewhere
        .path()
        .join(format!("tag-{}.entry", "a".repeat(64)));
    fs::write(&target, "precious").unwrap();
    let link = |name: &str, target: &Path| {
        std::os::unix::fs::symlink(target, folder.join(name)).unwrap();
    };
    link(&format!("tag-{}.entry", "b".repeat(64)), &target);
    link(&format!("tag-{}.entry", "c".repeat(64)), elsewhere.path());
    link("folder", elsewhere.path());
    assert!(clear(home.path()).starts_with("removed 0 files"));
    assert_eq!(fs::read_to_string(&target).unwrap(), "precious");
}
