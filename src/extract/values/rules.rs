//! Which scalars of values are an image, by the keys they stand under. Charts agree on a few shapes, and on none
//! exactly; what the shapes are and how often each is right was measured on some hundred charts
//! (docs/helm.md).

use super::image::{Image, Parts};
use super::node::{Map, Scalar, Value};
use super::registry;
use super::shape::{self, ends_in_image};
use crate::model::image_use::Role;

/// Keys beside `repository` by which it is a part of an image.
const BESIDE_REPOSITORY: [&str; 8] = [
    "tag",
    "digest",
    "sha",
    "registry",
    "pullPolicy",
    "imageTag",
    "imagePullPolicy",
    "imageRegistry",
];

/// Other keys of the repository, in a mapping that is called an image.
const NAMES: [&str; 5] = ["name", "repo", "image", "path", "imageName"];

/// Keys of the tag beside a repository.
const TAGS: [&str; 3] = ["tag", "imageTag", "image_tag"];

/// Keys of the digest.
const DIGESTS: [&str; 3] = ["digest", "sha", "imageDigest"];

/// Keys that switch what stands beside and below them off.
const SWITCHES: [&str; 4] = ["enabled", "create", "install", "deploy"];

/// The images that values ask for; `field` is the path of the values in their object, empty in a file of values.
pub(in crate::extract) fn images(values: &Value, field: &str) -> Vec<Image> {
    let mut walk = Walk {
        found: Vec::new(),
        path: field.to_owned(),
        above: Vec::new(),
        switches: Vec::new(),
    };
    walk.value("", "", values);
    walk.registry_alone(values);
    walk.found
}

struct Walk<'v> {
    found: Vec<Image>,
    path: String,
    /// The mappings around, the nearest last.
    above: Vec<&'v Map>,
    /// Switches that are off, the nearest last.
    switches: Vec<String>,
}

impl<'v> Walk<'v> {
    /// Looks at the value of `key`, which stands below `over`. Items of a list have the key of the list.
    fn value(&mut self, over: &str, key: &str, value: &'v Value) {
        match value {
            Value::Map(map) => self.map(over, key, map),
            Value::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.below(&format!("[{index}]"), |walk| walk.item(over, key, item));
                }
            }
            Value::Scalar(_) | Value::Nothing => {}
        }
    }

    fn item(&mut self, over: &str, key: &str, item: &'v Value) {
        match item.scalar() {
            Some(scalar) if shape::lists_images(over, key) => self.listed(scalar),
            Some(_) => {}
            None => self.value(over, key, item),
        }
    }

    fn map(&mut self, over: &str, key: &str, map: &'v Map) {
        let off = SWITCHES.iter().find(|key| is_off(map, key));
        let off = off.map(|key| format!("{}: false", shape::joined(&self.path, key)));
        let switches = self.switches.len();
        self.switches.extend(off);
        self.above.push(map);
        let is_image = self.as_repository(key, map) || self.as_name(key, map);
        let is_image = is_image || self.as_part(over, key, map);
        if !is_image {
            self.scalars(over, key, map);
        }
        for (name, value) in &map.entries {
            let segment = shape::segment(name, self.path.is_empty());
            self.below(&segment, |walk| walk.value(key, name, value));
        }
        self.above.pop();
        self.switches.truncate(switches);
    }

    /// `repository` with what belongs to it.
    fn as_repository(&mut self, key: &str, map: &'v Map) -> bool {
        let Some(repository) = map.text("repository").filter(|text| shape::is_name(text)) else {
            return false;
        };
        let is_beside = BESIDE_REPOSITORY.iter().any(|beside| map.has(beside));
        if !is_beside && !ends_in_image(key) {
            return false;
        }
        let name = map
            .text("name")
            .filter(|name| shape::goes_on(key, repository, name));
        let text = repository.text.as_str();
        let is_host = !text.contains('/') && registry::is_host(text) && !shape::is_open(text);
        if name.is_none() && (key == "images" || is_host) {
            return self.prefix(repository);
        }
        let parts = Parts {
            registry: registry::own(map),
            repository: Some(repository),
            name,
            unknown_registry: map.has("registry"),
            ..of(map)
        };
        // A number beside it is printed otherwise than it is written, and perhaps as no tag at all.
        let is_number = parts.tag.is_some_and(|tag| tag.printed.is_some());
        self.take(parts, ends_in_image(key) || is_number)
    }

    /// A mapping that is called an image and has its name under another key.
    fn as_name(&mut self, key: &str, map: &'v Map) -> bool {
        let is_beside = || BESIDE_REPOSITORY.iter().any(|beside| map.has(beside));
        if !ends_in_image(key) || !is_beside() {
            return false;
        }
        let names = NAMES.iter().filter_map(|name| map.text(name));
        let Some(name) = names.into_iter().find(|name| shape::is_name(name)) else {
            return false;
        };
        let parts = Parts {
            registry: registry::own(map),
            repository: Some(name),
            unknown_registry: map.has("registry"),
            ..of(map)
        };
        self.take(parts, true)
    }

    /// A mapping that is called an image and says only its tag, digest or registry: the rest is the chart's.
    fn as_part(&mut self, over: &str, key: &str, map: &'v Map) -> bool {
        if !ends_in_image(key) || over == "global" {
            return false;
        }
        let known = NAMES
            .iter()
            .chain(&["repository"])
            .any(|name| map.text(name).is_some());
        let parts = Parts {
            registry: map.text("registry").filter(|text| shape::is_name(text)),
            ..of(map)
        };
        let is_part = parts.registry.is_some() || parts.tag.is_some() || parts.digest.is_some();
        !known && is_part && self.push(&parts, true)
    }

    /// What scalars of a mapping say by their own keys.
    fn scalars(&mut self, over: &str, key: &str, map: &'v Map) {
        for (name, value) in &map.entries {
            let Some(scalar) = value.scalar().filter(|scalar| scalar.is_text()) else {
                continue;
            };
            let segment = shape::segment(name, self.path.is_empty());
            let taken = self.below(&segment, |walk| walk.keyed(key, name, map, scalar));
            if !taken
                && (key == "images" || over == "images" && key == "tags")
                && shape::is_listed(name)
            {
                self.below(&segment, |walk| walk.listed(scalar));
            }
        }
    }

    /// A scalar whose key says that it is an image, or the repository of one.
    fn keyed(&mut self, list: &str, name: &str, map: &'v Map, scalar: &'v Scalar) -> bool {
        if let Some(prefix) = shape::before_repository(name) {
            return self.as_key_with_repository(prefix, map, scalar);
        }
        if let Some(prefix) = shape::before_tag(name) {
            return self.as_tag_alone(prefix, map, scalar);
        }
        if !ends_in_image(name) || !shape::is_image(scalar) {
            return false;
        }
        let is_plain = name == "image";
        let keys = shape::tags_of(name);
        let tag = keys.iter().find_map(|key| map.part(key));
        let named = scalar.text.contains([':', '@']) && !shape::is_open(&scalar.text);
        let tag = tag.filter(|_| !named || !shape::has_tag(&scalar.text));
        let digest = DIGESTS
            .iter()
            .filter(|_| is_plain)
            .find_map(|key| map.part(key));
        let above = registry::nearest(&self.above);
        let in_hub = is_plain && !scalar.text.contains('/') && above.registry.is_some();
        if !is_plain && tag.is_none() && !scalar.text.contains(['/', ':']) {
            return false;
        }
        let parts = Parts {
            repository: Some(scalar),
            registry: map.text("imageRegistry").filter(|_| is_plain && !named),
            tag,
            digest,
            is_complete: shape::lists_containers(list) && tag.is_none(),
            is_whole: tag.is_none() && digest.is_none() && !in_hub,
            ..Parts::default()
        };
        match in_hub && tag.is_none() {
            true => self.take(parts, is_plain),
            false => self.push(&parts, is_plain),
        }
    }

    /// `proxyImageRepository` with `proxyImageTag`.
    fn as_key_with_repository(&mut self, prefix: &str, map: &'v Map, scalar: &'v Scalar) -> bool {
        if !shape::is_name(scalar) {
            return false;
        }
        let key = |end: &str| map.part(&format!("{prefix}{end}"));
        let parts = Parts {
            registry: key("Registry").or_else(|| key("_registry")),
            repository: Some(scalar),
            tag: key("Tag")
                .or_else(|| key("_tag"))
                .or_else(|| key("Version"))
                .or_else(|| map.part("tag")),
            digest: key("Digest").or_else(|| key("_digest")),
            ..Parts::default()
        };
        self.take(parts, false)
    }

    /// `imageTag` without the image that it belongs to.
    fn as_tag_alone(&mut self, prefix: &str, map: &'v Map, scalar: &'v Scalar) -> bool {
        let mut entries = map.entries.iter();
        let is_beside = entries.any(|(name, value)| {
            let is_its = name == prefix || shape::before_repository(name) == Some(prefix);
            let is_repository = name == "repository" || NAMES.contains(&name.as_str());
            (is_its || is_repository)
                && value.scalar().is_some_and(|scalar| !scalar.text.is_empty())
        });
        let parts = Parts {
            tag: Some(scalar),
            ..Parts::default()
        };
        !is_beside && self.push(&parts, false)
    }

    /// A scalar of a list or mapping of images.
    fn listed(&mut self, scalar: &'v Scalar) {
        if shape::is_image(scalar) && scalar.text.contains(['/', ':']) {
            let parts = Parts {
                repository: Some(scalar),
                is_whole: true,
                ..Parts::default()
            };
            self.push(&parts, false);
        }
    }

    /// A registry with a path, below which a chart has its images.
    fn prefix(&mut self, scalar: &'v Scalar) -> bool {
        let parts = Parts {
            registry: Some(scalar),
            ..Parts::default()
        };
        let first = scalar.text.split('/').next().unwrap_or_default();
        registry::is_host(first) && self.push(&parts, true)
    }

    /// A registry for all images of a chart that no image in these values is made of.
    fn registry_alone(&mut self, values: &'v Value) {
        let Some(map) = values.map() else { return };
        let own = ["imageRegistry", "hub"];
        let global = map.get("global").and_then(Value::map);
        let all = [("global.", global), ("", Some(map))];
        for (prefix, map) in all {
            let found = own.iter().find_map(|key| Some((*key, map?.text(key)?)));
            let Some((key, scalar)) = found.filter(|(_, scalar)| shape::is_name(scalar)) else {
                continue;
            };
            let mut parts = self.found.iter().flat_map(|image| &image.parts);
            if parts.any(|(_, part)| part.span == scalar.span) {
                continue;
            }
            let field = shape::joined(&self.path, &format!("{prefix}{key}"));
            let depth = std::mem::replace(&mut self.path, field);
            self.above.extend(map);
            self.prefix(scalar);
            self.above.pop();
            self.path = depth;
        }
    }

    /// Takes an image whose registry and tag may stand further up.
    fn take(&mut self, parts: Parts<'v>, is_certain: bool) -> bool {
        let of_all = registry::of_all(&self.above);
        let parts = parts.with(of_all, registry::nearest(&self.above));
        self.push(&parts, is_certain)
    }

    /// Keeps what was put together; whether it is one. What is no reference is one only where nothing else can
    /// be meant.
    fn push(&mut self, parts: &Parts<'v>, is_certain: bool) -> bool {
        let Some(composed) = parts.composed() else {
            return false;
        };
        if !is_certain && shape::is_wrong(&composed.reference) {
            return false;
        }
        self.found.push(Image {
            text: composed.text,
            reference: composed.reference,
            parts: composed.parts,
            deciding: composed.deciding,
            field: self.path.clone(),
            switch: self.switches.last().cloned(),
            role: Role::Values,
            in_place_of: None,
        });
        true
    }

    fn below<T>(&mut self, segment: &str, look: impl FnOnce(&mut Self) -> T) -> T {
        let length = self.path.len();
        self.path.push_str(segment);
        let result = look(self);
        self.path.truncate(length);
        result
    }
}

/// Tag and digest of a mapping.
fn of(map: &Map) -> Parts<'_> {
    Parts {
        tag: TAGS.iter().find_map(|key| map.part(key)),
        digest: DIGESTS.iter().find_map(|key| map.text(key)),
        ..Parts::default()
    }
}

fn is_off(map: &Map, key: &str) -> bool {
    let scalar = map.part(key);
    scalar.is_some_and(|scalar| scalar.printed.as_deref() == Some("false"))
}
