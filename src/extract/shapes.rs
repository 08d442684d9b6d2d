//! Containers and image volumes by their shape: exactly in a pod spec, and at any depth in objects whose
//! schema is not known, together with what the key rules find there ([`super::by_key`]).

use crate::model::image_use::Role;

use super::fields::{Place, Reader};
use super::image_text::Collection;
use super::key_rules::{Composed, Scope};
use super::objects;
use super::path::Segment;

/// The lists of a pod spec that hold containers.
const POD_LISTS: [(&str, Role); 3] = [
    ("containers", Role::Container),
    ("initContainers", Role::InitContainer),
    ("ephemeralContainers", Role::EphemeralContainer),
];

/// Further keys under which custom resources keep lists of containers (Tekton, Argo).
const OTHER_LISTS: [(&str, Role); 2] = [
    ("steps", Role::CustomResource),
    ("sidecars", Role::CustomResource),
];

/// Keys under which custom resources keep one container.
const SINGLE: [(&str, Role); 4] = [
    ("container", Role::Container),
    ("script", Role::CustomResource),
    ("stepTemplate", Role::CustomResource),
    ("sidecar", Role::CustomResource),
];

/// Drivers whose volumes are images.
const IMAGE_DRIVERS: [&str; 2] = ["container-image.csi.k8s.io", "csi-image.warm-metal.tech"];

/// How a text says which image is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// As a reference.
    Reference,
    /// As a reference that may have a scheme such as `oci://`; with another scheme it is no image.
    Address,
    /// By its name; somebody else says the tag.
    Name,
    /// As an argument, behind the name of the option: `--executor-image=…`.
    Option,
}

/// A node that may say which image is used.
#[derive(Debug)]
pub(super) struct Candidate<'a, 's> {
    /// The node.
    pub(super) value: Place,
    /// `name` of the container or volume.
    pub(super) name: Option<&'a str>,
    /// What the image is used as.
    pub(super) role: Role,
    /// Where it stands in the object.
    pub(super) path: &'s [Segment<'a>],
    /// What a collection means there.
    pub(super) collection: Collection,
    /// How it says it.
    pub(super) form: Form,
    /// The image, where several scalars say it together.
    pub(super) composed: Option<Composed>,
}

/// Looks for containers and hands each candidate to `visit`.
pub(super) struct Shapes<'a, 's> {
    pub(super) reader: Reader<'a>,
    /// The path of the node at hand.
    pub(super) path: Vec<Segment<'a>>,
    /// Whether keys may have an anchor of Kyverno: `+(image)` is `image` where the object has none.
    pub(super) anchors: bool,
    /// What the key rules take the object to be; `None` where they are not asked.
    pub(super) scope: Option<Scope>,
    pub(super) visit: &'s mut dyn FnMut(Candidate<'a, '_>),
}

impl<'a> Shapes<'a, '_> {
    /// The images of the pod spec there, and nothing else.
    pub(super) fn pod_spec(&mut self, spec: Place) {
        let reader = self.reader;
        for (list, role) in POD_LISTS {
            for value in reader.named(spec, list) {
                self.below(Segment::Key(list), |shapes| {
                    shapes.list(value, role, Collection::Mistake);
                });
            }
        }
        for volumes in reader.named(spec, "volumes") {
            self.below(Segment::Key("volumes"), |shapes| {
                shapes.volumes(volumes, Collection::Mistake);
            });
        }
    }

    /// Everything with the shape of a container or image volume at or below the object there. Its
    /// `status` is left out: it reports what runs, and asks for nothing.
    pub(super) fn anywhere(&mut self, object: Place) {
        for field in self.reader.fields(object) {
            if field.name != Some("status") {
                self.field(object, field.name, field.value);
            }
        }
    }

    /// What stands in the field `key` of some object.
    pub(super) fn of_field(&mut self, key: &'a str, value: Place) {
        if key == "image" {
            let role = Role::CustomResource;
            self.candidate(value, value, role, Collection::SomethingElse);
        }
        self.shape(key, value);
        self.children(value);
    }

    /// A field of the mapping `of`.
    fn field(&mut self, of: Place, name: Option<&'a str>, value: Place) {
        // A mapping as a key has no name; `?` is how YAML itself marks such a key.
        let key = name.unwrap_or("?");
        let around = self.scope;
        self.below(Segment::Key(key), |shapes| {
            shapes.shape(key, value);
            if let Some(scope) = shapes.scope {
                shapes.by_key(scope, of, key, value);
                shapes.scope = scope.below(key);
            }
            shapes.children(value);
        });
        self.scope = around;
    }

    fn children(&mut self, at: Place) {
        let reader = self.reader;
        let around = self.scope;
        if let Some(scope) = self.scope
            && self.claims_object(at)
        {
            let types = objects::types(reader, at, None);
            if !types.is_empty() {
                self.scope = scope.inside(&types);
                self.listed(&types, at);
            }
        }
        for field in reader.fields(at) {
            self.field(at, field.name, field.value);
        }
        for (index, item) in reader.items(at).enumerate() {
            self.below(Segment::Index(index), |shapes| shapes.children(item));
        }
        self.scope = around;
    }

    /// Whether the mapping there has an `apiVersion`: looked at before more is asked of every mapping.
    fn claims_object(&self, at: Place) -> bool {
        let tree = self.reader.tree;
        let mut keys = tree.own_entries(at.node).map(|(key, _)| key);
        keys.any(|key| {
            tree.scalar(key)
                .is_some_and(|key| key.value == "apiVersion")
        })
    }

    /// What the value of `key` is by its shape.
    fn shape(&mut self, key: &str, value: Place) {
        let unanchored = key.strip_prefix("+(").and_then(|key| key.strip_suffix(')'));
        let key = unanchored.filter(|_| self.anchors).unwrap_or(key);
        let role_in = |table: &[(&str, Role)]| {
            let entry = table.iter().find(|(name, _)| *name == key);
            entry.map(|(_, role)| *role)
        };
        if key == "volumes" {
            self.volumes(value, Collection::SomethingElse);
        } else if let Some(role) = role_in(&POD_LISTS).or_else(|| role_in(&OTHER_LISTS)) {
            self.list(value, role, Collection::SomethingElse);
        } else if let Some(role) = role_in(&SINGLE) {
            self.container(value, role, Collection::SomethingElse);
        }
    }

    /// Whether the field at hand is the `image` of something with the shape of a container, which is taken by it.
    pub(super) fn is_of_container(&self) -> bool {
        let is_list = |key: &str| {
            let mut lists = POD_LISTS.iter().chain(&OTHER_LISTS);
            lists.any(|(list, _)| *list == key)
        };
        match self.path.as_slice() {
            [
                ..,
                Segment::Key(list),
                Segment::Index(_),
                Segment::Key("image"),
            ] => is_list(list),
            [.., Segment::Key(key), Segment::Key("image")] => {
                is_list(key) || SINGLE.iter().any(|(single, _)| single == key)
            }
            _ => false,
        }
    }

    /// A list of containers, or a single one where a list belongs.
    fn list(&mut self, at: Place, role: Role, collection: Collection) {
        let reader = self.reader;
        if reader.is_mapping(at) {
            self.container(at, role, collection);
        }
        for (index, item) in reader.items(at).enumerate() {
            self.below(Segment::Index(index), |shapes| {
                shapes.container(item, role, collection);
            });
        }
    }

    fn container(&mut self, at: Place, role: Role, collection: Collection) {
        let keys: &[&'static str] = match self.anchors {
            true => &["image", "+(image)"],
            false => &["image"],
        };
        for key in keys {
            for value in self.reader.named(at, key) {
                self.below(Segment::Key(key), |shapes| {
                    shapes.candidate(value, at, role, collection);
                });
            }
        }
        if !self.anchors {
            self.passed(at);
        }
    }

    /// `volumes[].image.reference`.
    fn volumes(&mut self, volumes: Place, collection: Collection) {
        let reader = self.reader;
        for (index, volume) in reader.items(volumes).enumerate() {
            self.below(Segment::Index(index), |shapes| shapes.driver(volume));
            for image in reader.named(volume, "image") {
                for value in reader.named(image, "reference") {
                    let way = [
                        Segment::Index(index),
                        Segment::Key("image"),
                        Segment::Key("reference"),
                    ];
                    let depth = self.path.len();
                    self.path.extend(way);
                    self.candidate(value, volume, Role::ImageVolume, collection);
                    self.path.truncate(depth);
                }
            }
        }
    }

    /// `csi.volumeAttributes.image` of a driver that mounts images.
    fn driver(&mut self, volume: Place) {
        let reader = self.reader;
        for csi in reader.named(volume, "csi") {
            let driver = reader.text(csi, "driver");
            if !driver.is_some_and(|driver| IMAGE_DRIVERS.contains(&driver)) {
                continue;
            }
            for attributes in reader.named(csi, "volumeAttributes") {
                for value in reader.named(attributes, "image") {
                    let depth = self.path.len();
                    let way = ["csi", "volumeAttributes", "image"];
                    self.path.extend(way.map(Segment::Key));
                    let role = Role::ImageVolume;
                    self.candidate(value, volume, role, Collection::SomethingElse);
                    self.path.truncate(depth);
                }
            }
        }
    }

    fn candidate(&mut self, value: Place, named: Place, role: Role, collection: Collection) {
        (self.visit)(Candidate {
            value,
            name: self.reader.text(named, "name"),
            role,
            path: &self.path,
            collection,
            form: Form::Reference,
            composed: None,
        });
    }

    pub(super) fn below(&mut self, segment: Segment<'a>, look: impl FnOnce(&mut Self)) {
        self.path.push(segment);
        look(self);
        self.path.pop();
    }
}
