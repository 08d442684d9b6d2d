//! The names of images and pages that reports write.

use super::json::Text;
use crate::model::digest::Digest;
use crate::model::reference::ImageReference;

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

/// A page that a person may open: no scheme but that of the web.
pub(super) fn link(text: Text) -> Option<Box<str>> {
    let web = ["https://", "http://"];
    text.filled()
        .filter(|link| web.iter().any(|scheme| link.starts_with(scheme)))
}
