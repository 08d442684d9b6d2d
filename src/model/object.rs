//! The Kubernetes object that an image belongs to.

use std::sync::Arc;

use super::span::Location;

/// An object as its own text names it. Nothing is filled in: a missing namespace is `None`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Object {
    /// `apiVersion`.
    pub api_version: Arc<str>,
    /// `kind`.
    pub kind: Arc<str>,
    /// `metadata.namespace`, when it is a text that is not empty.
    pub namespace: Option<Arc<str>>,
    /// `metadata.name`, or `metadata.generateName` with `*` behind it.
    pub name: Option<Arc<str>>,
    /// Annotations where admission reads them for a Pod: the pod template's metadata for controllers,
    /// the Pod's own. A key that is written several times is listed as often, the one last that wins in the
    /// cluster; of several mappings of annotations only the one that wins counts. `None` when the kind has
    /// no pod template that is known.
    pub pod_annotations: Option<Vec<Annotation>>,
}

/// One annotation, both parts as YAML decodes them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Annotation {
    /// The key, such as `security.example.com/scan-status`.
    pub key: Arc<str>,
    /// The value; `None` when it is not a string (the API server would refuse the object).
    pub value: Option<Arc<str>>,
    /// Where the key stands.
    pub location: Location,
}

/// Longest namespace in bytes.
const NAMESPACE_BYTES: usize = 63;

/// What [`is_namespace`] asks for, as a sentence.
pub const NAMESPACE_FORM: &str =
    "a namespace has at most 63 lower-case letters, digits and inner `-`";

/// Whether a namespace can have that name: an RFC 1123 label, as the API server demands.
pub fn is_namespace(name: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !name.is_empty()
        && name.len() <= NAMESPACE_BYTES
        && name.bytes().all(inner)
        && !name.starts_with('-')
        && !name.ends_with('-')
}
