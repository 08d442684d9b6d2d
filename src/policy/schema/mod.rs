//! The JSON Schema of the policy file: structs of the file as written, described for editors.
//!
//! Nothing is read into these structs, `read` takes the values from the node tree so that each keeps
//! its place. Tests hold both equal: every key, every requirement that a schema can express.

#![expect(
    dead_code,
    reason = "the structs exist for their derived schema; no value of them is ever made"
)]

mod entries;
mod rules;
mod scan;
mod signatures;

use std::borrow::Cow;
use std::collections::BTreeMap;

use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::model::summary::NotLookedAt;

/// The JSON Schema of the policy file, draft 2020-12, for editors and other checkers.
pub fn schema() -> String {
    let generator = SchemaSettings::draft2020_12()
        .with_transform(RecursiveTransform(forbid_null))
        .with_transform(RecursiveTransform(one_line))
        .into_generator();
    let schema = generator.into_root_schema_for::<PolicyFile>();
    #[expect(
        clippy::expect_used,
        reason = "a schema is JSON already: no key of it is anything but text"
    )]
    let mut text = serde_json::to_string_pretty(&schema).expect("a schema can be written");
    text.push('\n');
    text
}

/// schemars lets an optional value be null; in a policy a key without a value is an error.
fn forbid_null(schema: &mut schemars::Schema) {
    let Some(object) = schema.as_object_mut() else {
        return;
    };
    if let Some(types) = object
        .get_mut("type")
        .and_then(|types| types.as_array_mut())
    {
        types.retain(|kind| kind != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            object.insert("type".to_owned(), only);
        }
    }
    let Some(alternatives) = object.get_mut("anyOf").and_then(|all| all.as_array_mut()) else {
        return;
    };
    let before = alternatives.len();
    alternatives.retain(|one| one.get("type").is_none_or(|kind| kind != "null"));
    if let [only] = alternatives.as_slice()
        && before == 2
        && let Some(only) = only.as_object().cloned()
    {
        object.remove("anyOf");
        for (key, value) in only {
            object.entry(key).or_insert(value);
        }
    }
}

/// A description is one paragraph; where its comment breaks lines is nobody's concern.
fn one_line(schema: &mut schemars::Schema) {
    if let Some(serde_json::Value::String(text)) = schema.get_mut("description") {
        *text = text.replace('\n', " ");
    }
}

/// Which container images may be deployed: the policy file of imagegate.
#[derive(JsonSchema)]
#[schemars(
    title = "imagegate policy",
    rename_all = "kebab-case",
    deny_unknown_fields
)]
struct PolicyFile {
    /// The version of this format: 1.
    #[schemars(extend("const" = 1))]
    version: u32,
    /// Which namespace an object belongs to, and which namespaces are not judged.
    namespaces: Option<Namespaces>,
    /// How registries are reached, by registry (`localhost:5000`) or repository (`ghcr.io/acme/app`);
    /// the longest key that fits an image counts.
    registries: Option<BTreeMap<String, Registry>>,
    /// The rules that run. The four image policies are off unless they are named here; the others are
    /// on by default and can be set.
    rules: Option<rules::Rules>,
    /// Other actions for some namespaces or rules. The last entry that matches wins.
    overrides: Option<Vec<entries::Override>>,
    /// Findings that are accepted, each with its reason.
    exceptions: Option<Vec<entries::Exception>>,
    /// What comments and annotations in manifests that ask to ignore a finding may do. Default: allow.
    inline_ignores: Option<InlineIgnores>,
    /// What is not a pass although no rule found anything: the run ends with exit code 3. Default: false.
    strict: Option<Strict>,
    /// Globs of paths that are not checked, relative to this file; they are counted in the summary.
    exclude: Option<Vec<Glob>>,
    /// A Sigstore `trusted_root.json` of your own, relative to this file. Default: the public one.
    trusted_root: Option<Text>,
    /// Images in kinds of your own, in addition to the built-in table.
    custom_resources: Option<Vec<entries::CustomResource>>,
    /// What the tools of the user render for a check. Default: nothing, and no tool is started.
    render: Option<Render>,
}

/// What the tools of the user render for a check.
#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case", deny_unknown_fields)]
struct Render {
    /// Charts that `helm template` renders.
    helm: Option<RenderHelm>,
    /// Folders that `kustomize build` builds, relative to this file.
    #[schemars(length(min = 1))]
    kustomize: Option<Vec<Text>>,
}

/// Charts that `helm template` renders.
#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case", deny_unknown_fields)]
struct RenderHelm {
    /// Folders of charts, relative to this file.
    #[schemars(length(min = 1))]
    charts: Vec<Text>,
    /// Values files that each of these charts is rendered with, in this order, relative to this file.
    values: Option<Vec<Text>>,
}

/// Text that is not blank.
#[derive(JsonSchema)]
#[schemars(inline, transparent)]
struct Text(#[schemars(regex(pattern = r"\S"))] String);

/// A glob over paths: `*` stays inside one folder, `**` crosses.
#[derive(JsonSchema)]
#[schemars(inline, transparent)]
struct Glob(#[schemars(regex(pattern = r"\S"), length(max = 1024))] String);

/// A pattern over normalised image names: `*` stays inside a segment, `**` crosses `/`, as in
/// `ghcr.io/acme/**`. `:` and `@` constrain tag and digest too.
#[derive(JsonSchema)]
#[schemars(transparent, extend("examples" = ["ghcr.io/acme/**", "docker.io/library/*"]))]
struct ImagePattern(#[schemars(regex(pattern = r"^\s*\S+\s*$"), length(max = 1024))] String);

/// A list of image patterns.
#[derive(JsonSchema)]
#[schemars(inline, transparent)]
struct ImagePatterns(#[schemars(length(min = 1))] Vec<ImagePattern>);

/// A pattern over namespaces: `*` is any run of characters, `?` one character.
#[derive(JsonSchema)]
#[schemars(transparent, extend("examples" = ["production-*"]))]
struct NamespacePattern(#[schemars(regex(pattern = r"^[a-z0-9*?-]{1,63}$"))] String);

/// A list of patterns over namespaces.
#[derive(JsonSchema)]
#[schemars(inline, transparent)]
struct NamespacePatterns(#[schemars(length(min = 1))] Vec<NamespacePattern>);

/// The last day on which something holds, `YYYY-MM-DD`.
#[derive(JsonSchema)]
#[schemars(transparent, extend("format" = "date"))]
struct Date(#[schemars(regex(pattern = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"))] String);

/// A whole number and its unit: `30s`, `5m`, `12h`, `7d`.
#[derive(JsonSchema)]
#[schemars(transparent)]
struct Duration(#[schemars(regex(pattern = r"^[1-9][0-9]{0,8}[smhd]$"))] String);

/// Which namespace an object belongs to, and which namespaces are not judged.
#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case", deny_unknown_fields)]
struct Namespaces {
    /// The namespace of objects that name none themselves, when `--namespace` is not given either.
    #[schemars(regex(pattern = r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"))]
    default: Option<String>,
    /// Namespaces whose objects are not judged but counted. Default: kube-system, kube-public,
    /// kube-node-lease, kyverno; an empty list exempts none.
    exempt: Option<Vec<NamespacePattern>>,
    /// Which actions an object has whose namespace is not known. Default: own.
    unknown: Option<UnknownNamespace>,
}

/// Which actions an object has whose namespace is not known.
#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case")]
enum UnknownNamespace {
    /// Those of the rules themselves; no override by namespace applies.
    Own,
    /// The strictest that a rule has in any namespace.
    Strictest,
}

/// What is not a pass although no rule found anything: true for everything that is not the choice of the
/// policy, or a list of reasons.
#[derive(JsonSchema)]
#[schemars(untagged)]
enum Strict {
    /// Everything that is not the choice of the policy or of whoever runs the check, or nothing.
    All(bool),
    /// These reasons.
    Reasons(#[schemars(length(min = 1))] Vec<Reason>),
}

/// Why something was not judged, or passed with a reservation.
struct Reason;

impl JsonSchema for Reason {
    fn schema_name() -> Cow<'static, str> {
        "Reason".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "Why something was not judged, or passed with a reservation.",
            "type": "string",
            "enum": NotLookedAt::ALL.map(NotLookedAt::name).as_slice(),
        })
    }
}

/// How one registry or repository is reached.
#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case", deny_unknown_fields, extend("minProperties" = 1))]
struct Registry {
    /// PEM file with the certificates of the registry's own authority, relative to this file.
    ca: Option<Text>,
    /// Speak plain HTTP. Default: false.
    http: Option<bool>,
    /// Read this OCI image layout on disk instead of the network, relative to this file.
    layout: Option<Text>,
}

/// What a comment or annotation that asks to ignore a finding may do.
#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case")]
enum InlineIgnores {
    /// It takes the finding away.
    Allow,
    /// The finding is shown and does not stop anything.
    Audit,
    /// It changes nothing and is a finding itself.
    Forbid,
}
