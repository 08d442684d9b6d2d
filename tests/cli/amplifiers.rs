//! Hostile texts that say little and mean much: what a run holds in memory grows with its input, whatever an
//! alias multiplies.

use std::io::Read as _;
use std::process::Stdio;

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::sandbox::{Sandbox, pod};

/// What every run may take, in bytes: the program itself, and the first uses of a file however short it is.
const BASE: u64 = 48 << 20;

/// How often a run may hold its input.
const TIMES: u64 = 20;

const POLICY: &str = "version: 1
rules:
  restrict-image-registries: { allow: ['registry.example.com/**'] }
  disallow-latest-tag: {}
  check-vulnerability-scan: { accept: [annotation: { key: scan, value: passed }] }
inline-ignores: INLINE
custom-resources: [{ kind: example.com/*/Foo, paths: ['spec.list[*].picture'] }]
";

/// Where a long text, which stands once, is multiplied. `BIG` is the text, `*i` its alias.
const PLACES: [&str; 12] = [
    "x: &i BIG\nkind: Pod\napiVersion: v1\nspec:\n  containers:\n@  - image: *i\n",
    "x: &i BIG\nkind: Pod\napiVersion: v1\nspec:\n  containers:\n@  - {name: *i, image: a}\n",
    "x: &i ${BIG}\nkind: Pod\napiVersion: v1\nspec:\n  containers:\n@  - image: *i\n",
    "kind: Foo\napiVersion: example.com/v1\nspec:\n  ? BIG\n  : containers:\n@    - {image: a}\n",
    "kind: Foo\napiVersion: example.com/v1\nx: &i BIG\nspec:\n  list:\n@  - {picture: *i}\n",
    "kind: Foo\napiVersion: example.com/v1\nx: &i BIG\nspec:\n@  - {image: *i, proxyImage: *i}\n",
    "kind: List\napiVersion: v1\nx: &i BIG\nitems:\n@- {apiVersion: v1, kind: Pod, metadata: {name: *i, namespace: *i}, spec: {containers: [{image: a}]}}\n",
    "kind: List\napiVersion: v1\nx: &i BIG\nitems:\n@- {apiVersion: v1, kind: *i, metadata: {generateName: *i}, spec: {containers: [{image: a}]}}\n",
    "kind: List\napiVersion: v1\nx: &i BIG\nitems:\n@- {apiVersion: v1, kind: Pod, metadata: {annotations: {imagegate.dev/ignore.disallow-latest-tag: *i}}, spec: {containers: [{image: a}]}}\n",
    "kind: List\napiVersion: v1\nx: {&i imagegate.dev/ignore.BIG: y}\nitems:\n@- {apiVersion: v1, kind: Pod, metadata: {annotations: {*i : y}}, spec: {containers: [{image: a}]}}\n",
    "kind: List\napiVersion: v1\nx: &i BIG\nitems:\n@- {apiVersion: v1, kind: Pod, metadata: {annotations: {scan: *i}}, spec: {containers: [{image: a}]}}\n",
    "kind: Pod\napiVersion: v1\nx: {&i BIG: y}\nspec: {containers: [{image: a}]}\nz:\n@  *i : image\n",
];

/// The text of a place with a long text of `length` bytes and `uses` uses.
fn amplifier(place: &str, length: usize, uses: usize) -> String {
    let text = place.replace("BIG", &"a".repeat(length));
    let (head, line) = text.split_once('@').unwrap();
    format!("{head}{}", line.repeat(uses))
}

/// Exit code and most memory in bytes of a check of `big.yaml`.
fn measured(text: &str, inline: &str, format: &str) -> (Option<i32>, u64) {
    let sandbox = Sandbox::new()
        .file("imagegate.yaml", POLICY.replace("INLINE", inline))
        .file("big.yaml", text);
    let arguments = ["check", "big.yaml", "--format", format, "--jobs", "1"];
    run(&sandbox, &arguments)
}

/// Exit code and most memory in bytes of a run.
fn run(sandbox: &Sandbox, arguments: &[&str]) -> (Option<i32>, u64) {
    let mut command = sandbox.command("", arguments);
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut output = child.stdout.take().unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut most = 0;
    let mut part = vec![0; 1 << 16];
    // The report comes last, so that the most was held when it is read to its end.
    loop {
        let status = std::fs::read_to_string(&status).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let taken = line.and_then(|line| line.trim().strip_suffix(" kB"));
        most = taken.map_or(most, |taken| taken.parse::<u64>().unwrap() << 10);
        if output.read(&mut part).unwrap() == 0 {
            break;
        }
    }
    (child.wait().unwrap().code(), most)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn memory_grows_with_the_input_and_not_with_its_uses(
        place in proptest::sample::select(&PLACES[..]),
        length in 1_usize..60_000,
        uses in 1_usize..1_500,
        inline in proptest::sample::select(&["allow", "audit", "forbid"][..]),
        format in proptest::sample::select(&["concise", "json", "text"][..]),
    ) {
        let text = amplifier(place, length, uses);
        let (code, most) = measured(&text, inline, format);
        prop_assert!(matches!(code, Some(0 | 1 | 3)), "{code:?}");
        let bound = BASE + TIMES * text.len() as u64;
        prop_assert!(most <= bound, "{most} bytes for {} at {place}", text.len());
    }
}

#[test]
fn very_many_uses_of_a_short_text_are_bounded() {
    for place in PLACES {
        let text = amplifier(place, 10, 25_000);
        let (code, most) = measured(&text, "allow", "concise");
        assert!(matches!(code, Some(0 | 1 | 3)), "{code:?}");
        let bound = BASE + TIMES * text.len() as u64;
        assert!(most <= bound, "{most} bytes for {} at {place}", text.len());
    }
}

const DIGEST: &str = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

/// A check of an image with one vulnerability by a report and an OpenVEX document of these statements.
#[track_caller]
fn assert_vex_is_bounded(statements: &[Value]) {
    let image = format!("registry.example.com/app@{DIGEST}");
    let vex = json!({
        "@context": "https://openvex.dev/ns", "timestamp": "2026-01-02T03:04:05Z",
        "statements": statements,
    });
    let report = json!({
        "SchemaVersion": 2, "ArtifactName": image, "ArtifactType": "container_image",
        "Results": [{ "Class": "os-pkgs", "Vulnerabilities": [{
            "VulnerabilityID": "CVE-2026-1", "PkgName": "a", "Severity": "CRITICAL",
            "PkgIdentifier": { "PURL": "pkg:apk/alpine/a@1" },
        }] }],
    });
    let vex = vex.to_string();
    let policy = "version: 1\nrules:\n  check-vulnerability-scan:\n    \
                  accept: [{ report: { files: [report.json] } }]\n    vex: [vex.json]\n";
    let sandbox = Sandbox::new()
        .file("imagegate.yaml", policy)
        .file("pod.yaml", pod(&image))
        .file("report.json", report.to_string())
        .file("vex.json", &vex);
    let (code, most) = run(&sandbox, &["check", "pod.yaml", "--offline", "--no-cache"]);
    assert!(matches!(code, Some(0 | 1)), "{code:?}");
    let bound = BASE + TIMES * vex.len() as u64;
    assert!(most <= bound, "{most} bytes for {}", vex.len());
}

/// The texts `before0`, `before1`, ….
fn numbered(before: &str, count: usize, after: &str) -> Vec<String> {
    let numbers = 0..count;
    numbers
        .map(|number| format!("{before}{number}{after}"))
        .collect()
}

#[test]
fn names_times_products_of_a_vex_statement_are_bounded() {
    assert_vex_is_bounded(&[json!({
        "vulnerability": { "name": "CVE-2026-1", "aliases": numbered("CVE-", 999, "") },
        "products": numbered("registry.example.com/", 60_000, &format!("@{DIGEST}")),
        "status": "fixed",
    })]);
}

#[test]
fn products_times_subcomponents_of_a_vex_statement_are_bounded() {
    assert_vex_is_bounded(&[json!({
        "vulnerability": "CVE-2026-1",
        "products": numbered("registry.example.com/", 20_000, &format!("@{DIGEST}")),
        "subcomponents": numbered("pkg:apk/alpine/a@", 20_000, ""),
        "status": "fixed",
    })]);
}

#[test]
fn very_many_short_names_of_vex_statements_are_bounded() {
    let statement = |names: &[String]| {
        json!({
            "vulnerability": "CVE-2026-1", "products": names, "subcomponents": names,
            "status": "fixed",
        })
    };
    for name in ["a", "pkg:oci/a"] {
        let names = vec![name.to_owned(); 99_999];
        assert_vex_is_bounded(&vec![statement(&names); 4]);
    }
    assert_vex_is_bounded(&[statement(&numbered("pkg:oci/", 99_999, ""))]);
}
