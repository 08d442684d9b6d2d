//! The commands besides `check`.

use serde_json::Value;

use crate::sandbox::{Sandbox, pod};

/// `path image` of every image in the JSON list.
fn images(sandbox: &Sandbox, arguments: &[&str]) -> Vec<String> {
    let all: Vec<&str> = ["images", "--format", "json"]
        .into_iter()
        .chain(arguments.iter().copied())
        .collect();
    let run = sandbox.run(&all);
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    let images = report["images"].as_array().unwrap().iter();
    images
        .map(|image| {
            let text = |key: &str| image[key].as_str().unwrap_or("-").to_owned();
            format!("{} {}", text("path"), text("image"))
        })
        .collect()
}

#[test]
fn images_are_listed_by_path() {
    let sandbox = Sandbox::new()
        .file("b.yaml", pod("nginx:1.27"))
        .file("a.yaml", pod("redis"));
    assert_eq!(images(&sandbox, &[]), ["a.yaml redis", "b.yaml nginx:1.27"]);
}

#[test]
fn why_shows_every_place_of_an_image_however_it_is_written() {
    let sandbox = Sandbox::new()
        .file("a.yaml", pod("nginx:1.27"))
        .file("b.yaml", pod("docker.io/library/nginx:1.28"))
        .file("c.yaml", pod("acme/nginx:1.27"))
        .file("d.yaml", pod("' nginx'"));
    let why = |image| images(&sandbox, &["--why", image]);
    let all = ["a.yaml nginx:1.27", "b.yaml docker.io/library/nginx:1.28"];
    assert_eq!(why("nginx"), all);
    assert_eq!(why("index.docker.io/nginx"), all);
    assert_eq!(why("docker.io/nginx:1.27"), ["a.yaml nginx:1.27"]);
    assert_eq!(why(" nginx"), ["d.yaml  nginx"]);
    let one = sandbox.run(&["images", "--why", "nginx:1.27"]).stdout;
    assert!(one.contains("\n1 of 4 images "), "{one}");
    let none = sandbox.run(&["images", "--why", "redis"]);
    assert_eq!(none.code, 0);
    assert!(
        none.stderr.contains("no manifest uses `redis`"),
        "{}",
        none.stderr
    );
}

#[test]
fn a_list_that_may_be_incomplete_says_so_and_is_3() {
    let sandbox = Sandbox::new()
        .file("a.yaml", pod("nginx"))
        .file("b.yaml", "apiVersion: v1\nkind: Pod\nimage: {\n");
    let run = sandbox.run(&["images"]);
    assert_eq!(run.code, 3);
    assert!(run.stdout.contains("nginx"), "{}", run.stdout);
    assert!(run.stderr.contains("b.yaml:"), "{}", run.stderr);
}

#[test]
fn a_list_of_no_manifest_is_4() {
    let sandbox = Sandbox::new();
    assert_eq!(sandbox.run(&["images"]).code, 4);
    assert_eq!(sandbox.run(&["images", "--allow-empty"]).code, 0);
}

#[test]
fn custom_resources_and_globs_of_the_policy_hold_for_images() {
    let policy = "version: 1\nrules: {disallow-latest-tag: {}}\nexclude: ['skip.yaml']\ncustom-resources:\n\
                  - { kind: example.com/*/Widget, paths: ['spec.runtime.oci'] }\n";
    let widget =
        "apiVersion: example.com/v1\nkind: Widget\nspec: { runtime: { oci: 'acme/widget:1' } }\n";
    let sandbox = Sandbox::new()
        .file("imagegate.yaml", policy)
        .file("widget.yaml", widget)
        .file("skip.yaml", pod("nginx"));
    assert_eq!(images(&sandbox, &[]), ["widget.yaml acme/widget:1"]);
}

#[test]
fn explain_lists_the_rules_and_shows_their_pages() {
    let sandbox = Sandbox::new();
    let list = sandbox.run(&["explain"]);
    assert_eq!((list.code, list.stdout.lines().count()), (0, 12));
    let page = sandbox.run(&["explain", "disallow-latest-tag"]);
    assert_eq!(page.code, 0);
    assert!(
        page.stdout.starts_with("# disallow-latest-tag\n"),
        "{}",
        page.stdout
    );
    let wrong = sandbox.run(&["explain", "disallow-latest-tags"]);
    assert_eq!(wrong.code, 2);
    assert!(
        wrong.stderr.contains("'disallow-latest-tag'"),
        "{}",
        wrong.stderr
    );
}

#[test]
fn init_writes_a_policy_that_approves_what_is_used() {
    let sandbox = Sandbox::new()
        .folder(".git")
        .file("k8s/a.yaml", pod("registry.example.com/shop/cart:1.2.3"));
    let run = sandbox.run(&["init"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stderr.contains("imagegate check"), "{}", run.stderr);
    assert!(
        sandbox
            .read("imagegate.yaml")
            .contains("registry.example.com")
    );
    assert_eq!(sandbox.run(&["policy", "check"]).code, 0);
    assert_eq!(sandbox.run(&["check"]).code, 0);
}

#[test]
fn init_replaces_a_policy_only_when_forced() {
    let sandbox = Sandbox::new()
        .file("k8s/a.yaml", pod("nginx:1.27"))
        .file("imagegate.yaml", "mine");
    let run = sandbox.run(&["init"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("--force"), "{}", run.stderr);
    assert_eq!(sandbox.read("imagegate.yaml"), "mine");
    assert_eq!(sandbox.run(&["init", "--force"]).code, 0);
    assert!(sandbox.read("imagegate.yaml").contains("version: 1"));
}

#[test]
fn init_does_not_make_a_second_policy() {
    let sandbox = Sandbox::new()
        .file("k8s/a.yaml", pod("nginx:1.27"))
        .file("imagegate.yml", "version: 1\n");
    assert_eq!(sandbox.run(&["init", "--force"]).code, 2);
    assert!(!sandbox.join("imagegate.yaml").exists());
}

#[test]
fn init_without_manifests_is_4_unless_allowed() {
    let sandbox = Sandbox::new();
    assert_eq!(sandbox.run(&["init"]).code, 4);
    assert!(!sandbox.join("imagegate.yaml").exists());
    assert_eq!(sandbox.run(&["init", "--allow-empty"]).code, 0);
    assert_eq!(sandbox.run(&["policy", "check"]).code, 0);
}

#[test]
fn policy_check_and_init_name_what_the_author_of_a_change_can_use() {
    let sandbox = Sandbox::new().file("pod.yaml", pod("nginx:1.27"));
    assert_eq!(sandbox.run(&["init"]).code, 0);
    let written = sandbox.read("imagegate.yaml");
    assert!(written.contains("# inline-ignores: forbid"), "{written}");
    let run = sandbox.run(&["policy", "check"]);
    assert_eq!(run.code, 0);
    assert!(run.stdout.contains("is valid"), "{}", run.stdout);
    let wanted = "imagegate.yaml:1:1: comments and annotations in manifests may take findings away";
    assert!(run.stdout.contains(wanted), "{}", run.stdout);
}

#[test]
fn policy_check_tells_what_is_wrong_and_what_is_useless() {
    let useless = "version: 1\nrules:\n  restrict-image-registries:\n    \
                   allow: ['ghcr.io/**', 'ghcr.io/acme/**']\n";
    let sandbox = Sandbox::new()
        .file("useless.yaml", useless)
        .file("wrong.yaml", "version: 1\nrulez: {}\n");
    let run = sandbox.run(&["policy", "check", "useless.yaml"]);
    assert_eq!(run.code, 0);
    assert!(run.stdout.contains("useless.yaml:4:27"), "{}", run.stdout);
    let run = sandbox.run(&["policy", "check", "wrong.yaml"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("wrong.yaml:2:1"), "{}", run.stderr);
    assert!(
        run.stderr.ends_with("1 error in wrong.yaml\n"),
        "{}",
        run.stderr
    );
    let run = sandbox.run(&["policy", "check"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("imagegate init"), "{}", run.stderr);
}

/// It may be made between this and the check, so that it is no error.
#[test]
fn policy_check_warns_of_a_layout_that_cannot_be_read() {
    let policy = "version: 1\nrules: {disallow-latest-tag: {}}\nregistries:\n  ghcr.io: { layout: evidence }\n";
    let run = Sandbox::new()
        .file("imagegate.yaml", policy)
        .run(&["policy", "check"]);
    assert_eq!(run.code, 0);
    let warning = "warning: reading the layout evidence: it does not exist";
    assert!(run.stdout.contains(warning), "{}", run.stdout);
    assert!(run.stdout.contains("imagegate.yaml:4:3"), "{}", run.stdout);
}

#[test]
fn policy_schema_prints_a_schema() {
    let run = Sandbox::new().run(&["policy", "schema"]);
    assert_eq!(run.code, 0);
    let schema: Value = serde_json::from_str(&run.stdout).unwrap();
    assert!(schema["$schema"].is_string());
}

#[test]
fn init_approves_the_images_of_values_too() {
    let sandbox = Sandbox::new().file(
        "shop/values.yaml",
        "image: {repository: quay.io/acme/web, tag: '1'}\nproxy: {image: {repository: ghcr.io/acme/proxy}}\n",
    );
    assert_eq!(sandbox.run(&["init"]).code, 0);
    let policy = sandbox.read("imagegate.yaml");
    assert!(policy.contains("quay.io/acme/**"), "{policy}");
    assert!(policy.contains("ghcr.io/acme/**"), "{policy}");
    sandbox.check(&["."]).assert_passes();
}

#[test]
fn init_says_what_it_has_not_seen() {
    let release = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: a}\n\
                   spec: {values: {image: {repository: ghcr.io/acme/a, tag: '1'}}}\n";
    let sandbox = Sandbox::new().file("release.yaml", release);
    let run = sandbox.run(&["init"]);
    assert_eq!(run.code, 0);
    assert!(run.stderr.contains("1 HelmRelease"), "{}", run.stderr);
    assert!(sandbox.read("imagegate.yaml").contains("ghcr.io/acme/"));
    let run = sandbox.run(&["init", "--force", "--no-sources"]);
    assert_eq!(run.code, 0);
    assert!(!sandbox.read("imagegate.yaml").contains("ghcr.io/acme/"));
}
