//! What stays open as long as it is not known which digests an image has: a registry that does not answer
//! must not make a report of one of its platforms a report of something else.

use super::answer::{Question, fails, rests_on_statements};
use super::coverage::{Coverage, Read};
use super::ignores::Concerning;
use super::{age, wording};
use crate::check::wording::listed;
use crate::model::scan::ScanFacts;
use crate::policy::settings::ScanSource;

impl Question<'_> {
    /// Why a pass, or "no scan", would not be certain; a sentence part.
    pub(super) fn open(
        &self,
        facts: &ScanFacts,
        coverage: &Coverage<'_>,
        ignores: &mut Concerning<'_>,
    ) -> Option<String> {
        let why = self.unlisted?;
        let is_scanner = matches!(self.source, ScanSource::Scanner(_));
        // A scanner looks at one platform at a time, and is called for each that is known.
        let by_platform = !coverage.parts.is_empty() && coverage.whole().is_empty();
        if is_scanner || by_platform {
            return Some(format!("which images the index holds is not known: {why}"));
        }
        let possible = facts.possible.iter().filter_map(|found| {
            let read = Read {
                origin: &found.origin,
                signed_by: None,
                scan: found.scan.as_ref().ok()?,
            };
            self.would_matter(&read, coverage, ignores)
                .then_some(&found.origin)
        });
        let named: Vec<String> = possible
            .map(|origin| wording::origin(origin, None))
            .collect();
        let does_not = match named.len() {
            0 => return None,
            1 => "does not pass and is of another digest",
            _ => "do not pass and are of other digests",
        };
        Some(format!(
            "{} {does_not} of the same repository, and whether that belongs to the image is not known: {why}",
            listed(&named)
        ))
    }

    /// Whether a scan of another digest could change the answer if it were one of the image.
    fn would_matter(
        &self,
        read: &Read<'_>,
        coverage: &Coverage<'_>,
        ignores: &mut Concerning<'_>,
    ) -> bool {
        let own = self.image.digest.is_some() || self.resolved.is_some();
        // It could only be a platform's, which the scan of the image outlives.
        if own && coverage.has_newer(read) {
            return false;
        }
        let ages = coverage.whole().iter();
        let ages = ages.filter_map(|read| age::of(read.scan, read.origin, self.now));
        let newest = ages.min().filter(|_| own);
        let judged = self.judged(read, None, newest, ignores);
        let passes_by_statements = self.vex.are_incomplete() && rests_on_statements(&judged);
        fails(&judged) || judged.age.is_none() || passes_by_statements
    }
}
