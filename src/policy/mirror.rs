//! Where a copy of an image lives, by the mirrors that a policy names. Help texts show it; nothing is
//! judged by it.

use crate::model::reference::ImageReference;

use super::settings::Mirror;

/// The reference under the mirror with the longest name that holds it; `None` when no mirror does.
///
/// A mirror holds the names that begin with its own by whole segments. An official image of docker.io
/// keeps its `library/` below a mirror of the whole registry, as Harbor, ECR and other caches want it:
/// `docker.io/library/nginx:1.27` is `registry.internal.example.com/dockerhub/library/nginx:1.27`. Where it
/// is kept without, a mirror of `docker.io/library` says so.
pub fn mirrored(reference: &ImageReference, mirrors: &[Mirror]) -> Option<String> {
    let name = reference.name();
    let (mirror, rest) = mirrors
        .iter()
        .filter_map(|mirror| Some((mirror, below(&name, &mirror.from.value)?)))
        .max_by_key(|(mirror, _)| mirror.from.value.len())?;
    let mut copy = mirror.to.value.trim_end_matches('/').to_owned();
    if !rest.is_empty() {
        copy.push('/');
        copy.push_str(rest);
    }
    if let Some(tag) = &reference.tag {
        copy.push(':');
        copy.push_str(tag);
    }
    if let Some(digest) = &reference.digest {
        copy.push('@');
        copy.push_str(digest.as_str());
    }
    Some(copy)
}

/// What stands in `name` behind `prefix` and a `/`; empty when both are the same.
fn below<'a>(name: &'a str, prefix: &str) -> Option<&'a str> {
    let rest = name.strip_prefix(prefix)?;
    if rest.is_empty() {
        Some(rest)
    } else {
        rest.strip_prefix('/')
    }
}
