//! Tabs at the start of lines, where kubectl takes them and YAML 1.2 does not.

use super::reading::{ambiguities, bodies, read, tree};

#[test]
fn tabs_before_lines_between_brackets_and_braces_are_read() {
    for text in [
        "a: {\n\tb: [\n\t\tc,\n\t\td\n\t]\n}\n",
        "a:\n  b: {\n\t\"c\": d,\n\t# comment\n\n\te: f }\n",
        "- [\n\ta]\n",
        "a: {\r\n\tb: c\r\n}\r\n",
    ] {
        assert_eq!(read(text).len(), 1);
        tree(&read(text)[0]);
        assert!(ambiguities(text).is_empty(), "{text:?}");
    }
    assert_eq!(
        bodies("a: {\n\tb: [\n\t\tc,\n\t\td\n\t]\n}\n"),
        [r#"{"a":{"b":["c","d"]}}"#]
    );
}

#[test]
fn tabs_that_indent_a_block_break_the_document() {
    for text in [
        "a:\n\tb: c\n",
        "a: {\n\tb: c\n}\nd:\n\te: f\n",
        "a: [\n\tb]\n\tc: d\n",
    ] {
        assert_eq!(bodies(text), ["broken"], "{text:?}");
    }
}

#[test]
fn tabs_in_the_lines_of_a_text_stay() {
    let text = "a: {\n\tb: c\n}\nd: |\n \tx\n";
    assert_eq!(bodies(text), [r#"{"a":{"b":"c"},"d":"\tx\n"}"#]);
}

#[test]
fn places_behind_tabs_are_those_of_the_text() {
    let text = "a: {\n\t\timage: nginx\n}\n";
    let documents = read(text);
    let tree = tree(&documents[0]);
    let outer = tree.find(tree.root().expect("a root"), "a").expect("a");
    let span = tree.span(tree.find(outer.value, "image").expect("image").value);
    assert_eq!(&text[span.start as usize..span.end as usize], "nginx");
}
