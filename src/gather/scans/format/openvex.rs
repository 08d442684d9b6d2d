//! OpenVEX documents (`OPENVEX-SPEC.md` 0.2 of openvex/spec). They are read strictly, since a statement
//! takes a vulnerability out of account: a document with one that is not complete is refused as a whole, as
//! the specification calls it invalid.
//!
//! Version 0.0.1 writes texts where 0.2 has objects (a vulnerability, a product, a subcomponent), and the
//! subcomponents beside the products. Many documents are still written so, and both forms are read.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use serde::Deserialize;
use serde::de::value::{MapAccessDeserializer, StrDeserializer};
use serde::de::{Deserializer, Error, IgnoredAny, MapAccess, Visitor};

use super::fault::{self, MAX_NAMES};
use super::foreign::Told;
use super::json::{Collect, Collected, Object, Text, Texts, Time, TooMany};
use super::{Unreadable, start, utf16};
use crate::model::scan::{VexProduct, VexStatement, VexStatus};

/// `@context`, which a version may follow.
const CONTEXT: &str = "https://openvex.dev/ns";

/// Most statements of one document.
const MAX_STATEMENTS: usize = 100_000;

/// No shorter identifier names an image, or a package.
const SHORTEST_IMAGE: &str = "pkg:oci/a";
const SHORTEST_PACKAGE: &str = "pkg:a/b";

const STATUSES: [(&str, VexStatus); 4] = [
    ("not_affected", VexStatus::NotAffected),
    ("affected", VexStatus::Affected),
    ("fixed", VexStatus::Fixed),
    ("under_investigation", VexStatus::UnderInvestigation),
];

/// Names of hash functions that digests of images have, and how digests write them.
const HASHES: [(&str, &str); 3] = [
    ("sha-256", "sha256"),
    ("sha-384", "sha384"),
    ("sha-512", "sha512"),
];

/// Reads a document; `path` is how its file is shown.
///
/// # Errors
/// Why it cannot be read; a sentence part.
pub fn statements(bytes: &[u8], path: &str) -> Result<Vec<VexStatement>, String> {
    let bytes = utf16::in_utf8(bytes).map_err(|unreadable| unreadable.to_string())?;
    let text = match start(&bytes) {
        Err(Unreadable::List | Unreadable::Table | Unreadable::Commas | Unreadable::NoObject) => {
            return Err(NO_DOCUMENT.to_owned());
        }
        text => text.map_err(|unreadable| unreadable.to_string())?,
    };
    let read: Result<Told<Document>, _> = serde_json::from_slice(text);
    let Told {
        value: document,
        foreign,
    } = read.map_err(|error| fault::of(error).to_string())?;
    let context = document.context.unwrap_or_default().0;
    let version = context.strip_prefix(CONTEXT);
    if !version.is_some_and(|rest| rest.is_empty() || rest.starts_with('/')) {
        let is_report = document.schema_version.is_some() || document.matches.is_some();
        return Err(match foreign {
            _ if is_report => IS_REPORT.to_owned(),
            // One of OpenVEX has statements, whatever its context.
            Some(known) if document.statements.is_none() => {
                format!("it is {}, not an OpenVEX document", known.what)
            }
            _ => NO_DOCUMENT.to_owned(),
        });
    }
    let Some(Collected(Statements(statements))) = document.statements else {
        return Err("it has no statements".to_owned());
    };
    let time = document.timestamp.and_then(|Time(time)| time);
    let path: Arc<str> = path.into();
    let statements = statements.into_iter().enumerate();
    let statements = statements.map(|(number, written)| {
        let refused = |reason| format!("its statement {} {reason}", number + 1);
        let mut statement = written.checked(&path).map_err(refused)?;
        statement.time = statement.time.or(time);
        Ok(statement)
    });
    statements.collect()
}

const NO_DOCUMENT: &str = "it is no OpenVEX document";

const IS_REPORT: &str = "it is the report of a scanner, not an OpenVEX document: name it under `accept`, as a \
                         `report`";

#[derive(Deserialize)]
struct Document {
    #[serde(rename = "@context")]
    context: Option<Text>,
    timestamp: Option<Time>,
    statements: Option<Collected<Statements>>,
    /// Of a report by Trivy, and of one by Grype.
    #[serde(rename = "SchemaVersion")]
    schema_version: Option<IgnoredAny>,
    matches: Option<IgnoredAny>,
}

#[derive(Default)]
struct Statements(Vec<Written>);

impl Collect for Statements {
    type Item = Object<Written>;

    fn add(&mut self, Object(written): Object<Written>) -> Result<(), TooMany> {
        if self.0.len() == MAX_STATEMENTS {
            return Err(TooMany);
        }
        self.0.push(written);
        Ok(())
    }
}

/// A statement as written.
#[derive(Deserialize)]
struct Written {
    vulnerability: Either<Vulnerability>,
    timestamp: Option<Time>,
    products: Option<Collected<Products>>,
    /// Of the old form: they belong to each product.
    subcomponents: Option<Collected<Components>>,
    status: Text,
    justification: Option<Text>,
    impact_statement: Option<Text>,
}

/// An object; in the old form the text of its most important field.
struct Either<T>(T);

impl<'de, T: Deserialize<'de> + From<Text>> Deserialize<'de> for Either<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OfEither<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de> + From<Text>> Visitor<'de> for OfEither<T> {
            type Value = Either<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object or a text")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                let text = Text::deserialize(StrDeserializer::new(text))?;
                Ok(Either(text.into()))
            }

            fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<Self::Value, A::Error> {
                T::deserialize(MapAccessDeserializer::new(entries)).map(Either)
            }
        }

        deserializer.deserialize_any(OfEither(PhantomData))
    }
}

#[derive(Deserialize)]
struct Vulnerability {
    name: Text,
    aliases: Option<Collected<Texts>>,
}

impl From<Text> for Vulnerability {
    fn from(name: Text) -> Self {
        Self {
            name,
            aliases: None,
        }
    }
}

impl Written {
    fn checked(self, path: &Arc<str>) -> Result<VexStatement, &'static str> {
        let known = STATUSES.iter().find(|(word, _)| **word == *self.status.0);
        let Some((_, status)) = known else {
            return Err("has a status that OpenVEX does not have");
        };
        let reasons = [self.justification, self.impact_statement];
        let has_reason = reasons.into_iter().flatten().any(|Text(it)| !it.is_empty());
        if *status == VexStatus::NotAffected && !has_reason {
            return Err("says `not_affected` without a justification or an impact statement");
        }
        let Either(vulnerability) = self.vulnerability;
        let Collected(Texts(aliases)) = vulnerability.aliases.unwrap_or_default();
        let mut ids = vec![String::from(vulnerability.name.0)];
        ids.extend(aliases.into_iter().map(String::from));
        if ids.iter().any(String::is_empty) {
            return Err("names no vulnerability");
        }
        let Collected(products) = self.products.unwrap_or_default();
        let Collected(components) = self.subcomponents.unwrap_or_default();
        if products.count == 0 || products.is_unnamed || components.is_unnamed {
            return Err("has no product, or one without an identifier");
        }
        let mut products = products.kept;
        products.shrink_to_fit();
        Ok(VexStatement {
            path: Arc::clone(path),
            ids,
            products,
            subcomponents: components.kept,
            status: *status,
            time: self.timestamp.and_then(|Time(time)| time),
        })
    }
}

/// The products of a statement.
#[derive(Default)]
struct Products {
    count: usize,
    /// Whether one, or a subcomponent of it, has no identifier.
    is_unnamed: bool,
    /// Those that may be an image.
    kept: Vec<VexProduct>,
}

#[derive(Deserialize)]
struct Product {
    #[serde(rename = "@id")]
    id: Option<Text>,
    identifiers: Option<Pairs>,
    hashes: Option<Pairs>,
    subcomponents: Option<Collected<Components>>,
}

impl From<Text> for Product {
    fn from(id: Text) -> Self {
        Self {
            id: Some(id),
            identifiers: None,
            hashes: None,
            subcomponents: None,
        }
    }
}

impl Collect for Products {
    type Item = Either<Product>;

    fn add(&mut self, Either(product): Either<Product>) -> Result<(), TooMany> {
        if self.count == MAX_STATEMENTS {
            return Err(TooMany);
        }
        self.count += 1;
        let Collected(components) = product.subcomponents.unwrap_or_default();
        let mut identifiers = identifiers(product.id, product.identifiers, product.hashes);
        self.is_unnamed |= identifiers.is_empty() || components.is_unnamed;
        keep(&mut identifiers, SHORTEST_IMAGE);
        if !identifiers.is_empty() {
            self.kept.push(VexProduct {
                identifiers,
                subcomponents: components.kept,
            });
        }
        Ok(())
    }
}

/// Subcomponents.
#[derive(Default)]
struct Components {
    /// Whether one has no identifier.
    is_unnamed: bool,
    /// The identifiers of each that may be those of a package; there may be none.
    kept: Vec<Vec<String>>,
}

#[derive(Deserialize)]
struct Component {
    #[serde(rename = "@id")]
    id: Option<Text>,
    identifiers: Option<Pairs>,
    hashes: Option<Pairs>,
}

impl From<Text> for Component {
    fn from(id: Text) -> Self {
        Self {
            id: Some(id),
            identifiers: None,
            hashes: None,
        }
    }
}

impl Collect for Components {
    type Item = Either<Component>;

    fn add(&mut self, Either(component): Either<Component>) -> Result<(), TooMany> {
        if self.kept.len() == MAX_STATEMENTS {
            return Err(TooMany);
        }
        let Component {
            id,
            identifiers: others,
            hashes,
        } = component;
        let mut identifiers = identifiers(id, others, hashes);
        self.is_unnamed |= identifiers.is_empty();
        keep(&mut identifiers, SHORTEST_PACKAGE);
        self.kept.push(identifiers);
        Ok(())
    }
}

fn identifiers(id: Option<Text>, others: Option<Pairs>, hashes: Option<Pairs>) -> Vec<String> {
    let others = others.into_iter().flat_map(|Pairs(pairs)| pairs);
    let others = others.map(|(_, value)| String::from(value));
    let hashes = hashes.into_iter().flat_map(|Pairs(pairs)| pairs);
    let hashes = hashes.map(|(name, value)| {
        let known = HASHES.iter().find(|(iana, _)| **iana == *name);
        let algorithm = known.map_or(&*name, |(_, algorithm)| algorithm);
        format!("{algorithm}:{}", value.to_ascii_lowercase())
    });
    let id = id.and_then(Text::filled).map(String::from);
    id.into_iter().chain(others).chain(hashes).collect()
}

/// Leaves away what is too short to name anything that is compared, since a list of such texts takes many
/// times its length. There may be very many of these lists, and most have one entry.
fn keep(identifiers: &mut Vec<String>, shortest: &str) {
    identifiers.retain(|identifier| identifier.len() >= shortest.len());
    identifiers.shrink_to_fit();
}

/// An object of texts, each name once.
struct Pairs(Vec<(Box<str>, Box<str>)>);

impl<'de> Deserialize<'de> for Pairs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OfPairs;

        impl<'de> Visitor<'de> for OfPairs {
            type Value = Pairs;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of texts")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Pairs, A::Error> {
                let mut pairs: Vec<(Box<str>, Box<str>)> = Vec::new();
                while let Some((Text(name), Text(value))) = entries.next_entry()? {
                    if pairs.iter().any(|(known, _)| *known == name) {
                        return Err(A::Error::duplicate_field("identifiers"));
                    }
                    if pairs.len() == MAX_NAMES {
                        return Err(A::Error::custom(fault::TOO_MANY));
                    }
                    pairs.push((name, value));
                }
                Ok(Pairs(pairs))
            }
        }

        deserializer.deserialize_map(OfPairs)
    }
}
