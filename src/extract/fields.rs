//! Reading a tree with the way each node is reached: aliases followed, merge keys (`<<`) merged in,
//! duplicate keys all kept, in the order in which Kubernetes lets them win (see [`crate::parse::lookup`]).
//!
//! Knows nothing about images or Kubernetes objects.

use std::collections::{HashMap, HashSet};

use crate::model::span::Span;
use crate::parse::tree::{NodeId, Tree};

/// Steps of the tree's budget for a mapping with merge keys, beside those for its entries: its fields
/// are collected and compared by name.
const MERGE_STEPS: u64 = 25;

/// Steps of the budget for one that is taken along an alias or merge: the same nodes can be reached so very
/// often, while what stands in an object itself is bounded by its text.
const SHARED_STEPS: u64 = 16;

/// A node as an object reaches it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    /// The node itself, never an alias that has a target.
    pub(super) node: NodeId,
    /// The first alias or merge on the way from the document's root, that is the one that stands in the
    /// object's own text.
    pub(super) through: Option<Span>,
}

/// An entry of a mapping as it is seen there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Field<'a> {
    /// The key as decoded; `None` when a mapping or a list stands there.
    pub(super) name: Option<&'a str>,
    /// The key's node.
    pub(super) key: NodeId,
    /// The value.
    pub(super) value: Place,
}

/// A tree to read. Every step is taken from the tree's budget; once that is used up, nothing more is
/// found, and [`Tree::is_exhausted`] says so.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader<'a> {
    pub(super) tree: &'a Tree<'a>,
}

impl<'a> Reader<'a> {
    /// The place of `node`, which is reached through `through`.
    pub(super) fn place(self, node: NodeId, through: Option<Span>) -> Place {
        let resolved = self.tree.resolve(node);
        let through = if resolved == node {
            through
        } else {
            through.or_else(|| Some(self.tree.span(node)))
        };
        Place {
            node: resolved,
            through,
        }
    }

    /// Takes `steps` from the budget, more where they are taken along an alias or merge, and says whether
    /// they were left.
    pub(super) fn spend(self, at: Place, steps: u64) -> bool {
        let each = if at.through.is_some() {
            SHARED_STEPS
        } else {
            1
        };
        self.tree.spend(steps * each)
    }

    /// Whether a mapping stands there.
    pub(super) fn is_mapping(self, at: Place) -> bool {
        self.tree.is_mapping(at.node)
    }

    /// Whether a list stands there.
    pub(super) fn is_sequence(self, at: Place) -> bool {
        self.tree.is_sequence(at.node)
    }

    /// The items of the list there; none when it is not a list.
    pub(super) fn items(self, at: Place) -> impl Iterator<Item = Place> + use<'a> {
        self.tree
            .items(at.node)
            .take_while(move |_| self.spend(at, 1))
            .map(move |item| self.place(item, at.through))
    }

    /// Everything that could be the value of `name` in the mapping there, the one that wins in the
    /// cluster last; nothing when it is not a mapping.
    pub(super) fn named(self, at: Place, name: &'a str) -> impl Iterator<Item = Place> + use<'a> {
        let found = self.spend(at, 1).then(|| self.tree.lookup(at.node, name));
        found.into_iter().flatten().map(move |entry| {
            let merge = entry.merged_through.map(|node| self.tree.span(node));
            self.place(entry.value, at.through.or(merge))
        })
    }

    /// The value of `name` that wins in the cluster.
    pub(super) fn winner(self, at: Place, name: &'a str) -> Option<Place> {
        self.named(at, name).last()
    }

    /// The text of the field of that name that wins in the cluster, when it is a scalar.
    pub(super) fn text(self, at: Place, name: &'a str) -> Option<&'a str> {
        let value = self.winner(at, name)?;
        self.tree.scalar(value.node).map(|scalar| scalar.value)
    }

    /// All fields of the mapping there, duplicates and merged ones included, of several with one name
    /// the one last that wins in the cluster; none when it is not a mapping.
    pub(super) fn fields(self, at: Place) -> impl Iterator<Item = Field<'a>> + use<'a> {
        let mut keys = self.tree.own_entries(at.node).map(|(key, _)| key);
        let (own, merged) = if keys.any(|key| self.tree.is_merge_key(key)) {
            (None, self.fields_with_merges(at))
        } else {
            (Some(self.own_fields(at)), Vec::new())
        };
        own.into_iter().flatten().chain(merged)
    }

    fn own_fields(self, at: Place) -> impl Iterator<Item = Field<'a>> + use<'a> {
        self.tree
            .own_entries(at.node)
            .take_while(move |_| self.spend(at, 1))
            .map(move |(key, value)| self.field(key, self.place(value, at.through)))
    }

    fn field(self, key: NodeId, value: Place) -> Field<'a> {
        let name = self.tree.scalar(key).map(|scalar| scalar.value);
        Field { name, key, value }
    }

    /// A merged field is left out where an own one of that name comes later: every reader takes the own
    /// one then.
    fn fields_with_merges(self, at: Place) -> Vec<Field<'a>> {
        let mut last_own: HashMap<&str, usize> = HashMap::new();
        for (position, field) in self.own_fields(at).enumerate() {
            if let Some(name) = field.name {
                last_own.insert(name, position);
            }
        }
        let mut fields = Vec::new();
        for (position, (key, value)) in self.tree.own_entries(at.node).enumerate() {
            if !self.tree.spend(MERGE_STEPS) {
                break;
            }
            if !self.tree.is_merge_key(key) {
                fields.push(self.field(key, self.place(value, at.through)));
                continue;
            }
            fields.extend(self.merged_by(value, at).into_iter().filter(|field| {
                let own = field.name.and_then(|name| last_own.get(name));
                own.is_none_or(|&own| own < position)
            }));
        }
        fields
    }

    /// The fields that one merge key brings in; of several mappings in a list the earlier one wins.
    fn merged_by(self, value: NodeId, at: Place) -> Vec<Field<'a>> {
        let mut fields: Vec<Field<'a>> = Vec::new();
        let mut earlier: HashSet<&str> = HashSet::new();
        for node in self.tree.merged(value) {
            let through = at.through.or_else(|| Some(self.tree.span(node)));
            let first = fields.len();
            // Boxed, since the type of an iterator cannot hold itself.
            let merged: Box<dyn Iterator<Item = Field<'a>>> =
                Box::new(self.fields(self.place(node, through)));
            fields.extend(
                merged.filter(|field| !field.name.is_some_and(|name| earlier.contains(name))),
            );
            earlier.extend(fields[first..].iter().filter_map(|field| field.name));
        }
        fields
    }
}
