//! The part of the SARIF 2.1.0 object model that is written, named as in the specification (chapter 3).

use std::borrow::Cow;

use serde::Serialize;

use crate::model::finding::Fingerprint;

use crate::report::json::{CheckSummary, Details, Origin, Resolved};

/// 3.13 sarifLog.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Log<'a> {
    #[serde(rename = "$schema")]
    pub(super) schema: &'static str,
    pub(super) version: &'static str,
    pub(super) runs: [Run<'a>; 1],
}

/// 3.14 run.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Run<'a> {
    pub(super) tool: Tool,
    pub(super) invocations: [Invocation; 1],
    pub(super) column_kind: &'static str,
    pub(super) results: super::Results<'a>,
    pub(super) properties: RunProperties<'a>,
}

/// Our own facts about a run.
#[derive(Debug, Serialize)]
pub(super) struct RunProperties<'a> {
    pub(super) policy_files: &'a [String],
    pub(super) summary: CheckSummary,
    pub(super) resolved: Vec<Resolved>,
}

/// 3.18 tool.
#[derive(Debug, Serialize)]
pub(super) struct Tool {
    pub(super) driver: Driver,
}

/// 3.19 toolComponent.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Driver {
    pub(super) name: &'static str,
    pub(super) version: &'static str,
    pub(super) semantic_version: &'static str,
    pub(super) information_uri: &'static str,
    pub(super) rules: Vec<RuleDescriptor>,
}

/// 3.20 invocation. It says that the program ran to its end; what could not be checked is a result.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Invocation {
    pub(super) execution_successful: bool,
}

/// 3.49 reportingDescriptor.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RuleDescriptor {
    pub(super) id: &'static str,
    pub(super) short_description: Text,
    pub(super) full_description: Text,
    pub(super) help: Help,
    pub(super) help_uri: String,
    pub(super) default_configuration: Configuration,
    pub(super) properties: RuleProperties,
}

/// 3.12 multiformatMessageString with plain text only.
#[derive(Debug, Serialize)]
pub(super) struct Text {
    pub(super) text: String,
}

/// 3.12 multiformatMessageString.
#[derive(Debug, Serialize)]
pub(super) struct Help {
    pub(super) text: String,
    pub(super) markdown: &'static str,
}

/// 3.50 reportingConfiguration.
#[derive(Debug, Serialize)]
pub(super) struct Configuration {
    pub(super) level: &'static str,
}

/// What GitHub reads from a rule's property bag.
#[derive(Debug, Serialize)]
pub(super) struct RuleProperties {
    pub(super) tags: &'static [&'static str],
    #[serde(rename = "security-severity", skip_serializing_if = "Option::is_none")]
    pub(super) security_severity: Option<&'static str>,
}

/// 3.27 result.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SarifResult<'a> {
    pub(super) rule_id: &'static str,
    pub(super) rule_index: usize,
    pub(super) kind: &'static str,
    pub(super) level: &'static str,
    pub(super) message: Message<'a>,
    pub(super) locations: [ResultLocation<'a>; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) related_locations: Vec<RelatedLocation<'a>>,
    pub(super) partial_fingerprints: Fingerprints,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) suppressions: Option<[Suppression<'a>; 1]>,
    pub(super) properties: ResultProperties<'a>,
}

/// 3.11 message.
#[derive(Debug, Serialize)]
pub(super) struct Message<'a> {
    pub(super) text: Cow<'a, str>,
}

/// 3.28 location of a result.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ResultLocation<'a> {
    pub(super) physical_location: PhysicalLocation<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) logical_locations: Vec<LogicalLocation>,
}

/// 3.28 location that a result refers to.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RelatedLocation<'a> {
    pub(super) id: usize,
    pub(super) message: Message<'static>,
    pub(super) physical_location: PhysicalLocation<'a>,
}

/// 3.29 physicalLocation.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PhysicalLocation<'a> {
    pub(super) artifact_location: ArtifactLocation<'a>,
    pub(super) region: Region,
}

/// 3.4 artifactLocation.
#[derive(Debug, Serialize)]
pub(super) struct ArtifactLocation<'a> {
    pub(super) uri: Cow<'a, str>,
}

/// 3.30 region.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Region {
    pub(super) start_line: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) start_column: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) end_line: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) end_column: Option<u32>,
}

/// 3.33 logicalLocation.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct LogicalLocation {
    pub(super) fully_qualified_name: String,
    pub(super) kind: &'static str,
}

/// 3.27.17 partialFingerprints. GitHub's upload computes its own `primaryLocationLineHash` beside it.
#[derive(Debug, Serialize)]
pub(super) struct Fingerprints {
    #[serde(rename = "imagegate/v1")]
    pub(super) imagegate: Fingerprint,
}

/// 3.35 suppression.
#[derive(Debug, Serialize)]
pub(super) struct Suppression<'a> {
    pub(super) kind: &'static str,
    pub(super) status: &'static str,
    pub(super) justification: &'a str,
}

/// Our own facts about a result.
#[derive(Debug, Serialize)]
pub(super) struct ResultProperties<'a> {
    pub(super) outcome: &'static str,
    pub(super) action: &'static str,
    pub(super) image: Option<&'a str>,
    pub(super) reference: Option<&'a str>,
    pub(super) digest: Option<&'a str>,
    pub(super) container: Option<&'a str>,
    pub(super) role: Option<&'static str>,
    pub(super) field: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) origin: Option<Origin<'a>>,
    pub(super) details: Details<'a>,
}
