//! The verdict table, row by row: what the user's own tools render. The tools are shell scripts of these tests.

use std::os::unix::fs::PermissionsExt as _;

use crate::sandbox::{Checked, Sandbox};

/// Reads the values of the chart as far as its templates use them.
const VALUES: &str = r#"
while read -r key value; do
  value=${value#\"}; value=${value%\"}
  case $key in
    repository:) repository=$value ;;
    tag:) tag=$value ;;
  esac
done <"$3/values.yaml"
"#;

/// Prints a Deployment of that image in that namespace, as helm prints it.
const DEPLOYMENT: &str = r#"
deployment() {
  printf -- '---\n# Source: app/templates/%s.yaml\napiVersion: apps/v1\nkind: Deployment\n' "$1"
  printf 'metadata: {name: %s, namespace: %s}\nspec:\n  template:\n    spec:\n' "$1" "$2"
  printf '      containers:\n        - name: app\n          image: "%s"\n' "$3"
}
"#;

/// The arguments of a run that renders everything.
const EVERYTHING: [&str; 2] = [".", "--render"];

/// A folder with a chart `app`, and programs of that text in `bin`, which is on `PATH`.
pub fn with_tools(tools: &[(&str, &str)]) -> Sandbox {
    let mut sandbox = Sandbox::new()
        .folder("bin")
        .file(
            "chart/Chart.yaml",
            "apiVersion: v2\nname: app\nversion: 1.0.0\n",
        )
        .file(
            "chart/values.yaml",
            "image:\n  repository: ghcr.io/acme/app\n  tag: latest\n",
        )
        .file(
            "chart/templates/web.yaml",
            "{{- with .Values.image }}\nimage: \"{{ .repository }}:{{ .tag }}\"\n{{- end }}\n",
        );
    for (name, script) in tools {
        let path = format!("bin/{name}");
        let here = sandbox.path().display().to_string();
        let script = format!("#!/bin/sh\nhere='{here}'\n{script}");
        sandbox = sandbox.file(&path, script);
        let executable = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(sandbox.join(&path), executable).unwrap();
    }
    let path = sandbox.join("bin").display().to_string();
    sandbox.variable("PATH", &path)
}

/// The same with a helm that deploys what `calls` call.
fn with_helm(calls: &str) -> Sandbox {
    with_tools(&[("helm", &format!("{VALUES}{DEPLOYMENT}{calls}"))])
}

/// The same with values of which nothing is to be said, so that what could not be checked decides.
fn with_sound_values(sandbox: Sandbox) -> Sandbox {
    let values = "image:\n  repository: ghcr.io/acme/app\n  tag: '1.0'\n";
    sandbox.file("chart/values.yaml", values)
}

/// Where the findings are, as `rule path:line`.
fn places(run: &Checked) -> Vec<String> {
    let findings = run.report["findings"].as_array().unwrap();
    let place = |finding: &serde_json::Value| {
        format!(
            "{} {}:{}",
            finding["rule"].as_str().unwrap(),
            finding["path"].as_str().unwrap(),
            finding["line"]
        )
    };
    findings.iter().map(place).collect()
}

/// The chart could not be checked; its template, which was not rendered, is shown as one.
fn assert_not_checked(run: &Checked) {
    let found = run.findings();
    assert!(
        found.contains(&"unreadable-input not-checked enforce".to_owned()),
        "{found:?}"
    );
    assert_eq!(run.code, 3);
}

fn said(run: &Checked) -> String {
    run.report["findings"].to_string()
}

#[test]
fn no_tool_is_started_unless_somebody_asks_for_it() {
    let sandbox = with_tools(&[
        ("helm", ": >\"$here/started\""),
        ("kustomize", ": >\"$here/started\""),
    ])
    .file("kustomization.yaml", "resources: []\n");
    sandbox.check(&["."]);
    assert!(!sandbox.join("started").exists());
    sandbox.check(&EVERYTHING);
    assert!(
        sandbox.join("started").exists(),
        "the script is one that is run"
    );
}

#[test]
fn an_image_that_a_chart_renders_is_judged_at_the_value_that_decides() {
    let run = with_helm(r#"deployment web "$5" "$repository:$tag""#).check(&EVERYTHING);
    assert_eq!(places(&run), ["disallow-latest-tag chart/values.yaml:3"]);
    assert_eq!(run.code, 1);
}

#[test]
fn a_chart_that_the_policy_names_is_rendered_with_its_values() {
    let helm = format!(
        "{VALUES}{DEPLOYMENT}
         while read -r key value; do tag=${{value#\\\"}}; tag=${{tag%\\\"}}; done <\"${{10}}\"
         deployment web x \"$repository:$tag\""
    );
    let run = with_tools(&[("helm", &helm)])
        .file(
            "imagegate.yaml",
            "version: 1\nrules: { disallow-latest-tag: { tags: [main] } }\n\
             render: { helm: { charts: [chart], values: [production.yaml] } }\n",
        )
        .file("production.yaml", "tag: main\n")
        .check(&["chart"]);
    assert_eq!(places(&run), ["disallow-latest-tag production.yaml:1"]);
    assert_eq!(run.code, 1);
}

#[test]
fn a_chart_that_was_rendered_is_not_counted_as_one_that_was_not() {
    let sandbox = with_helm(r#"deployment web "$5" "$repository:1.0""#);
    assert!(sandbox.check(&["."]).not_evaluated().contains("helm-chart"));
    let run = sandbox.check(&EVERYTHING);
    assert!(
        !run.not_evaluated().contains("helm-chart"),
        "{}",
        run.not_evaluated()
    );
    assert!(run.findings().is_empty(), "{}", said(&run));
    assert_eq!(run.code, 0);
}

#[test]
fn an_image_that_no_value_makes_is_judged_at_its_template() {
    let run = with_sound_values(with_helm(r#"deployment web x busybox"#))
        .file(
            "chart/templates/web.yaml",
            "{{ if x }}\n  - image: busybox\n{{ end }}\n",
        )
        .check(&EVERYTHING);
    assert_eq!(
        places(&run),
        ["disallow-latest-tag chart/templates/web.yaml:2"]
    );
}

#[test]
fn an_image_that_several_objects_are_made_of_is_one_finding() {
    let calls = r#"deployment web x "$repository:$tag"; deployment worker x "$repository:$tag""#;
    let run = with_helm(calls).check(&EVERYTHING);
    assert_eq!(places(&run), ["disallow-latest-tag chart/values.yaml:3"]);
}

#[test]
fn an_object_that_a_chart_puts_into_no_exempt_namespace_is_judged_beside_an_exempt_one() {
    let calls = r#"deployment web kube-system "$repository:$tag"
        deployment worker x "$repository:$tag""#;
    let run = with_helm(calls).check(&EVERYTHING);
    assert_eq!(places(&run), ["disallow-latest-tag chart/values.yaml:3"]);
}

#[test]
fn the_namespace_of_a_release_is_not_known() {
    let calls = r#"deployment web "$5" "$repository:$tag""#;
    let policy = "version: 1\nrules: { disallow-latest-tag: {} }\n\
                  overrides: [{ namespaces: [\"*\"], action: off }]\n";
    let run = with_helm(calls)
        .file("imagegate.yaml", policy)
        .check(&EVERYTHING);
    assert_eq!(places(&run), ["disallow-latest-tag chart/values.yaml:3"]);
}

#[test]
fn a_chart_that_cannot_be_rendered_is_3_with_the_last_line_of_the_tool() {
    let run = with_sound_values(with_tools(&[(
        "helm",
        "echo 'Error: no \u{1b}[31mway' >&2; exit 1",
    )]))
    .check(&EVERYTHING);
    assert_not_checked(&run);
    assert!(said(&run).contains("no \\u001b[31mway"), "{}", said(&run));
}

#[test]
fn a_chart_without_a_helm_on_path_is_3() {
    let run = with_sound_values(with_tools(&[])).check(&EVERYTHING);
    assert_not_checked(&run);
}

#[test]
fn a_chart_that_the_policy_names_and_that_is_not_there_is_3() {
    let run = with_sound_values(with_helm(""))
        .file(
            "imagegate.yaml",
            "version: 1\nrules: { disallow-latest-tag: {} }\nrender: { helm: { charts: [charts/app] } }\n",
        )
        .check(&["."]);
    assert_not_checked(&run);
}

#[test]
fn a_chart_whose_output_does_not_end_is_stopped_and_3() {
    let run = with_sound_values(with_tools(&[(
        "helm",
        "while :; do printf '%01000000d' 0; done",
    )]))
    .check(&EVERYTHING);
    assert!(
        said(&run).contains("more than 67108864 bytes"),
        "{}",
        said(&run)
    );
    assert_eq!(run.code, 3);
}

#[test]
fn a_chart_that_makes_the_tool_crash_is_3() {
    let script = "printf 'goroutine 1:\\nmain.go:311 +0x7f9\\n' >&2; exit 2";
    let run = with_sound_values(with_tools(&[("helm", script)])).check(&EVERYTHING);
    assert!(
        said(&run).contains("`helm template` crashed"),
        "{}",
        said(&run)
    );
    assert_not_checked(&run);
}

#[test]
fn a_chart_that_takes_longer_than_the_run_may_is_stopped_and_3() {
    let run = with_sound_values(with_tools(&[("helm", "while :; do :; done")])).check(&[
        ".",
        "--render",
        "--timeout=1s",
    ]);
    assert!(said(&run).contains("time limit"), "{}", said(&run));
    assert_eq!(run.code, 3);
}

#[test]
fn a_chart_with_a_link_out_of_the_repository_is_not_rendered_and_3() {
    let sandbox = with_sound_values(with_helm(": >\"$here/started\""))
        .folder(".git")
        .file(".git/HEAD", "x");
    let outside = tempfile::tempdir().unwrap();
    std::fs::write(outside.path().join("secret"), "x").unwrap();
    let link = sandbox.join("chart/secret");
    std::os::unix::fs::symlink(outside.path().join("secret"), link).unwrap();
    let run = sandbox.check(&EVERYTHING);
    assert!(
        said(&run).contains("`secret` cannot be followed"),
        "{}",
        said(&run)
    );
    assert!(!sandbox.join("started").exists());
    assert_eq!(run.code, 3);
}

#[test]
fn a_chart_is_rendered_without_what_the_repository_does_not_hold_and_3() {
    let run = with_helm(r#"deployment web x "$repository:$tag""#)
        .file(
            "chart/Chart.yaml",
            "apiVersion: v2\nname: app\nversion: 1.0.0\n\
             dependencies: [{ name: redis, version: 1.x, repository: https://charts.example.com }]\n",
        )
        .check(&EVERYTHING);
    let mut found = run.findings();
    found.sort();
    assert_eq!(
        found,
        [
            "disallow-latest-tag violation enforce",
            "unreadable-input not-checked enforce"
        ]
    );
    assert!(said(&run).contains("without `redis`"), "{}", said(&run));
}

/// What builds an object of that name with the image that the kustomization in `$4` asks for.
const BUILD: &str = r#"
printf 'apiVersion: v1\nkind: Pod\nmetadata: {name: app}\nspec:\n'
printf '  containers: [{name: app, image: "ghcr.io/acme/app:main"}]\n'
"#;

/// A kustomization that replaces a tag, and a kustomize of that text.
fn with_kustomize(kustomization: &str, script: &str) -> Sandbox {
    let pod = crate::sandbox::pod("ghcr.io/acme/app:1.0");
    with_tools(&[("kustomize", script)])
        .file("imagegate.yaml", KUSTOMIZE_POLICY)
        .file("k8s/pod.yaml", pod)
        .file("k8s/kustomization.yaml", kustomization)
}

const KUSTOMIZE_POLICY: &str = "version: 1\nrules: { disallow-latest-tag: { tags: [main] } }\n\
                                render: { kustomize: [k8s] }\n";

const WITH_TAG: &str =
    "resources: [pod.yaml]\nimages:\n  - name: ghcr.io/acme/app\n    newTag: main\n";

#[test]
fn an_image_that_a_kustomization_builds_is_judged_at_the_scalar_that_says_it() {
    let run = with_kustomize(WITH_TAG, BUILD).check(&["k8s"]);
    assert_eq!(
        places(&run),
        ["disallow-latest-tag k8s/kustomization.yaml:4"]
    );
    assert!(
        !run.not_evaluated().contains("kustomiz"),
        "{}",
        run.not_evaluated()
    );
    assert_eq!(run.code, 1);
}

#[test]
fn a_file_of_the_repository_may_be_called_like_an_address() {
    let text = format!(
        "{WITH_TAG}configMapGenerator: [{{name: a, files: [.github/github.com-x.yaml]}}]\n"
    );
    let run = with_kustomize(&text, BUILD)
        .file("k8s/.github/github.com-x.yaml", "x")
        .check(&["k8s"]);
    assert_eq!(
        places(&run),
        ["disallow-latest-tag k8s/kustomization.yaml:4"]
    );
}

#[test]
fn a_kustomization_that_cannot_be_built_is_3() {
    let script = "echo 'Error: no such thing' >&2; exit 1";
    // What is read without the tool is judged all the same, so it has to pass.
    let text = WITH_TAG.replace("main", "'1.1'");
    let run = with_kustomize(&text, script).check(&["k8s"]);
    assert!(said(&run).contains("no such thing"), "{}", said(&run));
    assert_not_checked(&run);
}

/// Neither is kustomize started, nor is the kustomization taken for one that was judged.
fn assert_refused(sandbox: &Sandbox, why: &str) {
    let run = sandbox.check(&["k8s"]);
    assert!(said(&run).contains(why), "{}", said(&run));
    assert!(!sandbox.join("started").exists());
    assert_not_checked(&run);
}

const STARTED: &str = ": >\"$here/started\"";

#[test]
fn a_kustomization_that_asks_for_the_network_is_not_built_and_3() {
    for text in [
        "resources: [\"https://example.com/app.yaml\"]\n",
        "resources: [\"github.com/acme/app//k8s?ref=v1\"]\n",
        "RESOURCES: [\"git@example.com:acme/app\"]\n",
        "resources: [missing]\n",
        "patches: [{path: \"https://example.com/patch.yaml\"}]\n",
        "configMapGenerator: [{name: a, files: [\"a=https://example.com/x\"]}]\n",
        "openapi: {path: \"https://example.com/schema.json\"}\n",
        "helmCharts: [{name: app, repo: \"https://charts.example.com\"}]\n",
        "commonLabels: &x {path: \"https://example.com/patch.yaml\"}\npatches: [{<<: *x}]\n",
    ] {
        let sandbox = with_kustomize(text, STARTED);
        let run = sandbox.check(&["k8s"]);
        assert!(!sandbox.join("started").exists(), "{text}");
        assert_not_checked(&run);
    }
}

#[test]
fn a_base_that_asks_for_the_network_is_found_before_anything_is_built() {
    let sandbox = with_kustomize("resources: [../base]\n", STARTED).file(
        "base/kustomization.yaml",
        "resources: [\"https://example.com/app.yaml\"]\n",
    );
    assert_refused(&sandbox, "is not in the repository");
}

#[test]
fn a_kustomization_that_reads_a_folder_outside_of_the_repository_is_not_built_and_3() {
    let outside = tempfile::tempdir().unwrap();
    std::fs::write(outside.path().join("kustomization.yaml"), "resources: []\n").unwrap();
    let text = format!("resources: [\"{}\"]\n", outside.path().display());
    assert_refused(
        &with_kustomize(&text, STARTED),
        "leads out of the repository",
    );
}

#[test]
fn a_kustomization_with_plug_ins_is_not_built_where_the_network_cannot_be_taken_away_and_3() {
    let sandbox =
        with_kustomize("generators: [made.yaml]\n", STARTED).file("k8s/made.yaml", "a: b\n");
    assert_refused(&sandbox, "may ask for the network");
}
