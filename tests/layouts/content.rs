//! What is under a digest: whole and unaltered, or no answer.

use std::fs;

use imagegate::gather::store::oci::{Descriptor, Document};
use imagegate::gather::store::{MAX_BLOB_BYTES, MAX_MANIFEST_BYTES, Unanswered};
use imagegate::model::digest::Digest;
use serde_json::json;

use crate::made::{INDEX, Made, digest_of, said};
use crate::{by_digest, by_tag, digest, imported_layout};

const KEY: &str = "ghcr.io/acme/app";

fn blob(made: &Made, blob: &Digest) -> Result<Vec<u8>, Unanswered> {
    let size = fs::metadata(made.blob_path(blob)).map_or(1, |metadata| metadata.len());
    blob_of_size(made, blob, size)
}

fn blob_of_size(made: &Made, blob: &Digest, size: u64) -> Result<Vec<u8>, Unanswered> {
    made.open(KEY).blob(&Descriptor {
        media_type: String::new(),
        digest: blob.clone(),
        size,
        artifact_type: None,
        annotations: Default::default(),
        platform: None,
    })
}

#[test]
fn a_digest_is_answered_by_content_whatever_is_listed() {
    let made = Made::new();
    let image = made.image("i");
    let found = by_digest(&made.open(KEY), &image).unwrap().unwrap();
    assert_eq!(&*found.bytes, fs::read(made.blob_path(&image)).unwrap());
}

#[test]
fn the_images_of_an_index_are_reached_through_it() {
    let layout = imported_layout();
    let name = "registry.example.com/team/v2-index";
    let index = by_tag(&layout, name, "v1").unwrap().unwrap();
    let children = Document::parse(&index.bytes).unwrap().manifests.unwrap();
    assert!(!children.is_empty());
    for child in children {
        assert!(by_digest(&layout, &child.digest).unwrap().is_some());
    }
}

#[test]
fn a_digest_that_names_no_manifest_is_no_image() {
    let made = Made::new();
    for bytes in ["{}", "[]", "layer", r#"{"config":{"Env":[]}}"#, ""] {
        let named = made.blob(bytes.as_bytes());
        let said = said(by_digest(&made.open(KEY), &named));
        assert!(said.contains("no OCI manifest or index"), "{bytes}: {said}");
    }
}

#[test]
fn a_blob_of_another_size_than_is_said_is_no_answer() {
    let made = Made::new();
    let payload = made.blob(b"payload");
    assert!(blob_of_size(&made, &payload, 7).is_ok());
    for size in [0, 6, 8, u64::MAX] {
        let said = said(blob_of_size(&made, &payload, size));
        let words = format!("it has 7 bytes, where {size} were announced");
        assert!(said.contains(&words), "{said}");
    }
}

#[test]
fn an_altered_manifest_is_no_answer() {
    let mut made = Made::new();
    let image = made.image("i");
    made.name(&image, "1.0");
    fs::copy(made.blob_path(&made.image("other")), made.blob_path(&image)).unwrap();
    let layout = made.open(KEY);
    for answer in [by_tag(&layout, KEY, "1.0"), by_digest(&layout, &image)] {
        let said = said(answer);
        assert!(said.contains("does not have the digest"), "{said}");
        let path = format!("evidence/blobs/sha256/{}", image.hex());
        assert!(said.contains(&path), "{said}");
    }
}

#[test]
fn a_manifest_that_is_listed_and_missing_is_no_answer() {
    let mut made = Made::new();
    let image = made.image("i");
    made.name(&image, "1.0");
    fs::remove_file(made.blob_path(&image)).unwrap();
    let layout = made.open(KEY);
    for answer in [by_tag(&layout, KEY, "1.0"), by_digest(&layout, &image)] {
        let said = said(answer);
        assert!(said.contains("it does not exist"), "{said}");
    }
}

#[test]
fn a_child_that_only_its_index_names_is_none_when_missing() {
    let mut made = Made::new();
    let child = made.image("i");
    let index =
        made.document(&json!({ "mediaType": INDEX, "manifests": [made.descriptor(&child)] }));
    made.name(&index, "1.0");
    fs::remove_file(made.blob_path(&child)).unwrap();
    assert_eq!(by_digest(&made.open(KEY), &child), Ok(None));
}

#[test]
fn a_blob_is_read_whole() {
    let made = Made::new();
    let named = made.blob(b"payload");
    assert_eq!(blob(&made, &named).unwrap(), b"payload");
}

#[test]
fn a_blob_that_is_missing_or_altered_is_no_answer_and_is_named() {
    let made = Made::new();
    let (altered, missing) = (made.blob(b"altered"), digest_of(b"missing"));
    fs::write(made.blob_path(&altered), b"Altered").unwrap();
    for named in [altered, missing] {
        let said = said(blob(&made, &named));
        let path = format!("evidence/blobs/sha256/{}", named.hex());
        assert!(said.contains(&path), "{said}");
    }
}

#[test]
fn the_other_registered_algorithms_are_read_and_hashed() {
    let made = Made::new();
    for (algorithm, digits) in [("sha384", 96), ("sha512", 128)] {
        let model = digest(&format!("{algorithm}:{}", "0".repeat(digits)));
        let named = model.of_same_algorithm(b"payload");
        fs::create_dir(made.path().join("blobs").join(algorithm)).unwrap();
        fs::write(made.blob_path(&named), b"payload").unwrap();
        assert_eq!(blob(&made, &named).unwrap(), b"payload");
        fs::write(made.blob_path(&named), b"Payload").unwrap();
        assert!(blob(&made, &named).is_err());
    }
}

#[test]
fn what_is_larger_than_the_cap_is_not_read() {
    let made = Made::new();
    let named = digest_of(b"large");
    let file = fs::File::create(made.blob_path(&named)).unwrap();
    file.set_len(MAX_MANIFEST_BYTES + 1).unwrap();
    let text = said(by_digest(&made.open(KEY), &named));
    assert!(text.contains("larger than 4 MiB"), "{text}");
    file.set_len(MAX_BLOB_BYTES + 1).unwrap();
    let text = said(blob(&made, &named));
    assert!(text.contains("larger than 32 MiB"), "{text}");
}
