//! Containers and image volumes by their shape: exactly in a pod spec, and at any depth in objects whose
//! schema is not known.

use crate::model::image_use::Role;

use super::fields::{Place, Reader};
use super::image_text::Collection;
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
}

/// Looks for containers and hands each candidate to `visit`.
pub(super) struct Shapes<'a, 's> {
    pub(super) reader: Reader<'a>,
    /// The path of the node at hand.
    pub(super) path: Vec<Segment<'a>>,
    /// Whether keys may have an anchor of Kyverno: `+(image)` is `image` where the object has none.
    pub(super) anchors: bool,
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
                self.field(field.name, field.value);
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

    fn field(&mut self, name: Option<&'a str>, value: Place) {
        // A mapping as a key has no name; `?` is how YAML itself marks such a key.
        let key = name.unwrap_or("?");
        self.below(Segment::Key(key), |shapes| {
            shapes.shape(key, value);
            shapes.children(value);
        });
    }

    fn children(&mut self, at: Place) {
        let reader = self.reader;
        for field in reader.fields(at) {
            self.field(field.name, field.value);
        }
        for (index, item) in reader.items(at).enumerate() {
            self.below(Segment::Index(index), |shapes| shapes.children(item));
        }
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
    }

    /// `volumes[].image.reference`.
    fn volumes(&mut self, volumes: Place, collection: Collection) {
        let reader = self.reader;
        for (index, volume) in reader.items(volumes).enumerate() {
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

    fn candidate(&mut self, value: Place, named: Place, role: Role, collection: Collection) {
        (self.visit)(Candidate {
            value,
            name: self.reader.text(named, "name"),
            role,
            path: &self.path,
            collection,
        });
    }

    fn below(&mut self, segment: Segment<'a>, look: impl FnOnce(&mut Self)) {
        self.path.push(segment);
        look(self);
        self.path.pop();
    }
}
