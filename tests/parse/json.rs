//! JSON, alone and in rows.

use imagegate::parse::encoding::SUBSTITUTE;

use super::reading::{ambiguities, bodies, read};

#[test]
fn tabs_escaped_slashes_and_surrogate_pairs_are_read() {
    let text = "{\n\t\"a\":\t\"x\\/y \\ud83d\\ude00\"\n}\n";
    assert_eq!(bodies(text), [r#"{"a":"x/y 😀"}"#]);
}

#[test]
fn objects_on_a_line_each_are_documents() {
    let text = "{\"a\": \"1\"}\n{\"a\": \"2\"}\n";
    assert_eq!(bodies(text), [r#"{"a":"1"}"#, r#"{"a":"2"}"#]);
}

#[test]
fn objects_without_anything_between_are_documents() {
    let text = "{\"a\": {}}{\"b\": [{}]}";
    assert_eq!(bodies(text), [r#"{"a":{}}"#, r#"{"b":[{}]}"#]);
}

#[test]
fn objects_of_many_lines_are_documents() {
    let text = "{\n  \"a\": \"}{\"\n}\n\n{\n  \"b\": 1\n}\n";
    assert_eq!(bodies(text), [r#"{"a":"}{"}"#, r#"{"b":"1"}"#]);
}

#[test]
fn a_broken_object_hides_none_before_it() {
    let text = "{\"a\": \"1\"}\n{\"a\": \"2\"}\n{\"a\": \n";
    assert_eq!(bodies(text), [r#"{"a":"1"}"#, r#"{"a":"2"}"#, "broken"]);
}

#[test]
fn rows_of_objects_go_together_with_markers() {
    let text = "{\"a\": 1}{\"b\": 2}\n---\nc: 3\n";
    assert_eq!(
        bodies(text),
        [r#"{"a":"1"}"#, r#"{"b":"2"}"#, r#"{"c":"3"}"#]
    );
    assert!(ambiguities(text).is_empty());
}

#[test]
fn places_in_later_objects_are_places_in_the_file() {
    let text = "{\"a\": 1}\n{\"b\": 2}\n";
    let documents = read(text);
    let tree = super::reading::tree(&documents[1]);
    let value = tree
        .find(tree.root().expect("a root"), "b")
        .expect("the key")
        .value;
    let span = tree.span(value);
    assert_eq!(&text[span.start as usize..span.end as usize], "2");
}

#[test]
fn yaml_that_begins_with_a_brace_is_one_document() {
    let text = "{ # }\n  a: b } # {\n";
    assert_eq!(bodies(text), [r#"{"a":"b"}"#]);
}

#[test]
fn yaml_behind_the_object_that_a_file_begins_with_is_a_document() {
    for text in [
        "{\"a\": 1}\nb: 2\n",
        "{\"a\": 1} # one\nb: 2\n",
        "{\"a\": 1}b: 2\n",
        "{\"a\": 1}  b: 2\n",
        "{\"a\": 1}---\nb: 2\n",
    ] {
        assert_eq!(bodies(text), [r#"{"a":"1"}"#, r#"{"b":"2"}"#], "{text:?}");
        assert!(ambiguities(text).is_empty(), "{text:?}");
    }
}

#[test]
fn behind_a_later_object_other_text_is_ignored() {
    let text = "x: y\n---\n{\"a\": 1}\nb: 2\n";
    assert_eq!(bodies(text), [r#"{"x":"y"}"#, r#"{"a":"1"}"#]);
    assert_eq!(ambiguities(text), ["TextAfterContent"]);
}

#[test]
fn white_space_that_only_go_knows_may_stand_before_json() {
    for blank in ['\u{a0}', '\u{b}', '\u{c}', '\u{3000}', '\u{2009}'] {
        let text = format!("{blank}{{\"a\":1}}");
        assert_eq!(bodies(&text), [r#"{"a":"1"}"#], "{blank:?}");
        let yaml = format!("{blank}{{a: 1}}\n");
        assert_eq!(bodies(&yaml), [r#"{"a":"1"}"#], "{blank:?}");
    }
}

#[test]
fn white_space_that_only_go_knows_may_stand_behind_the_first_object() {
    let text = "{\"a\":1}\u{a0}{\"b\":2}\n";
    assert_eq!(bodies(text), [r#"{"a":"1"}"#, r#"{"b":"2"}"#]);
    assert_eq!(bodies("{}\u{3000}c: 3\n"), ["{}", r#"{"c":"3"}"#]);
    assert_eq!(bodies("{}\u{a0}{image"), ["{}", "broken"]);
}

#[test]
fn what_looks_like_a_marker_in_a_string_behind_a_unicode_line_break_divides_no_object() {
    for line_break in ['\u{85}', '\u{2028}', '\u{2029}'] {
        for mark in ["---", "..."] {
            let text = format!(
                "{{}}{{\"image\": \"{line_break}{mark} \", \"{SUBSTITUTE}\": 1}}\n---\na: 1\n"
            );
            assert_eq!(read(&text).len(), 3, "{text:?}");
        }
    }
}

#[test]
fn json_that_is_no_yaml_keeps_the_text_of_its_strings() {
    for line_break in ['\u{85}', '\u{2028}', '\u{2029}'] {
        let text = format!("  {{\"a\"\r\n:\"x {line_break} y\"}}\r");
        let expected = format!("{{\"a\":\"x {line_break} y\"}}");
        assert_eq!(bodies(&text), [expected], "{text:?}");
        assert!(read(&text)[0].is_read_by_kubernetes, "{text:?}");
    }
}

#[test]
fn json_that_is_yaml_too_is_read_as_json_where_the_file_begins_with_it() {
    let text = "{\"a\":\"x \u{85} y\"}{\"b\":\"x \u{85} y\"}";
    let read_as_json = ["{\"a\":\"x \u{85} y\"}", "{\"b\":\"x \u{85} y\"}"];
    assert_eq!(bodies(text), read_as_json);
    let behind_marker = "---\n{\"a\":\"x \u{85} y\"}\n";
    assert_eq!(bodies(behind_marker), [r#"{"a":"x y"}"#]);
}

#[test]
fn half_a_surrogate_pair_is_the_replacement_character() {
    let text = r#"{"a":"\ud83dx","b":"\ud83d\u0041","c":"\uDe00"}"#;
    let expected = "{\"a\":\"\u{fffd}x\",\"b\":\"\u{fffd}A\",\"c\":\"\u{fffd}\"}";
    assert_eq!(bodies(text), [expected]);
}
