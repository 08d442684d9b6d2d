//! Errors of a policy file.

use imagegate::model::source::SourceText;
use imagegate::model::span::Span;
use imagegate::policy::error::PolicyDiagnostic;
use imagegate::report::{write_policy_advice, write_policy_errors};

use crate::scene::PLAIN;

const POLICY: &str = "version: 1\nrules:\n  disallow-latest:\n    action: enforced\n";

fn diagnostic(needle: &str, message: &str, help: Option<&str>) -> PolicyDiagnostic {
    let at = POLICY.find(needle).unwrap() as u32;
    PolicyDiagnostic {
        span: Span::new(at, at + needle.len() as u32),
        message: message.to_owned(),
        label: "not one of the rules".to_owned(),
        help: help.map(str::to_owned),
    }
}

#[test]
fn every_error_is_shown_with_its_lines_and_counted() {
    let text = SourceText::new("imagegate.yaml".into(), POLICY.into());
    let diagnostics = [
        diagnostic(
            "disallow-latest",
            "unknown rule `disallow-latest`",
            Some("did you mean `disallow-latest-tag`?"),
        ),
        PolicyDiagnostic {
            label: String::new(),
            ..diagnostic("enforced", "`enforced` is not an action", None)
        },
    ];
    let mut out = Vec::new();
    write_policy_errors(&text, &diagnostics, &PLAIN, &mut out).unwrap();
    assert_eq!(
        String::from_utf8(out).unwrap(),
        "\
error: unknown rule `disallow-latest`
   ╭─[imagegate.yaml:3:3]
 2 │ rules:
 3 │   disallow-latest:
   ·   ───────┬───────
   ·          ╰── not one of the rules
   ╰────
  help: did you mean `disallow-latest-tag`?

error: `enforced` is not an action
   ╭─[imagegate.yaml:4:13]
 3 │   disallow-latest:
 4 │     action: enforced
   ·             ────────
   ╰────

2 errors in imagegate.yaml
"
    );
}

#[test]
fn advice_is_a_warning() {
    let text = SourceText::new("imagegate.yaml".into(), POLICY.into());
    let advice = [diagnostic("rules", "nothing matches", None)];
    let mut out = Vec::new();
    write_policy_advice(&text, &advice, &PLAIN, &mut out).unwrap();
    let out = String::from_utf8(out).unwrap();
    assert!(out.starts_with("warning: nothing matches\n"), "{out}");
    assert!(out.ends_with("\n1 warning in imagegate.yaml\n"), "{out}");
}

#[test]
fn an_empty_policy_file_has_a_place_to_point_at() {
    let text = SourceText::new("imagegate.yaml".into(), "".into());
    let empty = [PolicyDiagnostic {
        span: Span::new(0, 0),
        message: "the file is empty".to_owned(),
        label: "here".to_owned(),
        help: None,
    }];
    let mut out = Vec::new();
    write_policy_errors(&text, &empty, &PLAIN, &mut out).unwrap();
    let out = String::from_utf8(out).unwrap();
    assert!(
        out.contains("[imagegate.yaml:1:1]\n 1 │  \n   · ▲\n"),
        "{out}"
    );
}
