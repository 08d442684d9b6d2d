//! The verdict table where files of other tools lie beside the manifests, with syntax of their own.

use crate::sandbox::{Checked, Sandbox, pod};

const POLICY: &str = "version: 1\nrules:\n  disallow-latest-tag: {}\n";

fn beside_a_pod(path: &str, text: &str) -> Checked {
    Sandbox::new()
        .file("imagegate.yaml", POLICY)
        .file("k8s/pod.yaml", pod("nginx:1"))
        .file(&format!("k8s/{path}"), text)
        .check(&["k8s"])
}

/// That nothing is said about any of these files.
fn are_left_alone(files: &[(&str, &str)]) {
    for (path, text) in files {
        let run = beside_a_pod(path, text);
        assert_eq!(run.findings(), Vec::<String>::new(), "{path}\n{text}");
        assert_eq!(run.code, 0, "{path}\n{text}");
    }
}

/// That each of these manifests leads to a finding or to a judged image besides that of the pod.
fn are_not_silent(manifests: &[&str]) {
    for text in manifests {
        let run = beside_a_pod("other.yaml", text);
        assert_eq!(run.code, 1, "{text}");
    }
}

#[test]
fn json_with_comments_of_other_tools_is_left_alone() {
    are_left_alone(&[
        (
            "devcontainer.json",
            "// For format details, see https://aka.ms/devcontainer.json\n{\n\t\"name\": \"kind\",\n\t/* Or a \
             Dockerfile,\n\t * apiVersion */\n\t\"image\": \"mcr.microsoft.com/devcontainers/base:bullseye\",\n\t\
             \"features\": { \"ghcr.io/a/b:1\": {}, },\n\t// \"postCreateCommand\": \"kubectl apply\",\n\t\
             \"containerEnv\": {\"kind\": \"Pod\"},\n}\n",
        ),
        (
            "tsconfig.json",
            "{\n  \"extends\": \"./base.json\", // kind, apiVersion\n  \"compilerOptions\": {\n    \"paths\": { \
             \"@image/*\": [\"./src/*\",], \"a//b\": [\"\\\"//x\\\\\"], },\n  },\n} // image\n/* end */\n",
        ),
        (
            "settings.json",
            "{\n  // image\n  \"yaml.schemas\": { \"kubernetes\": [\"*.yaml\"], },\n  \"a\": {\"apiVersion\": \
             \"kind\"} // \"items\"\n}\n",
        ),
        (
            "keybindings.json",
            "// kind\n[\n  { \"key\": \"a\", \"command\": \"image\", \"when\": \"apiVersion\" }, // Pod\n]\n",
        ),
        (
            ".eslintrc.json",
            "\u{feff}// \"apiVersion\": 1\n{ \"rules\": { \"image\": \"off\" } } // kind:\n",
        ),
    ]);
}

#[test]
fn a_manifest_in_json_with_comments_is_never_silent() {
    are_not_silent(&[
        "{\n  // comment\n  \"apiVersion\": \"v1\", \"kind\": \"Pod\",\n  \"spec\": {\"containers\": [{\"image\": \
         \"nginx\"}]},\n}\n",
        "// comment\n{\"kind\": \"Pod\", \"spec\": {\"containers\": [{\"image\": \"nginx\"}]}}\n",
        "/* c */ {\"k\\u0069nd\": \"Pod\", \"spec\": {\"containers\": [{\"image\": \"nginx\"}]}}\n",
        "/* c */ {\"Kind\": \"x\", \"items\": [{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"image\": 1}],}\n",
        "{\"image\": 1, /* c */}\n{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"image\": 2}\n",
        "{\"image\": \"apiVersion kind\", // c\n",
        "{\"image\": \"apiVersion kind\", \"x\": /* \0 */ 1 }\n",
    ]);
}

#[test]
fn tags_of_other_tools_are_left_alone() {
    are_left_alone(&[
        (
            "mkdocs.yml",
            "site_name: kind of Pod\nplugins:\n  - glightbox: !ENV [GLIGHT, image]\nmarkdown_extensions:\n  - \
             toc:\n      slugify: !!python/object/apply:pymdownx.slugs.slugify {kwds: {case: lower}}\n  - emoji:\n      \
             emoji_index: !!python/name:material.extensions.emoji.twemoji\n  - fences:\n      - {name: m, format: \
             !!python/name:a.b}\n      - [!!python/name:a.b, x]\n  - x: !!python/name:a.b ''\n  - [!relative]\n",
        ),
        (
            "template.yaml",
            "AWSTemplateFormatVersion: 2010-09-09\nMetadata: {kind: x, apiVersion: 1}\nResources:\n  T:\n    Type: \
             AWS::ECS::TaskDefinition\n    Properties:\n      Name: !Ref Name\n      Image: !Sub \
             ${AWS::AccountId}.dkr.ecr.amazonaws.com/x:latest\n      A: !Join [\"\", [!Ref A, !GetAtt B.C]]\n      B: \
             !If [P, !Ref \"AWS::NoValue\", !FindInMap [a, b, !Ref C]]\n      C: !Join\n        - \":\"\n        - - \
             !Ref Repo\n          - !Select [0, !GetAZs \"\"]\n      D: !Base64 |\n        apiVersion: v1\n        \
             kind: Pod\n",
        ),
        (
            "docker-compose.yml",
            "x-a: &a\n  image: app:latest\nservices:\n  web:\n    <<: *a\n    image: ${REG:-x}/web:${TAG?err}\n    \
             ports: !reset []\n    volumes: !override\n      - kind:Pod\n    x: {a: !reset, b: !reset null}\n",
        ),
        (
            ".gitlab-ci.yml",
            "image: docker:latest\n.a: &a\n  image: alpine\nx:\n  <<: *a\n  script:\n    - !reference [.a, \
             script]\n    - !reference\n      - .b\n      - kind\n    - |\n      kubectl apply -f - <<E\n      \
             apiVersion: v1\n      kind: Pod\n      E\n  rules: !reference [.x, rules]\n",
        ),
        (
            "configuration.yaml",
            "homeassistant:\n  packages: !include_dir_named packages\nhttp: {ssl: !secret ssl}\nautomation: !include \
             a.yaml\nkind: x\ncamera:\n  - still_image_url: !secret url\n    on: !lambda |-\n      return image;\n    \
             x: !include {file: a.yaml, vars: {id: \"image\"}}\n    y: !remove\n",
        ),
        (
            "playbook.yml",
            "- hosts: \"{{ h }}\"\n  vars:\n    image: !vault |\n      $ANSIBLE_VAULT;1.1;AES256\n      6231\n    kind: \
             !unsafe 'Pod {{ b }}'\n  tasks:\n    - k8s:\n        definition: {apiVersion: v1, kind: Pod, spec: \
             {containers: [{image: nginx}]}}\n",
        ),
        (
            "vault.yml",
            "$ANSIBLE_VAULT;1.1;AES256\n62313365396662343061393464336163383764373764613633653634306231386433626436\n",
        ),
    ]);
}

#[test]
fn a_manifest_with_tags_of_other_tools_is_never_silent() {
    let pod =
        |value: &str| format!("apiVersion: v1\nkind: Pod\nspec: {{containers: [{{{value}}}]}}\n");
    let manifests: Vec<String> = [
        "image: !Sub \"nginx\"",
        "image: !Ref nginx",
        "image: !reference [.a, image]",
        "image: !secret nginx",
        "image: !include nginx",
        "image: !!python/name:a.b nginx",
        "image: !reset, name: a",
    ]
    .map(pod)
    .to_vec();
    let mut texts: Vec<&str> = manifests.iter().map(String::as_str).collect();
    texts.push(
        "apiVersion: !Ref v1\nkind: !Sub Pod\nspec: {containers: [{image: !vault \"nginx\"}]}\n",
    );
    texts.push("!Sub\napiVersion: v1\nkind: Pod\nspec: {containers: [{image: nginx}]}\n");
    are_not_silent(&texts);
}
