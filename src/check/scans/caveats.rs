//! With which reservations scans pass an image: what the summary counts, and the words beside its place.

use super::answer::Decided;
use super::wording::{self, LISTED};
use crate::check::verdict::Noted;
use crate::check::wording::listed;
use crate::model::scan::{Binding, JudgedScan};
use crate::model::summary::NotLookedAt;

/// What is noted of a pass by these scans.
pub fn of_pass(decided: &Decided) -> Vec<Noted> {
    let any = |reason: NotLookedAt, holds: fn(&JudgedScan) -> bool| {
        let mut scans = decided.scans.iter();
        scans.any(|judged| holds(judged)).then(|| reason.into())
    };
    let unsupported = any(NotLookedAt::ScanOfUnsupportedSystem, |judged| {
        judged.scan.end_of_life
    });
    let ignored = detailed(
        decided,
        NotLookedAt::ScanWithIgnoredFindings,
        left_out_by_scanner,
    );
    let unknown = detailed(
        decided,
        NotLookedAt::ScanWithUnknownSeverities,
        unknown_severities,
    );
    let by_tag = bound_by_tag(decided);
    let all = [by_tag, unsupported, ignored, unknown];
    all.into_iter().flatten().collect()
}

/// Set when the tag alone ties a scan to the image, whatever the scan says.
pub fn bound_by_tag(decided: &Decided) -> Option<Noted> {
    let mut scans = decided.scans.iter();
    let by_tag = scans.any(|judged| matches!(judged.scan.bound_by, Binding::Tag(_)));
    by_tag.then(|| NotLookedAt::ScanBoundByTag.into())
}

/// The reason, with what each scan has to say to it; `None` when none has anything.
fn detailed(
    decided: &Decided,
    reason: NotLookedAt,
    words: fn(&JudgedScan) -> Option<String>,
) -> Option<Noted> {
    let said: Vec<String> = decided
        .scans
        .iter()
        .filter_map(|judged| {
            let origin = wording::origin(&judged.origin, judged.signed_by.as_deref());
            Some(format!("{} by {origin}", words(judged)?))
        })
        .collect();
    (!said.is_empty()).then(|| Noted {
        reason,
        detail: Some(listed(&said).into()),
    })
}

/// `CVE-2026-1 and CVE-2026-2 are left out`.
fn left_out_by_scanner(judged: &JudgedScan) -> Option<String> {
    let numbers = judged.left_out_by_scanner.iter();
    let mut ids: Vec<String> = Vec::new();
    for number in numbers {
        let id = judged
            .scan
            .ignored
            .get(*number)
            .map(|found| wording::name(&found.id));
        ids.extend(id.filter(|id| !ids.contains(id)));
    }
    let more = ids.len().saturating_sub(LISTED);
    ids.truncate(LISTED);
    match more {
        0 => {}
        more => ids.push(format!("{more} more")),
    }
    match ids.len() {
        0 => None,
        1 => Some(format!("{} is left out", listed(&ids))),
        _ => Some(format!("{} are left out", listed(&ids))),
    }
}

/// `3 vulnerabilities`.
fn unknown_severities(judged: &JudgedScan) -> Option<String> {
    match judged.unknown_severities {
        0 => None,
        1 => Some("1 vulnerability".to_owned()),
        count => Some(format!("{count} vulnerabilities")),
    }
}
