//! Which manifests are found by their subject, and what a damaged layout answers.

use std::fs;

use imagegate::gather::store::MAX_REFERRERS;
use serde_json::json;

use crate::made::{MANIFEST, Made, digest_of, said};
use crate::{by_tag, imported_layout, referrers_of, repository, tag_of};

const KEY: &str = "ghcr.io/acme/app";

#[test]
fn a_referrer_is_found_listed_or_not() {
    let mut made = Made::new();
    let image = made.image("i");
    let (listed, unlisted) = (made.referrer(&image, "1"), made.referrer(&image, "2"));
    made.list(&listed, json!({}));
    let mut wanted = vec![listed, unlisted];
    wanted.sort();
    assert_eq!(referrers_of(&made.open(KEY), &image), Ok(wanted));
}

#[test]
fn a_referrer_belongs_to_its_subject_alone() {
    let made = Made::new();
    let (image, other) = (made.image("i"), made.image("o"));
    made.referrer(&other, "1");
    assert_eq!(referrers_of(&made.open(KEY), &image), Ok(Vec::new()));
}

#[test]
fn what_a_statement_calls_its_subjects_makes_it_no_referrer() {
    let made = Made::new();
    let image = made.image("i");
    made.document(&json!({ "subject": [{ "digest": { "sha256": image.hex() } }] }));
    assert_eq!(referrers_of(&made.open(KEY), &image), Ok(Vec::new()));
}

#[test]
fn a_referrer_that_is_wrong_elsewhere_is_listed_all_the_same() {
    let made = Made::new();
    let image = made.image("i");
    let wrong = made.document(&json!({
        "mediaType": MANIFEST,
        "layers": [{ "digest": "sha256:short", "size": 1 }],
        "subject": { "digest": image.as_str(), "size": 1 },
    }));
    assert_eq!(referrers_of(&made.open(KEY), &image), Ok(vec![wrong]));
}

#[test]
fn a_blob_whose_name_is_no_digest_is_no_content() {
    let made = Made::new();
    let image = made.image("i");
    let referrer = made.referrer(&image, "r");
    let misnamed = made.path().join("blobs/sha256/not-a-digest");
    fs::rename(made.blob_path(&referrer), misnamed).unwrap();
    assert_eq!(referrers_of(&made.open(KEY), &image), Ok(Vec::new()));
}

#[test]
fn an_altered_blob_that_nothing_names_may_have_been_a_signature() {
    let made = Made::new();
    let image = made.image("i");
    let referrer = made.referrer(&image, "r");
    fs::write(made.blob_path(&referrer), b"").unwrap();
    let said = said(referrers_of(&made.open(KEY), &image));
    assert!(said.contains("may be a signature"), "{said}");
    let path = format!("evidence/blobs/sha256/{}", referrer.hex());
    assert!(said.contains(&path), "{said}");
}

#[test]
fn an_altered_blob_that_a_manifest_names_is_no_signature() {
    let made = Made::new();
    let image = made.image("configuration");
    fs::write(made.blob_path(&digest_of(b"configuration")), b"other").unwrap();
    let referrer = made.referrer(&image, "r");
    assert_eq!(referrers_of(&made.open(KEY), &image), Ok(vec![referrer]));
}

#[test]
fn an_entry_without_a_name_that_is_missing_may_have_been_a_signature() {
    let mut made = Made::new();
    let image = made.image("i");
    let referrer = made.referrer(&image, "r");
    made.list(&referrer, json!({}));
    fs::remove_file(made.blob_path(&referrer)).unwrap();
    let said = said(referrers_of(&made.open(KEY), &image));
    assert!(said.contains("it does not exist"), "{said}");
}

#[test]
fn an_altered_image_that_has_a_name_is_no_signature_of_another() {
    let mut made = Made::new();
    let (image, other) = (made.image("i"), made.image("o"));
    made.name(&other, "other");
    fs::write(made.blob_path(&other), b"").unwrap();
    assert_eq!(referrers_of(&made.open(KEY), &image), Ok(Vec::new()));
}

#[test]
fn a_missing_signature_tag_is_no_answer_and_says_nothing_of_other_places() {
    let layout = imported_layout();
    let name = "registry.example.com/team/broken-signature-manifest-missing";
    let image = layout.tag_digest(&repository(name), "v1").unwrap().unwrap();
    let said = said(by_tag(&layout, name, &tag_of(&image, ".sig")));
    assert!(said.contains("it does not exist"), "{said}");
    assert_eq!(referrers_of(&layout, &image), Ok(Vec::new()));
}

#[test]
fn compressed_layers_are_not_taken_for_damaged_manifests() {
    let made = Made::new();
    let image = made.image("i");
    for magic in [&[0x1f, 0x8b, 8][..], &[0x28, 0xb5, 0x2f, 0xfd]] {
        let layer = made.blob(magic);
        fs::write(made.blob_path(&layer), [magic, b"cut short"].concat()).unwrap();
    }
    assert_eq!(referrers_of(&made.open(KEY), &image), Ok(Vec::new()));
}

#[test]
fn more_referrers_than_are_read_are_no_answer() {
    let made = Made::new();
    let image = made.image("i");
    for number in 0..=MAX_REFERRERS {
        made.referrer(&image, &number.to_string());
    }
    let said = said(referrers_of(&made.open(KEY), &image));
    assert!(said.contains("1001 manifests"), "{said}");
}

#[test]
fn a_layout_with_too_much_to_look_through_gives_no_answer() {
    let made = Made::new();
    let image = made.image("i");
    for number in 0..130u8 {
        // Sparse: each takes no room on disk, and is read whole.
        let name = digest_of(&[number]);
        let blob = fs::File::create(made.blob_path(&name)).unwrap();
        blob.set_len(4 * 1024 * 1024).unwrap();
    }
    let said = said(referrers_of(&made.open(KEY), &image));
    assert!(said.contains("more than 512 MiB"), "{said}");
}

#[test]
fn all_threads_get_the_same_referrers() {
    let made = Made::new();
    let image = made.image("i");
    let referrer = made.referrer(&image, "r");
    let layout = made.open(KEY);
    std::thread::scope(|scope| {
        let asked: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| referrers_of(&layout, &image)))
            .collect();
        for answer in asked {
            assert_eq!(answer.join().unwrap(), Ok(vec![referrer.clone()]));
        }
    });
}
