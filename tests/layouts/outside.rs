//! Folders that are no layout, and layouts that lead elsewhere.

use std::fs;

use imagegate::gather::store::layout::{Layout, LayoutKey};

use crate::by_digest;
use crate::made::{Made, said};
use crate::testdata;

const KEY: &str = "ghcr.io/acme/app";

fn opened(made: &Made) -> String {
    said(made.try_open(KEY).map(|_| ()))
}

#[test]
fn a_folder_that_is_not_there_is_no_answer() {
    let made = Made::new();
    let path = made.path().join("other");
    let answer = Layout::open(&path, "other", LayoutKey::parse(KEY));
    let said = said(answer.map(|_| ()));
    assert!(
        said.starts_with("reading the layout other: it does not exist"),
        "{said}"
    );
}

#[test]
fn a_file_is_no_layout() {
    let path = testdata().join("cases.json");
    let answer = Layout::open(&path, "layout.tar", LayoutKey::parse(KEY));
    let said = said(answer.map(|_| ()));
    assert!(
        said.starts_with("reading the layout layout.tar: it is not a folder"),
        "{said}"
    );
}

#[test]
fn each_file_of_a_layout_has_to_be_there() {
    for name in ["oci-layout", "index.json"] {
        let made = Made::new();
        fs::remove_file(made.path().join(name)).unwrap();
        let said = opened(&made);
        let begins = format!("reading evidence/{name}: it does not exist; `layout` is");
        assert!(said.starts_with(&begins), "{said}");
    }
}

#[test]
fn another_version_of_the_layout_is_not_read() {
    for marker in [
        r#"{"imageLayoutVersion":"2.0.0"}"#,
        r#"{"imageLayoutVersion":1}"#,
        "{}",
        "",
    ] {
        let made = Made::new();
        made.write("oci-layout", marker.as_bytes());
        assert!(
            opened(&made).starts_with("reading evidence/oci-layout: "),
            "{marker}"
        );
    }
}

#[test]
fn an_index_that_is_none_is_no_empty_layout() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let nested = format!(r#"{{"manifests":{deep}}}"#);
    let beside = format!(r#"{{"other":{deep}}}"#);
    let algorithm = r#"{"manifests":[{"digest":"md5:00","size":1}]}"#;
    let upward = r#"{"manifests":[{"digest":"sha256:../../secret","size":1}]}"#;
    let twice = r#"{"manifests":[],"manifests":[]}"#;
    for index in ["", "{}", "null", algorithm, upward, twice, &nested, &beside] {
        let made = Made::new();
        made.write("index.json", index.as_bytes());
        let said = opened(&made);
        assert!(said.starts_with("reading evidence/index.json: "), "{said}");
    }
}

#[test]
fn an_index_of_any_size_is_not_read() {
    let made = Made::new();
    let index = fs::File::create(made.path().join("index.json")).unwrap();
    index.set_len(17 * 1024 * 1024).unwrap();
    assert!(opened(&made).contains("larger than 16 MiB"));
}

#[test]
fn a_folder_in_the_place_of_a_blob_is_no_answer() {
    let made = Made::new();
    let image = made.image("i");
    fs::remove_file(made.blob_path(&image)).unwrap();
    fs::create_dir(made.blob_path(&image)).unwrap();
    let said = said(by_digest(&made.open(KEY), &image));
    assert!(said.contains("it is a folder, not a file"), "{said}");
}

#[cfg(unix)]
mod unix {
    use std::fs;
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    use std::process::Command;

    use super::{KEY, opened};
    use crate::made::{Made, said};
    use crate::{by_digest, referrers_of};

    #[test]
    fn a_link_out_of_the_layout_is_not_followed() {
        let (made, outside) = (Made::new(), Made::new());
        let image = outside.image("i");
        symlink(outside.blob_path(&image), made.blob_path(&image)).unwrap();
        let said = said(by_digest(&made.open(KEY), &image));
        assert!(said.contains("link out of the layout"), "{said}");
    }

    #[test]
    fn a_folder_of_blobs_elsewhere_is_not_read() {
        let (made, outside) = (Made::new(), Made::new());
        let image = outside.image("i");
        fs::remove_dir_all(made.path().join("blobs")).unwrap();
        symlink(outside.path().join("blobs"), made.path().join("blobs")).unwrap();
        let layout = made.open(KEY);
        for said in [
            said(by_digest(&layout, &image)),
            said(referrers_of(&layout, &image)),
        ] {
            assert!(said.contains("link out of the layout"), "{said}");
        }
    }

    #[test]
    fn an_index_elsewhere_is_not_read() {
        let (made, outside) = (Made::new(), Made::new());
        fs::remove_file(made.path().join("index.json")).unwrap();
        symlink(
            outside.path().join("index.json"),
            made.path().join("index.json"),
        )
        .unwrap();
        assert!(opened(&made).contains("link out of the layout"));
    }

    #[test]
    fn a_link_inside_of_the_layout_is_followed() {
        let made = Made::new();
        let image = made.image("i");
        let other = made.path().join("kept");
        fs::rename(made.blob_path(&image), &other).unwrap();
        symlink(&other, made.blob_path(&image)).unwrap();
        assert!(by_digest(&made.open(KEY), &image).unwrap().is_some());
    }

    #[test]
    fn a_link_that_leads_to_itself_is_no_answer() {
        let made = Made::new();
        let image = made.image("i");
        fs::remove_file(made.blob_path(&image)).unwrap();
        symlink(image.hex(), made.blob_path(&image)).unwrap();
        assert!(by_digest(&made.open(KEY), &image).is_err());
    }

    #[test]
    fn a_pipe_is_refused_without_waiting_for_a_writer() {
        let made = Made::new();
        let image = made.image("i");
        fs::remove_file(made.blob_path(&image)).unwrap();
        let pipe = Command::new("mkfifo").arg(made.blob_path(&image)).status();
        assert!(pipe.unwrap().success());
        let layout = made.open(KEY);
        let text = said(by_digest(&layout, &image));
        assert!(text.contains("a pipe, socket or device"), "{text}");
        let text = said(referrers_of(&layout, &image));
        assert!(text.contains("may be a signature"), "{text}");
    }

    #[test]
    fn what_may_not_be_read_is_no_answer() {
        let made = Made::new();
        let image = made.image("i");
        let forbidden = fs::Permissions::from_mode(0o000);
        fs::set_permissions(made.blob_path(&image), forbidden).unwrap();
        if fs::read(made.blob_path(&image)).is_ok() {
            // Whoever may read everything (root) cannot see this.
            return;
        }
        let said = said(by_digest(&made.open(KEY), &image));
        assert!(said.contains("permission is denied"), "{said}");
    }
}
