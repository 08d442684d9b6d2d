//! What one source of `accept` says about one image.
//!
//! A scan that fails decides at once. What is not known never ends as a pass: a scan by a wanted signer
//! that cannot be read, one that does not say when it was made where that matters, a place with
//! attestations that gave no answer, a report that may be of the image as long as its digests are not known.
//! Only an unread report beside one that answers is passed over, and named: nothing says that it is about
//! this image.

use std::sync::Arc;

use jiff::Timestamp;

use super::coverage::{Coverage, Read};
use super::ignores::Concerning;
use super::statements::{Counting, Statements};
use super::vex::Product;
use super::weigh::weigh;
use super::{age, vex, wording};
use crate::model::digest::Digest;
use crate::model::evidence::ResolvedImage;
use crate::model::reason::Reason;
use crate::model::reference::ImageReference;
use crate::model::scan::{
    Binding, FoundScan, JudgedScan, LeftOut, ScanFacts, ScanOrigin, Unusable,
};
use crate::policy::settings::{CheckVulnerabilityScan, ScanSource};

/// What a source says.
#[derive(Debug)]
pub enum Answer {
    /// Every scan that decides passes.
    Passed(Decided),
    /// One does not.
    Failed(Decided),
    /// There is no scan of it, for all that is known.
    None(Instead),
    /// That cannot be told.
    Unavailable(Unknown),
}

/// Why it cannot be told what a source says.
#[derive(Debug, Default)]
pub struct Unknown {
    /// A sentence part each.
    pub reasons: Vec<Reason>,
    /// Whether it is for want of the digests that the image has.
    pub of_digests: bool,
}

impl From<Vec<String>> for Unknown {
    fn from(reasons: Vec<String>) -> Self {
        Self {
            reasons: reasons.into_iter().map(Reason::from).collect(),
            of_digests: false,
        }
    }
}

/// The scans that decided.
#[derive(Debug, Default)]
pub struct Decided {
    /// Those that fail stand first.
    pub scans: Vec<Arc<JudgedScan>>,
    /// How they were chosen, and what is not known besides; a sentence each.
    pub remarks: Vec<String>,
    /// What could not be read and changes nothing.
    pub unread: Vec<String>,
}

/// What was found where there is no scan that speaks of the whole image.
#[derive(Debug, Default)]
pub struct Instead {
    /// Sentence parts.
    pub found: Vec<String>,
    /// Where it was looked, when the source says so.
    pub asked: Vec<String>,
    /// Whether some platforms of the image were scanned.
    pub some_platforms: bool,
    /// Why the source was not asked about every digest of the image.
    pub unasked: Option<String>,
}

/// A question to one source about one image.
#[derive(Debug)]
pub struct Question<'a> {
    /// The rule's settings.
    pub settings: &'a CheckVulnerabilityScan,
    /// The source.
    pub source: &'a ScanSource,
    /// The image.
    pub image: &'a ImageReference,
    /// What it stands for, when that is known.
    pub resolved: Option<&'a ResolvedImage>,
    /// Why it may have other digests than those that are known.
    pub unlisted: Option<&'a str>,
    /// The time of the check.
    pub now: Timestamp,
    /// The OpenVEX statements.
    pub vex: &'a vex::Statements<'a>,
}

/// What was found, by whether it counts.
#[derive(Debug, Default)]
struct Sorted<'f> {
    readable: Vec<Read<'f>>,
    /// Scans that count and cannot be read.
    unreadable: Vec<(String, &'f Unusable)>,
    /// Attestations that do not count.
    refused: Vec<String>,
    /// What nobody can tell about, for a fault of ours.
    faults: Vec<String>,
}

impl Question<'_> {
    /// The answer that follows from what was found.
    pub fn answer(&self, facts: &ScanFacts, ignores: &mut Concerning<'_>) -> Answer {
        let sorted = self.sorted(&facts.found);
        let unreadable = self.not_overtaken(&sorted);
        let coverage = Coverage::of(sorted.readable, self.image, self.resolved);
        let mut unknown = sorted.faults;
        if coverage.strangers > 0 {
            unknown.push(
                "a scan of another image was handed on, which is a fault of imagegate".to_owned(),
            );
        }
        let mut decided = Decided::default();
        for part in &coverage.parts {
            self.decide(part, coverage.whole(), ignores, &mut decided, &mut unknown);
        }
        decided.scans.sort_by_key(|scan| !fails(scan));
        let open = self.open(facts, &coverage, ignores);
        let of_digests = open.is_some();
        unknown.extend(open);
        let complete = !coverage.parts.is_empty() && coverage.missing.is_empty();
        let unread = unreadable.into_iter().chain(facts.unread.iter().cloned());
        match complete && !self.is_signed() {
            true => decided.unread.extend(unread),
            false => unknown.extend(unread),
        }
        if decided.scans.first().is_some_and(|scan| fails(scan)) {
            let unknown = unknown.iter();
            let remarks =
                unknown.map(|reason| format!("it could not be checked further: {reason}"));
            decided.remarks.extend(remarks);
            return Answer::Failed(decided);
        }
        let passed_over = facts.passed_over.iter();
        if !unknown.is_empty() {
            unknown.extend(passed_over.map(|what| format!("there is {what}")));
            return Answer::Unavailable(Unknown {
                of_digests: of_digests || (!complete && self.wants_digests()),
                reasons: unknown.into_iter().map(Reason::from).collect(),
            });
        }
        match complete {
            true => Answer::Passed(decided),
            false => {
                let mut found = wording::instead(&coverage, &sorted.refused);
                found.extend(passed_over.cloned());
                Answer::None(Instead {
                    found,
                    asked: facts.asked.clone(),
                    some_platforms: !coverage.parts.is_empty(),
                    unasked: self
                        .unlisted
                        .filter(|_| self.wants_digests())
                        .map(|why| format!("which digests the image has is not known: {why}")),
                })
            }
        }
    }

    /// Whether scans of the source count by their signer.
    const fn is_signed(&self) -> bool {
        matches!(self.source, ScanSource::Attestation { .. })
    }

    /// Whether reports cannot be held against every digest of the image.
    const fn wants_digests(&self) -> bool {
        matches!(self.source, ScanSource::Report { .. }) && self.unlisted.is_some()
    }

    /// Whether every scan has to pass, and not only the newest of each scanner.
    pub(super) const fn is_every(&self) -> bool {
        self.is_signed() && self.settings.every_statement
    }

    /// What cannot be read and may be the newest scan of a scanner. An attestation that the same scanner has
    /// followed by a later one, by the times that both have signed, would not decide if it could be read.
    fn not_overtaken(&self, sorted: &Sorted<'_>) -> Vec<String> {
        let is_overtaken = |unusable: &Unusable| {
            let (Some(scanner), Some(time)) = (&unusable.scanner, unusable.finished_at) else {
                return false;
            };
            let mut later = sorted.readable.iter().filter(|read| {
                age::of(read.scan, read.origin, self.now).is_some()
                    && read
                        .scan
                        .finished_at
                        .is_some_and(|finished| finished > time)
            });
            self.is_signed() && !self.is_every() && later.any(|read| read.scan.is_by(scanner))
        };
        let unreadable = sorted.unreadable.iter();
        let counting = unreadable.filter(|(_, unusable)| !is_overtaken(unusable));
        counting.map(|(words, _)| words.clone()).collect()
    }

    fn sorted<'f>(&self, found: &'f [FoundScan]) -> Sorted<'f> {
        let statements = match self.source {
            ScanSource::Attestation {
                predicate,
                signers,
                transparency_log,
            } => Some(Statements::new(predicate, signers, *transparency_log)),
            _ => None,
        };
        let mut sorted = Sorted::default();
        for found in found {
            let signed_by = match (&statements, &found.origin) {
                (None, ScanOrigin::Report(_) | ScanOrigin::Scanner(_)) => None,
                (Some(statements), ScanOrigin::Attestation(candidate)) => {
                    match statements.counting(candidate) {
                        Counting::By(signer) => Some(signer),
                        Counting::OtherKind => continue,
                        Counting::Refused(words) => {
                            sorted.refused.push(words);
                            continue;
                        }
                        Counting::NotTried => {
                            let origin = wording::origin(&found.origin, None);
                            sorted.faults.push(format!(
                                "{origin} was not held against every signer, which is a fault of imagegate"
                            ));
                            continue;
                        }
                    }
                }
                _ => {
                    let origin = wording::origin(&found.origin, None);
                    sorted.faults.push(format!(
                        "{origin} belongs to another source, which is a fault of imagegate"
                    ));
                    continue;
                }
            };
            match &found.scan {
                Ok(scan) => sorted.readable.push(Read {
                    origin: &found.origin,
                    signed_by,
                    scan,
                }),
                Err(unusable) => {
                    let origin = wording::origin(&found.origin, signed_by.as_deref());
                    let words = format!("{origin} cannot be used: {}", unusable.reason);
                    sorted.unreadable.push((words, unusable));
                }
            }
        }
        sorted
    }

    /// Weighs a scan. `newest` is the age of the newest scan beside it: only that one has to be young
    /// enough, while no age makes up for what another one has found.
    pub(super) fn judged(
        &self,
        read: &Read<'_>,
        platform: Option<&str>,
        newest: Option<u64>,
        ignores: &mut Concerning<'_>,
    ) -> JudgedScan {
        let product = Product {
            image: self.image,
            platform,
            digests: self.digests(&read.scan.bound_by),
            by_repository: self.settings.vex_by_repository,
        };
        let statements = self.vex.about(&product, self.now);
        let weighed = weigh(read.scan, self.settings, ignores, &statements);
        let age = age::of(read.scan, read.origin, self.now);
        let allowed = self.settings.max_age.as_ref();
        let too_old = |age: u64| {
            let counts = newest.is_none_or(|newest| age <= newest);
            counts && allowed.is_some_and(|allowed| age > allowed.value)
        };
        JudgedScan {
            origin: read.origin.clone(),
            signed_by: read.signed_by.clone(),
            scan: Arc::clone(read.scan),
            platform: platform.map(str::to_owned),
            age,
            too_old: age.is_some_and(too_old),
            failing: weighed.failing,
            left_out: weighed.left_out,
            left_out_by_scanner: weighed.left_out_by_scanner,
            unknown_severities: weighed.unknown_severities,
            vex_beside: weighed.vex_beside,
        }
    }

    /// The digests under which a statement may name what the scan speaks of: the image's own, and that of
    /// its platform.
    fn digests<'s>(&'s self, bound_by: &'s Binding) -> Vec<&'s Digest> {
        let own = self.image.digest.as_ref();
        let own = own.or(self.resolved.map(|found| &found.digest));
        let bound = match bound_by {
            Binding::Digest(digest) => Some(digest).filter(|digest| Some(*digest) != own),
            Binding::Tag(_) => None,
        };
        own.into_iter().chain(bound).collect()
    }
}

/// Whether the scan stops the image.
pub fn fails(scan: &JudgedScan) -> bool {
    scan.too_old || !scan.failing.is_empty()
}

/// Whether something does not count because of an OpenVEX statement.
pub fn rests_on_statements(scan: &JudgedScan) -> bool {
    let mut reasons = scan.left_out.iter().map(|(_, reason)| reason);
    reasons.any(|reason| matches!(reason, LeftOut::Vex { .. }))
}
