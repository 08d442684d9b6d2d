//! The verdict table, row by row: which situation ends as which outcome and exit code.

use crate::sandbox::{Checked, Sandbox, pod, pod_in};

const LATEST_AUDIT: &str = "version: 1\nrules:\n  disallow-latest-tag: { action: audit }\n";

/// Wants a keyless signature of every image of one registry, which is a layout that is not there, as
/// `action`.
fn signatures(action: &str) -> String {
    format!(
        "version: 1\nregistries:\n  registry.example.com: {{ layout: nowhere }}\n\
         rules:\n  verify-image-signatures:\n    action: {action}\n    require:\n    \
         - images: ['registry.example.com/**']\n      signers:\n      \
         - keyless: {{ issuer: 'https://issuer.example.com', subject: 'https://ci.example.com/app' }}\n"
    )
}

fn scans() -> &'static str {
    "version: 1\nrules:\n  check-vulnerability-scan:\n    accept:\n    \
     - annotation: { key: security.example.com/scan-status, value: passed }\n"
}

fn checked(policy: &str, manifest: &str) -> Checked {
    Sandbox::new()
        .file("imagegate.yaml", policy)
        .file("k8s/pod.yaml", manifest)
        .check(&["k8s"])
}

fn checked_without_policy(manifest: &str) -> Checked {
    Sandbox::new()
        .file("k8s/pod.yaml", manifest)
        .check(&["k8s"])
}

#[test]
fn a_violated_enforced_rule_is_1() {
    let run = checked_without_policy(&pod("nginx"));
    assert_eq!(run.findings(), ["disallow-latest-tag violation enforce"]);
    assert_eq!(run.code, 1);
}

#[test]
fn a_manifest_without_findings_is_0() {
    let run = checked_without_policy(&pod("nginx:1.27.3"));
    assert_eq!(run.findings(), [""; 0]);
    assert_eq!((run.code, run.summary("images")), (0, 1));
}

#[test]
fn a_violated_audit_rule_is_shown_and_0() {
    let run = checked(LATEST_AUDIT, &pod("nginx"));
    assert_eq!(run.findings(), ["disallow-latest-tag violation audit"]);
    assert_eq!((run.code, run.summary("audit")), (0, 1));
}

#[test]
fn missing_evidence_of_an_enforced_rule_is_3() {
    let run = checked(&signatures("enforce"), &pod("registry.example.com/app:1"));
    let wanted = ["verify-image-signatures not-checked enforce"];
    assert_eq!(run.findings(), wanted);
    assert_eq!((run.code, run.summary("not_checked")), (3, 1));
}

#[test]
fn a_violation_outranks_what_could_not_be_checked() {
    let both = format!("{}  disallow-latest-tag: {{}}\n", signatures("enforce"));
    let pods = [pod("registry.example.com/app:1"), pod("nginx")].join("---\n");
    let run = checked(&both, &pods);
    assert_eq!(run.findings().len(), 2);
    assert_eq!(run.code, 1);
}

#[test]
fn missing_evidence_of_an_audit_rule_is_shown_and_0() {
    let run = checked(&signatures("audit"), &pod("registry.example.com/app:1"));
    let wanted = ["verify-image-signatures not-checked audit"];
    assert_eq!(run.findings(), wanted);
    assert_eq!((run.code, run.summary("audit")), (0, 1));
}

#[test]
fn an_image_for_which_no_signature_is_wanted_is_counted_and_0() {
    let run = checked(&signatures("enforce"), &pod("elsewhere.example.com/app:1"));
    assert_eq!(run.findings(), [""; 0]);
    assert_eq!(run.code, 0);
    assert!(
        run.not_evaluated().contains("\"count\":1"),
        "{}",
        run.not_evaluated()
    );
}

#[test]
fn no_scan_in_any_readable_source_is_a_violation() {
    let run = checked(scans(), &pod("nginx:1.27.3"));
    assert_eq!(
        run.findings(),
        ["check-vulnerability-scan violation enforce"]
    );
    assert_eq!(run.code, 1);
}

#[test]
fn the_annotation_that_admission_reads_passes_the_scan_rule() {
    let manifest = pod("nginx:1.27.3").replace(
        "  name: web\n",
        "  name: web\n  annotations: { security.example.com/scan-status: passed }\n",
    );
    let run = checked(scans(), &manifest);
    assert_eq!(run.findings(), [""; 0]);
    assert_eq!(run.code, 0);
}

#[test]
fn a_scan_that_passes_behind_a_source_that_was_not_asked_is_3() {
    let manifest = pod("nginx:1.27.3").replace(
        "  name: web\n",
        "  name: web\n  annotations: { security.example.com/scan-status: passed }\n",
    );
    let report = "accept:\n    - report: { files: ['scans/*.json'] }\n";
    let run = checked(&scans().replace("accept:\n", report), &manifest);
    assert_eq!(
        run.findings(),
        ["check-vulnerability-scan not-checked enforce"]
    );
    assert_eq!(run.code, 3);
}

#[test]
fn a_placeholder_is_an_unrendered_template_by_its_action() {
    let run = checked_without_policy(&pod("'nginx:${TAG}'"));
    assert_eq!(run.findings(), ["unrendered-template violation audit"]);
    assert_eq!(run.code, 0);

    let enforced = "version: 1\nrules:\n  disallow-latest-tag: {}\n  unrendered-template: { action: enforce }\n";
    let run = checked(enforced, &pod("'nginx:${TAG}'"));
    assert_eq!(run.findings(), ["unrendered-template violation enforce"]);
    assert_eq!(run.code, 1);
}

#[test]
fn a_registry_before_a_placeholder_can_be_refused() {
    let policy =
        "version: 1\nrules:\n  restrict-image-registries: { allow: ['registry.example.com/**'] }\n";
    let run = checked(policy, &pod("'evil.example/app:${TAG}'"));
    assert!(
        run.findings()
            .contains(&"restrict-image-registries violation enforce".to_owned()),
        "{:?}",
        run.findings()
    );
    assert_eq!(run.code, 1);
}

#[test]
fn an_empty_image_is_an_invalid_reference() {
    let run = checked_without_policy(&pod("''"));
    assert_eq!(
        run.findings(),
        ["invalid-image-reference violation enforce"]
    );
    assert_eq!(run.code, 1);
}

#[test]
fn no_image_is_no_finding() {
    for manifest in [pod("null"), pod("").replace("    image: \n", "")] {
        let run = checked_without_policy(&manifest);
        assert_eq!(run.findings(), [""; 0]);
        assert_eq!((run.code, run.summary("images")), (0, 0));
    }
}

#[test]
fn blanks_schemes_and_capitals_are_invalid_references() {
    for image in [
        "' nginx:1'",
        "'nginx:1 '",
        "https://reg.example/a:1",
        "Acme/App:1",
    ] {
        let run = checked_without_policy(&pod(image));
        assert_eq!(
            run.findings(),
            ["invalid-image-reference violation enforce"],
            "{image}"
        );
        assert_eq!(run.code, 1, "{image}");
    }
}

#[test]
fn a_ko_reference_is_an_unrendered_template() {
    let run = checked_without_policy(&pod("ko://example.com/cmd/app"));
    assert_eq!(run.findings(), ["unrendered-template violation audit"]);
    assert_eq!(run.code, 0);
}

const BY_NAMESPACE: &str = "version: 1\nrules:\n  disallow-latest-tag: { action: audit }\noverrides:\n\
    - { namespaces: ['production-*'], action: enforce }\n";

#[test]
fn an_unknown_namespace_keeps_the_rules_own_action_and_is_counted() {
    let run = checked(BY_NAMESPACE, &pod("nginx"));
    assert_eq!(run.findings(), ["disallow-latest-tag violation audit"]);
    assert_eq!(run.code, 0);
    assert!(
        run.not_evaluated().contains("namespace"),
        "{}",
        run.not_evaluated()
    );
}

#[test]
fn the_namespace_of_the_object_decides_before_the_option() {
    let sandbox = Sandbox::new()
        .file("imagegate.yaml", BY_NAMESPACE)
        .file("named.yaml", pod_in(Some("dev-a"), "nginx"))
        .file("unnamed.yaml", pod("nginx"));
    let code = |file| sandbox.check(&[file, "--namespace", "production-a"]).code;
    assert_eq!(code("unnamed.yaml"), 1);
    assert_eq!(code("named.yaml"), 0);
}

#[test]
fn an_exempt_namespace_is_not_judged_but_counted() {
    let manifest = pod_in(Some("kube-system"), "nginx");
    let run = checked_without_policy(&manifest);
    assert_eq!(run.findings(), [""; 0]);
    assert_eq!(run.code, 0);
    assert!(
        run.not_evaluated().contains("exempt"),
        "{}",
        run.not_evaluated()
    );

    let none = "version: 1\nnamespaces: { exempt: [] }\nrules:\n  disallow-latest-tag: {}\n";
    assert_eq!(checked(none, &manifest).code, 1);
}

#[test]
fn an_unreadable_manifest_is_a_violation_and_hides_nothing() {
    let broken = "apiVersion: v1\nkind: Pod\nimage: {\n";
    let run = checked_without_policy(&format!("{broken}---\n{}", pod("nginx")));
    assert_eq!(
        run.findings(),
        [
            "invalid-manifest violation enforce",
            "disallow-latest-tag violation enforce"
        ]
    );
    assert_eq!(run.code, 1);
}

#[test]
fn an_unreadable_document_that_claims_nothing_is_audit() {
    let run = checked_without_policy(&format!("image: {{\n---\n{}", pod("nginx:1.27.3")));
    assert_eq!(run.findings(), ["invalid-manifest violation audit"]);
    assert_eq!(run.code, 0);
}

#[test]
fn an_unreadable_template_is_an_unrendered_template() {
    let template = "apiVersion: v1\nkind: Pod\n{{- if .Values.web }}\nspec:\n  containers:\n  \
                    - image: {{ .Values.image }}\n{{- end }}\n";
    let run = checked_without_policy(&format!("{template}---\n{}", pod("nginx:1.27.3")));
    assert_eq!(run.findings(), ["unrendered-template violation audit"]);
    assert_eq!(run.code, 0);
}

#[test]
fn a_mapping_as_key_does_not_hide_images() {
    let manifest = pod("nginx").replace("metadata:\n", "metadata:\n  {{ x }}: y\n");
    let run = checked_without_policy(&manifest);
    assert!(
        run.findings()
            .contains(&"disallow-latest-tag violation enforce".to_owned()),
        "{:?}",
        run.findings()
    );
    assert_eq!(run.code, 1);
}

#[test]
fn a_manifest_without_images_is_a_manifest() {
    let run = checked_without_policy("apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n");
    assert_eq!(run.findings(), [""; 0]);
    assert_eq!(run.code, 0);
}

#[test]
fn a_document_without_any_mention_of_an_image_is_not_judged_by_its_syntax() {
    let run = checked_without_policy("apiVersion: v1\nkind: ConfigMap\ndata: {\n");
    assert_eq!(run.findings(), [""; 0]);
    assert_eq!(run.code, 0);
}

#[test]
fn a_file_over_the_size_cap_could_not_be_checked() {
    let sandbox = Sandbox::new().file("good.yaml", pod("nginx:1.27.3"));
    let large = std::fs::File::create(sandbox.join("large.yaml")).unwrap();
    large.set_len(64 * 1024 * 1024 + 1).unwrap();
    let run = sandbox.check(&["."]);
    assert_eq!(run.findings(), ["unreadable-input not-checked enforce"]);
    assert_eq!((run.code, run.summary("images")), (3, 1));
}

#[cfg(unix)]
#[test]
fn a_file_that_cannot_be_read_could_not_be_checked() {
    let sandbox = Sandbox::new().file("good.yaml", pod("nginx:1.27.3"));
    let _socket = std::os::unix::net::UnixListener::bind(sandbox.join("s.yaml")).unwrap();
    let run = sandbox.check(&["."]);
    assert_eq!(run.findings(), ["unreadable-input not-checked enforce"]);
    assert_eq!((run.code, run.summary("images")), (3, 1));
}

#[cfg(unix)]
#[test]
fn a_file_that_cannot_be_read_outranks_that_no_manifest_is_there() {
    let sandbox = Sandbox::new();
    let _socket = std::os::unix::net::UnixListener::bind(sandbox.join("s.yaml")).unwrap();
    assert_eq!(sandbox.check(&["."]).code, 3);
}

#[test]
fn yaml_without_any_manifest_is_4_unless_allowed() {
    let sandbox = Sandbox::new().file("values.yaml", "replicas: 3\n");
    assert_eq!(sandbox.check(&["."]).code, 4);
    assert_eq!(sandbox.check(&[".", "--allow-empty"]).code, 0);
}

#[test]
fn an_empty_folder_is_4_unless_allowed() {
    let sandbox = Sandbox::new();
    assert_eq!(sandbox.check(&["."]).code, 4);
    assert_eq!(sandbox.check(&[".", "--allow-empty"]).code, 0);
}

#[test]
fn a_path_that_does_not_exist_is_2_and_nothing_is_run() {
    let sandbox = Sandbox::new().file("pod.yaml", pod("nginx"));
    let run = sandbox.run(&["check", "pod.yaml", "gone", "lost.yaml"]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    assert!(
        run.stderr.contains("`gone` does not exist"),
        "{}",
        run.stderr
    );
    assert!(
        run.stderr.contains("`lost.yaml` does not exist"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_wrong_policy_is_2_and_nothing_is_run() {
    for policy in [
        "",
        "rules: {}\n",
        "version: 1\nrules: { no-such-rule: {} }\n",
        "version: 1\nrulez: {}\n",
        "version: 1\nrules:\n  verify-image-signatures:\n    require:\n    - signers: [{ key: gone.pub }]\n",
    ] {
        let sandbox = Sandbox::new()
            .file("imagegate.yaml", policy)
            .file("pod.yaml", pod("nginx"));
        let run = sandbox.run(&["check", "pod.yaml"]);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{policy}");
    }
}

#[test]
fn every_error_of_a_policy_is_shown_at_once() {
    let policy = "version: 2\nnamespaces: { exmpt: [] }\nrules:\n  disallow-latest-tag: { action: warn }\n  \
                  no-such-rule: {}\nexceptions:\n- { rules: [disallow-latest-tag] }\n";
    let sandbox = Sandbox::new()
        .file("imagegate.yaml", policy)
        .file("pod.yaml", pod("nginx"));
    let run = sandbox.run(&["check", "pod.yaml"]);
    assert_eq!(run.code, 2);
    for place in [":1:10", ":2:15", ":4:34", ":5:3", ":7:3"] {
        let place = format!("imagegate.yaml{place}");
        assert!(run.stderr.contains(&place), "{place} in {}", run.stderr);
    }
    assert!(run.stderr.contains("5 errors"), "{}", run.stderr);
}
