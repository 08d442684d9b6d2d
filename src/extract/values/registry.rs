//! The registry and tag that stand further up in the values, for images that do not say their own.

use super::node::{Map, Scalar};

/// Keys of a registry for all images below.
const REGISTRIES: [&str; 4] = [
    "imageRegistry",
    "defaultRegistry",
    "defaultImageRegistry",
    "hub",
];

/// Keys of a tag for all images below, beside such a registry.
const TAGS: [&str; 3] = ["defaultImageTag", "imageTag", "tag"];

/// Keys of a path between such a registry and a name.
const NAMESPACES: [&str; 2] = ["imageNamespace", "defaultImageRepository"];

/// Keys by which an image names its own registry.
const OWN: [&str; 4] = ["registry", "imageRegistry", "registryHost", "registryUrl"];

/// A key that other things than registries have too.
const HOST: &str = "host";

/// The registry that an image says itself, beside its repository.
pub(super) fn own(image: &Map) -> Option<&Scalar> {
    let named = OWN.iter().find_map(|key| image.text(key));
    let host = || image.text(HOST).filter(|text| is_host(&text.text));
    named.or_else(host)
}

/// What stands above an image.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Above<'v> {
    pub(super) registry: Option<&'v Scalar>,
    pub(super) namespace: Option<&'v Scalar>,
    /// Whether `hub` is what the registry is called, and the tag stands beside it.
    pub(super) tag: Option<&'v Scalar>,
}

/// The registry that a chart puts in place of every other one: `global.imageRegistry`.
pub(super) fn of_all<'v>(above: &[&'v Map]) -> Option<&'v Scalar> {
    above.iter().find_map(|map| {
        let global = map.get("global")?.map()?;
        let own = global.text("imageRegistry");
        own.or_else(|| global.get("image")?.map()?.text("registry"))
    })
}

/// The nearest registry for images below `above`, whose last is the nearest.
pub(super) fn nearest<'v>(above: &[&'v Map]) -> Above<'v> {
    let nearest = above.iter().rev().find_map(|map| {
        let global = map.get("global").and_then(|global| global.map());
        let usual = [Some(*map), global].into_iter().flatten().find_map(of);
        usual.or_else(|| {
            let registry = Some(global?.text("registry")?);
            Some(Above {
                registry,
                ..Above::default()
            })
        })
    });
    nearest.unwrap_or_default()
}

fn of(map: &Map) -> Option<Above<'_>> {
    let (key, registry) = REGISTRIES
        .iter()
        .find_map(|key| Some((*key, map.text(key)?)))?;
    let keys = match key {
        "hub" => &TAGS[..],
        _ => &TAGS[..1],
    };
    Some(Above {
        registry: Some(registry),
        namespace: NAMESPACES.iter().find_map(|key| map.text(key)),
        tag: keys.iter().find_map(|key| map.part(key)),
    })
}

/// Whether a name begins with a host, as runtimes tell one.
pub(super) fn has_host(name: &str) -> bool {
    name.split_once('/')
        .is_some_and(|(first, _)| is_host(first))
}

/// Whether the first part of a name is a host.
pub(super) fn is_host(first: &str) -> bool {
    first.contains(['.', ':'])
        || first == "localhost"
        || first.contains("{{")
        || first.contains("${")
}
