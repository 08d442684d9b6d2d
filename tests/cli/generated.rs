//! Files that are printed by the program and committed.
//!
//! When one of these fails: `completions/` and `docs/man/` are written by the commands in the messages,
//! the help texts in `docs/cli.md` by `TRYCMD=overwrite cargo test --test cli documented_help`.

use std::path::Path;

use crate::sandbox::Sandbox;

fn assert_current(path: &str, arguments: &[&str]) {
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let committed = std::fs::read_to_string(committed).unwrap_or_default();
    let run = Sandbox::new().run(arguments);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(
        committed.replace("\r\n", "\n") == run.stdout,
        "{path} is stale: cargo run -- {} > {path}",
        arguments.join(" ")
    );
}

#[test]
fn completions_are_current() {
    for (path, shell) in [
        ("completions/imagegate.bash", "bash"),
        ("completions/_imagegate", "zsh"),
        ("completions/imagegate.fish", "fish"),
        ("completions/_imagegate.ps1", "powershell"),
    ] {
        assert_current(path, &["completions", shell]);
    }
}

#[test]
fn the_manual_page_is_current() {
    assert_current("docs/man/imagegate.1", &["man"]);
}

#[test]
fn documented_help_is_current() {
    trycmd::TestCases::new()
        .env("COLUMNS", "100")
        .case("docs/cli.md");
}
