//! The words of a finding about vulnerabilities. What scanners and files say is hostile text; it is
//! shortened here and escaped by the report.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::age;
use super::answer::fails;
use super::coverage::{Coverage, Read};
use crate::check::wording::{listed, quoted, shortened};
use crate::model::scan::{Binding, JudgedScan, Scan, ScanOrigin, Severity, Vulnerability};
use crate::model::shorten::shorten;
use crate::policy::settings::{ScanSource, VulnerabilitySeverity};

/// Vulnerabilities that a finding lists for a person.
pub const LISTED: usize = 5;

/// Longest name or version that a sentence repeats, in characters.
const NAME_CHARACTERS: usize = 80;

/// Where a scan comes from: ``the report `scans/a.json` ``.
pub fn origin(origin: &ScanOrigin, signed_by: Option<&str>) -> String {
    match (origin, signed_by) {
        (ScanOrigin::Attestation(_), Some(signer)) => format!("the attestation by {signer}"),
        (ScanOrigin::Attestation(candidate), None) => {
            format!("the attestation in {}", candidate.place.manifest)
        }
        (ScanOrigin::Report(path), _) => format!("the report {}", quoted(path)),
        (ScanOrigin::Scanner(name), _) => format!("the run of {}", shortened(name)),
    }
}

/// How a scan without a usable time ends a sentence that begins with it.
pub const fn undated(scan: &Scan) -> &'static str {
    match scan.finished_at {
        None => "does not say when the scan was made",
        Some(_) => "says that the scan was made at a time that is still to come",
    }
}

/// Which of several scans decides.
pub fn newest(newest: &Read<'_>, older: &Read<'_>, count: usize) -> String {
    let named = |read: &Read<'_>| {
        let origin = origin(read.origin, read.signed_by.as_deref());
        format!("{origin}{}", of_day(read.scan.finished_at))
    };
    let (newest, older) = (named(newest), named(older));
    match count {
        2 => format!("the newer of 2 scans decides: {newest}, not {older}"),
        count => format!("the newest of {count} scans decides: {newest}, not {older} or others"),
    }
}

/// That each of several scanners has a say.
pub fn each_scanner(scans: &[Arc<JudgedScan>]) -> String {
    let named = scans.iter().map(|judged| {
        let origin = origin(&judged.origin, judged.signed_by.as_deref());
        let ends = match fails(judged) {
            true => "does not pass",
            false => "passes",
        };
        format!("{} in {origin} {ends}", name(&judged.scan.scanner))
    });
    let named: Vec<String> = named.collect();
    format!(
        "the newest scan of each scanner decides, since none overrules another: {}",
        listed(&named)
    )
}

fn of_day(time: Option<Timestamp>) -> String {
    let day = time.map(|time| time.to_zoned(TimeZone::UTC).date());
    day.map_or_else(String::new, |day| format!(" of {day}"))
}

/// What was found where there is no scan that speaks of the whole image.
pub fn instead(coverage: &Coverage<'_>, refused: &[String]) -> Vec<String> {
    let mut instead = Vec::new();
    let scanned = coverage.parts.iter().filter_map(|part| part.platform);
    let scanned: Vec<String> = scanned.map(shortened).collect();
    if !scanned.is_empty() {
        let missing = coverage.missing.iter();
        let missing: Vec<String> = missing.map(|platform| shortened(platform)).collect();
        instead.push(format!(
            "a scan of {} but none of {}",
            listed(&scanned),
            listed(&missing)
        ));
    }
    let mut counted: Vec<(&str, usize)> = Vec::new();
    for words in refused {
        match counted.iter_mut().find(|(known, _)| known == words) {
            Some((_, count)) => *count += 1,
            None => counted.push((words, 1)),
        }
    }
    instead.extend(counted.into_iter().map(|(words, count)| match count {
        1 => format!("an attestation {words}"),
        count => format!("{count} attestations {words}"),
    }));
    instead
}

/// What is wrong with a scan that fails, as the end of a sentence that begins with the image.
pub fn failed(judged: &JudgedScan, fail_on: VulnerabilitySeverity, max_age: Option<u64>) -> String {
    let mut parts = Vec::new();
    if let Some(worst) = worst(judged).next() {
        let failing = judged.failing.len();
        let what = match failing {
            1 => "1 vulnerability".to_owned(),
            count => format!("{count} vulnerabilities"),
        };
        let threshold = threshold(fail_on);
        parts.push(format!(
            "has {what} of severity {threshold} ({}; {}), {} {}",
            by_severity(judged),
            fixable(judged),
            if failing == 1 {
                "which is"
            } else {
                "the worst is"
            },
            vulnerability(worst)
        ));
    }
    if let (true, Some(age), Some(allowed)) = (judged.too_old, judged.age, max_age) {
        let allowed_words = age::words(allowed);
        let subject = match parts.is_empty() {
            true => "has a scan that is",
            false => "its scan is",
        };
        parts.push(format!(
            "{subject} {} old, {allowed_words} allowed",
            age::beyond(age, allowed)
        ));
    }
    parts.join("; ")
}

/// `high or above`, `critical`.
fn threshold(fail_on: VulnerabilitySeverity) -> &'static str {
    match fail_on {
        VulnerabilitySeverity::Low => "low or above",
        VulnerabilitySeverity::Medium => "medium or above",
        VulnerabilitySeverity::High => "high or above",
        VulnerabilitySeverity::Critical => "critical",
    }
}

/// The vulnerabilities that fail, the worst first.
pub fn worst(judged: &JudgedScan) -> impl Iterator<Item = &Vulnerability> {
    let numbers = judged.failing.iter();
    numbers.filter_map(|number| judged.scan.vulnerabilities.get(*number))
}

/// `1 critical, 2 high`.
fn by_severity(judged: &JudgedScan) -> String {
    let counts = Severity::ALL.map(|severity| {
        let count = worst(judged)
            .filter(|found| found.severity == severity)
            .count();
        (count, severity.as_str())
    });
    let counts = counts.iter().filter(|(count, _)| *count > 0);
    let counts: Vec<String> = counts
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    counts.join(", ")
}

fn fixable(judged: &JudgedScan) -> String {
    match worst(judged)
        .filter(|found| found.fixed_in.is_some())
        .count()
    {
        0 => "none with a fix".to_owned(),
        count => format!("{count} with a fix"),
    }
}

/// `CVE-2024-1234 in openssl 1.1.1 (critical, fixed in 1.1.1t)`.
fn vulnerability(found: &Vulnerability) -> String {
    let fix = match &found.fixed_in {
        Some(version) if version.is_empty() => "a fix is not named".to_owned(),
        Some(version) => format!("fixed in {}", name(version)),
        None => "no fix".to_owned(),
    };
    let installed = match &*found.installed {
        "" => String::new(),
        version => format!(" {}", name(version)),
    };
    format!(
        "{} in {}{installed} ({}, {fix})",
        name(&found.id),
        package(found),
        found.severity.as_str()
    )
}

/// In-toto's statements name no packages, and not always versions.
fn package(found: &Vulnerability) -> String {
    match &*found.package {
        "" => "a package that is not named".to_owned(),
        package => name(package),
    }
}

/// A name or version as a sentence repeats it.
pub fn name(text: &str) -> String {
    shorten(text, NAME_CHARACTERS).into_owned()
}

/// `scanned 3 days ago by Trivy 0.50.1, says the report …`, with what ties it to the image where that can move.
pub fn scanned(judged: &JudgedScan) -> String {
    let scan = &judged.scan;
    let version = scan.version.as_deref();
    let version = version.map_or_else(String::new, |version| format!(" {}", name(version)));
    let when = match judged.age {
        Some(age) => age::ago(age),
        None => "at a time that is not known".to_owned(),
    };
    let tag = match &scan.bound_by {
        Binding::Tag(tag) => format!(", bound by the tag {}, which can move", quoted(tag)),
        Binding::Digest(_) => String::new(),
    };
    let of_platform = match &judged.platform {
        Some(platform) => format!(" for {}", shortened(platform)),
        None => String::new(),
    };
    let origin = origin(&judged.origin, judged.signed_by.as_deref());
    format!(
        "scanned{of_platform} {when} by {}{version}, says {origin}{tag}",
        name(&scan.scanner)
    )
}

/// The worst vulnerabilities, a line each, and how many more there are.
pub fn lines(judged: &JudgedScan) -> Vec<String> {
    let mut lines: Vec<String> = worst(judged).take(LISTED).map(line).collect();
    let more = judged.failing.len().saturating_sub(lines.len());
    if more > 0 {
        lines.push(format!("and {more} more (--format json lists all)"));
    }
    if judged.scan.end_of_life {
        lines.push(
            "its operating system is no longer supported, so new vulnerabilities are not reported"
                .to_owned(),
        );
    }
    lines
}

/// That statements would take away what fails, and do not count.
pub fn vex_beside(judged: &JudgedScan) -> Option<String> {
    let count: usize = judged.vex_beside.iter().map(|(_, count)| count).sum();
    let files = judged.vex_beside.iter().map(|(path, _)| quoted(path));
    let files = listed(&files.collect::<Vec<_>>());
    let (what, counts) = match count {
        0 => return None,
        1 => ("1 of them has an OpenVEX statement".to_owned(), "it names"),
        _ => (
            format!("{count} of them have OpenVEX statements"),
            "they name",
        ),
    };
    Some(format!(
        "{what} in {files} that does not count, since {counts} a repository and no digest of the image"
    ))
}

fn line(found: &Vulnerability) -> String {
    let fixed_in = found.fixed_in.as_deref();
    let fix = match fixed_in {
        None => "no fix".to_owned(),
        Some("") => "a version that is not named".to_owned(),
        Some(version) => name(version),
    };
    let link = found.link.as_deref();
    let link = link.map_or_else(String::new, |link| format!(", {}", shortened(link)));
    let installed = match &*found.installed {
        "" => "unknown version".to_owned(),
        version => name(version),
    };
    format!(
        "{} ({}): {} {installed} -> {fix}{link}",
        name(&found.id),
        found.severity.as_str(),
        package(found)
    )
}

/// A source, as the subject of a sentence.
pub fn source(source: &ScanSource) -> String {
    match source {
        ScanSource::Attestation { .. } => "its attestations".to_owned(),
        ScanSource::Report { files, .. } => {
            let globs = files.iter().map(|glob| quoted(&glob.value));
            format!("the scan reports ({})", listed(&globs.collect::<Vec<_>>()))
        }
        ScanSource::Annotation { key, .. } => format!("the annotation {}", quoted(key)),
        ScanSource::Scanner(name) => format!("what {name} says"),
    }
}

/// Where a source has looked for scans; `asked` are its own words for it.
pub fn looked_in(of: &ScanSource, asked: &[String]) -> String {
    match of {
        ScanSource::Report { .. } if !asked.is_empty() => {
            format!("the scan reports ({})", listed(asked))
        }
        ScanSource::Attestation { .. } if !asked.is_empty() => {
            format!("its attestations in {}", listed(asked))
        }
        other => source(other),
    }
}
