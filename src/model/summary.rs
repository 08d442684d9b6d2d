//! The counts that close a report.

use super::rule::Rule;

/// A reason for which something was not looked at or not judged, or passed with a reservation. Nothing is
/// left out without one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NotLookedAt {
    /// A document that is a template and could not be parsed (Helm, envsubst).
    TemplateDocument,
    /// Lines in such documents that look like an image.
    TemplateImageLine,
    /// The part of an image that is a placeholder.
    PlaceholderImage,
    /// An image that was judged with the defaults of its placeholders; another value may be set.
    PlaceholderDefault,
    /// A file left out by `exclude` or `--exclude`.
    ExcludedPath,
    /// A report of an earlier run that this run replaces.
    EarlierReport,
    /// A file left out by `--respect-gitignore`.
    GitIgnoredPath,
    /// A link to a folder, met inside a walk.
    Link,
    /// A `.git` folder below the top of a checked path: kubectl reads manifests in it.
    GitFolder,
    /// A Jsonnet file, met inside a walk: Argo CD renders it beside the manifests.
    Jsonnet,
    /// An object in an exempt namespace.
    ExemptNamespace,
    /// An object whose namespace is unknown while the policy has settings by namespace.
    UnknownNamespace,
    /// An object with images that it describes and does not ask for: in a schema, in the patterns of a
    /// policy, or in its `status`.
    NotDeployed,
    /// An expression or patch by which a policy may write an image into other objects.
    PolicyExpression,
    /// An image that a kustomization puts in place of another.
    KustomizeImage,
    /// An image that an image policy does not judge, since the policy file does not configure it.
    RuleNotConfigured(Rule),
    /// An image (for an input rule: a problem of the input) that a rule does not judge, since the policy
    /// switches it off there.
    RuleOff(Rule),
    /// An image for which no entry of a rule wants anything (`unmatched: allow`).
    NothingRequired(Rule),
    /// An image whose scan passed by an annotation alone: a claim that nobody signed.
    ScanClaimedByAnnotation,
    /// An image that was judged by a scan of its tag and not of its digest: the tag may have moved since.
    ScanBoundByTag,
    /// An image that passed although its operating system is no longer supported: new vulnerabilities
    /// are not reported for it.
    ScanOfUnsupportedSystem,
    /// An image that passed by a scan that was told to leave out what would fail it.
    ScanWithIgnoredFindings,
    /// An image that passed by a scan with vulnerabilities of which nobody knows how bad they are.
    ScanWithUnknownSeverities,
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
    /// What the reason means for the answer.
    pub const fn family(self) -> Family {
        match self {
            Self::TemplateDocument
            | Self::TemplateImageLine
            | Self::PlaceholderImage
            | Self::ExcludedPath
            | Self::EarlierReport
            | Self::GitIgnoredPath
            | Self::Link
            | Self::GitFolder
            | Self::Jsonnet
            | Self::ExemptNamespace
            | Self::UnknownNamespace
            | Self::NotDeployed
            | Self::PolicyExpression
            | Self::KustomizeImage
            | Self::RuleNotConfigured(_)
            | Self::RuleOff(_)
            | Self::NothingRequired(_) => Family::NotJudged,
            Self::PlaceholderDefault
            | Self::ScanClaimedByAnnotation
            | Self::ScanBoundByTag
            | Self::ScanOfUnsupportedSystem
            | Self::ScanWithIgnoredFindings
            | Self::ScanWithUnknownSeverities => Family::Reservation,
        }
    }

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
