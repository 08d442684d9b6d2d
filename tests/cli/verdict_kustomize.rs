//! The verdict table, row by row: what kustomizations deploy is judged where it is written.

use crate::sandbox::{Checked, Sandbox, pod, pod_in};

/// A base with one Pod that uses `app:1.0.0`, its kustomization, and these files.
fn with_base(files: &[(&str, &str)]) -> Sandbox {
    let start = Sandbox::new()
        .file("base/pod.yaml", pod("app:1.0.0"))
        .file("base/kustomization.yaml", "resources: [pod.yaml]\n");
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

const LATEST: &str = "resources: [../base]\nimages:\n- name: app\n  newTag: latest\n";

#[test]
fn an_image_that_a_kustomization_puts_in_is_judged_where_it_is_written() {
    let run = with_base(&[("over/kustomization.yaml", LATEST)]).check(&["."]);
    assert_eq!(places(&run), ["over/kustomization.yaml:4 app:latest"]);
    assert_eq!(run.code, 1);
}

#[test]
fn an_image_that_every_kustomization_replaces_is_not_judged_as_it_is_written() {
    let run = Sandbox::new()
        .file("base/pod.yaml", pod("app:latest"))
        .file("base/kustomization.yaml", "resources: [pod.yaml]\n")
        .file(
            "over/kustomization.yaml",
            "resources: [../base]\nimages: [{name: app, newTag: 1.0.0}]\n",
        )
        .check(&["."]);
    assert_eq!(places(&run), Vec::<String>::new());
    assert_eq!(not_evaluated(&run), ["1 replaced-image"]);
    assert_eq!(run.code, 0);
}

#[test]
fn an_image_that_one_of_two_kustomizations_replaces_is_judged_in_both_places() {
    let run = Sandbox::new()
        .file("base/pod.yaml", pod("app:latest"))
        .file("base/kustomization.yaml", "resources: [pod.yaml]\n")
        .file("one/kustomization.yaml", "resources: [../base]\n")
        .file("two/kustomization.yaml", LATEST)
        .check(&["."]);
    let expected = [
        "base/pod.yaml:5 app:latest",
        "two/kustomization.yaml:4 app:latest",
    ];
    let found = places(&run);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].starts_with("base/pod.yaml:"), "{found:?}");
    assert_eq!(found[1], expected[1]);
    assert_eq!(run.code, 1);
}

#[test]
fn an_entry_for_several_objects_and_overlays_is_one_finding() {
    let run = with_base(&[
        (
            "base/kustomization.yaml",
            "resources: [pod.yaml, other.yaml]\n",
        ),
        (
            "base/other.yaml",
            &pod("app:1.0.0").replace("name: web", "name: other"),
        ),
        ("mid/kustomization.yaml", LATEST),
        (
            "one/kustomization.yaml",
            "resources: [../mid]\nnamespace: one\n",
        ),
        (
            "two/kustomization.yaml",
            "resources: [../mid]\nnamespace: two\n",
        ),
    ])
    .check(&["."]);
    assert_eq!(places(&run), ["mid/kustomization.yaml:4 app:latest"]);
    assert_eq!(run.code, 1);
}

#[test]
fn a_patch_that_sets_an_image_is_judged_at_its_line() {
    let patch = "- op: replace\n  path: /spec/containers/0/image\n  value: app:latest\n";
    let inline = format!(
        "resources: [../base]\npatches:\n- target: {{kind: Pod}}\n  patch: |-\n    {}\n",
        patch.trim_end().replace('\n', "\n    ")
    );
    let run = with_base(&[("over/kustomization.yaml", &inline)]).check(&["."]);
    assert_eq!(places(&run), ["over/kustomization.yaml:7 app:latest"]);
    let run = with_base(&[
        (
            "over/kustomization.yaml",
            "resources: [../base]\npatches: [{target: {kind: Pod}, path: patch.yaml}]\n",
        ),
        ("over/patch.yaml", patch),
    ])
    .check(&["."]);
    assert_eq!(places(&run), ["over/patch.yaml:3 app:latest"]);
    assert_eq!(run.code, 1);
}

#[test]
fn an_entry_that_hits_nothing_is_a_note() {
    let over = "resources: [../base]\nimages: [{name: other, newTag: latest}]\n";
    let run = with_base(&[("over/kustomization.yaml", over)]).check(&[".", "--strict"]);
    assert_eq!(not_evaluated(&run), ["1 unused-image-replacement"]);
    assert_eq!(run.code, 0);
}

#[test]
fn an_entry_that_may_hit_what_is_not_read_is_counted() {
    let over =
        "resources: ['https://example.com/x.yaml']\nimages: [{name: other, newTag: latest}]\n";
    let run = with_base(&[("over/kustomization.yaml", over)]).check(&[".", "--strict"]);
    assert_eq!(
        not_evaluated(&run),
        ["1 kustomize-image", "1 kustomization"]
    );
    assert_eq!(run.code, 3);
}

#[test]
fn what_of_a_kustomization_is_not_read_is_counted_with_its_place() {
    for (line, reason) in [
        (
            "resources: [../base, 'github.com/acme/app//deploy?ref=v1']",
            "1 kustomization",
        ),
        ("resources: [../base, none.yaml]", "1 kustomization"),
        ("transformers: [{a: b}]", "1 kustomization"),
        ("helmCharts: [{name: nginx}]", "1 helm-chart"),
        ("images: [{name: '(', newTag: '1'}]", "1 kustomization"),
        ("nameprefixes: x", "1 kustomization"),
    ] {
        let over = format!("# a line\n{line}\n");
        let run =
            with_base(&[("over/kustomization.yaml", &over)]).check(&[".", "--show-not-judged"]);
        assert_eq!(not_evaluated(&run), [reason], "{line}");
        let counted = run.report["not_evaluated"].as_array().unwrap();
        let place = |entry: &&serde_json::Value| entry["reason"] != "rule-not-configured";
        let counted = counted.iter().find(place).unwrap();
        assert_eq!(counted["path"], "over/kustomization.yaml", "{line}");
        assert_eq!(counted["line"], 2, "{line}");
        assert_eq!(run.code, 0);
    }
}

#[test]
fn a_component_that_nothing_includes_is_counted() {
    let component = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n\
                     images: [{name: app, newTag: latest}]\n";
    let run = with_base(&[("part/kustomization.yaml", component)]).check(&["."]);
    assert_eq!(
        not_evaluated(&run),
        ["1 kustomize-image", "1 kustomization"]
    );
    assert_eq!(run.code, 0);
}

#[test]
fn a_file_that_a_kustomization_includes_is_judged_whatever_it_is_called() {
    let run = Sandbox::new()
        .file("app/kustomization.yaml", "resources: [pod.txt]\n")
        .file("app/pod.txt", pod("app:latest"))
        .check(&["."]);
    let found = places(&run);
    assert!(
        found.len() == 1 && found[0].starts_with("app/pod.txt:"),
        "{found:?}"
    );
    assert_eq!(run.code, 1);
}

#[test]
fn a_base_beside_the_checked_folder_is_judged_with_it() {
    let run = Sandbox::new()
        .file("base/pod.yaml", pod("app:latest"))
        .file("base/kustomization.yaml", "resources: [pod.yaml]\n")
        .file("over/kustomization.yaml", "resources: [../base]\n")
        .check(&["over"]);
    let found = places(&run);
    assert!(
        found.len() == 1 && found[0].starts_with("base/pod.yaml:"),
        "{found:?}"
    );
    assert_eq!(run.code, 1);
}

#[test]
fn a_base_that_is_checked_alone_is_judged_by_what_deploys_it() {
    let run = Sandbox::new()
        .file(".git/HEAD", "")
        .file("base/pod.yaml", pod_in(Some("kube-system"), "app:latest"))
        .file(
            "over/kustomization.yaml",
            "resources: [../base/pod.yaml]\nnamespace: prod\n",
        )
        .check(&["base/pod.yaml"]);
    assert_eq!(run.findings(), ["disallow-latest-tag violation enforce"]);
    let run = Sandbox::new()
        .file(".git/HEAD", "")
        .file("base/pod.yaml", pod("app:latest"))
        .file(
            "over/kustomization.yaml",
            "resources: [../base/pod.yaml]\nimages: [{name: app, newTag: '1'}]\n",
        )
        .check(&["base/pod.yaml"]);
    assert_eq!(run.code, 0);
    assert_eq!(not_evaluated(&run), ["1 replaced-image"]);
}

#[test]
fn an_image_in_place_of_one_of_a_base_that_is_checked_alone_is_judged() {
    let run = Sandbox::new()
        .file(".git/HEAD", "")
        .file("base/pod.yaml", pod("app:1.0.0"))
        .file(
            "over/kustomization.yaml",
            "resources: [../base/pod.yaml]\nimages:\n- name: app\n  newTag: latest\n",
        )
        .check(&["base/pod.yaml"]);
    assert_eq!(places(&run), ["over/kustomization.yaml:4 app:latest"]);
    assert_eq!(not_evaluated(&run), ["1 replaced-image"]);
    assert_eq!(run.code, 1);
}

#[test]
fn nothing_outside_of_the_repository_is_read() {
    let sandbox = Sandbox::new()
        .file("outside/pod.yaml", pod("app:latest"))
        .file("inside/.git/HEAD", "")
        .file(
            "inside/kustomization.yaml",
            "resources: [../outside/pod.yaml]\n",
        );
    let run = sandbox.check_in("inside", &["kustomization.yaml"]);
    assert_eq!(not_evaluated(&run), ["1 kustomization"]);
    assert_eq!(places(&run), Vec::<String>::new());
}

#[test]
fn a_kustomization_that_cannot_be_read_exempts_nothing() {
    for path in ["pod.yaml", "../base/pod.yaml"] {
        let text = format!("namespace: {{{{ .Values.namespace }}}}\nresources:\n- {path}\n");
        let run = Sandbox::new()
            .file("base/pod.yaml", pod_in(Some("kube-system"), "app:latest"))
            .file("over/pod.yaml", pod_in(Some("prod"), "app:1.0.0"))
            .file("over/kustomization.yaml", "resources: [pod.yaml]\n")
            .file(
                if path == "pod.yaml" {
                    "base/kustomization.yaml"
                } else {
                    "over/kustomization.yaml"
                },
                &text,
            )
            .check(&["."]);
        let latest = "disallow-latest-tag violation enforce".to_owned();
        assert!(
            run.findings().contains(&latest),
            "{path}: {:?}",
            run.findings()
        );
    }
}

#[cfg(unix)]
#[test]
fn a_base_by_a_link_or_an_absolute_path_is_deployed_like_any_other() {
    for is_link in [true, false] {
        let sandbox = Sandbox::new()
            .file("base/pod.yaml", pod_in(Some("kube-system"), "app:latest"))
            .file("base/kustomization.yaml", "resources: [pod.yaml]\n")
            .folder("over");
        std::os::unix::fs::symlink("../base", sandbox.join("over/linked")).unwrap();
        let base = match is_link {
            true => "linked".to_owned(),
            false => sandbox.join("base").to_str().unwrap().to_owned(),
        };
        let over = format!("resources: ['{base}']\nnamespace: prod\n");
        let run = sandbox.file("over/kustomization.yaml", &over).check(&["."]);
        assert_eq!(
            run.findings(),
            ["disallow-latest-tag violation enforce"],
            "{base}"
        );
    }
}

#[test]
fn a_comment_beside_the_entry_suppresses_the_finding() {
    let over = "resources: [../base]\nimages:\n- name: app\n  newTag: latest # imagegate: ignore[disallow-latest-tag] -- a trial\n";
    let run = with_base(&[("over/kustomization.yaml", over)]).check(&["."]);
    assert_eq!(run.report["summary"]["suppressed"], 1);
    assert_eq!(run.code, 0);
}

#[test]
fn an_object_that_a_kustomization_has_no_room_for_is_not_exempt() {
    let pods: String = (0..10_000)
        .map(|number| {
            format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a{number}}}\n---\n")
        })
        .collect();
    let run = Sandbox::new()
        .file("base/a.yaml", pods)
        .file("base/pod.yaml", pod_in(Some("kube-system"), "app:latest"))
        .file("base/kustomization.yaml", "resources: [a.yaml, pod.yaml]\n")
        .file(
            "over/kustomization.yaml",
            "resources: [../base]\nnamespace: prod\n",
        )
        .check(&["."]);
    assert_eq!(run.findings(), ["disallow-latest-tag violation enforce"]);
}

const ALLOW: &str =
    "version: 1\nrules: {restrict-image-registries: {allow: ['registry.example.com/**']}}\n";

/// Checks a base with these files and a Pod of an allowed image, under a policy that allows one registry.
fn with_allowed(files: &[(&str, &str)]) -> Checked {
    let pod = pod("registry.example.com/app:1").replace("name: web", "name: web\n  labels: {a: b}");
    let start = Sandbox::new()
        .file("imagegate.yaml", ALLOW)
        .file("base/pod.yaml", pod)
        .file("base/kustomization.yaml", "resources: [pod.yaml]\n");
    let sandbox = files
        .iter()
        .fold(start, |sandbox, (path, text)| sandbox.file(path, text));
    sandbox.check(&["."])
}

#[test]
fn an_image_that_a_prefix_or_a_namespace_becomes_a_part_of_is_judged() {
    for (field, kind) in [
        ("namePrefix: evil.example.com/", "namePrefix"),
        ("namespace: evil", "namespace"),
        ("commonLabels: {image: evil}", "commonLabels"),
    ] {
        let path = match kind {
            "commonLabels" => "spec/sidecar",
            _ => "spec/containers/image",
        };
        let kustomization =
            format!("resources: [../base, more.yaml]\n{field}\nconfigurations: [paths.yaml]\n");
        let run = with_allowed(&[
            ("over/kustomization.yaml", &kustomization),
            (
                "over/more.yaml",
                "apiVersion: example.com/v1\nkind: Foo\nmetadata: {name: foo}\nspec: {sidecar: {image: registry.example.com/b:1}}\n",
            ),
            ("over/paths.yaml", &format!("{kind}: [{{path: {path}}}]\n")),
        ]);
        assert_eq!(run.code, 1, "{field}");
    }
}

#[test]
fn an_image_that_a_transformer_makes_at_its_own_paths_is_judged() {
    for transformer in [
        "kind: PrefixTransformer\nprefix: evil.example.com/\nfieldSpecs: [{path: spec/containers/image}]\n",
        "kind: NamespaceTransformer\nfieldSpecs: [{path: spec/containers/image}]\n",
    ] {
        let transformer =
            format!("apiVersion: builtin\nmetadata: {{name: t, namespace: evil}}\n{transformer}");
        let run = with_allowed(&[
            (
                "over/kustomization.yaml",
                "resources: [../base]\ntransformers: [t.yaml]\n",
            ),
            ("over/t.yaml", &transformer),
        ]);
        assert_eq!(run.code, 1, "{transformer}");
    }
}

#[test]
fn an_object_that_a_name_becomes_an_image_of_is_counted() {
    let run = with_allowed(&[
        (
            "over/kustomization.yaml",
            "resources: [../base]\nconfigurations: [paths.yaml]\n",
        ),
        (
            "over/paths.yaml",
            "nameReference: [{kind: ConfigMap, fieldSpecs: [{path: spec/containers/image}]}]\n",
        ),
    ]);
    assert_eq!(not_evaluated(&run), ["1 kustomization"]);
}

#[test]
fn what_a_transformer_marks_is_found_by_the_patch_for_it() {
    let patch = "resources: [../mid]\npatches:\n- target: {labelSelector: new=yes}\n  patch: '[{op: replace, path: /spec/containers/0/image, value: evil.example.com/app:1}]'\n";
    let run = with_allowed(&[
        (
            "mid/kustomization.yaml",
            "resources: [../base]\ntransformers: [t.yaml]\n",
        ),
        (
            "mid/t.yaml",
            "apiVersion: builtin\nkind: LabelTransformer\nmetadata: {name: t}\nlabels: {new: 'yes'}\nfieldSpecs: [{path: metadata/labels, create: true}]\n",
        ),
        ("over/kustomization.yaml", patch),
    ]);
    assert_eq!(
        places(&run),
        ["over/kustomization.yaml:4 evil.example.com/app:1"]
    );
}

#[test]
fn an_image_entry_of_a_transformer_hits_its_own_paths_alone() {
    let run = with_allowed(&[
        (
            "over/kustomization.yaml",
            "resources: [foo.yaml]\nconfigurations: [paths.yaml]\ntransformers: [t.yaml]\n",
        ),
        (
            "over/foo.yaml",
            "apiVersion: example.com/v1\nkind: Foo\nmetadata: {name: foo}\nspec: {sidecar: {image: evil.example.com/b:1}}\n",
        ),
        ("over/paths.yaml", "images: [{path: spec/sidecar/image}]\n"),
        (
            "over/t.yaml",
            "apiVersion: builtin\nkind: ImageTagTransformer\nmetadata: {name: t}\nimageTag: {name: evil.example.com/b, newName: registry.example.com/b}\nfieldSpecs: []\n",
        ),
    ]);
    assert_eq!(places(&run), ["over/foo.yaml:4 evil.example.com/b:1"]);
}

#[test]
fn a_replacement_selects_and_rejects_by_whole_names() {
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: map}\ndata: {image: 'IMAGE'}\n";
    for (target, other, code) in [
        ("select: {name: 'w.*'}", "registry.example.com/b:1", 1),
        (
            "select: {kind: Pod}, reject: [{kind: Pod, labelSelector: a=x}]",
            "registry.example.com/b:1",
            1,
        ),
        (
            "select: {kind: Pod}, reject: [{name: 'w.*'}]",
            "evil.example.com/b:1",
            1,
        ),
        (
            "select: {kind: Pod}, reject: [{}]",
            "evil.example.com/b:1",
            1,
        ),
        (
            "select: {kind: Pod}, reject: [{labelSelector: a=b}]",
            "evil.example.com/b:1",
            0,
        ),
    ] {
        let own = match other.starts_with("evil") {
            true => "registry.example.com/app:1",
            false => "evil.example.com/app:1",
        };
        let pod = pod(own).replace("name: web", "name: web\n  labels: {a: b}");
        let kustomization = format!(
            "resources: [pod.yaml, map.yaml]\nreplacements:\n- source: {{kind: ConfigMap, fieldPath: data.image}}\n  targets: [{{{target}, fieldPaths: [spec.containers.0.image]}}]\n"
        );
        let run = Sandbox::new()
            .file("imagegate.yaml", ALLOW)
            .file("pod.yaml", pod)
            .file("map.yaml", map.replace("IMAGE", other))
            .file("kustomization.yaml", kustomization)
            .check(&["."]);
        assert_eq!(run.code, code, "{target}");
    }
}

#[test]
fn a_folder_does_not_stand_for_a_repository_in_the_network() {
    let base = "resources: [pod.yaml]\n";
    for entry in ["github.com/owner/name", "git@example.com:owner/name"] {
        let run = with_allowed(&[
            (
                "over/kustomization.yaml",
                &format!("resources: ['{entry}']\n"),
            ),
            (&format!("over/{entry}/kustomization.yaml"), base),
            (
                &format!("over/{entry}/pod.yaml"),
                &pod("registry.example.com/b:1"),
            ),
        ]);
        assert_eq!(not_evaluated(&run), ["1 kustomization"], "{entry}");
    }
}

#[test]
fn a_custom_resource_with_the_name_of_a_kind_without_namespaces_is_moved() {
    let run = with_allowed(&[
        (
            "over/kustomization.yaml",
            "resources: [node.yaml]\nnamespace: shop\n",
        ),
        (
            "over/node.yaml",
            "apiVersion: example.com/v1\nkind: Node\nmetadata: {name: a, namespace: kube-system}\nspec: {template: {spec: {containers: [{name: a, image: 'evil.example.com/b:1'}]}}}\n",
        ),
    ]);
    assert_eq!(places(&run), ["over/node.yaml:4 evil.example.com/b:1"]);
}

#[test]
fn a_patch_with_an_empty_target_is_for_all_objects() {
    let run = with_allowed(&[(
        "over/kustomization.yaml",
        "resources: [../base]\npatches:\n- target: {}\n  patch: '{apiVersion: v1, kind: Pod, metadata: {name: other}, spec: {containers: [{name: app, image: evil.example.com/app:1}]}}'\n",
    )]);
    assert_eq!(
        places(&run),
        ["over/kustomization.yaml:4 evil.example.com/app:1"]
    );
}

#[test]
fn a_variable_takes_its_value_from_the_namespace_that_it_names() {
    let map = |namespace: &str, image: &str| {
        format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: map, namespace: {namespace}}}\ndata: {{image: '{image}'}}\n"
        )
    };
    let run = with_allowed(&[
        (
            "over/kustomization.yaml",
            "resources: [pod.yaml, one.yaml, two.yaml]\nconfigurations: [paths.yaml]\nvars: [{name: I, objref: {kind: ConfigMap, name: map, namespace: two, apiVersion: v1}, fieldref: {fieldpath: data.image}}]\n",
        ),
        (
            "over/paths.yaml",
            "varReference: [{path: spec/containers/image}]\n",
        ),
        ("over/pod.yaml", &pod("$(I)")),
        ("over/one.yaml", &map("one", "registry.example.com/b:1")),
        ("over/two.yaml", &map("two", "evil.example.com/b:1")),
    ]);
    assert_eq!(places(&run), ["over/two.yaml:4 evil.example.com/b:1"]);
}

#[test]
fn a_part_of_an_image_of_values_that_a_patch_changes_is_judged() {
    let release = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: shop}\nspec:\n  targetNamespace: shop\n  values:\n    image: {repository: registry.example.com/app, tag: '1'}\n";
    let run = with_allowed(&[
        (
            "over/kustomization.yaml",
            "resources: [release.yaml]\nnamespace: kube-system\npatches:\n- target: {kind: HelmRelease}\n  patch: '[{op: replace, path: /spec/values/image/repository, value: evil.example.com/app}]'\n",
        ),
        ("over/release.yaml", release),
    ]);
    assert!(places(&run)[0].ends_with(" evil.example.com/app:1"));
}

#[test]
fn a_base_that_is_checked_alone_is_not_exempt_where_what_deploys_it_is_a_link_or_a_template() {
    let base = |sandbox: Sandbox| {
        sandbox
            .folder(".git")
            .file(
                "base/pod.yaml",
                pod_in(Some("kube-system"), "evil.example.com/app:1"),
            )
            .file("base/kustomization.yaml", "resources: [pod.yaml]\n")
            .file("imagegate.yaml", ALLOW)
    };
    let template = base(Sandbox::new()).file(
        "over/kustomization.yaml",
        "namespace: {{ name }}\nresources: [../base]\n",
    );
    let run = template.check(&["base/pod.yaml"]);
    assert_eq!(run.code, 1);
    #[cfg(unix)]
    {
        let linked = base(Sandbox::new())
            .folder("over")
            .file("else/over.yaml", "namespace: shop\nresources: [../base]\n");
        let name = linked.join("over/kustomization.yaml");
        std::os::unix::fs::symlink("../else/over.yaml", name).unwrap();
        let run = linked.check(&["base/pod.yaml"]);
        assert_eq!(run.code, 1);
    }
}
