//! Which reports may be about an image of which not every digest is known, such as one that was not asked
//! for: those that name another digest of its repository, or of a copy of it in another registry.
//!
//! A copy is told by its path, which begins anew in another registry and may have a folder in front:
//! `ghcr.io/acme/app` and `mirror.example.com/ghcr.io/acme/app`. A report that names a digest and no
//! repository may be about any image.

use std::collections::HashMap;

use super::format::Report;
use crate::model::repository::Repository;

/// Repositories by the last part of their paths, which copies share.
#[derive(Debug, Default)]
pub(super) struct Related(HashMap<String, Vec<Repository>>);

impl Related {
    pub(super) fn new<'r>(repositories: impl IntoIterator<Item = &'r Repository>) -> Self {
        let mut related = Self::default();
        for repository in repositories {
            let known = related.0.entry(end(repository).to_owned()).or_default();
            if !known.contains(repository) {
                known.push(repository.clone());
            }
        }
        related
    }

    /// Whether the report may be about an image of one of the repositories.
    pub(super) fn may_have(&self, report: &Report) -> bool {
        if self.0.is_empty() || report.all_digests().next().is_none() {
            return false;
        }
        let of_same_end = |named: &Repository| self.0.get(end(named)).into_iter().flatten();
        let mut named = report.repositories.iter();
        report.repositories.is_empty()
            || named.any(|named| of_same_end(named).any(|known| are_alike(known, named)))
    }
}

/// Whether the report may be about an image of the repository.
pub(super) fn may_be_of(report: &Report, repository: &Repository) -> bool {
    let mut named = report.repositories.iter();
    report.all_digests().next().is_some()
        && (report.repositories.is_empty() || named.any(|named| are_alike(named, repository)))
}

/// The last part of the path.
pub(super) fn end(repository: &Repository) -> &str {
    let path = repository.path.as_str();
    path.rsplit('/').next().unwrap_or(path)
}

/// Whether one may be a copy of the other, or is the other.
fn are_alike(one: &Repository, other: &Repository) -> bool {
    let ends_with = |whole: &Repository, path: &str| {
        let whole = whole.to_string();
        let front = whole.strip_suffix(path);
        front.is_some_and(|front| front.ends_with('/'))
    };
    ends_with(one, &other.path) || ends_with(other, &one.path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_is_told_by_its_path() {
        for (one, other, alike) in [
            ("ghcr.io/acme/app", "ghcr.io/acme/app", true),
            ("ghcr.io/acme/app", "registry.example.com/acme/app", true),
            (
                "ghcr.io/acme/app",
                "mirror.example.com/ghcr.io/acme/app",
                true,
            ),
            ("nginx", "mirror.example.com/nginx", true),
            ("ghcr.io/acme/app", "ghcr.io/acme/other", false),
            ("ghcr.io/acme/app", "ghcr.io/acme/my-app", false),
            ("ghcr.io/acme/app", "ghcr.io/other/app", false),
        ] {
            let parse = |name| Repository::parse(name).unwrap();
            assert_eq!(
                are_alike(&parse(one), &parse(other)),
                alike,
                "{one} {other}"
            );
            assert_eq!(
                are_alike(&parse(other), &parse(one)),
                alike,
                "{other} {one}"
            );
        }
    }
}
