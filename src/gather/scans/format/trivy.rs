//! Trivy's JSON report, schema version 2 (`pkg/types/report.go`, `pkg/fanal/types/artifact.go` and
//! `pkg/types/vulnerability.go` of aquasecurity/trivy).

use serde::Deserialize;
use serde::de::{Deserializer, Error};

use super::fault::{MAX_VULNERABILITIES, Unreadable};
use super::json::{Collect, Collected, Object, Rating, Text, Texts, Time, TooMany};
use super::{ImageNamedBy, Report, UnboundScan, names};
use crate::model::scan::Vulnerability;

const SCHEMA_VERSION: u64 = 2;

/// `ArtifactType` of an image, and those of what else Trivy scans.
const IMAGE: &str = "container_image";
const OTHER_ARTIFACTS: [(&str, &str); 7] = [
    ("filesystem", "a folder"),
    ("repository", "a source repository"),
    ("vm", "a virtual machine"),
    ("cyclonedx", "a bill of materials"),
    ("spdx", "a bill of materials"),
    ("aws_account", "a cloud account"),
    ("", "something that it does not name"),
];

/// `Class` of the results that come of looking for vulnerabilities: packages of the system and of
/// languages. All others (`secret`, `config`, `license`, …) are also there when no vulnerability was
/// looked for.
const PACKAGE_CLASSES: [&str; 2] = ["os-pkgs", "lang-pkgs"];

const NO_SCAN: &str = "it is no vulnerability scan: it shows no packages of the system or of a language that \
                       were scanned (`--scanners vuln --list-all-pkgs` makes Trivy show them)";

const NO_CLASS: &str = "its results have no `Class`, as those of a Trivy that is too old to be read: scan \
                        the image again with a newer one";

/// The report as written.
pub(super) struct Document {
    pub(super) version: u64,
    pub(super) tool: Option<Object<Tool>>,
    pub(super) created_at: Option<Time>,
    pub(super) artifact_name: Option<Text>,
    pub(super) artifact_type: Option<Text>,
    pub(super) metadata: Option<Object<Metadata>>,
    pub(super) results: Option<Collected<Results>>,
}

#[derive(Deserialize)]
pub(super) struct Tool {
    #[serde(rename = "Version")]
    version: Option<Text>,
}

#[derive(Deserialize, Default)]
pub(super) struct Metadata {
    #[serde(rename = "OS")]
    system: Option<Object<System>>,
    #[serde(rename = "RepoTags")]
    tags: Option<Collected<Texts>>,
    #[serde(rename = "RepoDigests")]
    digests: Option<Collected<Texts>>,
}

#[derive(Deserialize)]
struct System {
    #[serde(rename = "EOSL")]
    end_of_life: Option<bool>,
}

impl Document {
    pub(super) fn report(self, named_by: ImageNamedBy) -> Result<Report, Unreadable> {
        if self.version != SCHEMA_VERSION {
            return Err(Unreadable::SchemaVersion(self.version));
        }
        let artifact = self.artifact_type.unwrap_or_default().0;
        let is_not_named = artifact.is_empty() && named_by == ImageNamedBy::Subject;
        if &*artifact != IMAGE && !is_not_named {
            let known = OTHER_ARTIFACTS.iter().find(|(word, _)| **word == *artifact);
            let what = known.map_or("something else", |(_, what)| what);
            return Err(Unreadable::NotAnImage(what));
        }
        let metadata = self.metadata.map(|Object(metadata)| metadata);
        let metadata = metadata.unwrap_or_default();
        let system = metadata.system.map(|Object(system)| system);
        let Collected(results) = self.results.unwrap_or_default();
        let scan = UnboundScan {
            scanner: "Trivy".to_owned(),
            version: self
                .tool
                .and_then(|Object(tool)| tool.version)
                .and_then(Text::filled)
                .map(String::from),
            finished_at: self.created_at.and_then(|Time(time)| time),
            vulnerabilities: results.vulnerabilities,
            ignored: results.suppressed,
            exclusions: Vec::new(),
            end_of_life: system.is_some_and(|system| system.end_of_life == Some(true)),
        };
        let texts = |list: Option<Collected<Texts>>| list.map_or(Vec::new(), |list| list.0.0);
        let written = self.artifact_name.map(|Text(name)| name);
        let (tags, digests) = (texts(metadata.tags), texts(metadata.digests));
        Ok(Report {
            scan: match (results.packages, results.unclassed) {
                (true, _) => Ok(scan),
                (false, true) => Err(NO_CLASS.to_owned()),
                (false, false) => Err(NO_SCAN.to_owned()),
            },
            digests: names::digests(&digests, written.as_deref()),
            manifest: None,
            names: names::without_digest(tags.iter().chain(&written)),
            repositories: names::repositories(digests.iter().chain(&tags).chain(&written)),
        })
    }
}

/// All results of a report.
#[derive(Default)]
pub(super) struct Results {
    packages: bool,
    /// Whether a result does not say of which class it is.
    unclassed: bool,
    vulnerabilities: Vec<Vulnerability>,
    suppressed: Vec<Vulnerability>,
}

#[derive(Deserialize)]
pub(super) struct Part {
    #[serde(rename = "Class")]
    class: Option<Text>,
    #[serde(rename = "Vulnerabilities")]
    vulnerabilities: Option<Collected<Vulnerabilities>>,
    /// Written with `--show-suppressed`: what `.trivyignore` or a VEX document removed.
    #[serde(rename = "ExperimentalModifiedFindings")]
    suppressed: Option<Collected<Suppressed>>,
}

impl Collect for Results {
    type Item = Object<Part>;

    fn add(&mut self, Object(part): Object<Part>) -> Result<(), TooMany> {
        let class = part.class.unwrap_or_default().0;
        self.packages |= PACKAGE_CLASSES.contains(&&*class);
        self.unclassed |= class.is_empty();
        if let Some(Collected(Suppressed(more))) = part.suppressed {
            if self.suppressed.len() + more.len() > MAX_VULNERABILITIES {
                return Err(TooMany);
            }
            self.suppressed.extend(more);
        }
        if let Some(Collected(Vulnerabilities(more))) = part.vulnerabilities {
            if self.vulnerabilities.len() + more.len() > MAX_VULNERABILITIES {
                return Err(TooMany);
            }
            self.vulnerabilities.extend(more);
        }
        Ok(())
    }
}

#[derive(Default)]
struct Vulnerabilities(Vec<Vulnerability>);

/// A vulnerability as written; of a finding of another type none of these is there.
#[derive(Deserialize)]
struct Written {
    #[serde(rename = "VulnerabilityID")]
    id: Option<Text>,
    #[serde(rename = "PkgName")]
    package: Option<Text>,
    #[serde(rename = "PkgIdentifier")]
    identifier: Option<Object<Identifier>>,
    #[serde(rename = "InstalledVersion")]
    installed: Option<Text>,
    #[serde(rename = "FixedVersion")]
    fixed: Option<Text>,
    #[serde(rename = "Status")]
    status: Option<Text>,
    #[serde(rename = "Severity")]
    severity: Option<Rating>,
    #[serde(rename = "PrimaryURL")]
    link: Option<Text>,
}

#[derive(Deserialize)]
struct Identifier {
    #[serde(rename = "PURL")]
    purl: Option<Text>,
}

/// A vulnerability with its name and that of its package.
struct Named(Vulnerability);

impl<'de> Deserialize<'de> for Named {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Object(written) = Object::<Written>::deserialize(deserializer)?;
        written.named()
    }
}

impl Collect for Vulnerabilities {
    type Item = Named;

    fn add(&mut self, Named(vulnerability): Named) -> Result<(), TooMany> {
        if self.0.len() == MAX_VULNERABILITIES {
            return Err(TooMany);
        }
        self.0.push(vulnerability);
        Ok(())
    }
}

/// What `.trivyignore` or a VEX document removed (`pkg/types/finding.go`).
#[derive(Default)]
struct Suppressed(Vec<Vulnerability>);

/// `Type` of a vulnerability among what was removed; the others are secrets and the like.
const VULNERABILITY: &str = "vulnerability";

#[derive(Deserialize)]
struct Modified {
    #[serde(rename = "Type")]
    kind: Text,
    #[serde(rename = "Finding")]
    finding: Option<Object<Written>>,
}

/// A vulnerability that was removed, if it is one.
struct Removed(Option<Vulnerability>);

impl<'de> Deserialize<'de> for Removed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Object(modified) = Object::<Modified>::deserialize(deserializer)?;
        if &*modified.kind.0 != VULNERABILITY {
            return Ok(Self(None));
        }
        let Object(finding) = modified
            .finding
            .ok_or_else(|| D::Error::missing_field("Finding"))?;
        finding.named().map(|Named(found)| Self(Some(found)))
    }
}

impl Collect for Suppressed {
    type Item = Removed;

    fn add(&mut self, Removed(removed): Removed) -> Result<(), TooMany> {
        if self.0.len() == MAX_VULNERABILITIES {
            return Err(TooMany);
        }
        self.0.extend(removed);
        Ok(())
    }
}

impl Written {
    fn named<E: Error>(self) -> Result<Named, E> {
        let Text(id) = self.id.ok_or_else(|| E::missing_field("VulnerabilityID"))?;
        let Text(package) = self.package.ok_or_else(|| E::missing_field("PkgName"))?;
        let fixed = self.fixed.and_then(Text::filled);
        let has_fix = self.status.is_some_and(|Text(status)| &*status == "fixed");
        let identifier = self.identifier;
        Ok(Named(Vulnerability {
            id,
            aliases: Vec::new(),
            package,
            purl: identifier
                .and_then(|Object(identifier)| identifier.purl)
                .and_then(Text::filled),
            installed: self.installed.unwrap_or_default().0,
            // A fix whose version is not written is one all the same.
            fixed_in: fixed.or_else(|| has_fix.then(Box::default)),
            severity: self.severity.unwrap_or_default().0,
            link: self.link.and_then(names::link),
        }))
    }
}
