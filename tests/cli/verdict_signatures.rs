//! The verdict table's rows about signatures, on the signed images of `testdata/signatures`.

use std::path::{Path, PathBuf};

use serde_json::json;

use crate::sandbox::{Checked, Sandbox, pod};

const RULE: &str = "verify-image-signatures";
const KEY: &str = "key: keys/cosign-v2.pub";
const KEYED: &str = "v2-keyed:v1";
const DIGEST_OF_KEYED: &str =
    "sha256:ffa1b2a9c48582465364dc7806b424a2a9cb7946927f7000e9977ca75c424ef7";
const DIGEST_OF_UNSIGNED: &str =
    "sha256:990b3354d2aca2ba8242cf634fd207a42f874fbfe283baafe224ed4e3954e569";
/// A platform of the index `v2-index:v1`.
const PLATFORM: &str = "sha256:ac0e90fd612d9ae7fe5f034bc3213b4ef7a4ad82628cf759888398faf11131b6";
/// The bundle beside `both-formats:v1`, which also has a signature under its `.sig` tag.
const BUNDLE: &str = "f3bb8e94923f25428aeb5b672da603bb67725129eb7b7f51b24f9186c739a755";

fn testdata() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/signatures")
}

/// An entry of `require` with one signer and what else is written in it.
fn entry(signer: &str, further: &str) -> String {
    format!("{{ signers: [{{ {signer} }}]{further} }}")
}

/// A sandbox with a policy of these entries, whose registry is a layout at that path.
fn sandbox(layout: &Path, entries: &[String]) -> Sandbox {
    let root = testdata().join("trusted_root.json");
    let policy = format!(
        "version: 1\ntrusted-root: {root:?}\nregistries:\n  registry.example.com: {{ layout: {layout:?} }}\n\
         rules:\n  verify-image-signatures:\n    require: [{}]\n",
        entries.join(", ")
    );
    let mut sandbox = Sandbox::new().file("imagegate.yaml", policy);
    for key in ["cosign-v2.pub", "cosign-v3.pub"] {
        let text = std::fs::read(testdata().join("keys").join(key)).unwrap();
        sandbox = sandbox.file(&format!("keys/{key}"), text);
    }
    sandbox
}

/// The image of `registry.example.com/team`, judged by these entries.
fn checked(image: &str, entries: &[String]) -> Checked {
    checked_in(&testdata().join("layout"), image, entries)
}

fn checked_in(layout: &Path, image: &str, entries: &[String]) -> Checked {
    let image = format!("registry.example.com/team/{image}");
    let sandbox = sandbox(layout, entries).file("pod.yaml", pod(&image));
    sandbox.check(&["pod.yaml", "--no-cache"])
}

#[track_caller]
fn assert_ends(run: &Checked, outcome: &str, code: i32, words: &str) {
    run.assert_ends(RULE, outcome, code, words);
}

const NO_LOG: &str = ", transparency-log: ignore";

#[test]
fn an_image_signed_by_a_wanted_signer_is_0() {
    checked(KEYED, &[entry(KEY, NO_LOG)]).assert_passes();
}

#[test]
fn an_unsigned_image_is_a_violation() {
    let run = checked("unsigned:v1", &[entry(KEY, NO_LOG)]);
    assert_ends(&run, "violation", 1, "is unsigned");
}

#[test]
fn an_image_with_nothing_but_attestations_is_unsigned() {
    let run = checked("v2-attested-only:v1", &[entry(KEY, NO_LOG)]);
    assert_ends(&run, "violation", 1, "is unsigned: 1 attestation");
}

#[test]
fn a_signature_by_another_key_is_a_violation() {
    let other = entry("key: keys/cosign-v3.pub", NO_LOG);
    let run = checked(KEYED, &[other]);
    assert_ends(&run, "violation", 1, "not signed by a wanted signer");
}

#[test]
fn a_signature_by_another_identity_is_a_violation_that_names_it() {
    let alice = "keyless: { issuer: 'https://issuer.example.com', subject: 'alice@*' }";
    let run = checked("keyless-bob:v1", &[entry(alice, "")]);
    assert_ends(&run, "violation", 1, "by identity `bob@example.com`");
}

#[test]
fn a_signature_without_a_log_entry_is_a_violation_unless_none_is_wanted() {
    let run = checked(KEYED, &[entry(KEY, "")]);
    assert_ends(&run, "violation", 1, "no entry of a transparency log");
}

#[test]
fn a_signature_without_a_wanted_annotation_is_a_violation() {
    let annotated = format!("{NO_LOG}, annotations: {{ env: prod }}");
    let run = checked(KEYED, &[entry(KEY, &annotated)]);
    assert_ends(&run, "violation", 1, "with no annotations");
}

#[test]
fn a_signature_of_the_index_does_not_speak_for_its_platform() {
    checked("v2-index:v1", &[entry(KEY, NO_LOG)]).assert_passes();
    let platform = format!("v2-index@{PLATFORM}");
    let run = checked(&platform, &[entry(KEY, NO_LOG)]);
    assert_ends(&run, "violation", 1, "is unsigned");
}

#[test]
fn every_entry_of_require_has_to_hold() {
    let other = entry("key: keys/cosign-v3.pub", NO_LOG);
    let run = checked(KEYED, &[entry(KEY, NO_LOG), other]);
    assert_ends(&run, "violation", 1, "(entry 2 of `require`)");
}

#[test]
fn an_image_that_does_not_exist_is_3_and_not_called_unsigned() {
    for image in ["absent:v1", &format!("absent@sha256:{}", "0".repeat(64))] {
        let run = checked(image, &[entry(KEY, NO_LOG)]);
        assert_ends(
            &run,
            "not-checked",
            3,
            "there is no such image in the layout",
        );
    }
}

/// A copy of the layout without the bundle of `both-formats:v1`.
fn without_bundle() -> Sandbox {
    let source = testdata().join("layout");
    let mut copy = Sandbox::new();
    for file in ["index.json", "oci-layout"] {
        copy = copy.file(file, std::fs::read(source.join(file)).unwrap());
    }
    for blob in std::fs::read_dir(source.join("blobs/sha256")).unwrap() {
        let blob = blob.unwrap();
        let name = blob.file_name().into_string().unwrap();
        if name != BUNDLE {
            let path = format!("blobs/sha256/{name}");
            copy = copy.file(&path, std::fs::read(blob.path()).unwrap());
        }
    }
    copy
}

#[test]
fn a_signature_that_could_not_be_read_is_3() {
    let layout = without_bundle();
    let signer = entry("key: keys/cosign-v3.pub", NO_LOG);
    let run = checked_in(layout.path(), "both-formats:v1", &[signer]);
    assert_ends(&run, "not-checked", 3, BUNDLE);
}

#[test]
fn what_could_not_be_read_is_passed_over_where_the_rest_is_enough() {
    let layout = without_bundle();
    let run = checked_in(layout.path(), "both-formats:v1", &[entry(KEY, NO_LOG)]);
    run.assert_passes();
}

#[test]
fn a_layout_that_cannot_be_read_is_3() {
    let run = checked_in(Path::new("nowhere"), KEYED, &[entry(KEY, NO_LOG)]);
    assert_ends(&run, "not-checked", 3, "nowhere");
}

#[test]
fn an_image_of_no_layout_is_3_offline() {
    let layout = testdata().join("layout");
    let elsewhere = pod("elsewhere.example.com/app:1");
    let sandbox = sandbox(&layout, &[entry(KEY, NO_LOG)]).file("pod.yaml", elsewhere);
    let run = sandbox.check(&["pod.yaml", "--no-cache", "--offline"]);
    assert_ends(&run, "not-checked", 3, "offline");
}

#[test]
fn a_tag_is_judged_by_its_digest_and_the_report_names_who_resolved_it() {
    let layout = testdata().join("layout");
    let run = checked(KEYED, &[entry(KEY, NO_LOG)]);
    let expected = json!([{
        "reference": format!("registry.example.com/team/{KEYED}"),
        "digest": DIGEST_OF_KEYED,
        "answered_by": "layout",
        "layout": layout.to_str(),
        "tag_points_to": null,
    }]);
    assert_eq!(run.report["resolved"], expected);
}

#[test]
fn a_written_digest_is_judged_and_not_the_tag_beside_it() {
    let image = format!("unsigned:v1@{DIGEST_OF_KEYED}");
    let run = checked(&image, &[entry(KEY, NO_LOG)]);
    let resolved = &run.report["resolved"][0];
    assert_eq!(resolved["digest"], DIGEST_OF_KEYED);
    assert_eq!(resolved["tag_points_to"], DIGEST_OF_UNSIGNED);
}

#[test]
fn an_image_without_a_name_in_a_layout_answers_for_no_tag() {
    let layout = testdata().join("tool-layouts/cosign2-save-fallback-tag");
    let digest = "sha256:30f1409c74c2a88da753051720740addb166fb9630377f26d6b7ad2c04b330f0";
    let policy = format!(
        "version: 1\nregistries:\n  registry.example.com/team/app: {{ layout: {layout:?} }}\n\
         rules:\n  verify-image-signatures:\n    require: [{}]\n",
        entry(KEY, NO_LOG)
    );
    let key = std::fs::read(testdata().join("keys/cosign-v2.pub")).unwrap();
    let check = |image: &str| {
        Sandbox::new()
            .file("imagegate.yaml", &policy)
            .file("keys/cosign-v2.pub", &key)
            .file("pod.yaml", pod(image))
            .check(&["pod.yaml", "--no-cache", "--offline"])
    };
    check(&format!("registry.example.com/team/app@{digest}")).assert_passes();
    let run = check("registry.example.com/team/app:pushed-by-somebody");
    assert_ends(&run, "not-checked", 3, "the only image in it has no name");
}
