//! What is certain of an image in which a placeholder stands.

use imagegate::model::reference::{ImageReference, Part, PartialReference, ReferenceError};
use proptest::prelude::*;

const DIGEST: &str = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

fn partial(image: &str) -> PartialReference {
    match ImageReference::parse(image) {
        Err(ReferenceError::Placeholder(partial)) => *partial,
        other => panic!("{image}: {other:?}"),
    }
}

/// Registry, repository (or what it begins with, and `*`), tag and digest; `?` for what is not certain.
fn certain(image: &str) -> String {
    let partial = partial(image);
    let registry = partial.registry.unwrap_or_else(|| "?".to_owned());
    let repository = partial
        .repository
        .unwrap_or_else(|| format!("{}*", partial.repository_prefix));
    let tag = match partial.tag {
        Part::Unknown => "?".to_owned(),
        Part::Absent => "-".to_owned(),
        Part::Known(tag) => tag,
    };
    let digest = match partial.digest {
        Part::Unknown => "?",
        Part::Absent => "-",
        Part::Known(_) => "known",
    };
    format!("{registry} {repository} {tag} {digest}")
}

#[test]
fn every_form_of_placeholder_is_seen() {
    let forms = [
        ("{{ .Values.image }}", "{{ .Values.image }}"),
        ("a/{{x}}:{{y}}", "{{x}}"),
        ("{{ f '{{ y }}' }}", "{{ f '{{ y }}' }}"),
        ("{% if x %}a{% endif %}", "{% if x %}"),
        ("${IMAGE}", "${IMAGE}"),
        ("${A:-${B}}:1", "${A:-${B}}"),
        ("${{ inputs.image }}", "${{ inputs.image }}"),
        ("$(params.image)", "$(params.image)"),
        ("nginx:$TAG", "$TAG"),
        ("<your-image>", "<your-image>"),
        ("ko://example.com/cmd/app", "ko://example.com/cmd/app"),
        ("nginx:{{ cut", "{{ cut"),
        ("nginx:${CUT", "${CUT"),
        ("nginx:<%= tag > 1 %>", "<%= tag > 1 %>"),
        ("[[ .Image ]]", "[[ .Image ]]"),
        ("nginx:#{Build.BuildId}#", "#{Build.BuildId}#"),
        ("#{Image}", "#{Image}"),
        ("{user-name}/x:1", "{user-name}"),
        ("ghcr.io/@NAME@/x", "@NAME@"),
        ("nginx:%TAG%", "%TAG%"),
        ("ghcr.io/__NAME__/x", "__NAME__"),
        ("__IMAGE_NAME__", "__IMAGE_NAME__"),
    ];
    for (image, placeholder) in forms {
        assert_eq!(partial(image).placeholder, placeholder, "{image}");
    }
}

#[test]
fn what_only_resembles_a_placeholder_is_no_reference() {
    for image in [
        "nginx:$",
        "nginx:$1",
        "a<b",
        "a>b<c",
        "nginx:%TAG",
        "[ image ]",
        "{a b}",
        "__a",
        "a b__c__",
        "a}}",
    ] {
        let result = ImageReference::parse(image);
        assert!(
            !matches!(result, Ok(_) | Err(ReferenceError::Placeholder(_))),
            "{image}: {result:?}"
        );
    }
}

#[test]
fn what_no_value_can_change_is_certain() {
    let table = [
        ("${IMAGE}", "? * ? ?"),
        ("ko://example.com/cmd/app", "? * ? ?"),
        // In front of the placeholder.
        ("nginx:${TAG}", "docker.io library/nginx ? ?"),
        ("nginx:1.${MINOR}-alpine", "docker.io library/nginx ? ?"),
        ("nginx:${MAJOR}.${MINOR}", "docker.io library/nginx ? ?"),
        ("ghcr.io/acme/app:${TAG}", "ghcr.io acme/app ? ?"),
        ("localhost:5000/app:${TAG}", "localhost:5000 app ? ?"),
        ("nginx:1.27@${DIGEST}", "docker.io library/nginx 1.27 ?"),
        ("nginx@${DIGEST}", "docker.io library/nginx - ?"),
        ("ghcr.io/acme/${APP}", "ghcr.io acme/* ? ?"),
        ("ghcr.io/acme/app-${APP}", "ghcr.io acme/app-* ? ?"),
        ("index.docker.io/acme/${APP}", "docker.io acme/* ? ?"),
        ("acme/${APP}", "docker.io acme/* ? ?"),
        ("docker.io/${APP}", "docker.io * ? ?"),
        ("docker.io/ng${X}", "docker.io * ? ?"),
        // The first component is not complete: it may become a registry.
        ("nginx${SUFFIX}", "? * ? ?"),
        ("registry${DOMAIN}/nginx", "? * - -"),
        ("localhost:${PORT}", "? * ? ?"),
        ("ghcr.io:${REST}", "? * ? ?"),
        ("registry:5000${PATH}", "? * ? ?"),
        ("localhost:${PORT}/app", "? * - -"),
        ("localhost:${PORT}/app:1.0", "? * 1.0 -"),
        // Behind it.
        ("${REGISTRY}/nginx", "? * - -"),
        ("${REGISTRY}/nginx:latest", "? * latest -"),
        ("${IMAGE}:latest", "? * latest -"),
        ("${IMAGE}latest", "? * ? ?"),
        ("${REGISTRY}/a:${TAG}", "? * ? ?"),
        ("ghcr.io/${APP}:v1", "ghcr.io * v1 -"),
        // No sound registry stands there.
        ("-evil.io/${APP}", "? * ? ?"),
        ("Evil.io/${APP}", "? * ? ?"),
        // A `}}` within quotes ends the placeholder early; what follows may stand inside.
        ("ghcr.io/a:{{ \"}}\" }}/x:latest", "ghcr.io a* ? ?"),
        ("ghcr.io/a b/${APP}:latest", "? * ? ?"),
    ];
    for (image, expected) in table {
        assert_eq!(certain(image), expected, "{image}");
    }
}

#[test]
fn a_digest_behind_a_placeholder_is_known_only_with_its_algorithm() {
    let (_, hex) = DIGEST.split_once(':').expect("an algorithm");
    assert_eq!(certain(&format!("${{IMAGE}}@{DIGEST}")), "? * ? known");
    assert_eq!(certain(&format!("${{IMAGE}}:1@{DIGEST}")), "? * 1 known");
    assert_eq!(certain(&format!("${{REG}}/app@{DIGEST}")), "? * - known");
    assert_eq!(
        certain(&format!("nginx:${{TAG}}@{DIGEST}")),
        "docker.io library/nginx ? known"
    );
    assert_eq!(certain(&format!("${{IMAGE}}:{hex}")), "? * ? ?");
}

#[test]
fn many_brackets_take_linear_time() {
    for piece in ["<", "{", "{{", "${", "$(", "$a", "<>", "{{}}", "$"] {
        let _ = ImageReference::parse(&piece.repeat(50_000));
    }
}

/// A text with one placeholder, and a value for it.
fn template() -> impl Strategy<Value = (String, String, String)> {
    let before = prop::sample::select(vec![
        "",
        "nginx:",
        "nginx@",
        "nginx:1@",
        "ghcr.io/",
        "ghcr.io/acme/",
        "ghcr.io/acme/a",
        "acme/",
        "docker.io/",
        "docker.io/a",
        "docker.io/acme/",
        "localhost:",
        "localhost",
        "index.docker.io/",
        "a.b",
        "ghcr.io/a:",
    ]);
    let value = prop_oneof![
        "[a-z0-9./:@-]{0,12}",
        prop::sample::select(vec![
            "latest".to_owned(),
            "acme/app".to_owned(),
            "quay.io/acme".to_owned(),
            "localhost:5000/a".to_owned(),
            ":1.27".to_owned(),
            DIGEST.to_owned(),
            format!("1@{DIGEST}"),
            format!("@{DIGEST}"),
            "x@sha256".to_owned(),
        ]),
    ];
    let behind = prop::sample::select(vec![
        "".to_owned(),
        "/app".to_owned(),
        "/app:latest".to_owned(),
        ":latest".to_owned(),
        "-alpine".to_owned(),
        format!("@{DIGEST}"),
        format!("/a@{DIGEST}"),
        format!(":{}", &DIGEST[7..]),
        "5000/app".to_owned(),
        ".io/app".to_owned(),
    ]);
    (before, value, behind).prop_map(|(before, value, behind)| (before.to_owned(), value, behind))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn a_value_never_contradicts_what_is_certain((before, value, behind) in template()) {
        // The one exception: a value with `/` right behind `nginx:`.
        if before == "nginx:" && value.contains('/') {
            return Ok(());
        }
        let partial = partial(&format!("{before}${{X}}{behind}"));
        let Ok(reference) = ImageReference::parse(&format!("{before}{value}{behind}")) else {
            return Ok(());
        };
        if let Some(registry) = &partial.registry {
            prop_assert_eq!(registry, &reference.registry);
            prop_assert!(reference.repository.starts_with(&partial.repository_prefix));
        }
        if let Some(repository) = &partial.repository {
            prop_assert_eq!(repository, &reference.repository);
        }
        match partial.tag {
            Part::Unknown => {}
            Part::Absent => prop_assert_eq!(&reference.tag, &None),
            Part::Known(tag) => prop_assert_eq!(Some(tag), reference.tag.clone()),
        }
        match partial.digest {
            Part::Unknown => {}
            Part::Absent => prop_assert_eq!(&reference.digest, &None),
            Part::Known(digest) => prop_assert_eq!(Some(digest), reference.digest),
        }
    }
}
