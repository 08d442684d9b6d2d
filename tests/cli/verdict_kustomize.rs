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
