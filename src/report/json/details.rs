//! The facts of a finding that belong to one rule. Those about scans are written from the scans as they are
//! judged: a report may list a hundred thousand vulnerabilities, and no copy of them is made.

use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use crate::model::finding::Finding;
use crate::model::scan::{
    Binding, JudgedScan, LeftOut, ScanOrigin, Severity, Vulnerability as Found,
};
use crate::model::signature::Content;

const SECONDS_OF_A_DAY: u64 = 24 * 60 * 60;

/// Everything under `details`.
#[derive(Debug, Serialize)]
pub(in crate::report) struct Details<'a> {
    #[serde(flatten)]
    facts: &'a Map<String, Value>,
    #[serde(flatten)]
    scans: Option<Scans<'a>>,
}

/// The scan that decided first, and the others.
#[derive(Debug, Serialize)]
struct Scans<'a> {
    #[serde(flatten)]
    first: Judged<'a>,
    further_scans: Vec<Judged<'a>>,
}

/// One scan and what came of it.
#[derive(Debug, Serialize)]
struct Judged<'a> {
    scan: Scan<'a>,
    counts: Counts,
    failing: usize,
    fixable: usize,
    vulnerabilities: Counting<'a>,
    ignored: Ignored<'a>,
}

/// Where a scan comes from and what it says of itself.
#[derive(Debug, Serialize)]
struct Scan<'a> {
    scanner: &'a str,
    version: Option<&'a str>,
    finished_at: Option<String>,
    age_days: Option<u64>,
    too_old: bool,
    bound_by: BoundBy<'a>,
    platform: Option<&'a str>,
    origin: Origin<'a>,
    end_of_life: bool,
    ignored_by_scanner: usize,
}

#[derive(Debug, Serialize)]
struct BoundBy<'a> {
    digest: Option<&'a str>,
    tag: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct Origin<'a> {
    kind: &'static str,
    path: Option<&'a str>,
    manifest: Option<&'a str>,
    predicate_type: Option<&'a str>,
    signed_by: Option<&'a str>,
}

/// How many vulnerabilities the scan reports, by its severities.
#[derive(Debug, Default, Serialize)]
struct Counts {
    critical: usize,
    high: usize,
    medium: usize,
    low: usize,
    negligible: usize,
    unknown: usize,
}

#[derive(Debug, Serialize)]
struct Vulnerability<'a> {
    id: &'a str,
    aliases: &'a [Box<str>],
    package: &'a str,
    purl: Option<&'a str>,
    installed: &'a str,
    fixed_in: Option<&'a str>,
    severity: &'static str,
    link: Option<&'a str>,
}

/// The vulnerabilities that are not left out: those that fail, the worst first, then the others.
#[derive(Debug)]
struct Counting<'a>(&'a JudgedScan);

#[derive(Debug, Serialize)]
struct Weighed<'a> {
    #[serde(flatten)]
    vulnerability: Vulnerability<'a>,
    fails: bool,
}

/// The vulnerabilities that would fail and are left out.
#[derive(Debug)]
struct Ignored<'a>(&'a JudgedScan);

#[derive(Debug, Serialize)]
struct IgnoredOne<'a> {
    #[serde(flatten)]
    vulnerability: Vulnerability<'a>,
    by: &'static str,
    reason: Option<&'a str>,
    until: Option<String>,
    path: Option<&'a str>,
    status: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    by_repository: Option<bool>,
}

impl<'a> Details<'a> {
    pub(in crate::report) fn of(finding: &'a Finding) -> Self {
        let scans = finding.scans.split_first();
        Self {
            facts: &finding.details,
            scans: scans.map(|(first, further)| Scans {
                first: Judged::of(first),
                further_scans: further.iter().map(|scan| Judged::of(scan)).collect(),
            }),
        }
    }
}

impl<'a> Judged<'a> {
    fn of(judged: &'a JudgedScan) -> Self {
        let vulnerabilities = &judged.scan.vulnerabilities;
        let failing = judged.failing.iter();
        let failing = failing.filter_map(|number| vulnerabilities.get(*number));
        Self {
            scan: Scan::of(judged),
            counts: Counts::of(vulnerabilities),
            failing: judged.failing.len(),
            fixable: failing.filter(|found| found.fixed_in.is_some()).count(),
            vulnerabilities: Counting(judged),
            ignored: Ignored(judged),
        }
    }
}

impl<'a> Scan<'a> {
    fn of(judged: &'a JudgedScan) -> Self {
        let scan = &judged.scan;
        Self {
            scanner: &scan.scanner,
            version: scan.version.as_deref(),
            finished_at: scan.finished_at.map(|time| time.to_string()),
            age_days: judged.age.map(|seconds| seconds / SECONDS_OF_A_DAY),
            too_old: judged.too_old,
            bound_by: match &scan.bound_by {
                Binding::Digest(digest) => BoundBy {
                    digest: Some(digest.as_str()),
                    tag: None,
                },
                Binding::Tag(tag) => BoundBy {
                    digest: None,
                    tag: Some(tag),
                },
            },
            platform: judged.platform.as_deref(),
            origin: Origin::of(judged),
            end_of_life: scan.end_of_life,
            ignored_by_scanner: scan.ignored.len(),
        }
    }
}

impl<'a> Origin<'a> {
    fn of(judged: &'a JudgedScan) -> Self {
        let (path, manifest, content) = match &judged.origin {
            ScanOrigin::Attestation(candidate) => {
                let manifest = candidate.place.manifest.as_str();
                (None, Some(manifest), Some(&candidate.content))
            }
            ScanOrigin::Report(path) => (Some(path.as_str()), None, None),
            ScanOrigin::Scanner(_) => (None, None, None),
        };
        Self {
            kind: judged.origin.name(),
            path,
            manifest,
            predicate_type: match content {
                Some(Content::Attestation { predicate_type }) => Some(predicate_type),
                _ => None,
            },
            signed_by: judged.signed_by.as_deref(),
        }
    }
}

impl Counts {
    fn of(vulnerabilities: &[Found]) -> Self {
        let mut counts = Self::default();
        for found in vulnerabilities {
            let count = match found.severity {
                Severity::Critical => &mut counts.critical,
                Severity::High => &mut counts.high,
                Severity::Medium => &mut counts.medium,
                Severity::Low => &mut counts.low,
                Severity::Negligible => &mut counts.negligible,
                Severity::Unknown => &mut counts.unknown,
            };
            *count += 1;
        }
        counts
    }
}

impl<'a> Vulnerability<'a> {
    fn of(found: &'a Found) -> Self {
        Self {
            id: &found.id,
            aliases: &found.aliases,
            package: &found.package,
            purl: found.purl.as_deref(),
            installed: &found.installed,
            fixed_in: found.fixed_in.as_deref(),
            severity: found.severity.as_str(),
            link: found.link.as_deref(),
        }
    }
}

impl Serialize for Counting<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(judged) = self;
        let all = &judged.scan.vulnerabilities;
        let mut listed = vec![false; all.len()];
        let left_out = judged.left_out.iter().map(|(number, _)| number);
        for number in judged.failing.iter().chain(left_out) {
            if let Some(listed) = listed.get_mut(*number) {
                *listed = true;
            }
        }
        let failing = judged.failing.iter();
        let failing = failing.filter_map(|number| all.get(*number));
        let others = all.iter().zip(listed);
        let others = others.filter_map(|(found, listed)| (!listed).then_some(found));
        let weighed = |found, fails| Weighed {
            vulnerability: Vulnerability::of(found),
            fails,
        };
        let failing = failing.map(|found| weighed(found, true));
        serializer.collect_seq(failing.chain(others.map(|found| weighed(found, false))))
    }
}

impl Serialize for Ignored<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(judged) = self;
        let left_out = judged.left_out.iter();
        serializer.collect_seq(left_out.filter_map(|(number, why)| {
            let found = judged.scan.vulnerabilities.get(*number)?;
            Some(IgnoredOne::of(found, why))
        }))
    }
}

impl<'a> IgnoredOne<'a> {
    fn of(found: &'a Found, why: &'a LeftOut) -> Self {
        let bare = Self {
            vulnerability: Vulnerability::of(found),
            by: "ignore-unfixed",
            reason: None,
            until: None,
            path: None,
            status: None,
            by_repository: None,
        };
        match why {
            LeftOut::Unfixed => bare,
            LeftOut::Ignored { reason, until } => Self {
                by: "ignore",
                reason: Some(reason),
                until: until.map(|day| day.to_string()),
                ..bare
            },
            LeftOut::Vex {
                path,
                status,
                by_repository,
            } => Self {
                by: "vex",
                path: Some(path),
                status: Some(status.as_str()),
                by_repository: by_repository.then_some(true),
                ..bare
            },
        }
    }
}
