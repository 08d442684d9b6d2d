//! What stands at `image:` — text, a number, nothing — as sigs.k8s.io/yaml reads it.

use imagegate::model::reference::ReferenceError;

use crate::read::facts;

/// The text and whether it is one, of the image written as `value`; `None` when there is no image.
fn image(value: &str) -> Option<(String, bool)> {
    let text = format!("apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - image: {value}\n");
    let found = facts(&text);
    let used = found.uses.first()?;
    let is_text = *used.reference != Err(ReferenceError::NotText);
    Some((used.text.to_string(), is_text))
}

#[test]
fn null_and_nothing_are_no_image() {
    for value in ["", "null", "Null", "NULL", "~", "!!null ''"] {
        assert_eq!(image(value), None, "{value}");
    }
    let found = facts("apiVersion: v1\nkind: Pod\nspec: {containers: [{name: app}]}\n");
    assert_eq!(found.uses.len(), 0);
}

#[test]
fn numbers_and_booleans_are_told_from_text() {
    let not_text = [
        "10",
        "1_000",
        "0x1F",
        "0X1f",
        "0b11",
        "0o7",
        "-0o7",
        "0777",
        "08",
        "1e3",
        "12e03",
        "1e_3",
        ".5",
        "+.5",
        "1.",
        "1.25",
        "685_230.15",
        ".inf",
        "-.Inf",
        ".NaN",
        "-_1",
        "+1",
        "yes",
        "No",
        "on",
        "OFF",
        "y",
        "N",
        "true",
        "False",
        "!!int '5'",
        "18446744073709551616",
    ];
    for value in not_text {
        assert_eq!(image(value).map(|(_, text)| text), Some(false), "{value}");
    }
    let text = [
        "nginx",
        "yEs",
        "tRUE",
        "nULL",
        "190:20",
        "2001-01-01",
        "_1",
        "0x",
        "0b2",
        "1e",
        ".e3",
        "0.1.2",
        "._5",
        ".1_",
        "0x1p3",
        "1e400",
        "infinity",
        "nan",
        "'10'",
        "\"yes\"",
        "!!str 10",
        "! 10",
        "+",
        "''",
    ];
    for value in text {
        assert_eq!(image(value).map(|(_, text)| text), Some(true), "{value}");
    }
}

#[test]
fn the_text_is_what_yaml_decodes() {
    let cases = [
        ("\"\\x6eginx:1\"", "nginx:1"),
        ("'ng''inx'", "ng'inx"),
        (">-\n      nginx:1", "nginx:1"),
        ("|\n      nginx:1", "nginx:1\n"),
        ("!!binary bmdpbng6MQ==", "nginx:1"),
    ];
    for (written, decoded) in cases {
        let found = image(written).map(|(text, _)| text);
        assert_eq!(found.as_deref(), Some(decoded), "{written}");
    }
}

#[test]
fn an_empty_text_is_an_image_that_is_empty() {
    let found = facts("apiVersion: v1\nkind: Pod\nspec: {containers: [{image: ''}]}\n");
    assert_eq!(*found.uses[0].reference, Err(ReferenceError::Empty));
}

#[test]
fn a_collection_in_a_pod_spec_is_no_text() {
    let found = facts("apiVersion: v1\nkind: Pod\nspec: {containers: [{image: [a, b]}]}\n");
    assert_eq!(&*found.uses[0].text, "[a, b]");
    assert_eq!(*found.uses[0].reference, Err(ReferenceError::NotText));
}

#[test]
fn an_unquoted_template_action_is_a_placeholder() {
    let found =
        facts("apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - image: {{ .Values.image }}\n");
    assert_eq!(&*found.uses[0].text, "{{ .Values.image }}");
    let reference = &*found.uses[0].reference;
    assert!(
        matches!(reference, Err(ReferenceError::Placeholder(_))),
        "{reference:?}"
    );
}

#[test]
fn tags_of_ones_own_leave_text_text() {
    for (value, text) in [
        ("!mine nginx", "nginx"),
        ("!mine null", "null"),
        ("!mine 10", "10"),
        ("!!merge null", "null"),
        ("!mine", ""),
        ("! 10", "10"),
        ("!!timestamp 2026-01-01", "2026-01-01"),
    ] {
        assert_eq!(image(value), Some((text.to_owned(), true)), "{value}");
    }
}
