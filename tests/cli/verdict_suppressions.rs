//! The verdict table where findings are taken away: how suppressions are written, and what they reach.

use crate::sandbox::{Checked, Sandbox, pod};

const POLICY: &str = "version: 1\nrules:\n  disallow-latest-tag: {}\n";

fn commented(comment: &str) -> Checked {
    Sandbox::new()
        .file("imagegate.yaml", POLICY)
        .file("k8s/pod.yaml", pod(&format!("nginx {comment}")))
        .check(&["k8s"])
}

/// What helps against the `invalid-suppression`.
fn help(run: &Checked) -> Option<&str> {
    let findings = run.report["findings"].as_array().unwrap();
    let invalid = findings
        .iter()
        .find(|finding| finding["rule"] == "invalid-suppression")?;
    invalid["help"].as_str()
}

#[test]
fn a_misspelt_suppression_says_how_to_write_it() {
    for comment in [
        "# imagegate ignore[disallow-latest-tag] why",
        "# imagegate ignore disallow-latest-tag why",
        "# imagegate: ignore disallow-latest-tag why",
        "# imagegate: ignore: disallow-latest-tag why",
        "# imagegate: ingore[disallow-latest-tag] why",
        "# imagegate-ignore: disalow-latest-tag",
        "# imagegate:Ignore[disallow-latest-tag] why",
        "# Imagegate: ignore[disallow-latest-tag] why",
        "# ImageGate ignores[disallow-latest-tag] why",
        "# IMAGEGATE: IGNORE(disallow-latest-tag) why",
        "## imagegate: ignore[disallow-latest-tag] why",
        "#! imagegate: ignore[disallow-latest-tag] why",
        "# // imagegate: ignore[disallow-latest-tag] why",
        "# image-gate: ignore[disallow-latest-tag] why",
        "# Image-Gate: ignore[disallow-latest-tag] why",
        "# image_gate ignore disallow-latest-tag",
        "# imagegate disable[disallow-latest-tag] why",
        "# imagegate-disable-next-line disallow-latest-tag",
        "# imagegate:skip[disallow-latest-tag] why",
        "# see imagegate ignore[disallow-latest-tag]",
        "# vendor image, imagegate: ignore[disallow-latest-tag] why",
        "# from the imagegate docs: `imagegate:ignore[disallow-latest-tag]`",
    ] {
        let run = commented(comment);
        let wanted = "write `# imagegate: ignore[disallow-latest-tag] reason`";
        assert_eq!(help(&run), Some(wanted), "{comment}");
        assert_eq!(run.code, 1, "{comment}");
    }
}

#[test]
fn whatever_asks_to_ignore_is_a_suppression_or_a_finding() {
    let mut lines = String::new();
    for before in [
        "# ",
        "#",
        "## ",
        "#\t",
        "# // ",
        "# note: ",
        "# nosec #",
        "# (see) ",
    ] {
        for name in [
            "imagegate",
            "Imagegate",
            "ImageGate",
            "IMAGEGATE",
            "image-gate",
            "image_gate",
        ] {
            for between in [":", ": ", " ", " : ", "-", "/", ".", "=", " (", "[", ":#"] {
                for verb in [
                    "ignore",
                    "Ignore",
                    "ignores",
                    "ingore",
                    "disable",
                    "ignore-next-line",
                ] {
                    for rule in [
                        "[disallow-latest-tag] why",
                        " disallow-latest-tag",
                        "(disallow-latest-tag)",
                    ] {
                        lines += &format!("  - image: nginx {before}{name}{between}{verb}{rule}\n");
                    }
                }
            }
        }
    }
    let run = Sandbox::new()
        .file("imagegate.yaml", POLICY)
        .file("k8s/a.yaml", containers(&lines))
        .check(&["k8s"]);
    let findings = run.report["findings"].as_array().unwrap();
    let told = findings.iter().filter(|finding| {
        finding["rule"] == "invalid-suppression" || finding["suppressed"].is_object()
    });
    let told: Vec<u64> = told
        .map(|finding| finding["line"].as_u64().unwrap())
        .collect();
    for (number, line) in (5..).zip(lines.lines()) {
        assert!(told.contains(&number), "{line}");
    }
}

#[test]
fn a_comment_that_mentions_imagegate_is_no_suppression() {
    for comment in [
        "# checked with imagegate",
        "# imagegate checks this",
        "# Imagegate ignores images in config maps",
        "# imagegate.dev/ignore.disallow-latest-tag: why",
        "# imagegates ignore",
        "# see imagegate docs",
        "# see imagegate: it judges this image",
        "# imagegate skips nothing here",
        "# checked by image-gate, allow it",
    ] {
        let run = commented(comment);
        assert_eq!(help(&run), None, "{comment}");
    }
}

#[test]
fn the_mark_of_other_languages_is_no_comment() {
    for comment in [
        "// imagegate: ignore[disallow-latest-tag] why",
        "// imagegate ignore[disallow-latest-tag] why",
    ] {
        assert_eq!(commented(comment).code, 1, "{comment}");
    }
}

/// `rule line suppressed-by` of every finding.
fn outcomes(manifest: &str) -> Vec<String> {
    let run = Sandbox::new()
        .file("imagegate.yaml", POLICY)
        .file("k8s/a.yaml", manifest)
        .check(&["k8s"]);
    let findings = run.report["findings"].as_array().unwrap();
    let line = |finding: &serde_json::Value| finding["line"].to_string();
    findings
        .iter()
        .map(|finding| {
            let rule = finding["rule"].as_str().unwrap();
            let by = finding["suppressed"]["by"].as_str().unwrap_or("nothing");
            format!("{rule} {} {by}", line(finding))
        })
        .collect()
}

fn containers(lines: &str) -> String {
    format!("apiVersion: v1\nkind: Pod\nspec:\n  containers:\n{lines}")
}

const COMMENT: &str = "# imagegate: ignore[disallow-latest-tag] OPS-1";

#[test]
fn a_comment_above_a_list_item_holds_for_its_own_image() {
    let items = [
        ("  - name: a\n    image: nginx\n", 7),
        ("  -\n    name: a\n    # why\n    image: nginx\n", 9),
        ("  - {name: a,\n     image: nginx}\n", 7),
        (
            "  - &a\n    name: a\n    env:\n    - name: x\n    image: nginx\n",
            10,
        ),
    ];
    for (item, line) in items {
        let found = outcomes(&containers(&format!("  {COMMENT}\n{item}")));
        assert_eq!(
            found,
            [format!("disallow-latest-tag {line} comment")],
            "{item}"
        );
    }
}

#[test]
fn a_comment_above_a_list_item_reaches_no_other_image() {
    let next = "  - name: a\n    image: nginx:1\n  - name: b\n    image: nginx\n";
    let found = outcomes(&containers(&format!("  {COMMENT}\n{next}")));
    assert_eq!(
        found,
        [
            "unused-exception 5 nothing",
            "disallow-latest-tag 9 nothing"
        ]
    );
    let nested = format!(
        "apiVersion: example.com/v1\nkind: Fleet\nspec:\n  groups:\n  {COMMENT}\n  - name: a\n    \
        containers:\n    - image: nginx\n"
    );
    assert_eq!(
        outcomes(&nested),
        [
            "unused-exception 5 nothing",
            "disallow-latest-tag 8 nothing"
        ]
    );
}

#[test]
fn a_comment_above_a_list_item_reaches_no_image_that_an_alias_brings() {
    let items =
        format!("  - image: &i nginx\n    name: a\n  {COMMENT}\n  - name: b\n    image: *i\n");
    assert_eq!(
        outcomes(&containers(&items)),
        [
            "disallow-latest-tag 5 nothing",
            "unused-exception 7 nothing"
        ]
    );
}

#[test]
fn a_comment_beside_no_image_says_where_it_has_to_stand() {
    let image = "  - name: a\n    image: nginx\n";
    let manifests = [
        format!("{COMMENT}\n{}", containers(image)),
        format!("apiVersion: v1\nkind: Pod\n{COMMENT}\nspec:\n  containers:\n{image}"),
        format!("apiVersion: v1\nkind: Pod\nspec:\n  {COMMENT}\n  containers:\n{image}"),
        format!("apiVersion: v1\nkind: Pod\nspec:\n  containers: {COMMENT}\n{image}"),
        containers(&format!("  - name: a {COMMENT}\n    image: nginx\n")),
        containers(&format!(
            "  - env: []\n    {COMMENT}\n    name: a\n    image: nginx\n"
        )),
        containers(&format!("  {COMMENT}\n\n{image}")),
    ];
    for manifest in manifests {
        let run = Sandbox::new()
            .file("imagegate.yaml", POLICY)
            .file("k8s/a.yaml", &manifest)
            .check(&["k8s"]);
        let findings = run.report["findings"].as_array().unwrap();
        let unused = findings
            .iter()
            .find(|finding| finding["rule"] == "unused-exception");
        let help = unused.unwrap()["help"].as_str().unwrap();
        let line = manifest.lines().position(|line| line.contains("image: "));
        let wanted = format!("the next image stands on line {}", line.unwrap() + 1);
        assert!(help.contains(&wanted), "{manifest}{help}");
        assert_eq!(run.code, 1, "{manifest}");
    }
}

const ANNOTATION: &str =
    "metadata: {annotations: {imagegate.dev/ignore.disallow-latest-tag: OPS-1}}";
const POD: &str = "spec: {containers: [{image: nginx}]}";

#[test]
fn an_annotation_of_a_template_reaches_the_images_below_it() {
    for manifest in [
        format!(
            "apiVersion: batch/v1\nkind: CronJob\nspec:\n  jobTemplate:\n    {ANNOTATION}\n    spec:\n      \
            template:\n        {POD}\n"
        ),
        format!(
            "apiVersion: batch/v1\nkind: CronJob\nspec:\n  jobTemplate:\n    spec:\n      template:\n        \
            {ANNOTATION}\n        {POD}\n"
        ),
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nspec:\n  template:\n    {ANNOTATION}\n    {POD}\n"
        ),
        format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nspec:\n  template:\n    {ANNOTATION}\n    {POD}\n"
        ),
        format!(
            "apiVersion: serving.knative.dev/v1\nkind: Service\nspec:\n  template:\n    {ANNOTATION}\n    {POD}\n"
        ),
        format!("apiVersion: v1\nkind: PodTemplate\ntemplate:\n  {ANNOTATION}\n  {POD}\n"),
        format!(
            "apiVersion: v1\nkind: List\nitems:\n- apiVersion: batch/v1\n  kind: Job\n  spec:\n    template:\n      \
            {ANNOTATION}\n      {POD}\n"
        ),
        format!(
            "apiVersion: ray.io/v1\nkind: RayCluster\nspec:\n  workerGroupSpecs:\n  - template:\n      \
            {ANNOTATION}\n      {POD}\n"
        ),
    ] {
        let found = outcomes(&manifest);
        assert_eq!(found.len(), 1, "{manifest}{found:?}");
        assert!(found[0].ends_with(" annotation"), "{manifest}{found:?}");
    }
}

#[test]
fn an_annotation_of_a_template_reaches_no_image_beside_it() {
    let manifest = format!(
        "apiVersion: example.com/v1\nkind: Fleet\nspec:\n  groups:\n  - template:\n      {ANNOTATION}\n      \
        {POD}\n  - template:\n      {POD}\n  - template:\n      {ANNOTATION}\n      spec: {{}}\n"
    );
    assert_eq!(
        outcomes(&manifest),
        [
            "disallow-latest-tag 7 annotation",
            "disallow-latest-tag 9 nothing",
            "unused-exception 11 nothing"
        ]
    );
}

fn annotated(metadata: &str) -> Checked {
    let manifest = format!("apiVersion: v1\nkind: Pod\nmetadata:\n  {metadata}\n{POD}\n");
    Sandbox::new()
        .file("imagegate.yaml", POLICY)
        .file("k8s/pod.yaml", manifest)
        .check(&["k8s"])
}

#[test]
fn a_misspelt_annotation_says_how_to_write_it() {
    for key in [
        "imagegate.io/ignore.disallow-latest-tag",
        "imagegate/ignore.disallow-latest-tag",
        "image-gate.dev/ignore.disallow-latest-tag",
        "ImageGate.dev/ignore.disallow-latest-tag",
        "imagegate.dev/ingore.disallow-latest-tag",
        "imagegate.dev/ignore-disallow-latest-tag",
        "imagegate.dev/Ignore.disallow-latest-tag",
        "imagegate.dev/disallow-latest-tag",
        "imagegate.dev/disallow-latest-tags",
        "ignore.imagegate.dev/disallow-latest-tag",
    ] {
        let run = annotated(&format!("annotations: {{{key}: why}}"));
        let wanted = "write `imagegate.dev/ignore.disallow-latest-tag: \"reason\"`";
        assert_eq!(help(&run), Some(wanted), "{key}");
        assert_eq!(run.code, 1, "{key}");
    }
}

#[test]
fn an_annotation_without_a_rule_says_how_to_write_it() {
    let run = annotated("annotations: {imagegate.dev/ignore: why}");
    assert!(help(&run).unwrap().contains("imagegate.dev/ignore.rule-id"));
}

#[test]
fn a_suppression_outside_of_annotations_says_where_it_has_to_stand() {
    for metadata in [
        "labels: {imagegate.dev/ignore.disallow-latest-tag: why}",
        "imagegate.dev/ignore.disallow-latest-tag: why",
    ] {
        let run = annotated(metadata);
        let help = help(&run).unwrap();
        assert!(help.contains("`metadata.annotations`"), "{metadata} {help}");
    }
}

#[test]
fn an_annotation_that_mentions_imagegate_is_no_suppression() {
    for key in ["imagegate.dev/checked", "example.com/owner-of-imagegate"] {
        let run = annotated(&format!("annotations: {{{key}: why}}"));
        assert_eq!(help(&run), None, "{key}");
    }
}

#[test]
fn a_suppression_in_values_that_others_render_is_no_finding() {
    let run = Sandbox::new()
        .file("imagegate.yaml", POLICY)
        .file(
            "k8s/a.yaml",
            "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nspec:\n  values:\n    \
            podAnnotations: {imagegate.dev/ignore.disallow-latest-tag: OPS-1}\n",
        )
        .check(&["k8s"]);
    assert_eq!(run.findings(), Vec::<String>::new());
}

#[test]
fn a_rule_that_does_not_exist_comes_with_the_nearest_one() {
    let run = commented("# imagegate: ignore[disallow-latest-tags] why");
    let help = help(&run).unwrap();
    assert!(
        help.starts_with("did you mean `disallow-latest-tag`?"),
        "{help}"
    );
    assert_eq!(run.code, 1);
}

#[test]
fn an_exception_by_container_reaches_no_other_container() {
    let manifest = "apiVersion: v1\nkind: Pod\nspec:\n  initContainers:\n  \
        - { name: istio-init, image: istio/proxyv2 }\n  containers:\n  \
        - { name: istio-proxy, image: istio/proxyv2 }\n  - { name: app, image: nginx }\n  \
        - { image: busybox }\n";
    let exception = "exceptions:\n- { rules: [disallow-latest-tag], containers: ['istio-*'], \
        reason: sidecars of the mesh }\n";
    let run = Sandbox::new()
        .file("imagegate.yaml", format!("{POLICY}{exception}"))
        .file("k8s/pod.yaml", manifest)
        .check(&["k8s"]);
    let findings = run.report["findings"].as_array().unwrap();
    let left = findings
        .iter()
        .filter(|finding| finding["suppressed"].is_null());
    let left: Vec<&str> = left
        .map(|finding| finding["image"].as_str().unwrap())
        .collect();
    assert_eq!(left, ["nginx", "busybox"]);
    assert_eq!(run.code, 1);
}
