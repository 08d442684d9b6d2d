//! Rows of the contract: what is not judged, what passes with a reservation, and when that is no pass.

use crate::sandbox::{Run, Sandbox, pod, pod_in};

const LATEST: &str = "version: 1\nrules:\n  disallow-latest-tag: {}\n";

/// A Pod in an exempt namespace.
fn exempt() -> Sandbox {
    Sandbox::new()
        .file("imagegate.yaml", LATEST)
        .file("k8s/pod.yaml", pod_in(Some("kube-system"), "nginx"))
}

/// A policy with this text behind it, over an exempt Pod.
fn exempt_under(policy: &str) -> Run {
    exempt()
        .file("imagegate.yaml", format!("{LATEST}{policy}"))
        .run(&["check", "k8s"])
}

#[test]
fn a_policy_by_which_no_image_would_be_judged_is_2() {
    for policy in [
        "version: 1\nexclude: ['vendor/**']\n",
        "version: 1\nrules: {invalid-manifest: {}}\n",
        "version: 1\nrules: {disallow-latest-tag: {action: off}}\n",
        "version: 1\nrules: {restrict-image-registries: {action: off}}\noverrides: [{action: enforce}]\n",
        "version: 1\nrules: {disallow-latest-tag: {}}\noverrides: [{action: off}]\n",
    ] {
        let run = Sandbox::new()
            .file("imagegate.yaml", policy)
            .file("k8s/pod.yaml", pod("nginx"))
            .run(&["check", "k8s"]);
        assert_eq!(run.code, 2, "{policy}{}", run.stdout);
        assert!(
            run.stderr.contains("no rule about images is on"),
            "{}",
            run.stderr
        );
    }
}

#[test]
fn a_policy_that_switches_every_rule_off_judges_nothing_and_says_so() {
    let policy = "version: 1\nrules:\n  restrict-image-registries: {action: off}\n  \
                  disallow-latest-tag: {action: off}\n  verify-image-signatures: {action: off}\n  \
                  check-vulnerability-scan: {action: off}\n";
    let run = Sandbox::new()
        .file("imagegate.yaml", policy)
        .file("k8s/pod.yaml", pod("nginx"))
        .run(&["check", "k8s"]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    assert!(run.stdout.contains("nothing was judged"), "{}", run.stdout);
}

#[test]
fn where_nothing_was_judged_no_format_says_that_anything_passes() {
    for format in ["text", "concise", "github", "json", "sarif"] {
        let run = exempt().run(&["check", "k8s", "--format", format]);
        let said = format!("{}{}", run.stdout, run.stderr);
        assert!(said.contains("nothing was judged"), "{format}: {said}");
        assert!(!said.contains("judged passes"), "{format}: {said}");
        assert_eq!(run.code, 0, "{format}");
    }
}

#[test]
fn formats_without_a_summary_say_on_standard_error_what_was_not_judged() {
    let sandbox = exempt().file("k8s/other.yaml", pod("nginx:1.27.3"));
    for format in ["concise", "github"] {
        let run = sandbox.run(&["check", "k8s", "--format", format]);
        assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{format}");
        let wanted = "not judged: 1 object in an exempt namespace\n";
        assert_eq!(run.stderr, wanted, "{format}");
    }
}

#[test]
fn a_strict_run_is_3_where_something_was_not_judged_and_lists_it() {
    let run = exempt().run(&["check", "k8s", "--strict"]);
    assert_eq!(run.code, 3, "{}{}", run.stdout, run.stderr);
    let wanted = "  k8s/pod.yaml:9:12: exempt-namespace: Pod kube-system/web\n";
    assert!(run.stdout.contains(wanted), "{}", run.stdout);
    assert_eq!(exempt_under("strict: true\n").code, 3);
    let by_variable = exempt().variable("IMAGEGATE_STRICT", "true");
    assert_eq!(by_variable.run(&["check", "k8s"]).code, 3);
}

#[test]
fn a_violation_outranks_what_a_strict_run_does_not_let_pass() {
    let sandbox = exempt().file("k8s/other.yaml", pod("nginx"));
    assert_eq!(sandbox.run(&["check", "k8s", "--strict"]).code, 1);
}

#[test]
fn a_list_of_reasons_is_strict_about_those_only() {
    assert_eq!(exempt_under("strict: [exempt-namespace]\n").code, 3);
    assert_eq!(exempt_under("strict: [symbolic-link]\n").code, 0);
    let misspelt = exempt_under("strict: [exempt-namespaces]\n");
    assert_eq!(misspelt.code, 2);
    let wanted = "did you mean `exempt-namespace`?";
    assert!(misspelt.stderr.contains(wanted), "{}", misspelt.stderr);
}

#[test]
fn what_the_policy_itself_leaves_out_is_no_matter_of_a_strict_run() {
    let policy = format!("{LATEST}exclude: ['k8s/vendor/**']\n");
    let run = Sandbox::new()
        .file("imagegate.yaml", policy)
        .file("k8s/pod.yaml", pod("nginx:1.27.3"))
        .file("k8s/vendor/pod.yaml", pod("nginx"))
        .run(&["check", "k8s", "--strict"]);
    assert_eq!(run.code, 0, "{}", run.stdout);
}

#[test]
fn a_finding_that_a_comment_or_annotation_takes_away_is_no_pass_of_a_strict_run() {
    let comment = pod("nginx # imagegate: ignore[disallow-latest-tag] load test, OPS-31");
    let annotation = pod("nginx").replace(
        "metadata:\n",
        "metadata:\n  annotations: {imagegate.dev/ignore.disallow-latest-tag: 'OPS-31'}\n",
    );
    for (manifest, reason) in [
        (comment, "suppressed-by-comment"),
        (annotation, "suppressed-by-annotation"),
    ] {
        for setting in ["allow", "audit"] {
            let policy = format!("{LATEST}inline-ignores: {setting}\n");
            let sandbox = Sandbox::new()
                .file("imagegate.yaml", policy)
                .file("k8s/pod.yaml", &manifest);
            let run = sandbox.run(&["check", "k8s"]);
            assert_eq!(run.code, 0, "{}", run.stdout);
            let counted = "1 finding kept from counting by a";
            assert!(run.stdout.contains(counted), "{}", run.stdout);
            let strict = sandbox.run(&["check", "k8s", "--strict"]);
            assert_eq!(strict.code, 3, "{}", strict.stdout);
            assert!(strict.stdout.contains(reason), "{}", strict.stdout);
        }
    }
}

#[test]
fn a_pass_by_unsigned_evidence_has_a_line_of_its_own_and_is_no_pass_of_a_strict_run() {
    let policy = "version: 1\nrules:\n  check-vulnerability-scan:\n    accept:\n    \
                  - annotation: { key: example.com/scan, value: passed }\n";
    let manifest = pod("nginx").replace(
        "metadata:\n",
        "metadata:\n  annotations: {example.com/scan: passed}\n",
    );
    let sandbox = Sandbox::new()
        .file("imagegate.yaml", policy)
        .file("k8s/pod.yaml", manifest);
    let run = sandbox.run(&["check", "k8s"]);
    assert_eq!(run.code, 0, "{}", run.stdout);
    let line = "passed with a reservation: 1 scan that only an annotation claims\n";
    assert!(run.stdout.contains(line), "{}", run.stdout);
    assert!(!run.stdout.contains("not judged"), "{}", run.stdout);
    assert_eq!(sandbox.run(&["check", "k8s", "--strict"]).code, 3);
}

#[test]
fn an_object_of_an_unknown_namespace_has_the_strictest_action_where_the_policy_says_so() {
    let policy = "version: 1\nrules: {disallow-latest-tag: {action: audit}}\noverrides:\n  \
                  - {namespaces: [production], action: enforce}\n  - {namespaces: [lab], action: off}\n";
    for (unknown, code) in [("own", 0), ("strictest", 1)] {
        let run = Sandbox::new()
            .file(
                "imagegate.yaml",
                format!("{policy}namespaces: {{unknown: {unknown}}}\n"),
            )
            .file("k8s/pod.yaml", pod("nginx"))
            .run(&["check", "k8s"]);
        assert_eq!(run.code, code, "{unknown}: {}", run.stdout);
    }
}

#[test]
fn a_rule_that_is_off_needs_no_settings_until_something_switches_it_on() {
    let policy = format!("{LATEST}  verify-image-signatures: {{action: off}}\n");
    let run = |policy: &str| {
        Sandbox::new()
            .file("imagegate.yaml", policy)
            .file("k8s/pod.yaml", pod("nginx:1.27.3"))
            .run(&["check", "k8s"])
    };
    assert_eq!(run(&policy).code, 0);
    let on = format!("{policy}overrides: [{{rules: [verify-image-signatures], action: audit}}]\n");
    let run = run(&on);
    assert_eq!(run.code, 2);
    assert!(
        run.stderr.contains("which has no settings"),
        "{}",
        run.stderr
    );
}
