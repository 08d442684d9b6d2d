//! What a test registry serves.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde_json::Value;
use sha2::{Digest as _, Sha256};

/// Media type of an image manifest.
pub const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";

/// Media type of an index.
pub const INDEX: &str = "application/vnd.oci.image.index.v1+json";

/// Manifests, blobs and tags. Manifests and blobs are reached by digest from every repository, as a
/// layout does not say to which they belong.
#[derive(Debug, Clone, Default)]
pub struct Content {
    /// By digest. The bytes need not have that digest: a test may say otherwise.
    blobs: BTreeMap<String, Vec<u8>>,
    /// The media type of each manifest, by digest.
    manifests: BTreeMap<String, String>,
    /// By repository and tag.
    tags: BTreeMap<(String, String), String>,
    /// By digest of the subject: descriptors.
    referrers: BTreeMap<String, Vec<Value>>,
    repositories: BTreeSet<String>,
}

impl Content {
    /// Reads an OCI image layout. An entry named `registry.example.com/team/app:v1` is served as tag `v1`
    /// of `team/app`. A blob that the layout lacks is missing here as well.
    pub fn of_layout(folder: &Path) -> Self {
        let mut content = Self::default();
        for algorithm in list(&folder.join("blobs")) {
            for blob in list(&algorithm) {
                let digest = format!("{}:{}", name(&algorithm), name(&blob));
                let bytes = fs::read(&blob).expect("a blob of the layout");
                content.blobs.insert(digest, bytes);
            }
        }
        let index = fs::read(folder.join("index.json")).expect("the index of the layout");
        let index: Value = serde_json::from_slice(&index).expect("JSON");
        for entry in index["manifests"].as_array().expect("a list") {
            content.take_entry(entry);
        }
        content
    }

    fn take_entry(&mut self, entry: &Value) {
        let digest = text(&entry["digest"]);
        self.take_manifest(&digest, &text(&entry["mediaType"]));
        let named = &entry["annotations"]["org.opencontainers.image.ref.name"];
        let Some((repository, tag)) = named.as_str().and_then(|full| full.rsplit_once(':')) else {
            return;
        };
        let (_, repository) = repository.split_once('/').expect("a registry and a path");
        self.repositories.insert(repository.to_owned());
        let key = (repository.to_owned(), tag.to_owned());
        self.tags.insert(key, digest);
    }

    /// Makes what is stored under `digest` a manifest, and the manifests of an index with it.
    fn take_manifest(&mut self, digest: &str, media_type: &str) {
        let known = self
            .manifests
            .insert(digest.to_owned(), media_type.to_owned());
        let bytes = self.blobs.get(digest);
        let Some(document) = bytes.and_then(|bytes| serde_json::from_slice::<Value>(bytes).ok())
        else {
            return;
        };
        if known.is_some() {
            return;
        }
        if let Some(subject) = document["subject"]["digest"].as_str() {
            let artifact_type = document["artifactType"].as_str();
            let descriptor = serde_json::json!({
                "mediaType": media_type,
                "digest": digest,
                "size": bytes.map_or(0, Vec::len),
                "artifactType": artifact_type,
                "annotations": document["annotations"],
            });
            let listed = self.referrers.entry(subject.to_owned()).or_default();
            listed.push(descriptor);
        }
        for child in document["manifests"].as_array().into_iter().flatten() {
            let (digest, media_type) = (text(&child["digest"]), text(&child["mediaType"]));
            if self.blobs.contains_key(&digest) {
                self.take_manifest(&digest, &media_type);
            }
        }
    }

    /// Whether nothing was put in.
    pub fn is_empty(&self) -> bool {
        self.blobs.is_empty()
    }

    /// Adds a blob and returns its digest.
    pub fn blob(&mut self, bytes: &[u8]) -> String {
        let digest = digest_of(bytes);
        self.blobs.insert(digest.clone(), bytes.to_vec());
        digest
    }

    /// Adds a manifest and returns its digest.
    pub fn manifest(&mut self, repository: &str, media_type: &str, document: &Value) -> String {
        let digest = self.blob(document.to_string().as_bytes());
        self.repositories.insert(repository.to_owned());
        self.take_manifest(&digest, media_type);
        digest
    }

    /// Lets a tag point to a digest.
    pub fn tag(&mut self, repository: &str, tag: &str, digest: &str) {
        let key = (repository.to_owned(), tag.to_owned());
        self.repositories.insert(repository.to_owned());
        self.tags.insert(key, digest.to_owned());
    }

    /// Lists the referrers of each image under its referrers tag in every repository, as clients do where
    /// there is no API. A tag that exists stays.
    pub fn with_referrers_tags(mut self) -> Self {
        for (subject, listed) in self.referrers.clone() {
            let index =
                serde_json::json!({ "schemaVersion": 2, "mediaType": INDEX, "manifests": listed });
            let digest = self.blob(index.to_string().as_bytes());
            self.manifests.insert(digest.clone(), INDEX.to_owned());
            for repository in &self.repositories {
                let key = (repository.clone(), subject.replace(':', "-"));
                self.tags.entry(key).or_insert_with(|| digest.clone());
            }
        }
        self
    }

    /// Puts other bytes where those of `digest` are.
    pub fn replace(&mut self, digest: &str, bytes: &[u8]) {
        self.blobs.insert(digest.to_owned(), bytes.to_vec());
    }

    pub(super) fn has_repository(&self, repository: &str) -> bool {
        self.repositories.contains(repository)
    }

    /// Whether a tag names a manifest that is gone: a fault, and not the same as no tag.
    pub(super) fn is_broken(&self, repository: &str, tag: &str) -> bool {
        let key = (repository.to_owned(), tag.to_owned());
        let named = self.tags.get(&key);
        named.is_some_and(|digest| !self.blobs.contains_key(digest))
    }

    /// Digest, media type and bytes of the manifest that a tag or digest names.
    pub(super) fn find(&self, repository: &str, target: &str) -> Option<(&str, &str, &[u8])> {
        let key = (repository.to_owned(), target.to_owned());
        let digest = self.tags.get(&key).map_or(target, String::as_str);
        let (digest, media_type) = self.manifests.get_key_value(digest)?;
        let bytes = self.blobs.get(digest)?;
        Some((digest, media_type, bytes))
    }

    pub(super) fn read(&self, digest: &str) -> Option<&[u8]> {
        self.blobs.get(digest).map(Vec::as_slice)
    }

    pub(super) fn referrers(&self, digest: &str) -> &[Value] {
        self.referrers.get(digest).map_or(&[], Vec::as_slice)
    }
}

/// The SHA-256 digest of bytes.
pub fn digest_of(bytes: &[u8]) -> String {
    let hash = Sha256::digest(bytes);
    let hex: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{hex}")
}

fn list(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder of the layout");
    entries
        .map(|entry| entry.expect("an entry of the layout").path())
        .collect()
}

fn name(path: &Path) -> String {
    let name = path.file_name().expect("a name");
    name.to_string_lossy().into_owned()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
