//! Which admission engines and tools look where: what each would find of what is stored. To find is not
//! to accept; whether a signature holds is another question.
//!
//! Every cell of [`FACTS`] names where it was read or seen. `docs/compatibility.md` shows the same table.

use crate::model::repository::Repository;
use crate::model::signature::{Candidate, Content, Format, SignatureFacts, Storage};

/// Who looks for signatures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Engine {
    /// `verifyImages` of Kyverno with `type: Cosign`, the default.
    KyvernoCosign,
    /// `verifyImages` of Kyverno with `type: SigstoreBundle`.
    KyvernoBundle,
    /// `ClusterImagePolicy` of sigstore policy-controller.
    PolicyController,
    /// `verify` and `verify-attestation` of cosign 2.
    Cosign2,
    /// `verify` and `verify-attestation` of cosign 3.
    Cosign3,
}

impl Engine {
    /// All of them, in the order of the columns.
    pub const ALL: [Self; 5] = [
        Self::KyvernoCosign,
        Self::KyvernoBundle,
        Self::PolicyController,
        Self::Cosign2,
        Self::Cosign3,
    ];

    /// The name for a person and in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::KyvernoCosign => "Kyverno Cosign",
            Self::KyvernoBundle => "Kyverno SigstoreBundle",
            Self::PolicyController => "policy-controller",
            Self::Cosign2 => "cosign 2",
            Self::Cosign3 => "cosign 3",
        }
    }
}

/// The ways to store a signature or attestation that the engines tell apart. The referrers API and the
/// referrers tag are one: every engine asks through go-containerregistry, which falls back to the tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kept {
    /// A simple-signing payload under `sha256-<hex>.sig`.
    SignatureTag,
    /// A DSSE envelope under `sha256-<hex>.att`.
    AttestationTag,
    /// A bundle that signs, among the referrers.
    BundledSignature,
    /// A bundle that attests, among the referrers.
    BundledAttestation,
    /// A simple-signing payload among the referrers (cosign 2, `--registry-referrers-mode=oci-1-1`).
    ReferringSignature,
}

impl Kept {
    /// All of them, in the order of the rows.
    pub const ALL: [Self; 5] = [
        Self::SignatureTag,
        Self::AttestationTag,
        Self::BundledSignature,
        Self::BundledAttestation,
        Self::ReferringSignature,
    ];

    /// The words of the table's first column.
    pub const fn words(self) -> &'static str {
        match self {
            Self::SignatureTag => "signature under the tag `.sig`",
            Self::AttestationTag => "attestation under the tag `.att`",
            Self::BundledSignature => "signature in a bundle, as a referrer",
            Self::BundledAttestation => "attestation in a bundle, as a referrer",
            Self::ReferringSignature => "signature of the older format, as a referrer",
        }
    }

    /// How a candidate is kept; `None` for what no engine looks for.
    pub fn of(candidate: &Candidate) -> Option<Self> {
        let referrer = matches!(
            candidate.place.storage,
            Storage::Referrer | Storage::ReferrersTag
        );
        match (&candidate.format, &candidate.content, referrer) {
            (Format::Bundle(_), Content::Signature, true) => Some(Self::BundledSignature),
            (Format::Bundle(_), Content::Attestation { .. }, true) => {
                Some(Self::BundledAttestation)
            }
            (Format::SimpleSigning, Content::Signature, true) => Some(Self::ReferringSignature),
            (Format::SimpleSigning, Content::Signature, false) => Some(Self::SignatureTag),
            (Format::Envelope, Content::Attestation { .. }, false) => Some(Self::AttestationTag),
            _ => None,
        }
    }
}

/// Whether an engine looks there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finds {
    /// As it comes.
    Yes,
    /// Only then.
    When(&'static str),
    /// Only when no bundle is stored for the image: with one, it looks at bundles alone.
    UnlessBundled,
    /// It does not look there.
    No,
}

impl Finds {
    /// The words of a cell.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::When(condition) => condition,
            Self::UnlessBundled => "when there is no bundle",
            Self::No => "no",
        }
    }
}

/// One cell of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fact {
    /// How something is kept.
    pub kept: Kept,
    /// Who looks.
    pub engine: Engine,
    /// Whether it is found.
    pub finds: Finds,
    /// Where that was read or seen.
    pub source: Source,
}

/// Where facts come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// Kyverno's code for `type: Cosign`.
    KyvernoCosignCode,
    /// Kyverno's code for `type: SigstoreBundle`.
    KyvernoBundleCode,
    /// policy-controller's code.
    PolicyControllerCode,
    /// policy-controller's issue about signatures in bundles.
    PolicyControllerIssue,
    /// policy-controller's change that brought bundles.
    PolicyControllerBundles,
    /// The tool itself was run.
    CosignRun,
    /// The options of cosign.
    CosignOptions,
}

impl Source {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::KyvernoCosignCode,
        Self::KyvernoBundleCode,
        Self::PolicyControllerCode,
        Self::PolicyControllerIssue,
        Self::PolicyControllerBundles,
        Self::CosignRun,
        Self::CosignOptions,
    ];

    /// Where to look it up.
    pub const fn words(self) -> &'static str {
        match self {
            Self::KyvernoCosignCode => {
                "kyverno/kyverno `pkg/image/verifiers/cpol/cosign/cosign.go`: cosign's library, \
                 without `NewBundleFormat`, and `ExperimentalOCI11` from `cosignOCI11`"
            }
            Self::KyvernoBundleCode => {
                "kyverno/kyverno `pkg/image/verifiers/cpol/cosign/sigstore.go`, `fetchBundles`: the \
                 referrers in the image's own repository whose descriptor has an artifact type that \
                 begins with `application/vnd.dev.sigstore.bundle`"
            }
            Self::PolicyControllerCode => {
                "sigstore/policy-controller `pkg/webhook/validation.go`: cosign's library; referrers \
                 are listed for attestations only"
            }
            Self::PolicyControllerIssue => {
                "sigstore/policy-controller issue 1958 and the open change 1968"
            }
            Self::PolicyControllerBundles => {
                "sigstore/policy-controller change 1725, in 0.13: bundles of attestations, when the \
                 authority has `signatureFormat: bundle`"
            }
            Self::CosignRun => "cosign 2.6.5 and 3.1.3, run on the images of `testdata/signatures`",
            Self::CosignOptions => {
                "sigstore/cosign `cmd/cosign/cli/verify.go`: `--experimental-oci11`"
            }
        }
    }
}

const fn fact(kept: Kept, engine: Engine, finds: Finds, source: Source) -> Fact {
    Fact {
        kept,
        engine,
        finds,
        source,
    }
}

/// Kyverno believes what the list of referrers says of an artifact, and some registries say another type
/// (ghcr.io, go-containerregistry's own: `application/vnd.oci.empty.v1+json`).
const TYPE_LISTED: Finds = Finds::When("when the registry lists the artifact type");

/// Every cell, row by row.
pub const FACTS: [Fact; 25] = {
    use Engine::{Cosign2, Cosign3, KyvernoBundle, KyvernoCosign, PolicyController};
    use Finds::{No, UnlessBundled, When, Yes};
    use Kept::{
        AttestationTag, BundledAttestation, BundledSignature, ReferringSignature, SignatureTag,
    };
    use Source::{
        CosignOptions, CosignRun, KyvernoBundleCode, KyvernoCosignCode, PolicyControllerBundles,
        PolicyControllerCode, PolicyControllerIssue,
    };
    const OCI_1_1: Finds = When("with `--experimental-oci11`");
    [
        fact(SignatureTag, KyvernoCosign, Yes, KyvernoCosignCode),
        fact(SignatureTag, KyvernoBundle, No, KyvernoBundleCode),
        fact(SignatureTag, PolicyController, Yes, PolicyControllerCode),
        fact(SignatureTag, Cosign2, Yes, CosignRun),
        fact(SignatureTag, Cosign3, UnlessBundled, CosignRun),
        fact(AttestationTag, KyvernoCosign, Yes, KyvernoCosignCode),
        fact(AttestationTag, KyvernoBundle, No, KyvernoBundleCode),
        fact(AttestationTag, PolicyController, Yes, PolicyControllerCode),
        fact(AttestationTag, Cosign2, Yes, CosignRun),
        fact(AttestationTag, Cosign3, UnlessBundled, CosignRun),
        fact(BundledSignature, KyvernoCosign, No, KyvernoCosignCode),
        fact(
            BundledSignature,
            KyvernoBundle,
            TYPE_LISTED,
            KyvernoBundleCode,
        ),
        fact(
            BundledSignature,
            PolicyController,
            No,
            PolicyControllerIssue,
        ),
        fact(
            BundledSignature,
            Cosign2,
            When("with `--new-bundle-format`"),
            CosignRun,
        ),
        fact(BundledSignature, Cosign3, Yes, CosignRun),
        fact(BundledAttestation, KyvernoCosign, No, KyvernoCosignCode),
        fact(
            BundledAttestation,
            KyvernoBundle,
            TYPE_LISTED,
            KyvernoBundleCode,
        ),
        fact(
            BundledAttestation,
            PolicyController,
            When("with `signatureFormat: bundle`"),
            PolicyControllerBundles,
        ),
        fact(
            BundledAttestation,
            Cosign2,
            When("with `--new-bundle-format`"),
            CosignRun,
        ),
        fact(BundledAttestation, Cosign3, Yes, CosignRun),
        fact(
            ReferringSignature,
            KyvernoCosign,
            When("with `cosignOCI11: true`"),
            KyvernoCosignCode,
        ),
        fact(ReferringSignature, KyvernoBundle, No, KyvernoBundleCode),
        fact(
            ReferringSignature,
            PolicyController,
            No,
            PolicyControllerCode,
        ),
        fact(ReferringSignature, Cosign2, OCI_1_1, CosignOptions),
        fact(ReferringSignature, Cosign3, OCI_1_1, CosignOptions),
    ]
};

/// What an engine has to be told to look for `.sig` and `.att` in another repository than the image's.
/// None of them finds referrers there: they list the image's own (Kyverno issue 15950).
const ELSEWHERE: [(Engine, Finds); 5] = [
    (
        Engine::KyvernoCosign,
        Finds::When("with `repository` of the attestor"),
    ),
    (Engine::KyvernoBundle, Finds::No),
    (
        Engine::PolicyController,
        Finds::When("with `source` of the authority"),
    ),
    (Engine::Cosign2, Finds::When("with COSIGN_REPOSITORY")),
    (Engine::Cosign3, Finds::When("with COSIGN_REPOSITORY")),
];

/// What the engines find of what is stored for one image.
#[derive(Debug)]
pub struct Finder {
    repository: Repository,
    /// Whether a bundle is among it.
    bundled: bool,
}

impl Finder {
    /// For an image in `repository`, all that is stored for it being `facts`.
    pub fn new(repository: Repository, facts: &SignatureFacts) -> Self {
        let mut kept = facts.candidates.iter().filter_map(Kept::of);
        let is_bundle = |kept| matches!(kept, Kept::BundledSignature | Kept::BundledAttestation);
        Self {
            repository,
            bundled: kept.any(is_bundle),
        }
    }

    /// Whether `engine` finds `candidate`, which is one of the facts. Never [`Finds::UnlessBundled`]: what
    /// is stored decides that.
    pub fn finds(&self, engine: Engine, candidate: &Candidate) -> Finds {
        let Some(kept) = Kept::of(candidate) else {
            return Finds::No;
        };
        let cell = FACTS
            .iter()
            .find(|fact| fact.kept == kept && fact.engine == engine);
        let here = match cell.map_or(Finds::No, |fact| fact.finds) {
            Finds::UnlessBundled if self.bundled => Finds::No,
            Finds::UnlessBundled => Finds::Yes,
            finds => finds,
        };
        let by_tag = matches!(kept, Kept::SignatureTag | Kept::AttestationTag);
        match here {
            Finds::No => Finds::No,
            here if candidate.place.repository == self.repository => here,
            _ if !by_tag => Finds::No,
            _ => {
                let told = ELSEWHERE.iter().find(|(told, _)| *told == engine);
                told.map_or(Finds::No, |(_, finds)| *finds)
            }
        }
    }
}
