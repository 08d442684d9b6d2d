//! Who holds values: releases, charts, applications, ConfigMaps, lists of releases and packages, templates.

use imagegate::extract::{ExtractSettings, file};
use imagegate::model::file_facts::FileFacts;
use imagegate::model::image_use::{ImageUse, Role};
use imagegate::model::reference::ReferenceError;
use imagegate::model::summary::NotLookedAt;

use crate::read::{facts, not_looked_at};

/// `line:column text` of every image.
fn places(found: &FileFacts) -> Vec<String> {
    let line = |used: &ImageUse| {
        let start = used.location.start;
        format!("{}:{} {}", start.line, start.column, used.text)
    };
    found.uses.iter().map(line).collect()
}

fn namespaces(found: &FileFacts) -> Vec<Option<&str>> {
    let uses = found.uses.iter();
    uses.map(|used| used.object.namespace.as_deref()).collect()
}

fn unlisted(found: &FileFacts) -> u32 {
    not_looked_at(found, &NotLookedAt::UnlistedImage)
}

fn release(spec: &str) -> FileFacts {
    let head = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: a, namespace: flux}\nspec:\n";
    facts(&format!("{head}{spec}"))
}

#[test]
fn values_of_a_release_are_judged_in_the_namespace_of_its_objects() {
    let values = "  values:\n    image: {repository: ghcr.io/team/app, tag: '1'}\n";
    let own = release(values);
    assert_eq!(places(&own), ["6:48 ghcr.io/team/app:1"]);
    assert_eq!(own.uses[0].role, Role::Values);
    assert_eq!(&*own.uses[0].field, "spec.values.image");
    assert_eq!(namespaces(&own), [Some("flux")]);
    assert_eq!(unlisted(&own), 0);
    let other = release(&format!("  targetNamespace: shop\n{values}"));
    assert_eq!(namespaces(&other), [Some("shop")]);
}

#[test]
fn a_release_without_the_word_image_is_read_all_the_same() {
    let found = release("  values: {redis: {repository: a.example/redis, tag: '8'}}\n");
    assert_eq!(places(&found), ["5:54 a.example/redis:8"]);
}

#[test]
fn a_container_in_values_is_one_image_in_the_namespace_of_the_release() {
    let found = release(
        "  targetNamespace: shop\n  values:\n    initContainers: [{name: a, image: 'b:1'}]\n",
    );
    assert_eq!(places(&found), ["7:39 b:1"]);
    assert_eq!(namespaces(&found), [Some("shop")]);
}

#[test]
fn a_post_renderer_puts_images_in_place_of_others() {
    let found = release(
        "  postRenderers:\n  - kustomize:\n      images:\n      - {name: team/app, newName: a.example/app}\n\
         \x20     - {name: team/b, newTag: '2'}\n      - {name: team/c}\n      patches:\n      - target: {kind: Deployment}\n\
         \x20       patch: |\n          - op: replace\n            path: /spec/template/spec/containers/0/image\n\
         \x20           value: a.example/patched:1\n      - patch: |\n          kind: Deployment\n          spec: {template: {spec: \
         {containers: [{name: x, image: a.example/merged}]}}}\n",
    );
    let images = [
        "8:35 a.example/app",
        "9:32 team/b:2",
        "16:20 a.example/patched:1",
        "19:66 a.example/merged",
    ];
    assert_eq!(places(&found), images);
    let is_open = |used: &ImageUse| matches!(*used.reference, Err(ReferenceError::Incomplete(_)));
    let open: Vec<bool> = found.uses.iter().map(is_open).collect();
    assert_eq!(open, [true, false, false, false]);
    let replaced = found.uses[0].origin.as_ref().unwrap();
    assert_eq!(&*replaced.in_place_of[0].text, "team/app");
}

#[test]
fn a_chart_of_k3s_has_values_as_text_and_set_by_paths() {
    let found = facts(
        "apiVersion: helm.cattle.io/v1\nkind: HelmChart\nmetadata: {name: a, namespace: kube-system}\nspec:\n\
         \x20 set: {image.repository: a.example/set, image.tag: '1'}\n  valuesContent: |-\n    # why\n    image:\n\
         \x20     repository: a.example/app\n      tag: 'ä1'\n    proxyImage: a.example/proxy:2\n",
    );
    let texts = [
        "5:53 a.example/set:1",
        "10:12 a.example/app:ä1",
        "11:17 a.example/proxy:2",
    ];
    assert_eq!(places(&found), texts);
    assert_eq!(namespaces(&found), [None; 3]);
}

#[test]
fn values_in_a_text_that_is_no_literal_block_are_judged_at_the_text() {
    let found = facts(
        "apiVersion: helm.cattle.io/v1\nkind: HelmChart\nmetadata: {name: a}\nspec:\n  valuesContent: \"image: a.example/b:1\\n\"\n",
    );
    assert_eq!(places(&found), ["5:18 a.example/b:1"]);
}

fn application(source: &str) -> FileFacts {
    let head = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: a, namespace: argocd}\nspec:\n  \
                destination: {namespace: shop}\n";
    facts(&format!("{head}{source}"))
}

#[test]
fn values_of_an_application_are_judged_in_all_their_forms() {
    let found = application(
        "  source:\n    helm:\n      parameters:\n      - {name: image.repository, value: a.example/p}\n\
         \x20     - {name: image.tag, value: '1.10'}\n      valuesObject: {image: {repository: a.example/o, tag: 1.10}}\n\
         \x20     values: |\n        image: a.example/v:1\n",
    );
    let images = [
        "10:34 a.example/p:1.10",
        "11:60 a.example/o:1.1",
        "13:16 a.example/v:1",
    ];
    assert_eq!(places(&found), images);
    assert_eq!(namespaces(&found), [Some("shop"); 3]);
}

#[test]
fn every_source_of_an_application_is_read() {
    let found = application(
        "  sources:\n  - {helm: {valuesObject: {image: 'a.example/one:1'}}}\n  - {kustomize: {images: ['old=a.example/two:2', \
         'a.example/three:3']}}\n",
    );
    let texts: Vec<&str> = found.uses.iter().map(|used| &*used.text).collect();
    assert_eq!(
        texts,
        ["a.example/one:1", "a.example/two:2", "a.example/three:3"]
    );
    assert_eq!(unlisted(&found), 0);
}

#[test]
fn elements_of_a_list_are_put_into_the_template_of_an_application_set() {
    let set = |elements: &str| {
        facts(&format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {{name: a}}\nspec:\n  generators:\n  \
             - list: {{elements: [{elements}]}}\n  template:\n    spec:\n      source:\n        helm:\n          \
             valuesObject: {{image: {{repository: a.example/app, tag: '{{{{ .tag }}}}'}}}}\n"
        ))
    };
    let both = set("{tag: '1'}, {tag: latest}");
    let texts: Vec<&str> = both.uses.iter().map(|used| &*used.text).collect();
    assert_eq!(texts, ["a.example/app:1", "a.example/app:latest"]);
    let open = set("{other: '1'}");
    assert!(matches!(
        *open.uses[0].reference,
        Err(ReferenceError::Incomplete(_))
    ));
}

#[test]
fn keys_of_a_config_map_that_are_called_like_values_are_read() {
    let found = facts(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  values.yaml: |\n    image: {repository: \
         a.example/app, tag: latest}\n  other.yaml: |\n    image: {repository: a.example/app, tag: latest}\n",
    );
    assert_eq!(places(&found), ["6:45 a.example/app:latest"]);
}

#[test]
fn a_kustomization_gives_values_to_charts() {
    let found = file::facts(
        "kustomization.yaml".into(),
        "helmCharts:\n- name: a\n  valuesInline:\n    image: {repository: a.example/app, tag: '1'}\n".into(),
        &ExtractSettings::default(),
    );
    assert_eq!(places(&found), ["4:45 a.example/app:1"]);
    assert_eq!(&*found.uses[0].field, "helmCharts[0].valuesInline.image");
}

#[test]
fn releases_of_helmfile_are_read_and_their_charts_counted() {
    let found = file::facts(
        "helmfile.yaml".into(),
        "releases:\n- name: shop\n  namespace: web\n  chart: repo/shop\n  values:\n  - prod.yaml\n  - image: \
         a.example/app:1\n  set: [{name: proxy.image.tag, value: latest}]\n- name: other\n  chart: repo/other\n"
            .into(),
        &ExtractSettings::default(),
    );
    assert_eq!(places(&found), ["7:12 a.example/app:1", "8:40 :latest"]);
    assert_eq!(namespaces(&found), [Some("web"); 2]);
    assert_eq!(not_looked_at(&found, &NotLookedAt::HelmRelease), 2);
}

#[test]
fn packages_of_zarf_list_their_images() {
    for head in ["", "apiVersion: zarf.dev/v1alpha1\n"] {
        let found = facts(&format!(
            "{head}kind: ZarfPackageConfig\ncomponents:\n- name: a\n  images: [a.example/app:1, nginx]\n"
        ));
        let texts: Vec<&str> = found.uses.iter().map(|used| &*used.text).collect();
        assert_eq!(texts, ["a.example/app:1", "nginx"], "{head}");
        assert_eq!(unlisted(&found), 0);
    }
}

#[test]
fn values_that_are_no_yaml_before_a_template_is_rendered_are_counted_line_by_line() {
    let found = application(
        "  source:\n    helm:\n      values: |\n        {{- if .x }}\n        image: a.example/app:1\n        {{- end }}\n",
    );
    assert_eq!(found.uses.len(), 0);
    let lines: Vec<u32> = found
        .caveats
        .iter()
        .filter(|caveat| caveat.reason == NotLookedAt::TemplateImageLine)
        .filter_map(|caveat| caveat.position)
        .map(|at| at.line)
        .collect();
    assert_eq!(lines, [10]);
}

#[test]
fn a_literal_in_the_template_of_a_chart_is_judged_and_the_rest_counted() {
    let text = "{{ if .Values.on }}\napiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - image: 'a.example/app:1'\n\
                \x20 - image: busybox # why\n  - image: {{ .Values.image }}\n  - image: a:{{ .Values.tag }}\n{{- /*\n    image: b:1\n*/}}\n{{ end }}\n";
    let settings = ExtractSettings::default().with_files(["shop/Chart.yaml"]);
    let in_chart = file::facts("shop/templates/a.yaml".into(), text.into(), &settings);
    assert_eq!(places(&in_chart), ["6:12 a.example/app:1", "7:12 busybox"]);
    assert_eq!(not_looked_at(&in_chart, &NotLookedAt::TemplateImageLine), 3);
    let elsewhere = file::facts("other/a.yaml".into(), text.into(), &settings);
    assert_eq!(elsewhere.uses.len(), 0);
    assert_eq!(
        not_looked_at(&elsewhere, &NotLookedAt::TemplateImageLine),
        5
    );
}

#[test]
fn a_chart_is_counted_with_the_command_that_renders_it() {
    let found = file::facts(
        "charts/shop/Chart.yaml".into(),
        "apiVersion: v2\nname: shop\nversion: 1.0.0\n".into(),
        &ExtractSettings::default(),
    );
    let details: Vec<Option<&str>> = found
        .caveats
        .iter()
        .map(|caveat| caveat.detail.as_deref())
        .collect();
    assert_eq!(details, [Some("helm template shop charts/shop")]);
}

#[test]
fn what_stands_between_values_and_an_image_is_bounded() {
    let mut text = "image: a.example/app:1\n".to_owned();
    for _ in 0..6 {
        let indented: String = text.lines().map(|line| format!("  {line}\n")).collect();
        text = format!("image_of: |\n{indented}");
    }
    let found = file::facts(
        "values.yaml".into(),
        text.into(),
        &ExtractSettings::default(),
    );
    assert!(found.uses.len() <= 1, "{:?}", found.uses);
}
