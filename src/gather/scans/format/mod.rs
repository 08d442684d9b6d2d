//! Bytes to scans: the reports of Trivy and Grype, told apart by what is in them, and the statements that
//! hold a scan. Pure.
//!
//! What is read is read strictly: a name written twice, a value of another type than the format has, text
//! behind the end, each makes the whole report unreadable, since a scan of which a part was not understood
//! must not pass. What is not needed is skipped without being kept, so that a report takes little more
//! memory than its vulnerabilities.

mod cvss;
mod fault;
mod foreign;
mod grype;
mod grype_settings;
mod guard;
mod head;
mod json;
mod names;
pub mod openvex;
mod predicate;
mod trivy;
mod utf16;
mod vulns;

use std::io::{BufReader, Read};

use jiff::Timestamp;
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny};

pub use self::fault::Unreadable;
pub use self::predicate::{holds_scan, statement};

use self::foreign::Told;
use self::guard::Guarded;
use self::head::{HEAD_BYTES, start};
use self::json::{Collected, Object, Text, Time};
use self::utf16::Utf16;
use crate::model::digest::Digest;
use crate::model::reference::ImageReference;
use crate::model::repository::Repository;
use crate::model::scan::{Binding, Scan, Vulnerability};

/// Bytes of a stream that are read at once.
const BUFFER_BYTES: usize = 256 * 1024;

/// A report that was understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The scan; or why it is none, as a sentence part such as `it is no vulnerability scan`.
    pub scan: Result<UnboundScan, String>,
    /// The digests that the image has in a registry, those of an index and of one platform alike.
    pub digests: Vec<Digest>,
    /// The digest of the manifest that was scanned. It is made up when the image was not in a registry.
    pub manifest: Option<Digest>,
    /// The names that it gives the image, those without a digest; most have a tag.
    pub names: Vec<ImageReference>,
    /// The repositories in all of its names.
    pub repositories: Vec<Repository>,
}

impl Report {
    /// Every digest that it names.
    pub fn all_digests(&self) -> impl Iterator<Item = &Digest> {
        self.digests.iter().chain(&self.manifest)
    }
}

/// A scan that is not tied to an image yet. The fields are those of [`Scan`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UnboundScan {
    /// The scanner's name.
    pub scanner: String,
    /// Its version, when it is written.
    pub version: Option<String>,
    /// When the scan ended.
    pub finished_at: Option<Timestamp>,
    /// Every vulnerability that it reports.
    pub vulnerabilities: Vec<Vulnerability>,
    /// What it was told to leave out.
    pub ignored: Vec<Vulnerability>,
    /// Settings by which it left out what it does not list.
    pub exclusions: Vec<String>,
    /// Whether the operating system is no longer supported.
    pub end_of_life: bool,
}

impl UnboundScan {
    /// The scan as one of the image that `binding` names.
    pub fn bound_by(self, binding: Binding) -> Scan {
        Scan {
            scanner: self.scanner,
            version: self.version,
            bound_by: binding,
            finished_at: self.finished_at,
            vulnerabilities: self.vulnerabilities,
            ignored: self.ignored,
            exclusions: self.exclusions,
            end_of_life: self.end_of_life,
        }
    }
}

/// Reads a report that is in memory.
///
/// # Errors
/// Why it cannot be read.
pub fn read(bytes: &[u8]) -> Result<Report, Unreadable> {
    let bytes = utf16::in_utf8(bytes)?;
    let text = start(&bytes)?;
    one_document(serde_json::Deserializer::from_slice(text))?.report(ImageNamedBy::Itself)
}

/// Reads a report from a stream, without holding it in memory. The pieces may be of any size.
///
/// # Errors
/// Why it cannot be read.
pub fn read_stream(mut stream: impl Read) -> Result<Report, Unreadable> {
    let mut mark = Vec::new();
    let read = stream.by_ref().take(2).read_to_end(&mut mark);
    read.map_err(|error| fault::of_io(&error))?;
    match utf16::order(&mark) {
        Some(order) => read_text(Utf16::new(stream, order)),
        None => read_text(mark.as_slice().chain(stream)),
    }
}

/// Reads a report from a stream of UTF-8.
fn read_text(mut stream: impl Read) -> Result<Report, Unreadable> {
    let mut head = Vec::new();
    let read = stream.by_ref().take(HEAD_BYTES).read_to_end(&mut head);
    let count = read.map_err(|error| fault::of_io(&error))?;
    let text = match start(&head) {
        // What follows so much white space is not known yet.
        Err(Unreadable::Empty) if count as u64 == HEAD_BYTES => &head,
        text => text?,
    };
    let guarded = Guarded::new(text.chain(stream));
    let buffered = BufReader::with_capacity(BUFFER_BYTES, guarded);
    one_document(serde_json::Deserializer::from_reader(buffered))?.report(ImageNamedBy::Itself)
}

fn one_document<'de, R: serde_json::de::Read<'de>>(
    mut reader: serde_json::Deserializer<R>,
) -> Result<Document, Unreadable> {
    let Object(document) = Object::deserialize(&mut reader).map_err(fault::of)?;
    match reader.end() {
        Ok(()) => Ok(document),
        Err(error) if error.is_syntax() => Err(Unreadable::Several {
            line: error.line(),
            column: error.column(),
        }),
        Err(error) => Err(fault::of(error)),
    }
}

/// The names at the top of a report of Trivy (`pkg/types/report.go` of aquasecurity/trivy) and of Grype
/// (`grype/presenter/models/document.go` of anchore/grype). Only one of the two has any of them.
#[derive(Deserialize)]
struct Written {
    #[serde(rename = "SchemaVersion")]
    schema_version: Option<u64>,
    #[serde(rename = "Trivy")]
    trivy: Option<Object<trivy::Tool>>,
    #[serde(rename = "CreatedAt")]
    created_at: Option<Time>,
    #[serde(rename = "ArtifactName")]
    artifact_name: Option<Text>,
    #[serde(rename = "ArtifactType")]
    artifact_type: Option<Text>,
    #[serde(rename = "Metadata")]
    metadata: Option<Object<trivy::Metadata>>,
    /// Of `trivy k8s`: a report about many images and other things.
    #[serde(rename = "ClusterName")]
    cluster: Option<IgnoredAny>,
    #[serde(rename = "Results")]
    results: Option<Collected<trivy::Results>>,
    matches: Option<Collected<grype::Matches>>,
    #[serde(rename = "ignoredMatches")]
    ignored_matches: Option<Collected<grype::Matches>>,
    #[serde(rename = "alertsByPackage")]
    alerts: Option<Collected<grype::Alerts>>,
    source: Option<Object<grype::Source>>,
    descriptor: Option<Object<grype::Descriptor>>,
}

/// Who says which image a report is about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ImageNamedBy {
    /// The report alone.
    Itself,
    /// The subject of the statement that holds it: the report need not name an image. One that names
    /// something else, such as a folder, is of that all the same.
    Subject,
}

/// A report, or a document of another kind.
struct Document(Told<Written>);

impl<'de> Deserialize<'de> for Document {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Told::deserialize(deserializer).map(Self)
    }
}

impl Document {
    fn report(self, named_by: ImageNamedBy) -> Result<Report, Unreadable> {
        let Self(Told { value, foreign }) = self;
        match (value.report(named_by), foreign) {
            (Err(Unreadable::Foreign), Some(known)) => Err(Unreadable::Known(known)),
            (report, _) => report,
        }
    }
}

impl Written {
    fn report(self, named_by: ImageNamedBy) -> Result<Report, Unreadable> {
        if self.cluster.is_some() {
            return Err(Unreadable::NotAnImage("a cluster"));
        }
        match (self.schema_version, self.matches) {
            (Some(version), None) => trivy::Document {
                version,
                tool: self.trivy,
                created_at: self.created_at,
                artifact_name: self.artifact_name,
                artifact_type: self.artifact_type,
                metadata: self.metadata,
                results: self.results,
            }
            .report(named_by),
            (None, Some(matches)) => grype::Document {
                matches,
                ignored_matches: self.ignored_matches,
                alerts: self.alerts,
                source: self.source,
                descriptor: self.descriptor,
            }
            .report(named_by),
            (None, None) | (Some(_), Some(_)) => Err(Unreadable::Foreign),
        }
    }
}
