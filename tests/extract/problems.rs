//! What is wrong with an input: which rule, where, and how much it may count.

use imagegate::model::rule::Rule;
use imagegate::model::summary::NotLookedAt;

use crate::read::{facts, fields, not_looked_at, rules};

const POD: &str = "apiVersion: v1\nkind: Pod\nspec: {containers: [{image: a:1}]}\n";

#[test]
fn a_broken_manifest_is_told_and_hides_no_other_document() {
    let found = facts(&format!(
        "{POD}---\napiVersion: v1\nkind: Pod\nimage: [\n---\n{POD}"
    ));
    assert_eq!(found.uses.len(), 2);
    assert_eq!(rules(&found), [Rule::InvalidManifest]);
    let problem = &found.problems[0];
    assert!(!problem.audit_at_most && !problem.not_checked);
    assert_eq!(problem.location.map(|at| at.start.line >= 7), Some(true));
    assert_eq!(found.manifests, 3);
}

#[test]
fn a_broken_document_that_is_no_manifest_is_audit_at_most() {
    let found = facts("image: [\n");
    assert_eq!(rules(&found), [Rule::InvalidManifest]);
    assert!(found.problems[0].audit_at_most);
    assert_eq!(found.manifests, 0);
}

#[test]
fn a_broken_template_is_unrendered_and_its_image_lines_are_counted() {
    let found = facts(
        "apiVersion: v1
kind: Pod
spec:
  containers:
  {{- range .Values.containers }}
  - image: {{ .image }}
    \"image\": nginx
    # image: in a comment
    imagePullPolicy: Always
    image:
    command: [image: x]
  {{- end }}
",
    );
    assert_eq!(rules(&found), [Rule::UnrenderedTemplate]);
    assert_eq!(not_looked_at(&found, &NotLookedAt::TemplateDocument), 1);
    assert_eq!(not_looked_at(&found, &NotLookedAt::TemplateImageLine), 2);
}

#[test]
fn a_template_that_parses_is_told_and_its_images_are_listed() {
    let found = facts(
        "apiVersion: v1
kind: Pod
metadata: {name: {{ name }}}
spec: {containers: [{image: a:1}]}
",
    );
    assert_eq!(fields(&found), ["spec.containers[0].image = a:1"]);
    assert!(
        rules(&found).contains(&Rule::UnrenderedTemplate),
        "{:?}",
        rules(&found)
    );
}

#[test]
fn an_action_is_told_once_wherever_it_stands() {
    for action in ["name: {{ name }}", "{{ name }}: x"] {
        let found = facts(&format!("apiVersion: v1\nkind: Pod\n{action}\nimage: x\n"));
        assert_eq!(rules(&found), [Rule::UnrenderedTemplate], "{action}");
    }
}

#[test]
fn ambiguities_of_what_is_no_object_are_audit_at_most() {
    let found = facts("image: a\nimage: b\n");
    assert_eq!(rules(&found), [Rule::AmbiguousYaml]);
    assert!(found.problems[0].audit_at_most);
}

#[test]
fn an_ambiguity_names_its_object() {
    let found = facts("apiVersion: v1\nkind: Pod\nmetadata: {name: cart, name: cart}\nimage: x\n");
    let object = found.problems[0].object.as_ref();
    assert_eq!(
        object.and_then(|object| object.name.as_deref()),
        Some("cart")
    );
}

#[test]
fn an_alias_that_leads_nowhere_is_an_invalid_manifest() {
    let found = facts(
        "apiVersion: v1
kind: Pod
spec:
  containers:
  - image: *nowhere
  - image: a:1
",
    );
    assert_eq!(rules(&found), [Rule::InvalidManifest]);
    assert_eq!(fields(&found), ["spec.containers[1].image = a:1"]);
}

#[test]
fn words_of_a_problem_are_sentences_with_advice() {
    let found = facts(&format!(
        "--- {{apiVersion: v1, kind: Pod, image: x}}\n---\n{POD}---\nimage: [\n"
    ));
    for problem in &found.problems {
        assert!(!problem.message.is_empty() && !problem.message.ends_with('.'));
        assert!(problem.help.is_some() && !problem.label.is_empty());
    }
    assert_eq!(found.problems.len(), 2);
}

#[test]
fn a_file_without_images_and_problems_keeps_no_line() {
    let found = facts("apiVersion: v1\nkind: ConfigMap\n");
    assert!(found.source.lines.is_empty() && found.problems.is_empty());
}

const MARKED: &str = "apiVersion: v1\nkind: Pod\nspec: {containers: [{image: a:1}]}\n";

#[test]
fn braces_in_texts_and_comments_make_no_template_of_a_broken_manifest() {
    for braces in [
        "# {{ x }}",
        "a: \"{{ $labels.pod }}\"",
        "a: b {{ x }}",
        "a: '{{'",
    ] {
        let found = facts(&format!("{MARKED}{braces}\nb: c: d\n"));
        assert_eq!(rules(&found), [Rule::InvalidManifest], "{braces}");
        assert!(!found.problems[0].audit_at_most, "{braces}");
    }
}

#[test]
fn an_action_before_the_fault_makes_it_a_template() {
    let found = facts(&format!("{MARKED}a: {{{{ x }}}}\nb: c: d\n"));
    assert_eq!(rules(&found), [Rule::UnrenderedTemplate]);
}

#[test]
fn a_list_as_a_key_is_no_template() {
    let found = facts(&format!("{MARKED}? [a]\n: b\n"));
    assert_eq!(rules(&found), [Rule::InvalidManifest]);
    assert!(!found.problems[0].audit_at_most);
}

#[test]
fn a_broken_document_can_hide_that_it_is_a_manifest() {
    for hidden in [
        "\"\\x61piVersion\": v1\n\"\\u006bind\": Pod\nimage: [\n",
        "!!binary YXBpVmVyc2lvbg==: v1\n!!binary a2luZA==: Pod\nimage: [\n",
        "!!b%69nary YXBpVmVyc2lvbg==: v1\n!!b%69nary a2luZA==: Pod\nimage: [\n",
        "a\0p\0i\0V\0e\0r\0s\0i\0o\0n\0:\0 \0v\0\x31\0\n\0k\0i\0n\0d\0",
    ] {
        let found = facts(hidden);
        assert_eq!(rules(&found), [Rule::InvalidManifest], "{hidden:?}");
        assert!(!found.problems[0].audit_at_most, "{hidden:?}");
    }
}

#[test]
fn an_object_that_holds_a_list_too_is_not_to_blame_for_the_document() {
    let text = "apiVersion: v1
kind: Pod
metadata: {namespace: staging-web}
items:
  - apiVersion: v1
    kind: Pod
    metadata: {namespace: production-web, annotations: {imagegate.dev/ignore.ambiguous-yaml: why}}
    spec: {containers: [{image: a:1, image: b:1}]}
";
    let facts = facts(text);
    let [problem] = facts.problems.as_slice() else {
        panic!("one problem: {:?}", facts.problems);
    };
    assert_eq!(problem.rule, Rule::AmbiguousYaml);
    assert_eq!((&problem.object, problem.object_index), (&None, None));
}

#[test]
fn braces_that_are_text_for_kubernetes_alone_make_no_template() {
    for text in [
        // Another error follows on the same line, and the braces stand in quotes behind a name.
        "{apiVersion: v1, kind: Pod, spec: {containers: [{image: a:1}]}, b: &a 1, c: [*a,\"d {{ e\"], f: -}",
        "{apiVersion: v1, kind: Pod, spec: {containers: [{image: a:1}]}, b: [&a,\"d {{ e\"], f: \"\\'\"}",
        // The anchor ends before the question mark, the alias before the colon.
        "apiVersion: v1\nb: &a?\"a\" {{ &c\nspec: {containers: [{image: a:1}]}\nkind: Pod\n",
        "apiVersion: v1\nkind: Pod\nspec: {containers: [{image: a:1}]}\nb: &a c\nd: {\n *a:\"e {{ f\"}",
        // The object is complete before the braces.
        "{apiVersion: v1, kind: Pod, spec: {containers: [{image: a:1}]}, z: -}{{ x\n",
        " apiVersion: v1\n kind: Pod\n spec: {containers: [{image: a:1}]}\n\"\\'\" {{",
    ] {
        let found = facts(text);
        let rules = rules(&found);
        assert!(!rules.contains(&Rule::UnrenderedTemplate), "{text:?}");
        let enforced = found.problems.iter().any(|found| !found.audit_at_most);
        assert!(enforced, "{text:?}");
    }
}

#[test]
fn an_action_on_the_line_after_the_marker_makes_a_template() {
    let found = facts(&format!("{MARKED}---\n{{{{- end }}}}\n{MARKED}"));
    assert_eq!(rules(&found), [Rule::UnrenderedTemplate]);
}

#[test]
fn what_is_not_read_as_kubernetes_reads_it_cannot_hide_that_it_is_a_manifest() {
    for text in [
        " apiVersion: v1\nkind: Pod\nspec: {containers: [{image: a:1}]}\n",
        "{\"apiVersion\":\"v1\",?\"kind\":\"Pod\",\"spec\":{\"containers\":[{\"image\":\"a\"}]}}",
        "{apiVersion: v1, kind: &k:Pod, spec: {containers: [{image: a:1}]}, &l:a kind: Pod}",
    ] {
        let found = facts(text);
        assert!(
            found.problems.iter().any(|found| !found.audit_at_most),
            "{text:?}"
        );
    }
}
