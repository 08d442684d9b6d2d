//! What deploys images that are not read: counted as what it is, with its place.

use imagegate::extract::{ExtractSettings, file};
use imagegate::model::summary::NotLookedAt;

use crate::read::facts;

/// `reason line` of everything that is counted in a file of this name.
fn counted_in(name: &str, text: &str) -> Vec<(NotLookedAt, u32)> {
    let found = file::facts(name.into(), text.into(), &ExtractSettings::default());
    let caveats = found.caveats.iter();
    caveats
        .map(|caveat| (caveat.reason, caveat.position.map_or(0, |at| at.line)))
        .collect()
}

/// The texts of an object that are counted since they look like an image.
fn unlisted(text: &str) -> Vec<String> {
    let found = facts(text);
    let caveats = found.caveats.iter();
    caveats
        .filter(|caveat| caveat.reason == NotLookedAt::UnlistedImage)
        .map(|caveat| caveat.image.as_deref().unwrap_or_default().to_owned())
        .collect()
}

#[test]
fn a_kustomization_is_known_by_the_name_of_its_file() {
    for name in [
        "kustomization.yaml",
        "app/kustomization.yml",
        "app/Kustomization",
    ] {
        let counted = counted_in(name, "namespace: shop\nresources: [pod.yaml]\n");
        assert_eq!(counted, [(NotLookedAt::Kustomization, 1)], "{name}");
    }
    assert_eq!(
        counted_in("values.yaml", "namespace: shop\nresources: [a]\n"),
        []
    );
}

#[test]
fn an_object_in_a_file_of_that_name_is_what_it_says() {
    let text =
        "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nspec: {path: ./image}\n";
    let counted = counted_in("kustomization.yaml", text);
    assert_eq!(counted, [(NotLookedAt::FluxKustomization, 1)]);
}

#[test]
fn an_object_is_counted_whether_or_not_its_document_mentions_an_image() {
    for words in ["", "image: "] {
        let text = format!(
            "apiVersion: v1\nkind: ConfigMap\n---\n# a release\napiVersion: helm.toolkit.fluxcd.io/v2\n\
             kind: HelmRelease\nspec: {{x: \"{words}\"}}\n"
        );
        let reasons: Vec<_> = counted_in("x.yaml", &text)
            .iter()
            .map(|(reason, _)| *reason)
            .collect();
        assert_eq!(reasons, [NotLookedAt::HelmRelease], "{words:?}");
    }
}

#[test]
fn a_kind_that_is_named_by_another_object_is_not_counted() {
    let text = "apiVersion: v1\nkind: ConfigMap\ndata:\n  kind: HelmRelease\n";
    assert_eq!(counted_in("x.yaml", text), []);
}

#[test]
fn fields_and_texts_that_look_like_an_image_are_counted() {
    for text in [
        "spec: {proxyImage: small}",
        "spec: {image: '${IMAGE}'}",
        "spec: {output: {image: 'a:1'}}",
        "spec: {x: {repository: a, registry: 'b c'}}",
        "spec: {args: ['--reloader=registry.example.com/reloader:1']}",
        "spec: {env: [{name: RELATED_IMAGE_A, value: 'registry.example.com/image:1'}]}",
        "spec: {url: 'oci://registry.example.com/image:1'}",
        "metadata: {annotations: {example.com/image: 'registry.example.com/proxy:1'}}",
    ] {
        let object = format!("apiVersion: example.com/v1\nkind: Thing\n# image\n{text}\n");
        assert_eq!(unlisted(&object).len(), 1, "{text}");
    }
}

#[test]
fn what_only_sounds_like_an_image_is_not_counted() {
    for text in [
        "spec: {args: ['--image-gc-high-threshold=85', '--image-quality', '80']}",
        "spec: {env: [{name: BASE_IMAGE_DIR, value: /var/images}, {name: IMAGE_FORMAT, value: png}]}",
        "spec: {imagePullPolicy: Always, url: 'https://example.com/image:8080/x'}",
        "spec: {proxyImage: true, image: ''}",
        "status: {image: 'registry.example.com/image:1'}",
        "spec: {forProvider: {image: ami-123}}",
        "metadata: {labels: {image: a}}",
    ] {
        let object = format!("apiVersion: example.com/v1\nkind: Thing\n{text}\n");
        assert_eq!(unlisted(&object), [""; 0], "{text}");
    }
}

#[test]
fn an_image_that_is_judged_is_not_counted() {
    let pod =
        "apiVersion: v1\nkind: Pod\nspec: {containers: [{image: 'registry.example.com/a:1'}]}\n";
    assert_eq!(unlisted(pod), [""; 0]);
}

#[test]
fn a_text_that_many_objects_share_is_counted_once() {
    let mut text = "apiVersion: v1\nkind: List\nitems:\n- &a {apiVersion: example.com/v1, kind: Thing, runnerImage: a}\n".to_owned();
    text.push_str(&"- *a\n".repeat(50));
    assert_eq!(unlisted(&text), ["a"]);
}
