//! What holds for `check-vulnerability-scan` whatever was found: more trouble in a scan, a stricter policy
//! or less that could be read never makes a pass; an exception never takes one away.

use imagegate::model::evidence::{Evidence, Gathered};
use imagegate::model::finding::Outcome;
use imagegate::model::scan::{FoundScan, Scan, Severity, VexStatus, Vulnerability};
use imagegate::model::signature::RefusalKind;
use proptest::prelude::*;

use crate::run::Judged;
use crate::scan_facts::*;
use crate::signature_facts::{digest, image, proof};

/// The first byte of the digest of the image's platform.
const PLATFORM: u8 = 0x02;

const THRESHOLDS: [&str; 4] = ["low", "medium", "high", "critical"];

/// Settings beside `accept`.
#[derive(Debug, Clone)]
struct Settings {
    threshold: usize,
    unknown: usize,
    unfixed: bool,
    max_age: bool,
    every: bool,
    attested: bool,
    ignored: Vec<u8>,
}

impl Settings {
    fn policy(&self) -> String {
        let ignored = self.ignored.iter();
        let ignored: Vec<String> = ignored
            .map(|number| format!("{{id: CVE-2026-{number}, reason: accepted}}"))
            .collect();
        let mut further = vec![
            format!("fail-on: {}", THRESHOLDS[self.threshold]),
            format!("unknown-severity: {}", THRESHOLDS[self.unknown]),
            format!("ignore-unfixed: {}", self.unfixed),
            format!(
                "statements: {}",
                if self.every { "every" } else { "newest" }
            ),
            format!("ignore: [{}]", ignored.join(", ")),
            "vex: [\"vex/*.json\"]".to_owned(),
        ];
        if self.max_age {
            further.push("max-age: 7d".to_owned());
        }
        let further: Vec<&str> = further.iter().map(String::as_str).collect();
        match self.attested {
            true => accepting(&[&attested_by(0)], &further),
            false => reports(&further),
        }
    }
}

/// A scan before the policy is known.
#[derive(Debug, Clone)]
struct Sketch {
    vulnerabilities: Vec<Vulnerability>,
    days: Option<i64>,
    readable: bool,
    wanted: bool,
    by_grype: bool,
    /// A report of the image's one platform, and not of the image.
    of_platform: bool,
}

impl Sketch {
    fn found(&self, settings: &Settings, policy: &str, number: usize) -> FoundScan {
        let now: jiff::Timestamp = crate::run::NOW.parse().expect("a time");
        let scan = Scan {
            finished_at: self
                .days
                .map(|days| now - jiff::SignedDuration::from_hours(24 * days)),
            ..scan(self.vulnerabilities.clone())
        };
        let scan = match self.by_grype {
            true => by_grype(scan),
            false => scan,
        };
        let scan = match self.is_of_platform(settings) {
            true => of_digest(digest(PLATFORM), scan),
            false => scan,
        };
        let unusable = unreadable(&scan);
        let mut found = match (settings.attested, self.wanted) {
            (true, true) => attestation(proven(policy, &proof()), scan),
            (true, false) => attestation(unproven(policy, RefusalKind::OtherSigner, "x"), scan),
            (false, _) => report(&format!("scans/{number}.json"), scan),
        };
        if !self.readable {
            found.scan = Err(unusable);
        }
        found
    }

    /// An attestation is one of the digest beside which it lies.
    fn is_of_platform(&self, settings: &Settings) -> bool {
        self.of_platform && !settings.attested
    }
}

prop_compose! {
    fn some_vulnerability()(number in 0_u8..4, severity in 0_usize..6, fixed in any::<bool>()) -> Vulnerability {
        let severity = Severity::ALL[severity];
        let id = format!("CVE-2026-{number}");
        if fixed { vulnerability(&id, severity) } else { unfixed(&id, severity) }
    }
}

prop_compose! {
    fn sketch()(
        vulnerabilities in prop::collection::vec(some_vulnerability(), 0..3),
        days in prop::option::weighted(0.9, -1_i64..12),
        readable in prop::bool::weighted(0.9),
        wanted in prop::bool::weighted(0.8),
        by_grype in prop::bool::weighted(0.3),
        of_platform in prop::bool::weighted(0.3),
    ) -> Sketch {
        Sketch { vulnerabilities, days, readable, wanted, by_grype, of_platform }
    }
}

prop_compose! {
    fn settings()(
        threshold in 0_usize..4,
        unknown in 0_usize..4,
        (unfixed, max_age, every, attested) in any::<(bool, bool, bool, bool)>(),
        ignored in prop::collection::vec(0_u8..4, 0..2),
    ) -> Settings {
        Settings { threshold, unknown, unfixed, max_age, every, attested, ignored }
    }
}

fn statuses() -> impl Strategy<Value = Vec<(u8, bool)>> {
    prop::collection::vec((0_u8..4, any::<bool>()), 0..3)
}

/// Everything that a verdict depends on.
#[derive(Debug, Clone)]
struct Case {
    settings: Settings,
    sketches: Vec<Sketch>,
    statements: Vec<(u8, bool)>,
    gap: bool,
}

prop_compose! {
    fn case()(
        settings in settings(),
        sketches in prop::collection::vec(sketch(), 0..3),
        statements in statuses(),
        gap in prop::bool::weighted(0.1),
    ) -> Case {
        Case { settings, sketches, statements, gap }
    }
}

impl Case {
    /// What `gather` hands on; `listed`: whether it is known which platforms the image has.
    fn evidence(&self, listed: bool) -> Gathered {
        let policy = self.settings.policy();
        let sketches = self.sketches.iter().enumerate();
        let (possible, found): (Vec<_>, Vec<_>) =
            sketches.partition(|(_, sketch)| !listed && sketch.is_of_platform(&self.settings));
        let all = |sketches: Vec<(usize, &Sketch)>| -> Vec<FoundScan> {
            let sketches = sketches.into_iter();
            let found =
                |(number, sketch): (usize, &Sketch)| sketch.found(&self.settings, &policy, number);
            sketches.map(found).collect()
        };
        let mut facts = match self.gap {
            true => with_unread(all(found), "a file is cut"),
            false => facts(all(found)),
        };
        facts.possible = all(possible);
        let mut index = resolved(&[]);
        match listed {
            true => index
                .platforms
                .push((digest(PLATFORM), "linux/arm64".to_owned())),
            false => index.unlisted = Some("the registry is silent".to_owned()),
        }
        let mut evidence = answers([Evidence::Known(facts)]);
        evidence.digests.insert(image(), Evidence::Known(index));
        let statements = self.statements.iter().map(|(number, away)| {
            let status = if *away {
                VexStatus::NotAffected
            } else {
                VexStatus::Affected
            };
            statement(&format!("CVE-2026-{number}"), status, &[])
        });
        evidence.vex.statements = statements.collect();
        evidence
    }

    fn judged(&self, listed: bool) -> Judged {
        judged_by(&self.settings.policy(), self.evidence(listed))
    }

    /// How the image ends; `None` for a pass.
    fn ends(&self) -> Option<Outcome> {
        self.ends_where(true)
    }

    fn ends_where(&self, listed: bool) -> Option<Outcome> {
        let judged = self.judged(listed);
        let found = judged.of(SCAN);
        let finding = found.iter().find(|finding| finding.image.is_some());
        finding.map(|finding| finding.outcome)
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_vulnerability_more_never_makes_a_pass(
        case in case(),
        more in some_vulnerability(),
        at in any::<prop::sample::Index>(),
    ) {
        let before = case.ends();
        let mut worse = case;
        if !worse.sketches.is_empty() {
            let at = at.index(worse.sketches.len());
            worse.sketches[at].vulnerabilities.push(more);
        }
        prop_assert!(before.is_none() || worse.ends().is_some());
    }

    #[test]
    fn a_lower_threshold_never_makes_a_pass(case in case(), lower in 0_usize..4) {
        let before = case.ends();
        let mut stricter = case;
        stricter.settings.threshold = stricter.settings.threshold.min(lower);
        let after = stricter.ends();
        prop_assert!(before.is_none() || after.is_some());
        prop_assert!(before != Some(Outcome::Violation) || after == before);
    }

    #[test]
    fn an_entry_of_ignore_never_takes_a_pass_away(case in case(), id in 0_u8..4) {
        let before = case.ends();
        let mut softer = case;
        softer.settings.ignored.push(id);
        let after = softer.ends();
        prop_assert!(before.is_some() || after.is_none());
    }

    #[test]
    fn a_maximum_age_never_makes_a_pass(case in case()) {
        let mut without = case.clone();
        without.settings.max_age = false;
        let mut with = case;
        with.settings.max_age = true;
        prop_assert!(without.ends().is_none() || with.ends().is_some());
    }

    #[test]
    fn every_statement_is_never_softer_than_the_newest(case in case()) {
        let mut newest = case.clone();
        newest.settings.every = false;
        let mut every = case;
        every.settings.every = true;
        // Whether it is known which one is the newest does not matter where all count.
        let certain = newest.ends() != Some(Outcome::NotChecked);
        prop_assert!(!certain || newest.ends().is_none() || every.ends().is_some());
    }

    #[test]
    fn what_could_not_be_read_never_makes_a_pass(
        case in case(),
        one in any::<prop::sample::Index>(),
    ) {
        let before = case.ends();
        let mut less = case.clone();
        less.gap = true;
        prop_assert!(before.is_none() || less.ends().is_some());
        // An attestation that becomes unreadable may not hand its say to another one.
        if case.settings.attested && !case.sketches.is_empty() {
            let mut less = case;
            let at = one.index(less.sketches.len());
            less.sketches[at].readable = false;
            prop_assert!(before.is_none() || less.ends().is_some());
        }
    }

    #[test]
    fn something_unreadable_more_never_makes_a_pass(case in case(), more in sketch()) {
        let before = case.ends();
        let mut with = case;
        with.sketches.push(Sketch { readable: false, ..more });
        prop_assert!(before.is_none() || with.ends().is_some());
    }

    #[test]
    fn a_failing_scan_more_never_makes_a_pass(case in case(), more in sketch()) {
        let before = case.ends();
        let mut with = case;
        // No entry and no statement of a case takes this one away.
        let vulnerabilities = vec![vulnerability("CVE-2026-9", Severity::Critical)];
        with.sketches.push(Sketch { vulnerabilities, readable: true, ..more });
        prop_assert!(before.is_none() || with.ends().is_some());
    }

    #[test]
    fn the_newest_scan_of_each_scanner_has_a_say(case in case(), more in sketch()) {
        let mut with = case;
        let vulnerabilities = vec![vulnerability("CVE-2026-9", Severity::Critical)];
        for sketch in &mut with.sketches {
            sketch.by_grype = true;
        }
        let only = Sketch { vulnerabilities, readable: true, wanted: true, by_grype: false, ..more };
        with.sketches.push(only);
        prop_assert!(with.ends().is_some());
    }

    #[test]
    fn platforms_that_are_not_known_never_make_a_pass_of_a_violation(case in case()) {
        let known = case.ends_where(true);
        prop_assert!(known != Some(Outcome::Violation) || case.ends_where(false).is_some());
    }

    #[test]
    fn what_somebody_else_signed_changes_nothing(case in case(), stranger in sketch()) {
        let mut case = case;
        case.settings.attested = true;
        let before = case.ends();
        case.sketches.push(Sketch { wanted: false, ..stranger });
        prop_assert_eq!(before, case.ends());
    }

    #[test]
    fn the_order_of_what_was_found_does_not_decide(case in case()) {
        let forward = case.ends();
        let mut reversed = case;
        reversed.sketches.reverse();
        prop_assert_eq!(forward, reversed.ends());
    }
}

#[test]
fn the_cases_of_the_laws_end_in_every_way() {
    use proptest::strategy::ValueTree as _;
    use proptest::test_runner::TestRunner;

    let mut runner = TestRunner::deterministic();
    let mut seen = std::collections::HashSet::new();
    for _ in 0..200 {
        seen.insert(
            case()
                .new_tree(&mut runner)
                .expect("a case")
                .current()
                .ends(),
        );
    }
    assert_eq!(seen.len(), 3, "{seen:?}");
}
