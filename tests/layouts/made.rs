//! Small layouts in temporary folders, made blob by blob.

use std::fs;
use std::path::{Path, PathBuf};

use imagegate::gather::store::Unanswered;
use imagegate::gather::store::layout::{Layout, LayoutKey};
use imagegate::model::digest::Digest;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::digest;

pub const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
pub const INDEX: &str = "application/vnd.oci.image.index.v1+json";

/// A name in the annotations of an entry of `index.json`.
pub const REF_NAME: &str = "org.opencontainers.image.ref.name";

pub struct Made {
    folder: TempDir,
    entries: Vec<Value>,
}

impl Made {
    /// A layout without any content.
    pub fn new() -> Self {
        let made = Self {
            folder: tempfile::tempdir().unwrap(),
            entries: Vec::new(),
        };
        fs::create_dir_all(made.path().join("blobs/sha256")).unwrap();
        made.write("oci-layout", br#"{"imageLayoutVersion":"1.0.0"}"#);
        made.write_index();
        made
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn blob_path(&self, blob: &Digest) -> PathBuf {
        self.path()
            .join("blobs")
            .join(blob.algorithm())
            .join(blob.hex())
    }

    pub fn write(&self, name: &str, bytes: &[u8]) {
        fs::write(self.path().join(name), bytes).unwrap();
    }

    fn write_index(&self) {
        let index = json!({ "schemaVersion": 2, "mediaType": INDEX, "manifests": self.entries });
        self.write("index.json", index.to_string().as_bytes());
    }

    pub fn blob(&self, bytes: &[u8]) -> Digest {
        let blob = digest_of(bytes);
        fs::write(self.blob_path(&blob), bytes).unwrap();
        blob
    }

    pub fn document(&self, document: &Value) -> Digest {
        self.blob(document.to_string().as_bytes())
    }

    /// An image that differs from those with other marks.
    pub fn image(&self, mark: &str) -> Digest {
        self.document(&json!({
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": self.descriptor(&self.blob(mark.as_bytes())),
            "layers": [],
        }))
    }

    /// A manifest with a subject.
    pub fn referrer(&self, subject: &Digest, mark: &str) -> Digest {
        self.document(&json!({
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "artifactType": "application/vnd.example.note",
            "config": self.descriptor(&self.blob(b"{}")),
            "layers": [self.descriptor(&self.blob(mark.as_bytes()))],
            "subject": descriptor(subject, 1),
        }))
    }

    pub fn descriptor(&self, blob: &Digest) -> Value {
        let size = fs::metadata(self.blob_path(blob)).unwrap().len();
        descriptor(blob, size)
    }

    /// Adds an entry to `index.json`.
    pub fn list(&mut self, manifest: &Digest, annotations: Value) -> &mut Self {
        let mut entry = descriptor(manifest, 1);
        entry["annotations"] = annotations;
        self.entries.push(entry);
        self.write_index();
        self
    }

    /// Adds an entry with a name.
    pub fn name(&mut self, manifest: &Digest, name: &str) -> &mut Self {
        self.list(manifest, json!({ REF_NAME: name }))
    }

    pub fn try_open(&self, key: &str) -> Result<Layout, Unanswered> {
        Layout::open(self.path(), "evidence/", LayoutKey::parse(key))
    }

    pub fn open(&self, key: &str) -> Layout {
        self.try_open(key).unwrap()
    }
}

pub fn digest_of(bytes: &[u8]) -> Digest {
    digest(&format!("sha256:{}", "0".repeat(64))).of_same_algorithm(bytes)
}

fn descriptor(blob: &Digest, size: u64) -> Value {
    json!({ "mediaType": MANIFEST, "digest": blob.as_str(), "size": size })
}

/// What is said about a question that has no answer.
pub fn said<T: std::fmt::Debug>(answer: Result<T, Unanswered>) -> String {
    answer.unwrap_err().to_string()
}
