//! in-toto's predicate `vulns`, versions 0.1 and 0.2 (`spec/predicates/vuln.md`, `vulns_02.md` and the
//! messages under `protos/in_toto_attestation/predicates/vulns` of in-toto/attestation).
//!
//! It has neither packages nor fixes. So a fix counts as possible for each vulnerability, or
//! `ignore-unfixed` would pass over all of them.

use std::fmt;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};

use super::UnboundScan;
use super::fault::{MAX_NAMES, MAX_VULNERABILITIES};
use super::json::{Collect, Collected, Object, Text, Time, TooMany, collect};
use super::predicate::Times;
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
            scanner: scanner_name(&scanner.uri.0),
            version: scanner.version.and_then(Text::filled).map(String::from),
            finished_at: finished.and_then(|Time(time)| time),
            vulnerabilities: scanner.result.0.0,
            ignored: 0,
            end_of_life: false,
        }
    }
}

/// The name in an address such as `pkg:github/aquasecurity/trivy@244fd47e`.
fn scanner_name(uri: &str) -> String {
    let uri = uri.split(['@', '?', '#']).next().unwrap_or_default();
    let name = uri.trim_end_matches('/').rsplit(['/', ':']).next();
    match name.unwrap_or_default() {
        "trivy" => "Trivy".to_owned(),
        "grype" => "Grype".to_owned(),
        "" => "a scanner that it does not name".to_owned(),
        other => other.to_owned(),
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
    severity: Option<Collected<Scores>>,
}

impl<'de> Deserialize<'de> for Written {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Object(entry) = Object::<Entry>::deserialize(deserializer)?;
        match entry {
            Entry {
                vulnerability: Some(Object(Fields { id, severity })),
                id: None,
                severity: None,
            }
            | Entry {
                vulnerability: None,
                id: Some(id),
                severity,
            } => Ok(Self { id, severity }),
            _ => Err(serde::de::Error::missing_field("id")),
        }
    }
}

impl Collect for Found {
    type Item = Written;

    fn add(&mut self, written: Written) -> Result<(), TooMany> {
        if self.0.len() == MAX_VULNERABILITIES {
            return Err(TooMany);
        }
        let Collected(scores) = written.severity.unwrap_or_default();
        self.0.push(Vulnerability {
            id: written.id.0,
            aliases: Vec::new(),
            package: Box::default(),
            purl: None,
            installed: Box::default(),
            fixed_in: Some(Box::default()),
            severity: scores.worst,
            link: None,
        });
        Ok(())
    }
}

/// The worst of the scores that are understood.
struct Scores {
    worst: Severity,
    count: usize,
}

impl Default for Scores {
    fn default() -> Self {
        Self {
            worst: Severity::Unknown,
            count: 0,
        }
    }
}

#[derive(Deserialize)]
struct Score {
    method: Option<Text>,
    score: Text,
}

impl Collect for Scores {
    type Item = Object<Score>;

    fn add(&mut self, Object(one): Object<Score>) -> Result<(), TooMany> {
        if self.count == MAX_NAMES {
            return Err(TooMany);
        }
        self.count += 1;
        self.worst = self.worst.max(one.severity());
        Ok(())
    }
}

impl Score {
    /// A word, whatever the method; a number only where the method says that it is a CVSS score, since
    /// others (EPSS, a rank) count differently.
    fn severity(self) -> Severity {
        let method = self.method.unwrap_or_default().0.to_ascii_lowercase();
        let is_cvss = ["cvss", "nvd"].iter().any(|name| method.contains(name));
        match self.score.0.parse() {
            Ok(number) if is_cvss => rating(number),
            _ => Severity::parse(&self.score.0),
        }
    }
}

/// The qualitative rating of a CVSS score (CVSS 3.1 specification, section 5; the same in 4.0).
fn rating(score: f64) -> Severity {
    match score {
        9.0..=10.0 => Severity::Critical,
        7.0..9.0 => Severity::High,
        4.0..7.0 => Severity::Medium,
        0.1..4.0 => Severity::Low,
        0.0..0.1 => Severity::Negligible,
        _ => Severity::Unknown,
    }
}
