//! `rules` as written.

use std::borrow::Cow;
use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::model::rule::Rule;

use super::ImagePattern;
use super::scan::CheckVulnerabilityScan;
use super::signatures::VerifyImageSignatures;

/// The rules and their settings.
#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Rules {
    /// Images come from approved registries and repositories.
    restrict_image_registries: Option<RestrictImageRegistries>,
    /// A specific tag or a digest is written.
    disallow_latest_tag: Option<DisallowLatestTag>,
    /// A wanted signer's cosign signature is on the image.
    verify_image_signatures: Option<VerifyImageSignatures>,
    /// A vulnerability scan of the image passed.
    check_vulnerability_scan: Option<CheckVulnerabilityScan>,
    /// The text of an image is a reference. Default: enforce.
    invalid_image_reference: Option<InputRule>,
    /// A document can be read. Default: enforce.
    invalid_manifest: Option<InputRule>,
    /// No template text is left in an image. Default: audit.
    unrendered_template: Option<InputRule>,
    /// Kubernetes reads the text as everyone else does. Default: enforce.
    ambiguous_yaml: Option<InputRule>,
    /// Every exception and suppression has an effect. Default: audit.
    unused_exception: Option<InputRule>,
    /// No exception or suppression is past its day. Default: enforce.
    expired_exception: Option<InputRule>,
    /// An inline suppression has a reason and names rules that exist. Default: enforce.
    invalid_suppression: Option<InputRule>,
    /// Every file could be read. Default: enforce.
    unreadable_input: Option<InputRule>,
}

/// What a finding of a rule does.
#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case")]
pub(super) enum Action {
    /// It counts for the exit code.
    Enforce,
    /// It is shown and counted, and stops nothing.
    Audit,
    /// The rule does not run.
    Off,
}

/// The name of a rule.
pub(super) struct RuleId;

impl JsonSchema for RuleId {
    fn schema_name() -> Cow<'static, str> {
        "RuleId".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "The name of a rule.",
            "type": "string",
            "enum": Rule::ALL.map(Rule::id),
        })
    }
}

/// A rule that has only an action.
#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case", deny_unknown_fields)]
struct InputRule {
    /// Default: enforce, because the rule is named.
    action: Option<Action>,
}

/// Images come from approved registries and repositories. `allow`, or a `deny` that is not empty, is
/// required.
#[derive(JsonSchema)]
#[schemars(
    rename_all = "kebab-case",
    deny_unknown_fields,
    extend("anyOf" = [
        { "required": ["action"], "properties": { "action": { "const": "off" } }, "maxProperties": 1 },
        { "required": ["allow"] },
        { "required": ["deny"], "properties": { "deny": { "minItems": 1 } } }
    ])
)]
struct RestrictImageRegistries {
    /// Default: enforce.
    action: Option<Action>,
    /// The images that are approved. Not written: everything that is not denied.
    #[schemars(length(min = 1))]
    allow: Option<Vec<ImagePattern>>,
    /// The images that are refused even when they are allowed.
    deny: Option<Vec<ImagePattern>>,
    /// Where copies live, by the registry or repository that is mirrored; named in the help of findings.
    mirrors: Option<BTreeMap<String, super::Text>>,
}

/// A specific tag or a digest is written.
#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case", deny_unknown_fields)]
struct DisallowLatestTag {
    /// Default: enforce.
    action: Option<Action>,
    /// Tags that move, `*` and `?` are wildcards. Default: latest.
    #[schemars(length(min = 1))]
    tags: Option<Vec<TagPattern>>,
    /// Whether every image must have its digest written. Default: false.
    require_digest: Option<bool>,
    /// What a moving tag with a digest behind it is. Default: allow.
    latest_with_digest: Option<LatestWithDigest>,
}

/// A pattern over tags.
#[derive(JsonSchema)]
#[schemars(inline, transparent)]
struct TagPattern(#[schemars(regex(pattern = r"^[A-Za-z0-9_*?][A-Za-z0-9_.*?-]{0,127}$"))] String);

/// What a moving tag with a digest behind it is.
#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case")]
enum LatestWithDigest {
    /// It passes.
    Allow,
    /// It is shown and stops nothing.
    Audit,
    /// It is a violation.
    Enforce,
}
