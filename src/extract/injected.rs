//! Annotations by which somebody asks an injector to add a container, and which image it gets.
//!
//! Sources: the annotation references of Istio, Linkerd (`reference/proxy-configuration`), the Vault Agent
//! Injector and Dapr (`pkg/injector/annotations`).

use super::fields::{Place, Reader};
use super::key_rules::{self, Composed};

/// One annotation that names an image.
#[derive(Debug)]
pub(super) struct Injected {
    key: &'static str,
    /// The annotation that says the tag, where the image is a name without one.
    version: Option<&'static str>,
    /// Whether a text without `/` is no image: Istio takes it for a variant of the image that it is set up with.
    needs_slash: bool,
}

const fn of(key: &'static str) -> Injected {
    Injected {
        key,
        version: None,
        needs_slash: false,
    }
}

const fn with_version(key: &'static str, version: &'static str) -> Injected {
    Injected {
        version: Some(version),
        ..of(key)
    }
}

const INJECTED: [Injected; 6] = [
    Injected {
        needs_slash: true,
        ..of("sidecar.istio.io/proxyImage")
    },
    with_version(
        "config.linkerd.io/proxy-image",
        "config.linkerd.io/proxy-version",
    ),
    with_version(
        "config.linkerd.io/init-image",
        "config.linkerd.io/init-image-version",
    ),
    with_version(
        "config.linkerd.io/debug-image",
        "config.linkerd.io/debug-image-version",
    ),
    of("vault.hashicorp.com/agent-image"),
    of("dapr.io/sidecar-image"),
];

/// The annotation of that key.
pub(super) fn find(key: &str) -> Option<&'static Injected> {
    if !key.contains('/') {
        return None;
    }
    INJECTED.iter().find(|injected| injected.key == key)
}

impl Injected {
    /// Whether the value is an image for the injector that reads it.
    pub(super) fn is_image(&self, reader: Reader<'_>, value: Place) -> bool {
        let scalar = reader.tree.scalar(value.node);
        scalar.is_some_and(|scalar| {
            key_rules::is_image("image", &scalar)
                && (!self.needs_slash || scalar.value.contains('/'))
        })
    }

    /// The image, where the value is a name and another of the `annotations` says the tag, or nobody does.
    pub(super) fn composed(
        &self,
        reader: Reader<'_>,
        annotations: Place,
        value: Place,
    ) -> Option<Composed> {
        let tag = reader.winner(annotations, self.version?);
        key_rules::with_tag(reader, value, tag)
    }
}
