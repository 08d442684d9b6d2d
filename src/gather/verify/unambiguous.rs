//! JSON that every reader reads alike. A name written twice in one object is read as the first by some
//! readers and as the last by others, so a signer and a verifier may see two documents in the same signed
//! bytes. Such documents are refused here before anything is read from them, and so are those with more
//! values than any real one, since a reader needs far more memory for a value than its two characters.

use std::collections::HashSet;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// Most values, nested ones included, of a statement. The largest software bills of materials seen in public
/// have a few hundred thousand.
pub(super) const MOST_OF_STATEMENT: u32 = 1_000_000;

/// Most values of everything else: envelopes, bundles with their log entries, payloads of simple signing.
pub(super) const MOST: u32 = 20_000;

/// Why a document is not read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Ambiguity {
    /// Not JSON, or nested too deep.
    #[error("is no JSON (line {line}, column {column})")]
    Syntax {
        /// Counted from 1.
        line: usize,
        /// Counted from 1, in bytes.
        column: usize,
    },
    /// An object has one name twice.
    #[error("writes a name twice in one object (line {line}, column {column})")]
    Twice {
        /// Counted from 1.
        line: usize,
        /// Counted from 1, in bytes.
        column: usize,
    },
    /// More values than it may have.
    #[error("has more than {0} values")]
    TooLarge(u32),
}

/// Checks one JSON document of at most so many values, to its end.
pub(super) fn check(json: &[u8], most: u32) -> Result<(), Ambiguity> {
    let mut seen = Seen {
        most,
        values: 0,
        twice: false,
    };
    let mut reader = serde_json::Deserializer::from_slice(json);
    let read = seen.deserialize(&mut reader).and_then(|()| reader.end());
    read.map_err(|error| {
        let (line, column) = (error.line(), error.column());
        match seen {
            Seen { twice: true, .. } => Ambiguity::Twice { line, column },
            Seen { values, .. } if values > most => Ambiguity::TooLarge(most),
            Seen { .. } => Ambiguity::Syntax { line, column },
        }
    })
}

struct Seen {
    most: u32,
    values: u32,
    twice: bool,
}

impl<'de> DeserializeSeed<'de> for &mut Seen {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        self.values += 1;
        if self.values > self.most {
            return Err(D::Error::custom("too many values"));
        }
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for &mut Seen {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while items.next_element_seed(&mut *self)?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        let mut names = HashSet::new();
        while let Some(name) = entries.next_key::<String>()? {
            if !names.insert(name) {
                self.twice = true;
                return Err(A::Error::custom("a name is written twice"));
            }
            entries.next_value_seed(&mut *self)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_with_each_name_once_is_read() {
        let json = br#"{"a":[1,-2,3.5,true,null,"x",{"a":{"b":1},"c":{"b":1}}],"b":{}}"#;
        assert_eq!(check(json, MOST), Ok(()));
    }

    #[test]
    fn a_name_written_twice_is_refused_at_any_depth() {
        for json in [
            r#"{"a":1,"a":1}"#,
            r#"{"a":[{"b":{"c":1,"c":2}}]}"#,
            "{\"a\":1,\"\\u0061\":2}",
        ] {
            let refused = check(json.as_bytes(), MOST);
            assert!(matches!(refused, Err(Ambiguity::Twice { .. })), "{json}");
        }
    }

    #[test]
    fn text_behind_the_document_is_refused() {
        assert!(matches!(
            check(b"{} {}", MOST),
            Err(Ambiguity::Syntax { .. })
        ));
    }

    #[test]
    fn deep_nesting_is_refused_and_not_followed() {
        let json = "[".repeat(100_000);
        let refused = check(json.as_bytes(), MOST);
        assert!(matches!(refused, Err(Ambiguity::Syntax { .. })));
    }

    #[test]
    fn more_values_than_a_real_document_has_are_refused() {
        let json = format!("[{}0]", "0,".repeat(MOST as usize));
        assert_eq!(check(json.as_bytes(), MOST), Err(Ambiguity::TooLarge(MOST)));
    }
}
