//! What the rules ask for, and how they judge the answers: `check-vulnerability-scan` and
//! `verify-image-signatures`.

use imagegate::check;
use imagegate::model::evidence::{Evidence, Gathered, Needs};
use imagegate::model::finding::Outcome;
use imagegate::model::reference::ImageReference;
use imagegate::model::rule::Rule;
use imagegate::model::summary::NotLookedAt;

use crate::run::{Judged, Run, pod};

const SCAN: Rule = Rule::CheckVulnerabilityScan;
const SIGNATURES: Rule = Rule::VerifyImageSignatures;
const IMAGE: &str = "registry.example.com/shop/cart:1.4.2";
const BOTH: &str = "rules:
  check-vulnerability-scan:
    accept:
      - report: {files: [\"scans/*.json\"]}
      - annotation: {key: example.com/scan, value: passed}
";
const ANNOTATION_FIRST: &str = "rules:
  check-vulnerability-scan:
    accept:
      - annotation: {key: example.com/scan, value: passed}
      - report: {files: [\"scans/*.json\"]}
";
const ANNOTATION_ONLY: &str = "rules:
  check-vulnerability-scan:
    accept:
      - annotation: {key: example.com/scan, value: passed}
";
const SIGNED: &str = "rules:
  verify-image-signatures:
    require:
      - images: [\"registry.example.com/shop/**\"]
        signers: [{keyless: {issuer: https://issuer.example.com, subject: \"https://github.com/acme/**\"}}]
";

fn no_scan_in_the_first_source() -> Gathered {
    let scans = [(image(), Evidence::Absent)].into();
    Gathered {
        scans: [(0, scans)].into(),
        ..Gathered::default()
    }
}

fn annotated(value: &str) -> String {
    pod("shop", IMAGE).replace(
        "namespace: shop",
        &format!("namespace: shop, annotations: {{example.com/scan: {value}}}"),
    )
}

fn scanned(policy: &str, text: String) -> Judged {
    Run::with_policy(policy).file("pod.yaml", text).judge()
}

fn image() -> ImageReference {
    ImageReference::parse(IMAGE).expect("a reference")
}

fn needs(policy: &str, text: &str) -> Needs {
    let run = Run::with_policy(policy).file("pod.yaml", text);
    check::needs(&run.facts(), run.policy(), None)
}

#[test]
fn the_first_source_with_an_answer_decides() {
    let judged = scanned(ANNOTATION_FIRST, annotated("passed"));
    assert!(judged.of(SCAN).is_empty());
}

#[test]
fn a_failing_answer_is_not_overruled_by_a_later_source() {
    let judged = scanned(ANNOTATION_FIRST, annotated("failed"));
    assert_eq!(judged.only(SCAN).outcome, Outcome::Violation);
}

#[test]
fn a_later_pass_leaves_it_unchecked_when_an_earlier_source_cannot_be_read() {
    let judged = scanned(BOTH, annotated("passed"));
    let finding = judged.only(SCAN);
    assert_eq!(finding.outcome, Outcome::NotChecked);
    assert!(
        finding.message.contains("nobody answers"),
        "{}",
        finding.message
    );
    assert_eq!(judged.count(&NotLookedAt::ScanClaimedByAnnotation), 0);
}

#[test]
fn a_later_pass_decides_when_every_earlier_source_has_no_scan() {
    let judged = Run::with_policy(BOTH)
        .file("pod.yaml", annotated("passed"))
        .evidence(no_scan_in_the_first_source())
        .judge();
    assert!(judged.of(SCAN).is_empty());
    assert_eq!(judged.count(&NotLookedAt::ScanClaimedByAnnotation), 1);
}

#[test]
fn a_later_failing_answer_is_a_violation_when_an_earlier_source_cannot_be_read() {
    let judged = scanned(BOTH, annotated("failed"));
    assert_eq!(judged.only(SCAN).outcome, Outcome::Violation);
}

#[test]
fn without_any_answer_a_source_that_cannot_be_read_leaves_it_unchecked() {
    for policy in [BOTH, ANNOTATION_FIRST] {
        let judged = scanned(policy, pod("shop", IMAGE));
        let finding = judged.only(SCAN);
        assert_eq!(finding.outcome, Outcome::NotChecked);
        assert!(
            finding.message.contains("nobody answers"),
            "{}",
            finding.message
        );
    }
}

#[test]
fn no_scan_is_a_violation_only_when_every_source_could_be_read() {
    let judged = Run::with_policy(BOTH)
        .image(IMAGE)
        .evidence(no_scan_in_the_first_source())
        .judge();
    let finding = judged.only(SCAN);
    assert_eq!(finding.outcome, Outcome::Violation);
    assert!(
        finding.message.starts_with("no scan of "),
        "{}",
        finding.message
    );
}

#[test]
fn an_annotation_is_read_for_an_image_with_a_placeholder_too() {
    let text = pod("shop", "registry.example.com/app:${TAG}");
    assert_eq!(
        scanned(ANNOTATION_ONLY, text).only(SCAN).outcome,
        Outcome::Violation
    );
}

#[test]
fn an_annotation_does_not_answer_for_a_report_that_a_placeholder_keeps_from_being_asked() {
    let text = annotated("passed").replace(":1.4.2", ":${TAG}");
    let judged = scanned(BOTH, text);
    assert!(judged.of(SCAN).is_empty());
    assert_eq!(judged.count(&NotLookedAt::PlaceholderImage), 1);
    assert_eq!(judged.count(&NotLookedAt::ScanClaimedByAnnotation), 0);
}

#[test]
fn an_annotation_written_twice_passes_only_if_both_do() {
    let text = annotated("failed, example.com/scan: passed");
    assert_eq!(
        scanned(ANNOTATION_ONLY, text).only(SCAN).outcome,
        Outcome::Violation
    );
}

#[test]
fn annotations_that_the_cluster_drops_do_not_answer() {
    for dropping in [
        "annotations: {}",
        "annotations: null",
        "<<: {annotations: {other: x}}",
    ] {
        let text = pod("shop", IMAGE).replace(
            "namespace: shop",
            &format!("namespace: shop, annotations: {{example.com/scan: passed}}, {dropping}"),
        );
        let found = scanned(ANNOTATION_ONLY, text);
        assert_eq!(found.only(SCAN).outcome, Outcome::Violation, "{dropping}");
    }
}

#[test]
fn the_annotations_of_a_kind_without_a_known_pod_template_are_not_known() {
    let text = annotated("passed")
        .replace("apiVersion: v1", "apiVersion: example.com/v1")
        .replace("kind: Pod", "kind: Widget");
    assert_eq!(
        scanned(ANNOTATION_ONLY, text).only(SCAN).outcome,
        Outcome::NotChecked
    );
}

#[test]
fn an_image_that_no_entry_concerns_is_counted() {
    let judged = Run::with_policy(SIGNED).image("ghcr.io/acme/app:1").judge();
    assert!(judged.of(SIGNATURES).is_empty());
    assert_eq!(judged.count(&NotLookedAt::NothingRequired(SIGNATURES)), 1);
}

#[test]
fn an_image_that_no_entry_concerns_is_a_violation_when_the_policy_says_so() {
    let policy = format!("{SIGNED}    unmatched: violation\n");
    let judged = Run::with_policy(&policy)
        .image("ghcr.io/acme/app:1")
        .judge();
    assert_eq!(judged.only(SIGNATURES).outcome, Outcome::Violation);
}

#[test]
fn signatures_that_cannot_be_verified_leave_the_image_unchecked() {
    let judged = Run::with_policy(SIGNED).image(IMAGE).judge();
    let finding = judged.only(SIGNATURES);
    assert_eq!(finding.outcome, Outcome::NotChecked);
    assert_eq!(judged.judgement.summary.not_checked, 1);
}

#[test]
fn an_answer_that_nobody_asked_for_is_not_a_pass() {
    let judged = Run::with_policy(SIGNED)
        .image(IMAGE)
        .evidence(Gathered::default())
        .judge();
    assert_eq!(judged.only(SIGNATURES).outcome, Outcome::NotChecked);
}

#[test]
fn the_same_image_is_asked_for_once() {
    let twice = format!("{0}---\n{0}", pod("shop", IMAGE));
    let needs = needs(SIGNED, &twice);
    assert_eq!((needs.digests.len(), needs.signatures.len()), (1, 1));
}

#[test]
fn a_written_digest_is_looked_up_too() {
    let digest = "0123456789abcdef".repeat(4);
    let text = pod("shop", &format!("{IMAGE}@sha256:{digest}"));
    let needs = needs(SIGNED, &text);
    assert_eq!((needs.digests.len(), needs.signatures.len()), (1, 1));
}

#[test]
fn what_the_annotation_answers_is_not_asked_for_again() {
    assert!(needs(ANNOTATION_FIRST, &annotated("passed")).is_empty());
    assert_eq!(needs(BOTH, &annotated("passed")).scans.len(), 1);
}

#[test]
fn nothing_is_asked_about_exempt_images_or_by_rules_that_are_off() {
    assert!(needs(SIGNED, &pod("kube-system", IMAGE)).is_empty());
    let off = SIGNED.replace(
        "  verify-image-signatures:\n",
        "  disallow-latest-tag: {}\n  verify-image-signatures:\n    action: \"off\"\n",
    );
    assert!(needs(&off, &pod("shop", IMAGE)).is_empty());
}
