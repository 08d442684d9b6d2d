//! SARIF 2.1.0 for code scanning and other viewers.
//!
//! *Could not check* is a result of kind `open` with level `warning` (`note` under an audit rule).
//! Section 3.27.10 of the specification wants level `none` beside every kind but `fail`. We write the
//! level all the same: GitHub reads `level` and not `kind`, and would file an image that nobody could
//! judge as one without severity. The schema allows both, and no answer may look like a pass.
//!
//! Suppressed findings are left out unless asked for, because GitHub ignores `suppressions`.

use std::borrow::Cow;
use std::io::{self, Write};

use serde::{Serialize, Serializer};

use self::model::{
    ArtifactLocation, Driver, Fingerprints, Invocation, Log, LogicalLocation, Message,
    PhysicalLocation, Region, RelatedLocation, ResultLocation, ResultProperties, Run,
    RunProperties, SarifResult, Suppression, Tool,
};
use super::escape::{sarif_message, terminal};
use super::json::{CheckSummary, Details, Origin, resolved, write_json};
use super::{CheckReport, Style, links};
use crate::model::finding::{Action, Finding, Outcome, Severity, Suppressed, SuppressedBy};
use crate::model::image_use::Role;
use crate::model::object::Object;
use crate::model::span::Location;

mod model;
mod rules;
pub(super) mod uri;

pub(super) fn write(report: &CheckReport, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let log = Log {
        schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        version: "2.1.0",
        runs: [Run {
            tool: Tool { driver: driver() },
            invocations: [Invocation {
                execution_successful: true,
            }],
            column_kind: "unicodeCodePoints",
            results: Results {
                report,
                show_suppressed: style.show_suppressed,
            },
            properties: RunProperties {
                policy_files: &report.policy_files,
                summary: CheckSummary::of(report),
                resolved: resolved(&report.resolved),
            },
        }],
    };
    write_json(&log, out)
}

/// The findings, each converted when it is written.
#[derive(Debug)]
struct Results<'a> {
    report: &'a CheckReport,
    show_suppressed: bool,
}

impl Serialize for Results<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let shown = self.report.findings.iter();
        let shown = shown.filter(|finding| self.show_suppressed || finding.suppressed.is_none());
        serializer.collect_seq(shown.map(|finding| {
            let path = &self.report.sources.get(finding.source).path;
            result(finding, path)
        }))
    }
}

fn driver() -> Driver {
    Driver {
        name: env!("CARGO_PKG_NAME"),
        version: env!("CARGO_PKG_VERSION"),
        semantic_version: env!("CARGO_PKG_VERSION"),
        information_uri: links::PROJECT,
        rules: rules::descriptors(),
    }
}

fn result<'a>(finding: &'a Finding, path: &'a str) -> SarifResult<'a> {
    let (kind, outcome) = match finding.outcome {
        Outcome::Violation => ("fail", "violation"),
        Outcome::NotChecked => ("open", "not-checked"),
    };
    SarifResult {
        rule_id: finding.rule.id(),
        rule_index: rules::index(finding.rule),
        kind,
        level: match finding.severity() {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        },
        message: message(finding),
        locations: [ResultLocation {
            physical_location: place(path, finding.location),
            logical_locations: finding
                .object
                .iter()
                .map(|object| logical(object, finding.field.as_deref()))
                .collect(),
        }],
        related_locations: related(finding, path),
        partial_fingerprints: Fingerprints {
            imagegate: finding.fingerprint,
        },
        suppressions: finding.suppressed.as_ref().map(|by| [suppression(by)]),
        properties: ResultProperties {
            outcome,
            action: match finding.action {
                Action::Enforce => "enforce",
                Action::Audit => "audit",
            },
            image: finding.image.as_deref(),
            reference: finding.reference.as_deref(),
            digest: finding.digest.as_deref(),
            container: finding.container.as_deref(),
            role: finding.role.map(Role::as_str),
            field: finding.field.as_deref(),
            origin: finding.origin.as_deref().map(Origin::of),
            details: Details::of(finding),
        },
    }
}

fn message(finding: &Finding) -> Message<'_> {
    let mut text = sarif_message(&finding.message);
    for note in &finding.notes {
        text = Cow::Owned(format!("{text}\n{}", sarif_message(note)));
    }
    if let Some(help) = &finding.help {
        text = Cow::Owned(format!("{text}\nhelp: {}", sarif_message(help)));
    }
    Message { text }
}

/// A finding about a whole file stands at its first line: GitHub refuses a result without a region.
fn place(path: &str, location: Option<Location>) -> PhysicalLocation<'_> {
    PhysicalLocation {
        artifact_location: ArtifactLocation {
            uri: uri::reference(path),
        },
        region: match location {
            Some(Location { start, end, .. }) => Region {
                start_line: start.line,
                start_column: Some(start.column),
                end_line: Some(end.line),
                end_column: Some(end.column),
            },
            None => Region {
                start_line: 1,
                start_column: None,
                end_line: None,
                end_column: None,
            },
        },
    }
}

/// `namespace/Kind/name: field`, the namespace only where one is written.
fn logical(object: &Object, field: Option<&str>) -> LogicalLocation {
    let parts = [
        object.namespace.as_deref(),
        Some(object.kind.as_ref()),
        object.name.as_deref(),
    ];
    let mut name: Vec<&str> = Vec::with_capacity(4);
    name.extend(parts.into_iter().flatten());
    let object = name.join("/");
    let whole = match field {
        Some(field) => format!("{object}: {field}"),
        None => object,
    };
    LogicalLocation {
        fully_qualified_name: terminal(&whole).into_owned(),
        kind: "resource",
    }
}

/// The aliases that bring the text to further fields, what stands behind the image, and the policy line that
/// decided.
fn related<'a>(finding: &'a Finding, path: &'a str) -> Vec<RelatedLocation<'a>> {
    let aliases = finding
        .also_at
        .iter()
        .map(|location| ("used here too", place(path, Some(*location))));
    let policy = finding.decided_by.iter().map(|line| {
        let location = Location {
            start: line.position,
            end: line.position,
            span: crate::model::span::Span::default(),
        };
        ("wanted by this policy", place(&line.path, Some(location)))
    });
    let origin = finding.origin.iter();
    let origin = origin.flat_map(|origin| {
        let parts = origin.parts.iter();
        let parts = parts.map(|part| ("a part of the image", &part.written));
        let replaced = origin.in_place_of.iter();
        parts.chain(replaced.map(|written| ("deployed in place of this image", written)))
    });
    let origin = origin
        .filter(|(_, written)| {
            finding.location != Some(written.location) || written.path.as_ref() != path
        })
        .map(|(text, written)| (text, place(&written.path, Some(written.location))));
    aliases
        .chain(origin)
        .chain(policy)
        .enumerate()
        .map(|(at, (text, physical_location))| RelatedLocation {
            id: at + 1,
            message: Message { text: text.into() },
            physical_location,
        })
        .collect()
}

fn suppression(suppressed: &Suppressed) -> Suppression<'_> {
    Suppression {
        kind: match suppressed.by {
            SuppressedBy::Comment | SuppressedBy::Annotation => "inSource",
            SuppressedBy::Exception => "external",
        },
        status: "accepted",
        justification: &suppressed.reason,
    }
}
