//! Values that several files put together: owned trees of which each scalar knows where it stands.
//!
//! A tree of [`crate::parse`] lives as long as its text and cannot be changed. These can: a copy costs a
//! pointer, and what changes is copied on the way down to it, so that a base under a hundred overlays is
//! there once.

use std::sync::Arc;

use crate::model::origin::PartRole;
use crate::model::span::Span;

/// Most scalars that are remembered to have stood where another one stands now.
const REPLACED: usize = 8;

/// Names a file of those that are composed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// Where a scalar stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The file.
    pub file: FileId,
    /// Its bytes there.
    pub span: Span,
}

/// What stands at a node.
#[derive(Debug, Clone)]
pub enum Node {
    /// Text, a number, a boolean or null.
    Scalar(Arc<Scalar>),
    /// A list.
    List(Arc<Vec<Node>>),
    /// A map.
    Mapping(Arc<Mapping>),
    /// Something that was left out, since no image can come from it, or its content is not known.
    Pruned,
}

/// What Kubernetes takes a scalar for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A string.
    Text,
    /// A number or boolean.
    Other,
    /// Nothing.
    Null,
}

/// A scalar, with what it is made of.
#[derive(Debug, Clone)]
pub struct Scalar {
    /// The value.
    pub text: Arc<str>,
    /// What it is taken for.
    pub kind: Kind,
    /// Where it stands; of one that is put together, the value that decided last.
    pub place: Place,
    /// What it is put together from, and what it replaced; `None` for one that is as it is written.
    pub history: Option<Arc<History>>,
}

/// How a scalar came about.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct History {
    /// What its name comes from.
    pub name: Vec<Piece>,
    /// What follows the name: tag, digest.
    pub rest: Vec<Piece>,
    /// What stood there before, the first of them first.
    pub replaced: Vec<Piece>,
}

/// A scalar as it stands in a file, and what it says of an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// The part of the image.
    pub role: PartRole,
    /// The scalar.
    pub text: Arc<str>,
    /// Where it stands.
    pub place: Place,
}

impl Scalar {
    /// The scalar as a piece, as it is written.
    pub fn piece(&self, role: PartRole) -> Piece {
        Piece {
            role,
            text: Arc::clone(&self.text),
            place: self.place,
        }
    }

    /// What it is made of, in the order of its text; itself when it is as it is written.
    pub fn pieces(&self) -> Vec<Piece> {
        let Some(history) = &self.history else {
            return vec![self.piece(PartRole::Image)];
        };
        let mut pieces: Vec<Piece> = Vec::new();
        for piece in history.name.iter().chain(&history.rest) {
            if !pieces.iter().any(|known| known.place == piece.place) {
                pieces.push(piece.clone());
            }
        }
        match pieces.is_empty() {
            true => vec![self.piece(PartRole::Image)],
            false => pieces,
        }
    }

    /// Whether its text stands at its place, and is not put together.
    pub fn is_as_written(&self) -> bool {
        let history = self.history.as_ref();
        history.is_none_or(|made| made.name.is_empty() && made.rest.is_empty())
    }

    /// What stood there before, the first of them first.
    pub fn replaced(&self) -> &[Piece] {
        self.history.as_ref().map_or(&[], |made| &made.replaced)
    }

    /// The same, put in place of `before`: what stood there is remembered.
    #[must_use]
    pub fn in_place_of(&self, before: &Self) -> Self {
        let mut history = self.history.as_deref().cloned().unwrap_or_default();
        let mut replaced = before.replaced().to_vec();
        replaced.extend(before.pieces());
        replaced.append(&mut history.replaced);
        let known = replaced.clone();
        let mut at = 0;
        replaced.retain(|piece| {
            at += 1;
            let again = known[..at - 1].iter().any(|one| one.place == piece.place);
            !again && piece.place != self.place
        });
        replaced.truncate(REPLACED);
        history.replaced = replaced;
        Self {
            history: Some(Arc::new(history)),
            ..self.clone()
        }
    }
}

/// A map; no key stands in it twice.
#[derive(Debug, Clone, Default)]
pub struct Mapping {
    entries: Vec<(Arc<str>, Node)>,
}

impl Mapping {
    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&Node> {
        let mut entries = self.entries.iter();
        entries
            .find(|(name, _)| &**name == key)
            .map(|(_, value)| value)
    }

    /// The value of a key, to change it.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Node> {
        let mut entries = self.entries.iter_mut();
        entries
            .find(|(name, _)| &**name == key)
            .map(|(_, value)| value)
    }

    /// Sets a key: where it stands, else at the end.
    pub fn set(&mut self, key: Arc<str>, value: Node) {
        match self.get_mut(&key) {
            Some(old) => *old = value,
            None => self.entries.push((key, value)),
        }
    }

    /// Takes a key away.
    pub fn remove(&mut self, key: &str) -> Option<Node> {
        let at = self.entries.iter().position(|(name, _)| &**name == key)?;
        Some(self.entries.remove(at).1)
    }

    /// Keys and values in order.
    pub fn entries(&self) -> &[(Arc<str>, Node)] {
        &self.entries
    }

    /// Keys and values, to change the values.
    pub fn entries_mut(&mut self) -> &mut [(Arc<str>, Node)] {
        &mut self.entries
    }
}

impl From<Vec<(Arc<str>, Node)>> for Mapping {
    /// No key may be there twice.
    fn from(entries: Vec<(Arc<str>, Node)>) -> Self {
        Self { entries }
    }
}

impl Node {
    /// A map.
    pub fn mapping(entries: Vec<(Arc<str>, Self)>) -> Self {
        Self::Mapping(Arc::new(Mapping::from(entries)))
    }

    /// A text that stands at `place`.
    pub fn text_at(text: &str, place: Place) -> Self {
        Self::Scalar(Arc::new(Scalar {
            text: text.into(),
            kind: Kind::Text,
            place,
            history: None,
        }))
    }

    /// The map there.
    pub fn as_mapping(&self) -> Option<&Mapping> {
        match self {
            Self::Mapping(mapping) => Some(mapping),
            _ => None,
        }
    }

    /// The items of the list there; none for anything else.
    pub fn items(&self) -> &[Self] {
        match self {
            Self::List(items) => items,
            _ => &[],
        }
    }

    /// The scalar there.
    pub fn as_scalar(&self) -> Option<&Scalar> {
        match self {
            Self::Scalar(scalar) => Some(scalar),
            _ => None,
        }
    }

    /// The text of the scalar there, when it is a string.
    pub fn as_text(&self) -> Option<&str> {
        let scalar = self.as_scalar()?;
        (scalar.kind == Kind::Text).then_some(&*scalar.text)
    }

    /// Whether null stands there.
    pub fn is_null(&self) -> bool {
        self.as_scalar()
            .is_some_and(|scalar| scalar.kind == Kind::Null)
    }

    /// The value of a key of the map there.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.as_mapping()?.get(key)
    }

    /// The value behind several keys, one after the other.
    pub fn at(&self, keys: &[&str]) -> Option<&Self> {
        keys.iter().try_fold(self, |node, key| node.get(key))
    }

    /// The text behind several keys.
    pub fn text(&self, keys: &[&str]) -> Option<&str> {
        self.at(keys)?.as_text()
    }

    /// The map there, to change it; copied where others hold it too.
    pub fn as_mapping_mut(&mut self) -> Option<&mut Mapping> {
        match self {
            Self::Mapping(mapping) => Some(Arc::make_mut(mapping)),
            _ => None,
        }
    }

    /// The list there, to change it; copied where others hold it too.
    pub fn as_list_mut(&mut self) -> Option<&mut Vec<Self>> {
        match self {
            Self::List(items) => Some(Arc::make_mut(items)),
            _ => None,
        }
    }

    /// Sets the value behind several keys; maps that are not there are made. What is no map stays.
    pub fn set(&mut self, keys: &[&str], value: Self) {
        let Some((first, rest)) = keys.split_first() else {
            *self = value;
            return;
        };
        let Some(mapping) = self.as_mapping_mut() else {
            return;
        };
        if rest.is_empty() {
            mapping.set((*first).into(), value);
            return;
        }
        if mapping.get(first).is_none_or(Self::is_null) {
            mapping.set((*first).into(), Self::mapping(Vec::new()));
        }
        if let Some(inner) = mapping.get_mut(first) {
            inner.set(rest, value);
        }
    }

    /// Where its first scalar stands.
    pub fn place(&self) -> Option<Place> {
        match self {
            Self::Scalar(scalar) => Some(scalar.place),
            Self::List(items) => items.iter().find_map(Self::place),
            Self::Mapping(mapping) => mapping.entries.iter().find_map(|(_, node)| node.place()),
            Self::Pruned => None,
        }
    }
}
