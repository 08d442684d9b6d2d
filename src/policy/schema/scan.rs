//! `check-vulnerability-scan` as written.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::policy::settings::SCAN_PREDICATES;

use super::rules::Action;
use super::signatures::{Signers, TransparencyLog};
use super::{Date, Duration, Glob, ImagePatterns, Text};

/// A vulnerability scan of the image passed.
#[derive(JsonSchema)]
#[schemars(
    rename_all = "kebab-case",
    deny_unknown_fields,
    extend("anyOf" = [
        { "required": ["action"], "properties": { "action": { "const": "off" } }, "maxProperties": 1 },
        { "required": ["accept"] }
    ])
)]
pub(super) struct CheckVulnerabilityScan {
    /// Default: enforce.
    action: Option<Action>,
    /// Where scans come from, in order: the first source that has an answer decides.
    #[schemars(length(min = 1))]
    accept: Option<Vec<Source>>,
    /// Which attestations of the type must pass. Default: newest.
    statements: Option<Statements>,
    /// The least severity that fails. Default: high.
    fail_on: Option<Severity>,
    /// What a vulnerability without a known severity counts as. Default: medium.
    unknown_severity: Option<Severity>,
    /// Whether vulnerabilities without a fix are left out. Default: false.
    ignore_unfixed: Option<bool>,
    /// How old a scan may be. Default: any age.
    max_age: Option<Duration>,
    /// Vulnerabilities that are accepted, each with its reason.
    ignore: Option<Vec<Ignored>>,
    /// Globs of OpenVEX files, relative to this file.
    vex: Option<Vec<Glob>>,
    /// What a product of an OpenVEX statement has to name of the image. Default: digest.
    vex_products: Option<VexProducts>,
}

/// Where a scan comes from: exactly one of the four.
#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case", deny_unknown_fields)]
enum Source {
    /// A signed attestation beside the image.
    Attestation(Attestation),
    /// Report files of Trivy or Grype.
    Report(Report),
    /// The annotation of the Pod that admission reads: an unauthenticated claim.
    Annotation(Annotation),
    /// A scanner that imagegate runs.
    Scanner(Scanner),
}

/// A signed attestation beside the image.
#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case", deny_unknown_fields)]
struct Attestation {
    /// The type of the statement.
    predicate: Predicate,
    /// Who may have signed it.
    signers: Signers,
    /// Whether an entry in the transparency log is required. Default: require.
    transparency_log: Option<TransparencyLog>,
}

/// The predicate types that hold a vulnerability scan.
struct Predicate;

impl JsonSchema for Predicate {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Predicate".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "enum": SCAN_PREDICATES })
    }
}

/// Report files of Trivy or Grype.
#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case", deny_unknown_fields)]
struct Report {
    /// Globs of JSON files, relative to this file.
    #[schemars(length(min = 1))]
    files: Vec<Glob>,
    /// What ties a report to an image. Default: digest.
    bind: Option<Bind>,
}

/// What ties a report to an image.
#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case")]
enum Bind {
    /// The report names the image's digest.
    Digest,
    /// The report names the reference as it is written; a tag can move.
    Tag,
}

/// The annotation of the Pod that admission reads.
#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case", deny_unknown_fields)]
struct Annotation {
    /// Its key, such as `security.example.com/scan-status`.
    key: Text,
    /// The value that says that the scan passed.
    value: Text,
}

/// A scanner that imagegate runs.
#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case")]
enum Scanner {
    /// Trivy.
    Trivy,
    /// Grype.
    Grype,
}

/// Which attestations of the type must pass.
#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case")]
enum Statements {
    /// The newest one.
    Newest,
    /// All of them.
    Every,
}

/// What a product of an OpenVEX statement has to name of the image.
#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case")]
enum VexProducts {
    /// A digest of it.
    Digest,
    /// A digest, or its repository without one; what is pushed there changes.
    Repository,
}

/// The severity of a vulnerability.
#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case")]
enum Severity {
    Low,
    Medium,
    High,
    Critical,
}

/// A vulnerability that is accepted.
#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case", deny_unknown_fields)]
struct Ignored {
    /// Its identifier, such as `CVE-2024-1234`.
    id: Text,
    /// Only in this package.
    package: Option<Text>,
    /// Only in these images. Default: every image.
    images: Option<ImagePatterns>,
    /// Why, for those who read it later.
    reason: Text,
    /// The last day on which it is accepted.
    expires: Option<Date>,
}
