//! The two formats.

use imagegate::check::alone::SignatureVerdict;
use imagegate::model::evidence::Evidence;
use imagegate::model::signature::{Content, Format, Storage};
use imagegate::report::escape::is_deceptive;
use imagegate::report::inspect::InspectReport;
use imagegate::report::{InspectFormat, Style, json, write_inspect};

use crate::expected::assert_matches_file;
use crate::facts::{
    self, attestation, candidate, everything, facts as stored, forged, gap, identity, image, keyed,
    keyless, report,
};

fn print(report: &InspectReport, format: InspectFormat, width: usize) -> String {
    let style = Style {
        color: false,
        links: false,
        width,
        show_suppressed: false,
    };
    let mut out = Vec::new();
    write_inspect(report, format, &style, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn text(report: &InspectReport) -> String {
    print(report, InspectFormat::Text, 100)
}

fn parsed(report: &InspectReport) -> serde_json::Value {
    serde_json::from_str(&print(report, InspectFormat::Json, 100)).unwrap()
}

#[test]
fn text_is_as_expected() {
    assert_matches_file("testdata/inspect/everything.txt", &text(&everything()));
}

#[test]
fn text_fits_a_narrow_terminal() {
    let narrow = print(&everything(), InspectFormat::Text, 60);
    assert_matches_file("testdata/inspect/narrow.txt", &narrow);
}

#[test]
fn json_is_as_expected() {
    let json = print(&everything(), InspectFormat::Json, 100);
    assert_matches_file("testdata/inspect/everything.json", &json);
}

#[test]
fn json_is_what_its_schema_says() {
    let schema = jsonschema::validator_for(&json::inspect_schema()).unwrap();
    let errors: Vec<String> = schema
        .iter_errors(&parsed(&everything()))
        .map(|error| error.to_string())
        .collect();
    assert_eq!(errors, Vec::<String>::new());
}

#[test]
fn the_committed_schema_is_fresh() {
    let schema = serde_json::to_string_pretty(&json::inspect_schema()).unwrap();
    assert_matches_file("docs/schema/inspect.schema.json", &format!("{schema}\n"));
}

#[test]
fn a_claimed_identity_is_never_shown_as_a_signer() {
    let report = report(vec![image(facts::APP, stored(vec![forged()]))]);
    let text = text(&report);
    assert!(!text.contains("signed by"), "{text}");
    assert!(text.contains("this is not verified"), "{text}");
    let json = parsed(&report);
    let signature = &json["images"][0]["signatures"][0];
    assert_eq!(signature["signers"], serde_json::json!([]));
    assert_eq!(signature["claimed"]["subject"], facts::RELEASE);
}

#[test]
fn what_a_signature_claims_besides_what_is_proven_is_not_shown() {
    let claimed = Some(identity("somebody else", facts::ACTIONS));
    let signature = imagegate::model::signature::Candidate { claimed, ..keyed() };
    let text = text(&report(vec![image(facts::APP, stored(vec![signature]))]));
    assert!(text.contains("signed by   key `keys/cosign.pub`"), "{text}");
    assert!(!text.contains("somebody else"), "{text}");
}

#[test]
fn a_proof_with_a_log_says_more_than_one_without() {
    let both = facts::tried(keyed(), facts::key(1), true, Ok(facts::proof()));
    let text = text(&report(vec![image(facts::APP, stored(vec![both]))]));
    assert!(text.contains("in a trusted transparency log"), "{text}");
}

#[test]
fn nothing_found_is_only_unsigned_when_every_place_was_read() {
    let unsigned = report(vec![image(facts::APP, stored(Vec::new()))]);
    assert!(text(&unsigned).contains("neither a signature nor an attestation in"));
    assert!(unsigned.is_complete());
    let mut half = stored(Vec::new());
    half.gaps.push(gap());
    let half = report(vec![image(facts::APP, half)]);
    assert!(text(&half).contains("not the same as unsigned"));
    assert!(!half.is_complete());
}

#[test]
fn an_image_that_is_not_there_is_no_complete_answer() {
    let mut absent = image(facts::APP, stored(Vec::new()));
    absent.digest = Evidence::Absent;
    absent.signatures = Evidence::Absent;
    let report = report(vec![absent]);
    assert!(!report.is_complete());
    assert!(text(&report).contains("there is no such image"));
}

#[test]
fn hostile_text_stays_on_its_line_and_shows_what_it_is() {
    let hostile = "x\u{1b}]0;owned\u{7}\n::error::\u{202e}##vso[task]";
    let mut candidate = candidate(
        Storage::Referrer,
        Format::Unknown(hostile.to_owned()),
        attestation(hostile),
    );
    candidate.claimed = Some(identity(hostile, hostile));
    let mut signed = keyless();
    let (_, outcome) = &mut signed.trials[6];
    let proof = outcome.as_mut().unwrap();
    proof.identity = Some(identity(hostile, hostile));
    proof.annotations = vec![(hostile.to_owned(), hostile.to_owned())];
    let mut malformed = facts::malformed();
    malformed.content = Content::Malformed(hostile.to_owned());
    let mut stored = stored(vec![candidate, signed, malformed]);
    let mut gap = gap();
    gap.reason = hostile.into();
    stored.gaps.push(gap);
    let report = report(vec![image(facts::APP, stored)]);
    for format in [InspectFormat::Text, InspectFormat::Json] {
        let out = print(&report, format, 100);
        let shown = out.chars().filter(|c| *c != '\n');
        assert_eq!(shown.filter(|c| is_deceptive(*c)).count(), 0, "{out}");
        assert!(!out.contains("##vso["), "{out}");
        assert!(!out.lines().any(|line| line.trim_start().starts_with("::")));
    }
}

#[test]
fn long_text_is_cut_for_a_person_and_whole_in_json() {
    let long = "a".repeat(100_000);
    let candidate = candidate(Storage::Referrer, facts::bundle(), attestation(&long));
    let report = report(vec![image(facts::APP, stored(vec![candidate]))]);
    assert!(text(&report).len() < 5_000);
    let json = parsed(&report);
    assert_eq!(json["images"][0]["signatures"][0]["predicate_type"], long);
}

#[test]
fn a_long_list_is_cut_for_a_person_and_whole_in_json() {
    let mut signed = keyed();
    let (_, outcome) = &mut signed.trials[1];
    let annotation = |number: u32| (format!("key-{number}"), "value".to_owned());
    outcome.as_mut().unwrap().annotations = (0..100).map(annotation).collect();
    let report = report(vec![image(facts::APP, stored(vec![signed]))]);
    let text = text(&report);
    assert_eq!(text.matches("key-").count(), 30, "{text}");
    assert!(text.contains("and 70 more"), "{text}");
    let annotations = &parsed(&report)["images"][0]["signatures"][0]["signers"][0]["annotations"];
    assert_eq!(annotations.as_array().unwrap().len(), 100);
}

#[test]
fn many_signatures_are_counted_where_engines_are_named() {
    let many = vec![keyed(); 100];
    let text = text(&report(vec![image(facts::APP, stored(many))]));
    assert!(text.contains("29, 30 and 70 more\n"), "{text}");
}

#[test]
fn an_image_without_a_tag_is_said_to_mean_latest() {
    let none = report(vec![image(facts::APP, stored(Vec::new()))]);
    assert!(text(&none).contains("`latest` is meant"));
    let written = report(vec![image(
        &format!("{}:1", facts::APP),
        stored(Vec::new()),
    )]);
    assert!(!text(&written).contains("latest"));
}

#[test]
fn the_same_reason_is_said_once() {
    let reason = "no answer within 10 s";
    let mut image = image(facts::APP, stored(Vec::new()));
    image.digest = Evidence::Unavailable(reason.into());
    image.signatures = Evidence::Unavailable(reason.into());
    let message = format!("could not check who signed it: {reason}");
    image.verdict = Some(SignatureVerdict::NotChecked(message));
    let text = text(&report(vec![image]));
    assert!(
        text.contains("cannot be judged without its digest"),
        "{text}"
    );
    assert_eq!(text.matches(reason).count(), 1, "{text}");
}

#[test]
fn signatures_that_could_not_be_read_are_said_beside_a_digest_that_could() {
    let mut image = image(facts::APP, stored(Vec::new()));
    image.signatures = Evidence::Unavailable("stopped by Ctrl-C".into());
    let report = report(vec![image]);
    assert!(!report.is_complete());
    assert!(text(&report).contains("could not be read: stopped by Ctrl-C"));
}
