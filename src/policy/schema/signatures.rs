//! `verify-image-signatures` and signers as written.

use std::collections::BTreeMap;

use schemars::JsonSchema;

use super::rules::Action;
use super::{ImagePatterns, Text};

/// A wanted signer's cosign signature is on the image.
#[derive(JsonSchema)]
#[schemars(
    rename_all = "kebab-case",
    deny_unknown_fields,
    extend("anyOf" = [
        { "required": ["action"], "properties": { "action": { "const": "off" } }, "maxProperties": 1 },
        { "required": ["require"] }
    ])
)]
pub(super) struct VerifyImageSignatures {
    /// Default: enforce.
    action: Option<Action>,
    /// Who must have signed which images. Every entry whose images match must hold.
    #[schemars(length(min = 1))]
    require: Option<Vec<Requirement>>,
    /// What an image is that no entry's images match. Default: allow.
    unmatched: Option<Unmatched>,
}

/// Who must have signed some images.
#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case", deny_unknown_fields)]
struct Requirement {
    /// The images that it is about. Default: every image.
    images: Option<ImagePatterns>,
    /// Who may sign.
    signers: Signers,
    /// How many of the signers must have signed. Default: 1.
    #[schemars(range(min = 1))]
    at_least: Option<u32>,
    /// Annotations that the signed payload must carry.
    #[schemars(extend("minProperties" = 1))]
    annotations: Option<BTreeMap<String, Text>>,
    /// Whether an entry in the transparency log is required. Default: require.
    transparency_log: Option<TransparencyLog>,
    /// The repository where signatures live, when not beside the image.
    repository: Option<Text>,
}

/// A list of signers.
#[derive(JsonSchema)]
#[schemars(inline, transparent)]
pub(super) struct Signers(#[schemars(length(min = 1))] Vec<Signer>);

/// Who may sign: exactly one of the three.
#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case", deny_unknown_fields)]
enum Signer {
    /// A public key: a PEM file relative to this one, `env://NAME`, or the PEM text itself.
    Key(Text),
    /// An identity that Sigstore's authority certified.
    Keyless(Keyless),
    /// An identity that an authority of your own certified.
    Certificate(Certificate),
}

/// An identity in a certificate of Sigstore. Both patterns are anchored and case-sensitive; `*` stays
/// inside a `/` segment, `**` crosses.
#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case", deny_unknown_fields)]
struct Keyless {
    /// The issuer of the token, such as `https://token.actions.githubusercontent.com`.
    issuer: Text,
    /// The subject: a workflow or an e-mail address.
    subject: Text,
}

/// An identity in a certificate of your own authority.
#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case", deny_unknown_fields)]
struct Certificate {
    /// PEM file with the authority's certificates, relative to this file.
    chain: Text,
    /// A pattern over the subject.
    subject: Text,
    /// A pattern over the issuer. Default: `**`.
    issuer: Option<Text>,
}

/// Whether an entry in the transparency log is required.
#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case")]
pub(super) enum TransparencyLog {
    /// As cosign does it by default.
    Require,
    /// A signature counts without one.
    Ignore,
}

/// What an image is for which no signature is wanted.
#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case")]
enum Unmatched {
    /// It passes and is counted.
    Allow,
    /// It is a violation.
    Violation,
}
