//! Which scans of an image, or of one platform of it, decide: the newest of each scanner, whatever the
//! version. A scanner does not overrule another one: they know different vulnerabilities, and whoever may
//! choose which runs last would choose the answer.

use std::sync::Arc;

use super::answer::{Decided, Question, fails, rests_on_statements};
use super::coverage::{Part, Read};
use super::ignores::Concerning;
use super::{age, wording};
use crate::model::scan::JudgedScan;

impl Question<'_> {
    /// Judges the scans that decide about a part of the image; `whole` are those of all of it.
    pub(super) fn decide(
        &self,
        part: &Part<'_>,
        whole: &[Read<'_>],
        ignores: &mut Concerning<'_>,
        decided: &mut Decided,
        unknown: &mut Vec<String>,
    ) {
        let newest = match self.is_every() {
            true => None,
            false => self.youngest(part.scans.iter().chain(whole)),
        };
        let platform = part.platform;
        let scanners = part.by_scanner();
        let others = decided.scans.len();
        for scans in &scanners {
            let mut judge = |read: &Read<'_>| self.judged(read, platform, newest, ignores);
            self.of_one_scanner(scans, &mut judge, newest, decided, unknown);
        }
        let of_part = decided.scans.get(others..).unwrap_or_default();
        if scanners.len() > 1 && of_part.iter().any(|scan| fails(scan)) {
            decided.remarks.push(wording::each_scanner(of_part));
        }
    }

    /// The age of the newest scan, among those that say when they were made.
    fn youngest<'r>(&self, scans: impl Iterator<Item = &'r Read<'r>>) -> Option<u64> {
        scans
            .filter_map(|read| age::of(read.scan, read.origin, self.now))
            .min()
    }

    /// Of the scans of one scanner the newest decides; or each of them.
    fn of_one_scanner(
        &self,
        scans: &[&Read<'_>],
        judge: &mut dyn FnMut(&Read<'_>) -> JudgedScan,
        newest: Option<u64>,
        decided: &mut Decided,
        unknown: &mut Vec<String>,
    ) {
        let is_dated = |read: &&&Read<'_>| age::of(read.scan, read.origin, self.now).is_some();
        let undated = scans.iter().find(|read| !is_dated(read));
        if let (Some(undated), true) = (undated, scans.len() > 1 && !self.is_every()) {
            // Any of them may be the newest.
            let judged: Vec<JudgedScan> = scans.iter().map(|read| judge(read)).collect();
            match judged.iter().all(fails) {
                true => decided.scans.extend(judged.into_iter().map(Arc::new)),
                false => unknown.push(format!(
                    "which of {} scans is the newest is not known: {} {}",
                    scans.len(),
                    wording::origin(undated.origin, undated.signed_by.as_deref()),
                    wording::undated(undated.scan)
                )),
            }
            return;
        }
        let last = scans.iter().filter_map(|read| read.scan.finished_at).max();
        let decides = |read: &Read<'_>| self.is_every() || read.scan.finished_at == last;
        for read in scans.iter().filter(|read| decides(read)) {
            let judged = judge(read);
            unknown.extend(self.unknown(read, &judged, newest));
            decided.scans.push(Arc::new(judged));
        }
        let first = scans.iter().find(|read| decides(read));
        let older = scans.iter().find(|read| !decides(read));
        if let (Some(first), Some(older)) = (first, older) {
            let remark = wording::newest(first, older, scans.len());
            decided.remarks.push(remark);
        }
    }

    /// Why it is not known that a scan passes which does not fail.
    fn unknown(&self, read: &Read<'_>, judged: &JudgedScan, newest: Option<u64>) -> Vec<String> {
        let mut unknown = Vec::new();
        if fails(judged) {
            return unknown;
        }
        let allowed = self.settings.max_age.as_ref().map(|allowed| allowed.value);
        if let (Some(allowed), None) = (allowed, judged.age)
            && newest.is_none_or(|newest| newest > allowed)
        {
            let origin = wording::origin(read.origin, read.signed_by.as_deref());
            let undated = wording::undated(read.scan);
            unknown.push(format!("{origin} {undated}, and `max-age` is set"));
        }
        if self.vex.are_incomplete() && rests_on_statements(judged) {
            unknown.push(
                "it passes by OpenVEX statements, and a file of `vex` that could not be read may take \
                 them back"
                    .to_owned(),
            );
        }
        unknown
    }
}
