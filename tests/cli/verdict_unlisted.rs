//! The verdict table, row by row: images in kinds that are not listed, in annotations and in arguments.

use crate::sandbox::{Checked, Sandbox};

const POLICY: &str = "version: 1\nrules:\n  disallow-latest-tag: {}\n  \
                      restrict-image-registries: { allow: [\"good.example/**\"] }\n";

fn check(manifest: &str) -> Checked {
    Sandbox::new()
        .file("imagegate.yaml", POLICY)
        .file("k8s/a.yaml", manifest)
        .check(&["k8s"])
}

/// Checks an object of a kind that nobody knows with that text below `spec`.
fn check_spec(spec: &str) -> Checked {
    check(&format!(
        "apiVersion: platform.example.com/v1\nkind: Widget\nmetadata: {{name: x}}\nspec:\n  {spec}\n"
    ))
}

/// The images that are refused, each with its line.
fn refused(run: &Checked) -> Vec<String> {
    let findings = run.report["findings"].as_array().unwrap();
    let mut lines: Vec<String> = findings
        .iter()
        .map(|found| {
            format!(
                "{} {}",
                found["line"],
                found["image"].as_str().unwrap_or("-")
            )
        })
        .collect();
    lines.dedup();
    lines
}

/// What was not judged.
fn counted(run: &Checked) -> Vec<String> {
    let counts = run.report["summary"]["not_evaluated"].as_array().unwrap();
    let line = |entry: &serde_json::Value| {
        format!("{} {}", entry["count"], entry["reason"].as_str().unwrap())
    };
    let counts = counts
        .iter()
        .filter(|entry| entry["reason"] != "rule-not-configured");
    counts.map(line).collect()
}

#[test]
fn a_field_that_is_called_an_image_is_judged_in_any_kind() {
    for (spec, image) in [
        ("image: evil.example/a:1", "evil.example/a:1"),
        ("image: nginx", "nginx"),
        (
            "runtime: {proxyImage: evil.example/a:1}",
            "evil.example/a:1",
        ),
        ("proxy_image: team/a:1", "team/a:1"),
        (
            "proxy-image: 'evil.example/a@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef'",
            "evil.example/a@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        ),
        ("imageName: evil.example/a:1", "evil.example/a:1"),
        ("node: [{imageRef: evil.example/a:1}]", "evil.example/a:1"),
        (
            "extraContainers: [{name: a, image: 'evil.example/a:1'}]",
            "evil.example/a:1",
        ),
        (
            "initContainers: {setup: {image: 'evil.example/a:1'}}",
            "evil.example/a:1",
        ),
        (
            "a: &x {image: 'good.example/a:1', extraImage: 'evil.example/a:1'}",
            "evil.example/a:1",
        ),
    ] {
        let run = check_spec(spec);
        assert_eq!(refused(&run), [format!("5 {image}")], "{spec}");
        assert_eq!(run.code, 1, "{spec}");
    }
}

#[test]
fn scalars_that_say_an_image_together_are_judged_as_one() {
    for (spec, image) in [
        (
            "server: {repository: evil.example/a, tag: '1'}",
            "evil.example/a:1",
        ),
        (
            "server: {registry: evil.example, repository: team/a, tag: '1'}",
            "evil.example/team/a:1",
        ),
        (
            "image: {repository: good.example/a, tag: latest}",
            "good.example/a:latest",
        ),
        (
            "image: {name: evil.example/a, tag: 1.2}",
            "evil.example/a:1.2",
        ),
        (
            "image: {repo: evil.example/a, version: v1}",
            "evil.example/a:v1",
        ),
        (
            "jobImage: {registry: evil.example, repository: team, name: a, tag: '1'}",
            "evil.example/team/a:1",
        ),
        (
            "db: {repository: evil.example/a, version: '3'}",
            "evil.example/a:3",
        ),
        ("image: evil.example/a\n  tag: v2", "evil.example/a:v2"),
        (
            "initContainers: [{image: {repository: evil.example/a, tag: '1'}}]",
            "evil.example/a:1",
        ),
    ] {
        let run = check_spec(spec);
        assert_eq!(refused(&run), [format!("5 {image}")], "{spec}");
    }
}

#[test]
fn a_tag_that_is_said_elsewhere_is_not_blamed_for_missing() {
    for spec in [
        "server: {repository: good.example/a, pullPolicy: Always}",
        "image: good.example/a\n  version: 1.2.3",
        "proxyImage: good.example/a\n  proxyVersion: 1.2.3",
    ] {
        let run = check_spec(spec);
        assert_eq!(refused(&run), [""; 0], "{spec}");
        assert_eq!(counted(&run), ["1 incomplete-image"], "{spec}");
    }
}

#[test]
fn what_is_no_container_image_in_such_a_field_is_never_a_finding() {
    for spec in [
        "image: logo.png",
        "image: https://example.com/disk.qcow2",
        "image: {url: 'https://example.com/a', version: '1'}",
        "image: 3f2b8c1e-0a4b-4c6d-8e1f-0123456789ab",
        "image: ami-0123456789abcdef0",
        "image: kindest/node:v1.30.0",
        "image: UPPER/Case",
        "image: 'two words'",
        "image: [a, b]",
        "alwaysPullImage: 'true'",
        "runnerImage: default",
        "image: 'data:image/png;base64,AAAA'",
        "forProvider: {image: ubuntu-22-04}",
        "volumes: [{rbd: {image: foo}}]",
        "schema: {image: 'evil.example/a:1'}",
        "chart: {repository: evil.example/charts, name: a, version: '1'}",
        "source: {repository: github.com/team/a, tag: v1}",
        "image: '${IMAGE}'",
        "image: {repository: '{{ repo }}', tag: '1'}",
        "output: {image: 'evil.example/a:1'}",
    ] {
        let run = check_spec(spec);
        assert_eq!(refused(&run), [""; 0], "{spec}");
        assert_eq!(run.code, 0, "{spec}");
    }
    for api_version in ["kind.x-k8s.io/v1alpha4", "image.toolkit.fluxcd.io/v1", "v1"] {
        let run = check(&format!(
            "apiVersion: {api_version}\nkind: Thing\nmetadata: {{name: x}}\nspec: {{image: 'evil.example/a:1'}}\n"
        ));
        assert_eq!(counted(&run), ["1 unlisted-image"], "{api_version}");
        assert_eq!(run.code, 0, "{api_version}");
    }
}

#[test]
fn a_text_that_is_not_judged_there_is_counted_with_the_entry_that_judges_it() {
    let run = Sandbox::new()
        .file(
            "k8s/a.yaml",
            "apiVersion: platform.example.com/v1\nkind: Widget\nmetadata: {name: x}\nspec: {nodes: [{runnerImage: small}]}\n",
        )
        .check(&["k8s", "--show-not-judged"]);
    let listed = run.report["not_evaluated"].as_array().unwrap();
    let entry = listed
        .iter()
        .find(|entry| entry["reason"] == "unlisted-image")
        .unwrap();
    assert_eq!(
        entry["detail"],
        "custom-resources: [{ kind: platform.example.com/v1/Widget, paths: ['spec.nodes[*].runnerImage'] }]"
    );
    assert_eq!(entry["line"], 4);
}

#[test]
fn an_object_inside_an_object_is_read_as_its_kind() {
    let run = check(
        "apiVersion: apiextensions.crossplane.io/v1\nkind: Composition\nmetadata: {name: x}\nspec:\n  resources:\n  \
         - base:\n      apiVersion: pkg.crossplane.io/v1\n      kind: Provider\n      spec: {package: 'evil.example/p:1'}\n  \
         - base:\n      apiVersion: v1\n      kind: ConfigMap\n      data: {image: 'evil.example/data:1'}\n  \
         - base:\n      apiVersion: ec2.aws.upbound.io/v1beta1\n      kind: Instance\n      spec: {forProvider: {image: ubuntu}}\n",
    );
    assert_eq!(refused(&run), ["9 evil.example/p:1"]);
}

#[test]
fn an_image_of_a_known_kind_is_judged_whatever_its_field_is_called() {
    for (api_version, kind, spec, image) in [
        (
            "pkg.crossplane.io/v1",
            "Provider",
            "package: evil.example/a:1",
            "evil.example/a:1",
        ),
        (
            "pkg.crossplane.io/v1beta1",
            "Function",
            "package: evil.example/a",
            "evil.example/a",
        ),
        (
            "meta.pkg.crossplane.io/v1",
            "Configuration",
            "dependsOn: [{provider: evil.example/a, version: '>=v1'}]",
            "evil.example/a",
        ),
        (
            "olm.operatorframework.io/v1",
            "ClusterCatalog",
            "source: {type: Image, image: {ref: 'evil.example/a:1'}}",
            "evil.example/a:1",
        ),
        (
            "extensions.istio.io/v1alpha1",
            "WasmPlugin",
            "url: oci://evil.example/a:1",
            "evil.example/a:1",
        ),
        (
            "extensions.istio.io/v1alpha1",
            "WasmPlugin",
            "url: evil.example/a:1",
            "evil.example/a:1",
        ),
        (
            "cdi.kubevirt.io/v1beta1",
            "DataVolume",
            "source: {registry: {url: 'docker://evil.example/a:1'}}",
            "evil.example/a:1",
        ),
        (
            "policies.kubewarden.io/v1",
            "ClusterAdmissionPolicy",
            "module: registry://evil.example/a:1",
            "evil.example/a:1",
        ),
        (
            "policies.kubewarden.io/v1",
            "AdmissionPolicyGroup",
            "policies: {one: {module: 'evil.example/a:1'}}",
            "evil.example/a:1",
        ),
        (
            "machineconfiguration.openshift.io/v1",
            "MachineConfig",
            "osImageURL: evil.example/a:1",
            "evil.example/a:1",
        ),
        (
            "build.openshift.io/v1",
            "BuildConfig",
            "strategy: {dockerStrategy: {from: {kind: DockerImage, name: 'evil.example/a:1'}}}",
            "evil.example/a:1",
        ),
        (
            "image.openshift.io/v1",
            "ImageStream",
            "tags: [{name: a, from: {kind: DockerImage, name: 'evil.example/a:1'}}]",
            "evil.example/a:1",
        ),
        (
            "tekton.dev/v1",
            "TaskRun",
            "taskRef: {name: a, bundle: 'evil.example/a:1'}",
            "evil.example/a:1",
        ),
        (
            "tekton.dev/v1",
            "PipelineRun",
            "pipelineRef: {resolver: bundles, params: [{name: bundle, value: 'evil.example/a:1'}]}",
            "evil.example/a:1",
        ),
        (
            "v1",
            "Pod",
            "volumes: [{name: a, csi: {driver: container-image.csi.k8s.io, volumeAttributes: {image: 'evil.example/a:1'}}}]",
            "evil.example/a:1",
        ),
    ] {
        let run = check(&format!(
            "apiVersion: {api_version}\nkind: {kind}\nmetadata: {{name: x}}\nspec:\n  {spec}\n"
        ));
        assert_eq!(refused(&run), [format!("5 {image}")], "{kind} {spec}");
    }
}

#[test]
fn what_a_known_kind_takes_from_elsewhere_is_no_image() {
    for (api_version, kind, spec, reasons) in [
        (
            "extensions.istio.io/v1alpha1",
            "WasmPlugin",
            "url: https://evil.example/a.wasm",
            &[][..],
        ),
        (
            "policies.kubewarden.io/v1",
            "AdmissionPolicy",
            "module: file:///a.wasm",
            &[],
        ),
        (
            "cdi.kubevirt.io/v1beta1",
            "DataVolume",
            "source: {http: {url: 'https://evil.example/a.qcow2'}}",
            &[],
        ),
        (
            "build.openshift.io/v1",
            "BuildConfig",
            "output: {to: {kind: DockerImage, name: 'evil.example/a:1'}}",
            &["1 unlisted-image"],
        ),
        (
            "build.openshift.io/v1",
            "BuildConfig",
            "strategy: {sourceStrategy: {from: {kind: ImageStreamTag, name: 'a:1'}}}",
            &["1 unread-kind"],
        ),
    ] {
        let run = check(&format!(
            "apiVersion: {api_version}\nkind: {kind}\nmetadata: {{name: x}}\nspec:\n  {spec}\n"
        ));
        assert_eq!(refused(&run), [""; 0], "{kind} {spec}");
        assert_eq!(counted(&run), reasons, "{kind} {spec}");
    }
}

/// A Deployment whose pods have that annotation, and whose container has that.
fn deployment(annotations: &str, container: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: a}}\nspec:\n  template:\n    metadata:\n      \
         annotations: {{{annotations}}}\n    spec:\n      containers:\n      - name: main\n        \
         image: good.example/a:1\n        {container}\n"
    )
}

#[test]
fn an_annotation_by_which_an_injector_adds_a_container_is_judged() {
    for (annotations, image) in [
        (
            "sidecar.istio.io/proxyImage: 'evil.example/a:1'",
            Some("evil.example/a:1"),
        ),
        ("sidecar.istio.io/proxyImage: distroless", None),
        (
            "config.linkerd.io/proxy-image: evil.example/a",
            Some("evil.example/a"),
        ),
        (
            "config.linkerd.io/debug-image: evil.example/a, config.linkerd.io/debug-image-version: v1",
            Some("evil.example/a:v1"),
        ),
        (
            "vault.hashicorp.com/agent-image: evil.example/a",
            Some("evil.example/a"),
        ),
        (
            "dapr.io/sidecar-image: 'evil.example/a:1'",
            Some("evil.example/a:1"),
        ),
        ("dapr.io/sidecar-image: '${IMAGE}'", None),
        ("example.com/image: 'evil.example/a:1'", None),
    ] {
        let run = check(&deployment(annotations, "args: []"));
        let wanted: Vec<String> = image.iter().map(|image| format!("7 {image}")).collect();
        assert_eq!(refused(&run), wanted, "{annotations}");
    }
    let run = check(
        "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: a\n  annotations:\n    \
         config.linkerd.io/proxy-image: evil.example/a\n",
    );
    assert_eq!(refused(&run), ["6 evil.example/a"]);
}

#[test]
fn an_argument_or_variable_that_names_an_image_is_judged() {
    for (container, image) in [
        (
            "args: ['--executor-image=evil.example/a:1']",
            Some("evil.example/a:1"),
        ),
        (
            "args: [--executor-image, 'team/a:1', --other]",
            Some("team/a:1"),
        ),
        (
            "command: [run, --image, evil.example/a]",
            Some("evil.example/a"),
        ),
        (
            "env: [{name: RELATED_IMAGE_WORKER, value: 'evil.example/a:1'}]",
            Some("evil.example/a:1"),
        ),
        (
            "env: [{name: WORKER_IMAGE, value: 'evil.example/a:1'}]",
            None,
        ),
        (
            "args: [--image-quality, '80', --hero-image=/img/a.png, --image, small, '--image=$(IMAGE)']",
            None,
        ),
        (
            "args: ['--base-image=logo.png', '--image-pull-policy=Always', '--no-image']",
            None,
        ),
        ("args: ['docker run --image evil.example/a:1']", None),
    ] {
        let run = check(&deployment("", container));
        let wanted: Vec<String> = image.iter().map(|image| format!("12 {image}")).collect();
        assert_eq!(refused(&run), wanted, "{container}");
    }
}
