//! What findings of `verify-image-signatures` say, to people and to machines. How each single situation
//! reads is in `testdata/rules/verify-image-signatures/expected.txt`.

use std::sync::Arc;

use imagegate::model::evidence::{AnsweredBy, Evidence};
use imagegate::model::finding::{Finding, Outcome};
use imagegate::model::reference::ImageReference;
use imagegate::model::rule::Rule;
use imagegate::model::signature::{Candidate, Proof, RefusalKind, SignatureFacts};
use serde_json::{Value, json};

use crate::run::{Judged, Run, pod};
use crate::signature_facts::*;

fn finding(judged: &Judged) -> &Finding {
    judged.only(Rule::VerifyImageSignatures)
}

fn message(policy: &str, candidates: impl IntoIterator<Item = Candidate>) -> String {
    finding(&judged(policy, facts(candidates)))
        .message
        .to_string()
}

fn help(policy: &str, candidates: impl IntoIterator<Item = Candidate>) -> String {
    let judged = judged(policy, facts(candidates));
    finding(&judged).help.as_deref().expect("help").to_owned()
}

#[track_caller]
fn assert_says(text: &str, words: &str) {
    assert!(text.contains(words), "`{words}` is not in: {text}");
}

#[test]
fn the_digest_that_was_judged_is_in_the_finding() {
    let policy = requiring(&[entry(&[key(0)], "")]);
    let judged = judged(&policy, facts([]));
    assert_eq!(finding(&judged).digest, Some(digest(0xab).to_string()));
}

#[test]
fn a_threshold_says_who_signed_and_how_many_are_wanted() {
    let policy = requiring(&[entry(&[key(0), keyless(ISSUER, "**")], ", at-least: 2")]);
    let message = message(&policy, [by_identity(&policy, WORKFLOW)]);
    assert_says(
        &message,
        "is signed by 1 of 2 wanted signers, identity `**`",
    );
}

#[test]
fn each_violated_entry_is_named_and_the_first_decides() {
    let policy = requiring(&[
        entry(&[key(0)], ""),
        entry(&[key(1)], ""),
        entry(&[key(2)], ""),
    ]);
    let judged = judged(&policy, facts([by_key(&policy, 0)]));
    let finding = finding(&judged);
    assert_says(&finding.message, "(entry 2 of `require`); it ");
    assert_says(&finding.message, "(entry 3 of `require`)");
    assert!(!finding.message.contains("entry 1"), "{}", finding.message);
    let line = finding.decided_by.as_ref().map(|line| line.position.line);
    assert_eq!(line, Some(6));
}

#[test]
fn a_violation_says_what_could_not_be_checked_besides() {
    let policy = requiring(&[
        entry(&[key(0)], ""),
        entry(&[key(1)], &format!(", repository: {ELSEWHERE}")),
    ]);
    let facts = SignatureFacts {
        gaps: vec![gap(ELSEWHERE, "GET referrers: 503")],
        ..facts([])
    };
    let judged = judged(&policy, facts);
    let finding = finding(&judged);
    assert_eq!(finding.outcome, Outcome::Violation);
    assert_says(
        &finding.message,
        "(entry 2 of `require`): GET referrers: 503",
    );
}

#[test]
fn what_could_not_be_checked_says_what_was_found_so_far() {
    let policy = requiring(&[entry(&[key(0)], "")]);
    let facts = SignatureFacts {
        gaps: vec![gap(REPOSITORY, "GET referrers: 503")],
        ..facts([by_another_key(&policy)])
    };
    let judged = judged(&policy, facts);
    let message = &finding(&judged).message;
    assert_says(
        message,
        "GET referrers: 503; found so far: a signature that no wanted key verifies",
    );
}

#[test]
fn a_missing_annotation_is_shown_beside_what_is_there() {
    let policy = requiring(&[entry(&[key(0)], ", annotations: {env: prod}")]);
    let proof = Proof {
        annotations: vec![("env".to_owned(), "dev".to_owned())],
        ..proof()
    };
    let signed = proven(&policy, &anchor(0), &proof);
    let text = message(&policy, [signed.clone()]);
    assert_says(
        &text,
        "a signature by the inline key with the annotations `env: dev`",
    );
    let text = help(&policy, [signed]);
    assert_says(&text, "with the annotation `env: prod`");
}

#[test]
fn the_nearest_signature_is_told_first_and_decides_the_advice() {
    let policy = requiring(&[entry(
        &[key(0), keyless(ISSUER, "https://github.com/other/**")],
        "",
    )]);
    let no_log = refused(&policy, RefusalKind::NoLogEntry, "no entry came with it");
    let candidates = [by_another_key(&policy), no_log];
    let text = message(&policy, candidates.clone());
    assert_says(&text, "found: a signature, but no entry came with it");
    assert_says(&help(&policy, candidates), "`transparency-log: ignore`");
    let stranger = by_identity(&policy, WORKFLOW);
    let text = help(&policy, [by_another_key(&policy), stranger]);
    assert_says(&text, &format!("if `{WORKFLOW}` may sign it"));
}

#[test]
fn many_signatures_are_described_in_part_and_counted() {
    let policy = requiring(&[entry(&[key(0)], "")]);
    let candidates: Vec<Candidate> = (0..100)
        .map(|number| {
            refused(
                &policy,
                RefusalKind::BadSignature,
                &format!("reason {number}"),
            )
        })
        .collect();
    let judged = judged(&policy, facts(candidates));
    let finding = finding(&judged);
    assert_says(
        &finding.message,
        "reason 2 (simple signing, .sig tag); 97 more signatures",
    );
    let shown = finding.details["candidates"].as_array().map(Vec::len);
    assert_eq!(shown, Some(50));
    assert_eq!(finding.details["candidates_left_out"], 50);
}

#[test]
fn long_text_of_a_certificate_is_cut() {
    let policy = requiring(&[entry(&[keyless(ISSUER, "https://github.com/**")], "")]);
    let long = format!("mailto:{}", "x".repeat(1_000_000));
    let judged = judged(&policy, facts([by_identity(&policy, &long)]));
    let finding = finding(&judged);
    let details = serde_json::to_string(&*finding.details).expect("JSON");
    let lengths = [
        finding.message.len(),
        finding.help.as_ref().map_or(0, |help| help.len()),
        details.len(),
    ];
    assert!(lengths.iter().all(|length| *length < 5_000), "{lengths:?}");
}

#[test]
fn the_command_that_signs_names_digest_repository_and_annotations() {
    let further = format!(", repository: {ELSEWHERE}, annotations: {{env: prod, note: \"a b\"}}");
    let policy = requiring(&[entry(&[key(0)], &further)]);
    let command = format!(
        "`COSIGN_REPOSITORY={ELSEWHERE} cosign sign --key … -a env=prod {REPOSITORY}@{}`",
        digest(0xab)
    );
    assert_says(&help(&policy, []), &command);
}

#[test]
fn where_one_of_two_has_signed_the_other_is_asked_to() {
    let policy = requiring(&[entry(&[key(0), key(1)], ", at-least: 2")]);
    let help = help(&policy, [by_key(&policy, 0), by_another_key(&policy)]);
    assert_says(&help, "sign it: `cosign sign --key … ");
    assert!(!help.contains("the signer that was found"), "{help}");
}

#[test]
fn the_only_signer_is_named_once_in_the_help() {
    let one = requiring(&[entry(&[key(0)], "")]);
    assert!(!help(&one, []).contains("wanted is"));
    let two = requiring(&[entry(&[key(0), key(1)], "")]);
    assert_says(&help(&two, []), "wanted is a signature by one of these: ");
}

/// `crane pull` leaves signatures behind: a layout without any says little about the registry.
#[test]
fn a_layout_without_signatures_is_named_with_how_to_copy_them() {
    let policy = requiring(&[entry(&[key(0)], &format!(", repository: {ELSEWHERE}"))]);
    let mut evidence = evidence(&image(), facts([]));
    let mut stored = resolved(digest(0xab));
    stored.answered_by = AnsweredBy::Layout("app-layout/".to_owned());
    evidence.digests.insert(image(), Evidence::Known(stored));
    let judged = judged_by(&policy, evidence);
    let finding = finding(&judged);
    assert_says(
        &finding.message,
        &format!("found in `{REPOSITORY}` (layout `app-layout/`) and `{ELSEWHERE}`"),
    );
    let help = finding.help.as_deref().unwrap_or_default();
    assert_says(help, "copy it with its signatures");
}

#[test]
fn an_unsigned_platform_is_told_that_its_index_may_be_signed() {
    let policy = requiring(&[entry(&[key(0)], "")]);
    let pinned = ImageReference::parse(&format!("{IMAGE}@{}", digest(0xcd))).expect("a reference");
    let run = Run::with_policy(&policy).image(&pinned.to_string());
    let judged = run.evidence(evidence(&pinned, facts([]))).judge();
    let text = finding(&judged).help.clone().unwrap_or_default();
    assert_says(&text, "pin the digest of the index");
    assert!(!help(&policy, []).contains("index"));
}

#[test]
fn the_details_have_every_fact_under_stable_keys() {
    let policy = requiring(&[entry(&[keyless(ISSUER, "https://github.com/other/**")], "")]);
    let facts = SignatureFacts {
        gaps: vec![gap(ELSEWHERE, "no answer")],
        ..facts([by_identity(&policy, WORKFLOW)])
    };
    let judged = judged(&policy, facts);
    let signer = format!("identity `https://github.com/other/**` (issuer `{ISSUER}`)");
    let expected = json!({
        "digest": digest(0xab).as_str(),
        "answered_by": "registry",
        "layout": null,
        "asked": [REPOSITORY, ELSEWHERE],
        "gaps": [{"repository": ELSEWHERE, "storage": "referrer", "reason": "no answer"}],
        "candidates": [{
            "repository": REPOSITORY,
            "storage": "signature-tag",
            "manifest": digest(0xee).as_str(),
            "layer": 0,
            "format": "simple-signing",
            "content": "signature",
            "predicate_type": null,
            "unreadable": null,
            "claimed": {"subject": WORKFLOW, "issuer": ISSUER},
            "signed_at": "2026-02-03T12:00:00Z",
            "counts_for": [],
            "refused": [{"signer": signer, "kind": "other-identity", "reason": null}],
        }],
        "candidates_left_out": 0,
        "wanted": [{
            "images": ["**"],
            "signers": [signer],
            "at_least": 1,
            "annotations": {},
            "transparency_log": "require",
            "repository": null,
            "signed_by": [],
            "outcome": "violation",
        }],
    });
    assert_eq!(Value::Object((*finding(&judged).details).clone()), expected);
}

#[test]
fn the_layout_that_answered_is_named() {
    let policy = requiring(&[entry(&[key(0)], "")]);
    let mut evidence = evidence(&image(), facts([]));
    let mut stored = resolved(digest(0xab));
    stored.answered_by = AnsweredBy::Layout("evidence/".to_owned());
    evidence.digests.insert(image(), Evidence::Known(stored));
    let judged = judged_by(&policy, evidence);
    let details = &finding(&judged).details;
    assert_eq!(
        (&details["answered_by"], &details["layout"]),
        (&json!("layout"), &json!("evidence/"))
    );
}

#[test]
fn tags_and_moved_tags_are_listed_in_order_and_plain_digests_are_not() {
    let policy = requiring(&[entry(&[key(0)], "")]);
    let reference = |text: String| ImageReference::parse(&text).expect("a reference");
    let plain = reference(format!("registry.example.com/a@{}", digest(1)));
    let moved = reference(format!("registry.example.com/b:1@{}", digest(2)));
    let tag = reference("registry.example.com/c:1".to_owned());
    let gone = reference("registry.example.com/d:1".to_owned());
    let mut evidence = evidence(&image(), facts([by_key(&policy, 0)]));
    let mut points_elsewhere = resolved(digest(2));
    points_elsewhere.tag_points_to = Some(digest(9));
    evidence.digests.extend([
        (tag.clone(), Evidence::Known(resolved(digest(3)))),
        (moved.clone(), Evidence::Known(points_elsewhere)),
        (plain, Evidence::Known(resolved(digest(1)))),
        (gone, Evidence::Absent),
    ]);
    let judged = judged_by(&policy, evidence);
    let listed = judged.judgement.resolved.iter();
    let listed: Vec<&ImageReference> = listed.map(|(reference, _)| reference).collect();
    assert_eq!(listed, [&moved, &tag, &image()]);
}

#[test]
fn the_uses_of_one_image_share_their_details() {
    let policy = requiring(&[entry(&[key(0)], "")]);
    let run = Run::with_policy(&policy).image(IMAGE);
    let run = run.file("job.yaml", pod("jobs", IMAGE));
    let judged = run.evidence(evidence(&image(), facts([]))).judge();
    let found = judged.of(Rule::VerifyImageSignatures);
    let [first, second] = found.as_slice() else {
        panic!("{found:#?}");
    };
    assert!(Arc::ptr_eq(&first.details, &second.details));
}
