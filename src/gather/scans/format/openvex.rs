//! OpenVEX documents (`OPENVEX-SPEC.md` 0.2 of openvex/spec). They are read strictly, since a statement
//! takes a vulnerability out of account: a document with one that is not complete is refused as a whole, as
//! the specification calls it invalid.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, Visitor};

use super::fault::{self, MAX_NAMES};
use super::json::{Collect, Collected, Object, Text, Texts, Time, TooMany};
use super::{Unreadable, start};
use crate::model::scan::{VexProduct, VexStatement, VexStatus};

/// `@context`, which a version may follow.
const CONTEXT: &str = "https://openvex.dev/ns";

/// Most statements of one document.
const MAX_STATEMENTS: usize = 100_000;

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
    let text = match start(bytes) {
        Err(Unreadable::List) => return Err(NO_DOCUMENT.to_owned()),
        text => text.map_err(|unreadable| unreadable.to_string())?,
    };
    let read: Result<Object<Document>, _> = serde_json::from_slice(text);
    let Object(document) = read.map_err(|error| fault::of(error).to_string())?;
    let context = document.context.unwrap_or_default().0;
    let version = context.strip_prefix(CONTEXT);
    if !version.is_some_and(|rest| rest.is_empty() || rest.starts_with('/')) {
        return Err(NO_DOCUMENT.to_owned());
    }
    let Some(Collected(Statements(statements))) = document.statements else {
        return Err("it has no statements".to_owned());
    };
    let time = document.timestamp.and_then(|Time(time)| time);
    let statements = statements.into_iter().enumerate();
    let statements = statements.map(|(number, written)| {
        let refused = |reason| format!("its statement {} {reason}", number + 1);
        let mut statement = written.checked(path).map_err(refused)?;
        statement.time = statement.time.or(time);
        Ok(statement)
    });
    statements.collect()
}

const NO_DOCUMENT: &str = "it is no OpenVEX document";

#[derive(Deserialize)]
struct Document {
    #[serde(rename = "@context")]
    context: Option<Text>,
    timestamp: Option<Time>,
    statements: Option<Collected<Statements>>,
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
    vulnerability: Object<Vulnerability>,
    timestamp: Option<Time>,
    products: Option<Collected<Products>>,
    status: Text,
    justification: Option<Text>,
    impact_statement: Option<Text>,
}

#[derive(Deserialize)]
struct Vulnerability {
    name: Text,
    aliases: Option<Collected<Texts>>,
}

impl Written {
    fn checked(self, path: &str) -> Result<VexStatement, &'static str> {
        let known = STATUSES.iter().find(|(word, _)| **word == *self.status.0);
        let Some((_, status)) = known else {
            return Err("has a status that OpenVEX does not have");
        };
        let reasons = [self.justification, self.impact_statement];
        let has_reason = reasons.into_iter().flatten().any(|Text(it)| !it.is_empty());
        if *status == VexStatus::NotAffected && !has_reason {
            return Err("says `not_affected` without a justification or an impact statement");
        }
        let Object(vulnerability) = self.vulnerability;
        let Collected(Texts(aliases)) = vulnerability.aliases.unwrap_or_default();
        let mut ids = vec![String::from(vulnerability.name.0)];
        ids.extend(aliases.into_iter().map(String::from));
        if ids.iter().any(String::is_empty) {
            return Err("names no vulnerability");
        }
        let Collected(Products(products)) = self.products.unwrap_or_default();
        let mut named = products.iter().flat_map(|product| {
            let whole = std::iter::once(&product.identifiers);
            whole.chain(&product.subcomponents)
        });
        if products.is_empty() || named.any(Vec::is_empty) {
            return Err("has no product, or one without an identifier");
        }
        Ok(VexStatement {
            path: path.to_owned(),
            ids,
            products,
            status: *status,
            time: self.timestamp.and_then(|Time(time)| time),
        })
    }
}

#[derive(Default)]
struct Products(Vec<VexProduct>);

#[derive(Deserialize)]
struct Product {
    #[serde(rename = "@id")]
    id: Option<Text>,
    identifiers: Option<Pairs>,
    hashes: Option<Pairs>,
    subcomponents: Option<Collected<Components>>,
}

impl Collect for Products {
    type Item = Object<Product>;

    fn add(&mut self, Object(product): Object<Product>) -> Result<(), TooMany> {
        if self.0.len() == MAX_STATEMENTS {
            return Err(TooMany);
        }
        let Collected(Components(subcomponents)) = product.subcomponents.unwrap_or_default();
        self.0.push(VexProduct {
            identifiers: identifiers(product.id, product.identifiers, product.hashes),
            subcomponents,
        });
        Ok(())
    }
}

#[derive(Default)]
struct Components(Vec<Vec<String>>);

#[derive(Deserialize)]
struct Component {
    #[serde(rename = "@id")]
    id: Option<Text>,
    identifiers: Option<Pairs>,
    hashes: Option<Pairs>,
}

impl Collect for Components {
    type Item = Object<Component>;

    fn add(&mut self, Object(component): Object<Component>) -> Result<(), TooMany> {
        if self.0.len() == MAX_STATEMENTS {
            return Err(TooMany);
        }
        let Component {
            id,
            identifiers: others,
            hashes,
        } = component;
        self.0.push(identifiers(id, others, hashes));
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
