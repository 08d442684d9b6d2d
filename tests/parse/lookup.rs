//! Keys: duplicates, aliases, merges, and the budget.

use imagegate::parse::tree::{NodeId, Tree};

use super::reading::{read, tree};

/// The values of `image` under the key `use`, in the order in which they win, and whether each is merged.
fn images(text: &str) -> Vec<(String, bool)> {
    let documents = read(text);
    let tree = tree(&documents[0]);
    let mapping = under(tree, "use");
    tree.lookup(mapping, "image")
        .map(|entry| {
            let value = tree.scalar(entry.value).expect("a scalar").value;
            (value.to_owned(), entry.merged_through.is_some())
        })
        .collect()
}

fn under(tree: &Tree<'_>, key: &str) -> NodeId {
    let root = tree.root().expect("a root");
    tree.find(root, key).expect("the key").value
}

fn own(value: &str) -> (String, bool) {
    (value.to_owned(), false)
}

fn merged(value: &str) -> (String, bool) {
    (value.to_owned(), true)
}

#[test]
fn duplicates_come_in_order_and_the_last_wins() {
    let text = "use:\n  image: one\n  image: two\n";
    assert_eq!(images(text), [own("one"), own("two")]);
}

#[test]
fn a_merge_brings_what_the_mapping_lacks() {
    assert_eq!(
        images("b: &b {image: base}\nuse: {<<: *b}\n"),
        [merged("base")]
    );
}

#[test]
fn a_key_after_the_merge_hides_it() {
    let text = "b: &b {image: base}\nuse:\n  <<: *b\n  image: own\n";
    assert_eq!(images(text), [own("own")]);
}

/// Readers disagree here: for go-yaml v2, which Kubernetes uses, the merge wins.
#[test]
fn a_key_before_the_merge_is_found_together_with_it() {
    let text = "b: &b {image: base}\nuse:\n  image: own\n  <<: *b\n";
    assert_eq!(images(text), [own("own"), merged("base")]);
}

#[test]
fn the_first_mapping_of_a_merged_list_wins() {
    let text = "b: &b {image: one}\nc: &c {image: two}\nuse:\n  <<: [*b, *c]\n";
    assert_eq!(images(text), [merged("one")]);
}

#[test]
fn the_last_of_several_merge_keys_that_has_the_key_wins() {
    let text = "b: &b {image: one}\nc: &c {image: two}\nd: &d {x: z}\n\
                use:\n  <<: *b\n  <<: *c\n  <<: *d\n";
    assert_eq!(images(text), [merged("two")]);
}

#[test]
fn duplicates_in_a_merged_mapping_are_all_found() {
    let text = "b: &b {image: one, image: two}\nuse: {<<: *b}\n";
    assert_eq!(images(text), [merged("one"), merged("two")]);
}

#[test]
fn a_merge_through_a_merge_names_the_one_in_the_mapping_asked() {
    let text = "b: &b {image: one}\nc: &c {<<: *b}\nuse: {<<: *c}\n";
    let documents = read(text);
    let tree = tree(&documents[0]);
    let entry = tree.find(under(tree, "use"), "image").expect("an entry");
    let through = tree.span(entry.merged_through.expect("merged"));
    assert_eq!(&text[through.start as usize..through.end as usize], "*c");
}

#[test]
fn an_alias_as_a_key_is_the_key_it_names() {
    let text = "k: &k image\nuse:\n  *k : nginx\n";
    assert_eq!(images(text), [own("nginx")]);
}

#[test]
fn a_quoted_merge_key_is_an_ordinary_one() {
    assert!(images("b: &b {image: base}\nuse: {\"<<\": *b}\n").is_empty());
}

#[test]
fn merges_that_multiply_use_up_the_budget_instead_of_the_day() {
    let mut text = String::from("a0: &a0 {other: x}\n");
    for level in 1..30 {
        let list = vec![format!("*a{}", level - 1); 10].join(", ");
        text.push_str(&format!("a{level}: &a{level} {{<<: [{list}]}}\n"));
    }
    let documents = read(&text);
    let tree = tree(&documents[0]);
    assert_eq!(tree.find(under(tree, "a29"), "image"), None);
    assert!(tree.is_exhausted());
}

#[test]
fn an_ordinary_document_leaves_most_of_the_budget() {
    let documents = read("use: {image: nginx}\n");
    let tree = tree(&documents[0]);
    for _ in 0..100_000 {
        tree.find(under(tree, "use"), "image");
    }
    assert!(!tree.is_exhausted());
}

#[test]
fn an_alias_inside_its_own_node_leads_nowhere() {
    let documents = read("use: &a {b: *a}\n");
    let tree = tree(&documents[0]);
    let alias = tree.find(under(tree, "use"), "b").expect("the key").value;
    assert_eq!(tree.resolve(alias), alias);
}

#[test]
fn the_tag_without_a_name_leaves_a_merge_key_one() {
    for key in ["! <<", "! \"<<\"", "!!merge '<<'"] {
        let text = format!("base: &b {{image: nginx}}\nuse:\n  {key}: *b\n");
        let documents = read(&text);
        let tree = tree(&documents[0]);
        let used = tree
            .find(tree.root().expect("a root"), "use")
            .expect("the key");
        assert!(tree.find(used.value, "image").is_some(), "{key}");
    }
}
