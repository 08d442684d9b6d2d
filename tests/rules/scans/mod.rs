//! `check-vulnerability-scan`: which scans decide, and what they have to say.

mod age;
mod attestations;
mod binding;
mod ignoring;
mod page;
mod reporting;
mod saying;
mod several;
mod sources;
mod thresholds;
mod unread;
mod vex;

use imagegate::model::evidence::{Evidence, Gathered};
use imagegate::model::finding::{Action, Finding, Outcome};
use imagegate::model::rule::Rule;
use imagegate::model::scan::{Scan, ScanFacts, Severity};
use imagegate::model::signature::{Content, RefusalKind};
use imagegate::model::summary::NotLookedAt;

use crate::run::{Judged, Run, pod};
use crate::scan_facts::*;
use crate::signature_facts::{WORKFLOW, digest, identity, image, proof};

/// How the rule ends for the image; `None` for a pass.
fn ends(judged: &Judged) -> Option<Outcome> {
    let found = judged.of(SCAN);
    found
        .iter()
        .find(|finding| finding.image.is_some())
        .map(|finding| finding.outcome)
}

#[track_caller]
fn passes(policy: &str, facts: ScanFacts) {
    let judged = judged(policy, facts);
    assert_eq!(ends(&judged), None, "{}", judged.lines());
}

#[track_caller]
fn fails(policy: &str, facts: ScanFacts) -> String {
    ended(judged(policy, facts), Outcome::Violation)
}

#[track_caller]
fn unknown(policy: &str, facts: ScanFacts) -> String {
    ended(judged(policy, facts), Outcome::NotChecked)
}

#[track_caller]
fn ended(judged: Judged, outcome: Outcome) -> String {
    let finding = about_image(&judged);
    assert_eq!(finding.outcome, outcome, "{}", judged.lines());
    finding.message.to_string()
}

#[track_caller]
fn about_image(judged: &Judged) -> &Finding {
    let found = judged.of(SCAN);
    let finding = found.iter().find(|finding| finding.image.is_some());
    finding.unwrap_or_else(|| panic!("the image passes: {}", judged.lines()))
}

#[track_caller]
fn holds(text: &str, part: &str) {
    assert!(text.contains(part), "{part:?} is not in {text:?}");
}
