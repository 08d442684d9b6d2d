//! A first policy, from the images that manifests use today.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::model::reference::ImageReference;

use super::pattern::ImagePattern;

/// Registries in which anybody can open an account: approved by account, not as a whole.
const SHARED_REGISTRIES: [&str; 7] = [
    "docker.io",
    "gcr.io",
    "ghcr.io",
    "public.ecr.aws",
    "quay.io",
    "registry.gitlab.com",
    "registry.hub.docker.com",
];

/// The same, by the end of the host's name.
const SHARED_DOMAINS: [&str; 2] = [".gcr.io", ".pkg.dev"];

/// A commented, valid policy that approves the places which `images` come from.
pub fn starter<'i>(images: impl IntoIterator<Item = &'i ImageReference>) -> String {
    starter_with_names(images, [])
}

/// The same with the `names` of images whose tag is not written, such as those in values of charts.
pub fn starter_with_names<'i>(
    images: impl IntoIterator<Item = &'i ImageReference>,
    names: impl IntoIterator<Item = &'i ImageReference>,
) -> String {
    let mut places: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut all: BTreeSet<String> = BTreeSet::new();
    let mut moving: BTreeSet<String> = BTreeSet::new();
    for image in images {
        places.entry(place(image)).or_default().insert(image.name());
        all.insert(image.to_string());
        let is_latest = image.tag.as_deref().is_none_or(|tag| tag == "latest");
        if is_latest && image.digest.is_none() {
            moving.insert(image.to_string());
        }
    }
    for name in names {
        places.entry(place(name)).or_default().insert(name.name());
        all.insert(name.name());
    }
    let mut policy = HEAD.to_owned();
    policy.push_str(&registries(&places));
    policy.push_str(&latest_tag(moving.len(), all.len()));
    policy.push_str(TAIL);
    policy
}

/// The pattern for everything that is likely to be as trustworthy as `image`.
fn place(image: &ImageReference) -> String {
    let registry = &image.registry;
    let shared = SHARED_REGISTRIES.contains(&registry.as_str())
        || SHARED_DOMAINS
            .iter()
            .any(|domain| registry.ends_with(domain));
    match image.repository.split_once('/') {
        _ if !shared => format!("{registry}/**"),
        Some((account, _)) => format!("{registry}/{account}/**"),
        None => image.name(),
    }
}

fn registries(places: &BTreeMap<String, BTreeSet<String>>) -> String {
    let (patterns, others): (Vec<_>, Vec<_>) = places.iter().partition(|(place, names)| {
        let Ok(pattern) = ImagePattern::parse(place) else {
            return false;
        };
        let matches =
            |name: &String| ImageReference::parse(name).is_ok_and(|name| pattern.matches(&name));
        names.iter().all(matches)
    });
    let mut text = String::new();
    if patterns.is_empty() {
        text.push_str(NO_REGISTRIES);
    } else {
        text.push_str(REGISTRIES);
        for (pattern, names) in &patterns {
            let count = names.len();
            let noun = if count == 1 { "image" } else { "images" };
            // Writing to a string cannot fail.
            let _ = writeln!(text, "      - \"{pattern}\" # {count} {noun}");
        }
    }
    for (place, _) in others {
        let _ = writeln!(text, "      # no pattern can be written for \"{place}\"");
    }
    text
}

fn latest_tag(moving: usize, all: usize) -> String {
    let (action, why) = match moving {
        0 => ("enforce", String::new()),
        _ => (
            "audit",
            format!(" # then enforce; without a tag or with `latest`: {moving} of {all} images"),
        ),
    };
    format!("{LATEST_TAG}    action: {action}{why}\n")
}

const HEAD: &str = "\
# Which container images may be deployed: checked by `imagegate check`.
# `imagegate policy check` says what is useless in here, `imagegate explain RULE` what a rule does.
version: 1

rules:
";

const REGISTRIES: &str = "  # Images come from these places, found in the manifests today. Take out what should not be here.
  # `*` stays inside a segment, `**` crosses `/`; an account of a shared registry is a place of its own.
  restrict-image-registries:
    action: enforce
    allow:
";

const NO_REGISTRIES: &str = "  # No image was found from which a list could be made.
  # restrict-image-registries:
  #   action: enforce
  #   allow: [\"registry.example.com/**\"]
";

const LATEST_TAG: &str = "
  # A tag that names a version, or a digest, is written.
  disallow-latest-tag:
";

const TAIL: &str = "
  # Who must have signed which images.
  # verify-image-signatures:
  #   action: enforce
  #   require:
  #     - images: [\"registry.example.com/**\"]
  #       signers: [{ key: keys/cosign.pub }]

  # Where the result of a vulnerability scan is found.
  # check-vulnerability-scan:
  #   action: enforce
  #   accept:
  #     - report: { files: [\"scans/*.json\"] }

# What the author of a change can use as long as it is not switched off: comments that take findings away,
# `namespace: kube-system`, what is not judged. The page docs/untrusted-contributors.md says more.
# inline-ignores: forbid
# namespaces: { exempt: [] }
# strict: true

# Other actions in some namespaces; the last entry that matches wins.
# overrides:
#   - { namespaces: [\"dev-*\"], action: audit }

# Findings that are accepted, each with its reason and best with a last day.
# exceptions:
#   - rules: [disallow-latest-tag]
#     images: [registry.example.com/legacy]
#     reason: \"OPS-12: replaced in the spring\"
#     expires: 2027-01-31
";
