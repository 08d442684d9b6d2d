//! Which fields of a kind that is not listed hold an image: by their key, by the form of the value, and by what
//! stands beside it. What these rules take is judged; what only looks like an image is counted
//! ([`super::unlisted`]).
//!
//! Measured before they were built: 379 of 463 images found in 43 of 56 kinds and fields, one wrong.

use crate::model::origin::PartRole;
use crate::model::reference::{ImageReference, ReferenceError};
use crate::parse::tree::Scalar;

use super::fields::{Place, Reader};
use super::kept::COMPARED_BYTES;
use super::not_deployed::{group_matches, is_not_deployed};
use super::objects::Type;
use super::path::Segment;
use super::scalar_kind::{self, ScalarKind};
use super::sources;

/// Longest text that is looked at, in bytes; a longer one is no reference.
pub(super) const TEXT: usize = 1_000;

/// Most fields of a mapping in which a tag is looked for beside an image.
const FIELDS: usize = 200;

/// Groups whose objects name images of another kind, images that are looked for and not run, or images that
/// only a tool on a developer's machine reads. `*.` in front stands for any labels before.
const OTHER_IMAGES: [&str; 13] = [
    "kind.x-k8s.io",
    "k3d.io",
    "image.toolkit.fluxcd.io",
    "kubeadm.k8s.io",
    "config.kubernetes.io",
    "kustomize.config.k8s.io",
    "cli.kyverno.io",
    "chainsaw.kyverno.io",
    "infrastructure.cluster.x-k8s.io",
    "machine.openshift.io",
    "compute.cnrm.cloud.google.com",
    "argocd-image-updater.argoproj.io",
    "kargo.akuity.io",
];

/// Below these keys an image is described, pushed, or one of another world: a schema, machine images of a cloud,
/// a block device, the result of a build.
const NOT_BELOW: [&str; 11] = [
    "metadata",
    "labels",
    "matchLabels",
    "annotations",
    "podAnnotations",
    "rbd",
    "withItems",
    "lastTriggeredImage",
    "forProvider",
    "initProvider",
    "output",
];

/// Below these keys nothing is asked for at all.
const NOTHING_BELOW: [&str; 3] = ["status", "schema", "openAPIV3Schema"];

/// Keys that say the version of an image, in the order in which the first one counts.
const TAGS: [&str; 3] = ["tag", "imageTag", "version"];

/// Keys that say the digest.
const DIGESTS: [&str; 2] = ["digest", "sha"];

/// Keys beside `repository` that make it a part of an image wherever it stands.
const BESIDE_REPOSITORY: [&str; 7] = [
    "tag",
    "imageTag",
    "digest",
    "sha",
    "registry",
    "pullPolicy",
    "imagePullPolicy",
];

/// Hosts of source code, none of which is a registry.
const CODE_HOSTS: [&str; 3] = ["github.com", "gitlab.com", "bitbucket.org"];

/// Ends of files that are pictures, disks or archives.
const FILE_ENDINGS: [&str; 18] = [
    "png", "jpg", "jpeg", "gif", "svg", "webp", "ico", "iso", "img", "qcow2", "raw", "vmdk", "vhd",
    "ova", "gz", "xz", "tar", "zip",
];

/// Words that answer another question than which image.
const OTHER_WORDS: [&str; 8] = [
    "true", "false", "yes", "no", "none", "auto", "default", "custom",
];

/// What the object around a field is, as far as its fields are read by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Scope {
    /// Whether the key rules hold there.
    pub(super) keys: bool,
    /// Whether objects inside it are deployed as they stand.
    pub(super) nested: bool,
    /// Whether it belongs to OpenShift, where `from` may name an image.
    pub(super) openshift: bool,
    /// Whether it belongs to Tekton, whose tasks may lie in an image.
    pub(super) tekton: bool,
}

impl Scope {
    /// The scope of an object; `None` for one below which nothing is asked for.
    pub(super) fn of(types: &[Type<'_>]) -> Option<Self> {
        let group = |of: &Type<'_>| of.group_and_version().0.to_owned();
        if types.iter().all(|of| is_not_deployed(&group(of))) {
            return None;
        }
        Some(Self {
            keys: types.iter().any(|&of| is_judged(of)),
            nested: !types.iter().all(|&of| is_of_others(of)),
            openshift: types.iter().any(|of| group(of).ends_with(".openshift.io")),
            tekton: types.iter().any(|of| group(of).ends_with("tekton.dev")),
        })
    }

    /// The scope of an object inside this one.
    pub(super) fn inside(self, types: &[Type<'_>]) -> Option<Self> {
        let own = Self::of(types)?;
        Some(Self {
            keys: own.keys && self.nested,
            nested: own.nested && self.nested,
            ..own
        })
    }

    /// The scope below the key `key`.
    pub(super) fn below(self, key: &str) -> Option<Self> {
        if NOTHING_BELOW.contains(&key) {
            return None;
        }
        Some(Self {
            keys: self.keys && !NOT_BELOW.contains(&key),
            ..self
        })
    }
}

/// Whether the key rules hold in objects of that type. Kinds of Kubernetes itself are known.
fn is_judged(of: Type<'_>) -> bool {
    of.group_and_version().0.contains('.') && !is_of_others(of)
}

/// Whether an entry of `custom-resources` for the field at `path` of that type would judge images that run.
pub(super) fn may_be_listed(of: Type<'_>, path: &[Segment<'_>]) -> bool {
    let is_out = |segment: &Segment<'_>| match segment {
        Segment::Key(key) => NOT_BELOW.contains(key) || NOTHING_BELOW.contains(key),
        Segment::Index(_) => false,
    };
    is_judged(of) && !path.iter().any(is_out)
}

/// Whether the images of that type are of another world, or are read in another way: those of a release or an
/// application.
fn is_of_others(of: Type<'_>) -> bool {
    let (group, _) = of.group_and_version();
    OTHER_IMAGES.iter().any(|other| group_matches(other, group)) || sources::is_source(of)
}

/// `image`, `proxyImage`, `proxy-image`, `proxy_image`, `imageName`, `imageRef`.
pub(super) fn names_image(key: &str) -> bool {
    let end = key.len().checked_sub(5).and_then(|at| key.get(at..));
    end.is_some_and(|end| end.eq_ignore_ascii_case("image"))
        || matches!(key, "imageName" | "imageRef")
}

/// Whether the text under `key` is the reference of a container image. Of a single word only the key `image`
/// says so: `runnerImage: default` is something else.
pub(super) fn is_image(key: &str, scalar: &Scalar<'_>) -> bool {
    let text = scalar.value;
    text.len() <= TEXT
        && scalar_kind::of(scalar) == ScalarKind::Text
        && (key == "image" || text.contains(['/', ':', '@']))
        && ImageReference::parse(text).is_ok()
        && !is_something_else(text)
}

/// Whether a text that could be a reference is known to be something else: a file, a number, an identifier of
/// a cloud, a repository of source code, the node of a `kind` cluster.
pub(super) fn is_something_else(text: &str) -> bool {
    let (host, _) = text.split_once('/').unwrap_or((text, ""));
    CODE_HOSTS.contains(&host)
        || is_no_name(text)
        || is_uuid(text)
        || text.starts_with("ami-")
        || text.starts_with("kindest/node")
        || text.contains("/global/images/")
}

/// Whether the text names nothing that could be pulled: a file, a number, a word that answers another question.
pub(super) fn is_no_name(text: &str) -> bool {
    let ending = text
        .rsplit('/')
        .next()
        .and_then(|name| name.rsplit_once('.'));
    let is_file = ending.is_some_and(|(_, ending)| FILE_ENDINGS.contains(&ending));
    let is_digit = |byte: u8| byte.is_ascii_digit() || byte == b'.';
    is_file || text.bytes().all(is_digit) || OTHER_WORDS.contains(&text)
}

fn is_uuid(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_hexdigit() || byte == b'-';
    text.len() == 36 && text.bytes().all(is_part) && text.matches('-').count() == 4
}

/// Whether an argument or variable that is called an image holds one: a word or a path alone may be anything.
pub(super) fn is_argument(text: &str) -> bool {
    let has_host = text
        .split_once('/')
        .is_some_and(|(host, _)| host.contains(['.', ':']));
    text.len() <= TEXT
        && !is_something_else(text)
        && ImageReference::parse(text).is_ok_and(|reference| {
            has_host || reference.tag.is_some() || reference.digest.is_some()
        })
}

/// An image that several scalars say together.
#[derive(Debug)]
pub(super) struct Composed {
    /// Its text, as far as it is known.
    pub(super) text: String,
    /// What that refers to: a reference, or the part of one that is known.
    pub(super) reference: Result<ImageReference, ReferenceError>,
    /// The scalars in the order of the text.
    pub(super) parts: Vec<(PartRole, Place)>,
    /// The one that names the repository, at which it is judged.
    pub(super) main: Place,
    /// The key of that one, where the image is a mapping.
    pub(super) key: Option<&'static str>,
}

/// The image that the mapping at `at` says, which is the value of `key`.
pub(super) fn of_mapping(reader: Reader<'_>, key: &str, at: Place) -> Option<Composed> {
    if !reader.is_mapping(at) {
        return None;
    }
    let mut image = Parts::new(reader, at);
    let named = names_image(key);
    let beside = |keys: &[&'static str]| keys.iter().any(|key| image.scalar(key).is_some());
    let (own, main, name) = match image.text("repository") {
        Some(main) => {
            let version =
                || main.1.contains('/') && beside(&["version"]) && !beside(&["chart", "name"]);
            if !named && !beside(&BESIDE_REPOSITORY) && !version() {
                return None;
            }
            ("repository", main, image.text("name").filter(|_| named))
        }
        None if named && (beside(&BESIDE_REPOSITORY) || beside(&["version"])) => {
            let mut keys = ["repo", "name", "path"].into_iter();
            let (own, main) = keys.find_map(|key| Some((key, image.text(key)?)))?;
            (own, main, None)
        }
        None => return None,
    };
    let (place, repository) = main;
    // A host alone is the beginning of other images.
    let is_host = !repository.contains('/') && repository.contains(['.', ':']);
    let registry = image.text("registry");
    if is_something_else(repository) || is_host && registry.is_none() && name.is_none() {
        return None;
    }
    if let Some((at, registry)) = registry
        && !repository.starts_with(registry)
    {
        image.add(
            PartRole::Registry,
            at,
            &[registry.trim_end_matches('/'), "/"],
        );
    }
    image.add(PartRole::Repository, place, &[repository]);
    if let Some((at, name)) = name {
        image.add(PartRole::Repository, at, &["/", name]);
    }
    image.version(&TAGS, &DIGESTS);
    Some(Composed {
        key: Some(own),
        ..image.finish(place)?
    })
}

/// The image that the scalar at `value` says under `key` of the mapping `of`, whose tag stands beside it.
pub(super) fn with_tag_beside(
    reader: Reader<'_>,
    of: Place,
    key: &str,
    value: Place,
) -> Option<Composed> {
    // Each field would be looked up among all: nobody writes so many, but a hostile file.
    if reader.tree.own_entries(of.node).nth(FIELDS).is_some() {
        return None;
    }
    let mut image = Parts::of_name(reader, of, value)?;
    let stem = key.get(..key.len().saturating_sub(5)).unwrap_or_default();
    let own = [format!("{key}Tag"), format!("{stem}Tag")];
    let own = own
        .iter()
        .filter(|name| !stem.is_empty() || !name.starts_with("Tag"));
    let tag = own
        .chain([&"tag".to_owned()])
        .find_map(|name| image.find(name));
    // What an operator makes of a version is not known; that it makes something of it is.
    let version =
        || image.find("version").is_some() || image.find(&format!("{stem}Version")).is_some();
    let digest = image.find("digest");
    match (tag, digest) {
        (None, None) if !version() => return None,
        (tag, digest) => image.add_version(tag, digest),
    }
    image.finish(value)
}

/// The image that the scalar at `value` names, with the tag at `tag`.
pub(super) fn with_tag(reader: Reader<'_>, value: Place, tag: Option<Place>) -> Option<Composed> {
    let mut image = Parts::of_name(reader, value, value)?;
    let tag = tag.and_then(|tag| image.said_by(tag));
    image.add_version(tag, None);
    image.finish(value)
}

/// A text while it is put together.
struct Parts<'a> {
    reader: Reader<'a>,
    at: Place,
    text: String,
    parts: Vec<(PartRole, Place)>,
    /// Whether a tag or digest is in it.
    has_version: bool,
}

impl<'a> Parts<'a> {
    fn new(reader: Reader<'a>, at: Place) -> Self {
        Self {
            reader,
            at,
            text: String::new(),
            parts: Vec::new(),
            has_version: false,
        }
    }

    /// One that begins with the name at `value`, without tag and digest.
    fn of_name(reader: Reader<'a>, at: Place, value: Place) -> Option<Self> {
        let scalar = reader.tree.scalar(value.node)?;
        let reference = ImageReference::parse(scalar.value).ok()?;
        if reference.tag.is_some() || reference.digest.is_some() {
            return None;
        }
        let mut image = Self::new(reader, at);
        image.add(PartRole::Repository, value, &[scalar.value]);
        Some(image)
    }

    /// The scalar under `key` that says something, numbers too.
    fn scalar(&self, key: &'static str) -> Option<(Place, &'a str)> {
        let value = self.reader.winner(self.at, key)?;
        self.said_by(value)
    }

    /// The same for a key that is not known beforehand.
    fn find(&self, key: &str) -> Option<(Place, &'a str)> {
        let entry = self.reader.tree.find(self.at.node, key)?;
        self.said_by(self.reader.place(entry.value, self.at.through))
    }

    fn said_by(&self, value: Place) -> Option<(Place, &'a str)> {
        let scalar = self.reader.tree.scalar(value.node)?;
        let says = scalar_kind::of(&scalar) != ScalarKind::Null && !scalar.value.is_empty();
        (says && scalar.value.len() <= TEXT).then_some((value, scalar.value))
    }

    /// The text under `key`.
    fn text(&self, key: &'static str) -> Option<(Place, &'a str)> {
        let found = self.scalar(key)?;
        let scalar = self.reader.tree.scalar(found.0.node)?;
        (scalar_kind::of(&scalar) == ScalarKind::Text).then_some(found)
    }

    fn add(&mut self, role: PartRole, at: Place, texts: &[&str]) {
        self.text.extend(texts.iter().copied());
        self.parts.push((role, at));
    }

    fn version(&mut self, tags: &[&'static str], digests: &[&'static str]) {
        let tag = tags.iter().find_map(|key| self.scalar(key));
        let digest = digests.iter().find_map(|key| self.scalar(key));
        self.add_version(tag, digest);
    }

    fn add_version(&mut self, tag: Option<(Place, &str)>, digest: Option<(Place, &str)>) {
        if let Some((at, tag)) = tag {
            let is_digest = tag.starts_with("sha256:") || tag.starts_with("sha512:");
            let (role, sign) = match is_digest {
                true => (PartRole::Digest, "@"),
                false => (PartRole::Tag, ":"),
            };
            self.add(role, at, &[sign, tag]);
            self.has_version = true;
        }
        if let Some((at, digest)) = digest {
            let algorithm = if digest.contains(':') {
                "@"
            } else {
                "@sha256:"
            };
            self.add(PartRole::Digest, at, &[algorithm, digest]);
            self.has_version = true;
        }
    }

    /// The image, unless what came out is none.
    fn finish(self, main: Place) -> Option<Composed> {
        if self.text.len() > COMPARED_BYTES {
            return None;
        }
        let reference = match self.has_version {
            true => ImageReference::parse(&self.text),
            false => ImageReference::parse_name(&self.text),
        };
        let is_image = matches!(reference, Ok(_) | Err(ReferenceError::Incomplete(_)));
        is_image.then_some(Composed {
            text: self.text,
            reference,
            parts: self.parts,
            main,
            key: None,
        })
    }
}
