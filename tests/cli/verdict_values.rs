//! The verdict table, row by row: images in values of charts.

use crate::sandbox::{Checked, Sandbox};

const POLICY: &str = "version: 1\nrules:\n  restrict-image-registries: {allow: ['registry.example.com/**']}\n  \
                      disallow-latest-tag: {}\n";

/// Checks a file of this name.
fn checked(path: &str, text: &str) -> Checked {
    Sandbox::new()
        .file("imagegate.yaml", POLICY)
        .file(path, text)
        .check(&["."])
}

fn in_values(text: &str) -> Checked {
    checked("shop/values.yaml", text)
}

fn release(metadata: &str, spec: &str) -> Checked {
    checked(
        "release.yaml",
        &format!(
            "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {{name: shop{metadata}}}\nspec: {{{spec}}}\n"
        ),
    )
}

/// `rule line:column` of every finding.
fn places(run: &Checked) -> Vec<String> {
    let findings = run.report["findings"].as_array().unwrap();
    let place = |finding: &serde_json::Value| {
        let rule = finding["rule"].as_str().unwrap();
        format!("{rule} {}:{}", finding["line"], finding["column"])
    };
    findings.iter().map(place).collect()
}

#[test]
fn an_image_in_values_is_judged_where_its_value_stands() {
    let run = in_values("image:\n  repository: registry.example.com/app\n  tag: latest\n");
    assert_eq!(places(&run), ["disallow-latest-tag 3:8"]);
    assert_eq!(run.code, 1);
    in_values("image: {repository: registry.example.com/app, tag: '1'}\n").assert_passes();
}

#[test]
fn a_tag_that_the_chart_fills_in_is_no_latest_and_counted() {
    let run = in_values("image: {repository: registry.example.com/app}\n");
    run.assert_passes();
    assert!(run.counts("incomplete-image", 1), "{}", run.report);
    let run = in_values("image: {repository: evil.example/app}\n");
    assert_eq!(places(&run), ["restrict-image-registries 1:21"]);
    assert_eq!(run.code, 1);
}

#[test]
fn a_registry_that_is_left_to_the_template_is_counted_and_not_docker_io() {
    let run = in_values("image: {registry: '', repository: team/app, tag: '1'}\n");
    run.assert_passes();
    assert!(run.counts("incomplete-image", 1), "{}", run.report);
}

#[test]
fn a_tag_or_registry_alone_is_judged_without_the_rest() {
    let run = in_values("sub: {image: {tag: latest}}\n");
    assert_eq!(places(&run), ["disallow-latest-tag 1:20"]);
    assert_eq!(run.code, 1);
    let run = in_values("global: {imageRegistry: evil.example}\n");
    assert_eq!(places(&run), ["restrict-image-registries 1:25"]);
    assert_eq!(run.code, 1);
}

#[test]
fn a_number_is_judged_as_the_tag_that_helm_prints() {
    let run = in_values("image: {repository: registry.example.com/app, tag: 20240115}\n");
    assert_eq!(places(&run), ["invalid-image-reference 1:52"]);
    let message = run.report["findings"][0]["message"].as_str().unwrap();
    assert!(message.contains("2.0240115e+07"), "{message}");
    assert_eq!(run.code, 1);
}

#[test]
fn an_image_below_a_switch_that_is_off_is_judged() {
    let run = in_values(
        "metrics: {enabled: false, image: {repository: registry.example.com/m, tag: latest}}\n",
    );
    assert_eq!(places(&run), ["disallow-latest-tag 1:76"]);
    assert_eq!(run.code, 1);
}

#[test]
fn values_of_a_release_are_judged_and_its_chart_is_counted() {
    let run = release(
        "",
        "values: {image: {repository: evil.example/a, tag: '1'}}",
    );
    assert_eq!(places(&run), ["restrict-image-registries 4:37"]);
    assert!(run.counts("helm-release", 1), "{}", run.report);
    assert_eq!(run.code, 1);
}

#[test]
fn a_release_is_exempt_by_the_namespace_of_its_objects_alone() {
    let values = "values: {image: {repository: evil.example/a, tag: '1'}}";
    let metadata = ", namespace: kube-system";
    assert_eq!(release(metadata, values).code, 0);
    let elsewhere = format!("targetNamespace: shop, {values}");
    assert_eq!(release(metadata, &elsewhere).code, 1);
}

#[test]
fn a_post_renderer_that_puts_an_image_in_is_judged() {
    let run = release(
        "",
        "postRenderers: [{kustomize: {images: [{name: a, newName: evil.example/a, newTag: '1'}]}}]",
    );
    assert_eq!(places(&run), ["restrict-image-registries 4:65"]);
    assert_eq!(run.code, 1);
}

fn application(source: &str) -> Checked {
    checked(
        "app.yaml",
        &format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: a, namespace: kube-system}}\nspec:\n  \
             destination: {{namespace: shop}}\n  source:\n{source}"
        ),
    )
}

#[test]
fn values_and_parameters_of_an_application_are_judged_in_its_destination() {
    for source in [
        "    helm: {valuesObject: {image: {repository: evil.example/a, tag: '1'}}}\n",
        "    helm: {parameters: [{name: image.repository, value: evil.example/a}]}\n",
        "    helm:\n      values: |\n        image: evil.example/a:1\n",
        "    kustomize: {images: ['a=evil.example/a:1']}\n",
    ] {
        let run = application(source);
        let findings = ["restrict-image-registries violation enforce"];
        assert_eq!(run.findings(), findings, "{source}");
        run.assert_counts("argo-cd-application");
        assert_eq!(run.code, 1);
    }
}

#[test]
fn values_in_a_text_are_judged_at_their_own_lines() {
    let run = checked(
        "chart.yaml",
        "apiVersion: helm.cattle.io/v1\nkind: HelmChart\nmetadata: {name: a}\nspec:\n  valuesContent: |\n    image:\n      \
         repository: registry.example.com/app\n      tag: latest\n",
    );
    assert_eq!(places(&run), ["disallow-latest-tag 8:12"]);
    assert_eq!(run.code, 1);
}

#[test]
fn values_in_a_config_map_are_judged_where_they_stand() {
    let run = checked(
        "map.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  values.yaml: |\n    image: evil.example/app:1\n",
    );
    assert_eq!(places(&run), ["restrict-image-registries 6:12"]);
    assert_eq!(run.code, 1);
}

#[test]
fn a_chart_is_counted_with_the_command_to_render_it() {
    let run = Sandbox::new()
        .file("imagegate.yaml", POLICY)
        .file("shop/Chart.yaml", "name: shop\nversion: 1.0.0\n")
        .file("shop/prod.yaml", "image: registry.example.com/app:1\n")
        .check(&["shop", "--show-not-judged"]);
    run.assert_passes();
    run.assert_counts("helm-chart");
    let all = run.report["not_evaluated"].to_string();
    assert!(all.contains("helm template shop shop"), "{all}");
}

#[test]
fn an_image_that_stands_in_a_template_of_a_chart_is_judged() {
    let run = Sandbox::new()
        .file("imagegate.yaml", POLICY)
        .file("shop/Chart.yaml", "name: shop\nversion: 1.0.0\n")
        .file(
            "shop/templates/pod.yaml",
            "{{- if .Values.on }}\napiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - image: evil.example/a:1\n{{- end }}\n",
        )
        .check(&["shop"]);
    let finding = "restrict-image-registries violation enforce".to_owned();
    assert!(run.findings().contains(&finding), "{}", run.report);
    assert_eq!(run.code, 1);
}

#[test]
fn values_that_a_config_map_in_an_exempt_namespace_keeps_are_judged() {
    let run = checked(
        "values.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: values, namespace: kube-system}\ndata:\n  values.yaml: |\n    image: {repository: evil.example.com/app, tag: '1'}\n",
    );
    assert_eq!(places(&run), ["restrict-image-registries 6:25"]);
}
