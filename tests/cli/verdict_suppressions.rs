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
    ] {
        let run = commented(comment);
        let wanted = "write `# imagegate: ignore[disallow-latest-tag] reason`";
        assert_eq!(help(&run), Some(wanted), "{comment}");
        assert_eq!(run.code, 1, "{comment}");
    }
}

#[test]
fn a_comment_that_mentions_imagegate_is_no_suppression() {
    for comment in [
        "# checked with imagegate",
        "# imagegate checks this",
        "# Imagegate ignores images in config maps",
        "# imagegate.dev/ignore.disallow-latest-tag: why",
        "# see imagegate ignore[disallow-latest-tag]",
        "# imagegates ignore",
    ] {
        let run = commented(comment);
        assert_eq!(help(&run), None, "{comment}");
    }
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
