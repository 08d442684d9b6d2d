//! The JSON documents of the OCI image specification 1.1 (`manifest.md`, `image-index.md`,
//! `descriptor.md`), as far as signatures are found with them. Docker's own media types have the same
//! fields.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};

use crate::model::digest::Digest;

/// The annotations that are read anywhere: names in a layout, and the formats of cosign 1 and 2. A manifest
/// can hold half a million others, which would take ten times the memory of its text.
const READ: [&str; 8] = [
    "dev.cosignproject.cosign/signature",
    "dev.sigstore.cosign/bundle",
    "dev.sigstore.cosign/certificate",
    "dev.sigstore.cosign/chain",
    "dev.sigstore.cosign/rfc3161timestamp",
    "io.containerd.image.name",
    "kind",
    "org.opencontainers.image.ref.name",
];

/// A reference to content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Descriptor {
    /// `mediaType`; empty when not written.
    pub media_type: String,
    /// `digest`.
    pub digest: Digest,
    /// `size` in bytes.
    pub size: u64,
    /// `artifactType`. In a list of referrers it is only a claim, and often a wrong one.
    pub artifact_type: Option<String>,
    /// `annotations`, those that are read anywhere.
    pub annotations: BTreeMap<String, String>,
    /// `platform` as `os/architecture` with `/variant`, when both are written.
    pub platform: Option<String>,
}

/// A manifest or an index: the same fields are read from both, whatever the media type says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// `mediaType`; empty when not written.
    pub media_type: String,
    /// `artifactType`.
    pub artifact_type: Option<String>,
    /// `config`, of a manifest.
    pub config: Option<Descriptor>,
    /// `layers`, of a manifest.
    pub layers: Vec<Descriptor>,
    /// `manifests`, of an index; `None` when the key is not there. Programs in Go write `null` for an empty
    /// list.
    pub manifests: Option<Vec<Descriptor>>,
    /// `subject`.
    pub subject: Option<Descriptor>,
    /// Whether `schemaVersion` is 2, as both documents demand.
    pub is_of_schema_2: bool,
    /// Whether the key `layers` is there.
    has_layers: bool,
}

/// Why bytes are no document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DocumentError {
    /// Not JSON, or another shape.
    #[error("it is no OCI manifest or index ({0})")]
    Shape(String),
    /// A digest that is none.
    #[error("it names the digest `{0}`, which is none")]
    Digest(String),
}

impl Document {
    /// Reads a manifest or index.
    ///
    /// # Errors
    /// The bytes are something else.
    pub fn parse(bytes: &[u8]) -> Result<Self, DocumentError> {
        let written: WrittenDocument = serde_json::from_slice(bytes).map_err(|error| {
            // The parser's own words may repeat what is in the bytes, which are hostile.
            DocumentError::Shape(format!("line {}, column {}", error.line(), error.column()))
        })?;
        let has_layers = written.layers.is_some();
        let of_manifest = has_layers || written.config.is_some();
        let manifests = match written.manifests {
            Some(None) if of_manifest => None,
            Some(listed) => Some(all(listed.unwrap_or_default())?),
            None => None,
        };
        Ok(Self {
            media_type: written.media_type.unwrap_or_default(),
            artifact_type: written.artifact_type,
            config: written.config.map(Descriptor::checked).transpose()?,
            layers: all(written.layers.unwrap_or_default())?,
            manifests,
            subject: written.subject.map(Descriptor::checked).transpose()?,
            is_of_schema_2: written.schema_version == Some(2),
            has_layers,
        })
    }

    /// Whether anything of a manifest or index is in it. `{}` has the form of both and says nothing.
    pub fn is_manifest_or_index(&self) -> bool {
        self.config.is_some() || self.has_layers || self.manifests.is_some()
    }
}

impl Descriptor {
    fn checked(written: WrittenDescriptor) -> Result<Self, DocumentError> {
        let digest = Digest::parse(&written.digest).ok_or_else(|| {
            let short: String = written.digest.chars().take(100).collect();
            DocumentError::Digest(short)
        })?;
        Ok(Self {
            media_type: written.media_type.unwrap_or_default(),
            digest,
            size: written.size,
            artifact_type: written.artifact_type,
            annotations: read_ones(written.annotations.unwrap_or_default()),
            platform: written.platform.and_then(WrittenPlatform::named),
        })
    }
}

fn read_ones(mut annotations: BTreeMap<String, String>) -> BTreeMap<String, String> {
    annotations.retain(|name, _| READ.contains(&name.as_str()));
    annotations
}

fn all(written: Vec<WrittenDescriptor>) -> Result<Vec<Descriptor>, DocumentError> {
    written.into_iter().map(Descriptor::checked).collect()
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WrittenDocument {
    schema_version: Option<i64>,
    media_type: Option<String>,
    artifact_type: Option<String>,
    config: Option<WrittenDescriptor>,
    layers: Option<Vec<WrittenDescriptor>>,
    #[serde(default, deserialize_with = "written")]
    manifests: Option<Option<Vec<WrittenDescriptor>>>,
    subject: Option<WrittenDescriptor>,
}

/// A key that is there, so that its `null` differs from its absence.
fn written<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WrittenDescriptor {
    media_type: Option<String>,
    digest: String,
    size: u64,
    artifact_type: Option<String>,
    annotations: Option<BTreeMap<String, String>>,
    platform: Option<WrittenPlatform>,
}

#[derive(Deserialize)]
struct WrittenPlatform {
    os: Option<String>,
    architecture: Option<String>,
    variant: Option<String>,
}

impl WrittenPlatform {
    fn named(self) -> Option<String> {
        let (os, architecture) = (self.os?, self.architecture?);
        Some(match self.variant {
            Some(variant) => format!("{os}/{architecture}/{variant}"),
            None => format!("{os}/{architecture}"),
        })
    }
}
