//! What is stored beside an image, and what cryptography says about it. Whether a signer is *wanted* is
//! not known here: these are facts, and the rules judge them.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;

use super::digest::Digest;
use super::reason::Reason;
use super::repository::Repository;

/// Everything that was found beside one image digest.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SignatureFacts {
    /// Each signature and attestation, in a fixed order: repository, storage, manifest, layer.
    pub candidates: Vec<Candidate>,
    /// The places that gave no answer. With a gap, "unsigned" cannot be said.
    pub gaps: Vec<Gap>,
    /// The repositories that were asked.
    pub asked: Vec<Repository>,
    /// Where signatures are that were perhaps meant for this image. Nothing passes by them.
    pub elsewhere: Option<Elsewhere>,
}

/// Signatures that satisfy the policy, of another digest than the one that is deployed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Elsewhere {
    /// Of each platform of the index.
    Platforms,
    /// Of the index under the written tag, which lists the image as one of its platforms.
    Index(Digest),
}

/// One signature or attestation as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Where it lies.
    pub place: Place,
    /// How it is written.
    pub format: Format,
    /// What it says it is. Read before anything is verified; trust it only with a [`Proof`].
    pub content: Content,
    /// The identity in its certificate, unverified and cut short where it is long. `None` without a
    /// certificate.
    pub claimed: Option<Identity>,
    /// What came of each [`Trial`], in the order of the trials.
    pub trials: Vec<(Trial, Result<Proof, Refusal>)>,
}

impl Candidate {
    /// The proof that `trial` gave, when it was made and passed.
    pub fn proof(&self, trial: &Trial) -> Option<&Proof> {
        let tried = self.trials.iter().find(|(made, _)| made == trial);
        tried.and_then(|(_, outcome)| outcome.as_ref().ok())
    }
}

/// Where a signature lies.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// The repository: the image's own, or the one that the policy names.
    pub repository: Repository,
    /// Which of the four places.
    pub storage: Storage,
    /// The manifest that holds it.
    pub manifest: Digest,
    /// Number of the layer in that manifest, from 0.
    pub layer: u32,
}

/// The four places where signatures are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Storage {
    /// The referrers API (OCI distribution specification 1.1, "Listing Referrers"), or in a layout a
    /// manifest whose `subject` is the image.
    Referrer,
    /// The referrers tag `sha256-<hex>` (same section, "Unavailable Referrers API").
    ReferrersTag,
    /// The tag `sha256-<hex>.sig` of cosign 1 and 2.
    SignatureTag,
    /// The tag `sha256-<hex>.att` of cosign 1 and 2.
    AttestationTag,
}

impl Storage {
    /// The name in the machine formats; it never changes once published.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Referrer => "referrer",
            Self::ReferrersTag => "referrers-tag",
            Self::SignatureTag => "signature-tag",
            Self::AttestationTag => "attestation-tag",
        }
    }
}

/// How a signature is written.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Format {
    /// A simple-signing payload with its signature in annotations (cosign 1 and 2).
    SimpleSigning,
    /// A DSSE envelope with its certificate and log entry in annotations (cosign 1 and 2).
    Envelope,
    /// A Sigstore bundle, with the version of its media type, such as `0.3`.
    Bundle(String),
    /// Nothing that this version reads, with its media type.
    Unknown(String),
}

impl Format {
    /// The name in the machine formats, such as `simple-signing` or `sigstore-bundle-0.3`; of what is not
    /// read the media type, which is hostile text.
    pub fn name(&self) -> Cow<'_, str> {
        match self {
            Self::SimpleSigning => Cow::Borrowed("simple-signing"),
            Self::Envelope => Cow::Borrowed("dsse-envelope"),
            Self::Bundle(version) => Cow::Owned(format!("sigstore-bundle-{version}")),
            Self::Unknown(media_type) => Cow::Borrowed(media_type),
        }
    }
}

/// What a candidate says it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// A signature of the image.
    Signature,
    /// A statement about the image.
    Attestation {
        /// `predicateType` of the statement.
        predicate_type: String,
    },
    /// It could be fetched but is not what its media type says; the sentence says what is wrong.
    Malformed(String),
}

/// An identity as a certificate carries it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Identity {
    /// Subject alternative name: a URI or an e-mail address. For an own certificate authority also a DNS name
    /// or an IP address, and the subject's common name when there is no alternative name.
    pub subject: String,
    /// The other alternative names, each of which an own authority vouches for as well.
    pub other_names: Vec<String>,
    /// OIDC issuer (Fulcio's extension); for an own certificate authority the issuer's distinguished name.
    pub issuer: Option<String>,
}

/// What a signature is held against: once for each that the policy asks for.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Trial {
    /// Whose signature it would be.
    pub anchor: Anchor,
    /// Whether an entry of a trusted transparency log has to be there.
    pub log: bool,
}

/// What the trust in a signature rests on.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Anchor {
    /// A public key: SubjectPublicKeyInfo in DER.
    Key(Arc<[u8]>),
    /// A certificate by an authority of the Sigstore trusted root.
    Sigstore,
    /// A certificate by an own authority: its certificates in DER, as in the policy's file.
    Authority(Arc<[Vec<u8>]>),
}

impl fmt::Debug for Anchor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(der) => write!(f, "Key({} bytes)", der.len()),
            Self::Sigstore => f.write_str("Sigstore"),
            Self::Authority(chain) => write!(f, "Authority({} certificates)", chain.len()),
        }
    }
}

/// What a passed [`Trial`] proves. Only `gather::verify` makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// Who signed, for trials by certificate.
    pub identity: Option<Identity>,
    /// When a trusted log or timestamp authority saw the signature; the earliest of them.
    pub signed_at: Option<Timestamp>,
    /// Annotations of the signed payload itself: for simple signing `optional`, for a statement
    /// `subject[].annotations` of this image. Only text values.
    pub annotations: Vec<(String, String)>,
}

impl Identity {
    /// Every name that the certificate gives.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let others = self.other_names.iter().map(String::as_str);
        std::iter::once(self.subject.as_str()).chain(others)
    }
}

/// Why a candidate does not pass a trial.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The kind, for grouping and for hints.
    pub kind: RefusalKind,
    /// A sentence part such as `the signature is not by that key`.
    pub reason: String,
}

/// Kinds of [`Refusal`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RefusalKind {
    /// Made with another key, or with a certificate where a key is wanted, or the other way round.
    OtherSigner,
    /// The certificate does not chain to a trusted authority, or was not valid then.
    UntrustedCertificate,
    /// A certificate for keyless signing that no log of certificates has seen.
    NoCertificateLog,
    /// No entry of a trusted transparency log came with it, and one is required.
    NoLogEntry,
    /// There is a log entry or timestamp, and it does not hold.
    BadLogEntry,
    /// The log, the authority or the timestamp authority is not in the trusted root.
    UnknownToTrustedRoot,
    /// The signature speaks of another image.
    OtherImage,
    /// It is no valid signature over its payload.
    BadSignature,
    /// It cannot be read, or is of a kind that this version does not verify.
    Unsupported,
}

impl RefusalKind {
    /// The name in the machine formats; it never changes once published.
    pub const fn name(self) -> &'static str {
        match self {
            Self::OtherSigner => "other-signer",
            Self::UntrustedCertificate => "untrusted-certificate",
            Self::NoCertificateLog => "no-certificate-log",
            Self::NoLogEntry => "no-log-entry",
            Self::BadLogEntry => "bad-log-entry",
            Self::UnknownToTrustedRoot => "unknown-to-trusted-root",
            Self::OtherImage => "other-image",
            Self::BadSignature => "bad-signature",
            Self::Unsupported => "unsupported",
        }
    }
}

/// A place that gave no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// The repository.
    pub repository: Repository,
    /// Which of the four places; `None` when it concerns a manifest or blob of any of them.
    pub storage: Option<Storage>,
    /// What was asked, what answered, what to do.
    pub reason: Reason,
}
