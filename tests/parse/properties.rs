//! What holds for every text, tried on generated ones.

use imagegate::parse::document::Body;
use imagegate::parse::encoding::decode;
use imagegate::parse::tree::{Node, NodeId, Tree};
use proptest::prelude::*;

use super::reading::{json, read, read_with, shown, wanting};

/// Pieces of YAML that meet in hostile ways.
const PIECES: &[&str] = &[
    "image",
    "nginx",
    "a",
    ": ",
    ":",
    "- ",
    "? ",
    "?",
    "\n",
    "\n  ",
    "\n    ",
    "\r",
    "\r\n",
    "\t",
    " ",
    "{",
    "}",
    "[",
    "]",
    ",",
    "\"",
    "'",
    "|\n",
    ">-\n",
    "# ",
    "&a ",
    "*a",
    "*a ",
    "!!binary ",
    "!t ",
    "<<: ",
    "---\n",
    "--- ",
    "...\n",
    "%TAG ! x\n",
    "\u{2028}",
    "\u{85}",
    "\u{feff}",
    "\0",
    "\u{1}",
    "\\u0069",
    "\\\n",
    "aW1hZ2U=",
    "{{ x }}",
    "é",
    "😀",
    "\n---\n",
    "\n- ",
    "\nb: ",
];

fn yaml() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(PIECES), 0..40).prop_map(|pieces| pieces.concat())
}

/// Walks along every path, as far as the budget goes, and says how deep it came.
fn walk(tree: &Tree<'_>, id: NodeId, depth: usize) -> usize {
    if !tree.spend(1) {
        return depth;
    }
    let id = tree.resolve(id);
    let children: Vec<_> = match tree.node(id) {
        Node::Sequence => tree.items(id).collect(),
        Node::Mapping => tree
            .own_entries(id)
            .flat_map(|(key, value)| [key, value])
            .collect(),
        Node::Scalar(_) | Node::Alias(_) => Vec::new(),
    };
    children
        .into_iter()
        .map(|child| walk(tree, child, depth + 1))
        .max()
        .unwrap_or(depth)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn spans_lie_in_their_document_in_the_order_of_the_text(text in yaml()) {
        for document in read(&text) {
            let Body::Tree(tree) = &document.body else { continue };
            let mut last = document.span.start;
            for node in tree.nodes() {
                let span = tree.span(node);
                prop_assert!(last <= span.start && span.start <= span.end);
                prop_assert!(span.end <= document.span.end);
                prop_assert!(text.get(span.start as usize..span.end as usize).is_some());
                last = span.start;
            }
        }
    }

    #[test]
    fn documents_cover_the_text_in_order_without_overlap(text in yaml()) {
        let mut end = 0;
        for (index, document) in read(&text).iter().enumerate() {
            prop_assert_eq!(document.index as usize, index);
            prop_assert!(end <= document.span.start && document.span.start <= document.span.end);
            end = document.span.end;
        }
        prop_assert!(end as usize <= text.len());
    }

    #[test]
    fn no_walk_goes_deeper_than_the_limit(text in yaml()) {
        for document in read(&text) {
            if let Body::Tree(tree) = &document.body && let Some(root) = tree.root() {
                prop_assert!(walk(tree, root, 1) <= imagegate::parse::tree::DEPTH_LIMIT);
            }
        }
    }

    #[test]
    fn a_skipped_document_would_not_have_held_the_word(text in yaml()) {
        let all = read(&text);
        let filtered = read_with(&text, &wanting(&["image"]));
        prop_assert_eq!(all.len(), filtered.len());
        for (full, filtered) in all.iter().zip(&filtered) {
            match (&full.body, &filtered.body) {
                (Body::Tree(tree), Body::Skipped) => {
                    let root = tree.root().expect("a tree has a root");
                    prop_assert!(!json(tree, root).to_string().contains("image"));
                }
                (_, Body::Skipped) => {}
                _ => prop_assert_eq!(shown(full), shown(filtered)),
            }
        }
    }

    #[test]
    fn a_document_reads_the_same_whatever_stands_before_it(before in yaml(), text in "[a-z]{1,5}: [a-z]{1,5}\n") {
        // Directives belong to the document after them, so another one stands between.
        let whole = format!("{before}\n---\nbetween: x\n---\n{text}");
        let alone = read(&text);
        let last = read(&whole).pop();
        prop_assert_eq!(last.map(|document| shown(&document)), Some(shown(&alone[0])));
    }

    #[test]
    fn any_bytes_are_text_in_the_end(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let decoded = decode(bytes);
        prop_assert_eq!(decoded.fault.is_some(), decoded.faults > 0);
        read(&decoded.text);
    }
}
