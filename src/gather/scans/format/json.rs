//! The shapes that reports are made of. serde's derived readers take a list for an object and keep texts
//! whole; these do not.

use std::fmt;
use std::marker::PhantomData;

use jiff::Timestamp;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::fault::{MAX_NAMES, NO_SEVERITY, TOO_MANY};
use crate::model::scan::Severity;
use crate::model::shorten::shorten;

/// Longest text that is kept, in characters. Names, versions and links are far shorter.
const KEPT_CHARACTERS: usize = 500;

/// A `T` written as an object and nothing else.
pub(super) struct Object<T>(pub(super) T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OfObject<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for OfObject<T> {
            type Value = Object<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<Self::Value, A::Error> {
                T::deserialize(MapAccessDeserializer::new(entries)).map(Object)
            }
        }

        deserializer.deserialize_map(OfObject(PhantomData))
    }
}

/// A text, cut after [`KEPT_CHARACTERS`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Text(pub(super) Box<str>);

impl Text {
    /// The text, when something is written.
    pub(super) fn filled(self) -> Option<Box<str>> {
        Some(self.0).filter(|text| !text.is_empty())
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OfText;

        impl Visitor<'_> for OfText {
            type Value = Text;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text")
            }

            fn visit_str<E>(self, text: &str) -> Result<Text, E> {
                Ok(Text(shorten(text, KEPT_CHARACTERS).into()))
            }
        }

        deserializer.deserialize_str(OfText)
    }
}

/// A severity in a word that scanners write.
pub(super) struct Rating(pub(super) Severity);

impl Default for Rating {
    fn default() -> Self {
        Self(Severity::Unknown)
    }
}

impl<'de> Deserialize<'de> for Rating {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Text(word) = Text::deserialize(deserializer)?;
        let severity = Severity::parse(&word).ok_or_else(|| D::Error::custom(NO_SEVERITY))?;
        Ok(Self(severity))
    }
}

/// A time. An empty text is none, and so is the year 1, which is how Go writes a time that was never set.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Time(pub(super) Option<Timestamp>);

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OfTime;

        impl Visitor<'_> for OfTime {
            type Value = Time;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a time")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Time, E> {
                if text.is_empty() || text.starts_with("0001-01-01T00:00:00") {
                    return Ok(Time(None));
                }
                let time = text.parse().map_err(|_| E::custom("no time"))?;
                Ok(Time(Some(time)))
            }
        }

        deserializer.deserialize_str(OfTime)
    }
}

/// What becomes of the entries of a list, one after the other.
pub(super) trait Collect: Default {
    /// An entry as written.
    type Item;

    /// Takes the next entry in.
    ///
    /// # Errors
    /// There are too many.
    fn add(&mut self, item: Self::Item) -> Result<(), TooMany>;
}

/// A list has more entries than are read.
pub(super) struct TooMany;

/// A list that was collected.
#[derive(Default)]
pub(super) struct Collected<C>(pub(super) C);

impl<'de, C> Deserialize<'de> for Collected<C>
where
    C: Collect,
    C::Item: Deserialize<'de>,
{
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OfList<C>(PhantomData<C>);

        impl<'de, C> Visitor<'de> for OfList<C>
        where
            C: Collect,
            C::Item: Deserialize<'de>,
        {
            type Value = Collected<C>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Self::Value, A::Error> {
                collect(items).map(Collected)
            }
        }

        deserializer.deserialize_seq(OfList(PhantomData))
    }
}

/// Collects the entries of a list.
pub(super) fn collect<'de, C, A>(mut items: A) -> Result<C, A::Error>
where
    C: Collect,
    C::Item: Deserialize<'de>,
    A: SeqAccess<'de>,
{
    let mut collected = C::default();
    while let Some(item) = items.next_element()? {
        collected
            .add(item)
            .map_err(|TooMany| A::Error::custom(TOO_MANY))?;
    }
    Ok(collected)
}

/// The texts of a list.
#[derive(Default)]
pub(super) struct Texts(pub(super) Vec<Box<str>>);

impl Collect for Texts {
    type Item = Text;

    fn add(&mut self, Text(text): Text) -> Result<(), TooMany> {
        if self.0.len() == MAX_NAMES {
            return Err(TooMany);
        }
        self.0.push(text);
        Ok(())
    }
}
