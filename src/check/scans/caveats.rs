//! With which reservations scans pass an image: what the summary counts, and the words beside its place.

use super::answer::Decided;
use super::wording::{self, LISTED};
use crate::check::verdict::Noted;
use crate::check::wording::{listed, quoted};
use crate::model::scan::{Binding, JudgedScan, LeftOut, ScanOrigin};
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
    let excluded = detailed(decided, NotLookedAt::ScanWithExclusions, exclusions);
    let unknown = detailed(
        decided,
        NotLookedAt::ScanWithUnknownSeverities,
        unknown_severities,
    );
    let unsigned = in_files(decided, NotLookedAt::ScanByUnsignedReport, report);
    let vex = in_files(decided, NotLookedAt::ScanByVex, |judged| vex(judged, false));
    let vex_of_repository = in_files(decided, NotLookedAt::ScanByVexOfRepository, |judged| {
        self::vex(judged, true)
    });
    let by_tag = bound_by_tag(decided);
    let all = [
        unsigned,
        vex,
        vex_of_repository,
        by_tag,
        unsupported,
        ignored,
        excluded,
        unknown,
    ];
    all.into_iter().flatten().collect()
}

/// Set when the tag alone ties a scan to the image, whatever the scan says.
pub fn bound_by_tag(decided: &Decided) -> Option<Noted> {
    let mut scans = decided.scans.iter();
    let by_tag = scans.any(|judged| matches!(judged.scan.bound_by, Binding::Tag(_)));
    by_tag.then(|| NotLookedAt::ScanBoundByTag.into())
}

/// The reason, with the files by which scans pass; `None` when there is none.
fn in_files(
    decided: &Decided,
    reason: NotLookedAt,
    file: impl Fn(&JudgedScan) -> Option<&str>,
) -> Option<Noted> {
    let files = decided.scans.iter().filter_map(|judged| file(judged));
    let files: Vec<String> = files.map(quoted).collect();
    (!files.is_empty()).then(|| Noted {
        reason,
        detail: Some(listed(&files).into()),
    })
}

/// The file of a scan that nobody signed.
fn report(judged: &JudgedScan) -> Option<&str> {
    match &judged.origin {
        ScanOrigin::Report(path) => Some(path),
        ScanOrigin::Attestation(_) | ScanOrigin::Scanner(_) => None,
    }
}

/// The first file of OpenVEX statements by which the scan passes: those about the image, or about its
/// repository.
fn vex(judged: &JudgedScan, repository: bool) -> Option<&str> {
    let mut reasons = judged.left_out.iter().map(|(_, reason)| reason);
    reasons.find_map(|reason| match reason {
        LeftOut::Vex {
            path,
            by_repository,
            ..
        } => (*by_repository == repository).then_some(path.as_str()),
        LeftOut::Unfixed | LeftOut::Ignored { .. } => None,
    })
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
    shorten(&mut ids);
    match ids.len() {
        0 => None,
        1 => Some(format!("{} is left out", listed(&ids))),
        _ => Some(format!("{} are left out", listed(&ids))),
    }
}

/// ``the settings `exclude: /opt/**` and `exclude: /srv/**` ``.
fn exclusions(judged: &JudgedScan) -> Option<String> {
    let settings = judged.scan.exclusions.iter();
    let mut settings: Vec<String> = settings.map(|setting| quoted(setting)).collect();
    shorten(&mut settings);
    match settings.len() {
        0 => None,
        1 => Some(format!("the setting {}", listed(&settings))),
        _ => Some(format!("the settings {}", listed(&settings))),
    }
}

/// Says of a long list how many more there are.
fn shorten(words: &mut Vec<String>) {
    let more = words.len().saturating_sub(LISTED);
    words.truncate(LISTED);
    if more > 0 {
        words.push(format!("{more} more"));
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
