//! The verdict table, row by row: what deploys images and is not read is counted as what it is.

use crate::sandbox::{Checked, Sandbox, pod, pod_in};

fn checked_without_policy(manifest: &str) -> Checked {
    Sandbox::new()
        .file("k8s/pod.yaml", manifest)
        .check(&["k8s"])
}

/// What was not judged, as reasons with their counts, without the rules that are not configured.
fn not_evaluated(run: &Checked) -> Vec<String> {
    let counts = run.report["summary"]["not_evaluated"].as_array().unwrap();
    let counts = counts
        .iter()
        .filter(|entry| entry["reason"] != "rule-not-configured");
    let line = |entry: &serde_json::Value| {
        format!("{} {}", entry["count"], entry["reason"].as_str().unwrap())
    };
    counts.map(line).collect()
}

#[test]
fn an_object_that_a_kustomization_moves_is_not_exempt_by_its_own_namespace() {
    let run = Sandbox::new()
        .file("base/pod.yaml", pod_in(Some("kube-system"), "nginx"))
        .file("base/kustomization.yaml", "resources: [pod.yaml]\n")
        .file(
            "overlays/production/kustomization.yaml",
            "namespace: production\nresources: [../../base]\n",
        )
        .check(&["."]);
    assert_eq!(run.findings(), ["disallow-latest-tag violation enforce"]);
    assert_eq!(run.code, 1);
}

/// Checks a Pod that calls itself exempt, in `base/pod.yaml`, beside these files.
fn beside_an_exempt_pod(files: &[(&str, &str)]) -> Checked {
    let pod = pod_in(Some("kube-system"), "nginx");
    let start = Sandbox::new().file("base/pod.yaml", pod);
    let sandbox = files
        .iter()
        .fold(start, |sandbox, (path, text)| sandbox.file(path, text));
    sandbox.check(&["."])
}

#[test]
fn an_object_that_flux_puts_into_a_namespace_is_not_exempt_by_its_own() {
    for (path, is_moved) in [
        ("path: ./base", true),
        ("prune: true", true),
        ("path: ./other", false),
    ] {
        let text = format!(
            "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {{name: a}}\n\
             spec:\n  targetNamespace: production\n  {path}\n"
        );
        let run = beside_an_exempt_pod(&[("flux/app.yaml", &text)]);
        assert_eq!(run.code, i32::from(is_moved), "{path}");
    }
    let overlay = "resources: [../base/pod.yaml]\n";
    let flux = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: a}\n\
                spec: {targetNamespace: production, path: apps}\n";
    let files = [
        ("apps/kustomization.yaml", overlay),
        ("flux/app.yaml", flux),
    ];
    assert_eq!(beside_an_exempt_pod(&files).code, 1);
}

#[test]
fn no_kustomization_brings_an_object_below_an_exception_for_a_namespace() {
    let run = Sandbox::new()
        .file(
            "imagegate.yaml",
            "version: 1\nrules:\n  disallow-latest-tag: {}\nexceptions:\n- { rules: [disallow-latest-tag], \
             namespaces: [legacy], reason: OPS-12 }\n",
        )
        .file("base/pod.yaml", pod_in(Some("production"), "nginx"))
        .file(
            "over/kustomization.yaml",
            "namespace: legacy\nresources: [../base/pod.yaml]\n",
        )
        .check(&["base", "over"]);
    assert_eq!(run.findings(), ["disallow-latest-tag violation enforce"]);
    assert_eq!(run.code, 1);
}

#[test]
fn an_object_that_a_kustomization_moves_in_another_way_is_not_exempt() {
    for (how, is_moved) in [
        ("transformers: [namespace.yaml]", true),
        (
            "patches: [{patch: '[{op: replace, path: /metadata/namespace, value: a}]'}]",
            true,
        ),
        (
            "patchesJson6902: [{patch: '[{op: add, path: /metadata, value: {}}]'}]",
            true,
        ),
        (
            "replacements: [{targets: [{fieldPaths: [metadata.namespace]}]}]",
            true,
        ),
        (
            "patches: [{patch: '{metadata: {name: a, namespace: kube-system}}'}]",
            false,
        ),
        ("Namespace: production", true),
        ("patches: [{path: p.yaml, target: {kind: Pod}}]", true),
        ("patches: [{path: p.yaml}]", false),
        (
            "replacements: [{source: {fieldPath: metadata.namespace}}]",
            false,
        ),
    ] {
        let text = format!("resources: [../base/pod.yaml]\n{how}\n");
        let run = beside_an_exempt_pod(&[("over/kustomization.yaml", &text)]);
        assert_eq!(run.code, i32::from(is_moved), "{how}");
    }
}

#[test]
fn what_follows_the_first_document_of_a_kustomization_takes_nothing_back() {
    let text =
        "namespace: production\nresources: [../base/pod.yaml]\n---\nnamespace: kube-system\n";
    let run = beside_an_exempt_pod(&[("over/kustomization.yaml", text)]);
    assert_eq!(run.findings(), ["disallow-latest-tag violation enforce"]);
    assert_eq!(run.code, 1);
}

#[cfg(unix)]
#[test]
fn a_link_does_not_hide_what_a_kustomization_moves() {
    let kustomization = "namespace: production\nresources: [pod.yaml]\n";
    let sandbox = Sandbox::new()
        .file("base/pod.yaml", pod_in(Some("kube-system"), "nginx"))
        .file("base/moves.yaml", kustomization)
        .file("over/README.md", "");
    for (target, link) in [
        ("../base/pod.yaml", "over/pod.yaml"),
        ("../base/moves.yaml", "over/kustomization.yaml"),
    ] {
        std::os::unix::fs::symlink(target, sandbox.join(link)).unwrap();
    }
    let run = sandbox.check(&["."]);
    assert_eq!(run.findings(), ["disallow-latest-tag violation enforce"]);
    assert_eq!(run.code, 1);
}

#[test]
fn what_is_not_rendered_is_counted_as_what_it_is() {
    let run = Sandbox::new()
        .file("app/kustomization.yaml", "resources: [pod.yaml]\n")
        .file("app/pod.yaml", pod("nginx:1.27.3"))
        .file("chart/Chart.yaml", "apiVersion: v2\nname: app\nversion: 1.0.0\n")
        .file(
            "flux/release.yaml",
            "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: a}\nspec: {}\n---\n\
             apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: a}\nspec: {path: ./app}\n",
        )
        .file(
            "argo/app.json",
            r#"{"apiVersion": "argoproj.io/v1alpha1", "kind": "Application", "metadata": {"name": "a"}}"#,
        )
        .check(&["."]);
    let counted = [
        "1 helm-chart",
        "1 helm-release",
        "1 flux-kustomization",
        "1 argo-cd-application",
    ];
    assert_eq!(not_evaluated(&run), counted);
    assert_eq!(run.code, 0);
}

#[test]
fn a_kind_that_takes_its_image_out_of_another_object_is_counted() {
    let run = checked_without_policy(
        "apiVersion: build.openshift.io/v1\nkind: BuildConfig\nmetadata: {name: a}\n\
         spec: {strategy: {sourceStrategy: {from: {kind: ImageStreamTag, name: 'a:1'}}}}\n",
    );
    assert_eq!(not_evaluated(&run), ["1 unread-kind"]);
    assert_eq!(run.code, 0);
}

#[test]
fn an_image_in_a_field_that_is_not_read_is_counted() {
    let run = checked_without_policy(
        "apiVersion: platform.example.com/v1\nkind: WebApp\nmetadata: {name: x}\n\
         spec: {images: {worker: 'ghcr.io/team/app:latest'}}\n",
    );
    assert_eq!(not_evaluated(&run), ["1 unlisted-image"]);
    assert_eq!(run.code, 0);
}
