//! Collects what Kubernetes reads differently in one document, up to a limit.

use crate::model::shorten::shorten;
use crate::model::span::Span;

use super::document::{AMBIGUITIES_LISTED, Ambiguity, AmbiguityKind};
use super::tree::{NodeId, Tree};

/// Longest repeated key that is kept, in characters: a message quotes no more.
const KEY: usize = 250;

/// Mappings up to this many keys are searched pair by pair, without allocating.
const FEW_KEYS: usize = 12;

/// The ambiguities of one document.
#[derive(Debug, Clone, Default)]
pub struct Notes {
    /// The listed ones.
    pub listed: Vec<Ambiguity>,
    /// How many more there are.
    pub left_out: u32,
    /// Whether one of all of them makes Kubernetes refuse the document.
    pub refused: bool,
    /// Whether one of them is an action of a template.
    pub is_template: bool,
}

impl Notes {
    /// Adds one.
    pub fn add(&mut self, kind: AmbiguityKind, span: Span) {
        if kind == AmbiguityKind::TemplateAction && self.ends_with_brace_before(span) {
            return;
        }
        self.refused |= kind.refused_by_kubernetes();
        self.is_template |= kind == AmbiguityKind::TemplateAction;
        if self.listed.len() < AMBIGUITIES_LISTED {
            self.listed.push(Ambiguity { span, kind });
        } else {
            self.left_out = self.left_out.saturating_add(1);
        }
    }

    /// Whether the last one is the first brace of the `{{` whose second begins `span`. Where an action
    /// stands as a key, each brace begins a mapping that is a key.
    fn ends_with_brace_before(&self, span: Span) -> bool {
        self.listed.last().is_some_and(|last| {
            last.kind == AmbiguityKind::TemplateAction && last.span.start + 1 == span.start
        })
    }

    /// Adds every key of the mapping, which has `count` of them, that repeats an earlier one.
    pub fn duplicates(&mut self, tree: &Tree<'_>, mapping: NodeId, count: usize) {
        if count < 2 {
            return;
        }
        let keys = tree.own_entries(mapping).filter_map(|(key, _)| {
            let scalar = tree.scalar(key)?;
            (!tree.is_merge_key(key)).then_some((scalar.value, key))
        });
        if count <= FEW_KEYS {
            let mut seen = [""; FEW_KEYS];
            for (at, (key, node)) in keys.enumerate() {
                if seen[..at].contains(&key) {
                    self.duplicate(tree, key, node);
                }
                seen[at] = key;
            }
            return;
        }
        let mut sorted: Vec<_> = keys.collect();
        // Aliases can make one long text thousands of keys, which need not be compared with itself.
        sorted.sort_unstable_by(|one, other| match std::ptr::eq(one.0, other.0) {
            true => one.1.cmp(&other.1),
            false => one.cmp(other),
        });
        for pair in sorted.windows(2) {
            if pair[0].0 == pair[1].0 {
                self.duplicate(tree, pair[1].0, pair[1].1);
            }
        }
    }

    fn duplicate(&mut self, tree: &Tree<'_>, key: &str, node: NodeId) {
        let kind = AmbiguityKind::DuplicateKey(shorten(key, KEY).into_owned());
        self.add(kind, tree.span(node));
    }
}
