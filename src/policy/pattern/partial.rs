//! Patterns against references with a placeholder: what could match, and what matches in any case.

use crate::model::digest::Digest;
use crate::model::reference::{Part, PartialReference};

use super::glob::{self, Glob, Item};
use super::{DEFAULT_TAG, ImagePattern, Reading, RegistryPattern, path_matches};

impl ImagePattern {
    /// Whether some value of the placeholder could make the reference match. A no is certain.
    pub fn may_match(&self, partial: &PartialReference) -> bool {
        self.may_hold(partial, Reading::Written)
    }

    /// Whether every value of the placeholder makes the reference match. A yes is certain.
    pub fn surely_matches(&self, partial: &PartialReference) -> bool {
        self.surely_holds(partial, Reading::Written)
    }

    /// Whether some value could make [`ImagePattern::refuses`] true. A no is certain.
    pub fn may_refuse(&self, partial: &PartialReference) -> bool {
        self.may_hold(partial, Reading::Reached)
    }

    /// Whether [`ImagePattern::refuses`] holds for every value. A yes is certain.
    pub fn surely_refuses(&self, partial: &PartialReference) -> bool {
        self.surely_holds(partial, Reading::Reached)
    }

    fn may_hold(&self, partial: &PartialReference, reading: Reading) -> bool {
        let registry = partial
            .registry
            .as_deref()
            .is_none_or(|registry| self.registry.holds(registry, reading));
        let path = match &partial.repository {
            Some(repository) => path_matches(&self.path, repository),
            None => glob::overlap(
                &self.path,
                &path_from(&partial.repository_prefix),
                Glob::overlaps,
            ),
        };
        registry
            && path
            && may_hold(self.tag.as_ref(), tag(partial, reading))
            && may_hold(self.digest.as_ref(), digest(partial))
    }

    fn surely_holds(&self, partial: &PartialReference, reading: Reading) -> bool {
        let registry = match &partial.registry {
            Some(registry) => self.registry.holds(registry, reading),
            None => self.registry == RegistryPattern::Any,
        };
        let path = match &partial.repository {
            Some(repository) => path_matches(&self.path, repository),
            None => glob::covers(
                &self.path,
                &path_from(&partial.repository_prefix),
                Glob::covers,
            ),
        };
        registry
            && path
            && surely_holds(self.tag.as_ref(), tag(partial, reading))
            && surely_holds(self.digest.as_ref(), digest(partial))
    }
}

fn tag(partial: &PartialReference, reading: Reading) -> Part<&str> {
    match (&partial.tag, &partial.digest, reading) {
        (Part::Absent, Part::Absent, Reading::Reached) => Part::Known(DEFAULT_TAG),
        // No tag and a digest that is not known is `name@${DIGEST}`: nothing becomes `latest`.
        (tag, _, _) => tag.as_ref().map(String::as_str),
    }
}

fn digest(partial: &PartialReference) -> Part<&str> {
    partial.digest.as_ref().map(Digest::as_str)
}

fn may_hold(pattern: Option<&Glob>, part: Part<&str>) -> bool {
    match (pattern, part) {
        (None, _) | (_, Part::Unknown) => true,
        (Some(_), Part::Absent) => false,
        (Some(pattern), Part::Known(text)) => pattern.matches(text),
    }
}

fn surely_holds(pattern: Option<&Glob>, part: Part<&str>) -> bool {
    match (pattern, part) {
        (None, _) => true,
        (Some(pattern), Part::Known(text)) => pattern.matches(text),
        (Some(_), Part::Unknown | Part::Absent) => false,
    }
}

/// The paths that begin with `prefix`, which may end inside a segment.
fn path_from(prefix: &str) -> Vec<Item<Glob>> {
    let (complete, begun) = match prefix.rsplit_once('/') {
        Some((complete, begun)) => (Some(complete), begun),
        None => (None, prefix),
    };
    complete
        .into_iter()
        .flat_map(|text| text.split('/'))
        .map(|segment| Item::One(Glob::literal(segment)))
        .chain([Item::One(Glob::beginning_with(begun)), Item::Run])
        .collect()
}
