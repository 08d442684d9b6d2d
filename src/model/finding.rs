//! What a report lists.

use std::fmt;
use std::sync::Arc;

use serde::{Serialize, Serializer};

use super::image_use::Role;
use super::object::Object;
use super::origin::Origin;
use super::reason::Outage;
use super::rule::Rule;
use super::scan::JudgedScan;
use super::source::SourceId;
use super::span::{Location, Position};

/// How a check ended, when it did not pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// The rule is violated.
    Violation,
    /// The evidence could not be had; neither a pass nor a violation.
    NotChecked,
}

/// Whether a finding stops a deploy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// Counts for the exit code.
    Enforce,
    /// Shown and counted, exit code 0.
    Audit,
}

/// How a finding is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// An enforced violation.
    Error,
    /// An enforced check that could not be made, or an audit violation.
    Warning,
    /// An audit check that could not be made.
    Note,
}

/// One finding: one rule, one image use or one place in an input or policy.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The rule.
    pub rule: Rule,
    /// How the check ended.
    pub outcome: Outcome,
    /// Whether it counts for the exit code.
    pub action: Action,
    /// One plain sentence, enough to act on when read alone. May hold hostile text from the input.
    pub message: Arc<str>,
    /// What to write instead.
    pub help: Option<Arc<str>>,
    /// Further sentences for a person, such as one for each of the worst vulnerabilities; machines read
    /// `details` and `scans`.
    pub notes: Box<[String]>,
    /// The words beside the marked text, such as `container cart of Deployment production-web/cart`.
    pub label: Arc<str>,
    /// The text that it points into.
    pub source: SourceId,
    /// Where; `None` when the whole file is meant.
    pub location: Option<Location>,
    /// Aliases and merges that bring the same text to further fields, in the same source.
    pub also_at: Vec<Location>,
    /// The image, as YAML decodes the scalar.
    pub image: Option<Arc<str>>,
    /// The normalised reference, when it is one.
    pub reference: Option<Arc<str>>,
    /// The digest that was written or resolved.
    pub digest: Option<String>,
    /// The object.
    pub object: Option<Arc<Object>>,
    /// `name` of the container or volume.
    pub container: Option<Arc<str>>,
    /// What the image is used as.
    pub role: Option<Role>,
    /// Field path from the object.
    pub field: Option<Arc<str>>,
    /// How the image comes to be deployed, where that is more than the text at `location`.
    pub origin: Option<Arc<Origin>>,
    /// The line of the policy that decided.
    pub decided_by: Option<PolicyLine>,
    /// Stays the same when lines move: rule, path, object, container, field, repository
    /// and an ordinal among equals.
    pub fingerprint: Fingerprint,
    /// Set when a suppression or exception takes the finding away.
    pub suppressed: Option<Suppressed>,
    /// Set when a comment or an annotation makes an enforced finding an audit one.
    pub lowered_by: Option<SuppressedBy>,
    /// Facts for machines, by name: `registry` and `mirror` (the approved name of the image) of
    /// `restrict-image-registries`, `tag` of `disallow-latest-tag`, `placeholder` of
    /// `unrendered-template`, `reason` or `reasons` for which something could not be checked, `expired`
    /// (the last day) and `days` (since then) of `expired-exception`, `audit_reason` of a finding that
    /// a suppression makes an audit one. Those of `verify-image-signatures` and
    /// `check-vulnerability-scan` are in docs/outputs.md.
    ///
    /// Shared by the findings of every use of one image.
    pub details: Arc<serde_json::Map<String, serde_json::Value>>,
    /// The scans that decided, those that fail first; reports write them among the details.
    pub scans: Box<[Arc<JudgedScan>]>,
    /// Of what could not be checked: the failure behind it, when other images may meet it too. Reports for
    /// people say it once.
    pub outage: Option<Arc<Outage>>,
}

impl Finding {
    /// How it is shown, from outcome and action.
    pub const fn severity(&self) -> Severity {
        match (self.action, self.outcome) {
            (Action::Enforce, Outcome::Violation) => Severity::Error,
            (Action::Enforce, Outcome::NotChecked) | (Action::Audit, Outcome::Violation) => {
                Severity::Warning
            }
            (Action::Audit, Outcome::NotChecked) => Severity::Note,
        }
    }
}

/// The place in a policy that decided about a finding.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PolicyLine {
    /// The policy file's name as shown, with `/`.
    pub path: Arc<str>,
    /// Line and column there.
    pub position: Position,
}

/// What tells one finding from others over time: 128 bits, written as 32 hex digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Fingerprint(pub [u8; 16]);

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl Serialize for Fingerprint {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// What takes a finding away.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Suppressed {
    /// By what.
    pub by: SuppressedBy,
    /// The reason that is written there.
    pub reason: Arc<str>,
    /// The last day on which it holds, when one is written.
    pub until: Option<jiff::civil::Date>,
}

/// The kinds of suppression.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SuppressedBy {
    /// A comment in the manifest.
    Comment,
    /// An annotation of the object.
    Annotation,
    /// An exception of the policy file.
    Exception,
}
