//! The names of images and pages that reports write.

use super::json::Text;
use crate::model::digest::Digest;
use crate::model::reference::ImageReference;
use crate::model::repository::Repository;

/// The digests behind `@` in names such as `ghcr.io/acme/app@sha256:…`, each once. The name in front may
/// be that of a mirror, so it does not count; and Docker writes `<none>` in its place. Where there is none,
/// it is the one that the scanner was asked for, which not every scanner repeats.
pub(super) fn digests(names: &[Box<str>], asked_for: Option<&str>) -> Vec<Digest> {
    let mut found = Vec::new();
    for name in names {
        let digest = name.rsplit_once('@').map_or(&**name, |(_, digest)| digest);
        if let Some(digest) = Digest::parse(digest)
            && !found.contains(&digest)
        {
            found.push(digest);
        }
    }
    if found.is_empty() {
        let digest = asked_for.and_then(|name| name.rsplit_once('@'));
        found.extend(digest.and_then(|(_, digest)| Digest::parse(digest)));
    }
    found
}

/// The texts that are references without a digest, each once. What is none, such as the path of an
/// archive, does not name an image.
pub(super) fn without_digest<'a>(
    names: impl IntoIterator<Item = &'a Box<str>>,
) -> Vec<ImageReference> {
    let mut found = Vec::new();
    for name in names {
        if let Ok(reference) = ImageReference::parse(name)
            && reference.digest.is_none()
            && !found.contains(&reference)
        {
            found.push(reference);
        }
    }
    found
}

/// The repositories of the names, whether a digest stands behind them or not; each once.
pub(super) fn repositories<'a>(names: impl IntoIterator<Item = &'a Box<str>>) -> Vec<Repository> {
    let mut found = Vec::new();
    for name in names {
        // A digest alone reads like a name with a tag.
        if Digest::parse(name).is_none()
            && let Ok(reference) = ImageReference::parse(name)
        {
            let repository = Repository::of(&reference);
            if !found.contains(&repository) {
                found.push(repository);
            }
        }
    }
    found
}

/// Parts of an address that stand between the name of a product and its version.
const BEFORE_VERSIONS: [&str; 5] = ["releases", "tag", "tags", "tree", "blob"];

/// The name of the product in the address of a scanner, such as `pkg:github/aquasecurity/trivy@244fd47e` or
/// `https://github.com/anchore/grype/releases/tag/v0.80.0`: the same for each of its versions.
pub(super) fn scanner(uri: &str) -> String {
    let uri = uri.split(['@', '?', '#']).next().unwrap_or_default();
    let parts: Vec<&str> = uri
        .split(['/', ':'])
        .filter(|part| !part.is_empty())
        .collect();
    let known = [("trivy", "Trivy"), ("grype", "Grype")];
    let known = known.iter().find(|(word, _)| {
        let mut parts = parts.iter();
        parts.any(|part| part.eq_ignore_ascii_case(word))
    });
    let is_name = |part: &&&str| !BEFORE_VERSIONS.contains(*part) && !is_version(part);
    match (known, parts.iter().rev().find(is_name)) {
        (Some((_, name)), _) => (*name).to_owned(),
        (None, Some(name)) => (*name).to_owned(),
        (None, None) => "a scanner that it does not name".to_owned(),
    }
}

/// Whether the text begins as versions do: `1.2`, `v1.2`.
fn is_version(text: &str) -> bool {
    let number = text.strip_prefix(['v', 'V']).unwrap_or(text);
    number.starts_with(|first: char| first.is_ascii_digit())
}

/// A page that a person may open: no scheme but that of the web.
pub(super) fn link(text: Text) -> Option<Box<str>> {
    let web = ["https://", "http://"];
    text.filled()
        .filter(|link| web.iter().any(|scheme| link.starts_with(scheme)))
}
