//! `overrides`, `exceptions` and `custom-resources` as written.

use schemars::JsonSchema;

use super::rules::{Action, RuleId};
use super::{Date, ImagePatterns, NamespacePatterns, Text};

/// Another action for some namespaces or rules.
#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Override {
    /// Where it holds. Default: every namespace, an unknown one too.
    namespaces: Option<NamespacePatterns>,
    /// The rules that it changes. Default: every rule that is not off; a rule that is off is switched on
    /// only by an override that names it.
    #[schemars(length(min = 1))]
    rules: Option<Vec<RuleId>>,
    /// The action there.
    action: Action,
}

/// Findings that are accepted. What is not written limits nothing.
#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Exception {
    /// The rules whose findings are accepted.
    #[schemars(length(min = 1))]
    rules: Vec<RuleId>,
    /// Only for these images.
    images: Option<ImagePatterns>,
    /// Only for these objects, as `Kind/name`, both with `*`.
    #[schemars(length(min = 1))]
    objects: Option<Vec<ObjectPattern>>,
    /// Only in these namespaces.
    namespaces: Option<NamespacePatterns>,
    /// Only in containers of these names.
    #[schemars(length(min = 1))]
    containers: Option<Vec<ContainerPattern>>,
    /// Why, for those who read it later.
    reason: Text,
    /// The last day on which the exception holds; afterwards it is a finding itself.
    expires: Option<Date>,
}

/// `Kind/name`, both with `*` for any run of characters.
#[derive(JsonSchema)]
#[schemars(inline, transparent)]
struct ObjectPattern(#[schemars(regex(pattern = r"^[^/]+/[^/]+$"))] String);

/// A pattern over the names of containers: `*` is any run of characters, `?` one character.
#[derive(JsonSchema)]
#[schemars(inline, transparent)]
struct ContainerPattern(#[schemars(regex(pattern = r"^[a-z0-9*?-]{1,63}$"))] String);

/// Where images stand in a kind of your own.
#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct CustomResource {
    /// `group/version/Kind`, or `version/Kind` for the core group; `*` stands for every one.
    #[schemars(
        regex(pattern = r"^((\*|[a-z0-9.-]+)/)?(\*|[a-z0-9]+)/(\*|[A-Za-z][A-Za-z0-9]*)$"),
        extend("examples" = ["example.com/v1/Widget"])
    )]
    kind: String,
    /// Paths of the fields, such as `spec.sidecars[*].image`.
    #[schemars(length(min = 1))]
    paths: Vec<FieldPath>,
}

/// Names with dots between them, `[*]` for every item, `[0]` for one, `["a.b"]` for a name with dots.
#[derive(JsonSchema)]
#[schemars(inline, transparent)]
struct FieldPath(#[schemars(regex(pattern = r"\S"))] String);
