//! One signature or attestation in the object that `inspect --format json` prints.

use schemars::JsonSchema;
use serde::Serialize;

use crate::model::repository::Repository;
use crate::model::signature::{
    self, Anchor, Candidate, Content, Format, RefusalKind, SignatureFacts, Storage,
};
use crate::report::inspect::engines::{Engine, Finder, Finds};
use crate::report::inspect::{self, InspectReport, standing};

/// One signature or attestation.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Signature<'a> {
    /// What it says it is; nothing of it is verified unless `signers` has an entry.
    kind: Kind,
    /// `predicateType` of an attestation.
    predicate_type: Option<&'a str>,
    /// What is wrong with something malformed.
    problem: Option<&'a str>,
    /// How it is written.
    format: FormatName,
    /// Version of a bundle.
    bundle_version: Option<&'a str>,
    /// Media type of an unknown format.
    media_type: Option<&'a str>,
    /// Which of the places it lies in.
    storage: StorageName,
    /// The repository it lies in.
    repository: String,
    /// Digest of the manifest that holds it.
    manifest: &'a str,
    /// Number of the layer in that manifest, from 0.
    layer: u32,
    /// The identity in its certificate, not verified.
    claimed: Option<Identity<'a>>,
    /// Who it is proven to be by.
    signers: Vec<Signer<'a>>,
    /// Signers of the policy that it is not proven to be by, and the Sigstore trusted root.
    refused: Vec<Refused<'a>>,
    /// The engines and tools that look where it lies; to find is not to accept.
    found_by: Vec<FoundBy>,
}

/// What a candidate says it is.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    /// A signature of the image.
    Signature,
    /// A statement about it.
    Attestation,
    /// Not what its media type says.
    Malformed,
}

/// How it is written.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum FormatName {
    /// Simple signing, with the signature in annotations.
    SimpleSigning,
    /// A DSSE envelope, with the certificate in annotations.
    Envelope,
    /// A Sigstore bundle.
    Bundle,
    /// Another media type.
    Unknown,
}

/// Where it lies.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum StorageName {
    /// The referrers API, or a manifest of a layout whose `subject` is the image.
    Referrer,
    /// The tag `sha256-<hex>`.
    ReferrersTag,
    /// The tag `sha256-<hex>.sig`.
    SignatureTag,
    /// The tag `sha256-<hex>.att`.
    AttestationTag,
}

/// An identity as a certificate carries it.
#[derive(Debug, Serialize, JsonSchema)]
struct Identity<'a> {
    /// A URI or an e-mail address.
    subject: &'a str,
    /// The OIDC issuer, or the issuer of an own certificate.
    issuer: Option<&'a str>,
}

/// A proven signer.
#[derive(Debug, Serialize, JsonSchema)]
struct Signer<'a> {
    /// What the proof rests on.
    by: By,
    /// Its name, such as the path of the key in the policy.
    name: &'a str,
    /// Who signed, for proofs by certificate.
    identity: Option<Identity<'a>>,
    /// Whether an entry of a trusted transparency log is part of the proof.
    transparency_log: bool,
    /// When a trusted log or timestamp authority saw the signature (RFC 3339, UTC).
    signed_at: Option<String>,
    /// Annotations of the signed payload.
    annotations: Vec<Annotation<'a>>,
}

/// What trust rests on.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum By {
    /// A public key.
    Key,
    /// The Sigstore trusted root.
    Sigstore,
    /// An own certificate authority.
    Authority,
}

/// One annotation.
#[derive(Debug, Serialize, JsonSchema)]
struct Annotation<'a> {
    /// Its key.
    key: &'a str,
    /// Its value.
    value: &'a str,
}

/// A signer that it is not proven to be by.
#[derive(Debug, Serialize, JsonSchema)]
struct Refused<'a> {
    /// What a proof would rest on.
    by: By,
    /// Its name.
    name: &'a str,
    /// The kind of reason.
    kind: RefusalName,
    /// The reason.
    reason: &'a str,
}

/// Kinds of refusals.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum RefusalName {
    /// Made by somebody else.
    OtherSigner,
    /// The certificate does not chain to a trusted authority, or was not valid then.
    UntrustedCertificate,
    /// A certificate for keyless signing that no log of certificates has seen.
    NoCertificateLog,
    /// No entry of a trusted transparency log came with it.
    NoLogEntry,
    /// There is a log entry or timestamp, and it does not hold.
    BadLogEntry,
    /// The log or authority is not in the trusted root.
    UnknownToTrustedRoot,
    /// It speaks of another image.
    OtherImage,
    /// It is no valid signature over its payload.
    BadSignature,
    /// It cannot be read, or is of a kind that this version does not verify.
    Unsupported,
}

/// An engine that looks there.
#[derive(Debug, Serialize, JsonSchema)]
struct FoundBy {
    /// Its name, as in docs/compatibility.md.
    engine: &'static str,
    /// What has to be configured for it; null when nothing has to be.
    condition: Option<&'static str>,
}

impl<'a> Signature<'a> {
    /// Everything that is stored for an image of `repository`.
    pub(super) fn all(
        facts: &'a SignatureFacts,
        repository: Repository,
        report: &'a InspectReport,
    ) -> Vec<Self> {
        let finder = Finder::new(repository, facts);
        let candidates = facts.candidates.iter();
        candidates
            .map(|candidate| {
                let found_by = FoundBy::all(candidate, &finder);
                Self::of(candidate, found_by, report)
            })
            .collect()
    }

    fn of(candidate: &'a Candidate, found_by: Vec<FoundBy>, report: &'a InspectReport) -> Self {
        let (proven, refused) = standing(candidate, &report.signers);
        let (kind, predicate_type, problem) = match &candidate.content {
            Content::Signature => (Kind::Signature, None, None),
            Content::Attestation { predicate_type } => {
                (Kind::Attestation, Some(predicate_type.as_str()), None)
            }
            Content::Malformed(problem) => (Kind::Malformed, None, Some(problem.as_str())),
        };
        let (format, bundle_version, media_type) = match &candidate.format {
            Format::SimpleSigning => (FormatName::SimpleSigning, None, None),
            Format::Envelope => (FormatName::Envelope, None, None),
            Format::Bundle(version) => (FormatName::Bundle, Some(version.as_str()), None),
            Format::Unknown(media_type) => (FormatName::Unknown, None, Some(media_type.as_str())),
        };
        let place = &candidate.place;
        Self {
            kind,
            predicate_type,
            problem,
            format,
            bundle_version,
            media_type,
            storage: StorageName::of(place.storage),
            repository: place.repository.to_string(),
            manifest: place.manifest.as_str(),
            layer: place.layer,
            claimed: candidate.claimed.as_ref().map(Identity::of),
            signers: proven.iter().map(Signer::of).collect(),
            refused: refused.iter().map(Refused::of).collect(),
            found_by,
        }
    }
}

impl StorageName {
    pub(super) const fn of(storage: Storage) -> Self {
        match storage {
            Storage::Referrer => Self::Referrer,
            Storage::ReferrersTag => Self::ReferrersTag,
            Storage::SignatureTag => Self::SignatureTag,
            Storage::AttestationTag => Self::AttestationTag,
        }
    }
}

impl<'a> Identity<'a> {
    fn of(identity: &'a signature::Identity) -> Self {
        Self {
            subject: &identity.subject,
            issuer: identity.issuer.as_deref(),
        }
    }
}

impl By {
    const fn of(anchor: &Anchor) -> Self {
        match anchor {
            Anchor::Key(_) => Self::Key,
            Anchor::Sigstore => Self::Sigstore,
            Anchor::Authority(_) => Self::Authority,
        }
    }
}

impl<'a> Signer<'a> {
    fn of(proven: &inspect::Proven<'a>) -> Self {
        let annotations = proven.proof.annotations.iter();
        Self {
            by: By::of(proven.anchor),
            name: proven.name,
            identity: proven.proof.identity.as_ref().map(Identity::of),
            transparency_log: proven.logged,
            signed_at: proven.proof.signed_at.map(|time| time.to_string()),
            annotations: annotations
                .map(|(key, value)| Annotation { key, value })
                .collect(),
        }
    }
}

impl<'a> Refused<'a> {
    fn of(refused: &inspect::Refused<'a>) -> Self {
        Self {
            by: By::of(refused.anchor),
            name: refused.name,
            kind: RefusalName::of(refused.refusal.kind),
            reason: &refused.refusal.reason,
        }
    }
}

impl RefusalName {
    const fn of(kind: RefusalKind) -> Self {
        match kind {
            RefusalKind::OtherSigner => Self::OtherSigner,
            RefusalKind::UntrustedCertificate => Self::UntrustedCertificate,
            RefusalKind::NoCertificateLog => Self::NoCertificateLog,
            RefusalKind::NoLogEntry => Self::NoLogEntry,
            RefusalKind::BadLogEntry => Self::BadLogEntry,
            RefusalKind::UnknownToTrustedRoot => Self::UnknownToTrustedRoot,
            RefusalKind::OtherImage => Self::OtherImage,
            RefusalKind::BadSignature => Self::BadSignature,
            RefusalKind::Unsupported => Self::Unsupported,
        }
    }
}

impl FoundBy {
    fn all(candidate: &Candidate, finder: &Finder) -> Vec<Self> {
        let found = Engine::ALL.into_iter().filter_map(|engine| {
            let condition = match finder.finds(engine, candidate) {
                Finds::No => return None,
                Finds::When(condition) => Some(condition),
                Finds::Yes | Finds::UnlessBundled => None,
            };
            let engine = engine.name();
            Some(Self { engine, condition })
        });
        found.collect()
    }
}
