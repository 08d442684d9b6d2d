//! No text of an input is a command to the service that reads the log.

use std::io::Write as _;

use imagegate::model::rule::Rule;
use imagegate::report::CheckFormat;
use imagegate::report::log_commands::{Harmless, Notation};

use crate::scene::{PLAIN, Scene, finding, print};

fn written(pieces: &[&str], notation: Notation) -> String {
    let mut out = Vec::new();
    let mut harmless = Harmless::new(&mut out, notation);
    for piece in pieces {
        harmless.write_all(piece.as_bytes()).unwrap();
    }
    String::from_utf8(out).unwrap()
}

#[test]
fn commands_are_broken_wherever_a_service_looks_for_them() {
    for (text, wanted) in [
        ("::stop-commands::x", ":\\u{3a}stop-commands::x"),
        ("a\n  ::error::x", "a\n  :\\u{3a}error::x"),
        ("\u{a0}::error::x", "\u{a0}:\\u{3a}error::x"),
        ("a ##[add-mask]x", "a ##\\u{5b}add-mask]x"),
        ("###[add-mask]x", "###\\u{5b}add-mask]x"),
        ("##vso[task.setvariable]x", "##vso\\u{5b}task.setvariable]x"),
        ("##teamcity[x]", "##teamcity\\u{5b}x]"),
    ] {
        assert_eq!(written(&[text], Notation::Text), wanted);
        let pieces: Vec<&str> = text.split_inclusive(|_: char| true).collect();
        assert_eq!(written(&pieces, Notation::Text), wanted, "in pieces");
    }
    let json = written(&["\"##[x]\""], Notation::Json);
    assert_eq!(serde_json::from_str::<String>(&json).unwrap(), "##[x]");
    assert!(!json.contains("##["));
}

#[test]
fn other_text_stays_as_it_is() {
    for text in [
        "a::b",
        "[::1]/x",
        "# [x]",
        "#[x]",
        "## [x]",
        "##other[x]",
        ": :",
        "##Vso[x]",
    ] {
        assert_eq!(written(&[text], Notation::Text), text);
    }
}

#[test]
fn no_format_prints_a_command_from_a_path_or_a_message() {
    let mut scene = Scene::default();
    let source = scene.file("::set-output name=r::ok.yaml", "image: a ##[add-mask]x\n");
    let place = scene.place(source, "a ");
    let message = format!("{} ::stop-commands::x", "word ".repeat(18).trim_end());
    let found = finding(Rule::InvalidImageReference, source, Some(place), &message);
    scene.findings.push(found);
    let report = scene.report();
    for format in CheckFormat::ALL {
        let printed = print(&report, format, &PLAIN);
        let is_command = |line: &str| {
            line.trim_start().starts_with("::") && !line.starts_with("::error file=%3A%3A")
                || line.contains("##[")
        };
        assert!(!printed.lines().any(is_command), "{printed}");
    }
}
