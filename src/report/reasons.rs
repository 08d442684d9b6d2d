//! Why something was not looked at or passed with a reservation, in words for a person.

use crate::model::rule::Rule;
use crate::model::summary::NotLookedAt;

/// The rule that the reason speaks of.
pub const fn rule(reason: NotLookedAt) -> Option<Rule> {
    match reason {
        NotLookedAt::RuleNotConfigured(rule)
        | NotLookedAt::RuleOff(rule)
        | NotLookedAt::NothingRequired(rule)
        | NotLookedAt::RefusedImage(rule) => Some(rule),
        _ => None,
    }
}

/// The count and what was counted, such as `4 Helm templates`.
pub fn phrase(reason: NotLookedAt, count: u32) -> String {
    let (one, many) = match reason {
        NotLookedAt::TemplateDocument => ("unrendered template", "unrendered templates"),
        NotLookedAt::TemplateImageLine => (
            "line in templates that looks like an image",
            "lines in templates that look like an image",
        ),
        NotLookedAt::PlaceholderImage => (
            "image with a placeholder beyond its known part",
            "images with a placeholder beyond their known part",
        ),
        NotLookedAt::IncompleteImage => (
            "image beyond the part that is written, such as the tag that its chart fills in",
            "images beyond the part that is written, such as the tag that their chart fills in",
        ),
        NotLookedAt::PlaceholderDefault => (
            "image judged with the default of its placeholder",
            "images judged with the defaults of their placeholders",
        ),
        NotLookedAt::ExcludedPath => ("excluded path", "excluded paths"),
        NotLookedAt::EarlierReport => ("report of an earlier run", "reports of earlier runs"),
        NotLookedAt::GitIgnoredPath => ("path ignored by git", "paths ignored by git"),
        NotLookedAt::Link => ("symbolic link to a folder", "symbolic links to folders"),
        NotLookedAt::GitFolder => ("inner `.git` folder", "inner `.git` folders"),
        NotLookedAt::Jsonnet => ("Jsonnet file", "Jsonnet files"),
        NotLookedAt::ExemptNamespace => (
            "object in an exempt namespace",
            "objects in exempt namespaces",
        ),
        NotLookedAt::UnknownNamespace => (
            "object by its namespace, which is unknown (--namespace gives one)",
            "objects by their namespace, which is unknown (--namespace gives one)",
        ),
        NotLookedAt::NotDeployed => (
            "object with images that it does not deploy",
            "objects with images that they do not deploy",
        ),
        NotLookedAt::SuppressedByComment | NotLookedAt::SuppressedByAnnotation => {
            suppressed(reason)
        }
        NotLookedAt::ScanClaimedByAnnotation
        | NotLookedAt::ScanByUnsignedReport
        | NotLookedAt::ScanByVex
        | NotLookedAt::ScanByVexOfRepository
        | NotLookedAt::ScanBoundByTag
        | NotLookedAt::ScanOfUnsupportedSystem
        | NotLookedAt::ScanWithIgnoredFindings
        | NotLookedAt::ScanWithExclusions
        | NotLookedAt::ScanWithUnknownSeverities => scans(reason),
        NotLookedAt::RuleNotConfigured(rule) => {
            let images = counted(count, "image", "images");
            return format!("{images} by {rule}, which is not configured");
        }
        NotLookedAt::RuleOff(rule) => return format!("{count} by {rule}, which is off there"),
        NotLookedAt::NothingRequired(rule) => return nothing_required(rule, count),
        NotLookedAt::RefusedImage(rule) => return refused(rule, count),
        not_read => not_rendered(not_read),
    };
    counted(count, one, many)
}

/// What is said of a finding that does not count by the word of whoever wrote the manifest.
const fn suppressed(reason: NotLookedAt) -> (&'static str, &'static str) {
    match reason {
        NotLookedAt::SuppressedByComment => (
            "finding kept from counting by a comment",
            "findings kept from counting by comments",
        ),
        _ => (
            "finding kept from counting by an annotation",
            "findings kept from counting by annotations",
        ),
    }
}

/// One scan, and several, that passed with a reservation.
const fn scans(reason: NotLookedAt) -> (&'static str, &'static str) {
    match reason {
        NotLookedAt::ScanClaimedByAnnotation => (
            "scan that only an annotation claims",
            "scans that only an annotation claims",
        ),
        NotLookedAt::ScanByUnsignedReport => (
            "scan in a report file, which nobody signed",
            "scans in report files, which nobody signed",
        ),
        NotLookedAt::ScanByVex => (
            "scan that passes by OpenVEX statements",
            "scans that pass by OpenVEX statements",
        ),
        NotLookedAt::ScanByVexOfRepository => (
            "scan that passes by OpenVEX statements about a repository, not an image",
            "scans that pass by OpenVEX statements about repositories, not images",
        ),
        NotLookedAt::ScanBoundByTag => (
            "scan that is bound by a tag, which can move",
            "scans that are bound by a tag, which can move",
        ),
        NotLookedAt::ScanOfUnsupportedSystem => (
            "scan of a system that is no longer supported, so that new vulnerabilities are missing",
            "scans of systems that are no longer supported, so that new vulnerabilities are missing",
        ),
        NotLookedAt::ScanWithIgnoredFindings => (
            "scan that was itself told to leave out what would fail",
            "scans that were themselves told to leave out what would fail",
        ),
        NotLookedAt::ScanWithExclusions => (
            "scan that was itself told to leave something out, and does not list what",
            "scans that were themselves told to leave something out, and do not list what",
        ),
        NotLookedAt::ScanWithUnknownSeverities => (
            "scan with vulnerabilities of unknown severity",
            "scans with vulnerabilities of unknown severity",
        ),
        _ => ("scan", "scans"),
    }
}

fn refused(rule: Rule, count: u32) -> String {
    let images = counted(count, "image", "images");
    format!("{images} by {rule}: refused already, so nothing was asked (--all-evidence asks)")
}

/// What deploys images that are not read.
const fn not_rendered(reason: NotLookedAt) -> (&'static str, &'static str) {
    match reason {
        NotLookedAt::Kustomization => (
            "part of a kustomization that is not read",
            "parts of kustomizations that are not read",
        ),
        NotLookedAt::HelmChart => (
            "Helm chart, whose templates are not rendered",
            "Helm charts, whose templates are not rendered",
        ),
        NotLookedAt::HelmRelease => (
            "HelmRelease, whose chart's own images are not judged",
            "HelmReleases, whose charts' own images are not judged",
        ),
        NotLookedAt::FluxKustomization => (
            "Flux Kustomization of which not all is known that it applies",
            "Flux Kustomizations of which not all is known that they apply",
        ),
        NotLookedAt::ManifestInText => (
            "manifest in the text of a ConfigMap or Secret",
            "manifests in the texts of ConfigMaps and Secrets",
        ),
        NotLookedAt::Application => (
            "Argo CD Application, of which nothing but its own values is judged",
            "Argo CD Applications, of which nothing but their own values is judged",
        ),
        NotLookedAt::OciRepository => (
            "OCIRepository, whose artifact is not read",
            "OCIRepositories, whose artifacts are not read",
        ),
        NotLookedAt::UnreadKind => (
            "object of a kind whose image is not read",
            "objects of kinds whose images are not read",
        ),
        NotLookedAt::UnlistedImage => (
            "text that looks like an image in a field that is not read",
            "texts that look like an image in fields that are not read",
        ),
        NotLookedAt::KustomizeImage => (
            "image that a kustomization replaces",
            "images that a kustomization replaces",
        ),
        NotLookedAt::ReplacedImage => (
            "image that kustomizations replace: what they put in its place is judged",
            "images that kustomizations replace: what they put in their place is judged",
        ),
        NotLookedAt::UnusedReplacement => (
            "entry of `images` in a kustomization that hits no image",
            "entries of `images` in kustomizations that hit no image",
        ),
        NotLookedAt::PolicyExpression => (
            "expression by which a policy may put an image into other objects",
            "expressions by which policies may put an image into other objects",
        ),
        other => (other.name(), other.name()),
    }
}

fn nothing_required(rule: Rule, count: u32) -> String {
    let images = counted(count, "image", "images");
    match rule {
        Rule::VerifyImageSignatures => format!("{images} for which no signer is wanted"),
        other => format!("{images} for which {other} wants nothing"),
    }
}

/// `1 image`, `2 images`.
pub fn counted(count: u32, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
