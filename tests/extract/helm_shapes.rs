//! Shapes of charts, each as it was run with Helm: what its values say of the images that it renders. `rendered` is
//! Helm's own output; where values cannot say it, that is held too.

use imagegate::extract::{ExtractSettings, file};
use imagegate::model::reference::ReferenceError;

struct Shape {
    name: &'static str,
    values: &'static str,
    /// What the values say; `?` behind what is known only in part.
    found: &'static [&'static str],
    rendered: &'static [&'static str],
}

const DIGEST: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

/// `@` stands for a digest.
const SHAPES: &[Shape] = &[
    Shape {
        name: "repository and tag",
        values: "image: {repository: quay.io/acme/web, tag: '2.1'}\n",
        found: &["quay.io/acme/web:2.1"],
        rendered: &["quay.io/acme/web:2.1"],
    },
    Shape {
        name: "digest in the tag",
        values: "image: {repository: quay.io/acme/web, tag: '2.1@'}\n",
        found: &["quay.io/acme/web:2.1@"],
        rendered: &["quay.io/acme/web:2.1@"],
    },
    Shape {
        name: "a digest beside the tag, which the template leaves out",
        values: "image: {repository: quay.io/acme/web, tag: '2.1', digest: '@'}\n",
        found: &["quay.io/acme/web:2.1@"],
        rendered: &["quay.io/acme/web@"],
    },
    Shape {
        name: "containers as list and as text",
        values: "sideContainers:\n- {name: s, image: 'quay.io/acme/s:1'}\nextraInit: |\n  - name: i\n    image: quay.io/acme/i:{{ .Chart.AppVersion }}\n",
        found: &[
            "quay.io/acme/s:1",
            "quay.io/acme/i:{{ .Chart.AppVersion }}?",
        ],
        rendered: &["quay.io/acme/i:3.0.0", "quay.io/acme/s:1"],
    },
    Shape {
        name: "a registry for all",
        values: "global: {imageRegistry: mirror.example.org}\nimage: {registry: quay.io, repository: acme/web, tag: '2.1'}\n",
        found: &["mirror.example.org/acme/web:2.1"],
        rendered: &["mirror.example.org/acme/web:2.1"],
    },
    Shape {
        name: "hub and tag",
        values: "global: {hub: quay.io/mesh, tag: '1.9'}\nimage: gate\nother: {image: 'docker.io/acme/proxy:3'}\n",
        found: &["quay.io/mesh/gate:1.9", "docker.io/acme/proxy:3"],
        rendered: &["quay.io/mesh/gate:1.9", "docker.io/acme/proxy:3"],
    },
    Shape {
        name: "an image in an argument",
        values: "image: {repository: quay.io/acme/op, tag: '1'}\nagentImage: {repository: quay.io/acme/agent, tag: latest}\n",
        found: &["quay.io/acme/op:1", "quay.io/acme/agent:latest"],
        rendered: &["quay.io/acme/op:1"],
    },
    Shape {
        name: "numbers as tags",
        values: "a: {repository: r.example/a, tag: 1.10}\nb: {repository: r.example/b, tag: 20240115}\nc: {repository: r.example/c, tag: 1e3}\nd: {repository: r.example/d, tag: 012}\ne: {repository: r.example/e, tag: 0x1F}\n",
        found: &[
            "r.example/a:1.1",
            "r.example/b:2.0240115e+07",
            "r.example/c:1000",
            "r.example/d:10",
            "r.example/e:31",
        ],
        rendered: &[
            "r.example/a:1.1",
            "r.example/b:2.0240115e+07",
            "r.example/c:1000",
            "r.example/d:10",
            "r.example/e:31",
        ],
    },
    Shape {
        name: "the registry of the template",
        values: "image: {registry: '', repository: acme/web, tag: '2.1'}\n",
        found: &["acme/web:2.1?"],
        rendered: &["quay.io/acme/web:2.1"],
    },
    Shape {
        name: "a repository that is a namespace",
        values: "serverImage: {registry: quay.io, repository: acme, name: web, tag: '2.1'}\n",
        found: &["quay.io/acme/web:2.1"],
        rendered: &["quay.io/acme/web:2.1"],
    },
    Shape {
        name: "a further file of values with the tag alone",
        values: "image: {tag: latest}\n",
        found: &[":latest?"],
        rendered: &["quay.io/acme/web:latest"],
    },
    Shape {
        name: "values of a parent for its subchart, by its alias",
        values: "one: {enabled: true, image: {tag: from-parent}}\ntwo: {enabled: false, image: {tag: latest}}\n",
        found: &[":from-parent?", ":latest?"],
        rendered: &["quay.io/acme/sub:from-parent"],
    },
    Shape {
        name: "null brings the default of the subchart back",
        values: "sub: {image: {tag: null}}\n",
        found: &[],
        rendered: &["quay.io/acme/sub:9.9"],
    },
    Shape {
        name: "a suffix of the template, which values do not say",
        values: "image: {repository: quay.io/acme/web, tag: '2.1'}\n",
        found: &["quay.io/acme/web:2.1"],
        rendered: &["quay.io/acme/web-slim:2.1-alpine"],
    },
    Shape {
        name: "below a switch that is off",
        values: "metrics: {enabled: false, image: {repository: quay.io/acme/m, tag: latest}}\nimage: {repository: quay.io/acme/web, tag: '2.1'}\n",
        found: &["quay.io/acme/m:latest", "quay.io/acme/web:2.1"],
        rendered: &["quay.io/acme/web:2.1"],
    },
    Shape {
        name: "the tag is the version of the application",
        values: "image: {repository: quay.io/acme/web, tag: ''}\n",
        found: &["quay.io/acme/web?"],
        rendered: &["quay.io/acme/web:2.0.0"],
    },
    Shape {
        name: "… with a letter before it",
        values: "image: {repository: quay.io/acme/web}\n",
        found: &["quay.io/acme/web?"],
        rendered: &["quay.io/acme/web:v2.0.0"],
    },
];

#[test]
fn values_say_what_helm_renders_with_them_as_far_as_they_can() {
    let digest = format!("@sha256:{DIGEST}");
    for shape in SHAPES {
        let text = shape.values.replace("'@'", &format!("'sha256:{DIGEST}'"));
        let text = text.replace('@', &digest);
        let settings = ExtractSettings::default();
        let facts = file::facts("values.yaml".into(), text.into(), &settings);
        let found: Vec<String> = facts
            .uses
            .iter()
            .map(|used| {
                let is_part = matches!(*used.reference, Err(ReferenceError::Incomplete(_)));
                let end = if is_part { "?" } else { "" };
                format!("{}{end}", used.text).replace(&digest, "@")
            })
            .collect();
        assert_eq!(found, shape.found, "{}", shape.name);
    }
}

#[test]
fn a_complete_image_of_values_is_one_that_helm_renders() {
    for shape in SHAPES {
        let off = ["an image in an argument", "below a switch that is off"];
        let not_said = shape.name.starts_with("a suffix") || shape.name.starts_with("a digest");
        if off.contains(&shape.name) || not_said {
            continue;
        }
        let complete = shape.found.iter().filter(|image| !image.ends_with('?'));
        for image in complete {
            assert!(shape.rendered.contains(image), "{}: {image}", shape.name);
        }
    }
}

#[test]
fn documents_of_a_template_are_judged_line_by_line_whatever_stands_before_them() {
    let text = "{{ if true }}\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n  - name: c\n    \
                image: first:1\n{{ end }}\n---\n# Source: c/templates/elsewhere.yaml\napiVersion: v1\nkind: Pod\nmetadata: \
                {name: q}\nspec:\n  containers:\n  - name: c\n    image: second:1\n";
    let settings = ExtractSettings::default().with_files(["c/Chart.yaml"]);
    let facts = file::facts("c/templates/p.yaml".into(), text.into(), &settings);
    let texts: Vec<&str> = facts.uses.iter().map(|used| &*used.text).collect();
    assert_eq!(texts, ["first:1", "second:1"]);
}

#[test]
fn a_test_of_a_chart_with_a_literal_image_is_a_manifest() {
    let text = "apiVersion: v1\nkind: Pod\nmetadata: {name: \"{{ .Release.Name }}-test\"}\nspec:\n  containers:\n  \
                - {name: wget, image: busybox}\n";
    let settings = ExtractSettings::default().with_files(["c/Chart.yaml"]);
    let facts = file::facts("c/templates/tests/t.yaml".into(), text.into(), &settings);
    let texts: Vec<&str> = facts.uses.iter().map(|used| &*used.text).collect();
    assert_eq!(texts, ["busybox"]);
}
