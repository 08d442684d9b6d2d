//! The verdict table where text is filled in later: placeholders, their defaults, parameters, and policies
//! that write images into other objects.

use crate::sandbox::{Checked, Sandbox, pod};

const REGISTRY: &str = "version: 1\nrules:\n  \
     restrict-image-registries: { allow: ['registry.example.com/**'] }\n  \
     disallow-latest-tag: {}\n  unrendered-template: { action: off }\n";

/// The findings of the image policies, with their line and image.
fn found(manifest: &str) -> (Vec<String>, i32, String) {
    let run = Sandbox::new()
        .file("imagegate.yaml", REGISTRY)
        .file("k8s/object.yaml", manifest)
        .check(&["k8s"]);
    let findings = run.report["findings"].as_array().unwrap();
    let findings = findings.iter().map(|finding| {
        let rule = finding["rule"].as_str().unwrap();
        format!("{rule}:{}", finding["line"])
    });
    (findings.collect(), run.code, run.not_evaluated())
}

fn of_pod(image: &str) -> Vec<String> {
    found(&pod(image)).0
}

const EVIL: &[&str] = &["restrict-image-registries:8"];
const LATEST: &[&str] = &["disallow-latest-tag:8"];

#[test]
fn the_default_of_a_placeholder_is_judged() {
    for image in [
        "'${IMG:=evil.example/x:1}'",
        "'${IMG:-evil.example/x:1}'",
        "'${IMG-evil.example/x:1}'",
        "'${IMG:-\"evil.example/x:1\"}'",
        "'${IMG:-${OTHER:-evil.example/x:1}}'",
        "'${REGISTRY:-evil.example}/x:1'",
        "'{{ .Values.image | default \"evil.example/x:1\" }}'",
        "'{{ default \"evil.example/x:1\" .Values.image }}'",
        "{{ .Values.image | default \"evil.example/x:1\" }}",
        "'{{ \"evil.example/x:1\" }}'",
        "\"{{ image | default('evil.example/x:1') }}\"",
        "'{{ printf \"%s/x:1\" (.Values.registry | default \"evil.example\") }}'",
    ] {
        assert_eq!(of_pod(image), EVIL, "{image}");
    }
    for image in [
        "'registry.example.com/app:${TAG:-latest}'",
        "'registry.example.com/app:{{ .Values.tag | default \"latest\" }}'",
        "'registry.example.com/app${TAG:-}'",
        "'registry.example.com/app${TAG:+:1}'",
    ] {
        assert_eq!(of_pod(image), LATEST, "{image}");
    }
    let (_, code, not_judged) = found(&pod("'${IMG:-evil.example/x:1}'"));
    assert_eq!(code, 1);
    assert!(not_judged.contains("placeholder-default"), "{not_judged}");
}

#[test]
fn a_default_that_passes_approves_nothing() {
    let (findings, code, not_judged) = found(&pod("'registry.example.com/app:${TAG:-1.27}'"));
    assert_eq!((findings, code), (Vec::new(), 0));
    for reason in ["placeholder-default", "placeholder-image"] {
        assert!(not_judged.contains(reason), "{not_judged}");
    }
}

#[test]
fn a_default_that_is_no_image_leaves_the_placeholder() {
    for image in [
        "'${IMG:-}'",
        "'{{ .image | default \"\" }}'",
        "'${IMG:-a b}'",
    ] {
        let (findings, code, not_judged) = found(&pod(image));
        assert_eq!((findings, code), (Vec::new(), 0), "{image}");
        assert!(!not_judged.contains("placeholder-default"), "{not_judged}");
        assert!(not_judged.contains("placeholder-image"), "{not_judged}");
    }
}

#[test]
fn a_default_whose_evidence_cannot_be_had_is_3() {
    let policy = "version: 1\nregistries:\n  registry.example.com: { layout: nowhere }\n\
         rules:\n  verify-image-signatures:\n    require:\n    \
         - signers:\n      \
         - keyless: { issuer: 'https://issuer.example.com', subject: 'https://ci.example.com/app' }\n";
    let run = Sandbox::new()
        .file("imagegate.yaml", policy)
        .file("k8s/pod.yaml", pod("'${IMG:-registry.example.com/app:1}'"))
        .check(&["k8s"]);
    let wanted = [
        "verify-image-signatures not-checked enforce",
        "unrendered-template violation audit",
    ];
    assert_eq!(run.findings(), wanted);
    assert_eq!(run.code, 3);
}

const TASK: &str = "apiVersion: tekton.dev/v1
kind: Task
metadata: { name: build }
spec:
  params:
  - { name: builder, default: 'evil.example/builder:1' }
  - { name: other }
  steps:
  - { name: a, image: $(params.builder) }
";

#[test]
fn the_default_of_a_parameter_of_the_object_is_judged() {
    assert_eq!(found(TASK).0, ["restrict-image-registries:9"]);
    for reference in ["$(params[\"builder\"])", "$(inputs.params.builder)"] {
        let text = TASK.replace("$(params.builder)", &format!("'{reference}'"));
        assert_eq!(
            found(&text).0,
            ["restrict-image-registries:9"],
            "{reference}"
        );
    }
    let unknown = found(&TASK.replace("$(params.builder)", "$(params.other)"));
    assert_eq!(unknown.0, [""; 0]);
    for (manifest, line) in [
        (
            "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nspec:\n  \
             arguments: {parameters: [{name: img, value: 'evil.example/x:1'}]}\n  \
             templates: [{name: a, container: {image: '{{workflow.parameters.img}}'}}]\n",
            5,
        ),
        (
            "apiVersion: argoproj.io/v1alpha1\nkind: WorkflowTemplate\nspec:\n  templates:\n  \
             - inputs: {parameters: [{name: img, default: 'evil.example/x:1'}]}\n    \
             container: {image: '{{inputs.parameters.img}}'}\n",
            6,
        ),
        (
            "apiVersion: template.openshift.io/v1\nkind: Template\nparameters:\n\
             - {name: IMAGE, value: 'evil.example/x:1'}\nobjects:\n\
             - {apiVersion: v1, kind: Pod, spec: {containers: [{image: '${IMAGE}'}]}}\n",
            6,
        ),
        (
            "apiVersion: kro.run/v1alpha1\nkind: ResourceGraphDefinition\nspec:\n  \
             schema: {spec: {app: {image: string | default=\"evil.example/x:1\"}}}\n  \
             resources: [{template: {containers: [{image: '${schema.spec.app.image}'}]}}]\n",
            5,
        ),
    ] {
        let wanted = [format!("restrict-image-registries:{line}")];
        assert_eq!(found(manifest).0, wanted, "{manifest}");
    }
}

#[test]
fn a_value_that_the_object_passes_decides_before_the_default_of_the_parameter() {
    let run = "apiVersion: tekton.dev/v1
kind: PipelineRun
spec:
  params:
  - { name: image, value: 'VALUE' }
  pipelineSpec:
    params:
    - { name: image, default: 'DEFAULT' }
    tasks:
    - params:
      - { name: image, value: $(params.image) }
      taskSpec:
        params:
        - { name: image, default: 'evil.example/never:1' }
        steps:
        - { image: $(params.image) }
";
    let sound = "registry.example.com/x:1";
    let passed = run
        .replace("VALUE", "evil.example/x:1")
        .replace("DEFAULT", sound);
    assert_eq!(found(&passed).0, ["restrict-image-registries:16"]);
    let overruled = run
        .replace("VALUE", sound)
        .replace("DEFAULT", "evil.example/x:1");
    assert_eq!(found(&overruled).0, [""; 0]);
}

#[test]
fn a_reference_that_looks_like_a_placeholder_is_judged_as_it_stands() {
    let run = Sandbox::new()
        .file(
            "imagegate.yaml",
            REGISTRY.replace("action: off", "action: audit"),
        )
        .file("k8s/pod.yaml", pod("evil.example/app:__TAG__"))
        .check(&["k8s"]);
    let wanted = [
        "restrict-image-registries violation enforce",
        "unrendered-template violation audit",
    ];
    assert_eq!(run.findings(), wanted);
    assert_eq!(run.code, 1);
}

/// A check with nothing but the built-in policy.
fn checked(manifest: &str) -> Checked {
    Sandbox::new()
        .file("k8s/object.yaml", manifest)
        .check(&["k8s"])
}

#[test]
fn placeholders_of_every_tool_are_unrendered_templates() {
    for image in [
        "'{IMAGE}'",
        "{IMAGE}",
        "'registry.example.com/{NAME}:1'",
        "__IMAGE__",
        "registry.example.com/__NAME__/x:1",
        "'#{image}#'",
        "#{image}#",
        "registry.example.com/x:#{Build.BuildId}#",
        "'%IMAGE%'",
        "registry.example.com/x:%TAG%",
        "'[[ .Image ]]'",
        "[[ .Image ]]",
        "'@IMAGE@'",
        "registry.example.com/@NAME@/x:1",
        "<%= @image %>",
    ] {
        let run = checked(&pod(image));
        let wanted = ["unrendered-template violation audit"];
        assert_eq!(run.findings(), wanted, "{image}");
    }
}

#[test]
fn what_stands_beside_a_placeholder_of_any_tool_is_judged() {
    for image in [
        "evil.example/@NAME@/x:1",
        "evil.example/x:#{TAG}#",
        "'evil.example/{name}:1'",
        "evil.example/__NAME__:1",
        "'evil.example/[[ .Name ]]:1'",
        "evil.example/%NAME%:1",
    ] {
        assert_eq!(of_pod(image), EVIL, "{image}");
    }
}

/// A Kyverno policy with one rule that does this.
fn kyverno(rule: &str) -> String {
    format!(
        "apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata: {{name: x}}\nspec:\n  rules:\n  - name: r\n    {rule}\n"
    )
}

fn gatekeeper(kind: &str, spec: &str) -> String {
    format!(
        "apiVersion: mutations.gatekeeper.sh/v1\nkind: {kind}\nmetadata: {{name: x}}\nspec:\n{spec}"
    )
}

#[test]
fn an_image_that_a_policy_writes_into_other_objects_is_judged() {
    let evil = "image: 'evil.example/x:1'";
    for (policy, line) in [
        (
            kyverno(&format!(
                "generate: {{data: {{spec: {{containers: [{{{evil}}}]}}}}}}"
            )),
            7,
        ),
        (
            kyverno(&format!(
                "generate: {{foreach: [{{data: {{spec: {{containers: [{{{evil}}}]}}}}}}]}}"
            )),
            7,
        ),
        (
            kyverno(&format!(
                "mutate: {{patchStrategicMerge: {{spec: {{containers: [{{(name): '*', {evil}}}]}}}}}}"
            )),
            7,
        ),
        (
            kyverno(
                "mutate: {patchStrategicMerge: {spec: {+(initContainers): [{+(image): 'evil.example/x:1'}]}}}",
            ),
            7,
        ),
        (
            kyverno(&format!(
                "mutate: {{foreach: [{{patchStrategicMerge: {{spec: {{containers: [{{{evil}}}]}}}}}}]}}"
            )),
            7,
        ),
        (
            kyverno(
                "mutate:\n      patchesJson6902: |-\n        - op: add\n          path: /spec/containers/-\n          value: {name: a, image: evil.example/x:1}",
            ),
            11,
        ),
        (
            kyverno(
                "mutate:\n      patchesJson6902: |-\n        - op: replace\n          path: /spec/containers/0/image\n          value: evil.example/x:1",
            ),
            11,
        ),
        (
            gatekeeper(
                "Assign",
                "  location: 'spec.containers[name:*].image'\n  parameters: {assign: {value: 'evil.example/x:1'}}\n",
            ),
            6,
        ),
        (
            gatekeeper(
                "Assign",
                "  location: spec.containers[name:a]\n  parameters: {assign: {value: {name: a, image: 'evil.example/x:1'}}}\n",
            ),
            6,
        ),
        (
            gatekeeper(
                "ModifySet",
                "  location: spec.initContainers\n  parameters: {values: {fromList: [{name: a, image: 'evil.example/x:1'}]}}\n",
            ),
            6,
        ),
        (
            gatekeeper(
                "AssignImage",
                "  location: 'spec.containers[name:*].image'\n  parameters: {assignDomain: evil.example, assignPath: x, assignTag: ':1'}\n",
            ),
            6,
        ),
    ] {
        let (findings, code, not_judged) = found(&policy);
        let wanted = [format!("restrict-image-registries:{line}")];
        assert_eq!(findings, wanted, "{policy}");
        assert_eq!(code, 1);
        assert!(!not_judged.contains("not-deployed"), "{not_judged}");
    }
}

#[test]
fn the_part_of_an_image_that_gatekeeper_assigns_is_judged() {
    for (parameters, rule) in [
        ("assignDomain: evil.example", "restrict-image-registries"),
        ("assignPath: x, assignTag: ':latest'", "disallow-latest-tag"),
        ("assignTag: ':latest'", "disallow-latest-tag"),
    ] {
        let spec = format!(
            "  location: 'spec.containers[name:*].image'\n  parameters: {{{parameters}}}\n"
        );
        let (findings, ..) = found(&gatekeeper("AssignImage", &spec));
        assert_eq!(findings, [format!("{rule}:6")], "{parameters}");
    }
}

#[test]
fn an_expression_that_may_write_an_image_is_counted() {
    for policy in [
        "apiVersion: admissionregistration.k8s.io/v1beta1\nkind: MutatingAdmissionPolicy\nspec:\n  mutations:\n  \
         - applyConfiguration: {expression: 'Object{image: \"evil.example/x:1\"}'}\n"
            .to_owned(),
        "apiVersion: policies.kyverno.io/v1\nkind: MutatingPolicy\nspec:\n  mutations:\n  \
         - jsonPatch: {expression: 'image'}\n"
            .to_owned(),
        "apiVersion: policies.kyverno.io/v1\nkind: GeneratingPolicy\nspec:\n  generate:\n  \
         - expression: 'generator.Apply(image)'\n"
            .to_owned(),
        gatekeeper(
            "Assign",
            "  location: 'spec.containers[name:*].image'\n  parameters: {assign: {externalData: {provider: a}}}\n",
        ),
        kyverno("mutate: {patchesJson6902: '- image: ['}"),
    ] {
        let (findings, code, not_judged) = found(&policy);
        assert_eq!((findings, code), (Vec::new(), 0), "{policy}");
        assert!(not_judged.contains("policy-expression"), "{not_judged}");
        assert!(!not_judged.contains("not-deployed"), "{not_judged}");
    }
}

#[test]
fn what_a_policy_compares_with_deploys_nothing() {
    for policy in [
        kyverno("validate: {pattern: {spec: {containers: [{image: '!*:latest'}]}}}"),
        kyverno("verifyImages: [{imageReferences: ['evil.example/*']}]"),
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nspec: {versions: [{schema: \
         {openAPIV3Schema: {properties: {containers: {default: [{image: nginx}]}}}}}]}\n"
            .to_owned(),
        "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicy\nspec: {validations: \
         [{expression: image}]}\n"
            .to_owned(),
    ] {
        let (findings, code, not_judged) = found(&policy);
        assert_eq!((findings, code), (Vec::new(), 0), "{policy}");
        assert!(not_judged.contains("not-deployed"), "{not_judged}");
    }
}

#[test]
fn the_chart_that_helm_creates_is_a_template_and_no_fault() {
    let sandbox = ["deployment", "test-connection", "ingress"]
        .into_iter()
        .fold(Sandbox::new(), |sandbox, name| {
            let path = format!(
                "{}/testdata/helm-create/{name}.yaml",
                env!("CARGO_MANIFEST_DIR")
            );
            let text = std::fs::read_to_string(path).unwrap();
            sandbox.file(&format!("templates/{name}.yaml"), text)
        });
    let run = sandbox.check(&["templates"]);
    assert_eq!(run.findings(), ["unrendered-template violation audit"; 3]);
    assert_eq!(run.code, 0);
}

/// A Pod and one more line, which makes it unreadable.
fn pod_and(line: &str) -> String {
    format!("apiVersion: v1\nkind: Pod\nspec: {{containers: [{{image: a:1}}]}}\n{line}\n")
}

#[test]
fn the_syntax_of_a_template_that_no_reader_passes_makes_a_template() {
    for line in [
        "name: \"{{ include \"x\" . }}-test\"",
        "name: '{{ include 'x' . }}'",
        "args: [\"{{ include \"x\" . }}\"]",
        "args:\n- \"{{ .a | default \"\" }}\"",
        "{% if x %}",
        "  {% if x %}",
        "<% if x %>",
        "${CONTAINERS}",
        "image: {registry}/app:1",
        "image: [[ .Image ]]:1",
        "image: @IMAGE@",
        "image: %IMAGE%",
    ] {
        let run = checked(&pod_and(line));
        let wanted = ["unrendered-template violation audit"];
        assert_eq!(run.findings(), wanted, "{line}");
    }
}

#[test]
fn the_syntax_of_a_template_excuses_no_other_fault() {
    for line in [
        "# {{ x }}\na: b: c",
        "a: \"{{ x }}\"#\nb: c: d",
        "a: b {% x %}: c: d",
        "a: \"<% x %>\": c",
    ] {
        let run = checked(&pod_and(line));
        let wanted = ["invalid-manifest violation enforce"];
        assert_eq!(run.findings()[..1], wanted, "{line}");
        assert_eq!(run.code, 1);
    }
    // Kubernetes reads the Pod, which ends before the text at the margin.
    let pod = " apiVersion: v1\n kind: Pod\n spec: {containers: [{image: a:1}]}\n";
    for (line, finding) in [
        (
            "\"{{ include \"x\" . }}\": y",
            "ambiguous-yaml violation enforce",
        ),
        ("\"{{\"{{ x }}\": y", "invalid-manifest violation enforce"),
    ] {
        let run = checked(&format!("{pod}{line}\n"));
        assert_eq!(run.findings(), [finding], "{line}");
        assert_eq!(run.code, 1);
    }
}

/// The help of the only finding about this image.
fn help(image: &str) -> String {
    let run = checked(&pod(image));
    let findings = run.report["findings"].as_array().unwrap();
    let about = findings
        .iter()
        .find(|finding| finding["rule"] == "invalid-image-reference");
    about.unwrap()["help"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

#[test]
fn a_slip_in_a_reference_is_told_with_what_to_write() {
    let digest = format!("sha256:{}", "4f5c".repeat(16));
    for (image, words) in [
        (
            format!("app.example/x:{digest}"),
            format!("app.example/x@{digest}"),
        ),
        (
            format!("app.example/x@{digest}:v1.0"),
            format!("app.example/x:v1.0@{digest}"),
        ),
        (
            "app.example/x:4.4526276e+07".to_owned(),
            "tag: \"44526276\"".to_owned(),
        ),
    ] {
        let found = help(&image);
        assert!(found.contains(&words), "{image}: {found}");
    }
}

#[test]
fn a_parameter_that_is_filled_in_at_run_time_gets_advice_of_its_own() {
    let object = |api: &str, image: &str| {
        checked(&format!(
            "apiVersion: {api}\nkind: Workflow\nspec: {{container: {{image: '{image}'}}}}\n"
        ))
    };
    for (api, image, engine) in [
        ("tekton.dev/v1", "$(params.x)", "Tekton"),
        (
            "argoproj.io/v1alpha1",
            "{{inputs.parameters.x}}",
            "Argo Workflows",
        ),
        (
            "argoproj.io/v1alpha1",
            "{{workflow.parameters.x}}",
            "Argo Workflows",
        ),
        ("kro.run/v1alpha1", "${schema.spec.x}", "kro"),
    ] {
        let run = object(api, image);
        let finding = &run.report["findings"][0];
        let message = finding["message"].as_str().unwrap();
        assert!(message.contains(engine), "{message}");
        let help = finding["help"].as_str().unwrap();
        assert!(
            !help.contains("envsubst") && !help.contains("helm"),
            "{help}"
        );
    }
}
