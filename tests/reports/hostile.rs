//! What holds for every format whatever the input says.

use std::sync::{Arc, LazyLock};

use imagegate::model::evidence::AnsweredBy;
use imagegate::model::finding::{Action, Finding, Outcome, Suppressed, SuppressedBy};
use imagegate::model::object::Object;
use imagegate::model::rule::Rule;
use imagegate::report::escape::is_deceptive;
use imagegate::report::{CheckFormat, CheckReport, Style};
use proptest::prelude::*;

use crate::scene::{PLAIN, Scene, finding, print, resolved};

/// Characters that some format gives a meaning to, or that are not seen.
const SPECIAL: &[char] = &[
    '\0',
    '\t',
    '\n',
    '\r',
    '\u{1b}',
    '\u{7f}',
    '\u{85}',
    '\u{9b}',
    '%',
    ':',
    ',',
    '[',
    ']',
    '(',
    ')',
    '{',
    '0',
    '}',
    '\\',
    '"',
    '<',
    '>',
    '&',
    '`',
    '|',
    '/',
    '.',
    ' ',
    '界',
    '👩',
    '\u{301}',
    '\u{fe0f}',
    '\u{ad}',
    '\u{61c}',
    '\u{200b}',
    '\u{200d}',
    '\u{200f}',
    '\u{2028}',
    '\u{202e}',
    '\u{2066}',
    '\u{feff}',
    '\u{e0041}',
    '\u{10ffff}',
];

/// Any text, with the characters above much more often than by chance.
pub fn hostile_text() -> impl Strategy<Value = String> {
    let character = prop_oneof![
        any::<char>(),
        prop::sample::select(SPECIAL),
        prop::char::range('a', 'z'),
    ];
    prop::collection::vec(character, 0..60).prop_map(String::from_iter)
}

prop_compose! {
    /// One finding in one text, all of it hostile, that points at any bytes.
    fn hostile_report()(
        path in hostile_text(),
        text in hostile_text(),
        message in hostile_text(),
        (help, label, image) in (hostile_text(), hostile_text(), hostile_text()),
        range in (0usize..300, 0usize..300),
        whole_file in any::<bool>(),
        not_checked in any::<bool>(),
        audit in any::<bool>(),
        suppressed in prop::option::of(hostile_text()),
        rule in prop::sample::select(&Rule::ALL[..]),
    ) -> CheckReport {
        let mut scene = Scene::default();
        let source = scene.file(&path, &text);
        let (start, end) = (range.0.min(range.1), range.0.max(range.1));
        let location = (!whole_file).then(|| scene.span(source, start, end));
        let object = Object { kind: help.as_str().into(), name: Some(label.as_str().into()), ..Object::default() };
        scene.findings.push(Finding {
            outcome: if not_checked { Outcome::NotChecked } else { Outcome::Violation },
            action: if audit { Action::Audit } else { Action::Enforce },
            help: Some(help.into()),
            label: label.as_str().into(),
            digest: Some(label.clone()),
            details: Arc::new([(image.clone(), label.clone().into())].into_iter().collect()),
            image: Some(image.as_str().into()),
            container: Some(label.as_str().into()),
            field: Some(image.into()),
            object: Some(Arc::new(object)),
            also_at: location.into_iter().collect(),
            suppressed: suppressed.map(|reason| Suppressed {
                by: SuppressedBy::Annotation,
                reason: reason.into(),
                until: None,
            }),
            ..finding(rule, source, location, &message)
        });
        let (reference, mut stored) = resolved("nginx:1.27", "1", None);
        stored.answered_by = AnsweredBy::Layout(path.clone());
        scene.resolved.push((reference, stored));
        scene.policy_files.push(path);
        scene.report()
    }
}

/// Every style a terminal can ask for.
fn any_style() -> impl Strategy<Value = Style> {
    (any::<bool>(), any::<bool>(), 0usize..500).prop_map(|(color, links, width)| Style {
        color,
        links,
        width,
        show_suppressed: true,
    })
}

static SARIF: LazyLock<jsonschema::Validator> = LazyLock::new(|| {
    let schema = include_str!("../../testdata/schemas/sarif-schema-2.1.0.json");
    jsonschema::validator_for(&serde_json::from_str(schema).unwrap()).unwrap()
});

/// What the OASIS schema has against a SARIF file.
pub fn sarif_errors(sarif: &str) -> Vec<String> {
    let value: serde_json::Value = serde_json::from_str(sarif).unwrap();
    SARIF
        .iter_errors(&value)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect()
}

proptest! {
    #[test]
    fn text_shows_no_deceptive_character(report in hostile_report(), width in 0usize..300) {
        let style = Style { width, show_suppressed: true, ..PLAIN };
        let text = print(&report, CheckFormat::Text, &style);
        prop_assert!(!text.contains(|c| is_deceptive(c) && c != '\n'), "{text:?}");
    }

    #[test]
    fn text_of_any_style_is_written(report in hostile_report(), style in any_style()) {
        let text = print(&report, CheckFormat::Text, &style);
        prop_assert!(text.contains("checked 0 images"));
    }

    #[test]
    fn concise_is_one_line_a_finding(mut report in hostile_report()) {
        report.findings[0].suppressed = None;
        let text = print(&report, CheckFormat::Concise, &PLAIN);
        prop_assert_eq!(text.lines().count(), 1);
        prop_assert!(!text.trim_end_matches('\n').contains(is_deceptive));
    }

    #[test]
    fn github_is_one_command_a_finding(mut report in hostile_report()) {
        report.findings[0].suppressed = None;
        let text = print(&report, CheckFormat::Github, &PLAIN);
        prop_assert!(text.starts_with("::"));
        prop_assert_eq!(text.lines().count(), 1);
        prop_assert!(!text.trim_end_matches('\n').contains(is_deceptive));
    }

    #[test]
    fn json_reads_back_and_shows_no_deceptive_character(report in hostile_report()) {
        let text = print(&report, CheckFormat::Json, &PLAIN);
        prop_assert!(!text.contains(|c| is_deceptive(c) && c != '\n'));
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        let (shown, meant) = (&value["findings"][0], &report.findings[0]);
        prop_assert_eq!(shown["message"].as_str(), Some(meant.message.as_ref()));
        prop_assert_eq!(shown["image"].as_str(), meant.image.as_deref());
        prop_assert_eq!(shown["path"].as_str(), Some(&*report.sources.get(meant.source).path));
    }
}

proptest! {
    // Validating against the whole schema is slow in a debug build.
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn sarif_is_valid(report in hostile_report(), show_suppressed in any::<bool>()) {
        let style = Style { show_suppressed, ..PLAIN };
        let text = print(&report, CheckFormat::Sarif, &style);
        prop_assert_eq!(sarif_errors(&text), Vec::<String>::new());
        prop_assert!(!text.contains(|c| is_deceptive(c) && c != '\n'));
    }
}
