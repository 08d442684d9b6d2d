//! Grype's JSON report (`grype/presenter/models` of anchore/grype).

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};

use super::fault::{MAX_NAMES, MAX_VULNERABILITIES, Unreadable};
use super::grype_settings::Settings;
use super::json::{Collect, Collected, Object, Rating, Text, Texts, Time, TooMany};
use super::{ImageNamedBy, Report, UnboundScan, names};
use crate::model::digest::Digest;
use crate::model::scan::Vulnerability;

/// `source.type` of an image, and those of what else Grype scans (`source.go`).
const IMAGE: &str = "image";
const OTHER_SOURCES: [(&str, &str); 7] = [
    ("directory", "a folder"),
    ("file", "a file"),
    ("sbom-file", "a bill of materials"),
    ("purl", "a package"),
    ("cpe", "a package"),
    ("snap", "a snap package"),
    ("unknown", "something that it does not name"),
];

/// `type` of an alert about an operating system that is no longer supported (`alert.go`).
const END_OF_LIFE: &str = "distro-eol";

/// The report as written.
pub(super) struct Document {
    pub(super) matches: Collected<Matches>,
    pub(super) ignored_matches: Option<Collected<Matches>>,
    pub(super) alerts: Option<Collected<Alerts>>,
    pub(super) source: Option<Object<Source>>,
    pub(super) descriptor: Option<Object<Descriptor>>,
}

#[derive(Deserialize)]
pub(super) struct Descriptor {
    name: Option<Text>,
    version: Option<Text>,
    timestamp: Option<Time>,
    configuration: Option<Object<Settings>>,
}

#[derive(Deserialize)]
pub(super) struct Source {
    #[serde(rename = "type")]
    kind: Option<Text>,
    target: Option<Target>,
}

impl Source {
    /// An image that is not named.
    fn of_image() -> Self {
        Self {
            kind: Some(Text(IMAGE.into())),
            target: None,
        }
    }
}

/// An object for an image, a text for anything else.
#[derive(Default)]
struct Target(Image);

#[derive(Deserialize, Default)]
struct Image {
    #[serde(rename = "userInput")]
    input: Option<Text>,
    #[serde(rename = "manifestDigest")]
    manifest: Option<Text>,
    #[serde(rename = "repoDigests")]
    digests: Option<Collected<Texts>>,
    tags: Option<Collected<Texts>>,
}

impl<'de> Deserialize<'de> for Target {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OfTarget;

        impl<'de> Visitor<'de> for OfTarget {
            type Value = Target;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object or a text")
            }

            fn visit_str<E>(self, _: &str) -> Result<Target, E> {
                Ok(Target::default())
            }

            fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<Target, A::Error> {
                let entries = serde::de::value::MapAccessDeserializer::new(entries);
                Image::deserialize(entries).map(Target)
            }
        }

        deserializer.deserialize_any(OfTarget)
    }
}

impl Document {
    pub(super) fn report(self, named_by: ImageNamedBy) -> Result<Report, Unreadable> {
        let descriptor = self.descriptor.map(|Object(descriptor)| descriptor);
        let descriptor = descriptor.ok_or(Unreadable::Foreign)?;
        let name = descriptor.name.unwrap_or_default().0;
        if &*name != "grype" {
            return Err(Unreadable::Foreign);
        }
        let source = match (self.source, named_by) {
            (Some(Object(source)), _) => source,
            (None, ImageNamedBy::Subject) => Source::of_image(),
            (None, ImageNamedBy::Itself) => return Err(Unreadable::Foreign),
        };
        let kind = source.kind.unwrap_or_default().0;
        if &*kind != IMAGE {
            let known = OTHER_SOURCES.iter().find(|(word, _)| **word == *kind);
            let what = known.map_or("something else", |(_, what)| what);
            return Err(Unreadable::NotAnImage(what));
        }
        let Target(image) = source.target.unwrap_or_default();
        let Collected(Matches(vulnerabilities)) = self.matches;
        let Collected(Matches(ignored)) = self.ignored_matches.unwrap_or_default();
        let texts = |list: Option<Collected<Texts>>| list.map_or(Vec::new(), |list| list.0.0);
        let written = image.input.map(|Text(input)| input);
        let (tags, digests) = (texts(image.tags), texts(image.digests));
        let scan = UnboundScan {
            scanner: "Grype".to_owned(),
            version: descriptor.version.and_then(Text::filled).map(String::from),
            finished_at: descriptor.timestamp.and_then(|Time(time)| time),
            vulnerabilities,
            ignored,
            exclusions: descriptor
                .configuration
                .map_or(Vec::new(), |Object(settings)| settings.exclusions()),
            end_of_life: self.alerts.is_some_and(|alerts| alerts.0.end_of_life),
        };
        Ok(Report {
            scan: Ok(scan),
            digests: names::digests(&digests, written.as_deref()),
            manifest: image
                .manifest
                .and_then(|Text(digest)| Digest::parse(&digest)),
            names: names::without_digest(tags.iter().chain(&written)),
            repositories: names::repositories(digests.iter().chain(&tags).chain(&written)),
        })
    }
}

#[derive(Default)]
pub(super) struct Alerts {
    end_of_life: bool,
}

#[derive(Deserialize)]
pub(super) struct PackageAlerts {
    alerts: Option<Collected<OfPackage>>,
}

/// The alerts about one package.
#[derive(Default)]
struct OfPackage {
    end_of_life: bool,
}

#[derive(Deserialize)]
struct Alert {
    #[serde(rename = "type")]
    kind: Option<Text>,
}

impl Collect for Alerts {
    type Item = Object<PackageAlerts>;

    fn add(&mut self, Object(package): Object<PackageAlerts>) -> Result<(), TooMany> {
        let alerts = package.alerts;
        self.end_of_life |= alerts.is_some_and(|Collected(alerts)| alerts.end_of_life);
        Ok(())
    }
}

impl Collect for OfPackage {
    type Item = Object<Alert>;

    fn add(&mut self, Object(alert): Object<Alert>) -> Result<(), TooMany> {
        self.end_of_life |= alert.kind.is_some_and(|Text(kind)| &*kind == END_OF_LIFE);
        Ok(())
    }
}

#[derive(Default)]
pub(super) struct Matches(Vec<Vulnerability>);

#[derive(Deserialize)]
pub(super) struct Match {
    vulnerability: Object<Written>,
    #[serde(rename = "relatedVulnerabilities")]
    related: Option<Collected<Aliases>>,
    artifact: Object<Artifact>,
}

#[derive(Deserialize)]
struct Written {
    id: Text,
    #[serde(rename = "dataSource")]
    link: Option<Text>,
    severity: Option<Rating>,
    fix: Option<Object<Fix>>,
}

#[derive(Deserialize)]
struct Fix {
    versions: Option<Collected<Texts>>,
    state: Option<Text>,
}

#[derive(Deserialize)]
struct Related {
    id: Text,
}

/// The names of one vulnerability in other databases, each once.
#[derive(Default)]
struct Aliases(Vec<Box<str>>);

impl Collect for Aliases {
    type Item = Object<Related>;

    fn add(&mut self, Object(related): Object<Related>) -> Result<(), TooMany> {
        if self.0.len() == MAX_NAMES {
            return Err(TooMany);
        }
        if !self.0.contains(&related.id.0) {
            self.0.push(related.id.0);
        }
        Ok(())
    }
}

#[derive(Deserialize)]
struct Artifact {
    name: Text,
    version: Option<Text>,
    purl: Option<Text>,
}

impl Collect for Matches {
    type Item = Object<Match>;

    fn add(&mut self, Object(one): Object<Match>) -> Result<(), TooMany> {
        if self.0.len() == MAX_VULNERABILITIES {
            return Err(TooMany);
        }
        self.0.push(one.into());
        Ok(())
    }
}

impl From<Match> for Vulnerability {
    fn from(one: Match) -> Self {
        let Object(written) = one.vulnerability;
        let Object(artifact) = one.artifact;
        let Collected(Aliases(mut aliases)) = one.related.unwrap_or_default();
        aliases.retain(|alias| *alias != written.id.0);
        Self {
            id: written.id.0,
            aliases,
            package: artifact.name.0,
            purl: artifact.purl.and_then(Text::filled),
            installed: artifact.version.unwrap_or_default().0,
            fixed_in: written.fix.and_then(|Object(fix)| fix.versions()),
            severity: written.severity.unwrap_or_default().0,
            link: written.link.and_then(names::link),
        }
    }
}

impl Fix {
    /// A fix whose version is not written is one all the same.
    fn versions(self) -> Option<Box<str>> {
        let Collected(Texts(mut versions)) = self.versions.unwrap_or_default();
        versions.retain(|version| !version.is_empty());
        let has_fix = self.state.is_some_and(|Text(state)| &*state == "fixed");
        (has_fix || !versions.is_empty()).then(|| versions.join(", ").into())
    }
}
