//! Rows of the verdict table about documents that hide what they are: Kubernetes reads an object, other
//! readers of YAML see something else.

use crate::sandbox::{Checked, Sandbox};

/// A manifest that is fine, and a policy that only its image passes.
fn checked(hidden: impl AsRef<[u8]>) -> Checked {
    let policy =
        "version: 1\nrules:\n  restrict-image-registries: { allow: ['registry.example.com/**'] }\n";
    let good = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n  - name: main\n    \
                image: registry.example.com/app:1.0\n";
    Sandbox::new()
        .file("imagegate.yaml", policy)
        .file("k8s/good.yaml", good)
        .file("k8s/hidden.yaml", hidden)
        .check(&["k8s"])
}

const REFUSED: &str = "restrict-image-registries violation enforce";
const SPEC: &str = "spec: {containers: [{name: a, image: 'evil.example/x:1'}]}\n";

/// Checks that the image is judged and refused.
fn is_judged(hidden: impl AsRef<[u8]>) {
    let hidden = hidden.as_ref();
    let run = checked(hidden);
    let shown = String::from_utf8_lossy(hidden);
    let findings = run.findings();
    assert!(
        findings.contains(&REFUSED.to_owned()),
        "{shown:?} {findings:?}"
    );
    assert_eq!(run.code, 1, "{shown:?}");
}

#[test]
fn a_key_that_an_escaped_line_break_joins_is_read_as_kubernetes_reads_it() {
    for line_break in ["\u{2028}", "\u{2029}", "\u{85}", "\n", "\r", "\r\n"] {
        let broken =
            |word: &str, at: usize| format!("? \"{}\\{line_break}{}\"\n", &word[..at], &word[at..]);
        let kind = broken("kind", 2);
        is_judged(format!(
            "apiVersion: v1\n{kind}: Pod\nmetadata: {{name: e}}\n{SPEC}"
        ));
        let version = broken("apiVersion", 3);
        is_judged(format!(
            "{version}: v1\n{kind}: Pod\nmetadata: {{name: e}}\n{SPEC}"
        ));
        let twice = format!("? \"k\\{line_break}in\\{line_break}d\"\n");
        is_judged(format!(
            "apiVersion: v1\n{twice}: Pod\nmetadata: {{name: e}}\n{SPEC}"
        ));
        let binary = format!("? !!binary \"a2lu\\{line_break}ZA==\"\n");
        is_judged(format!(
            "apiVersion: v1\n{binary}: Pod\nmetadata: {{name: e}}\n{SPEC}"
        ));
    }
}

#[test]
fn braces_in_a_comment_that_only_kubernetes_sees_make_no_template() {
    for mark in ["?# {{ x }}\n ", "# {{ x }}\n ", "?# {% x %}\n "] {
        let hidden = format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: e}}\n\
             spec: {{containers: [{{name: a,{mark}image: \"evil.example/x:1\"}}]}}\n"
        );
        is_judged(hidden);
    }
}

#[test]
fn a_fault_is_not_excused_by_braces_in_a_comment() {
    let hidden = "# {{ x }}\napiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - name: a\n   image: nginx:1\n";
    let run = checked(hidden);
    assert_eq!(run.findings(), ["invalid-manifest violation enforce"]);
    assert_eq!(run.code, 1);
}

#[test]
fn a_byte_order_mark_inside_a_document_is_a_violation_whatever_the_document_seems_to_be() {
    for dropped in [".", "#", "#{{ x }}\n#"] {
        let hidden = format!(
            "---\n{mark}{mark}\n{dropped}apiVersion: v1\n{dropped}kind: Pod\n\
             {dropped}metadata: {{name: e, namespace: kube-system}}\n{dropped}{SPEC}",
            mark = '\u{feff}'
        );
        let run = checked(hidden);
        let enforced = |found: &String| found.ends_with("violation enforce");
        assert!(run.findings().iter().any(enforced), "{:?}", run.findings());
        assert_eq!(run.code, 1);
    }
    let comment = format!("# a\n# {}\u{feff}\n#kind: Pod\n", "x".repeat(600));
    assert_eq!(
        checked(comment).findings(),
        ["invalid-manifest violation enforce"]
    );
}

#[test]
fn a_byte_that_is_no_text_does_not_hide_an_image() {
    let mut hidden =
        b"apiVersion: v1\nkind: Pod\nmetadata: {name: e, labels: {a: \"\xFF\"}}\n".to_vec();
    hidden.extend(SPEC.bytes());
    let run = checked(&hidden);
    let findings = run.findings();
    let wanted = ["invalid-manifest violation enforce", REFUSED];
    assert!(
        wanted
            .iter()
            .all(|wanted| findings.iter().any(|found| found == wanted)),
        "{findings:?}"
    );
}

#[test]
fn a_file_in_an_encoding_that_is_not_read_could_not_be_checked() {
    let manifest = format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: e}}\n{SPEC}");
    let utf32: Vec<u8> = manifest
        .chars()
        .flat_map(|c| u32::from(c).to_le_bytes())
        .collect();
    let utf16: Vec<u8> = manifest.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let marked = [&[0xFF, 0xFE, 0, 0], utf32.as_slice()].concat();
    let utf7 = format!("+/v8-{manifest}").into_bytes();
    for hidden in [utf32, utf16, marked, utf7] {
        let run = checked(hidden);
        assert_eq!(run.findings(), ["unreadable-input not-checked enforce"]);
        assert_eq!(run.code, 3);
    }
}

#[test]
fn an_object_without_api_version_that_kubernetes_may_read_is_no_audit() {
    let hidden = "kind: Pod\nmetadata: {name: e}\nspec:\n  containers:\n  - name: a\n    image: x\n   b: c\n";
    let run = checked(hidden);
    assert_eq!(run.findings(), ["invalid-manifest violation enforce"]);
    assert_eq!(run.code, 1);
}

/// An object as JSON, with an image that is refused.
fn json_pod(annotations: &str, container: &str) -> String {
    format!(
        "{{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{{\"name\":\"e\",\"annotations\":{{{annotations}}}}},\
         \"spec\":{{\"containers\":[{{\"name\":\"a\",{container}}}]}}}}"
    )
}

const EVIL: &str = "\"image\":\"evil.example/x:1\"";
const GOOD: &str = "\"image\":\"registry.example.com/x:1\"";

#[test]
fn line_breaks_of_yaml_in_json_are_text_as_they_are_for_kubectl() {
    for line_break in [
        "\u{2028}", "\u{2029}", "\u{85}", "\\u2028", "\\u2029", "\\u0085",
    ] {
        for text in ["a@b", "a@--- b", "@---@", "@...@", "@# b", "@{}@"] {
            let text = text.replace('@', line_break);
            is_judged(json_pod(&format!("\"{text}\":\"{text}\""), EVIL));
        }
        // Neither is the name of a field that Kubernetes has, so that they take nothing from the image.
        let beside = format!("\"ima{line_break}ge\":\"a\",{EVIL},\"image{line_break}\":\"b\"");
        is_judged(json_pod("", &beside));
    }
    is_judged(json_pod("", "\"im\\u0061ge\":\"evil.example/x:1\""));
    is_judged(json_pod(
        "\"a\":\"\u{2028}\"",
        "\"image\"\n:\"evil.example/x:1\"",
    ));
}

#[test]
fn a_name_that_json_writes_twice_hides_no_image() {
    for annotations in ["", "\"a\":\"\u{2028}\""] {
        for container in [format!("{GOOD},{EVIL}"), format!("{EVIL},{GOOD}")] {
            let hidden = json_pod(annotations, &container);
            is_judged(&hidden);
            let ambiguous = "ambiguous-yaml violation enforce".to_owned();
            assert!(checked(&hidden).findings().contains(&ambiguous), "{hidden}");
        }
    }
}

#[test]
fn what_follows_json_hides_no_image() {
    let (evil, good) = (json_pod("", EVIL), json_pod("\"a\":\"\u{2028}\"", GOOD));
    for after in [" trailing", "\ntrailing: x\n - y", "}", "\n---\n- {", "\0"] {
        is_judged(format!("{evil}{after}"));
    }
    for between in ["", "\n", " ", "\u{2028}", "\n---\n"] {
        is_judged(format!("{good}{between}{evil}"));
        is_judged(format!("{evil}{between}{good}"));
    }
}

#[test]
fn json_behind_a_byte_order_mark_is_judged() {
    is_judged(format!("\u{feff}{}", json_pod("", EVIL)));
    is_judged(format!(
        "\u{feff}{}",
        json_pod("\"a\":\"\u{2028}--- b\"", EVIL)
    ));
}
