//! What deploys images that stand in no manifest: kustomizations, charts, the objects of Flux and Argo CD, and
//! kinds that name an image in a field of their own. Nothing is judged of them; each is counted as what it
//! is, so that a folder of them never reads like one without images.

use crate::model::kustomization::KUSTOMIZATION_NAMES;
use crate::model::summary::NotLookedAt;

use super::not_deployed::group_matches;
use super::objects::Type;

/// Kinds by API group, and what they are counted as.
#[rustfmt::skip]
const KINDS: &[(&str, &[&str], NotLookedAt)] = &[
    ("kustomize.config.k8s.io", &["Kustomization", "Component"], NotLookedAt::Kustomization),
    ("kustomize.toolkit.fluxcd.io", &["Kustomization"], NotLookedAt::FluxKustomization),
    ("helm.toolkit.fluxcd.io", &["HelmRelease"], NotLookedAt::HelmRelease),
    ("source.toolkit.fluxcd.io", &["OCIRepository"], NotLookedAt::OciRepository),
    ("argoproj.io", &["Application", "ApplicationSet"], NotLookedAt::Application),
    ("helm.cattle.io", &["HelmChart", "HelmChartConfig"], NotLookedAt::HelmRelease),
    // Of these only a part is read: what they take out of an image stream or another object is not.
    ("cdi.kubevirt.io", &["DataVolume", "DataImportCron"], NotLookedAt::UnreadKind),
    ("build.openshift.io", &["BuildConfig", "Build"], NotLookedAt::UnreadKind),
];

/// The word in the text of a kind that is counted as [`NotLookedAt::UnreadKind`], without which it takes nothing
/// that is not read.
const NOT_READ: [&str; 2] = ["imageStream", "ImageStream"];

/// What an object of this type is counted as; `text` is the document's, for what only some of a kind do.
pub(super) fn counted_as(of: Type<'_>, text: &str) -> Option<NotLookedAt> {
    let reason = entry(of)?;
    let is_read = || !NOT_READ.iter().any(|word| text.contains(word));
    (reason != NotLookedAt::UnreadKind || !is_read()).then_some(reason)
}

/// Whether objects of this type say what is deployed from elsewhere: none of its fields is an image by itself.
pub(super) fn is_source(of: Type<'_>) -> bool {
    entry(of).is_some_and(|reason| reason != NotLookedAt::UnreadKind)
}

/// Whether values of an object of this type may be filled in elsewhere.
pub(super) fn holds_settings(of: Type<'_>) -> bool {
    of.api_version == "v1" && ["ConfigMap", "Secret"].contains(&of.kind)
}

fn entry(of: Type<'_>) -> Option<NotLookedAt> {
    let (group, _) = of.group_and_version();
    let entry = KINDS
        .iter()
        .find(|(pattern, kinds, _)| group_matches(pattern, group) && kinds.contains(&of.kind));
    entry.map(|(_, _, reason)| *reason)
}

/// What the name of a file says of its content, before an object is met in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Named {
    /// A file that kustomize takes for a kustomization, whatever stands in it.
    Kustomization,
    /// The description of a chart.
    Chart,
}

impl Named {
    /// Names are compared as the tools do, with their letters as they are.
    pub(super) fn of(path: &str) -> Option<Self> {
        match path.rsplit('/').next().unwrap_or(path) {
            name if KUSTOMIZATION_NAMES.contains(&name) => Some(Self::Kustomization),
            "Chart.yaml" => Some(Self::Chart),
            _ => None,
        }
    }

    /// What the file is counted as.
    pub(super) const fn counted_as(self) -> NotLookedAt {
        match self {
            Self::Kustomization => NotLookedAt::Kustomization,
            Self::Chart => NotLookedAt::HelmChart,
        }
    }
}

/// The type that a document claims which was not parsed, since it mentions no image: the texts at the
/// beginning of its lines, or of a JSON document the first ones. Good enough to count it.
pub(super) fn claimed_type(text: &str) -> Option<Type<'_>> {
    let value = |key: &str| {
        let at = match text.trim_start().starts_with('{') {
            true => text.find(&format!("\"{key}\""))? + key.len() + 2,
            false => {
                let line = text.strip_prefix(key).map(|_| 0);
                line.or_else(|| text.find(&format!("\n{key}:")).map(|at| at + 1))? + key.len()
            }
        };
        let rest = text.get(at..)?.trim_start().strip_prefix(':')?;
        let rest = rest.trim_start_matches([' ', '\t', '"', '\'']);
        let end = rest.find(['"', '\'', ' ', '\t', ',', '\r', '\n', '#', '}']);
        Some(&rest[..end.unwrap_or(rest.len())])
    };
    Some(Type {
        api_version: value("apiVersion")?,
        kind: value("kind")?,
    })
}
