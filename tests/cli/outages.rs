//! One failure of a registry keeps many images from being checked: `text` says it once, every other format
//! once for each image.

use crate::registry::content::Content;
use crate::registry::fault::{Action, Fault};
use crate::registry::{ReferrersApi, Setup, TestRegistry};
use crate::sandbox::{Run, Sandbox, pod};

/// Nobody listens there.
const GONE: &str = "127.0.0.1:1";

const POLICY: &str = "version: 1\nrules:\n  verify-image-signatures:\n    require:\n      - signers: \
                      [{ key: cosign-v2.pub }]\n        transparency-log: ignore\n";

/// A sandbox with a Pod for each image, in `pod-00.yaml` and so on.
fn sandbox(policy: &str, images: &[String]) -> Sandbox {
    let testdata = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/signatures");
    let key = std::fs::read(testdata.join("keys/cosign-v2.pub")).unwrap();
    let mut sandbox = Sandbox::new()
        .file("cosign-v2.pub", key)
        .file("imagegate.yaml", policy);
    for (number, image) in images.iter().enumerate() {
        sandbox = sandbox.file(&format!("pod-{number:02}.yaml"), pod(image));
    }
    sandbox
}

/// So many images of the registry that is gone.
fn of_gone(count: usize) -> Vec<String> {
    let images = 0..count;
    images
        .map(|number| format!("{GONE}/team/app{number:02}:v1"))
        .collect()
}

fn text(sandbox: &Sandbox, further: &[&str]) -> Run {
    let all = [&["check", ".", "--no-cache"], further].concat();
    sandbox.run(&all)
}

/// A registry that has no image and answers what is asked about some as told.
fn registry(faults: Vec<Fault>) -> TestRegistry {
    TestRegistry::start(Setup {
        content: Content::default(),
        referrers: ReferrersApi::Whole,
        faults,
        ..Setup::default()
    })
}

fn blocks(run: &Run) -> usize {
    let lines = run.stdout.lines();
    lines
        .filter(|line| line.starts_with("not checked["))
        .count()
}

#[test]
fn images_of_a_registry_that_is_gone_are_one_block_with_the_first_in_its_line() {
    let run = text(&sandbox(POLICY, &of_gone(3)), &[]);
    let expected =
        "not checked[verify-image-signatures]: could not check who signed 3 images of 127.0.0.1:1:";
    assert!(run.stdout.starts_with(expected), "{}", run.stdout);
    let snippet = "─[pod-00.yaml:8:12]";
    let rest = "
  help: check the name and the network
  also: 127.0.0.1:1/team/app01:v1 at pod-01.yaml:8:12
        127.0.0.1:1/team/app02:v1 at pod-02.yaml:8:12
  note: wanted by imagegate.yaml:5:9

";
    for part in [snippet, rest] {
        assert!(run.stdout.contains(part), "{part}: {}", run.stdout);
    }
    assert_eq!(blocks(&run), 1, "{}", run.stdout);
}

#[test]
fn an_outage_changes_neither_the_exit_code_nor_the_counts() {
    let run = text(&sandbox(POLICY, &of_gone(3)), &[]);
    let counts = "no violations, 3 could not check";
    assert!(run.stdout.contains(counts), "{}", run.stdout);
    assert_eq!(run.code, 3);
}

#[test]
fn of_many_images_of_an_outage_ten_are_listed_and_the_others_counted() {
    let run = text(&sandbox(POLICY, &of_gone(14)), &[]);
    let end =
        "/app10:v1 at pod-10.yaml:8:12\n        and 3 more (--format concise lists all)\n  note:";
    assert!(run.stdout.contains(end), "{}", run.stdout);
}

#[test]
fn a_further_place_of_an_image_stands_beside_the_first() {
    let mut images = of_gone(2);
    images.extend(of_gone(2));
    let run = text(&sandbox(POLICY, &images), &[]);
    let list = "
  also: 127.0.0.1:1/team/app00:v1 at pod-00.yaml:8:12, also at pod-02.yaml:8:12
        127.0.0.1:1/team/app01:v1 at pod-01.yaml:8:12, also at pod-03.yaml:8:12
";
    assert!(run.stdout.contains(list), "{}", run.stdout);
    assert!(run.stdout.contains("2 images of"), "{}", run.stdout);
}

#[test]
fn each_rule_has_its_block_of_an_outage() {
    let scans = "  check-vulnerability-scan:\n    accept:\n      - attestation: { predicate: vuln, signers: \
                 [{ key: cosign-v2.pub }] }\n";
    let run = text(&sandbox(&format!("{POLICY}{scans}"), &of_gone(3)), &[]);
    assert_eq!(blocks(&run), 2, "{}", run.stdout);
    let second = "could not check the scans of 3 images of 127.0.0.1:1:";
    assert!(run.stdout.contains(second), "{}", run.stdout);
}

#[test]
fn other_formats_have_a_finding_for_each_image_of_an_outage() {
    let sandbox = sandbox(POLICY, &of_gone(3));
    let concise = text(&sandbox, &["--format", "concise"]);
    assert_eq!(concise.stdout.lines().count(), 3, "{}", concise.stdout);
    let json = sandbox.check(&[".", "--no-cache"]);
    assert_eq!(json.findings().len(), 3, "{}", json.report);
    let asked = "GET http://127.0.0.1:1/v2/team/app02/manifests/v1";
    assert!(json.report.to_string().contains(asked), "{}", json.report);
}

#[test]
fn two_causes_at_one_registry_are_two_blocks() {
    let registry = registry(vec![
        Fault::always("/team/a", Action::error(403, "DENIED")),
        Fault::always("/team/b", Action::error(418, "TEAPOT")),
    ]);
    let images = ["a1", "b1", "a2", "none", "b2"];
    let images = images.map(|name| format!("{}/team/{name}:v1", registry.name()));
    let run = text(&sandbox(POLICY, &images), &[]);
    assert_eq!(blocks(&run), 3, "{}", run.stdout);
    let name = registry.name();
    for list in [("a2", 2), ("b2", 4)] {
        let line = format!(
            "  also: {name}/team/{}:v1 at pod-{:02}.yaml:8:12\n  ",
            list.0, list.1
        );
        assert!(run.stdout.contains(&line), "{line}: {}", run.stdout);
    }
    let missing = format!("could not check who signed `{name}/team/none:v1`: there is no");
    let flat = run.stdout.replace("\n  ", " ");
    assert!(flat.contains(&missing), "{}", run.stdout);
}

#[test]
fn a_registry_that_works_badly_is_one_block_whatever_was_asked_of_it() {
    let registry = registry(vec![Fault::always("/v2/", Action::status(503))]);
    let images = ["a", "b"].map(|name| format!("{}/team/{name}:v1", registry.name()));
    let run = text(&sandbox(POLICY, &images), &[]);
    assert_eq!(blocks(&run), 1, "{}", run.stdout);
    let flat = run.stdout.replace("\n  ", " ");
    let answer = format!("2 images of {}: 503 Service Unavailable", registry.name());
    assert!(flat.contains(&answer), "{}", run.stdout);
}

#[test]
fn two_registries_that_are_gone_are_two_blocks() {
    let images = [
        "127.0.0.1:1/a:v1",
        "localhost:1/a:v1",
        "127.0.0.1:1/b:v1",
        "localhost:1/b:v1",
    ];
    let run = text(&sandbox(POLICY, &images.map(str::to_owned)), &["--offline"]);
    assert_eq!(blocks(&run), 2, "{}", run.stdout);
    let said = "2 images of localhost:1: the run is offline";
    assert!(
        run.stdout.replace("\n  ", " ").contains(said),
        "{}",
        run.stdout
    );
}

#[test]
fn a_single_image_of_an_outage_keeps_its_own_sentence() {
    let images = [of_gone(1), of_gone(1)].concat();
    let run = text(&sandbox(POLICY, &images), &[]);
    let expected = "not checked[verify-image-signatures]: could not check who signed `127.0.0.1:1/team/app00:v1`:";
    assert!(run.stdout.starts_with(expected), "{}", run.stdout);
    assert_eq!(blocks(&run), 1, "{}", run.stdout);
}
