//! The counts that close a report.

use super::rule::Rule;

/// The reasons in one table: what each means, its name in the machine formats and in a policy (which never
/// changes once published), its family, and whether `strict: true` takes it.
macro_rules! reasons {
    ($($(#[$meaning:meta])* $reason:ident $(($rule:ty))? => $name:literal, $family:ident, strict: $strict:literal;)*) => {
        /// A reason for which something was not looked at or not judged, or passed with a reservation.
        /// Nothing is left out without one.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum NotLookedAt {
            $($(#[$meaning])* $reason $(($rule))?,)*
        }

        impl NotLookedAt {
            /// Each reason once; those about a rule, about the first one.
            pub const ALL: [Self; [$($name),*].len()] = [$(Self::$reason $((<$rule>::ALL[0]))?),*];

            /// The name in the machine formats and in a policy.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$reason { .. } => $name,)*
                }
            }

            /// What the reason means for the answer.
            pub const fn family(self) -> Family {
                match self {
                    $(Self::$reason { .. } => Family::$family,)*
                }
            }

            /// Whether `strict: true` takes the reason: what is left out is not the choice of the policy or
            /// of whoever runs the check, or the pass proves less than the others.
            pub const fn is_strict(self) -> bool {
                match self {
                    $(Self::$reason { .. } => $strict,)*
                }
            }
        }
    };
}

reasons! {
    /// A document that is a template and could not be parsed (Helm, envsubst).
    TemplateDocument => "template-document", NotJudged, strict: true;
    /// Lines in such documents that look like an image.
    TemplateImageLine => "template-image-line", NotJudged, strict: true;
    /// The part of an image that is a placeholder.
    PlaceholderImage => "placeholder-image", NotJudged, strict: true;
    /// An image that was judged with the defaults of its placeholders; another value may be set.
    PlaceholderDefault => "placeholder-default", Reservation, strict: true;
    /// The part of an image that is said elsewhere, such as the tag that a chart fills in.
    IncompleteImage => "incomplete-image", NotJudged, strict: true;
    /// A file left out by `exclude` or `--exclude`.
    ExcludedPath => "excluded-path", NotJudged, strict: false;
    /// A report of an earlier run that this run replaces.
    EarlierReport => "earlier-report", NotJudged, strict: false;
    /// A file left out by `--respect-gitignore`.
    GitIgnoredPath => "git-ignored-path", NotJudged, strict: false;
    /// A link to a folder, met inside a walk.
    Link => "symbolic-link", NotJudged, strict: true;
    /// A `.git` folder below the top of a checked path: kubectl reads manifests in it.
    GitFolder => "git-folder", NotJudged, strict: true;
    /// A Jsonnet file, met inside a walk: Argo CD renders it beside the manifests.
    Jsonnet => "jsonnet", NotJudged, strict: true;
    /// An object in an exempt namespace.
    ExemptNamespace => "exempt-namespace", NotJudged, strict: true;
    /// An object whose namespace is unknown while the policy has settings by namespace.
    UnknownNamespace => "unknown-namespace", NotJudged, strict: true;
    /// An object with images that it describes and does not ask for: in a schema, in the patterns of a
    /// policy, or in its `status`.
    NotDeployed => "not-deployed", NotJudged, strict: false;
    /// An expression or patch by which a policy may write an image into other objects.
    PolicyExpression => "policy-expression", NotJudged, strict: true;
    /// An image that a kustomization puts in place of another.
    KustomizeImage => "kustomize-image", NotJudged, strict: true;
    /// An image in a manifest that every kustomization replaces: what they put in its place is judged.
    ReplacedImage => "replaced-image", NotJudged, strict: false;
    /// An entry of `images` in a kustomization that hits no image.
    UnusedReplacement => "unused-image-replacement", NotJudged, strict: false;
    /// A finding that a comment in the manifest takes away, or makes an audit one.
    SuppressedByComment => "suppressed-by-comment", NotJudged, strict: true;
    /// A finding that an annotation of the object takes away, or makes an audit one.
    SuppressedByAnnotation => "suppressed-by-annotation", NotJudged, strict: true;
    /// A kustomization: what it makes of the manifests is not judged.
    Kustomization => "kustomization", NotJudged, strict: true;
    /// A chart: its values are judged, and not what its templates make of them.
    HelmChart => "helm-chart", NotJudged, strict: true;
    /// A HelmRelease of Flux, or a HelmChart of k3s: its values are judged, and not the chart's own images.
    HelmRelease => "helm-release", NotJudged, strict: true;
    /// A Kustomization of Flux: what it makes of the manifests is not judged.
    FluxKustomization => "flux-kustomization", NotJudged, strict: true;
    /// An Application or ApplicationSet of Argo CD: its values are judged, and not what else it deploys.
    Application => "argo-cd-application", NotJudged, strict: true;
    /// A text in a ConfigMap or Secret that holds a manifest with an image.
    ManifestInText => "manifest-in-text", NotJudged, strict: true;
    /// An OCIRepository of Flux: the manifests in the artifact are not read.
    OciRepository => "oci-repository", NotJudged, strict: true;
    /// An object of a kind that makes an image run or be pulled, whose fields are not read.
    UnreadKind => "unread-kind", NotJudged, strict: true;
    /// A text that looks like an image in a field that is not read.
    UnlistedImage => "unlisted-image", NotJudged, strict: true;
    /// An image that an image policy does not judge, since the policy file does not configure it.
    RuleNotConfigured(Rule) => "rule-not-configured", NotJudged, strict: false;
    /// An image (for an input rule: a problem of the input) that a rule does not judge, since the policy
    /// switches it off there.
    RuleOff(Rule) => "rule-off", NotJudged, strict: false;
    /// An image for which no entry of a rule wants anything (`unmatched: allow`).
    NothingRequired(Rule) => "nothing-required", NotJudged, strict: false;
    /// An image about which nothing was asked for a rule, since another rule refuses it.
    RefusedImage(Rule) => "refused-image", NotJudged, strict: false;
    /// An image whose scan passed by an annotation alone: a claim that nobody signed.
    ScanClaimedByAnnotation => "scan-claimed-by-annotation", Reservation, strict: true;
    /// An image that passed by a report file, which nobody signed.
    ScanByUnsignedReport => "scan-by-unsigned-report", Reservation, strict: true;
    /// An image that passed since OpenVEX statements about its digest take vulnerabilities away.
    ScanByVex => "scan-by-vex", Reservation, strict: true;
    /// An image that passed since OpenVEX statements about its repository take vulnerabilities away.
    ScanByVexOfRepository => "scan-by-vex-of-repository", Reservation, strict: true;
    /// An image that was judged by a scan of its tag and not of its digest: the tag may have moved since.
    ScanBoundByTag => "scan-bound-by-tag", Reservation, strict: true;
    /// An image that passed although its operating system is no longer supported: new vulnerabilities
    /// are not reported for it.
    ScanOfUnsupportedSystem => "scan-of-unsupported-system", Reservation, strict: true;
    /// An image that passed by a scan that was told to leave out what would fail it.
    ScanWithIgnoredFindings => "scan-with-ignored-findings", Reservation, strict: true;
    /// An image that passed by a scan that was told to leave something out, and does not list what.
    ScanWithExclusions => "scan-with-exclusions", Reservation, strict: true;
    /// An image that passed by a scan with vulnerabilities of which nobody knows how bad they are.
    ScanWithUnknownSeverities => "scan-with-unknown-severities", Reservation, strict: true;
}

/// What a reason means for the answer of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// Nothing is known of it: it was not looked at, or a rule did not judge it.
    NotJudged,
    /// It was judged and passed, by something that proves less than the rest.
    Reservation,
}

impl NotLookedAt {
    /// Whether images are counted that a rule does not judge. These can be as many as there are images, so
    /// their places are kept only when they are asked for.
    pub const fn counts_images_of_a_rule(self) -> bool {
        matches!(
            self,
            Self::RuleNotConfigured(_) | Self::RuleOff(_) | Self::NothingRequired(_)
        )
    }
}

/// What a run looked at and found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// Files read.
    pub files: u32,
    /// Documents that hold content.
    pub documents: u32,
    /// Documents that are Kubernetes objects.
    pub manifests: u32,
    /// Uses of images.
    pub images: u32,
    /// Distinct image texts, after normalisation.
    pub unique_images: u32,
    /// Uses of images that at least one rule about images judged, whatever it found.
    pub judged: u32,
    /// Findings of enforced rules.
    pub violations: u32,
    /// Findings of audit rules, whatever their outcome.
    pub audit: u32,
    /// Enforced checks that could not be made.
    pub not_checked: u32,
    /// Findings that a suppression or an exception takes away.
    pub suppressed: u32,
    /// What was not looked at, by reason, in the order of the reasons, without zeros but for rules that
    /// are not configured: those are named whatever was met.
    pub not_looked_at: Vec<(NotLookedAt, u32)>,
}

impl Summary {
    /// Whether no manifest was met, nor an image elsewhere, such as in values of a chart.
    pub const fn is_empty(&self) -> bool {
        self.manifests == 0 && self.images == 0
    }

    /// Adds to the count of a reason.
    pub fn add(&mut self, reason: NotLookedAt, times: u32) {
        if times == 0 {
            return;
        }
        let counts = &mut self.not_looked_at;
        match counts.binary_search_by(|(known, _)| known.cmp(&reason)) {
            Ok(at) => counts[at].1 = counts[at].1.saturating_add(times),
            Err(at) => counts.insert(at, (reason, times)),
        }
    }
}

/// A number of things as the summary counts them: more than 4,294,967,295 are that many.
pub fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
