//! Trivy's JSON report, schema version 2 (`pkg/types/report.go`, `pkg/fanal/types/artifact.go` and
//! `pkg/types/vulnerability.go` of aquasecurity/trivy).

use serde::Deserialize;

use super::fault::{MAX_VULNERABILITIES, Unreadable};
use super::json::{Collect, Collected, Count, Object, Text, Texts, Time, TooMany};
use super::{Report, UnboundScan, names};
use crate::model::scan::{Severity, Vulnerability};

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
    pub(super) fn report(self) -> Result<Report, Unreadable> {
        if self.version != SCHEMA_VERSION {
            return Err(Unreadable::SchemaVersion(self.version));
        }
        let artifact = self.artifact_type.unwrap_or_default().0;
        if &*artifact != IMAGE {
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
            end_of_life: system.is_some_and(|system| system.end_of_life == Some(true)),
        };
        let texts = |list: Option<Collected<Texts>>| list.map_or(Vec::new(), |list| list.0.0);
        let written = self.artifact_name.map(|Text(name)| name);
        Ok(Report {
            scan: match results.packages {
                true => Ok(scan),
                false => Err(NO_SCAN.to_owned()),
            },
            digests: names::digests(&texts(metadata.digests)),
            manifest: None,
            names: names::without_digest(texts(metadata.tags).iter().chain(&written)),
        })
    }
}

/// All results of a report.
#[derive(Default)]
pub(super) struct Results {
    packages: bool,
    vulnerabilities: Vec<Vulnerability>,
    suppressed: u32,
}

#[derive(Deserialize)]
pub(super) struct Part {
    #[serde(rename = "Class")]
    class: Option<Text>,
    #[serde(rename = "Vulnerabilities")]
    vulnerabilities: Option<Collected<Vulnerabilities>>,
    /// Written with `--show-suppressed`: what `.trivyignore` or a VEX document removed.
    #[serde(rename = "ExperimentalModifiedFindings")]
    suppressed: Option<Collected<Count>>,
}

impl Collect for Results {
    type Item = Object<Part>;

    fn add(&mut self, Object(part): Object<Part>) -> Result<(), TooMany> {
        let class = part.class.unwrap_or_default().0;
        self.packages |= PACKAGE_CLASSES.contains(&&*class);
        if let Some(Collected(Count(count))) = part.suppressed {
            self.suppressed = self.suppressed.saturating_add(count);
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

#[derive(Deserialize)]
struct Written {
    #[serde(rename = "VulnerabilityID")]
    id: Text,
    #[serde(rename = "PkgName")]
    package: Text,
    #[serde(rename = "PkgIdentifier")]
    identifier: Option<Object<Identifier>>,
    #[serde(rename = "InstalledVersion")]
    installed: Option<Text>,
    #[serde(rename = "FixedVersion")]
    fixed: Option<Text>,
    #[serde(rename = "Status")]
    status: Option<Text>,
    #[serde(rename = "Severity")]
    severity: Option<Text>,
    #[serde(rename = "PrimaryURL")]
    link: Option<Text>,
}

#[derive(Deserialize)]
struct Identifier {
    #[serde(rename = "PURL")]
    purl: Option<Text>,
}

impl Collect for Vulnerabilities {
    type Item = Object<Written>;

    fn add(&mut self, Object(written): Object<Written>) -> Result<(), TooMany> {
        if self.0.len() == MAX_VULNERABILITIES {
            return Err(TooMany);
        }
        self.0.push(written.into());
        Ok(())
    }
}

impl From<Written> for Vulnerability {
    fn from(written: Written) -> Self {
        let fixed = written.fixed.and_then(Text::filled);
        let has_fix = written
            .status
            .is_some_and(|Text(status)| &*status == "fixed");
        let identifier = written.identifier;
        Self {
            id: written.id.0,
            aliases: Vec::new(),
            package: written.package.0,
            purl: identifier
                .and_then(|Object(identifier)| identifier.purl)
                .and_then(Text::filled),
            installed: written.installed.unwrap_or_default().0,
            // A fix whose version is not written is one all the same.
            fixed_in: fixed.or_else(|| has_fix.then(Box::default)),
            severity: Severity::parse(&written.severity.unwrap_or_default().0),
            link: written.link.and_then(names::link),
        }
    }
}
