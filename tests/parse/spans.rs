//! The bytes of nodes.

use imagegate::parse::document::Body;

use super::reading::{read, tree};

/// The text of the value of the root's key `image`.
fn image(text: &str) -> &str {
    let documents = read(text);
    let tree = tree(&documents[0]);
    let root = tree.root().expect("a root");
    let span = tree.span(tree.find(root, "image").expect("the key").value);
    &text[span.start as usize..span.end as usize]
}

#[test]
fn a_scalar_begins_after_its_anchor_and_tag() {
    assert_eq!(image("image: &a !!str nginx # x\n"), "nginx");
}

#[test]
fn a_quoted_scalar_has_its_quotes() {
    assert_eq!(image("image: \"nginx\"\n"), "\"nginx\"");
}

#[test]
fn a_block_scalar_begins_at_its_indicator() {
    assert!(image("image: |-\n  nginx\nb: c\n").starts_with("|-\n"));
}

#[test]
fn a_block_scalar_ends_with_its_last_line() {
    for behind in ["", "\n", "\n\n", "\n  \n\nb: c\n", "\n# a comment\n"] {
        let text = format!("image: |\n  nginx{behind}");
        assert_eq!(image(&text), "|\n  nginx", "{behind:?}");
    }
    for (text, header) in [
        ("image: |\nb: c\n", "|"),
        ("image: |\n", "|"),
        ("image: >1-\n   ", ">1-"),
        ("image: | # none\n\n", "| # none"),
    ] {
        assert_eq!(image(text), header, "{text:?}");
    }
}

#[test]
fn a_block_scalar_is_not_taken_for_its_comment_or_its_anchor() {
    let text = "image: # > |\n  &a !t\n  >- # |\n  nginx\n";
    assert!(image(text).starts_with(">- # |\n"));
}

#[test]
fn a_collection_reaches_to_the_end_of_its_last_node() {
    let text = "image:\n  a: x\n  b: {c: d}\n\n# x\ne: f\n";
    assert_eq!(image(text), "a: x\n  b: {c: d}");
}

#[test]
fn an_alias_is_its_name() {
    assert_eq!(image("a: &a nginx\nimage: *a\n"), "*a");
}

#[test]
fn places_are_those_of_the_text_where_line_breaks_were_rewritten() {
    assert_eq!(image("# größe\u{2028}image: nginx\u{85}"), "nginx");
}

#[test]
fn bytes_inside_a_scalar_are_told_from_comments() {
    let text = "image: \"a # b\" # c\nb: | # d\n  # e\n";
    let documents = read(text);
    let tree = tree(&documents[0]);
    let inside: Vec<_> = text
        .match_indices('#')
        .map(|(at, _)| tree.is_inside_scalar(at as u32))
        .collect();
    assert_eq!(inside, [true, false, false, true]);
}

#[test]
fn an_error_has_the_byte_of_the_file() {
    let documents = read("a: b\n---\nc: d\ne: f: g\n");
    let imagegate::parse::document::Body::Broken(error) = &documents[1].body else {
        panic!("broken");
    };
    assert_eq!(error.span.start, 18);
}

#[test]
fn a_node_without_text_beside_a_rewritten_break_begins_where_a_character_does() {
    let text = "- \u{2028}---\n";
    for document in read(text) {
        let Body::Tree(tree) = &document.body else {
            continue;
        };
        for node in tree.nodes() {
            let span = tree.span(node);
            assert!(text.get(span.start as usize..span.end as usize).is_some());
        }
    }
}

#[test]
fn errors_and_ambiguities_stand_between_characters_where_line_breaks_were_rewritten() {
    for text in [
        "apiVersion: v1\n-\u{2028}--\nimage: a\n",
        "{image: a,\u{85}b: [!t\u{2029}, c]}\n",
    ] {
        for document in read(text) {
            let error = match &document.body {
                Body::Broken(error) => Some(error.span),
                _ => None,
            };
            let noted = document.ambiguities.iter().map(|noted| noted.span);
            for span in noted.chain(error) {
                let place = text.get(span.start as usize..span.end as usize);
                assert!(place.is_some(), "{text:?} {span:?}");
            }
        }
    }
}
