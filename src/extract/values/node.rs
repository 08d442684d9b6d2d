//! Values as a chart gets them: aliases followed, merges merged in, of several entries with one key the last,
//! and each scalar with its place in the file that is reported.

use std::collections::HashMap;

use super::number::printed;
use super::places::Places;
use crate::extract::fields::{Place, Reader};
use crate::extract::scalar_kind::{self, ScalarKind};
use crate::extract::template;
use crate::model::shorten::shorten;
use crate::model::span::Span;
use crate::parse::document::Body;
use crate::parse::tree::{self, Node, Style};
use crate::parse::{ParseSettings, documents};

/// Most nodes of one reading. The values of the largest charts have some ten thousand; aliases can ask for
/// very many more.
const NODES: usize = 200_000;

/// Longest text that is kept, in bytes; a longer one is no part of an image.
const TEXT: usize = 2_000;

/// How deep texts that hold values may lie in each other.
const NESTED: usize = 3;

/// Most lines of one reading that are kept from texts which could not be parsed, and the characters of each.
const LINES: usize = 1_000;
const LINE: usize = 100;

/// A scalar of values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::extract) struct Scalar {
    /// As YAML decodes it.
    pub(in crate::extract) text: String,
    /// As a template prints it, where that is another text: numbers and booleans.
    pub(in crate::extract) printed: Option<String>,
    /// Where it stands in the file.
    pub(in crate::extract) span: Span,
    /// The alias or merge that brings it here.
    pub(in crate::extract) through: Option<Span>,
}

impl Scalar {
    /// The text that ends in an image.
    pub(in crate::extract) fn shown(&self) -> &str {
        self.printed.as_deref().unwrap_or(&self.text)
    }

    /// Whether it is a string that says something.
    pub(super) fn is_text(&self) -> bool {
        self.printed.is_none() && !self.text.is_empty()
    }
}

/// What stands at a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::extract) enum Value {
    /// Nothing: `null`, or a text too long to be a part of an image.
    Nothing,
    /// A text, number or boolean.
    Scalar(Scalar),
    /// A list.
    List(Vec<Value>),
    /// A mapping.
    Map(Map),
}

impl Value {
    /// The mapping there.
    pub(super) const fn map(&self) -> Option<&Map> {
        match self {
            Self::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The items of the list there.
    pub(super) fn items(&self) -> &[Self] {
        match self {
            Self::List(items) => items,
            _ => &[],
        }
    }

    /// The scalar there.
    pub(super) const fn scalar(&self) -> Option<&Scalar> {
        match self {
            Self::Scalar(scalar) => Some(scalar),
            _ => None,
        }
    }
}

/// A mapping of values, each key once.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::extract) struct Map {
    /// In the order of the text.
    pub(super) entries: Vec<(String, Value)>,
}

impl Map {
    /// The value of a key.
    pub(super) fn get(&self, key: &str) -> Option<&Value> {
        let mut entries = self.entries.iter();
        entries.find_map(|(name, value)| (name == key).then_some(value))
    }

    /// The text, number or boolean of a key, unless it is empty.
    pub(super) fn part(&self, key: &str) -> Option<&Scalar> {
        let scalar = self.get(key).and_then(Value::scalar);
        scalar.filter(|scalar| !scalar.text.is_empty())
    }

    /// The string of a key, unless it is empty.
    pub(super) fn text(&self, key: &str) -> Option<&Scalar> {
        self.part(key).filter(|scalar| scalar.is_text())
    }

    /// Whether the key is there, whatever it says.
    pub(super) fn has(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// Sets what stands at `path` (`image.tag`), making the mappings on the way; an item of a list
    /// (`list[0].image`) is a key of that name.
    pub(super) fn set(&mut self, path: &str, value: Scalar) {
        let (key, rest) = match path.split_once('.') {
            Some((key, rest)) => (key, Some(rest)),
            None => (path, None),
        };
        let known = self.entries.iter().position(|(name, _)| name == key);
        let at = known.unwrap_or_else(|| {
            self.entries.push((key.to_owned(), Value::Nothing));
            self.entries.len() - 1
        });
        let Some((_, there)) = self.entries.get_mut(at) else {
            return;
        };
        match rest {
            None => *there = Value::Scalar(value),
            Some(rest) => {
                if there.map().is_none() {
                    *there = Value::Map(Self::default());
                }
                if let Value::Map(map) = there {
                    map.set(rest, value);
                }
            }
        }
    }
}

/// A line in a text that could not be parsed, and that looks like an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::extract) struct Unread {
    /// Where it begins in the file.
    pub(in crate::extract) span: Span,
    /// From the key on.
    pub(in crate::extract) line: String,
}

/// What values are read from.
#[derive(Debug, Clone, Copy)]
pub(in crate::extract) struct From<'r, 'a> {
    pub(in crate::extract) reader: Reader<'a>,
    /// The text in which the spans of the tree lie.
    pub(in crate::extract) text: &'r str,
    /// Where that stands in the file.
    pub(in crate::extract) places: &'r Places<'r>,
}

/// Reads what stands there. A text in a block that holds an image is read as the values that it is.
pub(in crate::extract) fn read(from: From<'_, '_>, at: Place, unread: &mut Vec<Unread>) -> Value {
    let mut reading = Reading {
        from,
        left: NODES,
        nested: NESTED,
        unread,
    };
    reading.value(at)
}

/// Reads the text of a scalar as values, whatever its style; nothing where it is not one.
pub(in crate::extract) fn read_text(
    from: From<'_, '_>,
    at: Place,
    unread: &mut Vec<Unread>,
) -> Value {
    let mut reading = Reading {
        from,
        left: NODES,
        nested: NESTED,
        unread,
    };
    match from.reader.tree.scalar(at.node) {
        Some(scalar) => reading.text(&scalar).unwrap_or(Value::Nothing),
        None => Value::Nothing,
    }
}

struct Reading<'r, 'a> {
    from: From<'r, 'a>,
    left: usize,
    /// How many texts in texts are read.
    nested: usize,
    unread: &'r mut Vec<Unread>,
}

impl Reading<'_, '_> {
    fn value(&mut self, at: Place) -> Value {
        let reader = self.from.reader;
        if self.left == 0 {
            // Said as the other things are that ask for more than a document may.
            reader.tree.spend(u64::MAX);
            return Value::Nothing;
        }
        self.left -= 1;
        match reader.tree.node(at.node) {
            Node::Alias(_) => Value::Nothing,
            Node::Sequence => {
                let items: Vec<Place> = reader.items(at).collect();
                Value::List(items.into_iter().map(|item| self.value(item)).collect())
            }
            Node::Mapping => Value::Map(self.map(at)),
            Node::Scalar(scalar) => self.scalar(&scalar, at.through),
        }
    }

    fn scalar(&mut self, scalar: &tree::Scalar<'_>, through: Option<Span>) -> Value {
        let kind = scalar_kind::of(scalar);
        if holds_more(scalar)
            && scalar.value.contains("image")
            && let Some(value) = self.text(scalar)
        {
            return value;
        }
        if kind == ScalarKind::Null || scalar.value.len() > TEXT {
            return Value::Nothing;
        }
        let places = self.from.places;
        Value::Scalar(Scalar {
            printed: (kind == ScalarKind::NotText).then(|| printed(scalar.value)),
            text: scalar.value.to_owned(),
            span: places.span(scalar.span),
            through: through.map(|through| places.span(through)),
        })
    }

    /// The values in a text; `None` where it holds none.
    fn text(&mut self, scalar: &tree::Scalar<'_>) -> Option<Value> {
        let nested = self.nested.checked_sub(1)?;
        let From {
            reader,
            text,
            places,
        } = self.from;
        let inner = Places::of(scalar, text, places);
        let (mut found, mut unread) = (Vec::new(), Vec::new());
        let mut left = self.left;
        documents(
            scalar.value,
            &ParseSettings::default(),
            &mut |document| match &document.body {
                Body::Tree(tree) => {
                    let from = From {
                        reader: Reader { tree },
                        text: scalar.value,
                        places: &inner,
                    };
                    let mut nested = Reading {
                        from,
                        left,
                        nested,
                        unread: &mut unread,
                    };
                    found.extend(nested.root());
                    left = nested.left;
                    if tree.is_exhausted() {
                        reader.tree.spend(u64::MAX);
                    }
                }
                Body::Broken(_) | Body::TooLarge(_) => {
                    lines(scalar.value, document.span, &inner, &mut unread);
                }
                Body::Empty | Body::Skipped => {}
            },
        );
        self.left = left;
        unread.truncate(LINES.saturating_sub(self.unread.len()));
        self.unread.append(&mut unread);
        match found.len() {
            0 | 1 => found.pop(),
            _ => Some(Value::List(found)),
        }
    }

    /// What the document is, unless that is a single scalar.
    fn root(&mut self) -> Option<Value> {
        let tree = self.from.reader.tree;
        let root = self.from.reader.place(tree.root()?, None);
        let is_scalar = matches!(tree.node(root.node), Node::Scalar(_));
        (!is_scalar).then(|| self.value(root))
    }

    fn map(&mut self, at: Place) -> Map {
        let mut map = Map::default();
        let mut known: HashMap<&str, usize> = HashMap::new();
        for field in self.from.reader.fields(at) {
            let Some(name) = field.name else { continue };
            let value = self.value(field.value);
            match known.get(name).and_then(|&at| map.entries.get_mut(at)) {
                Some((_, there)) => *there = value,
                None => {
                    known.insert(name, map.entries.len());
                    map.entries.push((name.to_owned(), value));
                }
            }
        }
        map
    }
}

/// Whether the text may be YAML or JSON of its own.
fn holds_more(scalar: &tree::Scalar<'_>) -> bool {
    let is_json = || scalar.value.starts_with(['[', '{']) && !scalar.value.starts_with("{{");
    scalar.style == Style::Block || scalar.style == Style::Quoted && is_json()
}

/// Lines of a document that could not be parsed, and that look like an image.
fn lines(text: &str, document: Span, places: &Places<'_>, unread: &mut Vec<Unread>) {
    let range = document.start as usize..document.end as usize;
    let own = text.get(range).unwrap_or_default();
    for (offset, line) in template::image_lines(own).take(LINES) {
        let start = document.start + offset as u32;
        unread.push(Unread {
            span: places.span(Span::new(start, start + line.len() as u32)),
            line: shorten(line.trim_end(), LINE).into_owned(),
        });
    }
}
