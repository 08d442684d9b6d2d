//! Images in values of charts: which scalars are one, where it is judged, and what is known of it.

use imagegate::extract::{ExtractSettings, file};
use imagegate::model::file_facts::FileFacts;
use imagegate::model::image_use::ImageUse;
use imagegate::model::reference::{Part, PartialReference, ReferenceError};
use imagegate::model::summary::NotLookedAt;

use crate::read::not_looked_at;

fn values(text: &str) -> FileFacts {
    file::facts(
        "shop/values.yaml".into(),
        text.into(),
        &ExtractSettings::default(),
    )
}

/// `line:column text` of every image, with `(part)` where not all of it is known.
fn found(text: &str) -> Vec<String> {
    values(text).uses.iter().map(shown).collect()
}

fn shown(used: &ImageUse) -> String {
    let start = used.location.start;
    let known = match *used.reference {
        Ok(_) => "",
        Err(ReferenceError::Incomplete(_)) => " (part)",
        Err(_) => " (wrong)",
    };
    format!("{}:{} {}{known}", start.line, start.column, used.text)
}

/// What is known of the only image.
fn partial(text: &str) -> PartialReference {
    match &*values(text).uses[0].reference {
        Err(ReferenceError::Incomplete(partial)) => (**partial).clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn repository_and_tag_are_one_image_judged_at_its_tag() {
    let text = "image:\n  registry: ghcr.io\n  repository: team/app\n  tag: '1.4'\n";
    assert_eq!(found(text), ["4:8 ghcr.io/team/app:1.4"]);
    let parts = values(text).uses[0].origin.clone().unwrap().parts.clone();
    let lines: Vec<u32> = parts
        .iter()
        .map(|part| part.written.location.start.line)
        .collect();
    assert_eq!(lines, [2, 3, 4]);
}

#[test]
fn a_tag_may_hold_a_digest_and_a_digest_may_stand_apart() {
    let hex = "a".repeat(64);
    for (beside, image) in [
        (
            format!("tag: 1.4@sha256:{hex}"),
            format!("1:35 team/app:1.4@sha256:{hex}"),
        ),
        (
            format!("digest: 'sha256:{hex}'"),
            format!("1:38 team/app@sha256:{hex}"),
        ),
        (
            format!("tag: '2', sha: {hex}"),
            format!("1:35 team/app:2@sha256:{hex}"),
        ),
        (
            format!("tag: sha256:{hex}"),
            format!("1:35 team/app@sha256:{hex}"),
        ),
    ] {
        let text = format!("app: {{repository: team/app,  {beside}}}\n");
        assert_eq!(found(&text), [image], "{beside}");
    }
}

#[test]
fn a_tag_that_is_not_written_is_the_charts_and_never_latest() {
    for tag in ["", "  tag: ''\n", "  tag:\n", "  tag: null\n"] {
        let text = format!("image:\n  repository: ghcr.io/team/app\n{tag}");
        assert_eq!(found(&text), ["2:15 ghcr.io/team/app (part)"], "{tag:?}");
        let known = partial(&text);
        assert_eq!(known.repository.as_deref(), Some("team/app"));
        assert_eq!(known.tag, Part::Unknown);
    }
}

#[test]
fn a_number_is_the_tag_that_helm_prints() {
    for (written, printed) in [
        ("1.10", "1.1"),
        ("1.0", "1"),
        ("7", "7"),
        ("012", "10"),
        ("0x1F", "31"),
        ("0b101", "5"),
        ("0o17", "15"),
        ("1_000", "1000"),
        ("1e3", "1000"),
        ("123456", "123456"),
        ("2024-01-15", "2024-01-15"),
        ("'1.10'", "1.10"),
        ("true", "true"),
    ] {
        let text = format!("a: {{repository: ghcr.io/team/a, tag: {written}}}\n");
        assert_eq!(
            found(&text),
            [format!("1:38 ghcr.io/team/a:{printed}")],
            "{written}"
        );
    }
}

#[test]
fn a_number_that_helm_prints_as_no_tag_is_a_wrong_image() {
    for (written, printed) in [("20240115", "2.0240115e+07"), ("1000000", "1e+06")] {
        let text = format!("a: {{repository: ghcr.io/team/a, tag: {written}}}\n");
        let image = format!("1:38 ghcr.io/team/a:{printed} (wrong)");
        assert_eq!(found(&text), [image], "{written}");
    }
}

#[test]
fn a_mapping_with_a_repository_is_an_image_where_something_says_so() {
    for (text, image) in [
        (
            "redis: {repository: a.example/redis, tag: '8'}",
            Some("a.example/redis:8"),
        ),
        (
            "redis: {repository: a.example/redis, pullPolicy: Always}",
            Some("a.example/redis"),
        ),
        (
            "image: {repository: a.example/redis}",
            Some("a.example/redis"),
        ),
        (
            "sidecarImage: {repository: a.example/redis}",
            Some("a.example/redis"),
        ),
        ("source: {repository: team/charts}", None),
        (
            "git: {repository: 'https://git.example/team/app', tag: v1}",
            None,
        ),
        (
            "git: {repository: 'git@git.example:team/app', tag: v1}",
            None,
        ),
        ("git: {repository: Team/App, tag: v1}", None),
    ] {
        let found: Vec<String> = values(text)
            .uses
            .iter()
            .map(|used| used.text.to_string())
            .collect();
        let wanted: Vec<String> = image.into_iter().map(str::to_owned).collect();
        assert_eq!(found, wanted, "{text}");
    }
}

#[test]
fn a_repository_that_is_a_path_goes_on_with_the_name() {
    for (text, image) in [
        (
            "containerImage: {registry: docker.io, repository: team, name: app, tag: '1'}\n",
            "1:73 docker.io/team/app:1",
        ),
        (
            "appImage: {repository: quay.io/team/app, name: app, tag: '1'}\n",
            "1:58 quay.io/team/app:1",
        ),
        (
            "image: {repository: quay.io/team, name: app, tag: '1'}\n",
            "1:51 quay.io/team/app:1",
        ),
        (
            "image: {repository: team/app, name: main, tag: '1'}\n",
            "1:48 team/app:1",
        ),
    ] {
        assert_eq!(found(text), [image], "{text}");
    }
}

#[test]
fn other_keys_name_the_repository_of_what_is_called_an_image() {
    for key in ["name", "repo", "image", "path"] {
        let text = format!("proxyImage: {{{key}: ghcr.io/team/proxy, tag: '2'}}\n");
        assert_eq!(values(&text).uses[0].text.as_ref(), "ghcr.io/team/proxy:2");
    }
    assert_eq!(
        found("image: {name: app}\nproxy: {name: a/b, tag: '1'}\n"),
        [""; 0]
    );
}

#[test]
fn an_image_in_one_text_is_judged_where_it_stands() {
    for (text, image) in [
        ("image: ghcr.io/team/app:1\n", "1:8 ghcr.io/team/app:1"),
        ("image: nginx\n", "1:8 nginx (part)"),
        (
            "image: ghcr.io/team/app\nimageTag: '3'\n",
            "2:11 ghcr.io/team/app:3",
        ),
        (
            "image: ghcr.io/team/app\nversion: v3\n",
            "2:10 ghcr.io/team/app:v3",
        ),
        (
            "image: ghcr.io/team/app:1\ntag: '3'\n",
            "1:8 ghcr.io/team/app:1",
        ),
        ("proxyImage: ghcr.io/team/p:1\n", "1:13 ghcr.io/team/p:1"),
        (
            "proxy_image: ghcr.io/team/p\n",
            "1:14 ghcr.io/team/p (part)",
        ),
        (
            "proxyImageRepository: team/p\nproxyImageTag: '1'\n",
            "2:16 team/p:1",
        ),
        ("imageRepository: team/p\n", "1:18 team/p (part)"),
    ] {
        assert_eq!(found(text), [image], "{text}");
    }
}

#[test]
fn what_is_called_an_image_and_is_none_is_left_alone() {
    for text in [
        "image: logo.png\n",
        "image: /var/lib/disk\n",
        "image: 'https://example.com/logo'\n",
        "backgroundImage: hero\n",
        "alwaysPullImage: true\n",
        "image: true\n",
        "image: ''\n",
        "image: 'data:image/png;base64,AAAA'\n",
        "image: {}\n",
        "imagePullSecrets: [a]\n",
        "images: {pullPolicy: Always, tag: '1'}\n",
    ] {
        assert_eq!(found(text), [""; 0], "{text}");
    }
}

#[test]
fn lists_and_mappings_of_images_hold_images() {
    assert_eq!(
        found("images:\n- ghcr.io/team/a:1\n- plain\n"),
        ["2:3 ghcr.io/team/a:1"]
    );
    assert_eq!(
        found("images:\n  api: ghcr.io/team/a:1\n  tags: {db: 'ghcr.io/team/db:2'}\n"),
        ["2:8 ghcr.io/team/a:1", "3:14 ghcr.io/team/db:2"]
    );
}

#[test]
fn a_container_in_a_list_is_deployed_as_it_is_written() {
    let text = "extraContainers:\n- {name: a, image: nginx}\nsidecars: [{image: 'b:1'}]\n";
    assert_eq!(found(text), ["2:20 nginx", "3:20 b:1"]);
}

#[test]
fn a_text_that_holds_containers_is_read_at_its_own_lines() {
    let text = "extra: |\n\n  - name: a\n    image: ghcr.io/team/ä/a:1 # why\nfolded: >\n  image: team/b:2\n";
    let text = text.replace("/ä", "");
    assert_eq!(found(&text), ["4:12 ghcr.io/team/a:1", "5:9 team/b:2"]);
}

#[test]
fn an_image_that_the_chart_renders_is_known_in_part() {
    let text = "image: {repository: ghcr.io/team/app, tag: '{{ .Chart.AppVersion }}'}\n";
    let known = partial(text);
    assert_eq!(known.registry.as_deref(), Some("ghcr.io"));
    assert_eq!(known.tag, Part::Unknown);
}

#[test]
fn a_placeholder_of_another_tool_stays_one() {
    let text = "image: {repository: ghcr.io/team/app, tag: '${TAG}'}\n";
    let reference = &*values(text).uses[0].reference;
    assert!(
        matches!(reference, Err(ReferenceError::Placeholder(_))),
        "{reference:?}"
    );
}

#[test]
fn a_registry_for_all_images_goes_before_their_own() {
    let text = "global: {imageRegistry: mirror.example}\n\
                image: {registry: docker.io, repository: team/app, tag: '1'}\n\
                other: {image: {repository: quay.io/team/b, tag: '1'}}\n";
    let images = ["2:57 mirror.example/team/app:1", "3:50 quay.io/team/b:1"];
    assert_eq!(found(text), images);
}

#[test]
fn a_registry_that_no_image_here_takes_is_judged_itself() {
    let text = "global:\n  imageRegistry: mirror.example/cache\n";
    assert_eq!(found(text), ["2:18 mirror.example/cache/ (part)"]);
    let known = partial(text);
    assert_eq!(known.registry.as_deref(), Some("mirror.example"));
    assert_eq!(known.repository_prefix, "cache/");
}

#[test]
fn a_registry_further_up_counts_for_names_without_a_host() {
    let text = "defaultImageRegistry: quay.io\ndefaultImageRepository: team\ndefaultImageTag: 1.2.0\n\
                image: {registry: '', repository: '', name: operator, tag: ''}\n";
    assert_eq!(found(text), ["4:45 quay.io/team/operator:1.2.0"]);
}

#[test]
fn a_hub_has_its_tag_beside_it() {
    let text =
        "global: {hub: gcr.io/mesh, tag: '1.9'}\nimage: pilot\nother: {image: 'docker.io/o/p:3'}\n";
    assert_eq!(
        found(text),
        ["2:8 gcr.io/mesh/pilot:1.9", "3:16 docker.io/o/p:3"]
    );
}

#[test]
fn a_registry_that_is_left_to_the_template_is_not_docker_io() {
    let text = "image: {registry: '', repository: team/app, tag: '1.4'}\n";
    assert_eq!(found(text), ["1:50 team/app:1.4 (part)"]);
    let known = partial(text);
    assert_eq!(known.registry, None);
    assert_eq!(known.tag, Part::Known("1.4".to_owned()));
}

#[test]
fn a_tag_alone_overrides_that_of_an_image_elsewhere() {
    for text in ["sub:\n  image: {tag: latest}\n", "a: b\nimageTag: latest\n"] {
        let known = partial(text);
        assert_eq!(known.tag, Part::Known("latest".to_owned()));
        assert_eq!(known.registry, None);
    }
    let of_registry = partial("image: {registry: evil.example}\n");
    assert_eq!(of_registry.registry.as_deref(), Some("evil.example"));
}

#[test]
fn a_switch_that_is_off_is_told() {
    let text = "metrics:\n  enabled: false\n  image: {repository: a.example/m, tag: '1'}\n\
                image: {repository: a.example/app, tag: '1'}\n";
    let found = values(text);
    let switches: Vec<Option<String>> = found
        .uses
        .iter()
        .map(|used| used.origin.as_ref()?.switch.as_deref().map(str::to_owned))
        .collect();
    assert_eq!(switches, [Some("metrics.enabled: false".to_owned()), None]);
}

#[test]
fn anchors_and_merges_are_followed_and_told() {
    let text = "base: &b {repository: a.example/app, tag: '1'}\nimage: *b\nother: {image: {<<: *b, tag: '2'}}\n";
    let found = values(text);
    let through: Vec<Option<u32>> = found
        .uses
        .iter()
        .map(|used| used.used_through.map(|at| at.start.line))
        .collect();
    assert_eq!(through, [None, Some(2), None]);
    let texts: Vec<&str> = found.uses.iter().map(|used| &*used.text).collect();
    assert_eq!(
        texts,
        ["a.example/app:1", "a.example/app:1", "a.example/app:2"]
    );
}

#[test]
fn files_of_values_are_known_by_their_names() {
    let text = "image: {repository: a.example/app, tag: '1'}\n";
    for (name, is_values) in [
        ("values.yaml", true),
        ("a/values.yml", true),
        ("a/values-prod.yaml", true),
        ("a/values.prod.yaml", true),
        ("a/prod-values.yaml", true),
        ("a/app.values.yaml", true),
        ("values/prod.yaml", true),
        ("a/valuesets.yaml", false),
        ("a/prod.yaml", false),
        ("a/values.json", false),
    ] {
        let found = file::facts(name.into(), text.into(), &ExtractSettings::default());
        assert_eq!(found.uses.len() == 1, is_values, "{name}");
    }
}

#[test]
fn files_in_the_folder_of_a_chart_are_values_unless_they_are_something_else() {
    let text = "image: {repository: a.example/app, tag: '1'}\n";
    let settings = ExtractSettings::default().with_files(["x/shop/Chart.yaml"]);
    for (name, chart) in [
        ("x/shop/prod.yaml", true),
        ("x/shop/ci/test.yaml", true),
        ("x/shop/envs/prod.yaml", true),
        ("x/shop/tests/app_test.yaml", false),
        ("x/shop/templates/values.yaml", false),
        ("x/shop/docker-compose.yaml", false),
        ("x/shop/.github/workflows/ci.yaml", false),
        ("x/other/prod.yaml", false),
        ("x/shopping/prod.yaml", false),
    ] {
        let found = file::facts(name.into(), text.into(), &settings);
        let named = found.uses.first().map(|used| used.object.name.as_deref());
        assert_eq!(named, chart.then_some(Some("shop")), "{name}");
    }
}

#[test]
fn a_text_in_values_that_looks_like_an_image_and_is_not_taken_is_counted() {
    let text = "args: ['--image=ghcr.io/team/a:1']\nimage: {repository: a.example/app, tag: '1'}\n";
    let found = values(text);
    assert_eq!(found.uses.len(), 1);
    assert_eq!(not_looked_at(&found, &NotLookedAt::UnlistedImage), 1);
}

#[test]
fn values_that_aliases_multiply_end_with_a_problem() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..9 {
        let below = level - 1;
        let list = vec![format!("*a{below}"); 10].join(", ");
        text.push_str(&format!("a{level}: &a{level} [{list}]\n"));
    }
    let found = values(&text);
    assert_eq!(found.problems.len(), 1, "{:?}", found.problems);
}

#[test]
fn a_registry_counts_under_each_of_its_names() {
    for key in [
        "registry",
        "imageRegistry",
        "registryHost",
        "registryUrl",
        "host",
    ] {
        let text =
            format!("image:\n  {key}: registry.evil.example\n  repository: team/app\n  tag: '1'\n");
        assert_eq!(
            found(&text),
            ["4:8 registry.evil.example/team/app:1"],
            "{key}"
        );
    }
    let text = "image: {host: shop, repository: team/app, tag: '1'}\n";
    assert_eq!(found(text), ["1:48 team/app:1"]);
}

#[test]
fn a_registry_for_all_images_counts_under_each_of_its_names() {
    for key in ["imageRegistry", "registry"] {
        let text = format!(
            "global:\n  {key}: registry.evil.example\nimage:\n  repository: team/app\n  tag: '1'\n"
        );
        assert_eq!(
            found(&text),
            ["5:8 registry.evil.example/team/app:1"],
            "{key}"
        );
    }
}
