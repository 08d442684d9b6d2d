//! in-toto's predicate `vulns`, versions 0.1 and 0.2 (`spec/predicates/vuln.md`, `vulns_02.md` and the
//! messages under `protos/in_toto_attestation/predicates/vulns` of in-toto/attestation).
//!
//! It has neither packages nor fixes. So a fix counts as possible for each vulnerability, or
//! `ignore-unfixed` would pass over all of them.

use std::fmt;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::fault::{MAX_NAMES, MAX_VULNERABILITIES, NO_SEVERITY};
use super::json::{Collect, Collected, Object, Text, Time, TooMany, collect};
use super::predicate::Times;
use super::{UnboundScan, cvss, names};
use crate::model::scan::{Severity, Vulnerability};

/// The predicate. The text of the specification calls the times `metadata`, its messages `scanMetadata`.
#[derive(Deserialize)]
pub(super) struct Vulns {
    scanner: Object<Scanner>,
    #[serde(alias = "scanMetadata")]
    metadata: Option<Object<Times>>,
}

#[derive(Deserialize)]
struct Scanner {
    uri: Text,
    version: Option<Text>,
    result: Listed,
}

impl Vulns {
    pub(super) fn scan(self) -> UnboundScan {
        let Object(scanner) = self.scanner;
        let finished = self.metadata.and_then(|Object(times)| times.finished);
        UnboundScan {
            scanner: names::scanner(&scanner.uri.0),
            version: scanner.version.and_then(Text::filled).map(String::from),
            finished_at: finished.and_then(|Time(time)| time),
            vulnerabilities: scanner.result.0.0,
            ignored: Vec::new(),
            exclusions: Vec::new(),
            end_of_life: false,
        }
    }
}

/// A list; by the messages of version 0.1 an object with it.
struct Listed(Found);

#[derive(Deserialize)]
struct Within {
    vulnerabilities: Collected<Found>,
}

impl<'de> Deserialize<'de> for Listed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OfListed;

        impl<'de> Visitor<'de> for OfListed {
            type Value = Listed;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Listed, A::Error> {
                collect(items).map(Listed)
            }

            fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<Listed, A::Error> {
                let within = Within::deserialize(MapAccessDeserializer::new(entries))?;
                Ok(Listed(within.vulnerabilities.0))
            }
        }

        deserializer.deserialize_any(OfListed)
    }
}

#[derive(Default)]
struct Found(Vec<Vulnerability>);

/// One entry: by the text of version 0.1 its fields stand below `vulnerability`, by its example and by
/// version 0.2 they do not.
#[derive(Deserialize)]
struct Entry {
    vulnerability: Option<Object<Fields>>,
    id: Option<Text>,
    severity: Option<Collected<Scores>>,
}

#[derive(Deserialize)]
struct Fields {
    id: Text,
    severity: Option<Collected<Scores>>,
}

/// Either of the two ways to write an entry, and not both.
struct Written {
    id: Text,
    severity: Severity,
}

impl<'de> Deserialize<'de> for Written {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Object(entry) = Object::<Entry>::deserialize(deserializer)?;
        let (id, scores) = match entry {
            Entry {
                vulnerability: Some(Object(Fields { id, severity })),
                id: None,
                severity: None,
            }
            | Entry {
                vulnerability: None,
                id: Some(id),
                severity,
            } => (id, severity),
            _ => return Err(D::Error::missing_field("id")),
        };
        let Collected(scores) = scores.unwrap_or_default();
        let severity = scores
            .severity()
            .ok_or_else(|| D::Error::custom(NO_SEVERITY))?;
        Ok(Self { id, severity })
    }
}

impl Collect for Found {
    type Item = Written;

    fn add(&mut self, written: Written) -> Result<(), TooMany> {
        if self.0.len() == MAX_VULNERABILITIES {
            return Err(TooMany);
        }
        self.0.push(Vulnerability {
            id: written.id.0,
            aliases: Vec::new(),
            package: Box::default(),
            purl: None,
            installed: Box::default(),
            fixed_in: Some(Box::default()),
            severity: written.severity,
            link: None,
        });
        Ok(())
    }
}

/// The scores of one vulnerability.
#[derive(Default)]
struct Scores {
    /// The worst of those that are understood.
    worst: Option<Severity>,
    /// Whether a number stands there of which nobody knows how it counts.
    foreign: bool,
    count: usize,
}

impl Scores {
    /// `None`: it is rated, and nobody can tell how.
    fn severity(&self) -> Option<Severity> {
        match (self.worst, self.foreign) {
            (Some(worst), _) if worst > Severity::Unknown => Some(worst),
            (_, true) => None,
            (_, false) => Some(Severity::Unknown),
        }
    }
}

/// One score, understood as far as its method is known.
enum Score {
    Rated(Severity),
    /// A number that says something else than how bad it is.
    NoRating,
    /// A number on a scale that is not known.
    Foreign,
}

#[derive(Deserialize)]
struct WrittenScore {
    method: Option<Text>,
    score: Text,
}

/// Parts of the names of methods whose numbers are CVSS scores.
const CVSS_METHODS: [&str; 2] = ["cvss", "nvd"];

/// Parts of those whose numbers tell how likely something is, or what to do.
const OTHER_METHODS: [&str; 4] = ["epss", "kev", "ssvc", "probability"];

impl<'de> Deserialize<'de> for Score {
    /// A word and a vector count whatever the method. They have to be understood: beside another score, a
    /// worse one might be passed over.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Object(written) = Object::<WrittenScore>::deserialize(deserializer)?;
        let method = written.method.unwrap_or_default().0.to_ascii_lowercase();
        let is_one_of = |names: &[&str]| names.iter().any(|name| method.contains(name));
        let text = written.score.0.trim();
        let number: Option<f64> = text.parse().ok();
        let severity = match number {
            _ if cvss::is_vector(text) => cvss::of_vector(text),
            Some(number) if is_one_of(&CVSS_METHODS) => cvss::of_score(number),
            _ if is_one_of(&OTHER_METHODS) => return Ok(Self::NoRating),
            Some(_) => return Ok(Self::Foreign),
            None => Severity::parse(text),
        };
        let severity = severity.ok_or_else(|| D::Error::custom(NO_SEVERITY))?;
        Ok(Self::Rated(severity))
    }
}

impl Collect for Scores {
    type Item = Score;

    fn add(&mut self, score: Score) -> Result<(), TooMany> {
        if self.count == MAX_NAMES {
            return Err(TooMany);
        }
        self.count += 1;
        match score {
            Score::Rated(severity) => self.worst = self.worst.max(Some(severity)),
            Score::NoRating => {}
            Score::Foreign => self.foreign = true,
        }
        Ok(())
    }
}
