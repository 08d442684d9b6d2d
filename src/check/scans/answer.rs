//! What one source of `accept` says about one image.
//!
//! A scan that fails decides at once. What is not known never ends as a pass: a scan by a wanted signer
//! that cannot be read, one that does not say when it was made where that matters, a place with
//! attestations that gave no answer. Only an unread report beside one that answers is passed over, and
//! named: nothing says that it is about this image.

use std::sync::Arc;

use jiff::Timestamp;

use super::coverage::{Coverage, Part, Read};
use super::ignores::Concerning;
use super::statements::{Counting, Statements};
use super::weigh::weigh;
use super::{age, vex, wording};
use crate::model::digest::Digest;
use crate::model::evidence::ResolvedImage;
use crate::model::reference::ImageReference;
use crate::model::scan::{Binding, FoundScan, JudgedScan, LeftOut, ScanFacts, ScanOrigin};
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
    /// That cannot be told; a sentence part each.
    Unavailable(Vec<String>),
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
    unreadable: Vec<String>,
    /// Attestations that do not count.
    refused: Vec<String>,
    /// What nobody can tell about, for a fault of ours.
    faults: Vec<String>,
}

impl Question<'_> {
    /// The answer that follows from what was found.
    pub fn answer(&self, facts: &ScanFacts, ignores: &mut Concerning<'_>) -> Answer {
        let sorted = self.sorted(&facts.found);
        let coverage = Coverage::of(sorted.readable, self.image, self.resolved);
        let mut unknown = sorted.faults;
        if coverage.strangers > 0 {
            unknown.push(
                "a scan of another image was handed on, which is a fault of imagegate".to_owned(),
            );
        }
        let mut decided = Decided::default();
        for part in &coverage.parts {
            self.decide(part, ignores, &mut decided, &mut unknown);
        }
        decided.scans.sort_by_key(|scan| !fails(scan));
        let complete = !coverage.parts.is_empty() && coverage.missing.is_empty();
        let unread = sorted.unreadable.into_iter();
        let unread = unread.chain(facts.unread.iter().cloned());
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
        if !unknown.is_empty() {
            return Answer::Unavailable(unknown);
        }
        match complete {
            true => Answer::Passed(decided),
            false => Answer::None(Instead {
                found: wording::instead(&coverage, &sorted.refused),
                asked: facts.asked.clone(),
                some_platforms: !coverage.parts.is_empty(),
            }),
        }
    }

    /// Whether scans of the source count by their signer.
    const fn is_signed(&self) -> bool {
        matches!(self.source, ScanSource::Attestation { .. })
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
                Err(reason) => {
                    let origin = wording::origin(&found.origin, signed_by.as_deref());
                    sorted
                        .unreadable
                        .push(format!("{origin} cannot be used: {reason}"));
                }
            }
        }
        sorted
    }

    /// Judges the scans of the image, or of one platform of it, that decide.
    fn decide(
        &self,
        part: &Part<'_>,
        ignores: &mut Concerning<'_>,
        decided: &mut Decided,
        unknown: &mut Vec<String>,
    ) {
        let every = self.is_signed() && self.settings.every_statement;
        let is_dated = |read: &&Read<'_>| age::of(read.scan, read.origin, self.now).is_some();
        let undated = part.scans.iter().find(|read| !is_dated(read));
        if let (Some(undated), true) = (undated, part.scans.len() > 1 && !every) {
            // Any of them may be the newest.
            let scans = part
                .scans
                .iter()
                .map(|read| self.judged(read, part, ignores));
            let scans: Vec<JudgedScan> = scans.collect();
            match scans.iter().all(fails) {
                true => decided.scans.extend(scans.into_iter().map(Arc::new)),
                false => unknown.push(format!(
                    "which of {} scans is the newest is not known: {} {}",
                    scans.len(),
                    wording::origin(undated.origin, undated.signed_by.as_deref()),
                    wording::undated(undated.scan)
                )),
            }
            return;
        }
        let newest = part
            .scans
            .iter()
            .filter_map(|read| read.scan.finished_at)
            .max();
        let decides = |read: &&Read<'_>| every || read.scan.finished_at == newest;
        let (deciding, older): (Vec<&Read<'_>>, Vec<&Read<'_>>) =
            part.scans.iter().partition(decides);
        for read in &deciding {
            let judged = self.judged(read, part, ignores);
            if self.settings.max_age.is_some() && judged.age.is_none() && !fails(&judged) {
                let origin = wording::origin(read.origin, read.signed_by.as_deref());
                let undated = wording::undated(read.scan);
                unknown.push(format!("{origin} {undated}, and `max-age` is set"));
            }
            if self.vex.are_incomplete() && rests_on_statements(&judged) && !fails(&judged) {
                unknown.push(
                    "it passes by OpenVEX statements, and a file of `vex` that could not be read may take \
                     them back"
                        .to_owned(),
                );
            }
            decided.scans.push(Arc::new(judged));
        }
        if let (Some(newest), Some(older)) = (deciding.first(), older.first()) {
            decided
                .remarks
                .push(wording::newest(newest, older, part.scans.len()));
        }
    }

    fn judged(&self, read: &Read<'_>, part: &Part<'_>, ignores: &mut Concerning<'_>) -> JudgedScan {
        let statements = self.vex.about(&self.digests(&read.scan.bound_by), self.now);
        let weighed = weigh(read.scan, self.settings, ignores, &statements);
        let age = age::of(read.scan, read.origin, self.now);
        let allowed = self.settings.max_age.as_ref();
        let too_old = |age: u64| allowed.is_some_and(|allowed| age > allowed.value);
        JudgedScan {
            origin: read.origin.clone(),
            signed_by: read.signed_by.clone(),
            scan: Arc::clone(read.scan),
            platform: part.platform.map(str::to_owned),
            age,
            too_old: age.is_some_and(too_old),
            failing: weighed.failing,
            left_out: weighed.left_out,
            left_out_by_scanner: weighed.left_out_by_scanner,
            unknown_severities: weighed.unknown_severities,
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
fn rests_on_statements(scan: &JudgedScan) -> bool {
    let mut reasons = scan.left_out.iter().map(|(_, reason)| reason);
    reasons.any(|reason| matches!(reason, LeftOut::Vex { .. }))
}
