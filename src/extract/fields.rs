//! Reading a tree as Kubernetes and other readers see it: aliases followed, merge keys (`<<`) merged in,
//! duplicate keys all kept. Nothing is copied out of the tree, and what aliases multiply is bounded.
//!
//! Which field wins was measured with sigs.k8s.io/yaml 1.6, the reader of kubectl: entries are taken in
//! the order of the text and the last one wins, **merged ones included**. So `image: a` followed by
//! `<<: *base` deploys the image of `base`, while a reader that follows the merge key's specification
//! keeps `a`. Both are handed out, since both may be deployed; an own key after the merge wins for all.
//!
//! Knows nothing about images or Kubernetes objects.

use std::cell::Cell;
use std::collections::{HashMap, HashSet};

use crate::model::span::Span;
use crate::parse::tree::{Node, NodeId, Style, Tree};

/// How many entries and items may be visited in one file through aliases and merges. kubectl's reader
/// gives up earlier in a document of that size (go-yaml, "document contains excessive aliasing").
const SHARED_VISITS: u32 = 1_000_000;

/// How deep aliases may lead; the parser's own limit for nesting without them is 255.
const DEPTH: u32 = 512;

/// What aliases and merges may still cost in a file.
#[derive(Debug)]
pub(super) struct Budget {
    visits: Cell<u32>,
    /// The alias or merge at which it was used up, in the document at hand.
    used_up_at: Cell<Option<Span>>,
}

impl Budget {
    /// The budget of one file.
    pub(super) fn new() -> Self {
        Self {
            visits: Cell::new(SHARED_VISITS),
            used_up_at: Cell::new(None),
        }
    }

    /// Where it was used up since the last call.
    pub(super) fn take_used_up(&self) -> Option<Span> {
        self.used_up_at.take()
    }

    /// Whether `count` more visits through `through` are allowed.
    fn allows(&self, count: usize, through: Span) -> bool {
        let left = u32::try_from(count).ok();
        let left = left.and_then(|count| self.visits.get().checked_sub(count));
        match left {
            Some(left) => self.visits.set(left),
            None => self.give_up(through),
        }
        left.is_some()
    }

    /// Says that something behind `at` is not looked at.
    pub(super) fn give_up(&self, at: Span) {
        if self.used_up_at.get().is_none() {
            self.used_up_at.set(Some(at));
        }
    }
}

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

/// A tree and the budget for reading it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader<'a, 't> {
    pub(super) tree: &'a Tree<'t>,
    pub(super) budget: &'a Budget,
}

impl<'a, 't> Reader<'a, 't> {
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

    /// Whether a mapping stands there.
    pub(super) fn is_mapping(self, at: Place) -> bool {
        matches!(self.tree.node(at.node), Node::Mapping { .. })
    }

    /// Whether a list stands there.
    pub(super) fn is_sequence(self, at: Place) -> bool {
        matches!(self.tree.node(at.node), Node::Sequence { .. })
    }

    /// The items of the list there; none when it is not a list.
    pub(super) fn items(self, at: Place) -> impl Iterator<Item = Place> + use<'a, 't> {
        let items = self.tree.items(at.node);
        let allowed = at
            .through
            .is_none_or(|through| self.budget.allows(items.len() + 1, through));
        let items = if allowed { items } else { &[] };
        items
            .iter()
            .map(move |&item| self.place(item, at.through))
    }

    /// The fields of the mapping there, in the order in which kubectl's reader takes them: of several
    /// with one name the last one wins in the cluster. None when it is not a mapping.
    pub(super) fn fields(self, at: Place) -> impl Iterator<Item = Field<'a>> + use<'a, 't> {
        self.fields_at_depth(at, 0)
    }

    /// The fields of that name, the one that wins in the cluster last.
    pub(super) fn named(
        self,
        at: Place,
        name: &'a str,
    ) -> impl Iterator<Item = Place> + use<'a, 't> {
        self.fields(at)
            .filter(move |field| field.name == Some(name))
            .map(|field| field.value)
    }

    /// The field of that name that wins in the cluster.
    pub(super) fn winner(self, at: Place, name: &'a str) -> Option<Place> {
        self.named(at, name).last()
    }

    /// The text of the field of that name that wins in the cluster, when it is a scalar.
    pub(super) fn text(self, at: Place, name: &'a str) -> Option<&'a str> {
        let value = self.winner(at, name)?;
        self.tree
            .scalar(value.node)
            .map(|scalar| scalar.value.as_ref())
    }

    fn fields_at_depth(
        self,
        at: Place,
        depth: u32,
    ) -> impl Iterator<Item = Field<'a>> + use<'a, 't> {
        let allowed = at.through.is_none_or(|through| {
            let entries = self.tree.own_entries(at.node).size_hint().0;
            self.budget.allows(entries + 1, through)
        });
        let merges = allowed
            && self
                .tree
                .own_entries(at.node)
                .any(|(key, _)| self.is_merge(key));
        let own = (allowed && !merges).then(|| self.own_fields(at));
        let merged = if merges {
            self.merged_fields(at, depth)
        } else {
            Vec::new()
        };
        own.into_iter().flatten().chain(merged)
    }

    fn own_fields(self, at: Place) -> impl Iterator<Item = Field<'a>> + use<'a, 't> {
        let entries = self.tree.own_entries(at.node);
        entries.map(move |(key, value)| self.field(key, self.place(value, at.through)))
    }

    fn field(self, key: NodeId, value: Place) -> Field<'a> {
        let name = self.tree.scalar(key).map(|scalar| scalar.value.as_ref());
        Field { name, key, value }
    }

    /// The fields of a mapping that holds merge keys: a merged field is left out where an own one of
    /// that name comes later, since then every reader takes the own one.
    fn merged_fields(self, at: Place, depth: u32) -> Vec<Field<'a>> {
        let mut last_own: HashMap<&str, usize> = HashMap::new();
        for (position, field) in self.own_fields(at).enumerate() {
            if let Some(name) = field.name {
                last_own.insert(name, position);
            }
        }
        let mut fields = Vec::new();
        for (position, (key, value)) in self.tree.own_entries(at.node).enumerate() {
            if !self.is_merge(key) {
                fields.push(self.field(key, self.place(value, at.through)));
                continue;
            }
            let through = at.through.unwrap_or_else(|| self.tree.span(value));
            let merged = self.merge_sources(value, through, depth);
            fields.extend(merged.into_iter().filter(|field| {
                let own = field.name.and_then(|name| last_own.get(name));
                own.is_none_or(|&own| own < position)
            }));
        }
        fields
    }

    /// The fields that one merge key brings in; of several mappings in a list the earlier one wins.
    fn merge_sources(self, value: NodeId, through: Span, depth: u32) -> Vec<Field<'a>> {
        if depth >= DEPTH {
            self.budget.give_up(through);
            return Vec::new();
        }
        let value = self.place(value, Some(through));
        let sources: Vec<Place> = if self.is_sequence(value) {
            self.items(value).collect()
        } else {
            vec![value]
        };
        let mut fields: Vec<Field<'a>> = Vec::new();
        let mut earlier: HashSet<&str> = HashSet::new();
        for source in sources {
            let first = fields.len();
            // Boxed: the type of an iterator cannot hold itself.
            let merged: Box<dyn Iterator<Item = Field<'a>> + '_> =
                Box::new(self.fields_at_depth(source, depth + 1));
            fields.extend(merged.filter(|field| {
                !field.name.is_some_and(|name| earlier.contains(name))
            }));
            earlier.extend(fields[first..].iter().filter_map(|field| field.name));
        }
        fields
    }

    /// Whether an unquoted `<<` stands there.
    fn is_merge(self, key: NodeId) -> bool {
        self.tree
            .scalar(key)
            .is_some_and(|scalar| scalar.style == Style::Plain && scalar.value == "<<")
    }
}
