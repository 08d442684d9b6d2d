//! The object that `check --format json` prints.

use schemars::JsonSchema;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use super::details::Details;
use super::origin::Origin;
use super::resolved::{Resolved, resolved};
use super::summary::{NotEvaluated, Object, Place as CaveatPlace, not_evaluated, places};
use crate::model::finding::{self, Fingerprint, SuppressedBy};
use crate::model::image_use::Role;
use crate::model::span::Location;
use crate::report::CheckReport;

/// What a check found. Keys are only ever added within a version.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Check<'a> {
    /// The version of this format: 1.
    version: u32,
    /// Who wrote this.
    tool: Tool,
    /// What was held against the manifests.
    policy: Policy<'a>,
    /// The counts.
    summary: Summary,
    /// Every finding, suppressed ones too, ordered by path, position and rule.
    #[schemars(with = "Vec<Finding<'a>>")]
    findings: Findings<'a>,
    /// What the tags stand for that were asked about, and the written digests beside which the tag points
    /// elsewhere, ordered by reference.
    resolved: Vec<Resolved>,
    /// What was not judged or passed with a reservation, each with its place, ordered by path and position:
    /// all of it with `--show-not-judged`, else what makes a strict run no pass; null when neither is asked
    /// for.
    not_evaluated: Option<Vec<CaveatPlace<'a>>>,
}

/// The program.
#[derive(Debug, Serialize, JsonSchema)]
struct Tool {
    /// `imagegate`.
    name: &'static str,
    /// Its version.
    version: &'static str,
}

/// The policy.
#[derive(Debug, Serialize, JsonSchema)]
struct Policy<'a> {
    /// The policy files' names; empty when the built-in policy ran.
    files: &'a [String],
    /// Whether the built-in policy ran.
    built_in: bool,
}

/// What was looked at and found.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::report) struct Summary {
    /// Files read.
    files: u32,
    /// YAML or JSON documents that hold content.
    documents: u32,
    /// Documents that are Kubernetes objects.
    manifests: u32,
    /// Places that use an image.
    images: u32,
    /// Distinct images among them.
    unique_images: u32,
    /// Places that use an image which at least one rule about images judged; 0 is not a pass of anything.
    judged: u32,
    /// Findings of enforced rules.
    violations: u32,
    /// Findings of audit rules, whatever their outcome.
    audit: u32,
    /// Checks of enforced rules that could not be made.
    not_checked: u32,
    /// Findings taken away by a suppression or an exception.
    suppressed: u32,
    /// What was not looked at or not judged, by reason.
    not_evaluated: Vec<NotEvaluated>,
}

/// The findings, each converted when it is written: a second list of them would double the memory.
#[derive(Debug)]
struct Findings<'a>(&'a CheckReport);

impl Serialize for Findings<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(report) = self;
        serializer.collect_seq(report.findings.iter().map(|finding| {
            let path = &report.sources.get(finding.source).path;
            Finding::of(finding, path)
        }))
    }
}

/// One rule that does not pass at one place.
#[derive(Debug, Serialize, JsonSchema)]
struct Finding<'a> {
    /// The rule's identifier; its page is `docs/rules/` and the identifier with `.md`.
    rule: &'static str,
    /// How the check ended.
    outcome: Outcome,
    /// Whether it counts for the exit code.
    action: Action,
    /// `error`: an enforced violation; `warning`: an enforced check that could not be made or an audit
    /// violation; `note`: an audit check that could not be made.
    severity: Severity,
    /// A sentence that is enough to act on.
    message: &'a str,
    /// What to write instead.
    help: Option<&'a str>,
    /// The file as given on the command line, with `/`; `<stdin>` for standard input.
    path: &'a str,
    /// First line, from 1; null when the whole file is meant.
    line: Option<u32>,
    /// First column, from 1, in Unicode characters.
    column: Option<u32>,
    /// Line of the end.
    end_line: Option<u32>,
    /// Column after the last character.
    end_column: Option<u32>,
    /// Where aliases and merge keys of the same file bring the text to further fields.
    also_at: Vec<Place>,
    /// The image as YAML decodes it.
    image: Option<&'a str>,
    /// Its normalised form; null when it is not a valid reference.
    reference: Option<&'a str>,
    /// The digest that was written or resolved.
    digest: Option<&'a str>,
    /// The object that uses the image.
    object: Option<Object<'a>>,
    /// Name of the container or volume.
    container: Option<&'a str>,
    /// container, init-container, ephemeral-container, image-volume, custom-resource, values, kustomize,
    /// annotation, argument.
    role: Option<&'static str>,
    /// Path of the field in the object, such as `spec.template.spec.containers[0].image`.
    field: Option<&'a str>,
    /// How the image comes to be deployed; null where it is the text at its place.
    origin: Option<Origin<'a>>,
    /// The policy line that decided; null under the built-in policy.
    policy: Option<DecidedBy<'a>>,
    /// Hex digits that stay the same when lines move.
    #[schemars(with = "String")]
    fingerprint: Fingerprint,
    /// What takes the finding away; null when it counts.
    suppressed: Option<Suppressed<'a>>,
    /// Facts that belong to one rule, by name.
    #[schemars(with = "Map<String, Value>")]
    details: Details<'a>,
}

/// A place in the finding's file, counted as there.
#[derive(Debug, Serialize, JsonSchema)]
struct Place {
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
}

/// How a check ended that did not pass.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Outcome {
    /// The rule is violated.
    Violation,
    /// The evidence could not be had: neither a pass nor a violation.
    NotChecked,
}

/// Whether a finding stops a deploy.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Action {
    /// It counts for the exit code.
    Enforce,
    /// It is shown and counted only.
    Audit,
}

/// How a finding is shown.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Severity {
    Error,
    Warning,
    Note,
}

/// The line of a policy that decided.
#[derive(Debug, Serialize, JsonSchema)]
struct DecidedBy<'a> {
    /// `imagegate`: a policy file of ours.
    kind: &'static str,
    /// The policy object's name; null for a policy file of ours, which has none.
    name: Option<&'a str>,
    /// The rule in the policy.
    rule: &'static str,
    /// The policy file.
    path: &'a str,
    /// The line in it, from 1.
    line: u32,
}

/// What takes a finding away.
#[derive(Debug, Serialize, JsonSchema)]
struct Suppressed<'a> {
    /// By what.
    by: By,
    /// The reason written there.
    reason: &'a str,
    /// The last day on which it holds, `YYYY-MM-DD`.
    until: Option<String>,
}

/// The kinds of suppression.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum By {
    /// A comment in the manifest.
    Comment,
    /// An annotation of the object.
    Annotation,
    /// An exception of the policy.
    Exception,
}

impl<'a> Check<'a> {
    pub(super) fn of(report: &'a CheckReport) -> Self {
        Self {
            version: super::VERSION,
            tool: Tool {
                name: env!("CARGO_PKG_NAME"),
                version: env!("CARGO_PKG_VERSION"),
            },
            policy: Policy {
                files: &report.policy_files,
                built_in: report.policy_files.is_empty(),
            },
            summary: Summary::of(report),
            findings: Findings(report),
            resolved: resolved(&report.resolved),
            not_evaluated: places(&report.caveats, &report.listing),
        }
    }
}

impl Summary {
    pub(in crate::report) fn of(report: &CheckReport) -> Self {
        let summary = &report.summary;
        Self {
            files: summary.files,
            documents: summary.documents,
            manifests: summary.manifests,
            images: summary.images,
            unique_images: summary.unique_images,
            judged: summary.judged,
            violations: summary.violations,
            audit: summary.audit,
            not_checked: summary.not_checked,
            suppressed: summary.suppressed,
            not_evaluated: not_evaluated(&summary.not_looked_at, &report.strict),
        }
    }
}

impl Place {
    fn of(location: &Location) -> Self {
        Self {
            line: location.start.line,
            column: location.start.column,
            end_line: location.end.line,
            end_column: location.end.column,
        }
    }
}

impl<'a> Finding<'a> {
    fn of(finding: &'a finding::Finding, path: &'a str) -> Self {
        let start = finding.location.map(|at| at.start);
        let end = finding.location.map(|at| at.end);
        Self {
            rule: finding.rule.id(),
            outcome: match finding.outcome {
                finding::Outcome::Violation => Outcome::Violation,
                finding::Outcome::NotChecked => Outcome::NotChecked,
            },
            action: match finding.action {
                finding::Action::Enforce => Action::Enforce,
                finding::Action::Audit => Action::Audit,
            },
            severity: match finding.severity() {
                finding::Severity::Error => Severity::Error,
                finding::Severity::Warning => Severity::Warning,
                finding::Severity::Note => Severity::Note,
            },
            message: &finding.message,
            help: finding.help.as_deref(),
            path,
            line: start.map(|at| at.line),
            column: start.map(|at| at.column),
            end_line: end.map(|at| at.line),
            end_column: end.map(|at| at.column),
            also_at: finding.also_at.iter().map(Place::of).collect(),
            image: finding.image.as_deref(),
            reference: finding.reference.as_deref(),
            digest: finding.digest.as_deref(),
            object: finding.object.as_deref().map(Object::of),
            container: finding.container.as_deref(),
            role: finding.role.map(Role::as_str),
            field: finding.field.as_deref(),
            origin: finding.origin.as_deref().map(Origin::of),
            policy: finding.decided_by.as_ref().map(|line| DecidedBy {
                kind: "imagegate",
                name: None,
                rule: finding.rule.id(),
                path: &line.path,
                line: line.position.line,
            }),
            fingerprint: finding.fingerprint,
            suppressed: finding.suppressed.as_ref().map(|by| Suppressed {
                by: match by.by {
                    SuppressedBy::Comment => By::Comment,
                    SuppressedBy::Annotation => By::Annotation,
                    SuppressedBy::Exception => By::Exception,
                },
                reason: &by.reason,
                until: by.until.map(|day| day.to_string()),
            }),
            details: Details::of(finding),
        }
    }
}
