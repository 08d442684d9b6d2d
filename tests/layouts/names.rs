//! Which name in `index.json` answers which tag.

use imagegate::gather::store::Target;
use serde_json::json;

use crate::made::{Made, REF_NAME, said};
use crate::{by_digest, by_tag, digest, imported_layout, repository, tag_of};

const APP: &str = "ghcr.io/acme/app";

/// The digest under a tag of [`APP`].
fn found(made: &Made, key: &str, tag: &str) -> Option<String> {
    let manifest = by_tag(&made.open(key), APP, tag).unwrap();
    manifest.map(|manifest| manifest.digest.to_string())
}

#[test]
fn a_full_reference_answers_under_any_key() {
    let mut made = Made::new();
    let image = made.image("i");
    made.name(&image, "ghcr.io/acme/app:1.0");
    for key in ["ghcr.io", APP] {
        assert_eq!(found(&made, key, "1.0"), Some(image.to_string()));
    }
}

#[test]
fn a_full_reference_answers_for_its_own_repository_only() {
    let mut made = Made::new();
    let image = made.image("i");
    made.name(&image, "ghcr.io/acme/app-evil:1.0");
    assert_eq!(found(&made, "ghcr.io", "1.0"), None);
    assert_eq!(found(&made, APP, "1.0"), None);
}

#[test]
fn names_of_docker_hub_are_one_name_however_they_are_written() {
    for name in [
        "nginx:1.27",
        "docker.io/nginx:1.27",
        "index.docker.io/library/nginx:1.27",
    ] {
        let mut made = Made::new();
        let image = made.image("i");
        made.name(&image, name);
        let found = by_tag(&made.open("docker.io"), "docker.io/library/nginx", "1.27").unwrap();
        assert_eq!(found.map(|manifest| manifest.digest), Some(image), "{name}");
    }
}

#[test]
fn a_full_reference_without_a_tag_is_latest() {
    let mut made = Made::new();
    let image = made.image("i");
    made.name(&image, APP);
    assert_eq!(found(&made, "ghcr.io", "latest"), Some(image.to_string()));
    assert_eq!(found(&made, "ghcr.io", "1.0"), None);
}

#[test]
fn a_full_reference_by_digest_has_no_tag() {
    let mut made = Made::new();
    let image = made.image("i");
    made.name(&image, &format!("{APP}@{image}"));
    assert_eq!(found(&made, APP, "latest"), None);
}

#[test]
fn a_name_that_carries_another_digest_contradicts_its_entry() {
    let mut made = Made::new();
    let (image, other) = (made.image("i"), made.image("o"));
    made.name(&image, &format!("{APP}:1.0@{other}"));
    let said = said(by_tag(&made.open(APP), APP, "1.0"));
    assert!(said.contains("2 entries of other content"), "{said}");
}

#[test]
fn docker_writes_the_full_name_beside_the_bare_tag() {
    let mut made = Made::new();
    let (image, other) = (made.image("i"), made.image("o"));
    for (image, name) in [
        (&image, "ghcr.io/acme/app:1.0"),
        (&other, "ghcr.io/acme/other:1.0"),
    ] {
        let annotations = json!({ "io.containerd.image.name": name, REF_NAME: "1.0" });
        made.list(image, annotations);
    }
    assert_eq!(found(&made, "ghcr.io", "1.0"), Some(image.to_string()));
    assert_eq!(found(&made, APP, "1.0"), Some(image.to_string()));
}

#[test]
fn a_bare_tag_of_a_signature_needs_the_key_of_a_repository() {
    let mut made = Made::new();
    let (image, signature) = (made.image("i"), made.image("s"));
    let tag = tag_of(&image, ".sig");
    made.name(&signature, &tag);
    assert_eq!(found(&made, APP, &tag), Some(signature.to_string()));
    let said = said(by_tag(&made.open("ghcr.io"), APP, &tag));
    assert!(said.contains("ghcr.io/acme/app"), "{said}");
}

#[test]
fn two_entries_with_one_name_are_a_contradiction_unless_they_are_one_image() {
    let mut made = Made::new();
    let (image, other) = (made.image("i"), made.image("o"));
    made.name(&image, "ghcr.io/acme/app:1.0");
    made.name(&image, "ghcr.io/acme/app:1.0");
    assert_eq!(found(&made, "ghcr.io", "1.0"), Some(image.to_string()));
    made.name(&other, "ghcr.io/acme/app:1.0");
    let said = said(by_tag(&made.open("ghcr.io"), APP, "1.0"));
    assert!(
        said.contains(image.as_str()) && said.contains(other.as_str()),
        "{said}"
    );
}

#[test]
fn a_bare_tag_and_a_full_reference_contradict_each_other_too() {
    let mut made = Made::new();
    let (image, other) = (made.image("i"), made.image("o"));
    made.name(&image, "ghcr.io/acme/app:1.0");
    made.name(&other, "1.0");
    assert!(by_tag(&made.open(APP), APP, "1.0").is_err());
}

#[test]
fn an_only_image_without_a_name_never_stands_for_its_signatures() {
    let mut made = Made::new();
    let image = made.image("i");
    made.list(&image, json!({}));
    for ending in ["", ".sig", ".att"] {
        assert_eq!(found(&made, APP, &tag_of(&image, ending)), None);
    }
}

#[test]
fn an_only_image_without_a_name_answers_for_no_tag_and_for_its_digest() {
    let mut made = Made::new();
    let image = made.image("i");
    made.list(&image, json!({}));
    for key in ["ghcr.io", APP] {
        let said = said(by_tag(&made.open(key), APP, "1.0"));
        for part in [
            "the only image in it has no name",
            &format!("write its digest in the manifest ({APP}@{image})"),
            "`crane pull --format=oci --annotate-ref`",
            "`org.opencontainers.image.ref.name: ghcr.io/acme/app:1.0`",
        ] {
            assert!(said.contains(part), "{said}");
        }
    }
    let found = by_digest(&made.open(APP), &image).unwrap();
    assert_eq!(found.map(|manifest| manifest.digest), Some(image));
}

#[test]
fn signatures_beside_an_only_image_without_a_name_are_no_images() {
    let mut made = Made::new();
    let (image, signature) = (made.image("i"), made.image("s"));
    let bundle = made.referrer(&image, "b");
    made.list(&image, json!({}));
    made.list(&bundle, json!({}));
    made.name(&signature, &tag_of(&image, ".sig"));
    let said = said(by_tag(&made.open(APP), APP, "1.0"));
    assert!(said.contains("the only image in it has no name"), "{said}");
}

#[test]
fn of_two_images_without_names_none_is_the_one() {
    let mut made = Made::new();
    let (one, two) = (made.image("1"), made.image("2"));
    made.list(&one, json!({}));
    made.list(&two, json!({}));
    let said = said(by_tag(&made.open(APP), APP, "1.0"));
    assert!(said.contains("not all of its 2 images have one"), "{said}");
}

#[test]
fn an_image_without_a_name_is_not_taken_for_a_tag_beside_named_ones() {
    let mut made = Made::new();
    let (one, two) = (made.image("1"), made.image("2"));
    made.name(&one, "1.0");
    made.list(&two, json!({}));
    assert!(by_tag(&made.open(APP), APP, "2.0").is_err());
}

#[test]
fn a_tag_that_no_entry_has_is_none() {
    let mut made = Made::new();
    let image = made.image("i");
    made.name(&image, "1.0");
    assert_eq!(found(&made, APP, "1.1"), None);
}

#[test]
fn names_that_are_neither_tag_nor_reference_answer_nothing() {
    for name in [
        "",
        "a b",
        "ghcr.io/acme/APP:1.0",
        "../1.0",
        "ghcr.io/acme/app:1.0\u{202e}",
    ] {
        let mut made = Made::new();
        let image = made.image("i");
        made.name(&image, name);
        assert_eq!(found(&made, APP, "1.0"), None, "{name}");
        assert_eq!(found(&made, "ghcr.io", "1.0"), None, "{name}");
    }
}

#[test]
fn the_signatures_of_the_test_images_are_under_their_tags() {
    let layout = imported_layout();
    let name = "registry.example.com/team/v2-keyed";
    let image = layout.tag_digest(&repository(name), "v1").unwrap().unwrap();
    let signatures = by_tag(&layout, name, &tag_of(&image, ".sig")).unwrap();
    assert!(signatures.is_some());
}

#[test]
fn signatures_in_another_repository_are_under_its_name() {
    let layout = imported_layout();
    let image = repository("registry.example.com/team/v2-elsewhere");
    let image = layout.tag_digest(&image, "v1").unwrap().unwrap();
    let tag = tag_of(&image, ".sig");
    let own = by_tag(&layout, "registry.example.com/team/v2-elsewhere", &tag);
    assert_eq!(own, Ok(None));
    let other = by_tag(&layout, "registry.example.com/signatures", &tag);
    assert!(other.unwrap().is_some());
}

#[test]
fn an_image_that_is_not_there_is_none() {
    let layout = imported_layout();
    let absent = repository("registry.example.com/team/absent");
    assert_eq!(layout.manifest(&absent, Target::Tag("v1")), Ok(None));
    let absent = digest(&format!("sha256:{}", "ab".repeat(32)));
    assert_eq!(by_digest(&layout, &absent), Ok(None));
}
