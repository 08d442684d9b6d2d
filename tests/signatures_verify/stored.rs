//! Signatures out of `testdata/signatures`, as they are handed to the verifier, and what they are held against.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use imagegate::gather::stored::StoredSignature;
use imagegate::gather::verify::Verifier;
use imagegate::model::digest::Digest;
use imagegate::model::reference::ImageReference;
use imagegate::model::repository::Repository;
use imagegate::model::signature::{
    Anchor, Candidate, Format, Place, Proof, Refusal, Storage, Trial,
};
use serde_json::Value;

pub(crate) const SIMPLE_SIGNING: &str = "application/vnd.dev.cosign.simplesigning.v1+json";
pub(crate) const ENVELOPE: &str = "application/vnd.dsse.envelope.v1+json";

/// A file below `testdata/signatures`.
pub(crate) fn file(path: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/signatures");
    fs::read(folder.join(path)).expect("the file is part of the test data")
}

/// An image with what is stored beside it.
#[derive(Clone)]
pub(crate) struct Image {
    pub(crate) digest: Digest,
    pub(crate) stored: Vec<StoredSignature>,
}

impl Image {
    /// The image `registry.example.com/team/NAME`, with tag `v1` or, for the real ones, by the digest for
    /// which a signature tag is there.
    pub(crate) fn named(name: &str) -> Self {
        let index = json(&layout("index.json"));
        let name = format!("registry.example.com/team/{name}:");
        let entries = list(&index["manifests"]);
        let tagged = |entry: &&Value| text(&entry["annotations"][REF_NAME]).starts_with(&name);
        let tags: Vec<_> = entries.iter().filter(tagged).collect();
        let image = tags
            .iter()
            .find(|entry| text(&entry["annotations"][REF_NAME]).ends_with(":v1"));
        let digest = match image {
            Some(entry) => text(&entry["digest"]).to_owned(),
            None => tags
                .iter()
                .find_map(|entry| signed_digest(text(&entry["annotations"][REF_NAME])))
                .expect("the image or a signature of it is in the layout"),
        };
        let digest = Digest::parse(&digest).expect("a digest");
        let manifests = tags
            .iter()
            .filter(|entry| {
                text(&entry["annotations"][REF_NAME]).ends_with(&suffix(&digest, ".sig"))
                    || text(&entry["annotations"][REF_NAME]).ends_with(&suffix(&digest, ".att"))
            })
            .map(|entry| text(&entry["digest"]))
            .chain(
                entries
                    .iter()
                    .map(|entry| text(&entry["digest"]))
                    .filter(|manifest| is_about(manifest, &digest)),
            );
        let stored = manifests.flat_map(layers).collect();
        Self { digest, stored }
    }

    /// The only signature of the image.
    pub(crate) fn only(&self) -> &StoredSignature {
        assert_eq!(self.stored.len(), 1, "one signature of {}", self.digest);
        &self.stored[0]
    }
}

const REF_NAME: &str = "org.opencontainers.image.ref.name";

fn layout(path: &str) -> Vec<u8> {
    file(&format!("layout/{path}"))
}

fn blob_path(digest: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/signatures/layout/blobs");
    folder.join(digest.replace(':', "/"))
}

fn blob(digest: &str) -> Vec<u8> {
    fs::read(blob_path(digest)).expect("the blob is in the layout")
}

fn suffix(digest: &Digest, ending: &str) -> String {
    format!(":{}{ending}", digest.as_str().replace(':', "-"))
}

fn signed_digest(tag: &str) -> Option<String> {
    let (_, tag) = tag.rsplit_once(':')?;
    Some(tag.strip_suffix(".sig")?.replacen('-', ":", 1))
}

fn is_about(manifest: &str, digest: &Digest) -> bool {
    let Ok(bytes) = fs::read(blob_path(manifest)) else {
        return false;
    };
    json(&bytes)["subject"]["digest"] == digest.as_str()
}

fn layers(manifest: &str) -> Vec<StoredSignature> {
    let document = json(&blob(manifest));
    let layers = list(&document["layers"]).iter().zip(0..);
    layers
        .map(|(layer, at)| {
            let media_type = text(&layer["mediaType"]);
            let annotations = layer["annotations"].as_object();
            let annotations: BTreeMap<String, String> = annotations
                .into_iter()
                .flatten()
                .map(|(name, value)| (name.clone(), text(value).to_owned()))
                .collect();
            StoredSignature {
                annotations,
                ..stored(format(media_type), at, blob(text(&layer["digest"])))
            }
        })
        .collect()
}

fn format(media_type: &str) -> Format {
    match media_type {
        SIMPLE_SIGNING => Format::SimpleSigning,
        ENVELOPE => Format::Envelope,
        "application/vnd.dev.sigstore.bundle.v0.3+json" => Format::Bundle("0.3".to_owned()),
        other => Format::Unknown(other.to_owned()),
    }
}

/// A signature in one of the formats of cosign 1 and 2, or a bundle.
pub(crate) fn stored(format: Format, layer: u32, bytes: Vec<u8>) -> StoredSignature {
    let zeros = format!("sha256:{}", "0".repeat(64));
    let image = ImageReference::parse("registry.example.com/team/any").expect("a name");
    StoredSignature {
        place: Place {
            repository: Repository::of(&image),
            storage: Storage::SignatureTag,
            manifest: Digest::parse(&zeros).expect("a digest"),
            layer,
        },
        format,
        annotations: BTreeMap::new(),
        bytes,
    }
}

pub(crate) fn json(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).expect("JSON")
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// With the trusted root of the test data.
pub(crate) fn private() -> Verifier {
    Verifier::new(Some(&file("trusted_root.json"))).expect("a trusted root")
}

/// With the public-good root that is built in.
pub(crate) fn public() -> Verifier {
    Verifier::new(None).expect("the built-in trusted root")
}

/// The key in `testdata/signatures/keys`.
pub(crate) fn key(name: &str, log: bool) -> Trial {
    let der = pem(&file(&format!("keys/{name}.pub"))).remove(0);
    Trial {
        anchor: Anchor::Key(der.into()),
        log,
    }
}

/// A certificate by an authority of the trusted root.
pub(crate) fn sigstore(log: bool) -> Trial {
    Trial {
        anchor: Anchor::Sigstore,
        log,
    }
}

/// A certificate by the authority whose certificates are in that file below `testdata/signatures`.
pub(crate) fn authority(path: &str, log: bool) -> Trial {
    Trial {
        anchor: Anchor::Authority(pem(&file(path)).into()),
        log,
    }
}

/// The contents of the PEM blocks of a file.
pub(crate) fn pem(file: &[u8]) -> Vec<Vec<u8>> {
    let text = std::str::from_utf8(file).expect("text");
    let blocks = text.split("-----BEGIN ").skip(1).map(|block| {
        let (_, body) = block.split_once("-----").expect("a label");
        let (body, _) = body.split_once("-----").expect("an end");
        let compact: String = body.split_whitespace().collect();
        STANDARD.decode(compact).expect("base64")
    });
    blocks.collect()
}

/// Everything that is said about one signature and one trial.
pub(crate) fn examine(
    verifier: &Verifier,
    stored: &StoredSignature,
    digest: &Digest,
    trial: &Trial,
) -> Candidate {
    verifier.examine(stored, digest, &BTreeSet::from([trial.clone()]))
}

/// What comes of one trial.
pub(crate) fn outcome(
    verifier: &Verifier,
    stored: &StoredSignature,
    digest: &Digest,
    trial: &Trial,
) -> Result<Proof, Refusal> {
    let candidate = examine(verifier, stored, digest, trial);
    assert_eq!(candidate.trials.len(), 1, "one outcome for one trial");
    candidate.trials.into_iter().next().expect("one").1
}
