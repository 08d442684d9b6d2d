//! Finding a key in a mapping the way Kubernetes does: duplicates, alias keys and merge keys (`<<`).
//!
//! sigs.k8s.io/yaml decodes with go-yaml v2, which applies the entries of a mapping one after the other,
//! a merge key like any other entry: what comes later wins. Readers by the letter of the merge
//! specification let the mapping's own key win wherever it stands. So a key of the mapping itself can
//! lose to a merge written *after* it, and both are found here.

use super::tree::{Entries, Entry, Node, NodeId, ScalarTag, Shape, Style, Tree};

impl Tree<'_> {
    /// Everything that could be the value of `key` in the mapping at `mapping` (behind an alias too), the
    /// one that wins in the cluster last: the mapping's own entries, duplicates included, in order; then,
    /// unless one of them stands after it, what a merge key brings.
    ///
    /// Of the mappings in a merged list the first that has the key brings it; of several merge keys the
    /// last. Empty for anything that is no mapping, and when the budget is used up ([`Tree::spend`]).
    pub fn lookup<'a>(&'a self, mapping: NodeId, key: &'a str) -> Lookup<'a> {
        Lookup {
            tree: self,
            key,
            own: self.own_entries(mapping),
            merges: Vec::new(),
            merged: Vec::new().into_iter(),
        }
    }

    /// The entry for `key` that wins in the cluster; see [`Tree::lookup`].
    pub fn find(&self, mapping: NodeId, key: &str) -> Option<Entry> {
        self.lookup(mapping, key).last()
    }

    /// Whether the node, as a key, is a merge key: a plain `<<`, or one tagged `!!merge` or `!`.
    pub fn is_merge_key(&self, key: NodeId) -> bool {
        match self.node(key) {
            Node::Scalar(scalar) => {
                scalar.value == "<<"
                    && match scalar.tag {
                        ScalarTag::None => scalar.style == Style::Plain,
                        ScalarTag::Merge | ScalarTag::NonSpecific => true,
                        ScalarTag::String
                        | ScalarTag::Own
                        | ScalarTag::Binary
                        | ScalarTag::Other => false,
                    }
            }
            _ => false,
        }
    }

    /// The nodes that a merge key with this value merges, an alias or mapping each, in the order in which
    /// they win.
    pub fn merged(&self, value: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        // An alias to a list is not followed: go-yaml refuses it.
        let is_list = self.record(value).shape == Shape::Sequence;
        let list = is_list.then(|| self.items(value)).into_iter().flatten();
        let single = (!is_list).then_some(value);
        list.chain(single).filter(|node| self.is_mapping(*node))
    }

    fn bring(&self, merge: NodeId, key: &str, found: &mut Vec<Entry>) {
        for node in self.merged(merge) {
            let before = found.len();
            found.extend(self.lookup(node, key).map(|entry| Entry {
                merged_through: Some(node),
                ..entry
            }));
            if found.len() > before {
                return;
            }
        }
    }
}

/// The entries for one key; see [`Tree::lookup`].
#[derive(Debug)]
pub struct Lookup<'a> {
    tree: &'a Tree<'a>,
    key: &'a str,
    own: Entries<'a>,
    /// Values of the merge keys after the last own entry that was found.
    merges: Vec<NodeId>,
    merged: std::vec::IntoIter<Entry>,
}

impl Iterator for Lookup<'_> {
    type Item = Entry;

    fn next(&mut self) -> Option<Entry> {
        for (key, value) in self.own.by_ref() {
            if !self.tree.spend(1) {
                return None;
            }
            if self.tree.is_merge_key(key) {
                self.merges.push(value);
            } else if (self.tree.scalar(key)).is_some_and(|scalar| scalar.value == self.key) {
                self.merges.clear();
                return Some(Entry {
                    key,
                    value,
                    merged_through: None,
                });
            }
        }
        let mut found = Vec::new();
        while found.is_empty()
            && let Some(merge) = self.merges.pop()
        {
            self.tree.bring(merge, self.key, &mut found);
        }
        if !found.is_empty() {
            self.merges.clear();
            self.merged = found.into_iter();
        }
        self.merged.next()
    }
}
