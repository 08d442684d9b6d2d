//! Owned trees from the trees of one text: aliases and merges resolved, each scalar with its place, and no
//! more nodes than there is room for.

use std::cell::Cell;
use std::collections::HashMap;
use std::sync::Arc;

use crate::extract::scalar_kind::{self, ScalarKind};
use crate::model::span::Span;
use crate::parse::document::{Body, Document};
use crate::parse::tree::{self, NodeId, Tree};
use crate::parse::{ParseSettings, documents};

use super::schemas::{self, Piece, SCHEMAS};
use super::tree::{FileId, Kind, Mapping, Node, Place, Scalar};

/// Most nodes of one file as they are reached: an alias counts what stands behind it, each time.
const NODES: usize = 2_000_000;

/// One document as a value.
#[derive(Debug, Clone)]
pub struct Value {
    /// What it holds.
    pub node: Node,
    /// Where it begins: its first scalar or bracket.
    pub start: u32,
}

/// Why a document has no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoValue {
    /// Why, as a clause.
    pub why: Arc<str>,
    /// Where.
    pub span: Span,
    /// Whether it is too much rather than wrong.
    pub is_too_large: bool,
}

/// The documents of a text with content. Places in them are those in `text` when `inside` is `None`; in a
/// text that is itself a scalar (an inline patch), each place is looked for in that scalar.
pub fn values(
    text: &str,
    file: FileId,
    inside: Option<&Inside<'_>>,
) -> Vec<Result<Value, NoValue>> {
    let mut values = Vec::new();
    let room = Cell::new(NODES);
    let pieces = match inside {
        Some(_) => vec![Piece { start: 0, text }],
        None => schemas::without(text),
    };
    for piece in pieces {
        documents(piece.text, &ParseSettings::default(), &mut |document| {
            values.extend(value(&document, file, (inside, piece.start), &room));
        });
    }
    values
}

/// `inside`: the scalar in which the text stands; behind it, where in the file the document's text begins.
fn value(
    document: &Document<'_>,
    file: FileId,
    (inside, offset): (Option<&Inside<'_>>, u32),
    room: &Cell<usize>,
) -> Option<Result<Value, NoValue>> {
    let tree = match &document.body {
        Body::Empty | Body::Skipped => return None,
        Body::Tree(tree) => tree,
        Body::Broken(error) | Body::TooLarge(error) => {
            return Some(Err(NoValue {
                why: error.message.as_str().into(),
                span: inside.map_or(error.span.shifted(offset), |inside| inside.place.span),
                is_too_large: matches!(document.body, Body::TooLarge(_)),
            }));
        }
    };
    let root = tree.root()?;
    let start = tree.span(root).shifted(offset);
    let mut reading = Reading {
        tree,
        file,
        inside,
        offset,
        room,
        keys: HashMap::new(),
    };
    let node = match reading.is_schema(root) {
        true => reading.head(root),
        false => reading.node(root),
    };
    let is_refused = !document.is_read_by_kubernetes
        || document
            .ambiguities
            .iter()
            .any(|noted| noted.kind.refused_by_kubernetes());
    let span = inside.map_or(start, |inside| inside.place.span);
    let refused = |why: &str, is_too_large| {
        Some(Err(NoValue {
            why: why.into(),
            span,
            is_too_large,
        }))
    };
    if room.get() == 0 || tree.is_exhausted() {
        return refused("it has too many nodes", true);
    }
    if is_refused {
        return refused("it is no YAML that Kubernetes reads", false);
    }
    Some(Ok(Value {
        node,
        start: span.start,
    }))
}

/// The scalar in which a text stands that is itself YAML.
#[derive(Debug, Clone, Copy)]
pub struct Inside<'a> {
    /// Where the scalar stands.
    pub place: Place,
    /// Its bytes in the file, as written.
    pub written: &'a str,
    /// The same as decoded.
    pub text: &'a str,
}

impl Inside<'_> {
    /// The place of a part of the decoded text. Lines of a block scalar are the same but for what they are
    /// indented by, so the part is looked for behind the lines before it; one that is not found so is the
    /// whole scalar.
    fn place(&self, span: Span) -> Place {
        self.find(span).unwrap_or(self.place)
    }

    fn find(&self, span: Span) -> Option<Place> {
        let (start, end) = (span.start as usize, span.end as usize);
        let wanted = self.text.get(start..end)?;
        let before = self.text.get(..start)?;
        let first = wanted.split('\n').next()?;
        if first.is_empty() {
            return None;
        }
        let header = usize::from(self.written.starts_with(['|', '>']));
        let line = before.matches('\n').count() + header;
        let mut at = 0;
        for _ in 0..line {
            at += self.written.get(at..)?.find('\n')? + 1;
        }
        let in_line = before.rsplit('\n').next().unwrap_or_default();
        let rest = self.written.get(at..)?;
        let rest = rest.split('\n').next().unwrap_or_default();
        let column = rest.find(in_line)? + in_line.len();
        let column = column + rest.get(column..)?.find(first)?;
        let start = self.place.span.start + (at + column) as u32;
        Some(Place {
            file: self.place.file,
            span: Span::new(start, start + first.len() as u32),
        })
    }
}

/// Reading one tree.
struct Reading<'a> {
    tree: &'a Tree<'a>,
    file: FileId,
    inside: Option<&'a Inside<'a>>,
    /// Where in the file the text of the tree begins.
    offset: u32,
    room: &'a Cell<usize>,
    keys: HashMap<&'a str, Arc<str>>,
}

impl<'a> Reading<'a> {
    fn is_schema(&self, root: NodeId) -> bool {
        let kind = self.tree.find(root, "kind");
        let kind = kind.and_then(|entry| self.tree.scalar(entry.value));
        kind.is_some_and(|kind| kind.value == SCHEMAS)
    }

    fn head(&mut self, root: NodeId) -> Node {
        let mut entries = Vec::new();
        for key in ["apiVersion", "kind", "metadata"] {
            if let Some(entry) = self.tree.find(root, key) {
                entries.push((Arc::from(key), self.node(entry.value)));
            }
        }
        Node::mapping(entries)
    }

    fn node(&mut self, id: NodeId) -> Node {
        let Some(left) = self.room.get().checked_sub(1) else {
            return Node::Pruned;
        };
        self.room.set(left);
        let id = self.tree.resolve(id);
        match self.tree.node(id) {
            tree::Node::Scalar(scalar) => Node::Scalar(Arc::new(Scalar {
                text: scalar.value.into(),
                kind: match scalar_kind::of(&scalar) {
                    ScalarKind::Text => Kind::Text,
                    ScalarKind::NotText => Kind::Other,
                    ScalarKind::Null => Kind::Null,
                },
                place: self.place(scalar.span),
                history: None,
            })),
            tree::Node::Sequence => {
                let items: Vec<Node> = self.tree.items(id).map(|item| self.node(item)).collect();
                Node::List(Arc::new(items))
            }
            tree::Node::Mapping => self.mapping(id),
            tree::Node::Alias(_) => Node::Pruned,
        }
    }

    fn place(&self, span: Span) -> Place {
        match self.inside {
            Some(inside) => inside.place(span),
            None => Place {
                file: self.file,
                span: span.shifted(self.offset),
            },
        }
    }

    /// The mapping with merges: each key once, with the value that wins.
    fn mapping(&mut self, id: NodeId) -> Node {
        let tree = self.tree;
        let keys: Vec<NodeId> = tree.own_entries(id).map(|(key, _)| key).collect();
        let has_merge = keys.iter().any(|key| tree.is_merge_key(*key));
        let mut mapping = Mapping::default();
        if has_merge {
            for name in self.names(id) {
                if let Some(entry) = tree.find(id, name) {
                    let value = self.node(entry.value);
                    mapping.set(self.key(name), value);
                }
            }
            return Node::Mapping(Arc::new(mapping));
        }
        let mut entries: Vec<(Arc<str>, Node)> = Vec::with_capacity(keys.len());
        let mut at: HashMap<&str, usize> = HashMap::new();
        for (key, value) in tree.own_entries(id) {
            let Some(name) = tree.scalar(key).map(|scalar| scalar.value) else {
                continue;
            };
            let value = self.node(value);
            match at.get(name) {
                Some(&at) => entries[at].1 = value,
                None => {
                    at.insert(name, entries.len());
                    entries.push((self.key(name), value));
                }
            }
        }
        Node::mapping(entries)
    }

    /// The names of all keys, those of merged mappings too, each once.
    fn names(&self, id: NodeId) -> Vec<&'a str> {
        let mut names = Vec::new();
        let mut seen = std::collections::HashSet::new();
        let mut open = vec![id];
        while let Some(id) = open.pop() {
            for (key, value) in self.tree.own_entries(id) {
                if !self.tree.spend(1) {
                    return names;
                }
                if self.tree.is_merge_key(key) {
                    open.extend(self.tree.merged(value));
                } else if let Some(scalar) = self.tree.scalar(key)
                    && seen.insert(scalar.value)
                {
                    names.push(scalar.value);
                }
            }
        }
        names
    }

    fn key(&mut self, name: &'a str) -> Arc<str> {
        let known = self.keys.entry(name);
        Arc::clone(known.or_insert_with(|| name.into()))
    }
}
