//! One place where a manifest asks for an image.

use std::fmt;
use std::sync::Arc;

use super::object::Object;
use super::origin::{Origin, PartRole};
use super::reference::{ImageReference, ReferenceError};
use super::span::Location;

/// An image as it is used at one field of one object.
#[derive(Debug, Clone, PartialEq)]
pub struct ImageUse {
    /// The scalar as YAML decodes it; uses of one text share it, as they do the other texts here.
    pub text: Arc<str>,
    /// The parsed reference, or why it is none.
    pub reference: Arc<Result<ImageReference, ReferenceError>>,
    /// Where the text stands: from its opening quote, block indicator or first character.
    pub location: Location,
    /// The alias or merge key that brings the text to this field, when it does not stand there itself.
    pub used_through: Option<Location>,
    /// The document, counted from 0 in the file.
    pub document: u32,
    /// The object, shared by all its uses.
    pub object: Arc<Object>,
    /// The object's number in the file, from 0; inline suppressions name it.
    pub object_index: u32,
    /// `name` of the container or volume.
    pub container: Option<Arc<str>>,
    /// What the image is used as.
    pub role: Role,
    /// Field path from the object, such as `spec.template.spec.containers[0].image`; of a very long one the
    /// middle is left out.
    pub field: Box<str>,
    /// How it comes to be deployed, where that is more than the text at `location`.
    pub origin: Option<Arc<Origin>>,
}

impl ImageUse {
    /// Where the first of these parts stands that the image is made of, in the file of the use; without one, the
    /// place of the use.
    pub fn place_of(&self, roles: &[PartRole]) -> Location {
        let Some(origin) = &self.origin else {
            return self.location;
        };
        let decided = origin
            .parts
            .iter()
            .find(|part| part.written.location == self.location);
        let of_role = |role: &PartRole| {
            let mut parts = origin.parts.iter();
            parts.find(|part| {
                part.role == *role
                    && decided.is_some_and(|decided| decided.written.path == part.written.path)
            })
        };
        let part = roles.iter().find_map(of_role);
        part.map_or(self.location, |part| part.written.location)
    }
}

/// What an image is used as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// An item of `containers`.
    Container,
    /// An item of `initContainers`.
    InitContainer,
    /// An item of `ephemeralContainers`.
    EphemeralContainer,
    /// `volumes[].image.reference`.
    ImageVolume,
    /// A field of a custom resource.
    CustomResource,
    /// Values of a chart.
    Values,
    /// What a kustomization puts in place of an image, or adds.
    Kustomize,
    /// An annotation that makes an injector add a container.
    Annotation,
    /// An argument or variable of a program that runs the image.
    Argument,
}

impl Role {
    /// The name in the machine formats, such as `init-container`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Container => "container",
            Self::InitContainer => "init-container",
            Self::EphemeralContainer => "ephemeral-container",
            Self::ImageVolume => "image-volume",
            Self::CustomResource => "custom-resource",
            Self::Values => "values",
            Self::Kustomize => "kustomize",
            Self::Annotation => "annotation",
            Self::Argument => "argument",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Container => "container",
            Self::InitContainer => "init container",
            Self::EphemeralContainer => "ephemeral container",
            Self::ImageVolume => "image volume",
            Self::CustomResource => "image",
            Self::Values => "values",
            Self::Kustomize => "container",
            Self::Annotation => "annotation",
            Self::Argument => "argument",
        })
    }
}
