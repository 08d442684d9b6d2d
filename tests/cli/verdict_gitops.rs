//! The verdict table, row by row: what objects of Flux and Argo CD apply.

use crate::sandbox::{Checked, Sandbox, pod, pod_in};

/// A Kustomization of Flux that applies `path`, with more of its `spec` in flow style.
fn flux(path: &str, more: &str) -> String {
    format!(
        "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n\
         metadata: {{name: apps, namespace: flux-system}}\n\
         spec: {{path: {path}, sourceRef: {{kind: GitRepository, name: flux-system}}{more}}}\n"
    )
}

/// An Application that applies `path` into the namespace `shop`, with more of its source in flow style.
fn application(path: &str, more: &str) -> String {
    format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: a, namespace: argocd}}\n\
         spec:\n  destination: {{namespace: shop}}\n\
         \x20 source: {{repoURL: https://git.example.com/a.git, path: {path}{more}}}\n"
    )
}

/// A ConfigMap in flux-system with one value.
fn settings(key: &str, value: &str) -> String {
    format!(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: settings, namespace: flux-system}}\n\
         data: {{{key}: {value}}}\n"
    )
}

fn with(files: &[(&str, &str)]) -> Sandbox {
    let start = Sandbox::new();
    files
        .iter()
        .fold(start, |sandbox, (path, text)| sandbox.file(path, text))
}

/// `path:line image` of every finding.
fn places(run: &Checked) -> Vec<String> {
    let findings = run.report["findings"].as_array().unwrap();
    let place = |finding: &serde_json::Value| {
        let text = |key: &str| finding[key].as_str().unwrap_or_default().to_owned();
        format!("{}:{} {}", text("path"), finding["line"], text("image"))
    };
    findings.iter().map(place).collect()
}

/// What was not judged, as reasons with their counts, without the rules that are not configured.
fn not_evaluated(run: &Checked) -> Vec<String> {
    let counts = run.report["summary"]["not_evaluated"].as_array().unwrap();
    let counts = counts
        .iter()
        .filter(|entry| entry["reason"] != "rule-not-configured");
    counts
        .map(|entry| format!("{} {}", entry["count"], entry["reason"].as_str().unwrap()))
        .collect()
}

const KUSTOMIZATION: (&str, &str) = ("app/kustomization.yaml", "resources: [pod.yaml]\n");

#[test]
fn an_image_that_flux_puts_in_is_judged_where_it_is_written() {
    let good = pod("app:1");
    let images = flux("./app", ",\n  images: [{name: app, newTag: latest}]");
    let patch = "[{op: replace, path: /spec/containers/0/image, value: app:latest}]";
    let patches = flux(
        "./app",
        &format!(",\n  patches: [{{target: {{kind: Pod}}, patch: '{patch}'}}]"),
    );
    for flux in [images, patches] {
        for files in [&[KUSTOMIZATION][..], &[]] {
            let run = with(files)
                .file("app/pod.yaml", &good)
                .file("flux.yaml", &flux)
                .check(&["."]);
            assert_eq!(places(&run), ["flux.yaml:5 app:latest"]);
            assert_eq!(not_evaluated(&run), ["1 replaced-image"]);
            assert_eq!(run.code, 1);
        }
    }
}

#[test]
fn the_object_that_deploys_an_image_is_named_with_its_place() {
    let objects = format!("{}---\n{}", flux("./elsewhere", ""), flux("./app", ""));
    let run = with(&[KUSTOMIZATION])
        .file("app/pod.yaml", pod("app:latest"))
        .file("flux.yaml", objects)
        .check(&["."]);
    let by = &run.report["findings"][0]["origin"]["deployed_by"];
    assert_eq!(by[0]["path"], "flux.yaml");
    assert_eq!(by[0]["line"], 6);
    assert_eq!(by[1], serde_json::Value::Null);
}

#[test]
fn an_image_that_flux_replaces_is_not_judged_as_it_is_written() {
    let run = with(&[KUSTOMIZATION])
        .file("app/pod.yaml", pod("app:latest"))
        .file(
            "flux.yaml",
            flux("./app", ", images: [{name: app, newTag: '1'}]"),
        )
        .check(&["."]);
    assert_eq!(places(&run), Vec::<String>::new());
    assert_eq!(not_evaluated(&run), ["1 replaced-image"]);
    assert_eq!(run.code, 0);
}

#[test]
fn an_object_is_judged_in_the_namespace_into_which_flux_puts_it() {
    for (target, code) in [("kube-system", 0), ("shop", 1)] {
        let more = format!(", targetNamespace: {target}");
        let run = with(&[KUSTOMIZATION])
            .file("app/pod.yaml", pod("app:latest"))
            .file("flux.yaml", flux("app", &more))
            .check(&["."]);
        assert_eq!(run.code, code, "{target}: {:?}", places(&run));
    }
}

#[test]
fn an_object_of_flux_is_applied_as_another_one_changes_it() {
    let patch = "[{op: add, path: /spec/images, value: [{name: app, newTag: latest}]}]";
    let parent = flux(
        "./objects",
        &format!(",\n  patches: [{{target: {{kind: Kustomization}}, patch: '{patch}'}}]"),
    );
    let run = with(&[KUSTOMIZATION])
        .file("app/pod.yaml", pod("app:1"))
        .file("objects/app.yaml", flux("./app", ""))
        .file("parent.yaml", parent)
        .check(&["."]);
    assert_eq!(places(&run), ["parent.yaml:5 app:latest"]);
    assert_eq!(not_evaluated(&run), ["1 replaced-image"]);
}

#[test]
fn objects_of_flux_that_apply_each_other_end() {
    let run = with(&[])
        .file("one/flux.yaml", flux("./two", ""))
        .file("two/flux.yaml", flux("./one", ""))
        .file("flux.yaml", flux("./", ""))
        .file("two/pod.yaml", pod("app:latest"))
        .check(&["."]);
    assert_eq!(places(&run), ["two/pod.yaml:8 app:latest"]);
    assert_eq!(run.code, 1);
}

#[test]
fn a_variable_that_flux_fills_in_is_judged_with_its_value() {
    let own = flux("./app", ", postBuild: {substitute: {TAG: latest}}");
    let from = flux(
        "./app",
        ", postBuild: {substituteFrom: [{kind: ConfigMap, name: settings}]}",
    );
    for (flux, settings) in [(own, String::new()), (from, settings("TAG", "latest"))] {
        let run = with(&[KUSTOMIZATION])
            .file("app/pod.yaml", pod("app:${TAG}"))
            .file("flux.yaml", flux)
            .file("settings.yaml", settings)
            .check(&["."]);
        assert_eq!(places(&run), ["app/pod.yaml:8 app:latest"]);
        let parts = run.report["findings"][0]["origin"]["parts"]
            .as_array()
            .unwrap();
        let texts: Vec<_> = parts
            .iter()
            .map(|part| part["text"].as_str().unwrap())
            .collect();
        assert_eq!(texts, ["app:${TAG}", "latest"]);
        assert_eq!(not_evaluated(&run), Vec::<String>::new());
        assert_eq!(run.code, 1);
    }
}

#[test]
fn a_default_counts_where_all_values_are_known() {
    let flux = flux("./app", ", postBuild: {substitute: {OTHER: '1'}}");
    let run = with(&[KUSTOMIZATION])
        .file("app/pod.yaml", pod("app:${TAG:=latest}"))
        .file("flux.yaml", flux)
        .check(&["."]);
    assert_eq!(places(&run), ["app/pod.yaml:8 app:latest"]);
    assert_eq!(not_evaluated(&run), Vec::<String>::new());
}

#[test]
fn every_set_of_values_under_which_an_object_is_deployed_is_judged() {
    let from = ", postBuild: {substituteFrom: [{kind: ConfigMap, name: settings}]}";
    let run = with(&[KUSTOMIZATION])
        .file("app/pod.yaml", pod("app:${TAG}"))
        .file("flux.yaml", flux("./app", from))
        .file("one/settings.yaml", settings("TAG", "'1'"))
        .file("two/settings.yaml", settings("TAG", "latest"))
        .check(&["."]);
    assert_eq!(places(&run), ["app/pod.yaml:8 app:latest"]);
    assert_eq!(run.code, 1);
}

#[test]
fn a_variable_without_a_known_value_stays_a_placeholder_and_is_said() {
    let from = ", postBuild: {substituteFrom: [{kind: Secret, name: settings}]}";
    let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: settings}\n\
                  stringData: {TAG: 'ENC[AES256_GCM,data:abc]'}\n";
    for (secret, counted) in [("", true), (secret, false)] {
        let run = with(&[KUSTOMIZATION])
            .file("app/pod.yaml", pod("app:${TAG}"))
            .file("flux.yaml", flux("./app", from))
            .file("secret.yaml", secret)
            .check(&["."]);
        assert_eq!(places(&run), ["app/pod.yaml:8 app:${TAG}"]);
        assert_eq!(run.counts("flux-kustomization", 1), counted);
        assert!(run.counts("placeholder-image", 1));
    }
}

#[test]
fn nothing_is_filled_in_where_an_object_says_so() {
    let pod = pod("app:${TAG}").replace(
        "  name: web\n",
        "  name: web\n  annotations: {kustomize.toolkit.fluxcd.io/substitute: disabled}\n",
    );
    let run = with(&[KUSTOMIZATION])
        .file("app/pod.yaml", pod)
        .file(
            "flux.yaml",
            flux("./app", ", postBuild: {substitute: {TAG: latest}}"),
        )
        .check(&["."]);
    assert_eq!(places(&run), ["app/pod.yaml:9 app:${TAG}"]);
}

#[test]
fn an_object_of_flux_that_is_not_followed_is_counted_with_the_reason() {
    let other = flux("./app", "").replace("GitRepository", "OCIRepository");
    let other = other.replace("name: flux-system}", "name: podinfo}");
    for flux in [other, flux("./elsewhere", "")] {
        let run = with(&[KUSTOMIZATION])
            .file("app/pod.yaml", pod("app:1"))
            .file("flux.yaml", flux)
            .check(&["."]);
        assert_eq!(not_evaluated(&run), ["1 flux-kustomization"]);
        assert_eq!(run.code, 0);
    }
}

#[test]
fn what_flux_puts_in_is_judged_where_it_is_not_known_into_what() {
    let flux = flux("./elsewhere", ",\n  images: [{name: app, newTag: latest}]");
    let run = with(&[("flux.yaml", &flux)]).check(&["."]);
    assert_eq!(places(&run), ["flux.yaml:5 app:latest"]);
    assert_eq!(run.code, 1);
}

#[test]
fn an_image_that_an_application_puts_in_is_judged_once_where_it_is_written() {
    let more = ", kustomize: {images: ['app=evil.example/x:latest']}";
    let run = with(&[KUSTOMIZATION])
        .file("app/pod.yaml", pod("app:latest"))
        .file("application.yaml", application("app", more))
        .check(&["."]);
    assert_eq!(places(&run), ["application.yaml:6 evil.example/x:latest"]);
    assert_eq!(not_evaluated(&run), ["1 replaced-image"]);
    assert_eq!(run.code, 1);
}

#[test]
fn a_folder_of_an_application_is_judged_in_its_destination() {
    let policy = "version: 1\nrules: {disallow-latest-tag: {}}\nnamespaces: {exempt: [shop]}\n";
    for (path, namespace, code) in [
        ("app/pod.yaml", None, 0),
        ("app/pod.yaml", Some("other"), 1),
        ("app/below/pod.yaml", None, 1),
    ] {
        let run = with(&[("imagegate.yaml", policy), ("app/a.yaml", &pod("app:1"))])
            .file(path, pod_in(namespace, "app:latest"))
            .file("application.yaml", application("app", ""))
            .check(&["."]);
        assert_eq!(run.code, code, "{path} {namespace:?}: {:?}", places(&run));
        let counted = not_evaluated(&run);
        assert!(
            !counted.iter().any(|it| it.contains("argo-cd")),
            "{counted:?}"
        );
    }
}

#[test]
fn a_file_of_values_that_an_application_names_is_judged_whatever_it_is_called() {
    for (named, path) in [
        ("prod.yaml", "chart/prod.yaml"),
        ("../env/prod.yaml", "env/prod.yaml"),
        ("$values/env/prod.yaml", "env/prod.yaml"),
    ] {
        let more = format!(", helm: {{valueFiles: [{named}]}}");
        let run = with(&[("chart/README.md", "a\n"), (path, "image: app:latest\n")])
            .file("application.yaml", application("chart", &more))
            .check(&["."]);
        assert_eq!(places(&run), [format!("{path}:1 app:latest")]);
        assert!(run.counts("argo-cd-application", 1));
    }
}

#[test]
fn a_manifest_in_the_text_of_a_config_map_is_counted() {
    let text = pod("app:latest").replace('\n', "\n    ");
    for (kind, field) in [("ConfigMap", "data"), ("Secret", "stringData")] {
        let map = format!(
            "apiVersion: v1\nkind: {kind}\nmetadata: {{name: a}}\n{field}:\n  pod.yaml: |\n    {text}\n"
        );
        let run = with(&[("a.yaml", &map)]).check(&["."]);
        assert_eq!(not_evaluated(&run), ["1 manifest-in-text"]);
        assert_eq!(run.code, 0);
    }
}

#[test]
fn without_sources_plain_manifests_alone_are_judged() {
    let sandbox = with(&[KUSTOMIZATION, ("values.yaml", "image: app:latest\n")])
        .file("app/pod.yaml", pod("app:1"))
        .file(
            "flux.yaml",
            flux("./app", ", images: [{name: app, newTag: latest}]"),
        );
    let run = sandbox.check(&["."]);
    assert_eq!(run.code, 1);
    let run = sandbox.check(&[".", "--no-sources"]);
    assert_eq!(places(&run), Vec::<String>::new());
    let expected = [
        "1 kustomize-image",
        "1 kustomization",
        "1 flux-kustomization",
    ];
    assert_eq!(not_evaluated(&run), expected);
    assert_eq!(run.code, 0);
}

#[test]
fn a_folder_of_an_application_of_another_repository_is_not_judged_in_its_destination() {
    let policy = "version: 1\nrules: {disallow-latest-tag: {}}\nnamespaces: {exempt: [shop]}\n";
    for (name, code) in [("a", 0), ("other", 1)] {
        let config = format!("[remote \"origin\"]\n\turl = git@git.example.com:team/{name}.git\n");
        let run = with(&[("imagegate.yaml", policy), (".git/config", &config)])
            .file("app/pod.yaml", pod("app:latest"))
            .file("application.yaml", application("app", ""))
            .check(&["."]);
        assert_eq!(run.code, code, "{name}: {:?}", places(&run));
    }
}

#[test]
fn an_application_that_is_not_followed_is_counted_with_the_reason() {
    for application in [
        application("app", ", helm: {releaseName: a}"),
        application("app", ", plugin: {name: a}"),
        application("elsewhere", ""),
    ] {
        let run = with(&[KUSTOMIZATION])
            .file("app/pod.yaml", pod("app:1"))
            .file("application.yaml", application)
            .check(&["."]);
        assert_eq!(not_evaluated(&run), ["1 argo-cd-application"]);
        assert_eq!(run.code, 0);
    }
}

#[test]
fn very_many_objects_that_apply_everything_end_and_are_counted() {
    let objects: String = (0..500)
        .map(|number| {
            let object = flux("./", "").replace("name: apps", &format!("name: a{number}"));
            format!("---\n{object}")
        })
        .collect();
    let run = with(&[("flux.yaml", &objects), ("pod.yaml", &pod("app:1"))]).check(&["."]);
    let counted = not_evaluated(&run);
    assert!(
        counted.iter().any(|it| it.ends_with(" flux-kustomization")),
        "{counted:?}"
    );
    assert_eq!(run.code, 0);
}

#[test]
fn an_object_of_flux_that_changes_itself_ends() {
    let patch = "[{op: add, path: /spec/namePrefix, value: x}]";
    let more = format!(",\n  patches: [{{target: {{kind: Kustomization}}, patch: '{patch}'}}]");
    let objects: String = (0..60)
        .map(|number| {
            let more = more.replace("value: x", &format!("value: x{number}"));
            let object = flux("./", &more).replace("name: apps", &format!("name: a{number}"));
            format!("---\n{object}")
        })
        .collect();
    let run = with(&[("flux.yaml", &objects), ("pod.yaml", &pod("app:latest"))]).check(&["."]);
    assert!(
        run.counts("flux-kustomization", 60),
        "{:?}",
        not_evaluated(&run)
    );
    assert_eq!(places(&run), ["pod.yaml:8 app:latest"]);
}
