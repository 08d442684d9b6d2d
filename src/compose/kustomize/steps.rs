//! How much work a run may take: a few short files can ask for more than any machine has.

use std::cell::Cell;

use crate::compose::tree::Node;

/// Steps that are left.
#[derive(Debug)]
pub struct Steps(Cell<u64>);

impl Steps {
    /// That many.
    pub const fn new(steps: u64) -> Self {
        Self(Cell::new(steps))
    }

    /// How many nodes stand inside of each other at most, if no more than `most`; `None` otherwise.
    pub fn depth(&self, node: &Node, most: usize) -> Option<usize> {
        let below = most.checked_sub(1)?;
        self.spend(0)?;
        let deepest = |deepest: usize, node: &Node| Some(deepest.max(self.depth(node, below)?));
        let deepest = match node {
            Node::List(items) => items.iter().try_fold(0, deepest),
            Node::Mapping(mapping) => {
                let values = mapping.entries().iter().map(|(_, node)| node);
                { values }.try_fold(0, deepest)
            }
            Node::Scalar(_) | Node::Pruned => Some(0),
        };
        Some(deepest? + 1)
    }

    /// Takes some and one more; `None` when they are not left.
    pub fn spend(&self, steps: usize) -> Option<()> {
        let left = self.0.get().checked_sub(steps as u64 + 1);
        self.0.set(left.unwrap_or(0));
        left.map(|_| ())
    }
}
