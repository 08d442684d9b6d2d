//! Kustomizations that ask for more than any machine has end soon, and say so.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use super::repository::{Repository, pod, repository, unread};
use imagegate::compose::kustomize::Why;

/// Far more than it takes, far less than what is asked for would.
const SOON: Duration = Duration::from_secs(60);

fn reasons(repository: &Repository) -> Vec<Why> {
    let start = Instant::now();
    let built = repository.build("/r");
    assert!(start.elapsed() < SOON);
    built.unread.iter().map(|unread| unread.why).collect()
}

#[test]
fn one_that_includes_itself() {
    let text =
        "=== kustomization.yaml\nresources: [base]\n=== base/kustomization.yaml\nresources: [..]\n";
    assert_eq!(unread(text), [Why::Broken]);
}

#[test]
fn overlays_that_double() {
    let mut text = String::new();
    for level in 0..40 {
        let folder = if level == 0 {
            String::new()
        } else {
            format!("l{level}/")
        };
        let next = format!("/r/l{}", level + 1);
        let other = format!("{next}/.");
        writeln!(
            text,
            "=== {folder}kustomization.yaml\nresources: ['{next}', '{other}']"
        )
        .unwrap();
    }
    write!(text, "=== l40/kustomization.yaml\nresources: [pod.yaml]\n").unwrap();
    write!(text, "=== l40/pod.yaml\n{}", pod("web", "app:1")).unwrap();
    assert!(reasons(&repository(&text)).contains(&Why::TooLarge));
}

#[test]
fn patches_that_copy_an_object_into_itself() {
    let copies = "- {op: copy, from: '', path: /metadata/labels}\n".repeat(200);
    let text = format!(
        "=== kustomization.yaml
resources: [pod.yaml]
images: [{{name: app, newTag: '2'}}]
patches: [{{path: patch.yaml, target: {{kind: Pod}}}}]
=== patch.yaml
{copies}=== pod.yaml
{}",
        pod("web", "app:1")
    );
    assert!(reasons(&repository(&text)).contains(&Why::TooLarge));
}

#[test]
fn aliases_that_double() {
    let mut text =
        "=== kustomization.yaml\nresources: [pod.yaml]\n=== pod.yaml\na0: &a0 [x, x]\n".to_owned();
    for level in 1..40 {
        let below = level - 1;
        writeln!(text, "a{level}: &a{level} [*a{below}, *a{below}]").unwrap();
    }
    assert!(!reasons(&repository(&text)).is_empty());
}

#[test]
fn expressions_that_are_large() {
    let entries = "- {name: '(((a{100}){100}){100})', newTag: '2'}\n".repeat(20);
    let text = format!(
        "=== kustomization.yaml\nresources: [pod.yaml]\nimages:\n{entries}=== pod.yaml\n{}",
        pod("web", "app:1")
    );
    assert!(reasons(&repository(&text)).contains(&Why::Broken));
}

#[test]
fn replacements_that_double_a_text() {
    let entry = "- source: {kind: Pod, name: web, fieldPath: spec.containers.0.image}
  targets: [{select: {kind: Pod}, fieldPaths: [spec.containers.0.image], options: {delimiter: '/', index: -1}}]
";
    let text = format!(
        "=== kustomization.yaml\nresources: [pod.yaml]\nreplacements:\n{}=== pod.yaml\n{}",
        entry.repeat(60),
        pod("web", "app:1")
    );
    assert!(reasons(&repository(&text)).contains(&Why::NotRead));
}
