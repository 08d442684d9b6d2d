//! What `cosign save` marks with `kind`, in layouts that it would not write.

use serde_json::json;

use crate::made::{Made, said};
use crate::{by_tag, tag_of};

const KEY: &str = "ghcr.io/acme/app";

fn kind(kind: &str) -> serde_json::Value {
    json!({ "kind": format!("dev.cosignproject.cosign/{kind}") })
}

#[test]
fn signatures_of_one_of_two_images_belong_to_neither() {
    let mut made = Made::new();
    let (one, two, signatures) = (made.image("1"), made.image("2"), made.image("s"));
    made.list(&one, kind("image"));
    made.list(&two, kind("image"));
    made.list(&signatures, kind("sigs"));
    let said = said(by_tag(&made.open(KEY), KEY, &tag_of(&one, ".sig")));
    assert!(said.contains("not whose signatures these are"), "{said}");
}

#[test]
fn two_images_without_signatures_have_none() {
    let mut made = Made::new();
    let (one, two) = (made.image("1"), made.image("2"));
    made.list(&one, kind("image"));
    made.list(&two, kind("imageIndex"));
    let found = by_tag(&made.open(KEY), KEY, &tag_of(&one, ".sig"));
    assert_eq!(found, Ok(None));
}

#[test]
fn two_lists_of_signatures_of_one_image_are_a_contradiction() {
    let mut made = Made::new();
    let (image, one, two) = (made.image("i"), made.image("1"), made.image("2"));
    made.list(&image, kind("image"));
    made.list(&one, kind("sigs"));
    made.list(&two, kind("sigs"));
    let said = said(by_tag(&made.open(KEY), KEY, &tag_of(&image, ".sig")));
    assert!(said.contains("2 entries of other content"), "{said}");
}

#[test]
fn attestations_are_no_signatures() {
    let mut made = Made::new();
    let (image, attestations) = (made.image("i"), made.image("a"));
    made.list(&image, kind("image"));
    made.list(&attestations, kind("atts"));
    let found = by_tag(&made.open(KEY), KEY, &tag_of(&image, ".sig"));
    assert_eq!(found, Ok(None));
}

#[test]
fn signatures_belong_to_the_image_of_their_layout_only() {
    let mut made = Made::new();
    let (image, other, signatures) = (made.image("i"), made.image("o"), made.image("s"));
    made.list(&image, kind("image"));
    made.list(&signatures, kind("sigs"));
    let found = by_tag(&made.open(KEY), KEY, &tag_of(&other, ".sig"));
    assert_eq!(found, Ok(None));
}

#[test]
fn signatures_are_never_the_image() {
    let mut made = Made::new();
    let signatures = made.image("s");
    let mut annotations = kind("sigs");
    annotations["org.opencontainers.image.ref.name"] = json!("ghcr.io/acme/app:1.0");
    made.list(&signatures, annotations);
    assert_eq!(by_tag(&made.open(KEY), KEY, "1.0"), Ok(None));
}
